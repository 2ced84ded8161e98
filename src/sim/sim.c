/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/sim.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/math.h"
#include "base/word.h"
#include "sim/burst_model.h"
#include "sim/lif_sheet.h"

#define NAMES_SIZE 512
/* Steps of one submission of trl_sim_step: long enough to hide its cost, short enough for the
 * time a device allows a submission. */
#define SUBMIT_STEPS 128

static const struct trl_sim_kind *const kinds[] = {&trl_lif_sheet, &trl_burst_sim, NULL};
static const struct trl_sim_model *const models[] = {&trl_lif_sheet_model, &trl_burst_model, NULL};

const struct trl_sim_model *const *trl_sim_models(void)
{
    return models;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A list of names is read through a function, since they are members of different structures. */
typedef const char *(*name_at)(const void *list, int i);

static const char *kind_name(const void *list, int i)
{
    (void)list;
    return kinds[i] ? kinds[i]->model->name : NULL;
}

static const char *setting_name(const void *list, int i)
{
    return ((const struct trl_sim_setting *)list)[i].name;
}

static const char *channel_name(const void *list, int i)
{
    return ((const struct trl_sim_channel *)list)[i].name;
}

static int find(name_at at, const void *list, const char *name)
{
    for (int i = 0; at(list, i); i++)
        if (!strcmp(at(list, i), name))
            return i;
    return -1;
}

/* Logs that the name is unknown, which one was probably meant, and which exist. */
static int fail_unknown(struct trl_log *log, const char *what, const char *name, name_at at,
                        const void *list)
{
    char names[NAMES_SIZE] = "";
    struct trl_word_nearest nearest = {.word = name};
    size_t used = 0;
    for (int i = 0; at(list, i); i++) {
        trl_word_offer(&nearest, at(list, i));
        int n = snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "", at(list, i));
        used = least(used + (size_t)n, sizeof(names) - 1);
    }
    if (nearest.best)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "%s '%s' is unknown; did you mean '%s'? There are: %s", what, name,
                        nearest.best, names);
    return trl_fail(log, TRL_ERROR_USAGE, "%s '%s' is unknown; there are: %s", what, name, names);
}

static int find_shape(const struct trl_sim_kind *kind, const struct trl_sim_params *params,
                      struct trl_layout *out)
{
    if (kind->shape)
        return kind->shape(params, out);
    if (params->width < 1 || params->height < 1 || params->width > TRL_SIM_SIDE_MAX ||
        params->height > TRL_SIM_SIDE_MAX ||
        (int64_t)params->width * params->height > TRL_SIM_CELLS_MAX)
        return trl_fail(params->log, TRL_ERROR_USAGE,
                        "a simulation of %dx%d cells is not possible; sides are 1 to %d, and at "
                        "most %d cells",
                        params->width, params->height, TRL_SIM_SIDE_MAX, TRL_SIM_CELLS_MAX);
    const int64_t shape[] = {params->height, params->width};
    return trl_layout_dense(out, TRL_DTYPE_F32, 2, shape, false);
}

/* Fills in the model's settings: defaults, then what the params say. */
static int resolve_settings(const struct trl_sim_kind *kind, const struct trl_sim_params *params,
                            struct trl_sim_setting *out, int *count)
{
    const struct trl_sim_setting *known = kind->model->settings;
    for (*count = 0; known[*count].name; ++*count)
        out[*count] = known[*count];
    for (int i = 0; i < params->setting_count; i++) {
        const struct trl_sim_setting *setting = &params->settings[i];
        const char *name = setting->name ? setting->name : "";
        int at = find(setting_name, known, name);
        if (at < 0)
            return fail_unknown(params->log, "setting", name, setting_name, known);
        const struct trl_sim_range *range = &kind->ranges[at];
        bool inside = setting->value >= range->low && setting->value <= range->high;
        if (!inside || (range->whole && setting->value != rint(setting->value)))
            return trl_fail(params->log, TRL_ERROR_USAGE,
                            "%s: %s = %g is out of range; it must be %s from %g to %g",
                            kind->model->name, name, setting->value,
                            range->whole ? "a whole number" : "a number", range->low, range->high);
        out[at].value = setting->value;
    }
    return 0;
}

