/* SPDX-License-Identifier: BSD-2-Clause */
/* Expressions and reductions as callers of the library have them: on the processor and on the
 * device, with the same bits. */
#include "../gpu/device.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>
#include <tensorreel/log.h>
#include <tensorreel/ops.h>

#include <cmocka.h>

enum { ROWS = 3, COLUMNS = 5, COUNT = ROWS * COLUMNS };

static struct test_device test;
static char line[4096];

static void keep_line(void *user, enum trl_log_level level, const char *text)
{
    (void)user;
    if (level == TRL_LOG_ERROR)
        snprintf(line + strlen(line), sizeof(line) - strlen(line), "%s\n", text);
}

static struct trl_ops_tensor dense(const char *name, enum trl_dtype dtype, int rank,
                                   const int64_t *shape, const void *data)
{
    struct trl_ops_tensor tensor = {.name = name, .data = data};
    assert_int_equal(trl_layout_dense(&tensor.layout, dtype, rank, shape, false), 0);
    tensor.size_bytes = (size_t)trl_layout_elements(&tensor.layout) * trl_dtype_size(dtype);
    return tensor;
}

/* Without a device, and with one: the bits are the same. */
static void evaluate(const char *text, const struct trl_ops_tensor *inputs, int count,
                     enum trl_dtype dtype, void *out, size_t size)
{
    void *there = malloc(size);
    for (int n = 0; n < 1 + TRL_HAVE_SHADERC; n++) {
        struct trl_ops_expression *expression = NULL;
        int64_t ns = -1;
        assert_int_equal(
            trl_ops_expression_create(&expression, test.log, n ? test.device : NULL, text), 0);
        for (int again = 0; again < 2; again++)
            assert_int_equal(trl_ops_expression_evaluate(expression, inputs, count, dtype,
                                                         n ? there : out, size, &ns),
                             0);
        assert_true(n ? ns >= 0 : ns == 0);
        trl_ops_expression_destroy(&expression);
        assert_null(expression);
    }
    if (TRL_HAVE_SHADERC)
        assert_memory_equal(out, there, size);
    free(there);
}

static void evaluates_what_it_says(void **state)
{
    (void)state;
    double a[ROWS][COLUMNS];
    const int16_t b[COLUMNS] = {-3, 0, 2, 7, 100};
    float out[ROWS][COLUMNS];
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLUMNS; x++)
            a[y][x] = 1.5 * y - 0.25 * x;
    const struct trl_ops_tensor inputs[] = {
        dense("unused", TRL_DTYPE_I16, 1, (const int64_t[]){COLUMNS}, b),
        dense("b", TRL_DTYPE_I16, 1, (const int64_t[]){COLUMNS}, b),
        dense("a", TRL_DTYPE_F64, 2, (const int64_t[]){ROWS, COLUMNS}, a),
    };
    evaluate("log1p(abs(a - b))", inputs, 3, TRL_DTYPE_NONE, out, sizeof(out));
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLUMNS; x++) {
            /* Within 0.55 units in the last place, and half a unit of this test's own rounding. */
            const double should = log1p(fabs(a[y][x] - b[x]));
            assert_true(fabs(out[y][x] - should) <= 0.55 * 0x1p-23 * fabs(should));
        }
    evaluate("a / b", inputs, 3, TRL_DTYPE_F32, out, sizeof(out));
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLUMNS; x++) {
            const float should = (float)a[y][x] / (float)b[x];
            assert_true(isnan(should) ? isnan(out[y][x]) : out[y][x] == should);
        }
}

/* Columns of a larger array from the last to the first, as halves. */
static void takes_strides_and_gives_halves(void **state)
{
    (void)state;
    float a[ROWS][2 * COLUMNS];
    uint16_t out[COUNT];
    for (int n = 0; n < ROWS * 2 * COLUMNS; n++)
        (&a[0][0])[n] = (float)n;
    struct trl_ops_tensor input = {.name = "x", .data = a, .size_bytes = sizeof(a)};
    input.layout = (struct trl_layout){.dtype = TRL_DTYPE_F32,
                                       .rank = 2,
                                       .shape = {ROWS, COLUMNS},
                                       .stride = {2 * COLUMNS, -2},
                                       .offset = 2 * COLUMNS - 1};
    evaluate("x", &input, 1, TRL_DTYPE_F16, out, sizeof(out));
    assert_int_equal(out[0], 0x4880);  /* 9 */
    assert_int_equal(out[4], 0x3c00);  /* 1 */
    assert_int_equal(out[14], 0x4d40); /* 21 */
    struct trl_layout layout;
    struct trl_ops_expression *expression = NULL;
    assert_int_equal(trl_ops_expression_create(&expression, test.log, NULL, "x + x"), 0);
    assert_int_equal(trl_ops_expression_layout(expression, &input, 1, TRL_DTYPE_BF16, &layout), 0);
    assert_int_equal(layout.dtype, TRL_DTYPE_BF16);
    assert_int_equal(layout.rank, 2);
    assert_int_equal(layout.shape[1], COLUMNS);
    assert_string_equal(trl_ops_expression_inputs(expression)[0], "x");
    assert_null(trl_ops_expression_inputs(expression)[1]);
    trl_ops_expression_destroy(&expression);
}

