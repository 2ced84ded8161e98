/* SPDX-License-Identifier: BSD-2-Clause */
#include "burst/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Rows of neurons of which every stride-th has 3 synapses. */
static struct trl_burst_plan strided(uint32_t sources, uint32_t stride)
{
    const uint32_t count = sources * stride;
    uint64_t *rows = calloc((size_t)count + 1, sizeof(*rows));
    for (uint32_t n = 0; n < count; n++)
        rows[n + 1] = rows[n] + (n % stride == 0 ? 3 : 0);
    return (struct trl_burst_plan){.neuron_count = count, .rows = rows};
}

/* 20,000 sources in 65,536 slots: what 16 probes lose, and how many are needed, as was worked out
 * for FEAGI's table by itself. */
static void needs_more_probes_for_strides(void **state)
{
    (void)state;
    const struct {
        uint32_t stride, farthest; /* from the first slot that is looked at */
        double lost;
    } cases[] = {{1, 0, 0}, {64, 19, 0.181}, {128, 39, 0.590}, {256, 78, 0.795}};
    for (size_t c = 0; c < sizeof(cases) / sizeof(*cases); c++) {
        struct trl_burst_plan plan = strided(20000, cases[c].stride);
        struct trl_burst_hash hash;
        assert_int_equal(trl_burst_hash_create(&hash, &plan, NULL, 0), 0);
        assert_int_equal(hash.capacity, 65536);
        assert_int_equal(hash.longest, cases[c].farthest + 1);
        assert_int_equal(hash.probes, hash.longest);
        uint32_t lost = 0;
        for (uint32_t n = 0; n < 20000; n++) {
            uint64_t first;
            uint32_t count;
            hash.probes = hash.longest;
            assert_true(trl_burst_hash_find(&hash, n * cases[c].stride, &first, &count));
            assert_int_equal(first, 3 * n);
            assert_int_equal(count, 3);
            hash.probes = 16;
            lost += !trl_burst_hash_find(&hash, n * cases[c].stride, &first, &count);
        }
        assert_true(lost / 20000.0 > cases[c].lost - 0.0006);
        assert_true(lost / 20000.0 < cases[c].lost + 0.0006);
        trl_burst_hash_destroy(&hash);
        free((uint64_t *)plan.rows);
    }
}

static void knows_who_has_no_synapses(void **state)
{
    (void)state;
    struct trl_burst_plan plan = strided(40, 256);
    struct trl_burst_hash hash;
    assert_int_equal(trl_burst_hash_create(&hash, &plan, NULL, 0), 0);
    assert_int_equal(hash.capacity, 256);
    assert_int_equal(hash.longest, 40);
    for (uint32_t n = 0; n < plan.neuron_count; n++) {
        uint64_t first;
        uint32_t count = UINT32_MAX;
        assert_true(trl_burst_hash_find(&hash, n, &first, &count));
        assert_int_equal(count, n % 256 ? 0 : 3);
    }
    trl_burst_hash_destroy(&hash);
    free((uint64_t *)plan.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(needs_more_probes_for_strides),
        cmocka_unit_test(knows_who_has_no_synapses),
    };
    return cmocka_run_group_tests_name("burst hash", tests, NULL, NULL);
}
