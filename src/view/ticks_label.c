/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/ticks_label.h"

#include "view/ticks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char minus[] = "\xe2\x88\x92";

void trl_label_begin(struct trl_label *label, char *text, size_t size)
{
    *label = (struct trl_label){text, size, 0};
    text[0] = '\0';
}

void trl_label_add(struct trl_label *label, const char *text)
{
    const size_t length = strlen(text);
    if (label->length + length >= label->size)
        return;
    memcpy(label->text + label->length, text, length + 1);
    label->length += length;
}

static void add_zeros(struct trl_label *label, int count)
{
    for (int n = 0; n < count; n++)
        trl_label_add(label, "0");
}

void trl_label_decimal(struct trl_label *label, int64_t value, int exponent)
{
    char digits[24];
    if (value < 0)
        trl_label_add(label, minus);
    const int count = snprintf(digits, sizeof(digits), "%lld", llabs(value));
    if (value == 0 || exponent >= 0) {
        trl_label_add(label, digits);
        if (value)
            add_zeros(label, exponent);
        else if (exponent < 0)
            trl_label_add(label, "."), add_zeros(label, -exponent);
        return;
    }
    const int whole = count + exponent;
    char part[24] = "0";
    if (whole > 0) {
        memcpy(part, digits, (size_t)whole);
        part[whole] = '\0';
    }
    trl_label_add(label, part);
    trl_label_add(label, ".");
    add_zeros(label, -whole);
    trl_label_add(label, digits + (whole > 0 ? whole : 0));
}

void trl_label_power(struct trl_label *label, int exponent)
{
    static const char *const raised[10] = {
        "\xe2\x81\xb0", "\xc2\xb9",     "\xc2\xb2",     "\xc2\xb3",     "\xe2\x81\xb4",
        "\xe2\x81\xb5", "\xe2\x81\xb6", "\xe2\x81\xb7", "\xe2\x81\xb8", "\xe2\x81\xb9",
    };
    char digits[16];
    snprintf(digits, sizeof(digits), "%d", abs(exponent));
    trl_label_add(label, "10");
    if (exponent < 0)
        trl_label_add(label, "\xe2\x81\xbb");
    for (const char *at = digits; *at; at++)
        trl_label_add(label, raised[*at - '0']);
}

void trl_label_short(struct trl_label *label, int64_t value, int exponent)
{
    int digits = 1;
    while (value && value % 10 == 0) {
        value /= 10;
        exponent++;
    }
    for (int64_t rest = value / 10; rest; rest /= 10)
        digits++;
    const int top = exponent + digits - 1;
    if (value == 0) {
        trl_label_add(label, "0");
    } else if (top >= -4 && top <= 6) {
        trl_label_decimal(label, value, exponent);
    } else {
        if (value != 1) {
            trl_label_decimal(label, value, 1 - digits);
            trl_label_add(label, "\xc3\x97");
        }
        trl_label_power(label, top);
    }
}

void trl_ticks_number(char out[TRL_TICK_LABEL_SIZE], double value, int digits)
{
    struct trl_label label;
    trl_label_begin(&label, out, TRL_TICK_LABEL_SIZE);
    if (!isfinite(value)) {
        if (value < 0)
            trl_label_add(&label, minus);
        trl_label_add(&label, isnan(value) ? "NaN" : "\xe2\x88\x9e");
        return;
    }
    char text[40];
    digits = digits < 1 ? 1 : digits;
    digits = digits > 17 ? 17 : digits;
    snprintf(text, sizeof(text), "%.*e", digits - 1, fabs(value));
    int64_t mantissa = 0;
    const char *at = text;
    for (; *at != 'e'; at++)
        if (*at >= '0' && *at <= '9') /* the point depends on the locale */
            mantissa = 10 * mantissa + (*at - '0');
    const int exponent = (int)strtol(at + 1, NULL, 10);
    trl_label_short(&label, value < 0 ? -mantissa : mantissa, exponent - digits + 1);
}
