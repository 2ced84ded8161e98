/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters on the device have the bits that the host has. */
#include "../gpu/device.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/math.h"
#include "ops/filter.h"
#include "tensor/filter.h"
#include "tensor/layout.h"

static int setup(void **state)
{
    struct test_device *test = calloc(1, sizeof(*test));
    *state = test;
    return test ? test_device_open(test) : -1;
}

static int teardown(void **state)
{
    struct test_device *test = *state;
    test_device_close(test);
    const int messages = test->messages;
    free(test);
    return messages;
}

/* ---- frames ---- */

static uint32_t random_word(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8 ^ *seed << 13;
}

enum kind { SMOOTH_VALUES, ANY_BITS, SPRINKLED, KINDS };

/* Words of float32: ordinary values, any bits at all, or ordinary ones with NaN, infinities, zeros,
 * denormals and the largest and smallest floats among them. */
static void fill(void *data, size_t size, enum kind kind, uint32_t seed)
{
    static const uint32_t odd[] = {0x7fc00000, 0xff800001, 0x7f800000, 0xff800000, 0x80000000,
                                   0x00000001, 0x807fffff, 0x00800000, 0x00ffffff, 0x01000000,
                                   0x81000001, 0x7f7fffff, 0xff7fffff, 0x18ffffff, 0x19000000,
                                   0x00000000, 0x1e3ce508, 0x9e3ce508};
    uint32_t *words = data;
    for (size_t i = 0; i < size / 4; i++) {
        const uint32_t word = random_word(&seed);
        words[i] = trl_float_bits((float)(int32_t)word * 0x1p-28f);
        if (kind == ANY_BITS)
            words[i] = word;
        if (kind == SPRINKLED && random_word(&seed) % 16 == 0)
            words[i] = odd[random_word(&seed) % (sizeof(odd) / sizeof(*odd))];
    }
}

struct rig {
    struct test_device *test;
    struct trl_filters *filters;
    struct trl_filter_host *host;
    struct trl_gpu_cmd *cmd;
    struct trl_gpu_buffer *input, *readback;
    struct trl_layout layout;
    size_t size; /* bytes of input */
};

static void rig_open(struct rig *rig, struct test_device *test, const char *text,
                     const struct trl_layout *layout)
{
    int64_t low, high;
    *rig = (struct rig){.test = test, .layout = *layout};
    assert_true(trl_layout_bounds(layout, &low, &high));
    rig->size = trl_align_up((uint64_t)(high + 1) * trl_dtype_size(layout->dtype), 4);
    const uint64_t out = (uint64_t)trl_layout_elements(layout) * sizeof(float);
    assert_int_equal(trl_filters_create(&rig->filters, test->device, text, layout), 0);
    assert_int_equal(trl_filter_host_create(&rig->host, test->log, text, layout), 0);
    assert_int_equal(trl_gpu_cmd_create(&rig->cmd, test->device, TRL_GPU_QUEUE_MAIN), 0);
    const struct trl_gpu_buffer_params in = {
        .name = "frame", .size_bytes = rig->size, .memory = TRL_GPU_MEMORY_UPLOAD};
    const struct trl_gpu_buffer_params back = {
        .name = "result", .size_bytes = out, .memory = TRL_GPU_MEMORY_READBACK};
    assert_int_equal(trl_gpu_buffer_create(&rig->input, test->device, &in), 0);
    assert_int_equal(trl_gpu_buffer_create(&rig->readback, test->device, &back), 0);
}

static void rig_close(struct rig *rig)
{
    trl_gpu_cmd_destroy(&rig->cmd);
    trl_gpu_buffer_destroy(&rig->input);
    trl_gpu_buffer_destroy(&rig->readback);
    trl_filters_destroy(&rig->filters);
    trl_filter_host_destroy(&rig->host);
}

static const float *rig_run(struct rig *rig)
{
    struct trl_gpu_point done;
    struct trl_gpu_tensor out;
    const struct trl_gpu_tensor in = {rig->input, rig->layout};
    const uint64_t size = (uint64_t)trl_layout_elements(&rig->layout) * sizeof(float);
    assert_int_equal(trl_gpu_buffer_flush(rig->input, 0, rig->size), 0);
    assert_int_equal(trl_gpu_cmd_begin(rig->cmd), 0);
    assert_int_equal(trl_filters_record(rig->filters, rig->cmd, &in, &out), 0);
    assert_memory_equal(&out.layout, trl_filters_layout(rig->filters), sizeof(out.layout));
    trl_gpu_cmd_copy(rig->cmd, rig->readback, 0, out.buffer, 0, size);
    trl_gpu_cmd_to_host(rig->cmd, rig->readback);
    assert_int_equal(trl_gpu_submit(rig->cmd, NULL, 0, &done), 0);
    assert_int_equal(trl_gpu_wait(rig->test->device, done, INT64_MAX), 0);
    assert_int_equal(trl_gpu_buffer_invalidate(rig->readback, 0, size), 0);
    return trl_gpu_buffer_map(rig->readback);
}

