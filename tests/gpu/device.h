/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpu/gpu.h"

#include <tensorreel/error.h>
#include <tensorreel/log.h>

/* A device with validation on, and a log that remembers. Every GPU test uses it and ends with
 * zero messages. */
struct test_device {
    struct trl_log *log;
    struct trl_device *device;
    int messages; /* errors and warnings so far */
    char last[1024];
    bool quiet; /* an error is expected: remember it, do not print it */
};

static inline void test_device_log(void *user, enum trl_log_level level, const char *line)
{
    struct test_device *test = user;
    if (level > TRL_LOG_WARN)
        return;
    test->messages++;
    snprintf(test->last, sizeof(test->last), "%s", line);
    if (!test->quiet)
        fprintf(stderr, "%s\n", line);
}

/* TENSORREEL_TEST_DEVICE names another device than the software driver. Validation is off only
 * where TENSORREEL_TEST_VALIDATION is 0, on machines without the layers. */
static inline int test_device_open(struct test_device *test)
{
    *test = (struct test_device){0};
    const char *name = getenv("TENSORREEL_TEST_DEVICE");
    const char *validation = getenv("TENSORREEL_TEST_VALIDATION");
    trl_log_create(&test->log, &(struct trl_log_params){.callback = test_device_log, .user = test});
    return trl_device_create(
        &test->device,
        &(struct trl_device_params){.log = test->log,
                                    .name = name ? name : "cpu",
                                    .validation = !validation || strcmp(validation, "0") != 0});
}

static inline void test_device_close(struct test_device *test)
{
    trl_device_destroy(&test->device);
    trl_log_destroy(&test->log);
}
