/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

#include "base/math.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct trl_gpu_buffer *create_buffer(struct harness *h, const char *name, uint64_t size,
                                            enum trl_gpu_memory memory)
{
    struct trl_gpu_buffer *buffer = NULL;
    const struct trl_gpu_buffer_params params = {name, size, memory};
    assert_int_equal(trl_gpu_buffer_create(&buffer, h->test->device, &params), 0);
    return buffer;
}

void harness_open(struct harness *h, struct test_device *test, const struct trl_view_params *params,
                  const struct trl_view_shape *shape)
{
    *h = (struct harness){.test = test, .params = *params, .shape = *shape};
    assert_int_equal(trl_scale_init(&h->scale, test->log, params, NULL, NULL), 0);
    assert_int_equal(trl_view_geometry(test->log, params, shape, &h->geometry), 0);
    assert_int_equal(trl_view_create(&h->view, test->device, params, shape, NULL, NULL), 0);
    const char *way = getenv("TENSORREEL_TEST_CLASSIFY");
    if (way)
        trl_view_use_compute(h->view, !strcmp(way, "compute"));
    assert_int_equal(trl_gpu_cmd_create(&h->cmd, test->device, TRL_GPU_QUEUE_MAIN), 0);
    if (params->camera)
        assert_int_equal(trl_camera_create(&h->camera, test->log, params->camera, params->fps_num,
                                           params->fps_den),
                         0);
    const struct trl_picture *picture = trl_view_picture(h->view);
    h->cells_size =
        trl_align_up((uint64_t)picture->cell_stride * (uint64_t)picture->cell_rows * 2, 4);
    h->readback = create_buffer(h, "readback", h->cells_size + sizeof(struct trl_frame_counts),
                                TRL_GPU_MEMORY_READBACK);
    h->cells = trl_gpu_buffer_map(h->readback);
    if (params->scroll) {
        const int64_t count = h->geometry.rows * h->geometry.columns;
        h->ring = (struct reference_values){1, h->geometry.rows, h->geometry.columns,
                                            malloc((size_t)count * sizeof(float))};
        for (int64_t i = 0; i < count; i++)
            h->ring.value[i] = NAN;
    }
}

void harness_close(struct harness *h)
{
    free(h->ring.value);
    free(h->run.levels);
    trl_camera_destroy(&h->camera);
    trl_gpu_buffer_destroy(&h->tensor);
    trl_gpu_buffer_destroy(&h->readback);
    trl_gpu_cmd_destroy(&h->cmd);
    trl_view_destroy(&h->view);
    assert_int_equal(h->test->messages, 0);
}

void *harness_map(struct harness *h, size_t size)
{
    if (h->tensor && trl_gpu_buffer_size(h->tensor) < size)
        trl_gpu_buffer_destroy(&h->tensor);
    if (!h->tensor)
        h->tensor = create_buffer(h, "tensor", size, TRL_GPU_MEMORY_UPLOAD);
    return trl_gpu_buffer_map(h->tensor);
}

void harness_draw(struct harness *h, const struct trl_layout *layout, const void *data, size_t size)
{
    void *mapped = harness_map(h, size);
    if (data != mapped)
        memcpy(mapped, data, size);
    assert_int_equal(trl_gpu_buffer_flush(h->tensor, 0, size), 0);
    assert_int_equal(trl_gpu_cmd_begin(h->cmd), 0);
    const struct trl_gpu_tensor tensor = {h->tensor, *layout};
    assert_int_equal(trl_view_record(h->view, h->cmd, &tensor), 0);
    harness_read(h, h->cmd);
    struct trl_gpu_point done;
    assert_int_equal(trl_gpu_submit(h->cmd, NULL, 0, &done), 0);
    assert_int_equal(trl_gpu_wait(h->test->device, done, INT64_MAX), 0);
    harness_take(h);
}

void harness_read(struct harness *h, struct trl_gpu_cmd *cmd)
{
    const struct trl_picture *picture = trl_view_picture(h->view);
    trl_gpu_cmd_copy(cmd, h->readback, 0, picture->cells, 0, h->cells_size);
    trl_gpu_cmd_copy(cmd, h->readback, h->cells_size, picture->counts, 0, sizeof(h->counts));
    trl_gpu_cmd_to_host(cmd, h->readback);
}

void harness_take(struct harness *h)
{
    assert_int_equal(trl_gpu_buffer_invalidate(h->readback, 0, h->cells_size + sizeof(h->counts)),
                     0);
    memcpy(&h->counts, (char *)trl_gpu_buffer_map(h->readback) + h->cells_size, sizeof(h->counts));
}

/* The frame becomes the last column. */
static void scroll(struct harness *h, const struct reference_values *frame)
{
    const int64_t columns = h->ring.columns;
    for (int64_t r = 0; r < h->ring.rows; r++) {
        float *line = &h->ring.value[r * columns];
        memmove(line, line + 1, (size_t)(columns - 1) * sizeof(float));
        line[columns - 1] = frame->value[r];
    }
}

void harness_compare(struct harness *h, const struct reference_values *shown,
                     const struct reference_values *seen, const struct reference_values *counted)
{
    float low, high;
    uint32_t keys[257];
    struct trl_camera_pose pose;
    if (h->camera)
        trl_camera_pose(h->camera, h->frame, &pose);
    h->frame++;
    reference_scale(&h->run, &h->params, &h->scale, seen, &low, &high, keys);
    uint16_t *cells = reference_cells(&h->run, &h->params, &h->scale, &h->geometry,
                                      h->camera ? &pose : NULL, keys, low, high, shown);
    const struct trl_picture *picture = trl_view_picture(h->view);
    int64_t wrong = 0;
    for (int y = 0; y < picture->cell_rows; y++)
        for (int x = 0; x < picture->cell_columns; x++) {
            const uint16_t is = h->cells[(size_t)y * picture->cell_stride + (size_t)x];
            const uint16_t should = cells[(size_t)y * (size_t)picture->cell_columns + (size_t)x];
            if (is != should && wrong++ < 5)
                print_error("frame %lld, cell %d,%d is %d, not %d\n", (long long)h->frame - 1, x, y,
                            is, should);
        }
    free(cells);
    if (h->counts.low != low || h->counts.high != high)
        print_error("frame %lld: range %.9g %.9g, not %.9g %.9g\n", (long long)h->frame - 1,
                    (double)h->counts.low, (double)h->counts.high, (double)low, (double)high);
    assert_true(h->counts.low == low && h->counts.high == high);
    assert_int_equal(wrong, 0);
    const struct trl_frame_counts counts = reference_counts(keys, low, high, counted);
    assert_int_equal(h->counts.nan, counts.nan);
    assert_int_equal(h->counts.pos_inf, counts.pos_inf);
    assert_int_equal(h->counts.neg_inf, counts.neg_inf);
    assert_int_equal(h->counts.under, counts.under);
    assert_int_equal(h->counts.over, counts.over);
    assert_int_equal(h->counts.finite, counts.finite);
}

void harness_check(struct harness *h, const struct trl_layout *layout, const void *data,
                   size_t size)
{
    harness_draw(h, layout, data, size);
    struct reference_values frame = reference_read(layout, data);
    if (h->params.scroll)
        scroll(h, &frame);
    const struct reference_values *shown = h->params.scroll ? &h->ring : &frame;
    harness_compare(h, shown, shown, &frame);
    free(frame.value);
}
