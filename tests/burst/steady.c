/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What bursts cost beside time, and for how long they can go on. The long run:
 *   TENSORREEL_TEST_BURSTS=10000000 TENSORREEL_TEST_BURST=cpu build/tests/burst/test-burst-steady
 *   TENSORREEL_TEST_BURSTS=300000 TENSORREEL_TEST_BURST=gpu build/tests/burst/test-burst-steady
 */
#include "check.h"

#include "shared/burst_step.h"

#include <dirent.h>
#include <stdatomic.h>
#include <unistd.h>

/* ---- memory of the library, counted (the linker puts these in between) ---- */

static atomic_llong allocations, alive;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *memory);

static void *counted(void *memory)
{
    atomic_fetch_add(&allocations, 1);
    atomic_fetch_add(&alive, memory != NULL);
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
    atomic_fetch_sub(&alive, memory != NULL);
    return counted(__real_realloc(memory, size));
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return counted(__real_aligned_alloc(alignment, size));
}

void __wrap_free(void *memory)
{
    atomic_fetch_sub(&alive, memory != NULL);
    __real_free(memory);
}

/* ---- costs ---- */

static void inject(struct trl_burst *burst, uint32_t count)
{
    uint32_t ids[256];
    float amounts[256];
    for (uint32_t n = 0; n < count; n++) {
        ids[n] = n;
        amounts[n] = 1000;
    }
    assert_int_equal(trl_burst_inject(burst, 0, ids, amounts, count), 0);
}

/* Where states are kept they are allocated, with what was injected since. */
static void nothing_is_allocated_in_bursts(void **state)
{
    struct check_net net = check_net_random(*state, 700, 15, 5);
    const struct trl_burst_params modes = {
        .submit_bursts = 16, .thread_count = 3, .keep_bursts = -1};
    struct trl_burst *burst = check_engine(*state, net.network, &modes);
    for (int n = 0; n < 10; n++) {
        inject(burst, 256);
        check_run(burst, 40);
    }
    const long long before = atomic_load(&allocations);
    for (uint32_t n = 0; n < 100; n++) {
        inject(burst, 156 + n);
        check_run(burst, 1 + n);
    }
    assert_int_equal(atomic_load(&allocations), before);
    assert_true(before > 10);
    trl_burst_destroy(&burst);
    check_net_destroy(&net);
}

/* Synapses go up once, injections and counts go by the burst, and nothing goes by the neuron. */
static void bytes_do_not_depend_on_the_network(void **state)
{
    static const uint32_t sizes[] = {300, 6000};
    enum { BURSTS = 96, BATCH = 16, INJECTED = 200 };
    struct check *check = *state;
    const bool device = check->backend == TRL_BURST_GPU;
    for (int n = 0; n < 2; n++) {
        struct check_net net = check_net_random(check, sizes[n], 15, 5);
        const struct trl_burst_params modes = {.submit_bursts = BATCH};
        struct trl_burst *burst = check_engine(check, net.network, &modes);
        check_run(burst, 1);
        const struct trl_burst_stats first = check_stats(burst);
        assert_true(first.upload_bytes >= (device ? net.synapse_count * 8 : 0));
        inject(burst, INJECTED);
        check_run(burst, BURSTS);
        const struct trl_burst_stats second = check_stats(burst);
        assert_true(second.fired > first.fired && second.delivered > first.delivered);
        assert_int_equal(second.upload_bytes - first.upload_bytes, device ? INJECTED * 8 : 0);
        assert_int_equal(second.download_bytes - first.download_bytes,
                         device ? BURSTS * TRL_BURST_ROW_WORDS * 4 : 0);
        assert_int_equal(second.host_waits - first.host_waits, device ? BURSTS / BATCH : 0);
        check_run(burst, BURSTS);
        assert_int_equal(check_stats(burst).upload_bytes, second.upload_bytes);
        trl_burst_destroy(&burst);
        check_net_destroy(&net);
    }
}

/* ---- a long run ---- */

struct held {
    long long alive;
    int files;
    uint64_t device_bytes;
    long resident_bytes;
};

