/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lif_sheet.h"

#include <assert.h>
#include <stdlib.h>

#include "base/log.h"

static_assert(sizeof(struct trl_lif_constants) <= TRL_GPU_PUSH_MAX, "push constants are too many");

/* Buffers have rows of whole quads; the spike masks have rows of whole words. */
struct sheet {
    struct trl_sim base;
    struct trl_lif_constants constants;
    struct trl_gpu_kernel *rows_kernel, *update_kernel, *spikes_kernel;
    struct trl_gpu_buffer *v, *current, *glow, *hold, *rows, *spikes;
    struct trl_gpu_buffer *masks[2]; /* [time & 1]: the spikes of the last step */
};

static void destroy(struct trl_sim *sim)
{
    struct sheet *sheet = (struct sheet *)sim;
    trl_gpu_kernel_destroy(&sheet->rows_kernel);
    trl_gpu_kernel_destroy(&sheet->update_kernel);
    trl_gpu_kernel_destroy(&sheet->spikes_kernel);
    trl_gpu_buffer_destroy(&sheet->v);
    trl_gpu_buffer_destroy(&sheet->current);
    trl_gpu_buffer_destroy(&sheet->glow);
    trl_gpu_buffer_destroy(&sheet->hold);
    trl_gpu_buffer_destroy(&sheet->rows);
    trl_gpu_buffer_destroy(&sheet->spikes);
    trl_gpu_buffer_destroy(&sheet->masks[0]);
    trl_gpu_buffer_destroy(&sheet->masks[1]);
    free(sheet);
}

static int create_kernels(struct sheet *sheet, struct trl_device *device,
                          const struct trl_lif_setup *setup)
{
    struct trl_gpu_kernel_params params = {
        .shader = TRL_SHADER_SIM_LIF_ROWS_COMP,
        .spec = {setup->excitation_radius, setup->inhibition_radius},
        .spec_count = 2,
    };
    int err = trl_gpu_kernel_create(&sheet->rows_kernel, device, &params);
    params.shader = TRL_SHADER_SIM_LIF_UPDATE_COMP;
    if (!err)
        err = trl_gpu_kernel_create(&sheet->update_kernel, device, &params);
    params = (struct trl_gpu_kernel_params){.shader = TRL_SHADER_SIM_LIF_SPIKES_COMP};
    if (!err)
        err = trl_gpu_kernel_create(&sheet->spikes_kernel, device, &params);
    return err;
}

static uint64_t cells(const struct sheet *sheet)
{
    return (uint64_t)sheet->constants.quads * 4 * sheet->constants.height;
}

static uint64_t mask_bytes(const struct sheet *sheet)
{
    return (uint64_t)sheet->constants.words * 4 * sheet->constants.height;
}

static int create_buffers(struct sheet *sheet, struct trl_device *device)
{
    const struct {
        struct trl_gpu_buffer **buffer;
        const char *name;
        uint64_t size;
    } wanted[] = {
        {&sheet->v, "lif v", cells(sheet) * 4},
        {&sheet->current, "lif current", cells(sheet) * 4},
        {&sheet->glow, "lif afterglow", cells(sheet) * 4},
        {&sheet->spikes, "lif spikes", cells(sheet) * 4},
        {&sheet->hold, "lif refractory", cells(sheet)},
        {&sheet->rows, "lif row sums", cells(sheet) * 2},
        {&sheet->masks[0], "lif mask 0", mask_bytes(sheet)},
        {&sheet->masks[1], "lif mask 1", mask_bytes(sheet)},
    };
    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
        int err = trl_gpu_buffer_create(wanted[i].buffer, device,
                                        &(struct trl_gpu_buffer_params){
                                            .name = wanted[i].name,
                                            .size_bytes = wanted[i].size,
                                            .memory = TRL_GPU_MEMORY_DEVICE,
                                        });
        if (err)
            return err;
    }
    return 0;
}

