/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/raster.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/variants.h"
#include "gpu/window.h"
#include "shared/chart.h"
#include "view/chart.h"
#include "view/cmap.h"
#include "view/strip.h"

#include <stdlib.h>

#include <tensorreel/error.h>

enum { NEURONS_MAX = 1 << 30, POPULATIONS_MAX = 256, LANES = 256, COLUMN_LANES = 64 };

struct trl_raster {
    struct trl_device *device;
    enum trl_raster_form form;
    struct trl_view_shape shape;
    int64_t neurons;
    int populations, rows;
    struct trl_chart chart;
    struct trl_strip strip;
    struct trl_gpu_variants mark;
    struct trl_gpu_kernel *column;
    struct trl_gpu_buffer *bounds, *first, *marks;
};

/* ---- building ---- */

static int check_populations(struct trl_log *log, const struct trl_raster_params *p,
                             int64_t neurons)
{
    if (p->population_count < 0 || p->population_count >= POPULATIONS_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "raster: %d bounds of populations; at most %d",
                        p->population_count, POPULATIONS_MAX - 1);
    for (int n = 0; n < p->population_count; n++)
        if (p->populations[n] < (n ? p->populations[n - 1] : 0) || p->populations[n] > neurons)
            return trl_fail(log, TRL_ERROR_USAGE,
                            "raster: population %d begins at neuron %lld; the bounds must ascend "
                            "from 0 to %lld",
                            n + 1, (long long)p->populations[n], (long long)neurons);
    return 0;
}

static int check(struct trl_raster *raster, const struct trl_raster_params *p)
{
    struct trl_log *log = trl_gpu_log(raster->device);
    const struct trl_view_shape *s = &raster->shape;
    if ((unsigned)p->form > TRL_RASTER_FORM_EVENTS)
        return trl_fail(log, TRL_ERROR_USAGE, "raster: form %d: unknown", (int)p->form);
    raster->neurons = p->neurons;
    if (!p->neurons && p->form != TRL_RASTER_FORM_MASK)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "raster: %s do not say how many neurons there are; give the number",
                        p->form == TRL_RASTER_FORM_BITS ? "bits" : "events");
    if (!p->neurons)
        raster->neurons = s->tiles * s->rows * s->columns;
    if (raster->neurons < 1 || raster->neurons > NEURONS_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "raster: %lld neurons; must be 1 to %d",
                        (long long)raster->neurons, NEURONS_MAX);
    return check_populations(log, p, raster->neurons);
}

static int upload_bounds(struct trl_raster *raster, struct trl_upload *upload,
                         const struct trl_raster_params *p)
{
    const size_t size = (size_t)(raster->rows + 1) * sizeof(uint32_t);
    uint32_t *words = malloc(size);
    if (!words)
        return trl_fail_memory(trl_gpu_log(raster->device), "rows of neurons", size);
    for (int64_t n = 0; n <= raster->rows; n++)
        words[n] = (uint32_t)(n * raster->neurons / raster->rows);
    int ret = trl_upload_buffer(upload, &raster->bounds, "rows of neurons", words, size);
    free(words);
    uint32_t first[POPULATIONS_MAX] = {0};
    for (int n = 0; n < p->population_count; n++)
        first[n] = (uint32_t)p->populations[n];
    if (ret == 0)
        ret = trl_upload_buffer(upload, &raster->first, "populations", first, sizeof(first));
    return ret;
}

