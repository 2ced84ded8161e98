/* SPDX-License-Identifier: BSD-2-Clause */
/* The state as a file: whole, and refused where it is not. */
#include "check.h"

#include "base/crc.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <tensorreel/error.h>
#include <unistd.h>

static char folder[64], path[96];

static int open_folder(void **state)
{
    snprintf(folder, sizeof(folder), "/tmp/tensorreel-snapshot-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof(path), "%s/state", folder);
    return check_set_up(state);
}

static int close_folder(void **state)
{
    unlink(path);
    if (rmdir(folder))
        return -1; /* something was left there */
    return check_tear_down(state);
}

/* Masks of all bursts that are kept, the last potentials and all else are the same. */
static void same_state(struct trl_burst *left, struct trl_burst *right)
{
    const uint32_t depth = (uint32_t)left->params.ledger_bursts;
    const size_t words = trl_burst_words(left->plan->neuron_count);
    const size_t room = left->plan->neuron_count;
    uint32_t *masks[2], *ids[2];
    float *at[2];
    size_t counts[2];
    struct trl_burst *const both[2] = {left, right};
    for (int n = 0; n < 2; n++) {
        masks[n] = check_zeros(words * depth, 4);
        ids[n] = check_zeros(room, 4);
        at[n] = check_zeros(room, 4);
        assert_int_equal(trl_burst_ledger(both[n], trl_burst_time(left), depth, masks[n]), 0);
        assert_int_equal(trl_burst_fired(both[n], ids[n], at[n], room, &counts[n]), 0);
    }
    assert_true(trl_burst_time(left) == trl_burst_time(right));
    assert_true(check_hash(left) == check_hash(right));
    assert_memory_equal(masks[0], masks[1], words * depth * 4);
    assert_int_equal(counts[0], counts[1]);
    assert_memory_equal(ids[0], ids[1], counts[0] * 4);
    assert_memory_equal(at[0], at[1], counts[0] * 4);
    for (int n = 0; n < 2; n++) {
        free(masks[n]);
        free(ids[n]);
        free(at[n]);
    }
}

enum { ENGINES = 3 };

/* Amounts whose sum depends on their order, some of them for later bursts. */
static void inject_all(struct trl_burst *const *engines, uint64_t *seed)
{
    static const float scales[] = {1, 3e4F, 1e7F, 100};
    enum { COUNT = 40 };
    uint32_t ids[COUNT];
    float amounts[COUNT];
    const uint64_t at = trl_burst_time(engines[0]) + 1 + check_below(seed, 4);
    for (int n = 0; n < COUNT; n++) {
        ids[n] = check_below(seed, engines[0]->plan->neuron_count) / (n % 2 ? 1 : 16);
        amounts[n] = ((float)check_below(seed, 1 << 20) * 0x1p-19F - 0.5F) * scales[n % 4];
    }
    for (int n = 0; n < ENGINES; n++)
        assert_int_equal(trl_burst_inject(engines[n], at, ids, amounts, COUNT), 0);
}

/* Saved after any burst; the backend under test and the reference go on from it like the one that
 * was not interrupted. What they did before is forgotten. */
static void resumes_as_if_uninterrupted(void **state)
{
    uint64_t seed = 3;
    for (int clock = 0; clock < 2; clock++) {
        const struct trl_burst_params modes = {.clock = (enum trl_burst_clock)clock,
                                               .ledger_bursts = 2 + clock * 5};
        struct check_net net = check_net_random(*state, 333, 20, seed + 70);
        struct trl_burst *engines[ENGINES] = {check_engine(*state, net.network, &modes),
                                              check_engine(*state, net.network, &modes),
                                              check_reference(*state, net.network, &modes)};
        struct trl_burst *saved = engines[0];
        for (int n = 0; n < 24; n++) {
            struct trl_burst *const alone[ENGINES] = {saved, saved, saved};
            inject_all(alone, &seed);
            assert_int_equal(trl_burst_save(saved, path, true), 0);
            for (int i = 0; i < ENGINES; i++) {
                if (engines[i] == saved)
                    continue;
                assert_int_equal(trl_burst_restore(engines[i], path), 0);
                same_state(saved, engines[i]);
            }
            inject_all(engines, &seed);
            const uint64_t bursts = 1 + check_below(&seed, 5);
            for (int i = 0; i < ENGINES; i++)
                check_run(engines[i], bursts);
            for (int i = 0; i < ENGINES; i++)
                same_state(saved, engines[i]);
            saved = engines[check_below(&seed, ENGINES)];
        }
        assert_true(check_stats(engines[0]).fired > 100);
        for (int i = 0; i < ENGINES; i++)
            trl_burst_destroy(&engines[i]);
        check_net_destroy(&net);
    }
}

/* ---- files that are no states ---- */

struct bytes {
    uint8_t *data;
    size_t size;
};

static struct bytes read_file(void)
{
    struct stat info = {0};
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0 && !fstat(fd, &info));
    struct bytes bytes = {check_zeros((size_t)info.st_size, 1), (size_t)info.st_size};
    assert_int_equal(trl_read_all(fd, bytes.data, bytes.size), bytes.size);
    close(fd);
    return bytes;
}

