/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"
#include "ops/expr_cpu.h"
#include "ops/expr_gpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Evaluates on the device and on the processor, and fails where a bit differs. */
static void check(struct test_device *test, const char *text, const struct operand *operands,
                  enum trl_dtype dtype)
{
    struct trl_expr *parsed = NULL;
    struct trl_ops_expr *expr = NULL;
    struct trl_gpu_cmd *cmd = NULL;
    struct trl_gpu_tensor inputs[TRL_EXPR_INPUTS_MAX], out;
    struct trl_layout layouts[TRL_EXPR_INPUTS_MAX];
    const void *data[TRL_EXPR_INPUTS_MAX];
    int rank;
    int64_t shape[TRL_RANK_MAX];
    assert_int_equal(trl_expr_parse(&parsed, test->log, text), 0);
    for (int n = 0; n < parsed->input_count; n++) {
        inputs[n] = operands[parsed->input[n][0] - 'a'].tensor;
        data[n] = operands[parsed->input[n][0] - 'a'].data;
        layouts[n] = inputs[n].layout;
    }
    assert_int_equal(trl_expr_shape(parsed, test->log, layouts, &rank, shape), 0);
    assert_int_equal(trl_layout_dense(&out.layout, dtype, rank, shape, false), 0);
    const size_t element = trl_dtype_size(dtype);
    const size_t count = (size_t)trl_layout_elements(&out.layout), size = count * element;
    /* A word before and one behind, to see that they are left alone. */
    out.buffer = operand_buffer(test, size + 12);
    out.layout.offset = 4 / (int64_t)element;
    memset(trl_gpu_buffer_map(out.buffer), 0x5a, size + 12);
    assert_int_equal(trl_gpu_buffer_flush(out.buffer, 0, size + 12), 0);
    assert_int_equal(trl_ops_expr_create(&expr, test->device, parsed, dtype), 0);
    assert_int_equal(trl_gpu_cmd_create(&cmd, test->device, TRL_GPU_QUEUE_COMPUTE), 0);
    assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
    assert_int_equal(trl_ops_expr_record(expr, cmd, inputs, &out), 0);
    submit(test, cmd);
    uint8_t *is = malloc(size + 12), *should = malloc(size);
    download(test, out.buffer, is, size + 12);
    assert_int_equal(trl_ops_expr_cpu(parsed, test->log, layouts, data, rank, shape, dtype, should),
                     0);
    const uint32_t untouched = 0x5a5a5a5a;
    assert_memory_equal(is, &untouched, 4);
    assert_memory_equal(is + 4 + (size + 3) / 4 * 4, &untouched, 4);
    for (size_t n = 0; n < count; n++)
        if (memcmp(is + 4 + n * element, should + n * element, element) != 0) {
            uint32_t a = 0, b = 0;
            memcpy(&a, is + 4 + n * element, element);
            memcpy(&b, should + n * element, element);
            fail_msg("%s: element %zu of %zu is %08x, not %08x", text, n, count, a, b);
        }
    free(is);
    free(should);
    trl_gpu_cmd_destroy(&cmd);
    trl_ops_expr_destroy(&expr);
    trl_gpu_buffer_destroy(&out.buffer);
    trl_expr_destroy(&parsed);
}

static struct trl_layout dense(enum trl_dtype dtype, int rank, const int64_t *shape)
{
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, dtype, rank, shape, false), 0);
    return layout;
}

static void every_operation_has_the_bits_of_the_processor(void **state)
{
    static const char *const texts[] = {
        "a+b",
        "a-b",
        "a*b",
        "a/b",
        "sqrt(a)",
        "exp(a)",
        "expm1(a)",
        "log(a)",
        "log1p(a)",
        "abs(a)",
        "-a",
        "min(a,b)",
        "max(a,b)",
        "a<b",
        "a<=b",
        "a==b",
        "a!=b",
        "where(a,b,c)",
        "a/b*b",
        "clamp(a,b,c)",
        "log1p(abs(a-b))",
        "(a-b)*(a-b)/(c+1e-30)",
        "2.5",
    };
    const int64_t count = 200001;
    struct operand operands[3];
    for (int n = 0; n < 3; n++) {
        const struct trl_layout layout = dense(TRL_DTYPE_F32, 1, &count);
        operand_fill(*state, &operands[n], &layout, (uint64_t)n + 10);
    }
    for (size_t n = 0; n < sizeof(texts) / sizeof(texts[0]); n++)
        check(*state, texts[n], operands, TRL_DTYPE_F32);
    for (int n = 0; n < 3; n++)
        operand_free(&operands[n]);
}

