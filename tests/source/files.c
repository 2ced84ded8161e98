/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CAPACITY = 4096 };

static float values[CAPACITY];

static struct trl_source_params one(const char *const *path)
{
    return (struct trl_source_params){.paths = path, .path_count = 1};
}

/* A .npy file of float32 0, 1, 2, ... starting at first. */
static const char *ramp(struct fixture *f, const char *name, const char *order, const char *shape,
                        int first, int count)
{
    uint8_t bytes[4096];
    float data[512];
    for (int i = 0; i < count; i++)
        data[i] = (float)(first + i);
    const size_t size = npy_header_v1(bytes, "<f4", order, shape);
    memcpy(bytes + size, data, sizeof(float) * (size_t)count);
    return fixture_write(f, name, bytes, size + sizeof(float) * (size_t)count);
}

static void ranks_have_default_axes(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *shape;
        int64_t frames, tiles, rows, columns;
    } cases[] = {
        {"()", 1, 1, 1, 1},
        {"(120,)", 1, 1, 1, 120},
        {"(10, 12)", 1, 1, 10, 12},
        {"(5, 4, 6)", 5, 1, 4, 6},
        {"(2, 3, 4, 5)", 2, 3, 4, 5},
        {"(1, 5, 1, 4, 6)", 5, 1, 4, 6},
        {"(2, 3, 1, 1, 4, 5)", 2, 3, 4, 5},
        {"(1, 1, 1, 1, 1, 1, 1, 120)", 1, 1, 1, 120},
        {"(1, 120, 1)", 1, 1, 120, 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *path = ramp(f, "a.npy", "False", cases[i].shape, 0, i ? 120 : 1);
        struct trl_source_info info;
        const struct trl_source_params params = one(&path);
        const int64_t frames = read_all_frames(f, &params, 0, values, CAPACITY, &info, NULL);
        assert_int_equal(frames, cases[i].frames);
        assert_int_equal(info.frame_count, cases[i].frames);
        assert_int_equal(info.tiles, cases[i].tiles);
        assert_int_equal(info.rows, cases[i].rows);
        assert_int_equal(info.columns, cases[i].columns);
        assert_true(info.rewindable);
        for (int k = 0; k < (i ? 120 : 1); k++)
            assert_true(values[k] == (float)k);
    }
    assert_int_equal(f->lines[TRL_LOG_WARN], 0);
}

static void shapes_without_meaning_are_refused(void **state)
{
    struct fixture *f = *state;
    const char *path = ramp(f, "a.npy", "False", "(2, 2, 2, 3, 5)", 0, 120);
    struct trl_source_params params = one(&path);
    expect_failure(f, &params, TRL_ERROR_USAGE, "5 axes longer than 1");
    params.axes = "THW";
    expect_failure(f, &params, TRL_ERROR_USAGE, "has 5 axes, but --axes THW names 3");
    params.axes = "THWNQ";
    expect_failure(f, &params, TRL_ERROR_USAGE, "'Q' is no axis");
    params.axes = "NTCHW";
    expect_failure(f, &params, TRL_ERROR_USAGE, "side by side");
    path = ramp(f, "a.npy", "False", "(0, 2, 2)", 0, 0);
    params = one(&path);
    expect_failure(f, &params, TRL_ERROR_INPUT, "holds no frames: axis 0 (T) has size 0");
    path = ramp(f, "a.npy", "False", "(2, 0)", 0, 0);
    expect_failure(f, &params, TRL_ERROR_INPUT, "axis 1 (W) has size 0");
    path = ramp(f, "a.npy", "False", "(2, 3, 0, 1, 1)", 0, 0);
    expect_failure(f, &params, TRL_ERROR_INPUT, "axis 2 (W) has size 0");
    path = ramp(f, "a.npy", "False", "(10, 12)", 0, 120);
    params.frame_bytes_max = 479;
    expect_failure(f, &params, TRL_ERROR_INPUT, "480 bytes, more than the limit of 479");
}

