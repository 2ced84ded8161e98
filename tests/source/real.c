/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "base/math.h"
#include "tensor/scan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CAPACITY = 1 << 19 };

static float values[CAPACITY];

/* A file of the data folder, or a skipped test where the folder is missing. */
static const char *data_file(const char *name)
{
    static char path[1024];
    const char *folder = getenv("TRL_TEST_DATA");
    snprintf(path, sizeof(path), "%s/%s", folder ? folder : "", name);
    if (!folder || access(path, R_OK)) {
        print_message("%s is missing: skipped\n", path);
        skip();
    }
    return path;
}

/* Computed with numpy 1.24 from each array in C order, as float32: checksum is the exclusive or of
 * the bits of element i times i + 1, modulo 2^32. */
static const struct {
    const char *name;
    int64_t frames, rows, columns;
    enum trl_dtype dtype;
    bool big_endian;
    int blocks;
    float first, last, low, high;
    uint32_t checksum;
} fields[] = {
    {"fields/air-temperature-1860-2099-f4.npy", 240, 37, 49, TRL_DTYPE_F32, false, 240,
     0x1.28141ep+8f, 0x1.16aa82p+8f, 0x1.01519ep+8f, 0x1.3212c4p+8f, 0x40db1181},
    {"fields/ionosphere-density-f8-bigendian.npy", 29, 31, 31, TRL_DTYPE_F32, false, 29, -0.0f,
     -0x1.14e3bcp-2f, -0x1.1ca234p+1f, 0x1.750ffap+2f, 0x1d84a9d0},
    {"fields/mri-small-i2-bigendian-fortran.npy", 33, 41, 25, TRL_DTYPE_I16, true, 1, 10712.0f,
     2971.0f, -610.0f, 30393.0f, 0xa3945000},
    {"fields/sea-surface-temperature-monthly-f4-fill1e20.npy", 54, 18, 432, TRL_DTYPE_F32, false,
     54, 0x1.2da8c6p+8f, 0x1.2afec2p+8f, 0x1.2127p+8f, 1e20f, 0xd7436a74},
};

static void measured_fields_have_known_values(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        const char *path = data_file(fields[i].name);
        const struct trl_source_params params = {.paths = &path, .path_count = 1};
        struct trl_source_info info;
        int blocks;
        assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, &info, &blocks),
                         fields[i].frames);
        assert_int_equal(info.tiles, 1);
        assert_int_equal(info.rows, fields[i].rows);
        assert_int_equal(info.columns, fields[i].columns);
        assert_int_equal(info.dtype, fields[i].dtype);
        assert_int_equal(info.big_endian, fields[i].big_endian);
        assert_int_equal(blocks, fields[i].blocks);
        const int64_t count = info.frame_count * info.rows * info.columns;
        uint32_t checksum = 0;
        for (int64_t k = 0; k < count; k++)
            checksum ^= trl_float_bits(values[k]) * (uint32_t)(k + 1);
        assert_int_equal(checksum, fields[i].checksum);
        assert_int_equal(trl_float_bits(values[0]), trl_float_bits(fields[i].first));
        assert_true(values[count - 1] == fields[i].last);
    }
}

/* The film's range is found from the blocks as they are delivered. */
static void measured_fields_have_known_ranges(void **state)
{
    struct fixture *f = *state;
    static char block_data[1 << 20];
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        const char *path = data_file(fields[i].name);
        const struct trl_source_params params = {.log = f->log, .paths = &path, .path_count = 1};
        struct trl_source *source;
        struct trl_source_block block;
        struct trl_scan *scan;
        float low, high;
        assert_int_equal(trl_source_open(&source, &params), 0);
        trl_source_limit_blocks(source, 5000);
        assert_int_equal(trl_scan_create(&scan, 0, 0), 0);
        assert_true(trl_source_block_bytes_max(source) <= sizeof(block_data));
        while (!trl_source_read(source, &block, block_data, sizeof(block_data)) &&
               block.frame_count) {
            const struct trl_layout all = trl_source_block_layout(&block);
            trl_scan_add(scan, &all, block_data);
        }
        assert_true(trl_scan_range(scan, &low, &high));
        assert_true(low == fields[i].low);
        assert_true(high == fields[i].high);
        trl_scan_destroy(&scan);
        trl_source_close(&source);
    }
}