static void every_dtype_is_read_in_both_orders(void **state)
{
    static const enum trl_dtype dtypes[] = {
        TRL_DTYPE_F32, TRL_DTYPE_F16, TRL_DTYPE_BF16, TRL_DTYPE_I8,  TRL_DTYPE_U8,
        TRL_DTYPE_I16, TRL_DTYPE_U16, TRL_DTYPE_I32,  TRL_DTYPE_U32, TRL_DTYPE_BOOL};
    const int64_t count = 5003;
    for (size_t n = 0; n < sizeof(dtypes) / sizeof(dtypes[0]); n++)
        for (int swap = 0; swap < 2; swap++) {
            struct operand operand;
            struct trl_layout layout = dense(dtypes[n], 1, &count);
            if (swap && trl_dtype_size(dtypes[n]) == 1)
                continue;
            layout.big_endian = swap;
            operand_fill(*state, &operand, &layout, n);
            check(*state, "a * 1.0009765625", &operand, TRL_DTYPE_F32);
            operand_free(&operand);
        }
}

static void results_are_stored_as_halves(void **state)
{
    static const int64_t counts[] = {1, 2, 3, 20001};
    for (int n = 0; n < 4; n++) {
        struct operand operand;
        const struct trl_layout layout = dense(TRL_DTYPE_F32, 1, &counts[n]);
        operand_fill(*state, &operand, &layout, (uint64_t)n + 5);
        check(*state, "a", &operand, TRL_DTYPE_F16);
        check(*state, "a", &operand, TRL_DTYPE_BF16);
        check(*state, "a + a", &operand, TRL_DTYPE_F16);
        operand_free(&operand);
    }
}

static void strides_and_shapes_are_walked(void **state)
{
    struct operand operands[4];
    const struct trl_layout layouts[4] = {
        /* Fortran order, from the end, with gaps; one row for all; a value; four odd axes. */
        {.dtype = TRL_DTYPE_F32, .rank = 3, .shape = {5, 7, 9}, .stride = {1, 5, 35}},
        {.dtype = TRL_DTYPE_I16, .rank = 2, .shape = {7, 9}, .stride = {-20, 2}},
        {.dtype = TRL_DTYPE_F16, .rank = 0},
        {.dtype = TRL_DTYPE_F32, .rank = 4, .shape = {3, 5, 1, 9}, .stride = {1, -100, 7, 11}},
    };
    for (int n = 0; n < 4; n++)
        operand_fill(*state, &operands[n], &layouts[n], (uint64_t)n + 77);
    static const char *const texts[] = {"a+b", "b*c", "a*b-c", "d+a", "c", "d/(b+c)", "a*d+b/c"};
    for (size_t n = 0; n < sizeof(texts) / sizeof(texts[0]); n++) {
        check(*state, texts[n], operands, TRL_DTYPE_F32);
        check(*state, texts[n], operands, TRL_DTYPE_BF16);
    }
    for (int n = 0; n < 4; n++)
        operand_free(&operands[n]);
}

/* A tensor beyond what one descriptor of the software driver covers (128 MiB), whose first and last
 * elements count; the rest is zeros. */
