/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"
#include "ops/reduction.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { OPERANDS = 6 };

/* Both kernels on the device against the processor, to the bit. */

static void check_reducer(struct test_device *test, struct trl_ops_reducer *reducer,
                          const struct trl_ops_shape *shape, const struct operand *operand,
                          enum trl_ops_kernel kernel, const uint32_t *should)
{
    struct trl_gpu_cmd *cmd = NULL;
    const size_t count = (size_t)shape->outputs, size = count * 4;
    struct trl_gpu_tensor out = {operand_buffer(test, size + 8), shape->result};
    out.layout.offset = 1;
    memset(trl_gpu_buffer_map(out.buffer), 0x5a, size + 8);
    assert_int_equal(trl_gpu_buffer_flush(out.buffer, 0, size + 8), 0);
    assert_int_equal(trl_gpu_cmd_create(&cmd, test->device, TRL_GPU_QUEUE_COMPUTE), 0);
    assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
    assert_int_equal(trl_ops_reducer_record(reducer, cmd, &operand->tensor, &out), 0);
    submit(test, cmd);
    uint32_t *is = malloc(size + 8);
    download(test, out.buffer, is, size + 8);
    assert_int_equal(is[0], 0x5a5a5a5a);
    assert_int_equal(is[count + 1], 0x5a5a5a5a);
    for (size_t n = 0; n < count; n++)
        if (is[n + 1] != should[n])
            fail_msg("reduction %d, kernel %d, axis %d: output %zu is %08x, not %08x",
                     (int)shape->reduction, (int)kernel, shape->axis, n, is[n + 1], should[n]);
    free(is);
    trl_gpu_cmd_destroy(&cmd);
    trl_gpu_buffer_destroy(&out.buffer);
}

static void check_kernel(struct test_device *test, const struct trl_ops_shape *shape,
                         const struct operand *operand, enum trl_ops_kernel kernel,
                         const uint32_t *should)
{
    struct trl_ops_reducer *reducer = NULL;
    assert_int_equal(trl_ops_reducer_create(&reducer, test->device, shape, kernel), 0);
    check_reducer(test, reducer, shape, operand, kernel, should);
    trl_ops_reducer_destroy(&reducer);
}

static void check(struct test_device *test, enum trl_ops_reduction reduction, int axis,
                  const struct operand *operand)
{
    struct trl_ops_shape shape;
    const struct trl_ops_reduce_params params = {
        .log = test->log, .reduction = reduction, .along_axis = axis >= 0, .axis = axis};
    assert_int_equal(trl_ops_shape_init(&shape, &params, &operand->tensor.layout), 0);
    uint32_t *should = malloc((size_t)shape.outputs * 4);
    assert_int_equal(
        trl_ops_reduce_cpu(&shape, test->log, &operand->tensor.layout, operand->data, should), 0);
    check_kernel(test, &shape, operand, TRL_OPS_KERNEL_LINES, should);
    check_kernel(test, &shape, operand, TRL_OPS_KERNEL_COLUMNS, should);
    free(should);
}

static void check_all(struct test_device *test, const struct trl_layout *layout, uint64_t seed)
{
    struct operand operand;
    operand_fill(test, &operand, layout, seed);
    for (int reduction = TRL_OPS_SUM; reduction <= TRL_OPS_VARIANCE; reduction++)
        for (int axis = -1; axis < layout->rank; axis++)
            check(test, (enum trl_ops_reduction)reduction, axis, &operand);
    operand_free(&operand);
}

static struct trl_layout dense(enum trl_dtype dtype, int rank, const int64_t *shape)
{
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, dtype, rank, shape, false), 0);
    return layout;
}

static void shapes_and_strides_give_the_same_bits(void **state)
{
    struct trl_layout layout = dense(TRL_DTYPE_F32, 3, (int64_t[]){3, 70, 5});
    check_all(*state, &layout, 1);
    layout = (struct trl_layout){
        .dtype = TRL_DTYPE_F32, .rank = 4, .shape = {3, 1, 130, 4}, .stride = {2, 7, -12, 1600}};
    check_all(*state, &layout, 2);
    layout = (struct trl_layout){.dtype = TRL_DTYPE_F32, .rank = 0};
    check_all(*state, &layout, 3);
}

