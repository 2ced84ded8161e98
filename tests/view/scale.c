/* SPDX-License-Identifier: BSD-2-Clause */
/* The thresholds, computed on the host by the text that the devices run, against long double,
 * and whole norms against matplotlib where it is installed. */
#include "reference.h"

#include "base/math.h"
#include "shared/scale.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static float from_key(uint32_t key)
{
    return trl_float_from_bits(trl_key_float(key));
}

static float random_float(uint64_t *seed, int exponents)
{
    const uint64_t random = reference_random(seed);
    const float size = ldexpf(1.0F + (float)(random % 8388608) / 8388608.0F,
                              (int)((random >> 24) % (unsigned)exponents) - exponents / 2);
    return random >> 63 ? -size : size;
}

static void keys_order_floats(void **state)
{
    (void)state;
    static const float order[] = {-INFINITY, -3.4e38F, -1, -1e-38F, -1e-45F,
                                  0,         1e-45F,   1,  INFINITY};
    for (size_t i = 0; i < 8; i++)
        assert_true(trl_float_key(trl_float_bits(order[i])) <
                    trl_float_key(trl_float_bits(order[i + 1])));
    assert_int_equal(trl_float_key(trl_float_bits(-0.0F)), trl_float_key(0));
    for (size_t i = 0; i < 9; i++)
        assert_true(from_key(trl_float_key(trl_float_bits(order[i]))) == order[i]);
}

/* 256 * (t - low) >= i * (high - low) holds for the threshold and not for the float below it. With
 * exponents at most 30 apart all of it is exact in the 64 bits of a long double. */
static void linear_is_exact(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int n = 0; n < 20000; n++) {
        float low = random_float(&seed, 28), high = random_float(&seed, 28);
        if (low == high)
            continue;
        if (low > high) {
            const float swap = low;
            low = high;
            high = swap;
        }
        const uint32_t step = 1 + (uint32_t)(reference_random(&seed) % 255);
        const float t = trl_float_from_bits(
            trl_threshold_linear(trl_float_bits(low), trl_float_bits(high), step));
        const long double width = (long double)high - low;
        assert_true(256 * ((long double)t - low) >= step * width);
        assert_true(256 * ((long double)nextafterf(t, -INFINITY) - low) < step * width);
    }
}

static void linear_at_the_ends_of_the_format(void **state)
{
    (void)state;
    static const struct {
        float low, high;
        uint32_t step;
        float threshold;
    } cases[] = {
        {-3.4028234e38F, 3.4028234e38F, 128, 0},
        {0, 3.4028234e38F, 128, 1.7014117e38F},
        {0, 1e-45F, 1, 1e-45F}, /* the smallest above 1/256 of the smallest */
        {-1e-45F, 0, 255, 0},
        {-256e-45F, 0, 128, -128e-45F},
        {-1e-45F, 256, 64, 64},       /* a little below 64, rounded up */
        {1e-45F, 256, 64, 64.00001F}, /* a little above */
        {1, 1.0000001F, 1, 1.0000001F},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        const float t = trl_float_from_bits(trl_threshold_linear(
            trl_float_bits(cases[n].low), trl_float_bits(cases[n].high), cases[n].step));
        assert_true(t == cases[n].threshold);
    }
}

static void logarithms_and_powers(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int n = 0; n < 20000; n++) {
        const float x = fabsf(random_float(&seed, 250));
        const trl_fixed l = trl_log2(trl_float_bits(x));
        const double is = (double)(int32_t)l.hi + l.lo / 4294967296.0;
        assert_true(fabs(is - log2((double)x)) < ldexp(1, -30));
        const trl_number e = trl_exp2(l);
        const double back = ldexp((double)e.mantissa, e.exponent);
        assert_true(fabs(back / exp2(is) - 1) < ldexp(1, -28));
    }
    assert_int_equal(trl_log2(trl_float_bits(8)).hi, 3);
    assert_int_equal(trl_log2(trl_float_bits(8)).lo, 0);
    assert_int_equal((int32_t)trl_log2(1).hi, -149);
}

static double symlog_value(double place, double linthresh)
{
    const double size = fabs(place);
    const double value =
        size <= 10.0 / 9.0 ? size * 0.9 * linthresh : linthresh * pow(10, size - 10.0 / 9.0);
    return copysign(value, place);
}

static double symlog_place(double x, double linthresh)
{
    const double size = fabs(x) / linthresh;
    return copysign(size <= 1 ? size * 10 / 9 : 10.0 / 9.0 + log10(size), x);
}

static double exact(const struct trl_view_params *params, double low, double high, int i)
{
    const double part = i / 256.0;
    switch (params->norm) {
    case TRL_NORM_LOG:
        return low * pow(high / low, part);
    case TRL_NORM_SYMLOG: {
        const double from = symlog_place(low, params->linthresh);
        const double to = symlog_place(high, params->linthresh);
        return symlog_value(from + (to - from) * part, params->linthresh);
    }
    case TRL_NORM_POWER:
        return low + (high - low) * pow(part, 1 / params->gamma);
    default:
        return low + (high - low) * part;
    }
}