/* Runs one frame that lies in the input buffer on both. */
static void rig_check(struct rig *rig, const char *text, int frame)
{
    const float *got = rig_run(rig);
    const float *expected = trl_filter_host_apply(rig->host, trl_gpu_buffer_map(rig->input));
    const int64_t columns = rig->layout.shape[2], rows = rig->layout.shape[1];
    for (int64_t i = 0; i < trl_layout_elements(&rig->layout); i++)
        if (trl_float_bits(got[i]) != trl_float_bits(expected[i]))
            fail_msg(
                "%s of %lldx%lld %s, frame %d, tile %lld, row %lld, column %lld: %08x, not %08x",
                text, (long long)rows, (long long)columns, trl_dtype_name(rig->layout.dtype), frame,
                (long long)(i / columns / rows), (long long)(i / columns % rows),
                (long long)(i % columns), trl_float_bits(got[i]), trl_float_bits(expected[i]));
}

static void check(struct test_device *test, const char *text, const struct trl_layout *layout,
                  int frames, uint64_t limit)
{
    struct rig rig;
    rig_open(&rig, test, text, layout);
    trl_filters_limit_bindings(rig.filters, limit);
    for (int f = 0; f < frames; f++) {
        fill(trl_gpu_buffer_map(rig.input), rig.size, (enum kind)(f % KINDS), (uint32_t)f * 77 + 1);
        rig_check(&rig, text, f);
    }
    rig_close(&rig);
}

static struct trl_layout dense(enum trl_dtype dtype, int64_t tiles, int64_t rows, int64_t columns)
{
    struct trl_layout layout;
    const int64_t shape[3] = {tiles, rows, columns};
    assert_int_equal(trl_layout_dense(&layout, dtype, 3, shape, false), 0);
    return layout;
}

/* ---- tests ---- */

static const int64_t sizes[][3] = {{1, 1, 1},  {1, 1, 40}, {1, 40, 1},  {3, 5, 7},
                                   {2, 9, 17}, {1, 8, 64}, {1, 31, 130}};
enum { SIZES = sizeof(sizes) / sizeof(*sizes) };

static void every_filter_at_every_size(void **state)
{
    static const char *const each[] = {
        "gaussian=2", "median",   "sobel",        "abs",      "log",
        "smooth=0.3", "decay=.9", "clip=-1:1e-3", "clip=:.5", "diff",
    };
    for (size_t n = 0; n < sizeof(each) / sizeof(*each); n++)
        for (size_t s = 0; s < SIZES; s++) {
            const struct trl_layout layout =
                dense(TRL_DTYPE_F32, sizes[s][0], sizes[s][1], sizes[s][2]);
            check(*state, each[n], &layout, 3, 0);
        }
}

/* Kernels take the driver long to make, so each of these has one size. */
static void every_argument(void **state)
{
    static const char *const each[] = {
        "gaussian=0.1", "gaussian=.13", "gaussian=40", "box=1",    "box=4",   "box=801", "unsharp",
        "unsharp=2:.5", "unsharp=.5:0", "clip=0:",     "smooth=1", "decay=1", "decay=0"};
    for (size_t n = 0; n < sizeof(each) / sizeof(*each); n++) {
        const int64_t *size = sizes[(n + 3) % SIZES];
        const struct trl_layout layout = dense(TRL_DTYPE_F32, size[0], size[1], size[2]);
        check(*state, each[n], &layout, 3, 0);
    }
}

static void a_larger_frame(void **state)
{
    static const char *const texts[] = {"gaussian=2", "median", "sobel", "log,decay=.5", "unsharp"};
    const struct trl_layout layout = dense(TRL_DTYPE_F32, 1, 257, 131);
    for (size_t n = 0; n < sizeof(texts) / sizeof(*texts); n++)
        check(*state, texts[n], &layout, 3, 0);
}

static void every_dtype(void **state)
{
    static const char *const texts[] = {"median", "sobel,log", "diff,abs", "gaussian=1"};
    for (int dtype = 1; dtype < TRL_DTYPE_COUNT; dtype++) {
        if (dtype == TRL_DTYPE_F64 || dtype == TRL_DTYPE_I64 || dtype == TRL_DTYPE_U64)
            continue;
        /* Sums have one kernel for floats and one for the rest. */
        const size_t count =
            sizeof(texts) / sizeof(*texts) - (dtype != TRL_DTYPE_BF16 && dtype != TRL_DTYPE_U8);
        for (size_t n = 0; n < count; n++) {
            struct trl_layout layout = dense((enum trl_dtype)dtype, 2, 6, 11);
            layout.big_endian = n % 2;
            check(*state, texts[n], &layout, 3, 0);
        }
    }
}