static void write_file(const void *data, size_t size)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && !trl_write_all(fd, data, size));
    close(fd);
}

struct fixture {
    struct check *check;
    struct check_net net;
    struct trl_burst *burst;
    struct bytes good;
    uint64_t hash; /* of the engine that must not change */
};

/* A state with injections that wait, and an engine that has gone on. */
static void open_fixture(struct fixture *f, struct check *check)
{
    const struct trl_burst_params modes = {.ledger_bursts = 3};
    uint64_t seed = 5;
    *f = (struct fixture){.check = check, .net = check_net_random(check, 75, 8, 12)};
    f->burst = check_engine(check, f->net.network, &modes);
    struct trl_burst *const engines[ENGINES] = {f->burst, f->burst, f->burst};
    inject_all(engines, &seed);
    check_run(f->burst, 3);
    inject_all(engines, &seed);
    assert_int_equal(trl_burst_save(f->burst, path, true), 0);
    f->good = read_file();
    check_run(f->burst, 4);
    f->hash = check_hash(f->burst);
}

static void close_fixture(struct fixture *f)
{
    write_file(f->good.data, f->good.size);
    assert_int_equal(trl_burst_restore(f->burst, path), 0);
    free(f->good.data);
    trl_burst_destroy(&f->burst);
    check_net_destroy(&f->net);
}

static void refuses(struct fixture *f, const void *data, size_t size, const char *text)
{
    write_file(data, size);
    check_expect(f->check);
    assert_int_equal(trl_burst_restore(f->burst, path), TRL_ERROR_INPUT);
    check_message(f->check, path);
    if (!strstr(f->check->test.last, text))
        fail_msg("'%s' is not in '%s'", text, f->check->test.last);
    assert_true(trl_burst_time(f->burst) == 7 && check_hash(f->burst) == f->hash);
}

static void refuses_what_ends_early_or_late(void **state)
{
    struct fixture f;
    open_fixture(&f, *state);
    for (size_t size = 0; size < f.good.size; size += size % 64 == 63 || size % 64 == 0 ? 1 : 62)
        refuses(&f, f.good.data, size, size < 64 ? "ends at byte" : "bytes; a state of that size");
    refuses(&f, f.good.data, f.good.size - 1, "bytes; a state of that size");
    refuses(&f, f.good.data, f.good.size + 1, "bytes; a state of that size");
    close_fixture(&f);
}

static void refuses_any_bit_that_is_wrong(void **state)
{
    struct fixture f;
    open_fixture(&f, *state);
    for (size_t byte = 0; byte < f.good.size; byte += byte < 64 ? 1 : 23) {
        const uint8_t bit = (uint8_t)(1U << byte % 8);
        f.good.data[byte] ^= bit;
        refuses(&f, f.good.data, f.good.size, "");
        f.good.data[byte] ^= bit;
    }
    close_fixture(&f);
}

/* Numbers are put where they do not belong; the checksum is right. */
static void refuses_with(struct fixture *f, size_t byte, const void *value, size_t size,
                         const char *text)
{
    uint8_t *data = check_zeros(f->good.size, 1);
    memcpy(data, f->good.data, f->good.size);
    memcpy(data + byte, value, size);
    const uint32_t crc = trl_crc32(0, data, f->good.size - 4);
    memcpy(data + f->good.size - 4, &crc, 4);
    refuses(f, data, f->good.size, text);
    free(data);
}

static void refuses_wrong_fields(void **state)
{
    struct fixture f;
    open_fixture(&f, *state);
    refuses_with(&f, 0, "XXXX", 4, "no state of a burst engine");
    refuses_with(&f, 8, &(uint32_t){2}, 4, "version 2");
    refuses_with(&f, 12, &(uint32_t){128}, 4, "version 1");
    refuses_with(&f, 24, &(uint64_t){1}, 8, "another network");
    refuses_with(&f, 32, &(uint32_t){76}, 4, "76 neurons; the network has 75");
    refuses_with(&f, 32, &(uint32_t){UINT32_MAX}, 4, "4294967295 neurons");
    refuses_with(&f, 36, &(uint32_t){4}, 4, "a ledger of 4 bursts; the engine keeps 3");
    refuses_with(&f, 40, &(uint32_t){1}, 4, "another clock");
    refuses_with(&f, 44, &(uint32_t){1}, 4, "another order");
    refuses_with(&f, 48, &(uint32_t){1}, 4, "another lookup");
    refuses_with(&f, 52, &(uint32_t){1}, 4, "without a limit otherwise");
    refuses_with(&f, 56, &(uint64_t){1000}, 8, "bytes; a state of that size");
    refuses_with(&f, 56, &(uint64_t){UINT32_MAX}, 8, "bytes; a state of that size");
    refuses_with(&f, 56, &(uint64_t){UINT64_C(1) << 60}, 8, "injections wait");
    refuses_with(&f, 56, &(uint64_t){UINT64_MAX}, 8, "injections wait");
    close_fixture(&f);
}

