/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/frame.h"

#include <tensorreel/stream.h>

/*
 * The account of every frame: each is offered once and settled once, as encoded, dropped or failed.
 * Thread-safe.
 */
struct trl_ledger;

/* path: JSON lines, one a settled frame, under its final name once finished; NULL for none. */
int trl_ledger_create(struct trl_ledger **out, struct trl_log *log, const char *path,
                      bool overwrite);
/* Without finish the file does not appear. */
void trl_ledger_destroy(struct trl_ledger **ledger);

/* Number of the next frame: 0, 1, ... */
int64_t trl_ledger_offer(struct trl_ledger *ledger);
/* counts may be NULL for a frame that was never drawn. */
void trl_ledger_settle(struct trl_ledger *ledger, int64_t index, enum trl_fate fate,
                       const struct trl_frame_counts *counts);
/* Frames, fates, ranges and counts of elements; leaves the other fields alone. */
void trl_ledger_sums(struct trl_ledger *ledger, struct trl_stream_stats *out);

/* Writes a last line with the sums and closes the file. TRL_ERROR_OUTPUT if it could not be
 * written, TRL_ERROR_INTERNAL if the sums do not match. */
int trl_ledger_finish(struct trl_ledger *ledger);