static void every_norm_within_its_bound(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (int n = 0; n < 2000; n++) {
        struct trl_view_params params = {
            .norm = (enum trl_norm)(n % 4),
            .linthresh = (double)fabsf(random_float(&seed, 12)),
            .gamma = 0.2 + (double)(n % 50) / 15,
            .vmin_set = true,
            .vmax_set = true,
        };
        float low = random_float(&seed, 16), high = random_float(&seed, 16);
        if (params.norm == TRL_NORM_LOG) {
            low = fabsf(low);
            high = fabsf(high);
        }
        if (low == high)
            continue;
        params.vmin = (double)fminf(low, high);
        params.vmax = (double)fmaxf(low, high);
        struct trl_scale scale;
        uint32_t keys[257];
        assert_int_equal(trl_scale_init(&scale, NULL, &params, NULL, NULL), 0);
        trl_scale_thresholds(&scale, (float)params.vmin, (float)params.vmax, keys);
        for (int i = 1; i < 256; i++) {
            const double should = exact(&params, params.vmin, params.vmax, i);
            /* Rounded up to a float, after an error of 2^-26, or 2^-30 of linthresh or the range.
             */
            double bound = fabs(should) * (ldexp(1, -23) + ldexp(1, -26));
            bound += params.norm == TRL_NORM_SYMLOG ? ldexp(params.linthresh, -30) : 0;
            bound += ldexp(params.vmax - params.vmin, -30);
            assert_true(fabs((double)from_key(keys[i]) - should) <= bound);
            assert_true(keys[i] >= keys[i - 1]);
        }
        assert_true(keys[1] > keys[0] && keys[256] > keys[255]);
    }
}

/* Thresholds stay in order however narrow or wide the range. */
static void always_sorted(void **state)
{
    (void)state;
    uint64_t seed = 6;
    for (int n = 0; n < 4000; n++) {
        struct trl_view_params params = {.norm = (enum trl_norm)(n % 4),
                                         .linthresh = (double)fabsf(random_float(&seed, 60))};
        float low = random_float(&seed, n % 3 ? 250 : 4);
        low = params.norm == TRL_NORM_LOG ? fabsf(low) : low;
        float high = random_float(&seed, 250);
        if (n % 3 == 0) /* so many floats above */
            high = from_key(trl_float_key(trl_float_bits(low)) +
                            (uint32_t)(reference_random(&seed) >> (32 + n % 31)));
        if (!(high > low) || !isfinite(high))
            continue;
        struct trl_scale scale;
        uint32_t keys[257];
        assert_int_equal(trl_scale_init(&scale, NULL, &params, NULL, NULL), 0);
        trl_scale_thresholds(&scale, low, high, keys);
        for (int i = 1; i <= 256; i++)
            assert_true(keys[i] >= keys[i - 1]);
    }
}

static const char norms_script[] =
    "import sys, numpy as np\n"
    "from matplotlib import colors as c\n"
    "x = np.fromfile(sys.argv[1], np.float32)\n"
    "m = c.ListedColormap([(i / 255, 0, 0) for i in range(256)])\n"
    "for n in (c.Normalize(-1, 3), c.LogNorm(0.01, 100), c.SymLogNorm(0.1, vmin=-50, vmax=20,\n"
    "          base=10), c.PowerNorm(0.5, 0, 9)):\n"
    "  print(*np.rint(m(n(x))[:, 0] * 255).astype(int))\n";

static const struct trl_view_params norms[4] = {
    {.vmin_set = true, .vmin = -1, .vmax_set = true, .vmax = 3},
    {.norm = TRL_NORM_LOG, .vmin_set = true, .vmin = 0.01, .vmax_set = true, .vmax = 100},
    {.norm = TRL_NORM_SYMLOG,
     .linthresh = 0.1,
     .vmin_set = true,
     .vmin = -50,
     .vmax_set = true,
     .vmax = 20},
    {.norm = TRL_NORM_POWER, .vmin_set = true, .vmin = 0, .vmax_set = true, .vmax = 9},
};

/* matplotlib works in float32: its index may be another where a value is within a few roundings
 * (2^-20 of itself and of the range) of a threshold. Values out of the range are left out: there
 * it extends the map by colours of its own. */
static void equal_to_matplotlib(void **state)
{
    (void)state;
    enum { COUNT = 4000 };
    static float value[COUNT];
    uint64_t seed = 9;
    for (int i = 0; i < COUNT; i++)
        value[i] = random_float(&seed, 12);
    char path[] = "/tmp/tensorreel-scale-XXXXXX", command[2048];
    const int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, value, sizeof(value)), sizeof(value));
    close(file);
    snprintf(command, sizeof(command),
             "for p in python3 /usr/bin/python3; do $p -c 'import matplotlib' 2>/dev/null || "
             "continue; exec $p -c '%s' %s; done",
             norms_script, path);
    FILE *python = popen(command, "r");
    assert_non_null(python);
    int compared = 0, index;
    bool installed = true;
    for (int n = 0; n < 4 && installed; n++) {
        struct trl_scale scale;
        uint32_t keys[257];
        const float low = (float)norms[n].vmin, high = (float)norms[n].vmax;
        assert_int_equal(trl_scale_init(&scale, NULL, &norms[n], NULL, NULL), 0);
        trl_scale_thresholds(&scale, low, high, keys);
        for (int i = 0; i < COUNT && (installed = fscanf(python, "%d", &index) == 1); i++) {
            const float slack = ldexpf(fabsf(value[i]) + (n == 0 || n == 3 ? high : 0), -20);
            if (value[i] < low || value[i] > high ||
                reference_index(keys, value[i] - slack) != reference_index(keys, value[i] + slack))
                continue;
            assert_int_equal(reference_index(keys, value[i]), index);
            compared++;
        }
    }
    pclose(python);
    unlink(path);
    if (!installed && compared == 0) {
        print_message("matplotlib is not installed: not compared\n");
        skip();
    }
    assert_true(installed && compared > COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_order_floats),
        cmocka_unit_test(linear_is_exact),
        cmocka_unit_test(linear_at_the_ends_of_the_format),
        cmocka_unit_test(logarithms_and_powers),
        cmocka_unit_test(every_norm_within_its_bound),
        cmocka_unit_test(always_sorted),
        cmocka_unit_test(equal_to_matplotlib),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