static void every_dtype_is_reduced(void **state)
{
    static const enum trl_dtype dtypes[] = {TRL_DTYPE_F16, TRL_DTYPE_BF16, TRL_DTYPE_I8,
                                            TRL_DTYPE_U8,  TRL_DTYPE_I16,  TRL_DTYPE_U16,
                                            TRL_DTYPE_I32, TRL_DTYPE_U32,  TRL_DTYPE_BOOL};
    for (size_t n = 0; n < sizeof(dtypes) / sizeof(dtypes[0]); n++) {
        struct trl_layout layout = dense(dtypes[n], 1, (int64_t[]){2100});
        struct operand operand;
        layout.big_endian = n % 2 == 0;
        operand_fill(*state, &operand, &layout, n);
        check(*state, TRL_OPS_SUM, -1, &operand);
        check(*state, TRL_OPS_VARIANCE, -1, &operand);
        check(*state, TRL_OPS_ARGMIN, -1, &operand);
        operand_free(&operand);
    }
}

/* Floats of one kind, so that no NaN or infinity hides what the rest does. */
enum kind { SMALL, TINY, PLAIN };

static void fill_plain(struct operand *operand, int64_t count, enum kind kind)
{
    uint64_t seed = 9;
    uint32_t *bits = operand->data;
    for (int64_t n = 0; n < count; n++) {
        const uint32_t word = next_random(&seed);
        /* About 2^-100, where sums may be denormal; denormals; 2^-7 to 2^8. */
        bits[n] = kind == SMALL  ? (word & 0x83ffffff) | 0x0c000000
                  : kind == TINY ? word & 0x80ffffff
                                 : (word & 0x87ffffff) | 0x38000000;
        if (n % 7 == 3)
            bits[n] &= 0x80000000; /* zeros scaled up stay zeros */
    }
}

/* The software driver takes longer to compile a kernel than to run it: all operands share them. */
static void check_operands(struct test_device *test, enum trl_ops_reduction reduction,
                           const struct operand *operands, int count)
{
    static const enum trl_ops_kernel kernels[] = {TRL_OPS_KERNEL_LINES, TRL_OPS_KERNEL_COLUMNS};
    const struct trl_ops_reduce_params params = {.log = test->log, .reduction = reduction};
    struct trl_ops_shape shape;
    uint32_t should[OPERANDS];
    assert_int_equal(trl_ops_shape_init(&shape, &params, &operands[0].tensor.layout), 0);
    for (int n = 0; n < count; n++)
        assert_int_equal(trl_ops_reduce_cpu(&shape, test->log, &operands[n].tensor.layout,
                                            operands[n].data, &should[n]),
                         0);
    for (int k = 0; k < 2; k++) {
        struct trl_ops_reducer *reducer = NULL;
        assert_int_equal(trl_ops_reducer_create(&reducer, test->device, &shape, kernels[k]), 0);
        for (int n = 0; n < count; n++)
            check_reducer(test, reducer, &shape, &operands[n], kernels[k], &should[n]);
        trl_ops_reducer_destroy(&reducer);
    }
}

static void several_levels_are_gone_through(void **state)
{
    struct test_device *test = *state;
    const int64_t count = (1 << 20) + 3077;
    const struct trl_layout layout = dense(TRL_DTYPE_F32, 1, &count);
    struct operand operands[OPERANDS];
    for (int n = 0; n < OPERANDS; n++) {
        const int offset = n % 2; /* four by four, and not */
        operand_fill(test, &operands[n], &layout, 4);
        operands[n].tensor.layout.offset = offset;
        fill_plain(&operands[n], count + offset, (enum kind)(n / 2));
    }
    for (int reduction = TRL_OPS_SUM; reduction <= TRL_OPS_VARIANCE; reduction++)
        check_operands(test, (enum trl_ops_reduction)reduction, operands, OPERANDS);
    for (int n = 0; n < OPERANDS; n++)
        operand_free(&operands[n]);
}

