/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A film of 64 small squares: what each unit of a network looks for, from noise to strokes, bows
 * and dots, while the network learns to redraw handwritten digits.
 *
 *     train weights.npy [FRAMES]     one file of shape (frames, units, rows, columns)
 *     train - [FRAMES]               a record of shape (units, rows, columns) for every frame
 *
 *     tensorreel render weights.npy --cmap RdBu_r --vmin -0.45 --vmax 0.45 -o training.mp4
 *     train - | tensorreel render - --axes NHW --cmap RdBu_r --vmin -0.45 --vmax 0.45 -o
 * training.mp4
 *
 * The network is a sparse autoencoder: each picture of 16x16 pixels is redrawn as a sum of the few
 * units that it excites most; gradient descent with momentum on the squared error. At first many
 * units take part, so that none is left behind, then fewer and fewer. It needs no library and gives
 * the same weights on every run.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 16, PIXELS = SIDE * SIDE, UNITS = 64, DIGITS = 10, BATCH = 32, STROKES = 7 };

static const float RATE = 0.01f, MOMENTUM = 0.9f, NOISE = 0.1f;
enum { STEPS = 10, ACTIVE_FIRST = 48, ACTIVE_LAST = 5 };

/* Each digit is a line drawn through points, x then y in tenths of the square. */
static const signed char drawings[DIGITS][2 * STROKES + 1] = {
    {7, 5, 2, 3, 4, 3, 7, 5, 8, 7, 7, 7, 4, 5, 2},
    {3, 4, 3, 5, 2, 5, 8},
    {6, 3, 3, 5, 2, 7, 4, 5, 6, 3, 8, 7, 8},
    {7, 3, 2, 6, 2, 5, 5, 7, 6, 6, 8, 4, 8, 3, 7},
    {5, 6, 8, 6, 2, 3, 6, 5, 6, 7, 6},
    {6, 7, 2, 3, 2, 3, 5, 6, 5, 6, 8, 3, 8},
    {6, 6, 2, 3, 5, 4, 8, 6, 8, 6, 5, 3, 6},
    {4, 3, 2, 7, 2, 5, 5, 4, 8},
    {7, 5, 5, 3, 3, 5, 2, 7, 3, 3, 7, 5, 8, 7, 7},
    {6, 6, 4, 4, 5, 4, 2, 6, 2, 6, 5, 5, 8},
};

static uint64_t state = 1;

/* Uniform in [-1, 1): the upper bits of a 64-bit congruence. */
static float uniform(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (float)(int32_t)(state >> 32) * 0x1p-31f;
}

static float segment_distance(float x, float y, const float a[2], const float b[2])
{
    const float dx = b[0] - a[0], dy = b[1] - a[1];
    const float length = dx * dx + dy * dy + 1e-9f;
    const float along = fminf(1, fmaxf(0, ((x - a[0]) * dx + (y - a[1]) * dy) / length));
    return hypotf(x - a[0] - along * dx, y - a[1] - along * dy);
}

/* Draws a digit, slanted, turned, stretched and moved a little, with a pen of random width. */
static void draw(float *image, int digit)
{
    const signed char *drawing = drawings[digit];
    const float turn = 0.25f * uniform(), slant = 0.2f * uniform();
    const float wide = 1.2f + 0.2f * uniform(), high = 1.2f + 0.15f * uniform();
    const float left = 0.09f * uniform(), top = 0.09f * uniform(), pen = 0.07f + 0.02f * uniform();
    float point[STROKES][2];
    for (int i = 0; i < drawing[0]; i++) {
        const float y = ((float)drawing[2 + 2 * i] / 10 - 0.5f) * high;
        const float x = ((float)drawing[1 + 2 * i] / 10 - 0.5f) * wide + slant * y;
        point[i][0] = 0.5f + x - turn * y + left;
        point[i][1] = 0.5f + y + turn * x + top;
    }
    for (int p = 0; p < PIXELS; p++) {
        const float x = ((float)(p % SIDE) + 0.5f) / SIDE, y = ((float)(p / SIDE) + 0.5f) / SIDE;
        float near = 1;
        for (int i = 0; i + 1 < drawing[0]; i++)
            near = fminf(near, segment_distance(x, y, point[i], point[i + 1]));
        image[p] = fminf(1, fmaxf(0, 1.5f - near / pen)) - 0.2f;
    }
}