static void large_tensors_are_cut(void **state)
{
    struct test_device *test = *state;
    const int64_t bytes = (int64_t)trl_device_info(test->device)->storage_buffer_bytes_max;
    if (bytes > 1 << 28) {
        print_message("skipped: this device binds %lld bytes at once\n", (long long)bytes);
        skip();
    }
    const int64_t count = bytes + 4099;
    struct trl_gpu_tensor in, out;
    struct trl_expr *parsed = NULL;
    struct trl_ops_expr *expr = NULL;
    struct trl_gpu_cmd *cmd = NULL;
    in.layout = dense(TRL_DTYPE_U8, 1, &count);
    out.layout = dense(TRL_DTYPE_BF16, 1, &count);
    in.buffer = operand_buffer(test, (uint64_t)count);
    out.buffer = operand_buffer(test, (uint64_t)count * 2);
    uint8_t *values = trl_gpu_buffer_map(in.buffer);
    for (int64_t n = 0; n < count; n++)
        values[n] = (uint8_t)(n * 31 >> 3);
    assert_int_equal(trl_expr_parse(&parsed, test->log, "a"), 0);
    assert_int_equal(trl_ops_expr_create(&expr, test->device, parsed, TRL_DTYPE_BF16), 0);
    assert_int_equal(trl_gpu_cmd_create(&cmd, test->device, TRL_GPU_QUEUE_MAIN), 0);
    assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
    assert_int_equal(trl_ops_expr_record(expr, cmd, &in, &out), 0);
    submit(test, cmd);
    const uint16_t *result = trl_gpu_buffer_map(out.buffer);
    for (int64_t n = 0; n < count; n++) {
        const float value = values[n];
        uint32_t bits;
        memcpy(&bits, &value, 4);
        if (result[n] != bits >> 16)
            fail_msg("element %lld is %04x, not %04x", (long long)n, result[n], bits >> 16);
    }
    trl_gpu_cmd_destroy(&cmd);
    trl_ops_expr_destroy(&expr);
    trl_gpu_buffer_destroy(&in.buffer);
    trl_gpu_buffer_destroy(&out.buffer);
    trl_expr_destroy(&parsed);
}

static void refused(struct test_device *test, const struct trl_layout *layout, int error,
                    const char *why)
{
    struct trl_expr *parsed = NULL;
    struct trl_ops_expr *expr = NULL;
    struct trl_gpu_cmd *cmd = NULL;
    const struct trl_gpu_tensor in = {.layout = *layout};
    struct trl_gpu_tensor out = {.layout = dense(TRL_DTYPE_F32, layout->rank, layout->shape)};
    assert_int_equal(trl_expr_parse(&parsed, test->log, "a"), 0);
    assert_int_equal(trl_ops_expr_create(&expr, test->device, parsed, TRL_DTYPE_F32), 0);
    assert_int_equal(trl_gpu_cmd_create(&cmd, test->device, TRL_GPU_QUEUE_MAIN), 0);
    assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
    test->quiet = true;
    test->messages = 0;
    assert_int_equal(trl_ops_expr_record(expr, cmd, &in, &out), error);
    assert_int_equal(test->messages, 1);
    assert_non_null(strstr(test->last, why));
    test->quiet = false;
    test->messages = 0;
    trl_gpu_cmd_destroy(&cmd);
    trl_ops_expr_destroy(&expr);
    trl_expr_destroy(&parsed);
}

static void what_cannot_be_read_is_said(void **state)
{
    const int64_t three = 3;
    struct trl_layout layout = dense(TRL_DTYPE_F64, 1, &three);
    refused(*state, &layout, TRL_ERROR_UNSUPPORTED, "dtype f8 are not read on the device");
    layout = dense(TRL_DTYPE_F32, 1, &three);
    layout.stride[0] = (int64_t)1 << 31;
    refused(*state, &layout, TRL_ERROR_UNSUPPORTED, "lie farther apart");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_operation_has_the_bits_of_the_processor,
                                        harness_setup, harness_teardown),
        cmocka_unit_test_setup_teardown(every_dtype_is_read_in_both_orders, harness_setup,
                                        harness_teardown),
        cmocka_unit_test_setup_teardown(results_are_stored_as_halves, harness_setup,
                                        harness_teardown),
        cmocka_unit_test_setup_teardown(strides_and_shapes_are_walked, harness_setup,
                                        harness_teardown),
        cmocka_unit_test_setup_teardown(large_tensors_are_cut, harness_setup, harness_teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_said, harness_setup,
                                        harness_teardown),
    };
    if (!TRL_HAVE_SHADERC) {
        fprintf(stderr, "skipped: this build cannot compile kernels\n");
        return 77;
    }
    return cmocka_run_group_tests_name("expr on the device", tests, NULL, NULL);
}