/* The state before the first step; waits until it is on the device. */
static int upload_start(struct sheet *sheet, struct trl_device *device,
                        const struct trl_lif_setup *setup)
{
    struct trl_gpu_cmd *cmd = NULL;
    struct trl_gpu_buffer *staging = NULL;
    struct trl_gpu_point done;
    uint64_t size = cells(sheet) * 4;
    int err = trl_gpu_buffer_create(&staging, device,
                                    &(struct trl_gpu_buffer_params){
                                        .name = "lif start",
                                        .size_bytes = 2 * size,
                                        .memory = TRL_GPU_MEMORY_UPLOAD,
                                    });
    if (err)
        return err;
    float *v = trl_gpu_buffer_map(staging);
    trl_lif_start(setup, sheet->constants.quads * 4, v, v + cells(sheet));
    err = trl_gpu_buffer_flush(staging, 0, 2 * size);
    if (!err)
        err = trl_gpu_cmd_create(&cmd, device, TRL_GPU_QUEUE_COMPUTE);
    if (!err)
        err = trl_gpu_cmd_begin(cmd);
    if (err)
        goto done;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_UPLOAD);
    trl_gpu_cmd_copy(cmd, sheet->v, 0, staging, 0, size);
    trl_gpu_cmd_copy(cmd, sheet->current, 0, staging, size, size);
    trl_gpu_cmd_fill(cmd, sheet->glow, 0, size, 0);
    trl_gpu_cmd_fill(cmd, sheet->hold, 0, cells(sheet), 0);
    trl_gpu_cmd_fill(cmd, sheet->masks[0], 0, mask_bytes(sheet), 0);
    err = trl_gpu_submit(cmd, NULL, 0, &done);
    if (!err)
        err = trl_gpu_wait(device, done, INT64_MAX);
done:
    trl_gpu_cmd_destroy(&cmd);
    trl_gpu_buffer_destroy(&staging);
    return err;
}

static int create(struct trl_sim **out, const struct trl_sim_params *params)
{
    struct trl_lif_setup setup;
    int err = trl_lif_setup(&setup, params);
    if (err)
        return err;
    struct sheet *sheet = calloc(1, sizeof(*sheet));
    if (!sheet)
        return trl_fail_memory(params->log, "a simulation", sizeof(*sheet));
    sheet->constants = setup.constants;
    err = create_kernels(sheet, params->device, &setup);
    if (!err)
        err = create_buffers(sheet, params->device);
    if (!err)
        err = upload_start(sheet, params->device, &setup);
    if (err) {
        destroy(&sheet->base);
        return err;
    }
    *out = &sheet->base;
    return 0;
}

static void dispatch(struct sheet *sheet, struct trl_gpu_cmd *cmd, struct trl_gpu_call *call)
{
    call->push = &sheet->constants;
    call->push_size = sizeof(sheet->constants);
    trl_gpu_cmd_dispatch(cmd, call, (sheet->constants.quads + TRL_LIF_GROUP - 1) / TRL_LIF_GROUP,
                         sheet->constants.height, 1);
}

static int record(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int64_t steps)
{
    struct sheet *sheet = (struct sheet *)sim;
    for (int64_t time = sim->time; time < sim->time + steps; time++) {
        struct trl_gpu_buffer *last = sheet->masks[time & 1], *next = sheet->masks[~time & 1];
        sheet->constants.step_low = (uint32_t)time;
        sheet->constants.step_high = (uint32_t)((uint64_t)time >> 32);
        dispatch(sheet, cmd,
                 &(struct trl_gpu_call){
                     .kernel = sheet->rows_kernel,
                     .bindings = {{.buffer = last},
                                  {.buffer = next, .write = true},
                                  {.buffer = sheet->rows, .write = true}},
                     .binding_count = 3,
                 });
        dispatch(sheet, cmd,
                 &(struct trl_gpu_call){
                     .kernel = sheet->update_kernel,
                     .bindings = {{.buffer = sheet->rows},
                                  {.buffer = sheet->current},
                                  {.buffer = sheet->v, .write = true},
                                  {.buffer = sheet->glow, .write = true},
                                  {.buffer = sheet->hold, .write = true},
                                  {.buffer = next, .write = true}},
                     .binding_count = 6,
                 });
    }
    return 0;
}

static int device_channel(struct trl_sim *sim, struct trl_gpu_cmd *cmd, int channel,
                          struct trl_gpu_tensor *out)
{
    struct sheet *sheet = (struct sheet *)sim;
    if (channel == TRL_LIF_SPIKES)
        dispatch(sheet, cmd,
                 &(struct trl_gpu_call){
                     .kernel = sheet->spikes_kernel,
                     .bindings = {{.buffer = sheet->masks[sim->time & 1]},
                                  {.buffer = sheet->spikes, .write = true}},
                     .binding_count = 2,
                 });
    *out = (struct trl_gpu_tensor){
        .buffer = channel == TRL_LIF_SPIKES      ? sheet->spikes
                  : channel == TRL_LIF_AFTERGLOW ? sheet->glow
                                                 : sheet->v,
        .layout =
            {
                .dtype = TRL_DTYPE_F32,
                .rank = 2,
                .shape = {sim->layout.shape[0], sim->layout.shape[1]},
                .stride = {(int64_t)sheet->constants.quads * 4, 1},
            },
    };
    return 0;
}

const struct trl_sim_impl trl_lif_sheet_gpu = {
    .model = &trl_lif_sheet_model,
    .backend = TRL_BACKEND_GPU,
    .create = create,
    .destroy = destroy,
    .record = record,
    .device_channel = device_channel,
};
