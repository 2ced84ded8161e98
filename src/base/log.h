/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <tensorreel/error.h>
#include <tensorreel/log.h>

/* All accept a NULL log. One line, no newline. */
void trl_log_print(struct trl_log *log, enum trl_log_level level, const char *format, ...)
    TRL_PRINTF(3, 4);

/* Logs at TRL_LOG_ERROR and returns the code: return trl_fail(log, TRL_ERROR_INPUT, "...", ...); */
int trl_fail(struct trl_log *log, enum trl_error error, const char *format, ...) TRL_PRINTF(3, 4);

/* The same for an allocation of so many bytes that failed: returns TRL_ERROR_MEMORY. */
int trl_fail_memory(struct trl_log *log, const char *what, unsigned long long bytes);