static int build(struct trl_raster *raster, const struct trl_raster_params *p,
                 const struct trl_view_params *view, struct trl_upload *upload)
{
    struct trl_device *device = raster->device;
    raster->rows = (int)trl_min_i64(raster->neurons, view->height);
    raster->populations = p->population_count + 1;
    raster->mark.params = (struct trl_gpu_kernel_params){TRL_SHADER_VIEW_RASTER_MARK_COMP,
                                                         .spec = {0, 0, p->form}, .spec_count = 3};
    for (int n = 0; n < POPULATIONS_MAX; n++)
        trl_chart_color_of(p->colors, p->color_count,
                           raster->chart.palette.rgb[TRL_PALETTE_BACKGROUND], n,
                           raster->chart.palette.rgb[n]);
    int ret;
    if ((ret = trl_upload_begin(upload, device)) < 0 ||
        (ret = trl_chart_init(&raster->chart, upload,
                              &(struct trl_chart_params){
                                  .width = view->width,
                                  .height = view->height,
                                  .cell_columns = raster->strip.columns,
                                  .cell_rows = raster->rows,
                                  .rows_up = !p->first_on_top,
                                  .row_gaps = true,
                              })) < 0 ||
        (ret = trl_strip_init(&raster->strip, upload, raster->rows)) < 0 ||
        (ret = upload_bounds(raster, upload, p)) < 0 ||
        (ret = trl_chart_buffer(&raster->marks, device, "marks of rows",
                                (uint64_t)raster->rows + TRL_RASTER_SUMS)) < 0 ||
        (ret = trl_chart_kernel(&raster->column, device, TRL_SHADER_VIEW_RASTER_COLUMN_COMP, 0)) <
            0)
        return ret;
    return trl_upload_finish(upload);
}

int trl_raster_create(struct trl_raster **out, struct trl_device *device,
                      const struct trl_raster_params *params, const struct trl_view_params *view,
                      const struct trl_view_shape *shape)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    struct trl_upload upload = {0};
    struct trl_raster *raster = calloc(1, sizeof(*raster));
    if (!raster)
        return trl_fail_memory(log, "raster", sizeof(*raster));
    raster->device = device;
    raster->form = params->form;
    raster->shape = *shape;
    int ret;
    if ((ret = trl_chart_check(log, "raster", view->width, view->height)) < 0 ||
        (ret = trl_palette_create(log, view, &raster->chart.palette)) < 0 ||
        (ret = trl_strip_plan(&raster->strip, log, "raster", &params->time, view->width)) < 0 ||
        (ret = check(raster, params)) < 0 || (ret = build(raster, params, view, &upload)) < 0)
        goto fail;
    trl_upload_destroy(&upload);
    *out = raster;
    return 0;
fail:
    trl_upload_destroy(&upload);
    trl_raster_destroy(&raster);
    return ret;
}

void trl_raster_destroy(struct trl_raster **out)
{
    if (!out || !*out)
        return;
    struct trl_raster *raster = *out;
    trl_gpu_variants_destroy(&raster->mark);
    trl_gpu_kernel_destroy(&raster->column);
    trl_gpu_buffer_destroy(&raster->bounds);
    trl_gpu_buffer_destroy(&raster->first);
    trl_gpu_buffer_destroy(&raster->marks);
    trl_strip_destroy(&raster->strip);
    trl_chart_destroy(&raster->chart);
    free(raster);
    *out = NULL;
}

/* ---- frames ---- */

static bool holds_bits(enum trl_dtype dtype)
{
    return dtype == TRL_DTYPE_I8 || dtype == TRL_DTYPE_U8 || dtype == TRL_DTYPE_I16 ||
           dtype == TRL_DTYPE_U16 || dtype == TRL_DTYPE_I32 || dtype == TRL_DTYPE_U32;
}

static int check_frame(const struct trl_raster *raster, const struct trl_gpu_tensor *tensor)
{
    struct trl_log *log = trl_gpu_log(raster->device);
    const struct trl_layout *layout = &tensor->layout;
    const int ret = trl_chart_check_tensor(log, "raster", tensor);
    if (ret < 0)
        return ret;
    if (raster->form == TRL_RASTER_FORM_BITS && !holds_bits(layout->dtype))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "raster: bits of %s elements; sets of bits are integers of 8 to 32 bits",
                        trl_dtype_name(layout->dtype));
    if (raster->form != TRL_RASTER_FORM_EVENTS &&
        (layout->shape[0] != raster->shape.tiles || layout->shape[1] != raster->shape.rows ||
         layout->shape[2] != raster->shape.columns))
        return trl_fail(
            log, TRL_ERROR_USAGE, "raster: a frame of %lld x %lld x %lld, not as the first",
            (long long)layout->shape[0], (long long)layout->shape[1], (long long)layout->shape[2]);
    if (trl_layout_elements(layout) > NEURONS_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "raster: more than %d elements", NEURONS_MAX);
    return 0;
}