static void refuses_what_no_engine_writes(void **state)
{
    enum { ARRAY = 320, LEDGER = 64 + 4 * ARRAY, WAITING = LEDGER + 64 }; /* bytes */
    struct fixture f;
    open_fixture(&f, *state);
    refuses_with(&f, 64, &(float){NAN}, 4, "the potential of neuron 0");
    refuses_with(&f, 64 + 74 * 4, &(float){INFINITY}, 4, "the potential of neuron 74");
    refuses_with(&f, 64 + 3 * ARRAY + 4, &(float){-INFINITY}, 4, "the potential of neuron 1");
    for (int burst = 0; burst < 3; burst++) /* three words a burst; bits 75 to 95 are nobody's */
        refuses_with(&f, LEDGER + 12 * (size_t)burst + 9, &(uint8_t){8}, 1, "do not exist");
    refuses_with(&f, WAITING, &(uint64_t){3}, 8, "injection 0 is out of range");
    refuses_with(&f, WAITING + 16 + 8, &(uint32_t){75}, 4, "injection 1 is out of range");
    refuses_with(&f, WAITING + 12, &(float){NAN}, 4, "injection 0 is out of range");
    close_fixture(&f);
}

static void refuses_other_engines(void **state)
{
    static const struct {
        struct trl_burst_params modes;
        const char *text;
    } others[] = {
        {{.ledger_bursts = 4}, "a ledger of 3 bursts; the engine keeps 4"},
        {{.ledger_bursts = 3, .clock = TRL_BURST_WALL_TIME}, "another clock"},
        {{.ledger_bursts = 3, .order = TRL_BURST_ORDER_WGSL}, "the state of"},
        {{.ledger_bursts = 3, .count_unlimited = true}, "the state of"},
        {{.ledger_bursts = 3, .lookup = TRL_BURST_HASH}, "another lookup"},
        {{.ledger_bursts = 3}, "another network"}, /* weights are set before */
    };
    struct fixture f;
    open_fixture(&f, *state);
    write_file(f.good.data, f.good.size);
    const size_t count = sizeof(others) / sizeof(*others);
    for (size_t n = 0; n < count; n++) {
        for (uint32_t i = 0; n + 1 == count && i < 20; i++)
            assert_int_equal(trl_network_set_weight(f.net.network, i, 77), 0);
        struct trl_burst *burst = check_reference(*state, f.net.network, &others[n].modes);
        check_expect(*state);
        assert_int_equal(trl_burst_restore(burst, path), TRL_ERROR_INPUT);
        check_message(*state, others[n].text);
        assert_true(trl_burst_time(burst) == 0);
        trl_burst_destroy(&burst);
    }
    close_fixture(&f);
}

/* ---- files that cannot be had ---- */

static void keeps_to_the_rules_of_files(void **state)
{
    struct fixture f;
    open_fixture(&f, *state);
    write_file("keep", 4);
    check_expect(*state);
    assert_int_equal(trl_burst_save(f.burst, path, false), TRL_ERROR_OUTPUT);
    check_message(*state, path);
    struct bytes kept = read_file();
    assert_true(kept.size == 4 && !memcmp(kept.data, "keep", 4));
    free(kept.data);
    assert_int_equal(trl_burst_save(f.burst, path, true), 0);
    assert_int_equal(trl_burst_restore(f.burst, path), 0);
    unlink(path);
    assert_int_equal(trl_burst_save(f.burst, path, false), 0);
    unlink(path);
    check_expect(*state);
    assert_int_equal(trl_burst_restore(f.burst, path), TRL_ERROR_INPUT);
    check_message(*state, path);
    check_expect(*state);
    assert_int_equal(trl_burst_restore(f.burst, folder), TRL_ERROR_INPUT);
    check_message(*state, folder);
    close_fixture(&f);
}

/* A disk that fills up in any section. */
static void leaves_nothing_on_a_full_disk(void **state)
{
    struct fixture f;
    struct rlimit before;
    open_fixture(&f, *state);
    assert_int_equal(trl_burst_restore(f.burst, path), 0);
    const uint64_t hash = check_hash(f.burst);
    unlink(path);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    for (size_t size = 1; size < f.good.size; size += 131) {
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){size, before.rlim_max});
        check_expect(*state);
        const int error = trl_burst_save(f.burst, path, false);
        setrlimit(RLIMIT_FSIZE, &before);
        assert_int_equal(error, TRL_ERROR_OUTPUT);
        check_message(*state, path);
        assert_int_equal(access(path, F_OK), -1);
        assert_int_equal(rmdir(folder), 0); /* nor a part of it */
        assert_int_equal(mkdir(folder, 0700), 0);
    }
    assert_true(check_hash(f.burst) == hash);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resumes_as_if_uninterrupted),
        cmocka_unit_test(refuses_what_ends_early_or_late),
        cmocka_unit_test(refuses_any_bit_that_is_wrong),
        cmocka_unit_test(refuses_wrong_fields),
        cmocka_unit_test(refuses_what_no_engine_writes),
        cmocka_unit_test(refuses_other_engines),
        cmocka_unit_test(keeps_to_the_rules_of_files),
        cmocka_unit_test(leaves_nothing_on_a_full_disk),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