static void lists_are_concatenated(void **state)
{
    struct fixture *f = *state;
    char names[3][160];
    snprintf(names[0], sizeof(names[0]), "%s", ramp(f, "x1.npy", "False", "(2, 3)", 0, 6));
    snprintf(names[1], sizeof(names[1]), "%s", ramp(f, "x2.npy", "False", "(2, 2, 3)", 6, 12));
    snprintf(names[2], sizeof(names[2]), "%s", ramp(f, "x10.npy", "False", "(2, 3)", 18, 6));
    const char *const paths[] = {names[0], names[2], names[1]}; /* alphabetical */
    const struct trl_source_params params = {.paths = paths, .path_count = 3};
    struct trl_source_info info;
    int blocks;
    assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, &info, &blocks), 4);
    assert_int_equal(info.frame_count, 4);
    assert_int_equal(blocks, 4);
    for (int i = 0; i < 24; i++)
        assert_true(values[i] == (float)i);
    char pattern[160];
    snprintf(pattern, sizeof(pattern), "%s", fixture_path(f, "x*.npy"));
    const char *glob = pattern;
    const struct trl_source_params globbed = one(&glob);
    assert_int_equal(read_all_frames(f, &globbed, 0, values, CAPACITY, &info, NULL), 4);
    for (int i = 0; i < 24; i++)
        assert_true(values[i] == (float)i);
}

static void lists_must_agree(void **state)
{
    struct fixture *f = *state;
    char names[4][160];
    uint8_t bytes[256];
    snprintf(names[0], sizeof(names[0]), "%s", ramp(f, "a.npy", "False", "(2, 3)", 0, 6));
    snprintf(names[1], sizeof(names[1]), "%s", ramp(f, "b.npy", "False", "(3, 2)", 0, 6));
    size_t size = npy_header_v1(bytes, ">f4", "False", "(2, 3)");
    snprintf(names[2], sizeof(names[2]), "%s", fixture_write(f, "c.npy", bytes, size + 24));
    snprintf(names[3], sizeof(names[3]), "%s", ramp(f, "d.npy", "True", "(2, 3)", 0, 6));
    const char *paths[] = {names[0], names[1]};
    struct trl_source_params params = {.paths = paths, .path_count = 2};
    expect_failure(f, &params, TRL_ERROR_INPUT, "b.npy: has frames of 1 x 3 x 2");
    paths[1] = names[2];
    expect_failure(f, &params, TRL_ERROR_INPUT, "c.npy: has dtype f4be, those before it have f4le");
    paths[1] = "-";
    expect_failure(f, &params, TRL_ERROR_USAGE, "-: standard input cannot be combined");
    paths[1] = fixture_path(f, "none.npy");
    expect_failure(f, &params, TRL_ERROR_INPUT, "none.npy: cannot be opened");
    paths[1] = f->folder;
    expect_failure(f, &params, TRL_ERROR_INPUT, "is a folder");
    paths[1] = names[3]; /* the order in memory may differ */
    assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, NULL, NULL), 2);
    const float expected[] = {0, 1, 2, 3, 4, 5, 0, 2, 4, 1, 3, 5};
    assert_memory_equal(values, expected, sizeof(expected));
    params.path_count = 0;
    expect_failure(f, &params, TRL_ERROR_USAGE, "no input");
}