static void projections_of_a_volume_are_right(void **state)
{
    struct test_device *test = *state;
    struct operand operand;
    const struct trl_layout layout = dense(TRL_DTYPE_F32, 3, (int64_t[]){40, 48, 36});
    operand_fill(test, &operand, &layout, 4);
    fill_plain(&operand, 40 * 48 * 36 + 3, PLAIN);
    for (int axis = 0; axis < 3; axis++) {
        check(test, TRL_OPS_MAX, axis, &operand);
        check(test, TRL_OPS_MEAN, axis, &operand);
        check(test, TRL_OPS_MIN, axis, &operand);
    }
    operand_free(&operand);
}

/* More than one descriptor of the software driver covers, along the axis and across it. */
static void large_tensors_are_cut(void **state)
{
    struct test_device *test = *state;
    const int64_t bytes = (int64_t)trl_device_info(test->device)->storage_buffer_bytes_max;
    if (bytes > 1 << 28) {
        print_message("skipped: this device binds %lld bytes at once\n", (long long)bytes);
        skip();
    }
    const int64_t shape[2] = {3, bytes / 3 + 100001};
    struct operand operand;
    const struct trl_layout layout = dense(TRL_DTYPE_U8, 2, shape);
    operand.tensor.layout = layout;
    operand.tensor.buffer = operand_buffer(test, (uint64_t)(shape[0] * shape[1]));
    operand.data = trl_gpu_buffer_map(operand.tensor.buffer);
    for (int64_t n = 0; n < shape[0] * shape[1]; n++)
        ((uint8_t *)operand.data)[n] = (uint8_t)(n * 2654435761u >> 24);
    struct trl_ops_shape reduction;
    struct trl_ops_reduce_params params = {.reduction = TRL_OPS_SUM};
    uint32_t should[3];
    for (int along = 0; along < 2; along++) {
        params.along_axis = along;
        params.axis = 1;
        assert_int_equal(trl_ops_shape_init(&reduction, &params, &layout), 0);
        assert_int_equal(trl_ops_reduce_cpu(&reduction, NULL, &layout, operand.data, should), 0);
        check_kernel(test, &reduction, &operand, TRL_OPS_KERNEL_AUTO, should);
    }
    operand_free(&operand);
}

static void what_cannot_be_read_is_said(void **state)
{
    struct test_device *test = *state;
    const struct trl_layout layout = dense(TRL_DTYPE_I64, 1, (int64_t[]){5});
    struct trl_ops_shape shape;
    struct trl_ops_reducer *reducer = NULL;
    struct trl_gpu_cmd *cmd = NULL;
    const struct trl_gpu_tensor tensor = {.layout = layout};
    assert_int_equal(trl_ops_shape_init(&shape,
                                        &(struct trl_ops_reduce_params){.reduction = TRL_OPS_SUM},
                                        &layout),
                     0);
    assert_int_equal(trl_ops_reducer_create(&reducer, test->device, &shape, TRL_OPS_KERNEL_AUTO),
                     0);
    assert_int_equal(trl_gpu_cmd_create(&cmd, test->device, TRL_GPU_QUEUE_MAIN), 0);
    assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
    test->quiet = true;
    assert_int_equal(trl_ops_reducer_record(reducer, cmd, &tensor, &tensor), TRL_ERROR_UNSUPPORTED);
    assert_int_equal(test->messages, 1);
    assert_non_null(strstr(test->last, "dtype i8 are not read on the device"));
    test->messages = 0;
    trl_gpu_cmd_destroy(&cmd);
    trl_ops_reducer_destroy(&reducer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shapes_and_strides_give_the_same_bits, harness_setup,
                                        harness_teardown),
        cmocka_unit_test_setup_teardown(every_dtype_is_reduced, harness_setup, harness_teardown),
        cmocka_unit_test_setup_teardown(several_levels_are_gone_through, harness_setup,
                                        harness_teardown),
        cmocka_unit_test_setup_teardown(projections_of_a_volume_are_right, harness_setup,
                                        harness_teardown),
        cmocka_unit_test_setup_teardown(large_tensors_are_cut, harness_setup, harness_teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_said, harness_setup,
                                        harness_teardown),
    };
    return cmocka_run_group_tests_name("reduce on the device", tests, NULL, NULL);
}
