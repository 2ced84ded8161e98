/* SPDX-License-Identifier: BSD-2-Clause */
#include "chart.h"

#include "base/math.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void make_buffer(struct chart *c, struct trl_gpu_buffer **out, uint64_t size,
                        enum trl_gpu_memory memory)
{
    const struct trl_gpu_buffer_params params = {"chart test", size, memory};
    assert_int_equal(trl_gpu_buffer_create(out, c->test->device, &params), 0);
}

void chart_open(struct chart *c)
{
    c->tensor = NULL;
    c->cells_size = (uint64_t)c->picture->cell_stride * (uint64_t)c->picture->cell_rows * 2;
    assert_int_equal(trl_gpu_cmd_create(&c->cmd, c->test->device, TRL_GPU_QUEUE_MAIN), 0);
    make_buffer(c, &c->readback, c->cells_size + sizeof(c->counts), TRL_GPU_MEMORY_READBACK);
    c->cells = trl_gpu_buffer_map(c->readback);
}

void chart_close(struct chart *c)
{
    trl_gpu_buffer_destroy(&c->tensor);
    trl_gpu_buffer_destroy(&c->readback);
    trl_gpu_cmd_destroy(&c->cmd);
    assert_int_equal(c->test->messages, 0);
}

void chart_draw(struct chart *c, const struct trl_layout *layout, const void *data, size_t size)
{
    if (c->tensor && trl_gpu_buffer_size(c->tensor) < size)
        trl_gpu_buffer_destroy(&c->tensor);
    if (!c->tensor)
        make_buffer(c, &c->tensor, size, TRL_GPU_MEMORY_UPLOAD);
    if (size)
        memcpy(trl_gpu_buffer_map(c->tensor), data, size);
    assert_int_equal(trl_gpu_buffer_flush(c->tensor, 0, size), 0);
    struct trl_gpu_point done;
    assert_int_equal(trl_gpu_cmd_begin(c->cmd), 0);
    const struct trl_gpu_tensor tensor = {c->tensor, *layout};
    assert_int_equal(c->record(c->view, c->cmd, &tensor), 0);
    trl_gpu_cmd_copy(c->cmd, c->readback, 0, c->picture->cells, 0, c->cells_size);
    trl_gpu_cmd_copy(c->cmd, c->readback, c->cells_size, c->picture->counts, 0, sizeof(c->counts));
    trl_gpu_cmd_to_host(c->cmd, c->readback);
    assert_int_equal(trl_gpu_submit(c->cmd, NULL, 0, &done), 0);
    assert_int_equal(trl_gpu_wait(c->test->device, done, INT64_MAX), 0);
    assert_int_equal(trl_gpu_buffer_invalidate(c->readback, 0, c->cells_size + sizeof(c->counts)),
                     0);
    memcpy(&c->counts, (char *)trl_gpu_buffer_map(c->readback) + c->cells_size, sizeof(c->counts));
}

void chart_draw_f32(struct chart *c, int64_t rows, int64_t columns, const float *data)
{
    struct trl_layout layout;
    assert_int_equal(
        trl_layout_dense(&layout, TRL_DTYPE_F32, 3, (int64_t[]){1, rows, columns}, false), 0);
    chart_draw(c, &layout, data, (size_t)(rows * columns) * sizeof(float));
}

uint16_t chart_cell(const struct chart *c, int row, int column)
{
    return c->cells[(size_t)row * c->picture->cell_stride + (size_t)column];
}

void chart_expect(const struct chart *c, const uint16_t *cells)
{
    int64_t wrong = 0;
    for (int y = 0; y < c->picture->cell_rows; y++)
        for (int x = 0; x < c->picture->cell_columns; x++) {
            const uint16_t is = chart_cell(c, y, x);
            const uint16_t should = cells[(size_t)y * (size_t)c->picture->cell_columns + (size_t)x];
            if (is != should && wrong++ < 5)
                print_error("cell row %d, column %d is %d, not %d\n", y, x, is, should);
        }
    assert_int_equal(wrong, 0);
}

uint32_t chart_hash(const struct chart *c)
{
    uint32_t hash = 2166136261u;
    for (int y = 0; y < c->picture->cell_rows; y++)
        for (int x = 0; x < c->picture->cell_columns; x++) {
            const uint16_t cell = chart_cell(c, y, x);
            hash = (hash ^ (cell & 0xffu)) * 16777619u;
            hash = (hash ^ (uint32_t)(cell >> 8)) * 16777619u;
        }
    return hash;
}

void chart_save(const struct chart *c, const char *name)
{
    const char *folder = getenv("TRL_TEST_PICTURES");
    if (!folder)
        return;
    char path[1024];
    snprintf(path, sizeof(path), "%s/%s.ppm", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    const struct trl_picture *p = c->picture;
    fprintf(file, "P6\n%d %d\n255\n", p->width, p->height);
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++) {
            const uint16_t row = p->row_map[y], column = p->column_map[x];
            const bool outside = row == TRL_PICTURE_OUTSIDE || column == TRL_PICTURE_OUTSIDE;
            const uint16_t index = outside ? TRL_PALETTE_BACKGROUND : chart_cell(c, row, column);
            fwrite(c->palette->rgb[index], 1, 3, file);
        }
    assert_int_equal(fclose(file), 0);
}

uint32_t chart_random(uint32_t *state)
{
    uint32_t value = *state += 0x9e3779b9u;
    value = (value ^ value >> 16) * 0x7feb352du;
    value = (value ^ value >> 15) * 0x846ca68bu;
    return value ^ value >> 16;
}
