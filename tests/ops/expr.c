/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/math.h"
#include "ops/expr_cpu.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <tensorreel/error.h>
#include <tensorreel/log.h>

static char last[2048];
static int lines;

static void remember(void *user, enum trl_log_level level, const char *line)
{
    (void)user;
    (void)level;
    snprintf(last, sizeof(last), "%s", line);
    lines++;
}

static int setup(void **state)
{
    struct trl_log *log = NULL;
    const int ret = trl_log_create(&log, &(struct trl_log_params){.callback = remember});
    *state = log;
    return ret;
}

static int teardown(void **state)
{
    trl_log_destroy((struct trl_log **)state);
    return 0;
}

static struct trl_expr *parse(struct trl_log *log, const char *text)
{
    struct trl_expr *expr = NULL;
    if (trl_expr_parse(&expr, log, text))
        fail_msg("%s: %s", text, last);
    return expr;
}

/* The value for a = 3, b = -0.5, c = 0 in the order in which they appear. */
static float value(struct trl_log *log, const char *text)
{
    static const float three = 3, minus_half = -0.5f, zero = 0;
    struct trl_expr *expr = parse(log, text);
    struct trl_layout inputs[TRL_EXPR_INPUTS_MAX];
    const void *data[TRL_EXPR_INPUTS_MAX];
    for (int n = 0; n < expr->input_count; n++) {
        inputs[n] = (struct trl_layout){.dtype = TRL_DTYPE_F32};
        const char *name = expr->input[n];
        data[n] = !strcmp(name, "a") ? &three : !strcmp(name, "b") ? &minus_half : &zero;
    }
    float out;
    assert_int_equal(trl_ops_expr_cpu(expr, log, inputs, data, 0, NULL, TRL_DTYPE_F32, &out), 0);
    trl_expr_destroy(&expr);
    return out;
}

static void operators_bind_as_they_should(void **state)
{
    static const struct {
        const char *text;
        float value;
    } cases[] = {
        {"1+2*3", 7},
        {"(1+2)*3", 9},
        {"8/2/2", 2},
        {"8-2-2", 4},
        {"-2*-3", 6},
        {"2--3", 5},
        {"2+-+-3", 5},
        {"1+1<3", 1},
        {"a>b", 1},
        {"a<=b", 0},
        {"b>=b", 1},
        {"a==3", 1},
        {"a!=3", 0},
        {"(a>b)+(b>a)", 1},
        {"a-b", 3.5f},
        {"abs(b)", 0.5f},
        {"sqrt(a*a*9)", 9},
        {"min(a,b)", -0.5f},
        {"max(a, b)", 3},
        {"clamp(a,0,2)", 2},
        {"clamp(b,0,2)", 0},
        {"clamp(1,0,2)", 1},
        {"where(a>0,b,7)", -0.5f},
        {"where(c,b,7)", 7},
        {"where(0/0,1,2)", 1},
        {".5", 0.5f},
        {"1.", 1},
        {"1e3", 1000},
        {"2.5E-1", 0.25f},
        {" \t(\n a ) ", 3},
        {"layer.1_w + a", 3},
        {"exp(0)+log(1)+expm1(0)+log1p(0)", 1},
        {"pi", 3.14159274f},
        {"16777217", 16777216},
        /* Half way to the next float, and a little more: only one rounding is right. */
        {"1.000000059604644775390625000000000000000001", 1.00000012f},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        const float is = value(*state, cases[n].text);
        if (is != cases[n].value)
            fail_msg("%s is %.9g, not %.9g", cases[n].text, (double)is, (double)cases[n].value);
    }
    assert_true(isnan(value(*state, "sqrt(b)")));
    assert_true(isnan(value(*state, "min(a,0/0)")));
    assert_int_equal(trl_float_bits(value(*state, "-sqrt(b)")), 0x7fc00000);
}

