/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/chart.h"

#include "base/log.h"
#include "base/math.h"
#include "shared/view.h"
#include "tensor/layout.h"
#include "view/geometry.h"

#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

int trl_chart_check(struct trl_log *log, const char *view, int width, int height)
{
    if (width < 1 || height < 1 || width > TRL_VIEW_SIDE_MAX || height > TRL_VIEW_SIDE_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "%s: %d x %d pixels; a side must be 1 to %d", view,
                        width, height, TRL_VIEW_SIDE_MAX);
    return 0;
}

int trl_chart_check_tensor(struct trl_log *log, const char *view,
                           const struct trl_gpu_tensor *tensor)
{
    const struct trl_layout *layout = &tensor->layout;
    if (layout->rank != 3)
        return trl_fail(log, TRL_ERROR_USAGE, "%s: a frame of rank %d instead of 3", view,
                        layout->rank);
    if (trl_layout_elements(layout) == 0)
        return 0;
    int64_t low, high, end;
    const int64_t size = (int64_t)trl_dtype_size(layout->dtype);
    if (!trl_layout_bounds(layout, &low, &high) || low < 0 || !trl_mul_i64(high + 1, size, &end) ||
        (uint64_t)end > trl_gpu_buffer_size(tensor->buffer))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "%s: the frame's layout reaches beyond its buffer of %llu bytes", view,
                        (unsigned long long)trl_gpu_buffer_size(tensor->buffer));
    return 0;
}

int trl_chart_buffer(struct trl_gpu_buffer **out, struct trl_device *device, const char *name,
                     uint64_t words)
{
    const uint64_t limit = trl_device_info(device)->storage_buffer_bytes_max;
    if (words > limit / 4)
        return trl_fail(trl_gpu_log(device), TRL_ERROR_UNSUPPORTED,
                        "picture: %s need %llu bytes; this device binds at most %llu. Use a "
                        "smaller --size, or fewer frames",
                        name, (unsigned long long)words * 4, (unsigned long long)limit);
    return trl_gpu_buffer_create(out, device,
                                 &(struct trl_gpu_buffer_params){
                                     .name = name,
                                     .size_bytes = words * 4,
                                     .memory = TRL_GPU_MEMORY_DEVICE,
                                 });
}

int trl_chart_kernel(struct trl_gpu_kernel **out, struct trl_device *device, enum trl_shader shader,
                     uint32_t spec)
{
    const struct trl_gpu_kernel_params params = {shader, .spec = {spec}, .spec_count = 1};
    return trl_gpu_kernel_create(out, device, &params);
}

static void fill_rows(const struct trl_chart_params *p, uint16_t *rows)
{
    const bool gaps = p->row_gaps && p->height / p->cell_rows >= 4;
    for (int y = 0; y < p->height; y++) {
        const int64_t row = (int64_t)y * p->cell_rows / p->height;
        const int64_t next = ((int64_t)y + 1) * p->cell_rows / p->height;
        rows[y] = (uint16_t)(p->rows_up ? p->cell_rows - 1 - row : row);
        if (gaps && next != row)
            rows[y] = TRL_PICTURE_OUTSIDE;
    }
}

static int upload_maps(struct trl_chart *chart, struct trl_upload *upload,
                       const struct trl_chart_params *p)
{
    const size_t columns_size = (size_t)p->width * sizeof(uint16_t);
    const size_t rows_size = (size_t)p->height * sizeof(uint16_t);
    chart->maps = malloc(columns_size + rows_size);
    if (!chart->maps)
        return trl_fail_memory(trl_gpu_log(chart->device), "picture maps",
                               columns_size + rows_size);
    for (int x = 0; x < p->width; x++)
        chart->maps[x] = (uint16_t)((int64_t)x * p->cell_columns / p->width);
    fill_rows(p, chart->maps + p->width);
    const int ret =
        trl_upload_buffer(upload, &chart->columns, "picture columns", chart->maps, columns_size);
    if (ret < 0)
        return ret;
    return trl_upload_buffer(upload, &chart->rows, "picture rows", chart->maps + p->width,
                             rows_size);
}

static int upload_palette(struct trl_chart *chart, struct trl_upload *upload)
{
    uint32_t words[TRL_PALETTE_SIZE];
    for (int i = 0; i < TRL_PALETTE_SIZE; i++) {
        const uint8_t *rgb = chart->palette.rgb[i];
        words[i] = rgb[0] | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[2] << 16;
    }
    return trl_upload_buffer(upload, &chart->colours, "palette", words, sizeof(words));
}

