/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/strip.h"

#include "base/log.h"
#include "base/math.h"
#include "shared/chart.h"

#include <tensorreel/error.h>

enum { LANES = 64, ROW_GROUPS_MAX = 256, FRAMES_MAX = 1 << 30 };

int trl_strip_plan(struct trl_strip *strip, struct trl_log *log, const char *view,
                   const struct trl_time_params *time, int width)
{
    if ((unsigned)time->mode > TRL_TIME_WHOLE)
        return trl_fail(log, TRL_ERROR_USAGE, "%s: time mode %d: unknown", view, (int)time->mode);
    if (time->frames < 0 || time->frames > FRAMES_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "%s: %lld frames across; must be 1 to %d", view,
                        (long long)time->frames, FRAMES_MAX);
    *strip = (struct trl_strip){
        .scroll = time->mode == TRL_TIME_SCROLL,
        .doubles = time->mode == TRL_TIME_WHOLE && !time->frames,
        .frames = time->frames ? time->frames : width,
        .each = 1,
        .columns = width,
    };
    if (strip->scroll) {
        strip->each = (strip->frames + width - 1) / width;
        strip->columns = (int)((strip->frames + strip->each - 1) / strip->each);
    } else if (!strip->doubles) {
        strip->each = 0;
        strip->columns = (int)trl_min_i64(strip->frames, width);
    }
    strip->stride = (uint32_t)trl_align_up((uint64_t)strip->columns, 2);
    return 0;
}

static int create_ring(struct trl_gpu_buffer **out, struct trl_upload *upload, uint64_t words)
{
    const int ret = trl_chart_buffer(out, upload->device, "columns of the strip", words);
    if (ret == 0)
        trl_gpu_cmd_fill(upload->cmd, *out, 0, words * 4, TRL_INDEX_BACKGROUND * 0x10001U);
    return ret;
}

int trl_strip_init(struct trl_strip *strip, struct trl_upload *upload, int rows)
{
    strip->device = upload->device;
    strip->rows = rows;
    const uint64_t words = (uint64_t)strip->stride / 2 * (uint64_t)rows;
    int ret = create_ring(&strip->ring, upload, words);
    if (ret == 0)
        ret = trl_chart_kernel(&strip->draw, strip->device, TRL_SHADER_VIEW_STRIP_DRAW_COMP, 0);
    if (ret == 0 && strip->doubles) {
        ret = create_ring(&strip->other, upload, words);
        if (ret == 0)
            ret = trl_chart_kernel(&strip->fold, strip->device, TRL_SHADER_VIEW_STRIP_FOLD_COMP, 0);
    }
    return ret;
}

void trl_strip_destroy(struct trl_strip *strip)
{
    trl_gpu_kernel_destroy(&strip->draw);
    trl_gpu_kernel_destroy(&strip->fold);
    trl_gpu_buffer_destroy(&strip->ring);
    trl_gpu_buffer_destroy(&strip->other);
}

/* Runs a kernel over the pairs of columns of all rows. */
static void record(struct trl_strip *strip, struct trl_gpu_cmd *cmd, struct trl_gpu_kernel *kernel,
                   struct trl_gpu_buffer *out, int first)
{
    const struct trl_strip_push push = {
        .columns = (uint32_t)strip->columns,
        .rows = (uint32_t)strip->rows,
        .stride = strip->stride,
        .first = (uint32_t)first,
    };
    const struct trl_gpu_call call = {
        .kernel = kernel,
        .bindings = {{.buffer = strip->ring}, {.buffer = out, .write = true}},
        .binding_count = 2,
        .push = &push,
        .push_size = sizeof(push),
    };
    /* A driver that runs on the processor gets few workgroups with much to do. */
    const bool software = trl_device_info(strip->device)->type == TRL_DEVICE_SOFTWARE;
    trl_gpu_cmd_dispatch(cmd, &call, (strip->stride / 2 + LANES - 1) / LANES,
                         (uint32_t)trl_min_i64(strip->rows, software ? 8 : ROW_GROUPS_MAX), 1);
}

static void fold(struct trl_strip *strip, struct trl_gpu_cmd *cmd)
{
    record(strip, cmd, strip->fold, strip->other, 0);
    struct trl_gpu_buffer *swap = strip->ring;
    strip->ring = strip->other;
    strip->other = swap;
    strip->each *= 2;
}

int trl_strip_next(struct trl_strip *strip, struct trl_gpu_cmd *cmd, bool *fresh)
{
    const int64_t frame = strip->seen++;
    if (!strip->each) {
        const int64_t last = strip->frames - 1, at = trl_min_i64(frame, last);
        const int64_t column = at * strip->columns / strip->frames;
        *fresh =
            frame == 0 || (frame <= last && (at - 1) * strip->columns / strip->frames != column);
        return (int)column;
    }
    if (strip->doubles)
        while (frame / strip->each >= strip->columns)
            fold(strip, cmd);
    *fresh = frame % strip->each == 0;
    return (int)(frame / strip->each % strip->columns);
}

void trl_strip_record(struct trl_strip *strip, struct trl_gpu_cmd *cmd,
                      const struct trl_chart *chart)
{
    const int64_t next = strip->scroll && strip->seen ? (strip->seen - 1) / strip->each + 1 : 0;
    record(strip, cmd, strip->draw, chart->cells, (int)(next % strip->columns));
}

void trl_strip_range(const struct trl_strip *strip, int64_t *left, int64_t *right)
{
    *left = 0;
    if (strip->scroll) {
        const int64_t column = strip->seen ? (strip->seen - 1) / strip->each : 0;
        *right = (column + 1) * strip->each - 1;
        *left = *right - strip->columns * strip->each + 1;
    } else {
        *right = (strip->each ? strip->columns * strip->each : strip->frames) - 1;
    }
}