static void equal_parts_are_one(void **state)
{
    struct trl_expr *expr = parse(*state, "(a-b)*(a-b)+sqrt((a - b)*(a-b))");
    /* a, b, a-b, its square, the root, the sum. */
    assert_int_equal(expr->node_count, 6);
    assert_int_equal(expr->input_count, 2);
    assert_string_equal(expr->input[0], "a");
    assert_string_equal(expr->input[1], "b");
    trl_expr_destroy(&expr);
}

static void errors_point_at_the_place(void **state)
{
    static const struct {
        const char *text, *line;
    } cases[] = {
        {"log1p(abs(a-b)", "expr: column 15: a ) is missing here\n"
                           "  log1p(abs(a-b)\n"
                           "                ^"},
        {"", "expr: column 1: the expression ends where a value must follow\n  \n  ^"},
        {"a +", "expr: column 4: the expression ends where a value must follow\n  a +\n     ^"},
        {"a b", "expr: column 3: an operator must stand here, or nothing\n  a b\n    ^"},
        {"a)", "expr: column 2: there is no ( for this )\n  a)\n   ^"},
        {"min(a)", "expr: column 6: min takes 2 arguments; a comma must follow here\n"
                   "  min(a)\n       ^"},
        {"abs(a,b)", "expr: column 6: abs takes 1 argument\n  abs(a,b)\n       ^"},
        {"a**2", "expr: column 3: there are no powers; multiply, or use exp and log\n"
                 "  a**2\n    ^"},
        {"a=b", "expr: column 2: equality is written ==\n  a=b\n   ^"},
        {"a<b<c", "expr: column 4: comparisons do not chain; put one in parentheses\n"
                  "  a<b<c\n     ^"},
        {"1e", "expr: column 1: this is no number\n  1e\n  ^"},
        {"1.2.3", "expr: column 1: this is no number\n  1.2.3\n  ^"},
        {"3x", "expr: column 1: this is no number\n  3x\n  ^"},
        {"0x10", "expr: column 1: this is no number\n  0x10\n  ^"},
        {"1e39", "expr: column 1: this number is larger than float32 holds\n  1e39\n  ^"},
        {"abs+1", "expr: column 4: abs is a function: a ( must follow\n  abs+1\n     ^"},
        {"a\t$", "expr: column 3: an operator must stand here, or nothing\n  a $\n    ^"},
        /* Columns are counted in characters. */
        {"a+\xc3\xa9",
         "expr: column 3: a value must stand here: a number, a name, a function or (\n"
         "  a+\xc3\xa9\n    ^"},
        {"a \xc3\xa9 b", "expr: column 3: an operator must stand here, or nothing\n"
                         "  a \xc3\xa9 b\n    ^"},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct trl_expr *expr = NULL;
        lines = 0;
        assert_int_equal(trl_expr_parse(&expr, *state, cases[n].text), TRL_ERROR_USAGE);
        assert_null(expr);
        assert_int_equal(lines, 1);
        assert_string_equal(last, cases[n].line);
    }
}

static void refused(struct trl_log *log, const char *text, const char *why)
{
    struct trl_expr *expr = NULL;
    lines = 0;
    assert_int_equal(trl_expr_parse(&expr, log, text), TRL_ERROR_USAGE);
    assert_null(expr);
    assert_int_equal(lines, 1);
    assert_non_null(strstr(last, why));
}

static void limits_are_kept(void **state)
{
    char text[3 * TRL_EXPR_TEXT_MAX] = "";
    memset(text, ' ', TRL_EXPR_TEXT_MAX + 1);
    refused(*state, text, "has 2001 bytes; at most 2000");
    memset(text, '(', 65);
    strcpy(text + 65, "a");
    refused(*state, text, "nest more than 64 deep");
    memset(text, '-', 1500);
    strcpy(text + 1500, "a");
    refused(*state, text, "nest more than 64 deep");
    /* A part to each digit: 1+2+3... has its sums too. */
    size_t length = 0;
    for (int n = 0; n < 140; n++)
        length += (size_t)sprintf(text + length, "%s%d", n ? "+" : "", n);
    refused(*state, text, "more than 256 parts");
    /* Only a part is shown, and the caret stands under it. */
    const char *shown = strstr(last, "\n  ") + 3;
    const char *caret = strstr(shown, "\n  ") + 3;
    assert_true(caret - shown <= 104);
    assert_int_equal(strlen(caret), 67);
    assert_int_equal(shown[66], '+');
    refused(*state, "a+b+c+d+e+f+g", "at most 6 inputs");
    memset(text, 'x', 64);
    text[64] = 0;
    refused(*state, text, "at most 63 letters");
}

