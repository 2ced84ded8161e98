/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"

enum { SKIPPED = 77 };

int check_set_up(void **state)
{
    const char *name = getenv("TENSORREEL_TEST_BURST");
    struct check *check = calloc(1, sizeof(*check));
    *state = check;
    if (!check)
        return -1;
    check->backend = TRL_BURST_REFERENCE;
    if (name && !strcmp(name, "cpu"))
        check->backend = TRL_BURST_CPU;
    if (name && !strcmp(name, "gpu"))
        check->backend = TRL_BURST_GPU;
    if (check->backend == TRL_BURST_GPU) {
        if (test_device_open(&check->test)) {
            print_message("skipped: there is no device\n");
            exit(SKIPPED);
        }
        return 0;
    }
    return trl_log_create(&check->test.log, &(struct trl_log_params){.callback = test_device_log,
                                                                     .user = &check->test});
}

int check_tear_down(void **state)
{
    struct check *check = *state;
    test_device_close(&check->test);
    const int messages = check->test.messages;
    free(check);
    return messages;
}

void *check_zeros(size_t count, size_t size)
{
    void *out = calloc(count + 1, size);
    assert_non_null(out);
    return out;
}

void check_expect(struct check *check)
{
    assert_int_equal(check->test.messages, 0);
    check->test.quiet = true;
}

void check_message(struct check *check, const char *text)
{
    assert_int_equal(check->test.messages, 1);
    if (!strstr(check->test.last, text))
        fail_msg("'%s' is not in '%s'", text, check->test.last);
    check->test.messages = 0;
    check->test.quiet = false;
}

struct trl_burst *check_engine(struct check *check, struct trl_network *network,
                               const struct trl_burst_params *params)
{
    struct trl_burst *burst = NULL;
    struct trl_burst_params p = params ? *params : (struct trl_burst_params){0};
    p.log = check->test.log;
    p.network = network;
    p.device = check->test.device;
    p.backend = check->backend;
    assert_int_equal(trl_burst_create(&burst, &p), 0);
    return burst;
}

struct trl_burst *check_reference(struct check *check, struct trl_network *network,
                                  const struct trl_burst_params *params)
{
    struct check reference = {.backend = TRL_BURST_REFERENCE, .test.log = check->test.log};
    return check_engine(&reference, network, params);
}

void check_inject(struct trl_burst *burst, uint32_t id, float amount)
{
    assert_int_equal(trl_burst_inject(burst, 0, &id, &amount, 1), 0);
}

void check_inject_random(struct trl_burst *burst, struct trl_burst *other, uint64_t *seed)
{
    static const float scales[] = {1, 1e-39F, 100, 3e4F, 1e7F, 2.7e38F};
    enum { MOST = 64 };
    uint32_t ids[MOST];
    float amounts[MOST];
    const uint32_t neurons = burst->plan->neuron_count;
    const uint32_t count = neurons ? check_below(seed, MOST) : 0;
    for (uint32_t n = 0; n < count; n++) {
        const bool again = n > 0 && check_below(seed, 8) == 0;
        const float part = (float)check_below(seed, 1 << 20) * 0x1p-19F - 0.75F;
        const uint32_t scale = check_below(seed, 64);
        ids[n] = again ? ids[n - 1] : check_below(seed, neurons);
        amounts[n] = part * scales[scale < 6 ? scale : scale % 4];
    }
    const uint64_t at = trl_burst_time(burst) + 1 + check_below(seed, 3);
    assert_int_equal(trl_burst_inject(burst, at, ids, amounts, count), 0);
    assert_int_equal(trl_burst_inject(other, at, ids, amounts, count), 0);
}

void check_run(struct trl_burst *burst, uint64_t bursts)
{
    const uint64_t before = trl_burst_time(burst);
    assert_int_equal(trl_burst_run(burst, bursts), 0);
    assert_true(trl_burst_time(burst) == before + bursts);
}

/* An array of the state; the caller frees it. */
static void *read_array(struct trl_burst *burst, enum trl_burst_array array, size_t *size)
{
    const size_t count = burst->plan->neuron_count;
    *size = array == TRL_BURST_V       ? count * sizeof(float)
            : array == TRL_BURST_FIRED ? trl_burst_words((uint32_t)count) * sizeof(uint32_t)
                                       : count * sizeof(uint16_t);
    void *out = check_zeros(*size, 1);
    assert_int_equal(trl_burst_read(burst, array, out, *size), 0);
    return out;
}

float check_v(struct trl_burst *burst, uint32_t id)
{
    size_t size = 0;
    float *v = read_array(burst, TRL_BURST_V, &size);
    const float value = v[id];
    free(v);
    return value;
}

uint16_t check_count(struct trl_burst *burst, enum trl_burst_array array, uint32_t id)
{
    size_t size = 0;
    uint16_t *counts = read_array(burst, array, &size);
    const uint16_t value = counts[id];
    free(counts);
    return value;
}

bool check_fired(struct trl_burst *burst, uint32_t id)
{
    size_t size = 0;
    uint32_t *mask = read_array(burst, TRL_BURST_FIRED, &size);
    const bool fired = mask[id / 32] >> id % 32 & 1;
    free(mask);
    return fired;
}

struct trl_burst_stats check_stats(struct trl_burst *burst)
{
    struct trl_burst_stats stats;
    assert_int_equal(trl_burst_stats(burst, &stats), 0);
    return stats;
}

uint64_t check_hash(struct trl_burst *burst)
{
    uint64_t hash = 0;
    assert_int_equal(trl_burst_hash(burst, &hash), 0);
    return hash;
}

static void equal_arrays(struct trl_burst *burst, struct trl_burst *other)
{
    for (int array = TRL_BURST_V; array <= TRL_BURST_FIRED; array++) {
        size_t size = 0;
        uint8_t *left = read_array(burst, (enum trl_burst_array)array, &size);
        uint8_t *right = read_array(other, (enum trl_burst_array)array, &size);
        for (size_t byte = 0; byte < size; byte++)
            if (left[byte] != right[byte])
                fail_msg("after burst %llu, array %d differs at byte %zu of %zu",
                         (unsigned long long)trl_burst_time(burst), array, byte, size);
        free(left);
        free(right);
    }
}

static void equal_fired(struct trl_burst *burst, struct trl_burst *other)
{
    const size_t room = burst->plan->neuron_count;
    uint32_t *ids = check_zeros(room, 4), *other_ids = check_zeros(room, 4);
    float *at = check_zeros(room, 4), *other_at = check_zeros(room, 4);
    size_t count = 0, other_count = 0;
    assert_int_equal(trl_burst_fired(burst, ids, at, room, &count), 0);
    assert_int_equal(trl_burst_fired(other, other_ids, other_at, room, &other_count), 0);
    assert_int_equal(count, other_count);
    assert_memory_equal(ids, other_ids, count * 4);
    assert_memory_equal(at, other_at, count * 4);
    free(ids);
    free(other_ids);
    free(at);
    free(other_at);
}

void check_equal(struct trl_burst *burst, struct trl_burst *other)
{
    assert_true(trl_burst_time(burst) == trl_burst_time(other));
    equal_arrays(burst, other);
    equal_fired(burst, other);
    assert_true(check_hash(burst) == check_hash(other));
    const struct trl_burst_stats left = check_stats(burst), right = check_stats(other);
    assert_int_equal(left.bursts, right.bursts);
    assert_int_equal(left.candidates, right.candidates);
    assert_int_equal(left.fired, right.fired);
    assert_int_equal(left.blocked, right.blocked);
    assert_int_equal(left.delivered, right.delivered);
}