static void reduce(const struct trl_ops_reduce_params *params, const struct trl_ops_tensor *input,
                   void *out, size_t size)
{
    struct trl_ops_reduce_params there = *params;
    void *result = malloc(size);
    int64_t ns = -1;
    there.device = test.device;
    assert_int_equal(trl_ops_reduce(params, input, out, size, &ns), 0);
    assert_int_equal(ns, 0);
    assert_int_equal(trl_ops_reduce(&there, input, result, size, NULL), 0);
    assert_memory_equal(out, result, size);
    free(result);
}

static void reduces(void **state)
{
    (void)state;
    int64_t values[ROWS][COLUMNS];
    for (int n = 0; n < COUNT; n++)
        (&values[0][0])[n] = n == 7 ? 40 : n;
    const struct trl_ops_tensor input =
        dense(NULL, TRL_DTYPE_I64, 2, (const int64_t[]){ROWS, COLUMNS}, values);
    struct trl_ops_reduce_params params = {.log = test.log, .reduction = TRL_OPS_SUM};
    float one, along[COLUMNS];
    uint32_t place[ROWS];
    reduce(&params, &input, &one, sizeof(one));
    assert_true(one == 138); /* 0 + ... + 14, and 40 in place of 7 */
    params.reduction = TRL_OPS_MEAN;
    reduce(&params, &input, &one, sizeof(one));
    assert_true(one == 9.2F);
    params.reduction = TRL_OPS_ARGMAX;
    params.along_axis = true;
    params.axis = -1;
    reduce(&params, &input, place, sizeof(place));
    assert_int_equal(place[0], 4);
    assert_int_equal(place[1], 2);
    params.reduction = TRL_OPS_MIN;
    params.axis = 0;
    reduce(&params, &input, along, sizeof(along));
    assert_true(along[0] == 0 && along[4] == 4);
    struct trl_layout layout;
    assert_int_equal(trl_ops_reduce_layout(&params, &input.layout, &layout), 0);
    assert_int_equal(layout.rank, 1);
    assert_int_equal(layout.shape[0], COLUMNS);
}

static void expect(int error, const char *words)
{
    assert_int_equal(error, TRL_ERROR_USAGE);
    if (!strstr(line, words))
        fail_msg("\"%s\" is not in \"%s\"", words, line);
    line[0] = 0;
}

static void refuses_wrong_use(void **state)
{
    (void)state;
    struct trl_log *log = NULL;
    float data[COUNT] = {0}, out[COUNT];
    struct trl_ops_expression *expression = NULL;
    assert_int_equal(trl_log_create(&log, &(struct trl_log_params){.callback = keep_line}), 0);
    struct trl_ops_tensor input = dense("x", TRL_DTYPE_F32, 1, (const int64_t[]){COUNT}, data);
    expect(trl_ops_expression_create(&expression, log, NULL, "x +"), "^");
    assert_null(expression);
    assert_int_equal(trl_ops_expression_create(&expression, log, NULL, "y * 2"), 0);
    expect(trl_ops_expression_evaluate(expression, &input, 1, 0, out, sizeof(out), NULL), "y");
    trl_ops_expression_destroy(&expression);
    assert_int_equal(trl_ops_expression_create(&expression, log, NULL, "x * 2"), 0);
    expect(trl_ops_expression_evaluate(expression, &input, 1, 0, out, 4, NULL), "60 bytes");
    expect(trl_ops_expression_evaluate(expression, &input, 1, TRL_DTYPE_U8, out, COUNT, NULL),
           "f32, f16 or bf16");
    input.size_bytes -= 1;
    expect(trl_ops_expression_evaluate(expression, &input, 1, 0, out, sizeof(out), NULL),
           "beyond its 59 bytes");
    struct trl_ops_reduce_params params = {.log = log, .reduction = TRL_OPS_SUM};
    expect(trl_ops_reduce(&params, &input, out, 4, NULL), "beyond its 59 bytes");
    input.size_bytes += 1;
    expect(trl_ops_reduce(&params, &input, out, 8, NULL), "4 bytes");
    params.along_axis = true;
    params.axis = 1;
    expect(trl_ops_reduce(&params, &input, out, 4, NULL), "axis 1");
    trl_ops_expression_destroy(&expression);
    trl_ops_expression_destroy(NULL);
    trl_log_destroy(&log);
}

static int open_device(void **state)
{
    (void)state;
    return test_device_open(&test);
}

static int close_device(void **state)
{
    (void)state;
    test_device_close(&test);
    return test.messages;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluates_what_it_says),
        cmocka_unit_test(takes_strides_and_gives_halves),
        cmocka_unit_test(reduces),
        cmocka_unit_test(refuses_wrong_use),
    };
    return cmocka_run_group_tests(tests, open_device, close_device);
}