static void check_layout_file(struct fixture *f, const char *name, int64_t rows, int64_t columns,
                              const float *expected)
{
    const char *path = data_file(name);
    const struct trl_source_params params = {.paths = &path, .path_count = 1};
    struct trl_source_info info;
    const int64_t frames = read_all_frames(f, &params, 0, values, CAPACITY, &info, NULL);
    if (frames != 1 || info.rows != rows || info.columns != columns)
        fail_msg("%s: %d frames of %d x %d", name, (int)frames, (int)info.rows, (int)info.columns);
    assert_memory_equal(values, expected, sizeof(float) * (size_t)(rows * columns));
}

/* The files hold 0 to 5 in the order of memory, those of one element 42. */
static void every_dtype_and_order_is_read(void **state)
{
    struct fixture *f = *state;
    static const char *const dtypes[] = {"float32", "float64", "int8",   "int16",  "int32",
                                         "int64",   "uint8",   "uint16", "uint32", "uint64"};
    static const float counting[] = {0, 1, 2, 3, 4, 5};
    static const float across[] = {0, 2, 4, 1, 3, 5};
    static const float one[] = {42};
    for (size_t i = 0; i < sizeof(dtypes) / sizeof(dtypes[0]); i++) {
        for (int fortran = 0; fortran < 2; fortran++) {
            char name[96];
            const char order = fortran ? 'f' : 'c';
            snprintf(name, sizeof(name), "npy-layouts/data_%s_2x3_%corder.npy", dtypes[i], order);
            check_layout_file(f, name, 2, 3, fortran ? across : counting);
            snprintf(name, sizeof(name), "npy-layouts/data_%s_6x1_%corder.npy", dtypes[i], order);
            check_layout_file(f, name, 6, 1, counting);
            snprintf(name, sizeof(name), "npy-layouts/data_%s_1x1_%corder.npy", dtypes[i], order);
            check_layout_file(f, name, 1, 1, one);
            snprintf(name, sizeof(name), "npy-layouts/data_%s_scalar_%corder.npy", dtypes[i],
                     order);
            check_layout_file(f, name, 1, 1, one);
        }
    }
}

static void odd_files_are_read_or_refused(void **state)
{
    struct fixture *f = *state;
    const char *path = data_file("npy-layouts/nans_inf.npy");
    const struct trl_source_params params = {.paths = &path, .path_count = 1};
    struct trl_source_info info;
    assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, &info, NULL), 1);
    assert_int_equal(info.columns, 4);
    assert_true(isnan(values[0]) && values[1] == -INFINITY);
    assert_true(values[2] == 0 && values[3] == INFINITY);
    path = data_file("npy-layouts/data_float64_2x3x4_corder.npy");
    assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, &info, NULL), 2);
    for (int i = 0; i < 24; i++)
        assert_true(values[i] == (float)i);
    path = data_file("npy-layouts/ragged-array.npy");
    expect_failure(f, &params, TRL_ERROR_INPUT, "pickle");
    path = data_file("npy-layouts/ragged-array-mixed.npy");
    expect_failure(f, &params, TRL_ERROR_INPUT, "pickle");
    path = data_file("npy-layouts/data_float64_corder.npz");
    expect_failure(f, &params, TRL_ERROR_INPUT, "zip archive");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(measured_fields_have_known_values, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(measured_fields_have_known_ranges, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(every_dtype_and_order_is_read, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(odd_files_are_read_or_refused, fixture_set_up,
                                        fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