static void inputs_are_found_by_name(void **state)
{
    struct trl_expr *expr = parse(*state, "v*w + u");
    int place[TRL_EXPR_INPUTS_MAX];
    assert_int_equal(
        trl_expr_bind(expr, *state, (const char *const[]){"u", "x", "v", "w"}, 4, place), 0);
    assert_int_equal(place[0], 2);
    assert_int_equal(place[1], 3);
    assert_int_equal(place[2], 0);
    assert_int_equal(trl_expr_bind(expr, *state, (const char *const[]){"v", "w"}, 2, place),
                     TRL_ERROR_USAGE);
    assert_string_equal(last, "expr: column 7: there is no input named u; there are v, w\n"
                              "  v*w + u\n        ^");
    assert_int_equal(trl_expr_bind(expr, *state, (const char *const[]){"x"}, 1, place),
                     TRL_ERROR_USAGE);
    assert_non_null(strstr(last, "named v; there is x; v=FILE gives an input this name\n"));
    assert_int_equal(trl_expr_bind(expr, *state, NULL, 0, place), TRL_ERROR_USAGE);
    assert_non_null(strstr(last, "named v; there are none"));
    trl_expr_destroy(&expr);
    expr = parse(*state, "abs(weigths)");
    assert_int_equal(
        trl_expr_bind(expr, *state, (const char *const[]){"loss", "weights"}, 2, place),
        TRL_ERROR_USAGE);
    assert_non_null(strstr(last, "named weigths; did you mean weights? There are loss, weights\n"));
    trl_expr_destroy(&expr);
}

static struct trl_layout dense(enum trl_dtype dtype, int rank, const int64_t *shape)
{
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, dtype, rank, shape, false), 0);
    return layout;
}

static void shapes_are_broadcast(void **state)
{
    struct trl_expr *expr = parse(*state, "a*b+c");
    struct trl_layout in[3] = {
        dense(TRL_DTYPE_F32, 2, (int64_t[]){3, 1}),
        dense(TRL_DTYPE_F32, 1, (int64_t[]){4}),
        dense(TRL_DTYPE_F32, 0, NULL),
    };
    int rank;
    int64_t shape[TRL_RANK_MAX];
    assert_int_equal(trl_expr_shape(expr, *state, in, &rank, shape), 0);
    assert_int_equal(rank, 2);
    assert_int_equal(shape[0], 3);
    assert_int_equal(shape[1], 4);
    const float a[3] = {1, 2, 3}, b[4] = {10, 20, 30, 40}, c = 0.5f;
    float out[12];
    assert_int_equal(trl_ops_expr_cpu(expr, *state, in, (const void *[]){a, b, &c}, rank, shape,
                                      TRL_DTYPE_F32, out),
                     0);
    for (int i = 0; i < 12; i++)
        assert_true(out[i] == a[i / 4] * b[i % 4] + c);
    in[2] = dense(TRL_DTYPE_F32, 3, (int64_t[]){2, 3, 5});
    assert_int_equal(trl_expr_shape(expr, *state, in, &rank, shape), TRL_ERROR_USAGE);
    assert_string_equal(last, "expr: column 4: shapes 3x4 and 2x3x5 do not fit\n  a*b+c\n     ^");
    trl_expr_destroy(&expr);
}

