/* SPDX-License-Identifier: BSD-2-Clause */
#include "ops/reduction.h"

#include "base/log.h"
#include "base/math.h"
#include "ops/range.h"
#include "shared/ops.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

static_assert(sizeof(struct trl_ops_reduce_push) <= TRL_GPU_PUSH_MAX,
              "push constants are too many");

enum {
    LEVELS_MAX = 4, /* 2^32 elements become 2^22, 2^12, 4, 1 */
    SPEC_COUNT = 6,
    LINES_BLOCKS = TRL_OPS_LANES / 16, /* of a workgroup at a time */
    LINES_GROUPS_MAX = 8192,
    COLUMNS_LANES = 64,
    COLUMNS_GROUPS_MAX = 65535,
    COLUMNS_GROUPS_SOFTWARE = 32,
    /* A block is up to 300 rounds of loops, and software drivers end them after 65,535. */
    COLUMNS_BLOCKS_MAX = 128,
    PAIR_BYTES = 8,
};

struct variant {
    struct trl_gpu_kernel_params params;
    struct trl_gpu_kernel *kernel;
    struct variant *next;
};

struct trl_ops_reducer {
    struct trl_device *device;
    struct trl_ops_shape shape;
    enum trl_ops_kernel kernel;
    bool software;
    int levels;
    int64_t blocks[LEVELS_MAX]; /* of an output, that a level gives */
    struct trl_gpu_buffer *cells[LEVELS_MAX];
    struct trl_gpu_buffer *settings; /* NULL unless passes follow each other */
    struct variant *variants;
};

/* What a level reads: elements of a tensor, or what the blocks of the level before gave. */
struct level {
    struct trl_gpu_buffer *buffer;
    int64_t offset; /* elements */
    int64_t element_bytes;
    uint32_t form;
    bool first;
    int64_t outputs, elements, blocks;
    struct trl_ops_axes output, reduced;
    int64_t output_stride[TRL_RANK_MAX], reduced_stride[TRL_RANK_MAX];
    struct trl_gpu_buffer *cells; /* what it writes */
};

static int create_buffer(struct trl_gpu_buffer **out, struct trl_ops_reducer *r, const char *name,
                         int64_t bytes)
{
    const uint64_t limit = trl_device_info(r->device)->storage_buffer_bytes_max;
    if ((uint64_t)bytes > limit)
        return trl_fail(trl_gpu_log(r->device), TRL_ERROR_UNSUPPORTED,
                        "reduction: the tensor needs a buffer of %lld bytes beside it; this device "
                        "binds at most %llu. Reduce parts of it",
                        (long long)bytes, (unsigned long long)limit);
    return trl_gpu_buffer_create(out, r->device,
                                 &(struct trl_gpu_buffer_params){.name = name,
                                                                 .size_bytes = (uint64_t)bytes,
                                                                 .memory = TRL_GPU_MEMORY_DEVICE});
}

int trl_ops_reducer_create(struct trl_ops_reducer **out, struct trl_device *device,
                           const struct trl_ops_shape *shape, enum trl_ops_kernel kernel)
{
    struct trl_ops_reducer *r = calloc(1, sizeof(*r));
    *out = r;
    if (!r)
        return trl_fail_memory(trl_gpu_log(device), "a reduction", sizeof(*r));
    r->device = device;
    r->shape = *shape;
    r->kernel = kernel;
    r->software = trl_device_info(device)->type == TRL_DEVICE_SOFTWARE;
    int64_t count = shape->elements, bytes = 0;
    int ret = 0;
    do {
        count = (count + TRL_OPS_BLOCK - 1) / TRL_OPS_BLOCK;
        r->blocks[r->levels] = count;
        if (!trl_mul_i64(count * PAIR_BYTES, shape->outputs, &bytes))
            bytes = INT64_MAX;
        if (shape->outputs)
            ret = create_buffer(&r->cells[r->levels], r, "reduced blocks", bytes);
        r->levels++;
    } while (count > 1 && ret == 0);
    const bool passes = shape->reduction == TRL_OPS_NORM || shape->reduction == TRL_OPS_VARIANCE;
    if (ret == 0 && passes && shape->outputs)
        ret = create_buffer(&r->settings, r, "settings of a reduction",
                            shape->outputs * (int64_t)(TRL_OPS_SETTING_WORDS * 4));
    if (ret < 0)
        trl_ops_reducer_destroy(out);
    return ret;
}