static int choose_backend(const struct trl_sim_kind *kind, const struct trl_sim_params *params,
                          const struct trl_sim_impl **out)
{
    enum trl_backend backend = params->backend;
    if (backend == TRL_BACKEND_AUTO && kind->choose) {
        int err = kind->choose(params, &backend);
        if (err)
            return err;
    }
    switch (backend) {
    case TRL_BACKEND_AUTO:
        *out = kind->gpu && (params->device || !kind->cpu) ? kind->gpu : kind->cpu;
        break;
    case TRL_BACKEND_CPU:
        *out = kind->cpu;
        break;
    case TRL_BACKEND_GPU:
        *out = kind->gpu;
        break;
    default:
        return trl_fail(params->log, TRL_ERROR_USAGE, "backend %d is unknown", (int)backend);
    }
    if (!*out)
        return trl_fail(params->log, TRL_ERROR_UNSUPPORTED, "%s has no %s backend",
                        kind->model->name, backend == TRL_BACKEND_CPU ? "CPU" : "GPU");
    if ((*out)->backend == TRL_BACKEND_GPU && !params->device)
        return trl_fail(params->log, TRL_ERROR_USAGE,
                        "%s: the GPU backend needs a device; none was given", kind->model->name);
    return 0;
}

int trl_sim_create(struct trl_sim **out, const struct trl_sim_params *params)
{
    *out = NULL;
    const char *name = params->model ? params->model : "";
    int at = find(kind_name, NULL, name);
    if (at < 0)
        return fail_unknown(params->log, "model", name, kind_name, NULL);
    const struct trl_sim_kind *kind = kinds[at];

    struct trl_sim_params complete = *params;
    complete.width = params->width ? params->width : kind->width;
    complete.height = params->height ? params->height : kind->height;
    struct trl_sim_setting settings[TRL_SIM_SETTING_MAX];
    complete.settings = settings;
    const struct trl_sim_impl *impl = NULL;
    struct trl_layout layout;
    int err = find_shape(kind, &complete, &layout);
    if (!err)
        err = resolve_settings(kind, params, settings, &complete.setting_count);
    if (!err)
        err = choose_backend(kind, &complete, &impl);
    if (err)
        return err;

    struct trl_sim *sim;
    err = impl->create(&sim, &complete);
    if (err)
        return err;
    sim->impl = impl;
    sim->log = params->log;
    sim->device = impl->backend == TRL_BACKEND_GPU ? params->device : NULL;
    sim->layout = layout;
    *out = sim;
    return 0;
}

void trl_sim_destroy(struct trl_sim **sim)
{
    if (!sim || !*sim)
        return;
    trl_gpu_cmd_destroy(&(*sim)->cmd);
    trl_gpu_buffer_destroy(&(*sim)->staging);
    (*sim)->impl->destroy(*sim);
    *sim = NULL;
}

int64_t trl_sim_time(const struct trl_sim *sim)
{
    return sim->time;
}

int trl_sim_channel_find(const struct trl_sim *sim, const char *name)
{
    const struct trl_sim_channel *channels = sim->impl->model->channels;
    int at = name ? find(channel_name, channels, name) : 0;
    return at < 0 ? fail_unknown(sim->log, "channel", name, channel_name, channels) : at;
}

int trl_sim_layout(const struct trl_sim *sim, const char *channel, struct trl_layout *out)
{
    int at = trl_sim_channel_find(sim, channel);
    if (at < 0)
        return at;
    *out = sim->layout;
    return 0;
}

