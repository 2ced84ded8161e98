/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/histogram.h"

#include "base/log.h"
#include "base/math.h"
#include "gpu/variants.h"
#include "shared/chart.h"
#include "view/analyse.h"
#include "view/chart.h"
#include "view/cmap.h"
#include "view/strip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

static const uint32_t count_limit = 1U << 31;

enum { STEPS = 256, LANES = 64, ROW_GROUPS_MAX = 256 };

struct trl_histogram {
    struct trl_device *device;
    struct trl_view_shape shape;
    bool bars, ranged; /* ranged: the range over time is found */
    uint32_t bins, top, full;
    struct trl_scale scale;
    struct trl_analyse analyse;
    struct trl_chart chart;
    struct trl_strip strip; /* over time */
    struct trl_gpu_variants count;
    struct trl_gpu_kernel *join, *draw;
    struct trl_gpu_buffer *setup, *steps, *parts;
};

/* ---- building ---- */

static int check(struct trl_histogram *h, const struct trl_histogram_params *p)
{
    struct trl_log *log = trl_gpu_log(h->device);
    const int bins = p->bins ? p->bins : 128;
    if (bins < 1 || bins > STEPS || (bins & (bins - 1)) != 0)
        return trl_fail(log, TRL_ERROR_USAGE, "histogram: %d bins; must be a power of 2, 1 to %d",
                        p->bins, STEPS);
    if (!(p->count_max >= 0 && p->count_max <= count_limit))
        return trl_fail(log, TRL_ERROR_USAGE, "histogram: a largest count of %g; must be 1 to %u",
                        p->count_max, count_limit);
    const struct trl_view_shape *s = &h->shape;
    if (s->tiles < 1 || s->rows < 1 || s->columns < 1)
        return trl_fail(log, TRL_ERROR_USAGE, "histogram: frames of %lld x %lld x %lld elements",
                        (long long)s->tiles, (long long)s->rows, (long long)s->columns);
    h->bars = p->bars;
    h->bins = (uint32_t)bins;
    h->top = (uint32_t)ceil(p->count_max);
    return 0;
}

/* Where the largest bar is as high as it can be, it leaves some room above. */
static void plan_bars(struct trl_histogram *h, const struct trl_view_params *view)
{
    uint8_t map[STEPS][3];
    uint8_t(*rgb)[3] = h->chart.palette.rgb;
    memcpy(map, rgb, sizeof(map));
    const uint32_t height = (uint32_t)view->height * TRL_HISTOGRAM_LEVELS;
    h->full = h->top ? height : height - height / 16;
    for (uint32_t n = 0; n < TRL_HISTOGRAM_COLORS; n++)
        for (uint32_t level = 1; level <= TRL_HISTOGRAM_LEVELS; level++)
            trl_chart_blend(rgb[TRL_PALETTE_BACKGROUND],
                            map[n * (STEPS - 1) / (TRL_HISTOGRAM_COLORS - 1)], level,
                            TRL_HISTOGRAM_LEVELS, rgb[n * TRL_HISTOGRAM_LEVELS + level - 1]);
}

static int create_kernels(struct trl_histogram *h, bool logarithmic)
{
    struct trl_device *device = h->device;
    h->count.params =
        (struct trl_gpu_kernel_params){TRL_SHADER_VIEW_HISTOGRAM_COUNT_COMP, .spec_count = 2};
    int ret;
    if ((ret = trl_chart_buffer(&h->steps, device, "counts of steps", STEPS)) < 0 ||
        (ret = trl_chart_buffer(&h->parts, device, "bins", STEPS)) < 0 ||
        (ret = trl_chart_kernel(&h->join, device, TRL_SHADER_VIEW_HISTOGRAM_BINS_COMP,
                                logarithmic)) < 0)
        return ret;
    if (!h->bars)
        return 0;
    return trl_chart_kernel(&h->draw, device, TRL_SHADER_VIEW_HISTOGRAM_BARS_COMP, 0);
}

static int build(struct trl_histogram *h, const struct trl_histogram_params *p,
                 const struct trl_view_params *view, struct trl_upload *upload)
{
    struct trl_chart_params chart = {
        .width = view->width,
        .height = view->height,
        .cell_columns = view->width,
        .cell_rows = view->height,
    };
    if (h->bars) {
        plan_bars(h, view);
    } else {
        /* Where pixels are fewer than bins, bins are joined until they fit. */
        while (h->bins > (uint32_t)view->height)
            h->bins /= 2;
        chart.cell_columns = h->strip.columns;
        chart.cell_rows = (int)h->bins;
        chart.rows_up = true;
    }
    int ret;
    if ((ret = trl_upload_begin(upload, h->device)) < 0 ||
        (ret = trl_chart_init(&h->chart, upload, &chart)) < 0 ||
        (!h->bars && (ret = trl_strip_init(&h->strip, upload, (int)h->bins)) < 0) ||
        (ret = trl_upload_buffer(upload, &h->setup, "scale setup", h->scale.setup,
                                 sizeof(h->scale.setup))) < 0 ||
        (ret = trl_analyse_init(&h->analyse, upload->cmd, h->device, &h->scale, h->setup)) < 0 ||
        (ret = create_kernels(h, p->log)) < 0)
        return ret;
    trl_analyse_record_thresholds(&h->analyse, upload->cmd);
    h->chart.picture.counts = h->analyse.counts;
    return trl_upload_finish(upload);
}

