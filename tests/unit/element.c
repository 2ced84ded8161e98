/* SPDX-License-Identifier: BSD-2-Clause */
#include "tensor/layout.h"

#include "base/math.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* The value of a binary format by its definition, in double, where all of them are exact. */
static double by_definition(uint32_t bits, int exponent_bits, int mantissa_bits)
{
    const int bias = (1 << (exponent_bits - 1)) - 1;
    const int exponent = (int)(bits >> mantissa_bits) & ((1 << exponent_bits) - 1);
    const int mantissa = (int)(bits & ((1u << mantissa_bits) - 1));
    const double sign = bits >> (exponent_bits + mantissa_bits) ? -1 : 1;
    if (exponent == (1 << exponent_bits) - 1)
        return mantissa ? (double)NAN : sign * (double)INFINITY;
    if (!exponent)
        return sign * ldexp(mantissa, 1 - bias - mantissa_bits);
    return sign * ldexp((double)mantissa + (1 << mantissa_bits), exponent - bias - mantissa_bits);
}

static void check_short_format(enum trl_dtype dtype, int exponent_bits, int mantissa_bits)
{
    for (uint32_t bits = 0; bits < 65536; bits++) {
        const uint8_t little[] = {(uint8_t)bits, (uint8_t)(bits >> 8)};
        const uint8_t big[] = {little[1], little[0]};
        const float value = trl_element_f32(dtype, false, little);
        const double expected = by_definition(bits, exponent_bits, mantissa_bits);
        assert_int_equal(trl_float_bits(trl_element_f32(dtype, true, big)), trl_float_bits(value));
        if (isnan(expected)) {
            const uint32_t payload = (bits & ((1u << mantissa_bits) - 1)) << (23 - mantissa_bits);
            assert_int_equal(trl_float_bits(value), (bits & 0x8000) << 16 | 0x7f800000u | payload);
        } else {
            assert_true((double)value == expected);
            assert_int_equal(!!signbit(value), bits >> 15);
        }
    }
}

static void half_is_exact(void **state)
{
    (void)state;
    check_short_format(TRL_DTYPE_F16, 5, 10);
}

static void bfloat16_is_exact(void **state)
{
    (void)state;
    check_short_format(TRL_DTYPE_BF16, 8, 7);
}

/* Ties go to even; values beyond the largest float32 are infinite from half a step on. */
static void doubles_are_rounded_to_nearest_even(void **state)
{
    (void)state;
    static const struct {
        double from;
        uint32_t bits;
    } expected[] = {
        {1.0, 0x3f800000},
        {0x1.000001p0, 0x3f800000}, /* a tie: down to even */
        {0x1.000003p0, 0x3f800002}, /* a tie: up to even */
        {0x1.0000010001p0, 0x3f800001},
        {0.1, 0x3dcccccd},
        {-0.0, 0x80000000},
        {0x1p-149, 0x00000001},
        {0x1p-150, 0x00000000},
        {0x1.8p-149, 0x00000002},
        {0x1.fffffep127, 0x7f7fffff},
        {0x1.ffffffp127, 0x7f800000},
        {0x1.fffffefp127, 0x7f7fffff},
        {-1e300, 0xff800000},
    };
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        const float value = trl_element_f32(TRL_DTYPE_F64, false, &expected[i].from);
        assert_int_equal(trl_float_bits(value), expected[i].bits);
    }
    const double nothing = NAN;
    assert_true(isnan(trl_element_f32(TRL_DTYPE_F64, false, &nothing)));
}

static void integers_are_rounded_to_nearest_even(void **state)
{
    (void)state;
    const int64_t i64[] = {16777217, 16777219, INT64_MIN, -16777217, 720575940617937543};
    const float i64_expected[] = {16777216.0f, 16777220.0f, -0x1p63f, -16777216.0f,
                                  720575940379279360.0f};
    for (int i = 0; i < 5; i++)
        assert_true(trl_element_f32(TRL_DTYPE_I64, false, &i64[i]) == i64_expected[i]);
    const uint64_t u64[] = {UINT64_MAX, (UINT64_C(1) << 63) + (UINT64_C(1) << 39), 1};
    const float u64_expected[] = {0x1p64f, 0x1p63f, 1.0f};
    for (int i = 0; i < 3; i++)
        assert_true(trl_element_f32(TRL_DTYPE_U64, false, &u64[i]) == u64_expected[i]);
    assert_true(trl_element_f32(TRL_DTYPE_U32, false, &(uint32_t){UINT32_MAX}) == 0x1p32f);
    assert_true(trl_element_f32(TRL_DTYPE_I32, false, &(int32_t){-16777217}) == -16777216.0f);
    assert_true(trl_element_f32(TRL_DTYPE_I16, true, "\x80\x00") == -32768.0f);
    assert_true(trl_element_f32(TRL_DTYPE_U16, true, "\x80\x01") == 32769.0f);
    assert_true(trl_element_f32(TRL_DTYPE_I8, false, "\xff") == -1.0f);
    assert_true(trl_element_f32(TRL_DTYPE_U8, false, "\xff") == 255.0f);
    assert_true(trl_element_f32(TRL_DTYPE_BOOL, false, "\x02") == 1.0f);
    assert_true(trl_element_f32(TRL_DTYPE_BOOL, false, "\x00") == 0.0f);
    assert_true(trl_element_f32(TRL_DTYPE_F32, true, "\x40\x49\x0f\xdb") == 0x1.921fb6p1f);
    assert_int_equal(trl_float_bits(trl_element_f32(TRL_DTYPE_F32, false, "\x45\x23\x81\xff")),
                     0xff812345u);
}

/* The fast version against the reference, over random bits, at an odd address. */
static void arrays_convert_as_elements_do(void **state)
{
    (void)state;
    enum { COUNT = 2500 };
    static uint8_t bytes[COUNT * 8 + 1];
    static float fast[COUNT];
    srand(1);
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(rand() >> 7);
    for (int dtype = 1; dtype < TRL_DTYPE_COUNT; dtype++) {
        for (int big = 0; big < 2; big++) {
            const size_t size = trl_dtype_size((enum trl_dtype)dtype);
            trl_narrow_f32((enum trl_dtype)dtype, big, bytes + 1, fast, COUNT);
            for (int i = 0; i < COUNT; i++) {
                const float slow =
                    trl_element_f32((enum trl_dtype)dtype, big, bytes + 1 + (size_t)i * size);
                if (size == 8 && isnan(slow))
                    assert_true(isnan(fast[i]));
                else
                    assert_int_equal(trl_float_bits(fast[i]), trl_float_bits(slow));
            }
        }
    }
}

static void arrays_narrow_in_place(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    static union {
        double wide[COUNT];
        float narrow[2 * COUNT];
    } both;
    for (int i = 0; i < COUNT; i++)
        both.wide[i] = i * 0.25;
    trl_narrow_f32(TRL_DTYPE_F64, false, both.wide, both.narrow, COUNT);
    for (int i = 0; i < COUNT; i++)
        assert_true(both.narrow[i] == (float)i * 0.25f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_is_exact),
        cmocka_unit_test(bfloat16_is_exact),
        cmocka_unit_test(doubles_are_rounded_to_nearest_even),
        cmocka_unit_test(integers_are_rounded_to_nearest_even),
        cmocka_unit_test(arrays_convert_as_elements_do),
        cmocka_unit_test(arrays_narrow_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
