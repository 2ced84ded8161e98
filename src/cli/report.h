/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

#include "cli/options.h"

/*
 * What is said while a film is made: log lines, the progress bar (on a terminal only) and the
 * progress file. One thread of its own looks at the stream's sums five times a second.
 */
struct trl_cli_report;

/* Opens the progress file if one is asked for. Returns 0 or an exit code, with the reason
 * printed. */
int trl_cli_report_create(struct trl_cli_report **out, const struct trl_cli_settings *settings);
void trl_cli_report_destroy(struct trl_cli_report **report);

/* The log to hand to the library; lives as long as the report. */
struct trl_log *trl_cli_report_log(struct trl_cli_report *report);
/* One informative line, unless --quiet. */
void trl_cli_report_say(struct trl_cli_report *report, const char *format, ...) TRL_PRINTF(2, 3);

/* One line of warning, unless --quiet. */
void trl_cli_report_warn(struct trl_cli_report *report, const char *format, ...) TRL_PRINTF(2, 3);

/* From start to stop the bar and the file follow the stream. frame_count -1: not known. */
void trl_cli_report_start(struct trl_cli_report *report, struct trl_stream *stream,
                          int64_t frame_count);
void trl_cli_report_stop(struct trl_cli_report *report);