/* The unit that a picture excites most among those not chosen yet. */
static int strongest(const float *excited, const bool *chosen)
{
    int best = -1;
    for (int u = 0; u < UNITS; u++)
        if (!chosen[u] && (best < 0 || excited[u] > excited[best]))
            best = u;
    return best;
}

/* Adds the way down of one picture's squared error to gradient. */
static void learn(float weights[UNITS][PIXELS], float gradient[UNITS][PIXELS], const float *image,
                  int active_count)
{
    float excited[UNITS], missed[PIXELS];
    bool chosen[UNITS] = {false};
    int active[UNITS];
    memcpy(missed, image, sizeof(missed));
    for (int u = 0; u < UNITS; u++) {
        excited[u] = 0;
        for (int p = 0; p < PIXELS; p++)
            excited[u] += weights[u][p] * image[p];
    }
    for (int k = 0; k < active_count; k++) {
        const int u = active[k] = strongest(excited, chosen);
        chosen[u] = true;
        for (int p = 0; p < PIXELS; p++)
            missed[p] -= excited[u] * weights[u][p];
    }
    for (int k = 0; k < active_count; k++) {
        const int u = active[k];
        float blame = 0;
        for (int p = 0; p < PIXELS; p++)
            blame += weights[u][p] * missed[p];
        for (int p = 0; p < PIXELS; p++)
            gradient[u][p] += excited[u] * missed[p] + blame * image[p];
    }
}

/* One step over a batch of pictures. */
static void step(float weights[UNITS][PIXELS], float speed[UNITS][PIXELS], int active_count)
{
    static float gradient[UNITS][PIXELS];
    float image[PIXELS];
    memset(gradient, 0, sizeof(gradient));
    for (int i = 0; i < BATCH; i++) {
        draw(image, (int)((uniform() + 1) * DIGITS / 2) % DIGITS);
        learn(weights, gradient, image, active_count);
    }
    for (int u = 0; u < UNITS; u++)
        for (int p = 0; p < PIXELS; p++) {
            speed[u][p] = MOMENTUM * speed[u][p] + RATE * gradient[u][p] / BATCH;
            weights[u][p] += speed[u][p];
        }
}

/* A .npy header: magic, version 1.0, 118 bytes to follow, a Python dict, spaces, a line's end. */
static void write_header(FILE *file, int frames)
{
    char text[129], shape[32] = "";
    if (frames)
        snprintf(shape, sizeof(shape), "%d, ", frames);
    const int used = snprintf(text, sizeof(text),
                              "\x93NUMPY%c%c%c%c{'descr': '<f4', 'fortran_order': False, "
                              "'shape': (%s%d, %d, %d), }",
                              1, 0, 118, 0, shape, UNITS, SIDE, SIDE);
    snprintf(text + used, sizeof(text) - (size_t)used, "%*s", 128 - used, "\n");
    fwrite(text, 1, 128, file);
}

int main(int argc, char **argv)
{
    static float weights[UNITS][PIXELS], speed[UNITS][PIXELS];
    const int frames = argc > 2 ? atoi(argv[2]) : 300;
    if (argc < 2 || frames < 1) {
        fprintf(stderr, "usage: train FILE.npy|- [FRAMES]\n");
        return 2;
    }
    const bool pipe = !strcmp(argv[1], "-");
    FILE *file = pipe ? stdout : fopen(argv[1], "wb");
    if (!file) {
        perror(argv[1]);
        return 1;
    }
    for (int u = 0; u < UNITS; u++)
        for (int p = 0; p < PIXELS; p++)
            weights[u][p] = NOISE * uniform();
    if (!pipe)
        write_header(file, frames);
    for (int frame = 0; frame < frames && !ferror(file); frame++) {
        const int active = ACTIVE_LAST + (ACTIVE_FIRST - ACTIVE_LAST) / (1 + frame / 20);
        if (pipe)
            write_header(file, 0);
        fwrite(weights, 1, sizeof(weights), file);
        for (int i = 0; i < STEPS; i++)
            step(weights, speed, active);
    }
    if (ferror(file) || fclose(file)) {
        perror(argv[1]);
        return 1;
    }
    return 0;
}