void trl_ops_reducer_destroy(struct trl_ops_reducer **reducer)
{
    if (!reducer || !*reducer)
        return;
    struct trl_ops_reducer *r = *reducer;
    for (struct variant *variant = r->variants, *next; variant; variant = next) {
        next = variant->next;
        trl_gpu_kernel_destroy(&variant->kernel);
        free(variant);
    }
    for (int n = 0; n < LEVELS_MAX; n++)
        trl_gpu_buffer_destroy(&r->cells[n]);
    trl_gpu_buffer_destroy(&r->settings);
    free(r);
    *reducer = NULL;
}

static int find_kernel(struct trl_ops_reducer *r, enum trl_shader shader, const uint32_t *spec,
                       uint32_t spec_count, struct trl_gpu_kernel **out)
{
    struct trl_gpu_kernel_params params = {.shader = shader, .spec_count = spec_count};
    memcpy(params.spec, spec, spec_count * sizeof(*spec));
    struct variant *variant = r->variants;
    while (variant && (variant->params.shader != shader ||
                       memcmp(variant->params.spec, params.spec, sizeof(params.spec)) != 0))
        variant = variant->next;
    if (!variant) {
        variant = calloc(1, sizeof(*variant));
        if (!variant)
            return trl_fail_memory(trl_gpu_log(r->device), "a kernel", sizeof(*variant));
        variant->params = params;
        const int ret = trl_gpu_kernel_create(&variant->kernel, r->device, &params);
        if (ret < 0) {
            free(variant);
            return ret;
        }
        variant->next = r->variants;
        r->variants = variant;
    }
    *out = variant->kernel;
    return 0;
}

/* ---- one level ---- */

/* Some outputs and some of their blocks. */
struct part {
    struct trl_ops_range outputs, elements;
    int64_t block, blocks;
    int64_t low, high; /* of what it reads, counted from the buffer's start */
};

static void place_part(const struct level *level, struct part *part)
{
    part->elements.at = part->block * TRL_OPS_BLOCK;
    part->elements.count =
        trl_min_i64(part->blocks * TRL_OPS_BLOCK, level->elements - part->elements.at);
    trl_ops_range_place(&level->output, &part->outputs);
    trl_ops_range_place(&level->reduced, &part->elements);
    part->low = part->high = level->offset;
    trl_ops_range_reach(&level->output, &part->outputs, level->output_stride, &part->low,
                        &part->high);
    trl_ops_range_reach(&level->reduced, &part->elements, level->reduced_stride, &part->low,
                        &part->high);
}

static bool part_fits(const struct trl_ops_reducer *r, const struct level *level, struct part *part)
{
    const int64_t limit = (int64_t)(trl_device_info(r->device)->storage_buffer_bytes_max -
                                    trl_gpu_binding_alignment(r->device) - 16);
    place_part(level, part);
    const int64_t span = part->high - part->low + 1;
    return trl_ops_range_fits(&level->output, &part->outputs) &&
           trl_ops_range_fits(&level->reduced, &part->elements) && span <= INT32_MAX &&
           span * level->element_bytes <= limit && part->outputs.count * part->blocks <= INT32_MAX;
}

/* Whether invocations should take a block each, rather than 16 together: where there are many
 * outputs, and neighbours of those lie nearer than neighbours within one. */
static bool by_columns(const struct trl_ops_reducer *r, const struct level *level)
{
    if (r->kernel != TRL_OPS_KERNEL_AUTO || r->software)
        return r->kernel != TRL_OPS_KERNEL_LINES;
    const int64_t across = level->output_stride[level->output.rank - 1];
    const int64_t along = level->reduced_stride[level->reduced.rank - 1];
    const bool near = (across < 0 ? -across : across) < (along < 0 ? -along : along);
    return level->outputs >= 1024 && (near || level->elements < TRL_OPS_LANE);
}

