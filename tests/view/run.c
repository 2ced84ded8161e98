/* SPDX-License-Identifier: BSD-2-Clause */
#include "run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/frame.h"

#include <cmocka.h>

struct trl_gpu_tensor run_tensor(struct test_device *test, const struct trl_layout *layout,
                                 const void *data, size_t size)
{
    struct trl_gpu_tensor tensor = {.layout = *layout};
    assert_int_equal(trl_gpu_buffer_create(
                         &tensor.buffer, test->device,
                         &(struct trl_gpu_buffer_params){"tensor", size, TRL_GPU_MEMORY_UPLOAD}),
                     0);
    memcpy(trl_gpu_buffer_map(tensor.buffer), data, size);
    assert_int_equal(trl_gpu_buffer_flush(tensor.buffer, 0, size), 0);
    return tensor;
}

void run_record(struct test_device *test, int (*record)(void *user, struct trl_gpu_cmd *cmd),
                void *user)
{
    struct trl_gpu_cmd *cmd = NULL;
    struct trl_gpu_point done;
    assert_int_equal(trl_gpu_cmd_create(&cmd, test->device, TRL_GPU_QUEUE_MAIN), 0);
    assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
    assert_int_equal(record(user, cmd), 0);
    assert_int_equal(trl_gpu_submit(cmd, NULL, 0, &done), 0);
    assert_int_equal(trl_gpu_wait(test->device, done, INT64_MAX), 0);
    trl_gpu_cmd_destroy(&cmd);
}

struct copy {
    struct trl_gpu_buffer *from, *to;
    size_t size;
};

static int record_copy(void *user, struct trl_gpu_cmd *cmd)
{
    struct copy *copy = user;
    trl_gpu_cmd_copy(cmd, copy->to, 0, copy->from, 0, copy->size);
    trl_gpu_cmd_to_host(cmd, copy->to);
    return 0;
}

void *run_read(struct test_device *test, struct trl_gpu_buffer *buffer, size_t size)
{
    size_t whole = (size + 3) / 4 * 4;
    struct copy copy = {.from = buffer, .size = whole};
    assert_int_equal(trl_gpu_buffer_create(&copy.to, test->device,
                                           &(struct trl_gpu_buffer_params){
                                               "readback", whole, TRL_GPU_MEMORY_READBACK}),
                     0);
    run_record(test, record_copy, &copy);
    assert_int_equal(trl_gpu_buffer_invalidate(copy.to, 0, whole), 0);
    void *data = malloc(whole);
    assert_non_null(data);
    memcpy(data, trl_gpu_buffer_map(copy.to), whole);
    trl_gpu_buffer_destroy(&copy.to);
    return data;
}

uint32_t *run_pixels(struct test_device *test, const struct trl_picture *picture)
{
    const size_t count = (size_t)picture->width * (size_t)picture->height;
    if (picture->words)
        return run_read(test, picture->words, count * 4);
    uint16_t *cells = run_read(test, picture->cells,
                               (size_t)picture->cell_stride * (size_t)picture->cell_rows * 2);
    uint16_t *columns = run_read(test, picture->columns, (size_t)picture->width * 2);
    uint16_t *rows = run_read(test, picture->rows, (size_t)picture->height * 2);
    uint32_t *palette = run_read(test, picture->palette, (size_t)TRL_PALETTE_SIZE * 4);
    uint32_t *pixels = malloc(count * 4);
    assert_non_null(pixels);
    assert_memory_equal(columns, picture->column_map, (size_t)picture->width * 2);
    assert_memory_equal(rows, picture->row_map, (size_t)picture->height * 2);
    for (size_t n = 0; n < count; n++) {
        const uint16_t column = columns[n % (size_t)picture->width];
        const uint16_t row = rows[n / (size_t)picture->width];
        uint32_t index = TRL_PALETTE_BACKGROUND;
        if (column != TRL_PICTURE_OUTSIDE && row != TRL_PICTURE_OUTSIDE)
            index = cells[(size_t)row * picture->cell_stride + column];
        assert_true(index < TRL_PALETTE_SIZE);
        pixels[n] = palette[index];
    }
    free(cells);
    free(columns);
    free(rows);
    free(palette);
    return pixels;
}

void run_keep(const char *name, const uint32_t *pixels, int width, int height)
{
    const char *folder = getenv("TENSORREEL_TEST_PICTURES");
    if (!folder)
        return;
    char path[1024];
    snprintf(path, sizeof(path), "%s/%s.ppm", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fprintf(file, "P6\n%d %d\n255\n", width, height);
    for (size_t n = 0; n < (size_t)width * (size_t)height; n++) {
        const uint8_t rgb[3] = {(uint8_t)pixels[n], (uint8_t)(pixels[n] >> 8),
                                (uint8_t)(pixels[n] >> 16)};
        fwrite(rgb, 1, 3, file);
    }
    fclose(file);
}

uint64_t run_hash(const uint32_t *words, size_t count)
{
    uint64_t hash = 0xcbf29ce484222325U;
    for (size_t n = 0; n < 4 * count; n++)
        hash = (hash ^ (words[n / 4] >> 8 * (n % 4) & 0xff)) * 0x100000001b3U;
    return hash;
}

bool run_scan(struct trl_layout *layout, void **data, size_t *size)
{
    enum { HEADER = 128 };
    char path[1024];
    const char *folder = getenv("TRL_TEST_DATA");
    snprintf(path, sizeof(path), "%s/fields/mri-small-i2-bigendian-fortran.npy",
             folder ? folder : ".");
    FILE *file = fopen(path, "rb");
    if (!file) {
        print_message("%s is missing: not tested\n", path);
        return false;
    }
    trl_layout_dense(layout, TRL_DTYPE_I16, 3, (int64_t[]){33, 41, 25}, true);
    layout->big_endian = true;
    *size = (size_t)trl_layout_elements(layout) * 2;
    *data = malloc(*size);
    assert_non_null(*data);
    assert_int_equal(fseek(file, HEADER, SEEK_SET), 0);
    assert_int_equal(fread(*data, 1, *size, file), *size);
    fclose(file);
    return true;
}