/* Reads (f64, big-endian, flipped, strided) and rounds (f16, bf16) against direct computation. */
static void dtypes_and_strides_are_read(void **state)
{
    struct trl_expr *expr = parse(*state, "a+b");
    const double wide[4] = {1e-3, 0.1, 1e300, -2};
    const uint8_t big[6] = {0x00, 0x01, 0xff, 0xfe, 0x7f, 0xff}; /* 1, -2, 32767 */
    struct trl_layout in[2] = {
        {.dtype = TRL_DTYPE_F64, .rank = 1, .shape = {3}, .stride = {-1}, .offset = 3},
        {.dtype = TRL_DTYPE_I16, .big_endian = true, .rank = 1, .shape = {3}, .stride = {1}},
    };
    const int64_t three = 3;
    float out[3];
    uint16_t half[3];
    const void *data[] = {wide, big};
    assert_int_equal(trl_ops_expr_cpu(expr, *state, in, data, 1, &three, TRL_DTYPE_F32, out), 0);
    assert_true(out[0] == -1 && isinf(out[1]) && out[2] == 0.1f + 32767.0f);
    assert_int_equal(trl_ops_expr_cpu(expr, *state, in, data, 1, &three, TRL_DTYPE_F16, half), 0);
    assert_int_equal(half[0], 0xbc00);
    assert_int_equal(half[1], 0x7c00);
    assert_int_equal(half[2], 0x7800); /* 32767.1 is nearest 32768 */
    assert_int_equal(trl_ops_expr_cpu(expr, *state, in, data, 1, &three, TRL_DTYPE_BF16, half), 0);
    assert_int_equal(half[0], 0xbf80);
    assert_int_equal(half[1], 0x7f80);
    assert_int_equal(half[2], 0x4700);
    trl_expr_destroy(&expr);
}

/* Every half there is survives, and what lies between is rounded to the nearer, to even between
 * two: the candidates are compared as doubles. */
static void halves_are_rounded_to_the_nearest(void **state)
{
    struct trl_expr *expr = parse(*state, "a");
    enum { COUNT = 1 << 16 };
    uint16_t *halves = malloc(COUNT * sizeof(*halves)), *out = malloc(COUNT * sizeof(*out));
    float *values = malloc(COUNT * sizeof(*values));
    for (int i = 0; i < COUNT; i++)
        halves[i] = (uint16_t)i;
    const int64_t count = COUNT;
    const struct trl_layout in = dense(TRL_DTYPE_F16, 1, &count);
    const void *data = halves;
    assert_int_equal(trl_ops_expr_cpu(expr, *state, &in, &data, 1, &count, TRL_DTYPE_F32, values),
                     0);
    assert_int_equal(trl_ops_expr_cpu(expr, *state, &in, &data, 1, &count, TRL_DTYPE_F16, out), 0);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(out[i], isnan(values[i]) ? 0x7e00 : i);
    const struct trl_layout plain = dense(TRL_DTYPE_F32, 1, &count);
    data = values;
    for (int i = 0; i + 1 < 0x7c00; i++)
        values[i] = (float)(((double)values[i] + (double)values[i + 1]) / 2);
    assert_int_equal(trl_ops_expr_cpu(expr, *state, &plain, &data, 1, &count, TRL_DTYPE_F16, out),
                     0);
    for (int i = 0; i + 1 < 0x7c00; i++)
        assert_int_equal(out[i], i + (i & 1));
    free(values);
    free(out);
    free(halves);
    trl_expr_destroy(&expr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(operators_bind_as_they_should, setup, teardown),
        cmocka_unit_test_setup_teardown(equal_parts_are_one, setup, teardown),
        cmocka_unit_test_setup_teardown(errors_point_at_the_place, setup, teardown),
        cmocka_unit_test_setup_teardown(limits_are_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(inputs_are_found_by_name, setup, teardown),
        cmocka_unit_test_setup_teardown(shapes_are_broadcast, setup, teardown),
        cmocka_unit_test_setup_teardown(dtypes_and_strides_are_read, setup, teardown),
        cmocka_unit_test_setup_teardown(halves_are_rounded_to_the_nearest, setup, teardown),
    };
    return cmocka_run_group_tests_name("expr", tests, NULL, NULL);
}