static struct held look(const struct check *check)
{
    struct held held = {.alive = atomic_load(&alive)};
    if (check->test.device)
        held.device_bytes = trl_gpu_memory_used(check->test.device);
    DIR *folder = opendir("/proc/self/fd");
    while (folder && readdir(folder))
        held.files++;
    if (folder)
        closedir(folder);
    FILE *file = fopen("/proc/self/statm", "re");
    long all = 0, resident = 0;
    if (file && fscanf(file, "%ld %ld", &all, &resident) == 2)
        held.resident_bytes = resident * sysconf(_SC_PAGESIZE);
    if (file)
        fclose(file);
    return held;
}

/* Neurons that keep each other firing, with everything that makes a state last. */
static struct check_net lasting_net(struct check *check)
{
    enum { NEURONS = 64, DEGREE = 8 };
    struct trl_synapse synapses[NEURONS * DEGREE];
    uint64_t seed = 29;
    for (uint32_t n = 0; n < NEURONS * DEGREE; n++)
        synapses[n] = (struct trl_synapse){.source = n / DEGREE,
                                           .target = check_below(&seed, NEURONS),
                                           .weight = (uint8_t)(1 + check_below(&seed, 3)),
                                           .psp = 1,
                                           .inhibitory = check_below(&seed, 4) == 0};
    struct trl_area_params area = {.neuron = trl_neuron_defaults(), .drive = 0.25F};
    area.neuron.excitability = 0.4F;
    area.neuron.refractory = 2;
    area.neuron.fire_limit = 3;
    area.neuron.snooze = 4;
    return check_net_create(check, NEURONS, &area, synapses, NEURONS * DEGREE);
}

/* The address sanitizer keeps what is freed for a while, so that there is more and more of it. */
#ifdef __SANITIZE_ADDRESS__
static const bool keeps_freed = true;
#else
static const bool keeps_freed = false;
#endif

static void goes_on_for_long(void **state)
{
    enum {
        CHECKPOINTS = 10,
        NOISE_BYTES = 4 << 20 /* of the driver, which grows in steps of 1 MiB */
    };
    struct check *check = *state;
    const char *wanted = getenv("TENSORREEL_TEST_BURSTS");
    const bool device = check->backend == TRL_BURST_GPU;
    const uint64_t bursts = wanted ? strtoull(wanted, NULL, 10) : device ? 10000 : 300000;
    struct check_net net = lasting_net(check);
    const struct trl_burst_params modes = {
        .submit_bursts = 1024, .ledger_bursts = 2, .keep_bursts = 1000};
    struct trl_burst *burst = check_engine(check, net.network, &modes);
    struct trl_burst *reference = check_reference(check, net.network, &modes);
    struct held early = {0};
    for (int n = 0; n < CHECKPOINTS; n++) {
        check_run(burst, bursts / CHECKPOINTS);
        check_run(reference, bursts / CHECKPOINTS);
        check_equal(burst, reference);
        const struct held held = look(check);
        if (wanted)
            print_message("burst %llu: %lld allocations, %d files, %llu bytes of the device, "
                          "%ld bytes resident\n",
                          (unsigned long long)trl_burst_time(burst), held.alive, held.files,
                          (unsigned long long)held.device_bytes, held.resident_bytes);
        if (n == 2) /* a state is kept by now, and the driver has what it needs */
            early = held;
        if (n <= 2)
            continue;
        assert_int_equal(held.alive, early.alive);
        assert_int_equal(held.files, early.files);
        assert_int_equal(held.device_bytes, early.device_bytes);
        assert_true(keeps_freed || held.resident_bytes - early.resident_bytes < NOISE_BYTES);
    }
    assert_true(check_stats(burst).fired > bursts);
    trl_burst_destroy(&burst);
    trl_burst_destroy(&reference);
    check_net_destroy(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_allocated_in_bursts),
        cmocka_unit_test(bytes_do_not_depend_on_the_network),
        cmocka_unit_test(goes_on_for_long),
    };
    return cmocka_run_group_tests(tests, check_set_up, check_tear_down);
}