static void strides(void **state)
{
    static const char *const texts[] = {"box=3", "median", "unsharp", "smooth=.5"};
    for (size_t n = 0; n < sizeof(texts) / sizeof(*texts); n++) {
        struct trl_layout layout = dense(TRL_DTYPE_F32, 2, 10, 12);
        layout.offset = 5;
        check(*state, texts[n], &layout, 3, 0);
        /* Columns first, rows from the bottom, every second tile. */
        layout.stride[0] = 240;
        layout.stride[1] = -1;
        layout.stride[2] = 10;
        layout.offset = 9;
        check(*state, texts[n], &layout, 3, 0);
        /* One row for all, mirrored. */
        layout.stride[1] = 0;
        layout.stride[2] = -2;
        layout.offset = 33;
        layout.dtype = TRL_DTYPE_U16;
        check(*state, texts[n], &layout, 3, 0);
    }
}

static void chains(void **state)
{
    static const char *const texts[] = {
        "gaussian=2,abs",
        "abs,gaussian=1,log,clip=0:1",
        "abs,log,clip=0:3,abs,log,abs",
        "smooth=.5,diff,decay=.7,abs",
        "unsharp,unsharp=2:2,median,sobel,box=5",
        "diff,gaussian=1,smooth=.25,unsharp=1:3,decay=.9,clip=-2:2",
        "median,median,median",
    };
    const struct trl_layout layout = dense(TRL_DTYPE_F32, 2, 21, 33);
    for (size_t n = 0; n < sizeof(texts) / sizeof(*texts); n++)
        check(*state, texts[n], &layout, 10, 0);
}

/* Frames of which only a part can be bound: bands of rows with what the window reaches, or of
 * tiles. */
static void bands(void **state)
{
    static const char *const texts[] = {"gaussian=2", "median,smooth=.5", "unsharp", "abs",
                                        "box=6,sobel"};
    for (size_t n = 0; n < sizeof(texts) / sizeof(*texts); n++) {
        struct trl_layout layout = dense(TRL_DTYPE_F32, 1, 70, 33);
        check(*state, texts[n], &layout, 4, 5000);
        layout = dense(TRL_DTYPE_I8, 11, 13, 9);
        check(*state, texts[n], &layout, 4, 3000);
    }
}

static void a_row_that_cannot_be_bound(void **state)
{
    struct test_device *test = *state;
    struct rig rig;
    struct trl_gpu_tensor out;
    struct trl_layout layout = dense(TRL_DTYPE_F32, 1, 40, 1000);
    rig_open(&rig, test, "gaussian=4", &layout);
    trl_filters_limit_bindings(rig.filters, 100000);
    assert_int_equal(trl_gpu_cmd_begin(rig.cmd), 0);
    test->quiet = true;
    assert_int_equal(trl_filters_record(rig.filters, rig.cmd,
                                        &(struct trl_gpu_tensor){rig.input, rig.layout}, &out),
                     TRL_ERROR_UNSUPPORTED);
    test->quiet = false;
    assert_non_null(strstr(test->last, "this device binds at most 100000"));
    assert_int_equal(test->messages, 1);
    test->messages = 0;
    rig_close(&rig);
}

static void reset_forgets(void **state)
{
    static const char *const texts[] = {"smooth=.5", "decay=.9", "diff"};
    const struct trl_layout layout = dense(TRL_DTYPE_F32, 1, 4, 5);
    for (size_t n = 0; n < sizeof(texts) / sizeof(*texts); n++) {
        struct rig rig;
        float first[20];
        rig_open(&rig, *state, texts[n], &layout);
        fill(trl_gpu_buffer_map(rig.input), rig.size, SMOOTH_VALUES, 1);
        memcpy(first, rig_run(&rig), sizeof(first));
        fill(trl_gpu_buffer_map(rig.input), rig.size, SMOOTH_VALUES, 2);
        rig_run(&rig);
        fill(trl_gpu_buffer_map(rig.input), rig.size, SMOOTH_VALUES, 1);
        assert_memory_not_equal(rig_run(&rig), first, sizeof(first));
        trl_filters_reset(rig.filters);
        assert_memory_equal(rig_run(&rig), first, sizeof(first));
        rig_close(&rig);
    }
}

