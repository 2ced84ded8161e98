/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct trl_log {
    struct trl_log_params params;
    pthread_mutex_t lock;
};

int trl_log_create(struct trl_log **out, const struct trl_log_params *params)
{
    *out = NULL;
    struct trl_log *log = calloc(1, sizeof(*log));
    if (!log)
        return TRL_ERROR_MEMORY;
    if (params)
        log->params = *params;
    if (log->params.level == TRL_LOG_NONE)
        log->params.level = TRL_LOG_INFO;
    if (pthread_mutex_init(&log->lock, NULL)) {
        free(log);
        return TRL_ERROR_MEMORY;
    }
    *out = log;
    return 0;
}

void trl_log_destroy(struct trl_log **log)
{
    if (!log || !*log)
        return;
    pthread_mutex_destroy(&(*log)->lock);
    free(*log);
    *log = NULL;
}

static void print(struct trl_log *log, enum trl_log_level level, const char *format, va_list args)
{
    if (!log || !log->params.callback || level > log->params.level)
        return;
    char line[2048];
    vsnprintf(line, sizeof(line), format, args);
    pthread_mutex_lock(&log->lock);
    log->params.callback(log->params.user, level, line);
    pthread_mutex_unlock(&log->lock);
}

void trl_log_print(struct trl_log *log, enum trl_log_level level, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print(log, level, format, args);
    va_end(args);
}

int trl_fail(struct trl_log *log, enum trl_error error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print(log, TRL_LOG_ERROR, format, args);
    va_end(args);
    return error;
}

int trl_fail_memory(struct trl_log *log, const char *what, unsigned long long bytes)
{
    return trl_fail(log, TRL_ERROR_MEMORY, "out of memory: %llu bytes for %s", bytes, what);
}
