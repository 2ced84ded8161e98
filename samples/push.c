/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A film of rain on a pond: rings spread from each drop, cross one another and come back from the
 * edges, blue below the resting level and red above it.
 *
 *     push pond.mp4 [FRAMES]
 *
 * The program computes the water's height in its own memory and pushes it to a stream, which draws
 * and encodes it. The two heights lie interleaved in one array: the layout's strides pick one of
 * them, and nothing is copied to make it dense.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <tensorreel/tensorreel.h>

enum { WIDTH = 320, HEIGHT = 180, STEPS = 3, DROP_EVERY = 12 };

/* One cell of water: its height now and a step ago. */
struct cell {
    float now, before;
};

static struct cell pond[HEIGHT][WIDTH];

static void say(void *user, enum trl_log_level level, const char *line)
{
    (void)user;
    fprintf(stderr, "push: %s%s\n", level == TRL_LOG_ERROR ? "error: " : "", line);
}

static void drop(int frame)
{
    static uint32_t state = 7;
    state = state * 1664525u + 1013904223u;
    const int x = 10 + (int)(state >> 20) % (WIDTH - 20);
    const int y = 10 + (int)(state >> 8 & 4095) % (HEIGHT - 20);
    if (frame % DROP_EVERY)
        return;
    for (int dy = -9; dy <= 9; dy++)
        for (int dx = -9; dx <= 9; dx++) {
            const float far = (float)(dx * dx + dy * dy) / 16;
            const float dent = -3 * (1 - far) * expf(-far);
            pond[y + dy][x + dx].now += dent;
            pond[y + dy][x + dx].before += dent;
        }
}

/* The wave equation with a little friction; the edges reflect. */
static void step(void)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const float around =
                pond[y > 0 ? y - 1 : y][x].now + pond[y < HEIGHT - 1 ? y + 1 : y][x].now +
                pond[y][x > 0 ? x - 1 : x].now + pond[y][x < WIDTH - 1 ? x + 1 : x].now;
            const float now = pond[y][x].now;
            pond[y][x].before =
                now + 0.985f * (now - pond[y][x].before) + 0.2f * (around - 4 * now);
        }
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            pond[y][x] = (struct cell){.now = pond[y][x].before, .before = pond[y][x].now};
}

static int film(const char *path, int frames, struct trl_log *log)
{
    struct trl_device *device = NULL;
    struct trl_stream *stream = NULL;
    const struct trl_output_params output = {.path = path, .overwrite = true};
    const struct trl_stream_params params = {
        .log = log,
        .outputs = &output,
        .output_count = 1,
        .view = {.cmap = "RdBu_r",
                 .vmin_set = true,
                 .vmin = -0.3,
                 .vmax_set = true,
                 .vmax = 0.3,
                 .scale = 4},
    };
    const struct trl_layout layout = {
        .dtype = TRL_DTYPE_F32,
        .rank = 2,
        .shape = {HEIGHT, WIDTH},
        .stride = {2 * WIDTH, 2},
    };
    int error = trl_device_create(&device, &(struct trl_device_params){.log = log});
    if (!error)
        error = trl_stream_create(&stream, device, &params);
    for (int frame = 0; !error && frame < frames; frame++) {
        drop(frame);
        error = trl_stream_push(stream, &layout, pond, sizeof(pond));
        for (int i = 0; i < STEPS; i++)
            step();
    }
    if (!error)
        error = trl_stream_finish(stream);
    trl_stream_destroy(&stream);
    trl_device_destroy(&device);
    return error;
}

int main(int argc, char **argv)
{
    struct trl_log *log = NULL;
    const int frames = argc > 2 ? atoi(argv[2]) : 300;
    if (argc < 2 || frames < 1) {
        fprintf(stderr, "usage: push OUT [FRAMES]\n");
        return 2;
    }
    if (trl_log_create(&log, &(struct trl_log_params){.callback = say}))
        return 1;
    const int error = film(argv[1], frames, log);
    trl_log_destroy(&log);
    return error ? 1 : 0;
}