static int record_marks(struct trl_raster *raster, struct trl_gpu_cmd *cmd,
                        const struct trl_gpu_tensor *tensor)
{
    int64_t shape[3], stride[3];
    trl_chart_axes(&tensor->layout, shape, stride);
    struct trl_window_axis axis[3];
    for (int n = 0; n < 3; n++)
        axis[n] = (struct trl_window_axis){shape[n], 1, NULL, stride[n]};
    struct trl_gpu_call call = {
        .bindings = {{0}, {.buffer = raster->bounds}, {.buffer = raster->marks, .write = true}},
        .binding_count = 3,
    };
    struct trl_windows w;
    int ret;
    if ((ret = trl_gpu_variant(&raster->mark, raster->device, &tensor->layout, &call.kernel)) < 0 ||
        (ret = trl_windows_begin(&w, raster->device, tensor, axis)) < 0)
        return ret;
    while (trl_windows_next(&w)) {
        trl_walk walk;
        uint32_t groups[2];
        trl_window_walk_block(&w, &walk, groups);
        struct trl_raster_push push = {
            .base = w.base,
            .shape = {(uint32_t)shape[1], (uint32_t)shape[2]},
            .steps = walk.steps,
            .neurons = (uint32_t)raster->neurons,
            .rows = (uint32_t)raster->rows,
        };
        for (int n = 0; n < 3; n++) {
            push.stride[n] = (uint32_t)stride[n];
            push.start[n] = (uint32_t)w.start[n];
            push.count[n] = (uint32_t)w.count[n];
        }
        call.bindings[0] = w.binding;
        call.push = &push;
        call.push_size = sizeof(push);
        trl_gpu_cmd_dispatch(cmd, &call, groups[0], groups[1], 1);
    }
    return 0;
}

int trl_raster_record(struct trl_raster *raster, struct trl_gpu_cmd *cmd,
                      const struct trl_gpu_tensor *tensor)
{
    int ret = check_frame(raster, tensor);
    if (ret < 0)
        return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_ANALYSE);
    bool fresh;
    const int slot = trl_strip_next(&raster->strip, cmd, &fresh);
    const uint64_t rows_size = (uint64_t)raster->rows * 4;
    trl_gpu_cmd_fill(cmd, raster->marks, fresh ? 0 : rows_size,
                     (fresh ? rows_size : 0) + (uint64_t)TRL_RASTER_SUMS * 4, 0);
    if (trl_layout_elements(&tensor->layout) > 0 && (ret = record_marks(raster, cmd, tensor)) < 0)
        return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_VIEW);
    const struct trl_raster_column_push push = {
        .rows = (uint32_t)raster->rows,
        .stride = raster->strip.stride,
        .slot = (uint32_t)slot,
        .populations = (uint32_t)raster->populations,
        .elements = (uint32_t)trl_layout_elements(&tensor->layout),
    };
    const struct trl_gpu_call call = {
        .kernel = raster->column,
        .bindings = {{.buffer = raster->marks},
                     {.buffer = raster->first},
                     {.buffer = raster->strip.ring, .write = true},
                     {.buffer = raster->chart.counts, .write = true}},
        .binding_count = 4,
        .push = &push,
        .push_size = sizeof(push),
    };
    trl_gpu_cmd_dispatch(cmd, &call, (push.rows + COLUMN_LANES - 1) / COLUMN_LANES, 1, 1);
    trl_strip_record(&raster->strip, cmd, &raster->chart);
    return 0;
}

const struct trl_picture *trl_raster_picture(const struct trl_raster *raster)
{
    return &raster->chart.picture;
}

const struct trl_palette *trl_raster_palette(const struct trl_raster *raster)
{
    return &raster->chart.palette;
}

void trl_raster_frames(const struct trl_raster *raster, int64_t *left, int64_t *right)
{
    trl_strip_range(&raster->strip, left, right);
}