int trl_histogram_create(struct trl_histogram **out, struct trl_device *device,
                         const struct trl_histogram_params *params,
                         const struct trl_view_params *view, const struct trl_view_shape *shape,
                         const float *movie_low, const float *movie_high)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    struct trl_upload upload = {0};
    struct trl_histogram *h = calloc(1, sizeof(*h));
    if (!h)
        return trl_fail_memory(log, "histogram", sizeof(*h));
    h->device = device;
    h->shape = *shape;
    int ret;
    if ((ret = trl_chart_check(log, "histogram", view->width, view->height)) < 0 ||
        (ret = trl_palette_create(log, view, &h->chart.palette)) < 0 ||
        (ret = trl_scale_init(&h->scale, log, view, movie_low, movie_high)) < 0 ||
        (ret = check(h, params)) < 0 ||
        (!params->bars &&
         (ret = trl_strip_plan(&h->strip, log, "histogram", &params->time, view->width)) < 0) ||
        (ret = build(h, params, view, &upload)) < 0)
        goto fail;
    trl_upload_destroy(&upload);
    *out = h;
    return 0;
fail:
    trl_upload_destroy(&upload);
    trl_histogram_destroy(&h);
    return ret;
}

void trl_histogram_destroy(struct trl_histogram **out)
{
    if (!out || !*out)
        return;
    struct trl_histogram *h = *out;
    trl_gpu_variants_destroy(&h->count);
    trl_gpu_kernel_destroy(&h->join);
    trl_gpu_kernel_destroy(&h->draw);
    trl_gpu_buffer_destroy(&h->setup);
    trl_gpu_buffer_destroy(&h->steps);
    trl_gpu_buffer_destroy(&h->parts);
    trl_analyse_destroy(&h->analyse);
    trl_strip_destroy(&h->strip);
    trl_chart_destroy(&h->chart);
    free(h);
    *out = NULL;
}

/* ---- frames ---- */

static void record_bars(struct trl_histogram *h, struct trl_gpu_cmd *cmd)
{
    const struct trl_picture *p = &h->chart.picture;
    const struct trl_histogram_bars_push push = {
        .width = (uint32_t)p->width,
        .height = (uint32_t)p->height,
        .stride = p->cell_stride,
        .bins = h->bins,
        .full = h->full,
    };
    const struct trl_gpu_call call = {
        .kernel = h->draw,
        .bindings = {{.buffer = h->parts}, {.buffer = h->chart.cells, .write = true}},
        .binding_count = 2,
        .push = &push,
        .push_size = sizeof(push),
    };
    const bool software = trl_device_info(h->device)->type == TRL_DEVICE_SOFTWARE;
    trl_gpu_cmd_dispatch(cmd, &call, (p->cell_stride / 2 + LANES - 1) / LANES,
                         (uint32_t)trl_min_i64(p->height, software ? 8 : ROW_GROUPS_MAX), 1);
}

static int check_frame(const struct trl_histogram *h, const struct trl_gpu_tensor *tensor)
{
    struct trl_log *log = trl_gpu_log(h->device);
    const int64_t *shape = tensor->layout.shape;
    const int ret = trl_chart_check_tensor(log, "histogram", tensor);
    if (ret < 0)
        return ret;
    if (shape[0] != h->shape.tiles || shape[1] != h->shape.rows || shape[2] != h->shape.columns)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "histogram: a frame of %lld x %lld x %lld, not as the first",
                        (long long)shape[0], (long long)shape[1], (long long)shape[2]);
    return 0;
}

int trl_histogram_record(struct trl_histogram *h, struct trl_gpu_cmd *cmd,
                         const struct trl_gpu_tensor *tensor)
{
    int ret = check_frame(h, tensor);
    if (ret < 0)
        return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_ANALYSE);
    if ((h->bars || !h->ranged) && (ret = trl_analyse_record(&h->analyse, cmd, tensor, 1)) < 0)
        return ret;
    h->ranged = true;
    struct trl_histogram_bins_push push = {.bins = h->bins, .top = h->top};
    bool fresh = true;
    if (!h->bars) {
        push.stride = h->strip.stride;
        push.slot = (uint32_t)trl_strip_next(&h->strip, cmd, &fresh);
    }
    if (fresh)
        trl_gpu_cmd_fill(cmd, h->steps, 0, (uint64_t)STEPS * 4, 0);
    const struct trl_gpu_call count = {
        .bindings = {{0}, {.buffer = h->analyse.scale}, {.buffer = h->steps, .write = true}},
        .binding_count = 3,
    };
    if ((ret = trl_analyse_walk(&h->analyse, cmd, &h->count, tensor, 1, &count, false)) < 0)
        return ret;
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_VIEW);
    struct trl_gpu_buffer *ring = h->bars ? h->parts : h->strip.ring;
    const struct trl_gpu_call call = {
        .kernel = h->join,
        .bindings = {{.buffer = h->steps},
                     {.buffer = h->parts, .write = true},
                     {.buffer = ring, .write = true}},
        .binding_count = 3,
        .push = &push,
        .push_size = sizeof(push),
    };
    trl_gpu_cmd_dispatch(cmd, &call, 1, 1, 1);
    if (h->bars)
        record_bars(h, cmd);
    else
        trl_strip_record(&h->strip, cmd, &h->chart);
    trl_gpu_cmd_fill(cmd, h->analyse.counts, 0, TRL_COUNT_WORDS * 4, 0);
    return trl_analyse_record_counts(&h->analyse, cmd, tensor, true);
}

const struct trl_picture *trl_histogram_picture(const struct trl_histogram *h)
{
    return &h->chart.picture;
}

const struct trl_palette *trl_histogram_palette(const struct trl_histogram *h)
{
    return &h->chart.palette;
}

void trl_histogram_frames(const struct trl_histogram *h, int64_t *left, int64_t *right)
{
    trl_strip_range(&h->strip, left, right);
}

struct trl_gpu_buffer *trl_histogram_scale(const struct trl_histogram *histogram)
{
    return histogram->analyse.scale;
}
