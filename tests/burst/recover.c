/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices that fail at any call, or hang: the same bits as if nothing had been. */
#include "check.h"

#include "../fault/table.h"

#include <tensorreel/error.h>
#include <unistd.h>

static struct {
    int errors, warnings;
    char warning[1024];
} logged;

static void count_line(void *user, enum trl_log_level level, const char *line)
{
    (void)user;
    logged.errors += level == TRL_LOG_ERROR;
    if (level == TRL_LOG_WARN) {
        logged.warnings++;
        snprintf(logged.warning, sizeof(logged.warning), "%s", line);
    }
}

/* ---- waits that time out ---- */

static struct {
    PFN_vkWaitSemaphores real;
    int64_t at, calls; /* the wait that is not long enough, from 1; 0: none */
    uint64_t asked_ns;
} hang;

static VkResult VKAPI_PTR wait_semaphores(VkDevice device, const VkSemaphoreWaitInfo *info,
                                          uint64_t timeout_ns)
{
    if (++hang.calls != hang.at)
        return hang.real(device, info, timeout_ns);
    hang.asked_ns = timeout_ns;
    return VK_TIMEOUT;
}

static void wrap(void *user, struct trl_vk *vk)
{
    table_hook.loaded(user, vk);
    if (vk->WaitSemaphores && vk->WaitSemaphores != wait_semaphores) {
        hang.real = vk->WaitSemaphores;
        vk->WaitSemaphores = wait_semaphores;
    }
}

/* ---- a life of an engine ---- */

enum { STEPS = 12, NEURONS = 300, RELOAD_AT = 7, SAVE_AT = 4, RESTORE_AT = 9 };

struct life {
    uint64_t hashes[STEPS];
    struct trl_burst_stats stats;
    bool moved;    /* to the processor */
    int64_t begun; /* calls that could have failed before the first burst */
    int refusals;  /* of calls, for want of host memory; they were made once more */
};

static char path[64];

/* Memory may be there again a moment later. That of the device is only asked for in vain where a
 * network is reloaded onto a device that was asked for. */
static bool again(struct life *life, int error)
{
    const bool memory = error == TRL_ERROR_MEMORY || error == TRL_ERROR_DEVICE_MEMORY;
    if (memory && life->refusals++ == 0)
        return true;
    assert_int_equal(error, 0);
    return false;
}

static void edit(struct trl_network *network)
{
    struct trl_neuron_params params = trl_neuron_defaults();
    params.leak = 0.5F;
    for (uint32_t n = 20; n < 60; n++)
        assert_int_equal(trl_network_set_neuron(network, n, &params), 0);
    for (uint32_t n = 100; n < 200; n++)
        assert_int_equal(trl_network_set_weight(network, n, (uint8_t)n), 0);
    const struct trl_synapse synapse = {.source = 3, .target = 7, .weight = 9, .psp = 9};
    assert_int_equal(trl_network_add_synapses(network, &synapse, 1), 0);
}

static void inject(struct trl_burst *burst, uint64_t *seed)
{
    for (int n = 0; n < 30; n++) {
        const uint32_t id = check_below(seed, NEURONS);
        const float amount = (float)check_below(seed, 5000);
        const uint64_t at = trl_burst_time(burst) + 1 + check_below(seed, 40);
        assert_int_equal(trl_burst_inject(burst, at, &id, &amount, 1), 0);
    }
}

/* One step; what is not needed for the bits is there for its calls of the device. */
static void step(struct trl_burst *burst, struct check_net *net, int n, uint64_t *seed,
                 struct life *life)
{
    uint32_t masks[3 * (NEURONS + 31) / 32 + 3];
    inject(burst, seed);
    const uint64_t until = trl_burst_time(burst) + 1 + check_below(seed, 50);
    while (again(life, trl_burst_run(burst, until - trl_burst_time(burst))))
        ;
    if (n == SAVE_AT)
        while (again(life, trl_burst_save(burst, path, true)))
            ;
    if (n == RELOAD_AT) {
        edit(net->network);
        while (again(life, trl_burst_reload(burst, net->network)))
            ;
        while (again(life, trl_burst_save(burst, path, true)))
            ;
    }
    if (n == RESTORE_AT)
        while (again(life, trl_burst_restore(burst, path)))
            ;
    while (again(life, trl_burst_ledger(burst, trl_burst_time(burst), 3, masks)))
        ;
    while (again(life, trl_burst_hash(burst, &life->hashes[n])))
        ;
}

static struct life live(struct check *check, const struct trl_burst_params *params)
{
    struct life life = {0};
    struct check_net net = check_net_random(check, NEURONS, 15, 3);
    struct trl_burst *burst = check_engine(check, net.network, params);
    uint64_t seed = 17;
    life.begun = table_calls();
    for (int n = 0; n < STEPS; n++)
        step(burst, &net, n, &seed, &life);
    life.stats = check_stats(burst);
    life.moved = !strcmp(trl_burst_backend_name(burst), "cpu");
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
    return life;
}

