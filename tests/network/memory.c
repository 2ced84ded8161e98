/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <stdlib.h>

/* Every allocation fails once. The linker turns the library's calls into these. */

static long long allocations, failing;

static bool fails(void)
{
    return ++allocations == failing;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

static int generate(struct fixture *f, struct trl_network **out)
{
    return trl_network_generate(out, &(struct trl_network_generate_params){
                                         .log = f->log, .size = {100, 1, 1}, .degree = 20});
}

static const char *path;

static int load(struct fixture *f, struct trl_network **out)
{
    return trl_network_load(out, path, &(struct trl_network_load_params){.log = f->log});
}

/* Adds and settles twice; what was settled stays when the second fails. */
static int build(struct fixture *f, struct trl_network **out)
{
    static const struct trl_synapse synapses[] = {{0, 1, 1, 1, false}, {0, 0, 1, 1, false}};
    const struct trl_area_params area = {
        .name = "a", .size = {2, 1, 1}, .neuron = trl_neuron_defaults(), .threshold_step = {1}};
    int error = trl_network_create(out, f->log);
    if (!error)
        error = trl_network_add_area(*out, &area, NULL);
    for (int i = 0; i < 2 && !error; i++) {
        error = trl_network_add_synapses(*out, synapses, 2);
        if (error)
            break;
        error = trl_network_settle(*out);
        failing = error ? 0 : failing;
        const int again = trl_network_settle(*out);
        assert_true(error || !again);
        assert_int_equal((*out)->synapse_count, again ? 0 : 2 * (uint64_t)i + 2);
    }
    if (error)
        trl_network_destroy(out);
    return error;
}

static void fail_each(struct fixture *f, int (*make)(struct fixture *, struct trl_network **))
{
    struct trl_network *network = NULL;
    allocations = failing = 0;
    assert_int_equal(make(f, &network), 0);
    const uint64_t hash = network_hash(network);
    const long long count = allocations;
    trl_network_destroy(&network);
    assert_true(count > 5);
    for (long long n = 1; n <= count; n++) {
        allocations = 0;
        failing = n;
        const int error = make(f, &network);
        failing = 0;
        if (error) {
            assert_int_equal(error, TRL_ERROR_MEMORY);
            expect_error(f, "memory");
            assert_null(network);
            continue;
        }
        /* Only the test itself went without. */
        assert_true(network_hash(network) == hash);
        trl_network_destroy(&network);
    }
}

static void generating(void **state)
{
    fail_each(*state, generate);
}

static void building(void **state)
{
    fail_each(*state, build);
}

static void loading_text(void **state)
{
    static const char text[] = "0,1\n5,2\n5,1\n3,3\n";
    path = fixture_write(*state, text, sizeof(text) - 1);
    fail_each(*state, load);
}

static void loading_genomes(void **state)
{
    static const char text[] =
        "{\"version\": \"2.1\", \"neuron_morphologies\": {\"v\": {\"vectors\": [[1, 0, 0]]}},"
        "\"blueprint\": {\"A\": {\"block_boundaries\": [4, 1, 1], \"cortical_mapping_dst\": {"
        "\"A\": [[\"v\"], [\"projector\"], [\"all_to_all\"]]}}}}";
    path = fixture_write(*state, text, sizeof(text) - 1);
    fail_each(*state, load);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
        TEST(generating),
        TEST(building),
        TEST(loading_text),
        TEST(loading_genomes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