static void frames_are_selected(void **state)
{
    struct fixture *f = *state;
    char names[2][160];
    snprintf(names[0], sizeof(names[0]), "%s", ramp(f, "s1.npy", "False", "(7, 1, 1)", 0, 7));
    snprintf(names[1], sizeof(names[1]), "%s", ramp(f, "s2.npy", "True", "(3, 1, 1)", 7, 3));
    const char *const paths[] = {names[0], names[1]};
    static const struct {
        int64_t first, end, step;
        int count;
        float expected[10];
    } cases[] = {
        {0, 0, 0, 10, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}},
        {3, 0, 1, 7, {3, 4, 5, 6, 7, 8, 9}},
        {0, 0, 4, 3, {0, 4, 8}},
        {1, 8, 3, 3, {1, 4, 7}},
        {-3, 0, 1, 3, {7, 8, 9}},
        {-30, -8, 1, 2, {0, 1}},
        {2, 100, 5, 2, {2, 7}},
        {9, 0, INT64_MAX, 1, {9}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct trl_source_params params = {.paths = paths,
                                                 .path_count = 2,
                                                 .first = cases[i].first,
                                                 .end = cases[i].end,
                                                 .step = cases[i].step};
        assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, NULL, NULL),
                         cases[i].count);
        assert_memory_equal(values, cases[i].expected, sizeof(float) * (size_t)cases[i].count);
    }
    struct trl_source_params params = {.paths = paths, .path_count = 2, .first = 10};
    expect_failure(f, &params, TRL_ERROR_USAGE, "10:0 select none; the input has 10");
    params.first = 0;
    params.step = -1;
    expect_failure(f, &params, TRL_ERROR_USAGE, "step -1");
}

static void sources_can_be_read_again(void **state)
{
    struct fixture *f = *state;
    const char *path = ramp(f, "a.npy", "False", "(5, 1, 2)", 0, 10);
    struct trl_source_params params = one(&path);
    struct trl_source *source;
    struct trl_source_block block;
    float frame[2];
    params.log = f->log;
    params.first = 1;
    assert_int_equal(trl_source_open(&source, &params), 0);
    for (int round = 0; round < 2; round++) {
        for (int n = 0; n < 4; n++) {
            assert_int_equal(trl_source_read(source, &block, frame, sizeof(frame)), 0);
            assert_int_equal(block.first, n);
            assert_true(frame[0] == (float)(2 * (n + 1)));
        }
        assert_int_equal(trl_source_read(source, &block, frame, sizeof(frame)), 0);
        assert_int_equal(block.frame_count, 0);
        assert_int_equal(trl_source_rewind(source), 0);
    }
    assert_int_equal(trl_source_read(source, &block, frame, 7), TRL_ERROR_USAGE);
    trl_source_cancel(source);
    assert_int_equal(trl_source_read(source, &block, frame, sizeof(frame)), TRL_ERROR_CANCELLED);
    trl_source_close(&source);
    trl_source_close(&source);
    trl_source_close(NULL);
}

/* A file that ends anywhere is refused when it is opened, by its name and both sizes. */
static void truncation_at_every_byte_is_named(void **state)
{
    struct fixture *f = *state;
    uint8_t bytes[256];
    size_t size = npy_header_v1(bytes, "<u2", "False", "(3, 4)");
    const size_t header = size;
    memset(bytes + size, 1, 24);
    size += 24;
    const char *path = fixture_path(f, "cut.npy");
    const struct trl_source_params params = one(&path);
    for (size_t cut = 0; cut < size; cut++) {
        path = fixture_write(f, "cut.npy", bytes, cut);
        expect_failure(f, &params, TRL_ERROR_INPUT, "cut.npy: byte");
        if (cut >= header) {
            char says[96];
            snprintf(says, sizeof(says), "promises 24 bytes of data, %zu are there", cut - header);
            expect_failure(f, &params, TRL_ERROR_INPUT, says);
        }
    }
    path = fixture_write(f, "cut.npy", bytes, size);
    assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, NULL, NULL), 1);
    assert_int_equal(f->lines[TRL_LOG_WARN], 0);
    path = fixture_write(f, "cut.npy", bytes, size + 3);
    assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, NULL, NULL), 1);
    assert_int_equal(f->lines[TRL_LOG_WARN], 1);
    assert_non_null(strstr(f->line[TRL_LOG_WARN], "3 bytes after the array are ignored"));
}

