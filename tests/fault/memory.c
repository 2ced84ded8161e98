/* SPDX-License-Identifier: BSD-2-Clause */
#include "films.h"
#include "gpu/gpu.h"
#include "paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <tensorreel/error.h>

/* Every allocation of the library fails. The linker turns its calls into these; those of the driver
 * and of other libraries are as they were. */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
int __wrap_asprintf(char **out, const char *format, ...);

void *__wrap_malloc(size_t size)
{
    return paths_meet() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return paths_meet() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return paths_meet() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    return paths_meet() ? NULL : __real_strdup(text);
}

int __wrap_asprintf(char **out, const char *format, ...)
{
    if (paths_meet())
        return -1;
    va_list args;
    va_start(args, format);
    const int length = vasprintf(out, format, args);
    va_end(args);
    return length;
}

static struct film_log log_now;

static void a_device_without_memory_is_an_error(void **state)
{
    (void)state;
    for (struct paths_walk walk = {0}; paths_next(&walk);) {
        struct trl_device *device = NULL;
        log_now.errors = 0;
        const int error = trl_device_create(
            &device, &(struct trl_device_params){.log = log_now.log, .name = "cpu"});
        trl_device_destroy(&device);
        /* Without memory for its pipeline cache, or to read extensions, a device does without. */
        assert_int_equal(log_now.errors, error ? 1 : 0);
        assert_true(!error || error == TRL_ERROR_MEMORY || error == TRL_ERROR_DEVICE);
        assert_true(paths_met() || !error);
    }
    assert_int_equal(paths_missed(), 0);
}

static void a_film_without_memory_is_an_error(void **state)
{
    (void)state;
    struct trl_device *device = NULL;
    assert_int_equal(
        trl_device_create(&device, &(struct trl_device_params){.log = log_now.log, .name = "cpu"}),
        0);
    const uint64_t used = trl_gpu_memory_used(device);
    struct paths_walk walk = {0};
    for (int kind = 0; kind < FILM_KINDS; kind++)
        while (paths_next(&walk)) {
            log_now.errors = 0;
            const struct film_result film = film_make(&log_now, device, (enum film_kind)kind);
            const struct trl_stream_stats *stats = &film.stats;
            bool good = stats->frames == stats->encoded + stats->dropped + stats->failed;
            good = good && log_now.errors == (film.error ? 1 : 0);
            good = good && (!film.error || film.error == TRL_ERROR_MEMORY);
            good = good && (film.error ? film.files <= 1
                                       : film.files == 3 && stats->encoded == FILM_FRAMES);
            if (!good)
                fail_msg("film %d, allocation path %d: error %d, %d lines, last '%s', %d files",
                         kind, walk.path, film.error, log_now.errors, log_now.last, film.files);
            assert_int_equal(trl_gpu_memory_used(device), used);
            assert_true(paths_met() || !film.error);
            assert_true(paths_calls() > 50);
        }
    assert_true(paths_missed() <= PATHS_MISSED_MAX);
    trl_device_destroy(&device);
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
        cmocka_unit_test(a_device_without_memory_is_an_error),
        cmocka_unit_test(a_film_without_memory_is_an_error),
    };
    return cmocka_run_group_tests_name("memory", tests, open_log, close_log);
}
