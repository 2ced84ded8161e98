/* SPDX-License-Identifier: BSD-2-Clause */
#include "films.h"
#include "gpu/gpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <tensorreel/error.h>

/* Every allocation of the library fails once. The linker turns its calls into these; those of the
 * driver and of other libraries are as they were. */

static atomic_llong allocations, failing;

static bool fails(void)
{
    return atomic_fetch_add(&allocations, 1) + 1 == atomic_load(&failing);
}

static void arm(int64_t at)
{
    atomic_store(&allocations, 0);
    atomic_store(&failing, at);
}

static bool failed(void)
{
    return atomic_load(&failing) && atomic_load(&allocations) >= atomic_load(&failing);
}

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

int __wrap_asprintf(char **out, const char *format, ...)
{
    if (fails())
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
    for (int64_t at = 1;; at++) {
        struct trl_device *device = NULL;
        log_now.errors = 0;
        arm(at);
        const int error = trl_device_create(
            &device, &(struct trl_device_params){.log = log_now.log, .name = "cpu"});
        trl_device_destroy(&device);
        const bool met = failed();
        arm(0);
        /* Without memory for its pipeline cache, or to read extensions, a device does without. */
        assert_int_equal(log_now.errors, error ? 1 : 0);
        assert_true(!error || error == TRL_ERROR_MEMORY || error == TRL_ERROR_DEVICE);
        if (!met)
            break;
    }
}

static void a_film_without_memory_is_an_error(void **state)
{
    (void)state;
    struct trl_device *device = NULL;
    assert_int_equal(
        trl_device_create(&device, &(struct trl_device_params){.log = log_now.log, .name = "cpu"}),
        0);
    const uint64_t used = trl_gpu_memory_used(device);
    for (int kind = 0; kind < FILM_KINDS; kind++)
        for (int64_t at = 1;; at++) {
            log_now.errors = 0;
            arm(at);
            const struct film_result film = film_make(&log_now, device, (enum film_kind)kind);
            const bool met = failed();
            arm(0);
            const struct trl_stream_stats *stats = &film.stats;
            bool good = stats->frames == stats->encoded + stats->dropped + stats->failed;
            good = good && log_now.errors == (film.error ? 1 : 0);
            good = good && (!film.error || film.error == TRL_ERROR_MEMORY);
            good = good && (film.error ? film.files <= 1
                                       : film.files == 3 && stats->encoded == FILM_FRAMES);
            if (!good)
                fail_msg("film %d, allocation %d: error %d, %d lines, last '%s', %d files", kind,
                         (int)at, film.error, log_now.errors, log_now.last, film.files);
            assert_int_equal(trl_gpu_memory_used(device), used);
            if (!met) {
                assert_int_equal(film.error, 0);
                break;
            }
        }
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
