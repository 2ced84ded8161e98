/* SPDX-License-Identifier: BSD-2-Clause */
#include "source/raw.h"

#include "base/log.h"
#include "base/math.h"

#include <string.h>

struct word {
    const char *at;
    size_t length;
};

static bool word_is(struct word word, const char *text)
{
    return strlen(text) == word.length && !memcmp(text, word.at, word.length);
}

static struct word cut(struct word *rest, char separator)
{
    const char *end = memchr(rest->at, separator, rest->length);
    const size_t length = end ? (size_t)(end - rest->at) : rest->length;
    const struct word first = {rest->at, length};
    const size_t skip = length + (end ? 1 : 0);
    *rest = (struct word){rest->at + skip, rest->length - skip};
    return first;
}

static bool number(struct word word, int64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < word.length; i++) {
        const char c = word.at[i];
        if (c < '0' || c > '9' || !trl_mul_i64(*out, 10, out) || !trl_add_i64(*out, c - '0', out))
            return false;
    }
    return word.length > 0;
}

static bool parse_dtype(struct trl_raw *out, struct word word)
{
    char name[16];
    if (word.length >= sizeof(name))
        return false;
    memcpy(name, word.at, word.length);
    name[word.length] = 0;
    return trl_dtype_parse(name, &out->dtype, &out->big_endian);
}

/* The last axis of frames is added later, so one rank is kept free. */
static bool parse_shape(struct trl_raw *out, struct word word)
{
    const size_t text_length = word.length;
    if (!text_length || word.at[text_length - 1] == 'x')
        return false;
    while (word.length) {
        int64_t dimension;
        if (out->rank == TRL_RANK_MAX - 1 || !number(cut(&word, 'x'), &dimension) || !dimension)
            return false;
        out->shape[out->rank++] = dimension;
    }
    return true;
}

static int parse_field(struct trl_raw *out, struct trl_log *log, const char *text,
                       struct word value, struct word key, unsigned *seen)
{
    static const char *const keys[] = {"dtype", "shape", "frames", "offset"};
    unsigned which = 0;
    while (which < 4 && !word_is(key, keys[which]))
        which++;
    int64_t dimension;
    if (which == 4 && *seen & 2U && number(key, &dimension))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--raw %s: a shape is written with x, as in shape=60x90; '%.*s' is no key",
                        text, (int)key.length, key.at);
    if (which == 4)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--raw %s: unknown key '%.*s'; dtype, shape, frames and offset are known",
                        text, (int)key.length, key.at);
    if (*seen & 1u << which)
        return trl_fail(log, TRL_ERROR_USAGE, "--raw %s: %s is given twice", text, keys[which]);
    *seen |= 1u << which;
    if (which == 0 && !parse_dtype(out, value))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--raw %s: unknown dtype '%.*s'; b1 i1 u1 i2 u2 i4 u4 i8 u8 f2 bf16 f4 f8 "
                        "with le or be behind it, and numpy's names (float32, <f4) are known",
                        text, (int)value.length, value.at);
    if (which == 1 && !parse_shape(out, value))
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--raw %s: '%.*s' is no shape; write 480x640 (rows x columns), at most %d "
                        "axes, none of them 0",
                        text, (int)value.length, value.at, TRL_RANK_MAX - 1);
    if (which == 2 && (!number(value, &out->frames) || !out->frames))
        return trl_fail(log, TRL_ERROR_USAGE, "--raw %s: '%.*s' is no number of frames", text,
                        (int)value.length, value.at);
    if (which == 3 && !number(value, &out->offset))
        return trl_fail(log, TRL_ERROR_USAGE, "--raw %s: '%.*s' is no number of bytes", text,
                        (int)value.length, value.at);
    return 0;
}

int trl_raw_parse(struct trl_raw *out, struct trl_log *log, const char *text)
{
    *out = (struct trl_raw){0};
    struct word rest = {text, strlen(text)};
    unsigned seen = 0;
    do {
        struct word value = cut(&rest, ',');
        const struct word key = cut(&value, '=');
        const int error = parse_field(out, log, text, value, key, &seen);
        if (error)
            return error;
    } while (rest.length);
    if ((seen & 3) != 3)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "--raw %s: %s is missing; write e.g. "
                        "dtype=f4le,shape=480x640",
                        text, seen & 1 ? "shape" : "dtype");
    struct trl_layout layout;
    if (trl_layout_dense(&layout, out->dtype, out->rank, out->shape, false))
        return trl_fail(log, TRL_ERROR_USAGE, "--raw %s: the size of a frame overflows 63 bits",
                        text);
    return 0;
}