/* Without waiting between frames, and with a tensor of another dtype on the way. */
static void frames_in_one_list(void **state)
{
    struct test_device *test = *state;
    enum { FRAMES = 5, CELLS = 6 * 9 };
    struct rig rig;
    struct trl_gpu_point done;
    struct trl_gpu_buffer *all = NULL;
    const struct trl_layout layout = dense(TRL_DTYPE_F32, 1, 6, 9);
    const struct trl_gpu_buffer_params params = {.name = "results",
                                                 .size_bytes = FRAMES * CELLS * sizeof(float),
                                                 .memory = TRL_GPU_MEMORY_READBACK};
    rig_open(&rig, test, "box=3,smooth=.25,diff", &layout);
    assert_int_equal(trl_gpu_buffer_create(&all, test->device, &params), 0);
    fill(trl_gpu_buffer_map(rig.input), rig.size, SPRINKLED, 3);
    assert_int_equal(trl_gpu_buffer_flush(rig.input, 0, rig.size), 0);
    assert_int_equal(trl_gpu_cmd_begin(rig.cmd), 0);
    for (int f = 0; f < FRAMES; f++) {
        struct trl_gpu_tensor in = {rig.input, layout}, out;
        in.layout.dtype = f == 2 ? TRL_DTYPE_U8 : TRL_DTYPE_F32;
        assert_int_equal(trl_filters_record(rig.filters, rig.cmd, &in, &out), 0);
        trl_gpu_cmd_copy(rig.cmd, all, (uint64_t)f * CELLS * sizeof(float), out.buffer, 0,
                         CELLS * sizeof(float));
    }
    trl_gpu_cmd_to_host(rig.cmd, all);
    assert_int_equal(trl_gpu_submit(rig.cmd, NULL, 0, &done), 0);
    assert_int_equal(trl_gpu_wait(test->device, done, INT64_MAX), 0);
    assert_int_equal(trl_gpu_buffer_invalidate(all, 0, FRAMES * CELLS * sizeof(float)), 0);
    const float *got = trl_gpu_buffer_map(all), *input = trl_gpu_buffer_map(rig.input);
    for (int f = 0; f < FRAMES; f++) {
        float narrow[CELLS];
        for (int i = 0; i < CELLS; i++)
            narrow[i] = f == 2 ? (float)((const uint8_t *)input)[i] : input[i];
        assert_memory_equal(got + (ptrdiff_t)f * CELLS, trl_filter_host_apply(rig.host, narrow),
                            sizeof(narrow));
    }
    trl_gpu_buffer_destroy(&all);
    rig_close(&rig);
}

static void refuses(void **state)
{
    struct test_device *test = *state;
    struct trl_filters *filters = NULL;
    struct trl_layout layout = dense(TRL_DTYPE_F64, 1, 4, 4);
    const uint64_t before = trl_gpu_memory_used(test->device);
    test->quiet = true;
    assert_int_equal(trl_filters_create(&filters, test->device, "abs", &layout),
                     TRL_ERROR_UNSUPPORTED);
    layout.dtype = TRL_DTYPE_F32;
    assert_int_equal(trl_filters_create(&filters, test->device, "blur", &layout), TRL_ERROR_USAGE);
    layout.rank = 2;
    assert_int_equal(trl_filters_create(&filters, test->device, "abs", &layout), TRL_ERROR_USAGE);
    layout = dense(TRL_DTYPE_F32, 1, 0, 4);
    assert_int_equal(trl_filters_create(&filters, test->device, "abs", &layout), TRL_ERROR_USAGE);
    layout = dense(TRL_DTYPE_F32, 1, 4, 4);
    assert_int_equal(trl_filters_create(&filters, test->device, "abs", &layout), 0);
    layout.shape[1] = 5;
    struct trl_gpu_tensor out;
    assert_int_equal(
        trl_filters_record(filters, NULL, &(struct trl_gpu_tensor){NULL, layout}, &out),
        TRL_ERROR_USAGE);
    test->quiet = false;
    assert_int_equal(test->messages, 5);
    test->messages = 0;
    trl_filters_destroy(&filters);
    trl_filters_destroy(&filters);
    assert_int_equal(trl_gpu_memory_used(test->device), before);
}

/* With an argument, what can depend on the width of the driver's vectors. */
int main(int argc, char **argv)
{
    (void)argv;
    const struct CMUnitTest widths[] = {cmocka_unit_test(a_larger_frame)};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_filter_at_every_size),
        cmocka_unit_test(every_argument),
        cmocka_unit_test(a_larger_frame),
        cmocka_unit_test(every_dtype),
        cmocka_unit_test(strides),
        cmocka_unit_test(chains),
        cmocka_unit_test(bands),
        cmocka_unit_test(a_row_that_cannot_be_bound),
        cmocka_unit_test(reset_forgets),
        cmocka_unit_test(frames_in_one_list),
        cmocka_unit_test(refuses),
    };
    return argc > 1 ? cmocka_run_group_tests_name("filter widths", widths, setup, teardown)
                    : cmocka_run_group_tests_name("filter", tests, setup, teardown);
}
