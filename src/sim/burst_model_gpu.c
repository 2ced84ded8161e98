/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdlib.h>

#include "base/log.h"
#include "burst/gpu.h"
#include "gpu/upload.h"
#include "sim/burst_model.h"

static_assert(sizeof(struct trl_burst_cell) == 12, "what the kernel reads");
static_assert(sizeof(trl_burst_film_constants) <= TRL_GPU_PUSH_MAX, "push constants are too many");

enum { CHANNELS = 5, GROUPS_X_MAX = 65535 };

struct filmed {
    struct trl_burst_film film;
    struct trl_gpu_kernel *kernels[CHANNELS];
    struct trl_gpu_buffer *cells, *looks;
    struct trl_gpu_buffer *channels[CHANNELS]; /* made when first shown */
};

static void destroy(struct trl_sim *sim)
{
    struct filmed *filmed = (struct filmed *)sim;
    for (int n = 0; n < CHANNELS; n++) {
        trl_gpu_kernel_destroy(&filmed->kernels[n]);
        trl_gpu_buffer_destroy(&filmed->channels[n]);
    }
    trl_gpu_buffer_destroy(&filmed->cells);
    trl_gpu_buffer_destroy(&filmed->looks);
    trl_burst_film_finish(&filmed->film);
    free(filmed);
}

static int upload_tables(struct filmed *filmed, struct trl_device *device)
{
    const struct trl_burst_plan *plan = filmed->film.burst->plan;
    const size_t kinds = (size_t)plan->kind_count + 1;
    trl_burst_film_kind *looks = calloc(kinds, sizeof(*looks));
    if (!looks)
        return trl_fail_memory(filmed->film.base.log, "a simulation", kinds * sizeof(*looks));
    for (uint32_t n = 0; n < plan->kind_count; n++)
        looks[n] = trl_burst_film_look(&plan->kinds[n]);
    struct trl_upload upload = {0};
    int err = trl_upload_begin(&upload, device);
    if (!err)
        err = trl_upload_buffer(&upload, &filmed->cells, "burst cells", filmed->film.map.cells,
                                filmed->film.constants.cells * sizeof(struct trl_burst_cell));
    if (!err)
        err = trl_upload_buffer(&upload, &filmed->looks, "burst looks", looks,
                                kinds * sizeof(*looks));
    if (!err)
        err = trl_upload_finish(&upload);
    trl_upload_destroy(&upload);
    free(looks);
    return err;
}

static int create(struct trl_sim **out, const struct trl_sim_params *params)
{
    struct filmed *filmed = calloc(1, sizeof(*filmed));
    if (!filmed)
        return trl_fail_memory(params->log, "a simulation", sizeof(*filmed));
    filmed->film.base.log = params->log;
    int err = trl_burst_film_create(&filmed->film, params, TRL_BURST_GPU);
    if (!err)
        err = upload_tables(filmed, params->device);
    if (err) {
        destroy(&filmed->film.base);
        return err;
    }
    *out = &filmed->film.base;
    return 0;
}

static int record(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int64_t steps)
{
    struct filmed *filmed = (struct filmed *)sim;
    int err = trl_burst_film_inject(&filmed->film, (uint64_t)sim->time + 1, (uint64_t)steps);
    return err ? err : trl_burst_record(filmed->film.burst, cmd, (uint64_t)steps);
}

/* The kernel and the target of a channel. */
static int prepare(struct filmed *filmed, int channel)
{
    struct trl_device *device = filmed->film.base.device;
    int err = 0;
    if (!filmed->kernels[channel])
        err = trl_gpu_kernel_create(&filmed->kernels[channel], device,
                                    &(struct trl_gpu_kernel_params){
                                        .shader = TRL_SHADER_SIM_BURST_CHANNEL_COMP,
                                        .spec = {(uint32_t)channel},
                                        .spec_count = 1,
                                    });
    if (!err && !filmed->channels[channel])
        err = trl_gpu_buffer_create(&filmed->channels[channel], device,
                                    &(struct trl_gpu_buffer_params){
                                        .name = "burst channel",
                                        .size_bytes = filmed->film.constants.cells * 4ULL,
                                        .memory = TRL_GPU_MEMORY_DEVICE,
                                    });
    return err;
}

static struct trl_gpu_buffer *values_of(const struct trl_burst_gpu_buffers *state, int channel)
{
    switch (channel) {
    case TRL_BURST_FILM_V:
        return state->v;
    case TRL_BURST_FILM_INPUT:
        return state->input;
    case TRL_BURST_FILM_COUNTDOWN:
        return state->counts;
    default:
        return state->ledger;
    }
}

static int device_channel(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int channel,
                          struct trl_gpu_tensor *out)
{
    struct filmed *filmed = (struct filmed *)sim;
    int err = prepare(filmed, channel);
    if (err)
        return err;
    const struct trl_burst_gpu_buffers state = trl_burst_gpu_buffers(filmed->film.burst->machine);
    trl_burst_film_constants *constants = &filmed->film.constants;
    const uint64_t time = trl_burst_time(filmed->film.burst);
    constants->time = (uint32_t)time;
    constants->slot = (uint32_t)(time % constants->ledger);
    const uint32_t groups = (constants->cells + TRL_BURST_FILM_GROUP - 1) / TRL_BURST_FILM_GROUP;
    const uint32_t groups_x = groups < GROUPS_X_MAX ? groups : GROUPS_X_MAX;
    trl_gpu_cmd_dispatch(cmd,
                         &(struct trl_gpu_call){
                             .kernel = filmed->kernels[channel],
                             .bindings = {{.buffer = filmed->channels[channel], .write = true},
                                          {.buffer = filmed->cells},
                                          {.buffer = state.kind_of},
                                          {.buffer = filmed->looks},
                                          {.buffer = values_of(&state, channel)},
                                          {.buffer = state.touched},
                                          {.buffer = state.kinds}},
                             .binding_count = 7,
                             .push = constants,
                             .push_size = sizeof(*constants),
                         },
                         groups_x, (groups + groups_x - 1) / groups_x, 1);
    *out = (struct trl_gpu_tensor){.buffer = filmed->channels[channel],
                                   .layout = filmed->film.base.layout};
    return 0;
}

const struct trl_sim_impl trl_burst_model_gpu = {
    .model = &trl_burst_model,
    .backend = TRL_BACKEND_GPU,
    .create = create,
    .destroy = destroy,
    .record = record,
    .device_channel = device_channel,
};