static void same_lives(const struct life *life, const struct life *right)
{
    for (int n = 0; n < STEPS; n++)
        if (life->hashes[n] != right->hashes[n])
            fail_msg("step %d differs", n);
    assert_int_equal(life->stats.bursts, right->stats.bursts);
    assert_int_equal(life->stats.candidates, right->stats.candidates);
    assert_int_equal(life->stats.fired, right->stats.fired);
    assert_int_equal(life->stats.blocked, right->stats.blocked);
    assert_int_equal(life->stats.delivered, right->stats.delivered);
}

/* ---- devices ---- */

static void open_device(struct check *check)
{
    static const struct trl_vk_hook hook = {.loaded = wrap};
    const char *name = getenv("TENSORREEL_TEST_DEVICE");
    const struct trl_device_params params = {.log = check->test.log, .name = name ? name : "cpu"};
    assert_int_equal(trl_device_create_with(&check->test.device, &params, &hook), 0);
    memset(&logged, 0, sizeof(logged));
}

static void close_device(struct check *check)
{
    table_disarm();
    trl_device_destroy(&check->test.device);
    assert_int_equal(table_alive(), 0);
    hang.at = 0;
}

static const struct trl_burst_params modes[] = {
    {.submit_bursts = 16},                   /* how all began is what the engine goes on from */
    {.submit_bursts = 8, .keep_bursts = 20}, /* states are kept now and then */
    {.submit_bursts = 8, .keep_bursts = 20, .clock = TRL_BURST_WALL_TIME},
};

enum { MODES = sizeof(modes) / sizeof(*modes), SAMPLES = 6 };

static struct life reference_life(struct check *check, const struct trl_burst_params *params)
{
    struct check reference = {.backend = TRL_BURST_REFERENCE, .test.log = check->test.log};
    return live(&reference, params);
}

/* Every call is failed in turn, or as many of them as there is time for. */
static void fails(struct check *check, VkResult result)
{
    uint64_t seed = 23;
    for (int mode = 0; mode < MODES; mode++) {
        const struct life reference = reference_life(check, &modes[mode]);
        assert_true(reference.stats.fired > 1000 && reference.stats.blocked > 0);
        open_device(check);
        table_arm(result, 0);
        const struct life whole = live(check, &modes[mode]);
        const int64_t calls = table_calls() - whole.begun;
        assert_true(calls > SAMPLES && !whole.moved);
        same_lives(&whole, &reference);
        close_device(check);
        int moved = 0;
        for (int64_t sample = 0; sample < SAMPLES; sample++) {
            const int64_t from = calls * sample / SAMPLES, to = calls * (sample + 1) / SAMPLES;
            open_device(check);
            table_arm(result, whole.begun + 1 + from + check_below(&seed, (uint32_t)(to - from)));
            const struct life life = live(check, &modes[mode]);
            same_lives(&life, &reference);
            assert_int_equal(logged.warnings, life.moved);
            if (life.moved && !strstr(logged.warning, "the processor goes on"))
                fail_msg("'%s'", logged.warning);
            assert_true(logged.errors <= 1 + life.moved || result != VK_ERROR_DEVICE_LOST);
            moved += life.moved || life.refusals;
            close_device(check);
        }
        assert_true(moved > SAMPLES / 2);
    }
}

static void a_lost_device(void **state)
{
    fails(*state, VK_ERROR_DEVICE_LOST);
}

static void a_device_without_memory(void **state)
{
    fails(*state, VK_ERROR_OUT_OF_DEVICE_MEMORY);
}

static void a_host_without_memory(void **state)
{
    fails(*state, VK_ERROR_OUT_OF_HOST_MEMORY);
}

/* The device is still at it when the processor goes on and when all is destroyed. */
static void a_device_that_hangs(void **state)
{
    struct check *check = *state;
    for (int mode = 0; mode < MODES; mode++) {
        struct trl_burst_params params = modes[mode];
        params.hang_ms = 7000;
        const struct life reference = reference_life(check, &params);
        for (int64_t at = 20; at < 48; at += 13) {
            open_device(check);
            hang.calls = 0;
            hang.at = at;
            const struct life life = live(check, &params);
            assert_true(life.moved && hang.calls > at);
            assert_true(hang.asked_ns == UINT64_C(7000000000));
            same_lives(&life, &reference);
            assert_int_equal(logged.warnings, 1);
            assert_int_equal(logged.errors, 1);
            assert_true(trl_gpu_lost(check->test.device));
            close_device(check);
        }
    }
}