static void a_file_that_shrinks_is_an_error(void **state)
{
    struct fixture *f = *state;
    char path[160];
    snprintf(path, sizeof(path), "%s", ramp(f, "a.npy", "False", "(5, 1, 2)", 0, 10));
    const char *name = path;
    struct trl_source_params params = one(&name);
    struct trl_source *source;
    struct trl_source_block block;
    float frame[2];
    params.log = f->log;
    assert_int_equal(trl_source_open(&source, &params), 0);
    assert_int_equal(trl_source_read(source, &block, frame, sizeof(frame)), 0);
    assert_int_equal(truncate(path, 90), 0);
    int error = 0;
    while (!error)
        error = trl_source_read(source, &block, frame, sizeof(frame));
    assert_int_equal(error, TRL_ERROR_INPUT);
    assert_non_null(strstr(f->line[TRL_LOG_ERROR], "a.npy: byte 90: the file ends"));
    trl_source_close(&source);
}

static void lying_and_foreign_files_are_refused(void **state)
{
    struct fixture *f = *state;
    uint8_t bytes[4096];
    size_t size = npy_header_v1(bytes, "<f8", "False", "(100000, 100000, 100000)");
    const char *path = fixture_write(f, "lies.npy", bytes, size + 64);
    struct trl_source_params params = one(&path);
    expect_failure(f, &params, TRL_ERROR_INPUT, "promises 8000000000000000 bytes of data, 64 are");
    size = npy_record(bytes, 1,
                      "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387905, 4)}",
                      NULL, 0);
    path = fixture_write(f, "lies.npy", bytes, size + 64);
    expect_failure(f, &params, TRL_ERROR_INPUT, "lies.npy: byte 60: has a shape whose size");
    path = fixture_write(f, "lies.npy", "\x93NUMPY\x02\x00\xff\xff\xff\xff{", 13);
    expect_failure(f, &params, TRL_ERROR_INPUT, "byte 8: has a header of 4294967295 bytes");
    path = fixture_write(f, "tensor.npy",
                         "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", 64);
    expect_failure(f, &params, TRL_ERROR_INPUT,
                   "tensor.npy: byte 0: begins with \"version http\" and is a Git LFS pointer");
    path = fixture_write(f, "tensor.npz", "PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0", 15);
    expect_failure(f, &params, TRL_ERROR_INPUT, "zip archive");
    path = fixture_write(f, "text.npy", "1 2 3\n", 6);
    expect_failure(f, &params, TRL_ERROR_INPUT, "begins with \"1 2 3\\x0a\" and is text");
    path = fixture_write(f, "empty.npy", "", 0);
    expect_failure(f, &params, TRL_ERROR_INPUT, "empty.npy: byte 0: the file is empty");
    path = "/nowhere/*.npy";
    expect_failure(f, &params, TRL_ERROR_INPUT, "/nowhere/*.npy: the pattern matches no file");
}