int trl_sim_record(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int64_t steps)
{
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_SIM);
    int err = sim->impl->record(sim, cmd, steps);
    if (!err)
        sim->time += steps;
    return err;
}

int trl_sim_device_channel(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int channel,
                           struct trl_gpu_tensor *out)
{
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_SIM);
    return sim->impl->device_channel(sim, cmd, channel, out);
}

static int begin(struct trl_sim *sim)
{
    int err = 0;
    if (!sim->cmd)
        err = trl_gpu_cmd_create(&sim->cmd, sim->device, TRL_GPU_QUEUE_COMPUTE);
    return err ? err : trl_gpu_cmd_begin(sim->cmd);
}

static int submit_and_wait(struct trl_sim *sim)
{
    struct trl_gpu_point done;
    int err = trl_gpu_submit(sim->cmd, NULL, 0, &done);
    return err ? err : trl_gpu_wait(sim->device, done, INT64_MAX);
}

int trl_sim_step(struct trl_sim *sim, int64_t steps)
{
    if (steps < 0 || steps > INT64_MAX - sim->time)
        return trl_fail(sim->log, TRL_ERROR_USAGE, "a simulation cannot make %lld steps",
                        (long long)steps);
    if (!sim->device) {
        int err = sim->impl->step(sim, steps);
        if (!err)
            sim->time += steps;
        return err;
    }
    while (steps > 0) {
        int64_t count = trl_min_i64(steps, SUBMIT_STEPS);
        int err = begin(sim);
        if (!err)
            err = trl_sim_record(sim, sim->cmd, count);
        if (!err)
            err = submit_and_wait(sim);
        if (err)
            return err;
        steps -= count;
    }
    return 0;
}

static int read_device(struct trl_sim *sim, int channel, float *out)
{
    struct trl_gpu_tensor tensor;
    int err = begin(sim);
    if (!err)
        err = trl_sim_device_channel(sim, sim->cmd, channel, &tensor);
    if (err)
        return err;
    const int64_t width = sim->layout.shape[sim->layout.rank - 1];
    const int64_t rows = trl_layout_elements(&sim->layout) / width;
    const int64_t pitch = sim->layout.rank > 1 ? tensor.layout.stride[sim->layout.rank - 2] : width;
    const uint64_t size = (uint64_t)(pitch * rows) * sizeof(float);
    if (!sim->staging)
        err = trl_gpu_buffer_create(&sim->staging, sim->device,
                                    &(struct trl_gpu_buffer_params){
                                        .name = "simulation readback",
                                        .size_bytes = size,
                                        .memory = TRL_GPU_MEMORY_READBACK,
                                    });
    if (err)
        return err;
    trl_gpu_cmd_copy(sim->cmd, sim->staging, 0, tensor.buffer,
                     (uint64_t)tensor.layout.offset * sizeof(float), size);
    trl_gpu_cmd_to_host(sim->cmd, sim->staging);
    err = submit_and_wait(sim);
    if (!err)
        err = trl_gpu_buffer_invalidate(sim->staging, 0, size);
    if (err)
        return err;
    const float *cells = trl_gpu_buffer_map(sim->staging);
    for (int64_t y = 0; y < rows; y++)
        memcpy(out + y * width, cells + y * pitch, (size_t)width * sizeof(float));
    return 0;
}

int trl_sim_read(struct trl_sim *sim, const char *channel, float *out, size_t size_bytes)
{
    int at = trl_sim_channel_find(sim, channel);
    if (at < 0)
        return at;
    const size_t size = (size_t)trl_layout_elements(&sim->layout) * sizeof(float);
    if (size_bytes != size)
        return trl_fail(sim->log, TRL_ERROR_USAGE,
                        "a channel of %lld cells has %zu bytes; %zu were given",
                        (long long)trl_layout_elements(&sim->layout), size, size_bytes);
    if (sim->device)
        return read_device(sim, at, out);
    memcpy(out, sim->impl->host_channel(sim, at), size);
    return 0;
}
