/* SPDX-License-Identifier: BSD-2-Clause */
#include "films.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tensorreel/error.h>
#include <tensorreel/log.h>
#include <tensorreel/sim.h>

enum { COLUMNS = 12, ROWS = 9 };

static void on_line(void *user, enum trl_log_level level, const char *line)
{
    struct film_log *log = user;
    if (level != TRL_LOG_ERROR)
        return;
    log->errors++;
    snprintf(log->last, sizeof(log->last), "%s", line);
}

void film_log_open(struct film_log *log)
{
    *log = (struct film_log){0};
    trl_log_create(&log->log, &(struct trl_log_params){.callback = on_line, .user = log});
}

void film_log_close(struct film_log *log)
{
    trl_log_destroy(&log->log);
}

static int push_frames(struct trl_stream *stream)
{
    double values[ROWS * COLUMNS];
    struct trl_layout layout;
    int error = trl_layout_dense(&layout, TRL_DTYPE_F64, 2, (int64_t[]){ROWS, COLUMNS}, false);
    for (int frame = 0; !error && frame < FILM_FRAMES; frame++) {
        for (int n = 0; n < ROWS * COLUMNS; n++)
            values[n] = (n * 5 + frame) % 23;
        error = trl_stream_push(stream, &layout, values, sizeof(values));
    }
    return error;
}

static int open_simulation(struct trl_sim **sim, struct film_log *log, struct trl_device *device)
{
    return trl_sim_create(sim, &(struct trl_sim_params){.log = log->log,
                                                        .model = "lif-sheet",
                                                        .device = device,
                                                        .backend = TRL_BACKEND_GPU,
                                                        .width = COLUMNS,
                                                        .height = ROWS,
                                                        .seed = 1});
}

/* Counts the files of a folder and removes them and it. */
static int clear(const char *folder)
{
    int count = 0;
    char path[512];
    DIR *dir = opendir(folder);
    for (const struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        count++;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (dir)
        closedir(dir);
    rmdir(folder);
    return count;
}

struct film_result film_make(struct film_log *log, struct trl_device *device, enum film_kind kind)
{
    struct film_result result = {0};
    char folder[] = "/tmp/tensorreel-test-XXXXXX", paths[3][64];
    if (!mkdtemp(folder))
        abort();
    snprintf(paths[0], sizeof(paths[0]), "%s/film.framehash", folder);
    snprintf(paths[1], sizeof(paths[1]), "%s/film.y4m", folder);
    snprintf(paths[2], sizeof(paths[2]), "%s/film.jsonl", folder);
    const struct trl_output_params outputs[] = {{.path = paths[0]}, {.path = paths[1]}};
    struct trl_stream_params params = {.log = log->log,
                                       .view = {.cmap = "magma", .range = TRL_RANGE_FRAME},
                                       .outputs = outputs,
                                       .output_count = 2,
                                       .ledger_path = paths[2]};
    if (kind == FILM_CANVAS) {
        params.canvas = TRL_CANVAS_RGBA;
        params.view.width = 7;
        params.view.height = 5;
        params.view.range = TRL_RANGE_PERCENTILE_FRAME;
    }
    struct trl_sim *sim = NULL;
    struct trl_stream *stream = NULL;
    if (kind == FILM_SIM)
        result.error = open_simulation(&sim, log, device);
    if (!result.error)
        result.error = trl_stream_create(&stream, device, &params);
    if (stream) {
        result.error = sim ? trl_stream_film_sim(stream, sim, "spikes", FILM_FRAMES, 130)
                           : push_frames(stream);
        const int finished = trl_stream_finish(stream);
        result.error = result.error ? result.error : finished;
        result.stream_opened = true;
        trl_stream_stats(stream, &result.stats);
    }
    trl_stream_destroy(&stream);
    trl_sim_destroy(&sim);
    result.files = clear(folder);
    return result;
}
