/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A film of learning: a matrix of weights becomes another one, which only examples tell of. Three
 * tensors by name: the weights, what they still lack, and the loss as a line.
 *
 *     capture learning.mp4 [FRAMES]
 *
 * The panel of the lack appears when it is first captured, at frame 30: its cell of the grid was
 * left free.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <tensorreel/tensorreel.h>

enum { SIDE = 48, BATCH = 8, LATE = 30 };

static float wanted[SIDE][SIDE], weights[SIDE][SIDE], lack[SIDE][SIDE];

static void say(void *user, enum trl_log_level level, const char *line)
{
    (void)user;
    fprintf(stderr, "capture: %s%s\n", level == TRL_LOG_ERROR ? "error: " : "", line);
}

static float random_sign(void)
{
    static uint32_t state = 1;
    state = state * 1664525u + 1013904223u;
    return state >> 31 ? 1.0f : -1.0f;
}

static void choose_wanted(void)
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const float dx = (float)x - SIDE / 2.0f, dy = (float)y - SIDE / 2.0f;
            wanted[y][x] = sinf(hypotf(dx, dy) * 0.7f) + 0.5f * cosf(atan2f(dy, dx) * 5);
        }
}

/* One example, by the delta rule. Its squared error. */
static float learn(void)
{
    float in[SIDE], sum = 0;
    for (int x = 0; x < SIDE; x++)
        in[x] = random_sign();
    for (int y = 0; y < SIDE; y++) {
        float error = 0;
        for (int x = 0; x < SIDE; x++)
            error += (wanted[y][x] - weights[y][x]) * in[x];
        for (int x = 0; x < SIDE; x++)
            weights[y][x] += 0.004f * error * in[x];
        sum += error * error;
    }
    return sum / SIDE;
}

static int capture(struct trl_stream *stream, int frame)
{
    const struct trl_layout matrix = {
        .dtype = TRL_DTYPE_F32, .rank = 2, .shape = {SIDE, SIDE}, .stride = {SIDE, 1}};
    const struct trl_layout one = {.dtype = TRL_DTYPE_F32, .rank = 1, .shape = {1}, .stride = {1}};
    float loss = 0;
    for (int n = 0; n < BATCH; n++)
        loss += learn() / BATCH;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            lack[y][x] = wanted[y][x] - weights[y][x];
    int error = trl_stream_capture(stream, "weights", &matrix, weights, sizeof(weights));
    if (!error)
        error = trl_stream_capture(stream, "loss", &one, &loss, sizeof(loss));
    if (!error && frame >= LATE)
        error = trl_stream_capture(stream, "lack", &matrix, lack, sizeof(lack));
    return error ? error : trl_stream_frame(stream);
}

static int film(const char *path, int frames, struct trl_log *log)
{
    struct trl_device *device = NULL;
    struct trl_stream *stream = NULL;
    const struct trl_panel_params panels[] = {
        {.name = "weights",
         .view = {.cmap = "RdBu_r", .vmin_set = true, .vmin = -1.5, .vmax_set = true, .vmax = 1.5}},
        {.name = "loss",
         .kind = TRL_VIEW_LINES,
         .lines = {.roll = true, .time = {.mode = TRL_TIME_WHOLE, .frames = frames}},
         .view =
             {.norm = TRL_NORM_LOG, .vmin_set = true, .vmin = 0.01, .vmax_set = true, .vmax = 100}},
    };
    struct trl_scene_params scene = {.panels = panels,
                                     .panel_count = 2,
                                     .grid_rows = 1,
                                     .grid_columns = 3,
                                     .width = 1280,
                                     .height = 480,
                                     .title = "Learning by examples",
                                     .colorbar = true,
                                     .stamp = true};
    const struct trl_output_params output = {.path = path, .overwrite = true};
    struct trl_stream_params params = {.log = log, .outputs = &output, .output_count = 1};
    int error = trl_preset_apply("training", &scene, &params);
    /* A training that takes its time would leave this as it is, and frames be dropped. */
    params.on_full = TRL_ON_FULL_BLOCK;
    params.scene = &scene;
    if (!error)
        error = trl_device_create(&device, &(struct trl_device_params){.log = log});
    if (!error)
        error = trl_stream_create(&stream, device, &params);
    for (int frame = 0; !error && frame < frames; frame++)
        error = capture(stream, frame);
    if (!error)
        error = trl_stream_finish(stream);
    trl_stream_destroy(&stream);
    trl_device_destroy(&device);
    return error;
}

int main(int argc, char **argv)
{
    struct trl_log *log = NULL;
    const int frames = argc > 2 ? atoi(argv[2]) : 240;
    if (argc < 2 || frames < 1) {
        fprintf(stderr, "usage: capture OUT [FRAMES]\n");
        return 2;
    }
    choose_wanted();
    if (trl_log_create(&log, &(struct trl_log_params){.callback = say}))
        return 1;
    const int error = film(argv[1], frames, log);
    trl_log_destroy(&log);
    return error ? 1 : 0;
}
