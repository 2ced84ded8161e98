/* SPDX-License-Identifier: BSD-2-Clause */
#include "tensor/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <tensorreel/error.h>

#include <cmocka.h>

static void dtypes_have_sizes_and_names(void **state)
{
    (void)state;
    static const struct {
        enum trl_dtype dtype;
        size_t size;
        const char *name;
    } expected[] = {
        {TRL_DTYPE_F32, 4, "f4"},    {TRL_DTYPE_F16, 2, "f2"}, {TRL_DTYPE_BF16, 2, "bf16"},
        {TRL_DTYPE_F64, 8, "f8"},    {TRL_DTYPE_I8, 1, "i1"},  {TRL_DTYPE_U8, 1, "u1"},
        {TRL_DTYPE_I16, 2, "i2"},    {TRL_DTYPE_U16, 2, "u2"}, {TRL_DTYPE_I32, 4, "i4"},
        {TRL_DTYPE_U32, 4, "u4"},    {TRL_DTYPE_I64, 8, "i8"}, {TRL_DTYPE_U64, 8, "u8"},
        {TRL_DTYPE_BOOL, 1, "bool"},
    };
    assert_int_equal(sizeof(expected) / sizeof(expected[0]), TRL_DTYPE_COUNT - 1);
    for (int i = 0; i < TRL_DTYPE_COUNT - 1; i++) {
        enum trl_dtype parsed;
        bool big;
        assert_int_equal(trl_dtype_size(expected[i].dtype), expected[i].size);
        assert_string_equal(trl_dtype_name(expected[i].dtype), expected[i].name);
        assert_true(trl_dtype_parse(expected[i].name, &parsed, &big));
        assert_int_equal(parsed, expected[i].dtype);
        assert_false(big);
    }
    assert_int_equal(trl_dtype_size(TRL_DTYPE_NONE), 0);
    assert_int_equal(trl_dtype_size(TRL_DTYPE_COUNT), 0);
    assert_int_equal(trl_dtype_size((enum trl_dtype) - 1), 0);
}

static void dtypes_are_parsed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum trl_dtype dtype;
        bool big;
    } good[] = {
        {"f4le", TRL_DTYPE_F32, false},     {"f4be", TRL_DTYPE_F32, true},
        {"<f4", TRL_DTYPE_F32, false},      {">f4", TRL_DTYPE_F32, true},
        {"float32", TRL_DTYPE_F32, false},  {"float64be", TRL_DTYPE_F64, true},
        {"bf16be", TRL_DTYPE_BF16, true},   {"bfloat16", TRL_DTYPE_BF16, false},
        {"|u1", TRL_DTYPE_U8, false},       {">u1", TRL_DTYPE_U8, false},
        {"u1be", TRL_DTYPE_U8, false},      {"b1", TRL_DTYPE_BOOL, false},
        {"uint64le", TRL_DTYPE_U64, false}, {"=i2", TRL_DTYPE_I16, false},
    };
    static const char *const bad[] = {"",     "f",   "f3",  "le",   "f4l",   "<f4le",
                                      "|f4",  "f44", "<",   "c8",   "U3",    "float",
                                      ">>f4", "F4",  "f4 ", "none", "f4leb", "i16le"};
    enum trl_dtype dtype;
    bool big;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(trl_dtype_parse(good[i].text, &dtype, &big));
        assert_int_equal(dtype, good[i].dtype);
        assert_int_equal(big, good[i].big);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(trl_dtype_parse(bad[i], &dtype, &big));
}

static void dense_layouts_have_both_orders(void **state)
{
    (void)state;
    const int64_t shape[] = {2, 3, 4};
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_U8, 3, shape, false), 0);
    assert_memory_equal(layout.stride, ((int64_t[]){12, 4, 1}), 3 * sizeof(int64_t));
    assert_int_equal(trl_layout_elements(&layout), 24);
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_U8, 3, shape, true), 0);
    assert_memory_equal(layout.stride, ((int64_t[]){1, 2, 6}), 3 * sizeof(int64_t));
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_U8, 0, NULL, false), 0);
    assert_int_equal(trl_layout_elements(&layout), 1);
}

static void dense_layouts_refuse_what_does_not_fit(void **state)
{
    (void)state;
    struct trl_layout layout;
    const int64_t wraps[] = {(INT64_C(1) << 62) + 1, 4};
    const int64_t just[] = {INT64_C(1) << 60, 4};
    const int64_t negative[] = {4, -1};
    const int64_t hidden[] = {0, INT64_C(1) << 40, INT64_C(1) << 40};
    const int64_t one[TRL_RANK_MAX + 1] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_U8, 2, wraps, false), TRL_ERROR_USAGE);
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_U8, 2, just, false), 0);
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 2, just, false), TRL_ERROR_USAGE);
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_U8, 2, negative, false), TRL_ERROR_USAGE);
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_U8, 3, hidden, false), TRL_ERROR_USAGE);
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_NONE, 1, one, false), TRL_ERROR_USAGE);
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_U8, TRL_RANK_MAX, one, false), 0);
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_U8, TRL_RANK_MAX + 1, one, false),
                     TRL_ERROR_USAGE);
}

static void bounds_follow_the_strides(void **state)
{
    (void)state;
    struct trl_layout layout = {
        .dtype = TRL_DTYPE_F32, .rank = 3, .shape = {4, 3, 5}, .stride = {-10, 2, 0}, .offset = 30};
    int64_t low, high;
    assert_true(trl_layout_bounds(&layout, &low, &high));
    assert_int_equal(low, 0);
    assert_int_equal(high, 34);
    layout.shape[1] = 0;
    assert_false(trl_layout_bounds(&layout, &low, &high));
    layout = (struct trl_layout){.rank = 1, .shape = {3}, .stride = {INT64_MAX / 2 + 1}};
    assert_false(trl_layout_bounds(&layout, &low, &high));
    layout = (struct trl_layout){.rank = 2, .shape = {2, 2}, .stride = {INT64_MAX, 1}, .offset = 0};
    assert_false(trl_layout_bounds(&layout, &low, &high));
    layout = (struct trl_layout){.rank = 0, .offset = 7};
    assert_true(trl_layout_bounds(&layout, &low, &high));
    assert_int_equal(low, 7);
    assert_int_equal(high, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dtypes_have_sizes_and_names),
        cmocka_unit_test(dtypes_are_parsed),
        cmocka_unit_test(dense_layouts_have_both_orders),
        cmocka_unit_test(dense_layouts_refuse_what_does_not_fit),
        cmocka_unit_test(bounds_follow_the_strides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