static bool fours_are_aligned(const struct level *level, uint32_t base)
{
    bool aligned = level->form == TRL_OPS_F32 && level->first && level->reduced.rank == 1 &&
                   level->reduced_stride[0] == 1 && base % 4 == 0;
    for (int axis = 0; axis < level->output.rank; axis++)
        aligned = aligned && level->output_stride[axis] % 4 == 0;
    return aligned;
}

static int record_part(struct trl_ops_reducer *r, struct trl_gpu_cmd *cmd,
                       const struct level *level, uint32_t pass, const struct part *part)
{
    const uint64_t alignment =
        (uint64_t)trl_max_i64((int64_t)trl_gpu_binding_alignment(r->device), 16);
    const uint64_t bytes = (uint64_t)level->element_bytes;
    const uint64_t start = (uint64_t)part->low * bytes / alignment * alignment;
    const uint64_t end = trl_align_up((uint64_t)(part->high + 1) * bytes, 16);
    const int64_t base = level->offset + trl_ops_range_base(&part->outputs, level->output_stride) +
                         trl_ops_range_base(&part->elements, level->reduced_stride);
    const struct trl_gpu_binding window = {level->buffer, start, end - start, false};
    struct trl_ops_reduce_push push = {
        .base = (uint32_t)((uint64_t)base - start / bytes),
        .outputs = (uint32_t)part->outputs.count,
        .blocks = (uint32_t)part->blocks,
        .elements = (uint32_t)part->elements.count,
        .output_first = (uint32_t)trl_ops_range_first(&level->output, &part->outputs),
        .element_first = (uint32_t)trl_ops_range_first(&level->reduced, &part->elements),
        .cell = (uint32_t)(part->outputs.at * level->blocks + part->block),
        .cell_stride = (uint32_t)level->blocks,
        .place = (uint32_t)part->elements.at,
        .setting = (uint32_t)part->outputs.at,
    };
    uint32_t *walk = trl_ops_range_extents(&level->output, &part->outputs, push.walk);
    for (int axis = 0; axis < level->output.rank; axis++)
        *walk++ = (uint32_t)level->output_stride[axis];
    walk = trl_ops_range_extents(&level->reduced, &part->elements, walk);
    for (int axis = 0; axis < level->reduced.rank; axis++)
        *walk++ = (uint32_t)level->reduced_stride[axis];
    const uint32_t spec[SPEC_COUNT] = {level->form,
                                       pass,
                                       level->first,
                                       (uint32_t)level->output.rank,
                                       (uint32_t)level->reduced.rank,
                                       fours_are_aligned(level, push.base)};
    struct trl_gpu_call call = {
        .bindings = {window,
                     window,
                     {.buffer = level->cells, .write = true},
                     {.buffer = r->settings ? r->settings : level->cells}},
        .binding_count = 4,
        .push = &push,
        .push_size = sizeof(push),
    };
    const bool columns = by_columns(r, level);
    const int ret = find_kernel(
        r, columns ? TRL_SHADER_OPS_REDUCE_COLUMNS_COMP : TRL_SHADER_OPS_REDUCE_LINES_COMP, spec,
        SPEC_COUNT, &call.kernel);
    if (ret < 0)
        return ret;
    const int64_t all = part->outputs.count * part->blocks;
    int64_t groups = trl_min_i64((all + LINES_BLOCKS - 1) / LINES_BLOCKS, LINES_GROUPS_MAX);
    if (columns) {
        const int64_t least = (all - 1) / (COLUMNS_LANES * COLUMNS_BLOCKS_MAX) + 1;
        const int64_t most = r->software ? COLUMNS_GROUPS_SOFTWARE : COLUMNS_GROUPS_MAX;
        groups = trl_min_i64((all + COLUMNS_LANES - 1) / COLUMNS_LANES, trl_max_i64(least, most));
    }
    trl_gpu_cmd_dispatch(cmd, &call, (uint32_t)groups, 1, 1);
    return 0;
}

