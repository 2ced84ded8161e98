/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Words that people type. Numbers are read whole and the same in every locale: "30,5", "0x10",
 * "1e", "+3", " 3" and "inf" are none; false leaves *out as it was.
 */
bool trl_word_int64(const char *text, int64_t low, int64_t high, int64_t *out);
/* The nearest double, finite. */
bool trl_word_double(const char *text, double *out);

/* Finds, among the words offered, the one that was probably meant. */
struct trl_word_nearest {
    const char *word; /* in: what was typed */
    const char *best; /* out: NULL if none is like it */
    int distance;
};

void trl_word_offer(struct trl_word_nearest *nearest, const char *candidate);
