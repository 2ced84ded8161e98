/* SPDX-License-Identifier: BSD-2-Clause */
#include "films.h"
#include "table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <tensorreel/error.h>

/* Every Vulkan call of a device, a film and their end fails once. */

static struct film_log log_now;

static int code_of(VkResult result)
{
    switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
        return TRL_ERROR_MEMORY;
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
        return TRL_ERROR_DEVICE_MEMORY;
    default:
        return TRL_ERROR_DEVICE_LOST;
    }
}

static bool is(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (!strcmp(name, *names))
            return true;
    return false;
}

/* A cache that cannot be had is no cache, times that cannot be had are none, and who cannot wait
 * asks until it is so. */
static const char *const not_needed[] = {"vkCreatePipelineCache", "vkGetPipelineCacheData",
                                         "vkGetQueryPoolResults", "vkWaitSemaphores",
                                         "vkDeviceWaitIdle",      NULL};

static struct trl_device *open_device(int *error)
{
    const char *name = getenv("TENSORREEL_TEST_DEVICE");
    struct trl_device *device = NULL;
    *error = trl_device_create_with(
        &device, &(struct trl_device_params){.log = log_now.log, .name = name ? name : "cpu"},
        &table_hook);
    assert_true((*error == 0) == (device != NULL));
    return device;
}

static void device_creation_fails_cleanly(void **state)
{
    (void)state;
    static const VkResult results[] = {VK_ERROR_OUT_OF_HOST_MEMORY, VK_ERROR_OUT_OF_DEVICE_MEMORY,
                                       VK_ERROR_DEVICE_LOST};
    for (size_t n = 0; n < sizeof(results) / sizeof(results[0]); n++)
        for (struct paths_walk walk = {0}; table_next(&walk, results[n]);) {
            int error;
            log_now.errors = 0;
            struct trl_device *device = open_device(&error);
            const char *failed = table_failed();
            trl_device_destroy(&device);
            assert_int_equal(table_alive(), 0);
            if (!failed || is(failed, not_needed)) {
                /* Opened, perhaps without cache; failed while closing, if at all. */
                assert_int_equal(error, 0);
                assert_true(log_now.errors <= 1);
                continue;
            }
            /* A device whose extensions cannot be read is not known to be usable. */
            const bool lacks = !strcmp(failed, "vkEnumerateDeviceExtensionProperties");
            assert_int_equal(error, lacks ? TRL_ERROR_DEVICE : code_of(results[n]));
            assert_int_equal(log_now.errors, 1);
        }
    assert_int_equal(paths_missed(), 0);
}

/* What must hold of a film in which a call failed. */
static void check_film(const struct film_result *film, VkResult result)
{
    const char *failed = table_failed();
    const struct trl_stream_stats *stats = &film->stats;
    bool good = true;
    if (film->error) {
        good = good && film->error == code_of(result);
        good = good && log_now.errors == 1;
        /* The account is kept of what failed too. */
        good = good && film->files == (film->stream_opened ? 1 : 0);
    } else {
        /* Every frame was read before the loss showed while everything was taken down. */
        good = good && log_now.errors <= (result == VK_ERROR_DEVICE_LOST);
        good = good && film->files == 3 && stats->encoded == FILM_FRAMES;
        good = good && is(failed, not_needed);
    }
    good = good && stats->frames == stats->encoded + stats->dropped + stats->failed;
    if (!good)
        fail_msg("%s: error %d, %d lines, last '%s', %d files, %d frames: %d %d %d", failed,
                 film->error, log_now.errors, log_now.last, film->files, (int)stats->frames,
                 (int)stats->encoded, (int)stats->dropped, (int)stats->failed);
}