static int record_level(struct trl_ops_reducer *r, struct trl_gpu_cmd *cmd,
                        const struct level *level, uint32_t pass)
{
    struct part part = {0};
    for (int64_t at = 0; at < level->outputs; at += part.outputs.count) {
        part.outputs.at = at;
        part.outputs.count = level->outputs - at;
        part.block = 0;
        part.blocks = level->blocks;
        while (!part_fits(r, level, &part) && part.outputs.count > 1)
            part.outputs.count = (part.outputs.count + 1) / 2;
        for (; part.block < level->blocks; part.block += part.blocks) {
            part.blocks = level->blocks - part.block;
            while (!part_fits(r, level, &part)) {
                if (part.blocks == 1)
                    return trl_fail(trl_gpu_log(r->device), TRL_ERROR_UNSUPPORTED,
                                    "reduction: neighbours of the tensor lie farther apart than "
                                    "this device binds at once. Copy the tensor to C order");
                part.blocks = (part.blocks + 1) / 2;
            }
            const int ret = record_part(r, cmd, level, pass, &part);
            if (ret < 0)
                return ret;
        }
    }
    return 0;
}

/* ---- the whole ---- */

static void first_level(const struct trl_ops_reducer *r, const struct trl_gpu_tensor *input,
                        struct level *level)
{
    const struct trl_layout *layout = &input->layout;
    const bool swap = layout->big_endian && trl_dtype_size(layout->dtype) > 1;
    *level = (struct level){
        .buffer = input->buffer,
        .offset = layout->offset,
        .element_bytes = (int64_t)trl_dtype_size(layout->dtype),
        .form = layout->dtype | (swap ? TRL_OPS_SWAP : 0),
        .first = true,
        .outputs = r->shape.outputs,
        .elements = r->shape.elements,
        .blocks = r->blocks[0],
        .cells = r->cells[0],
    };
    for (int axis = 0; axis < layout->rank; axis++) {
        const bool reduced = r->shape.axis < 0 || axis == r->shape.axis;
        struct trl_ops_axes *axes = reduced ? &level->reduced : &level->output;
        int64_t *stride = reduced ? level->reduced_stride : level->output_stride;
        axes->shape[axes->rank] = layout->shape[axis];
        stride[axes->rank++] = layout->stride[axis];
    }
    trl_ops_axes_straighten(&level->output, &level->output_stride, 1);
    trl_ops_axes_straighten(&level->reduced, &level->reduced_stride, 1);
}

static void next_level(const struct trl_ops_reducer *r, int n, struct level *level)
{
    const int64_t outputs = level->outputs, before = r->blocks[n - 1];
    *level = (struct level){
        .buffer = r->cells[n - 1],
        .element_bytes = PAIR_BYTES,
        .form = TRL_OPS_F32,
        .outputs = outputs,
        .elements = before,
        .blocks = r->blocks[n],
        .output = {.rank = 1, .shape = {outputs}, .inner = {1}},
        .reduced = {.rank = 1, .shape = {before}, .inner = {1}},
        .output_stride = {before},
        .reduced_stride = {1},
        .cells = r->cells[n],
    };
}

static int record_finish(struct trl_ops_reducer *r, struct trl_gpu_cmd *cmd, uint32_t finish,
                         const struct trl_gpu_tensor *out)
{
    const uint64_t alignment = trl_gpu_binding_alignment(r->device);
    const uint64_t begin = (uint64_t)out->layout.offset * 4, from = begin / alignment * alignment;
    const uint64_t size = begin + (uint64_t)r->shape.outputs * 4 - from;
    const struct trl_ops_finish_push push = {
        .outputs = (uint32_t)r->shape.outputs,
        .count = (uint32_t)r->shape.elements,
        .first = (uint32_t)((begin - from) / 4),
    };
    struct trl_gpu_call call = {
        .bindings = {{.buffer = r->cells[r->levels - 1]},
                     {.buffer = r->settings ? r->settings : r->cells[r->levels - 1],
                      .write = r->settings != NULL},
                     {out->buffer, from, size, true}},
        .binding_count = 3,
        .push = &push,
        .push_size = sizeof(push),
    };
    const int ret = find_kernel(r, TRL_SHADER_OPS_REDUCE_FINISH_COMP, &finish, 1, &call.kernel);
    if (ret < 0)
        return ret;
    trl_gpu_cmd_dispatch(
        cmd, &call, (uint32_t)trl_min_i64((r->shape.outputs + 63) / 64, COLUMNS_GROUPS_MAX), 1, 1);
    return 0;
}