static void raw_files_are_read(void **state)
{
    struct fixture *f = *state;
    uint8_t bytes[64];
    for (int i = 0; i < 64; i++)
        bytes[i] = (uint8_t)i;
    const char *path = fixture_write(f, "data.bin", bytes, 28);
    struct trl_source_params params = one(&path);
    struct trl_source_info info;
    params.raw = "dtype=u2be,shape=2x3,offset=4";
    assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, &info, NULL), 2);
    assert_int_equal(info.dtype, TRL_DTYPE_U16);
    assert_true(info.big_endian);
    for (int i = 0; i < 12; i++)
        assert_true(values[i] == (float)((4 + 2 * i) * 256 + 5 + 2 * i));
    params.raw = "dtype=u1,shape=5";
    expect_failure(f, &params, TRL_ERROR_INPUT,
                   "data.bin: byte 28: ends inside frame 5 (3 of 5 bytes)");
    params.raw = "dtype=u1,shape=5,frames=5";
    assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, &info, NULL), 5);
    assert_int_equal(info.columns, 5);
    assert_non_null(strstr(f->line[TRL_LOG_WARN], "3 bytes after the frames are ignored"));
    params.raw = "dtype=u1,shape=5,frames=6";
    expect_failure(f, &params, TRL_ERROR_INPUT, "asks for 6 times 5 bytes from byte 0, 28 are");
    params.raw = "dtype=u1,shape=5,offset=1000";
    expect_failure(f, &params, TRL_ERROR_INPUT, "from byte 1000, 0 are there");
    params.raw = "dtype=u1,shape=5,frames=9000000000000000000";
    expect_failure(f, &params, TRL_ERROR_INPUT, "is truncated");
    params.raw = "dtype=u1,shape=2x2x7";
    assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, &info, NULL), 1);
    assert_int_equal(info.tiles, 2);
    params.axes = "HWC"; /* of one frame: elements of a tile lie 7 apart */
    assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, &info, NULL), 1);
    assert_int_equal(info.tiles, 7);
    assert_true(values[0] == 0 && values[1] == 7 && values[4] == 1);
    params.axes = "HWT"; /* of the whole array */
    assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, &info, NULL), 7);
    assert_true(values[0] == 0 && values[1] == 7 && values[4] == 1);
    params.raw = "dtype=u1,shape=2x2x7,frames=1";
    expect_failure(f, &params, TRL_ERROR_USAGE, "frames= cannot be given");
    params.axes = NULL;
    params.raw = "dtype=u1,shape=1x2x2x7";
    expect_failure(f, &params, TRL_ERROR_USAGE, "needs --axes");
    params.axes = "NCHW";
    assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, &info, NULL), 1);
    assert_int_equal(info.tiles, 2);
}

/* More elements than the bounce buffer holds; 64-bit integers too large for float32 are rounded. */
static void wide_elements_are_narrowed(void **state)
{
    struct fixture *f = *state;
    enum { ROWS = 300, COLUMNS = 1000 };
    const size_t bytes_max = 256 + (size_t)ROWS * COLUMNS * 8;
    uint8_t *bytes = malloc(bytes_max);
    float *out = malloc(sizeof(float) * ROWS * COLUMNS);
    const size_t header = npy_header_v1(bytes, ">i8", "False", "(300, 1000)");
    for (int64_t i = 0; i < (int64_t)ROWS * COLUMNS; i++) {
        const uint64_t swapped = __builtin_bswap64((uint64_t)(i * 16777217 - 5));
        memcpy(bytes + header + i * 8, &swapped, 8);
    }
    const char *path = fixture_write(f, "wide.npy", bytes, header + (size_t)ROWS * COLUMNS * 8);
    const struct trl_source_params params = one(&path);
    struct trl_source_info info;
    assert_int_equal(read_all_frames(f, &params, 0, out, ROWS * COLUMNS, &info, NULL), 1);
    assert_int_equal(info.dtype, TRL_DTYPE_F32);
    assert_false(info.big_endian);
    for (int64_t i = 0; i < (int64_t)ROWS * COLUMNS; i++)
        assert_true(out[i] == (float)(i * 16777217 - 5));
    free(bytes);
    free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ranks_have_default_axes, fixture_set_up, fixture_tear_down),
        cmocka_unit_test_setup_teardown(shapes_without_meaning_are_refused, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(lists_are_concatenated, fixture_set_up, fixture_tear_down),
        cmocka_unit_test_setup_teardown(lists_must_agree, fixture_set_up, fixture_tear_down),
        cmocka_unit_test_setup_teardown(frames_are_selected, fixture_set_up, fixture_tear_down),
        cmocka_unit_test_setup_teardown(sources_can_be_read_again, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(truncation_at_every_byte_is_named, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_shrinks_is_an_error, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(lying_and_foreign_files_are_refused, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(raw_files_are_read, fixture_set_up, fixture_tear_down),
        cmocka_unit_test_setup_teardown(wide_elements_are_narrowed, fixture_set_up,
                                        fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