/* Without a state to go on from there is an error, and it stays. */
static void nothing_is_kept(void **state)
{
    struct check *check = *state;
    struct check_net net = check_net_random(check, NEURONS, 15, 3);
    const struct trl_burst_params params = {.keep_bursts = -1};
    uint64_t hash = 0;
    open_device(check);
    struct trl_burst *burst = check_engine(check, net.network, &params);
    check_run(burst, 5);
    table_arm(VK_ERROR_DEVICE_LOST, 1);
    assert_int_equal(trl_burst_run(burst, 5), TRL_ERROR_DEVICE_LOST);
    assert_int_equal(trl_burst_run(burst, 5), TRL_ERROR_DEVICE_LOST);
    assert_int_equal(trl_burst_hash(burst, &hash), TRL_ERROR_DEVICE_LOST);
    assert_int_equal(trl_burst_reload(burst, net.network), TRL_ERROR_DEVICE_LOST);
    assert_true(trl_burst_time(burst) == 5 && logged.warnings == 0);
    trl_burst_destroy(&burst);
    close_device(check);
    check_net_destroy(&net);
}

static int create(struct check *check, struct trl_network *network, struct trl_burst **out,
                  const struct trl_burst_params *params)
{
    struct trl_burst_params p = *params;
    p.log = check->test.log;
    p.network = network;
    p.device = check->test.device;
    return trl_burst_create(out, &p);
}

/* A device that was chosen may fail; one that was asked for may not. */
static void fails_at_creation(void **state)
{
    static const VkResult results[] = {VK_ERROR_DEVICE_LOST, VK_ERROR_OUT_OF_DEVICE_MEMORY};
    static const int errors[] = {TRL_ERROR_DEVICE_LOST, TRL_ERROR_DEVICE_MEMORY};
    struct check *check = *state;
    struct check_net net = check_net_random(check, NEURONS, 15, 3);
    for (int n = 0; n < 8; n++) {
        struct trl_burst *burst = NULL;
        open_device(check);
        table_arm(results[n % 2], n % 2 ? 1 + 9 * n : 1 + n / 2);
        assert_int_equal(create(check, net.network, &burst,
                                &(struct trl_burst_params){.backend = TRL_BURST_GPU}),
                         errors[n % 2]);
        assert_null(burst);
        assert_int_equal(logged.warnings, 0);
        /* A software driver is not chosen, so it cannot fail. */
        const bool chosen = trl_device_info(check->test.device)->type != TRL_DEVICE_SOFTWARE;
        if (chosen)
            table_arm(results[n % 2], 1);
        const int error = create(check, net.network, &burst, &(struct trl_burst_params){0});
        assert_int_equal(error, 0);
        assert_string_equal(trl_burst_backend_name(burst), "cpu");
        assert_int_equal(logged.warnings, chosen);
        check_run(burst, 3);
        trl_burst_destroy(&burst);
        close_device(check);
    }
    check_net_destroy(&net);
}

static char last_error[1024];

static void keep_error(void *user, enum trl_log_level level, const char *line)
{
    (void)user;
    if (level == TRL_LOG_ERROR)
        snprintf(last_error, sizeof(last_error), "%s", line);
}

/* Too large for the device: the bytes needed and available are said. */
static void is_too_large_for_the_device(void **state)
{
    struct check *check = *state;
    struct check_net net = check_net_random(check, NEURONS, 15, 3);
    struct trl_burst *burst = NULL;
    struct trl_log *log = NULL;
    unsigned long long needed = 0, available = 0;
    open_device(check);
    assert_int_equal(trl_log_create(&log, &(struct trl_log_params){.callback = keep_error}), 0);
    const struct trl_burst_params params = {.log = log,
                                            .network = net.network,
                                            .device = check->test.device,
                                            .backend = TRL_BURST_GPU,
                                            .memory_max_bytes = 50000};
    assert_int_equal(trl_burst_create(&burst, &params), TRL_ERROR_DEVICE_MEMORY);
    const char *text = strstr(last_error, "need ");
    assert_non_null(text);
    assert_int_equal(
        sscanf(text, "need %llu bytes of device memory; %llu are", &needed, &available), 2);
    assert_true(needed > 50000 && available == 50000);
    struct trl_burst_params enough = params;
    enough.memory_max_bytes = needed;
    assert_int_equal(trl_burst_create(&burst, &enough), 0);
    trl_burst_destroy(&burst);
    enough.memory_max_bytes = needed - 1;
    assert_int_equal(trl_burst_create(&burst, &enough), TRL_ERROR_DEVICE_MEMORY);
    trl_log_destroy(&log);
    close_device(check);
    check_net_destroy(&net);
}

static int set_up(void **state)
{
    static struct check check = {.backend = TRL_BURST_GPU};
    *state = &check;
    snprintf(path, sizeof(path), "/tmp/tensorreel-recover-%d", (int)getpid());
    return trl_log_create(&check.test.log, &(struct trl_log_params){.callback = count_line});
}

static int tear_down(void **state)
{
    struct check *check = *state;
    unlink(path);
    trl_log_destroy(&check->test.log);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_device),
        cmocka_unit_test(a_device_without_memory),
        cmocka_unit_test(a_host_without_memory),
        cmocka_unit_test(a_device_that_hangs),
        cmocka_unit_test(nothing_is_kept),
        cmocka_unit_test(fails_at_creation),
        cmocka_unit_test(is_too_large_for_the_device),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
