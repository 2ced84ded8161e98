/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A film of a sheet of spiking neurons: scattered spikes join into waves, and the waves curl up
 * into spirals. Bright is a spike just now, dark purple one long ago.
 *
 *     simulate spirals.mp4 [FRAMES]
 *
 * The simulation runs on the device and its state never leaves it: only finished pictures do.
 * Beside the film a hash of every frame is written to spirals.mp4.framehash: it is the same on
 * every device.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <tensorreel/tensorreel.h>

enum { WIDTH = 320, HEIGHT = 180, STEPS_PER_FRAME = 2 };

static void say(void *user, enum trl_log_level level, const char *line)
{
    (void)user;
    fprintf(stderr, "simulate: %s%s\n", level == TRL_LOG_ERROR ? "error: " : "", line);
}

static int film(const char *path, int frames, struct trl_log *log)
{
    char hashes[4096];
    struct trl_device *device = NULL;
    struct trl_sim *sim = NULL;
    struct trl_stream *stream = NULL;
    struct trl_stream_stats stats;
    const struct trl_output_params outputs[] = {
        {.path = path, .overwrite = true},
        {.path = hashes, .overwrite = true},
    };
    const struct trl_stream_params params = {
        .log = log,
        .outputs = outputs,
        .output_count = 2,
        .view = {.cmap = "inferno",
                 .vmin_set = true,
                 .vmin = 0,
                 .vmax_set = true,
                 .vmax = 1,
                 .scale = 4},
    };
    snprintf(hashes, sizeof(hashes), "%s.framehash", path);
    int error = trl_device_create(&device, &(struct trl_device_params){.log = log});
    if (!error)
        error = trl_sim_create(&sim, &(struct trl_sim_params){
                                         .log = log,
                                         .model = "lif-sheet",
                                         .device = device,
                                         .backend = TRL_BACKEND_GPU,
                                         .width = WIDTH,
                                         .height = HEIGHT,
                                         .seed = 1,
                                     });
    if (!error)
        error = trl_stream_create(&stream, device, &params);
    if (!error)
        error = trl_stream_film_sim(stream, sim, "afterglow", frames, STEPS_PER_FRAME);
    if (!error)
        error = trl_stream_finish(stream);
    if (!error) {
        trl_stream_stats(stream, &stats);
        printf("%" PRId64 " frames of %dx%d, %" PRId64 " ms of simulated time\n", stats.encoded,
               stats.width, stats.height, trl_sim_time(sim));
    }
    trl_stream_destroy(&stream);
    trl_sim_destroy(&sim);
    trl_device_destroy(&device);
    return error;
}

int main(int argc, char **argv)
{
    struct trl_log *log = NULL;
    const int frames = argc > 2 ? atoi(argv[2]) : 300;
    if (argc < 2 || frames < 1) {
        fprintf(stderr, "usage: simulate OUT [FRAMES]\n");
        return 2;
    }
    if (trl_log_create(&log, &(struct trl_log_params){.callback = say}))
        return 1;
    const int error = film(argv[1], frames, log);
    trl_log_destroy(&log);
    return error ? 1 : 0;
}