/* The device survives: one serves all films. */
static void sweep_memory(struct paths_walk *walk, enum film_kind kind, VkResult result)
{
    int error;
    table_disarm();
    struct trl_device *device = open_device(&error);
    assert_int_equal(error, 0);
    const int64_t alive = table_alive();
    const uint64_t used = trl_gpu_memory_used(device);
    while (table_next(walk, result)) {
        log_now.errors = 0;
        const struct film_result film = film_make(&log_now, device, kind);
        assert_int_equal(table_alive(), alive);
        assert_int_equal(trl_gpu_memory_used(device), used);
        if (table_failed()) {
            check_film(&film, result);
            continue;
        }
        /* Without a fault, or one whose call did not come. */
        assert_int_equal(film.error, 0);
        assert_int_equal(log_now.errors, 0);
        assert_int_equal(film.files, 3);
        assert_true(paths_calls() > 50);
    }
    assert_true(paths_missed() <= PATHS_MISSED_MAX);
    trl_device_destroy(&device);
    assert_int_equal(table_alive(), 0);
}

static void host_memory_fails_in_a_film(void **state)
{
    (void)state;
    struct paths_walk walk = {0};
    for (int kind = 0; kind < FILM_KINDS; kind++)
        sweep_memory(&walk, (enum film_kind)kind, VK_ERROR_OUT_OF_HOST_MEMORY);
}

static void device_memory_fails_in_a_film(void **state)
{
    (void)state;
    sweep_memory(&(struct paths_walk){.once = true}, FILM_SIM, VK_ERROR_OUT_OF_DEVICE_MEMORY);
}

static void a_device_is_lost_in_a_film(void **state)
{
    (void)state;
    struct paths_walk walk = {0};
    for (int kind = 0; kind < FILM_KINDS; kind++)
        for (bool more = true; more;) {
            int error;
            table_disarm();
            struct trl_device *device = open_device(&error);
            assert_int_equal(error, 0);
            log_now.errors = 0;
            more = table_next(&walk, VK_ERROR_DEVICE_LOST);
            if (more) {
                const struct film_result film = film_make(&log_now, device, (enum film_kind)kind);
                if (table_failed())
                    check_film(&film, VK_ERROR_DEVICE_LOST);
                else
                    assert_int_equal(film.error, 0);
            }
            trl_device_destroy(&device);
            assert_int_equal(table_alive(), 0);
            assert_true(log_now.errors <= 1);
        }
    assert_true(paths_missed() <= PATHS_MISSED_MAX);
}

/* Long films need no more than short ones. */
static void memory_and_objects_do_not_grow(void **state)
{
    (void)state;
    int error;
    table_disarm();
    struct trl_device *device = open_device(&error);
    assert_int_equal(error, 0);
    struct trl_stream *stream = NULL;
    assert_int_equal(trl_stream_create(&stream, device,
                                       &(struct trl_stream_params){
                                           .log = log_now.log,
                                           .outputs = &(struct trl_output_params){.path = "null:"},
                                           .output_count = 1}),
                     0);
    float values[64];
    struct trl_layout layout;
    trl_layout_dense(&layout, TRL_DTYPE_F32, 2, (int64_t[]){8, 8}, false);
    int64_t alive = 0;
    uint64_t used = 0;
    for (int frame = 0; frame < 500; frame++) {
        for (int n = 0; n < 64; n++)
            values[n] = (float)(n + frame);
        assert_int_equal(trl_stream_push(stream, &layout, values, sizeof(values)), 0);
        if (frame == 49) {
            alive = table_alive();
            used = trl_gpu_memory_used(device);
        }
    }
    assert_true(alive > 0 && used > 0);
    assert_int_equal(table_alive(), alive);
    assert_int_equal(trl_gpu_memory_used(device), used);
    assert_int_equal(trl_stream_finish(stream), 0);
    trl_stream_destroy(&stream);
    trl_device_destroy(&device);
    assert_int_equal(table_alive(), 0);
}

static int open_log(void **state)
{
    (void)state;
    film_log_open(&log_now);
    return 0;
}

static int close_log(void **state)
{
    (void)state;
    film_log_close(&log_now);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(device_creation_fails_cleanly),
        cmocka_unit_test(host_memory_fails_in_a_film),
        cmocka_unit_test(device_memory_fails_in_a_film),
        cmocka_unit_test(a_device_is_lost_in_a_film),
        cmocka_unit_test(memory_and_objects_do_not_grow),
    };
    return cmocka_run_group_tests_name("vulkan", tests, open_log, close_log);
}