static int record_pass(struct trl_ops_reducer *r, struct trl_gpu_cmd *cmd,
                       const struct trl_gpu_tensor *input, uint32_t pass, uint32_t finish,
                       const struct trl_gpu_tensor *out)
{
    struct level level;
    first_level(r, input, &level);
    for (int n = 0; n < r->levels; n++) {
        if (n > 0)
            next_level(r, n, &level);
        const int ret = record_level(r, cmd, &level, pass);
        if (ret < 0)
            return ret;
    }
    return record_finish(r, cmd, finish, out);
}

struct step {
    uint32_t pass, finish;
};

static int steps_of(enum trl_ops_reduction reduction, struct step steps[3])
{
    switch (reduction) {
    case TRL_OPS_SUM:
        steps[0] = (struct step){TRL_OPS_PASS_SUM, TRL_OPS_FINISH_SUM};
        return 1;
    case TRL_OPS_MEAN:
        steps[0] = (struct step){TRL_OPS_PASS_SUM, TRL_OPS_FINISH_MEAN};
        return 1;
    case TRL_OPS_MIN:
        steps[0] = (struct step){TRL_OPS_PASS_KEYS, TRL_OPS_FINISH_MIN};
        return 1;
    case TRL_OPS_MAX:
        steps[0] = (struct step){TRL_OPS_PASS_KEYS, TRL_OPS_FINISH_MAX};
        return 1;
    case TRL_OPS_ARGMIN:
        steps[0] = (struct step){TRL_OPS_PASS_LEAST, TRL_OPS_FINISH_PLACE};
        return 1;
    case TRL_OPS_ARGMAX:
        steps[0] = (struct step){TRL_OPS_PASS_GREATEST, TRL_OPS_FINISH_PLACE};
        return 1;
    case TRL_OPS_NORM:
        steps[0] = (struct step){TRL_OPS_PASS_KEYS, TRL_OPS_FINISH_KEYS};
        steps[1] = (struct step){TRL_OPS_PASS_SQUARES, TRL_OPS_FINISH_NORM};
        return 2;
    default:
        steps[0] = (struct step){TRL_OPS_PASS_KEYS, TRL_OPS_FINISH_KEYS};
        steps[1] = (struct step){TRL_OPS_PASS_SCALED, TRL_OPS_FINISH_CENTRE};
        steps[2] = (struct step){TRL_OPS_PASS_SQUARES, TRL_OPS_FINISH_VARIANCE};
        return 3;
    }
}

int trl_ops_reducer_record(struct trl_ops_reducer *r, struct trl_gpu_cmd *cmd,
                           const struct trl_gpu_tensor *input, const struct trl_gpu_tensor *out)
{
    const enum trl_dtype dtype = input->layout.dtype;
    if (dtype == TRL_DTYPE_F64 || dtype == TRL_DTYPE_I64 || dtype == TRL_DTYPE_U64)
        return trl_fail(trl_gpu_log(r->device), TRL_ERROR_UNSUPPORTED,
                        "reduction: elements of dtype %s are not read on the device; narrow them "
                        "to f4 first",
                        trl_dtype_name(dtype));
    struct step steps[3];
    const int count = steps_of(r->shape.reduction, steps);
    for (int n = 0; n < count && r->shape.outputs; n++) {
        const int ret = record_pass(r, cmd, input, steps[n].pass, steps[n].finish, out);
        if (ret < 0)
            return ret;
    }
    return 0;
}
