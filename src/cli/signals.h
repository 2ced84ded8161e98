/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>

struct trl_stream;

/*
 * SIGINT and SIGTERM: while outputs are open the first one cancels the stream, so that its files
 * are finished; a second one, or one with nothing to finish, ends the program at once. SIGPIPE and
 * SIGXFSZ are ignored: the write that meets them fails and says so.
 */
void trl_cli_signals_install(void);
/* From now on a signal is kept instead of ending the program: outputs are about to be opened. */
void trl_cli_signals_hold(void);
/* The stream that a signal cancels, and one already caught cancels now; NULL: none any more. */
void trl_cli_signals_watch(struct trl_stream *stream);
/* The signal that was caught, or 0. */
int trl_cli_signals_caught(void);
