/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Exact decimal numbers as text, for ticks. All cut off what does not fit. */
struct trl_label {
    char *text;
    size_t size, length;
};

void trl_label_begin(struct trl_label *label, char *text, size_t size);
void trl_label_add(struct trl_label *label, const char *text);
/* value * 10^exponent without an exponent, every digit of it. */
void trl_label_decimal(struct trl_label *label, int64_t value, int exponent);
/* "10" and the exponent as superscript. */
void trl_label_power(struct trl_label *label, int exponent);
/* value * 10^exponent: short ones as decimals, others as m×10ⁿ. */
void trl_label_short(struct trl_label *label, int64_t value, int exponent);
