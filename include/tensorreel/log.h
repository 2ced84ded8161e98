/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_LOG_H
#define TENSORREEL_LOG_H

#include <tensorreel/export.h>

#ifdef __cplusplus
extern "C" {
#endif

enum trl_log_level {
    TRL_LOG_NONE = 0,
    TRL_LOG_ERROR, /* the call fails */
    TRL_LOG_WARN,  /* the result may not be what was meant */
    TRL_LOG_INFO,  /* a choice that was made: device, range, padding */
    TRL_LOG_DEBUG, /* for finding out why something is slow or wrong */
};

struct trl_log;

struct trl_log_params {
    /* Called with one line, no newline at its end. May be called from any thread of the library,
     * never from two at once. Must not call the library. */
    void (*callback)(void *user, enum trl_log_level level, const char *line);
    void *user;
    enum trl_log_level level; /* most talkative level passed on; 0 means TRL_LOG_INFO */
};

/*
 * A log is handed to every object through its params; NULL is a valid log that swallows all.
 * It must outlive the objects that use it. Thread-safety: safe.
 */
TRL_API int trl_log_create(struct trl_log **out, const struct trl_log_params *params);
TRL_API void trl_log_destroy(struct trl_log **log);

#ifdef __cplusplus
}
#endif

#endif