int trl_chart_init(struct trl_chart *chart, struct trl_upload *upload,
                   const struct trl_chart_params *p)
{
    chart->device = upload->device;
    const uint32_t stride = (uint32_t)trl_align_up((uint64_t)p->cell_columns, 2);
    const uint64_t words = (uint64_t)stride / 2 * (uint64_t)p->cell_rows;
    int ret;
    if ((ret = trl_chart_buffer(&chart->cells, chart->device, "picture cells", words)) < 0 ||
        (ret = trl_chart_buffer(&chart->counts, chart->device, "counts", TRL_COUNT_WORDS)) < 0 ||
        (ret = upload_maps(chart, upload, p)) < 0 || (ret = upload_palette(chart, upload)) < 0)
        return ret;
    trl_gpu_cmd_fill(upload->cmd, chart->cells, 0, words * 4, TRL_INDEX_BACKGROUND * 0x10001U);
    trl_gpu_cmd_fill(upload->cmd, chart->counts, 0, TRL_COUNT_WORDS * 4, 0);
    chart->picture = (struct trl_picture){
        .width = p->width,
        .height = p->height,
        .cell_columns = p->cell_columns,
        .cell_rows = p->cell_rows,
        .cell_stride = stride,
        .cells = chart->cells,
        .columns = chart->columns,
        .rows = chart->rows,
        .column_map = chart->maps,
        .row_map = chart->maps + p->width,
        .palette = chart->colours,
        .counts = chart->counts,
    };
    return 0;
}

void trl_chart_destroy(struct trl_chart *chart)
{
    trl_gpu_buffer_destroy(&chart->cells);
    trl_gpu_buffer_destroy(&chart->columns);
    trl_gpu_buffer_destroy(&chart->rows);
    trl_gpu_buffer_destroy(&chart->colours);
    trl_gpu_buffer_destroy(&chart->counts);
    free(chart->maps);
    chart->maps = NULL;
}

/* ---- colours ---- */

static void unpack(uint32_t color, uint8_t rgb[3])
{
    rgb[0] = (uint8_t)(color >> 16);
    rgb[1] = (uint8_t)(color >> 8);
    rgb[2] = (uint8_t)color;
}

void trl_chart_color(const uint8_t background[3], int n, uint8_t rgb[3])
{
    static const uint32_t on_light[TRL_CHART_COLORS] = {0x1f77b4, 0xff7f0e, 0x2ca02c, 0xd62728,
                                                        0x9467bd, 0x8c564b, 0xe377c2, 0x7f7f7f,
                                                        0xbcbd22, 0x17becf};
    static const uint32_t on_dark[TRL_CHART_COLORS] = {0x4ea8ff, 0xff9f40, 0x5fd675, 0xff6b6b,
                                                       0xb794f6, 0xd4a17f, 0xff8fd0, 0xb0b5bd,
                                                       0xe2d94b, 0x45dfe8};
    const int light = 299 * background[0] + 587 * background[1] + 114 * background[2];
    unpack((light < 127500 ? on_dark : on_light)[n % TRL_CHART_COLORS], rgb);
}

void trl_chart_color_of(const struct trl_color *colors, int count, const uint8_t background[3],
                        int n, uint8_t rgb[3])
{
    if (count <= 0) {
        trl_chart_color(background, n, rgb);
        return;
    }
    const struct trl_color *color = &colors[n % count];
    rgb[0] = color->r;
    rgb[1] = color->g;
    rgb[2] = color->b;
}

static uint8_t root(uint32_t square)
{
    uint32_t low = 0;
    for (uint32_t bit = 128; bit; bit >>= 1)
        if ((low + bit) * (low + bit) <= square)
            low += bit;
    return (uint8_t)low;
}

void trl_chart_blend(const uint8_t from[3], const uint8_t to[3], uint32_t part, uint32_t whole,
                     uint8_t rgb[3])
{
    for (int n = 0; n < 3; n++) {
        const uint32_t a = (uint32_t)from[n] * from[n], b = (uint32_t)to[n] * to[n];
        rgb[n] = root((a * (whole - part) + b * part) / whole);
    }
}

void trl_chart_axes(const struct trl_layout *layout, int64_t shape[3], int64_t stride[3])
{
    int at = 2;
    for (int n = 0; n < 3; n++) {
        shape[n] = 1;
        stride[n] = 0;
    }
    for (int n = 2; n >= 0; n--) {
        if (layout->shape[n] == 1)
            continue;
        if (shape[at] == 1) {
            shape[at] = layout->shape[n];
            stride[at] = layout->stride[n];
        } else if (layout->stride[n] == stride[at] * shape[at]) {
            shape[at] *= layout->shape[n];
        } else {
            at--;
            shape[at] = layout->shape[n];
            stride[at] = layout->stride[n];
        }
    }
}
