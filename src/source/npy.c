/* SPDX-License-Identifier: BSD-2-Clause */
#include "source/npy.h"

#include "base/math.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <tensorreel/export.h>

static const uint8_t magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

struct parser {
    const uint8_t *begin, *at, *end;
    int version;
    struct trl_npy_error *error;
};

static bool refuse(struct trl_npy_error *error, size_t byte, const char *format, ...)
    TRL_PRINTF(3, 4);

static bool refuse(struct trl_npy_error *error, size_t byte, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    error->byte = byte;
    vsnprintf(error->text, sizeof(error->text), format, args);
    va_end(args);
    return false;
}

static size_t where(const struct parser *p)
{
    return (size_t)(p->at - p->begin);
}

size_t trl_npy_header_bytes(const uint8_t *bytes, size_t size, struct trl_npy_error *error)
{
    const size_t magic_size = size < sizeof(magic) ? size : sizeof(magic);
    if (memcmp(bytes, magic, magic_size) != 0)
        return refuse(error, 0, "is not a .npy record: it does not begin with \\x93NUMPY");
    if (size < TRL_NPY_PREFIX_BYTES)
        return refuse(error, size, "ends inside the header; the file is truncated");
    const unsigned major = bytes[6];
    const unsigned minor = bytes[7];
    if (major < 1 || major > 3 || minor != 0)
        return refuse(error, 6, "has .npy version %u.%u; 1.0, 2.0 and 3.0 are read", major, minor);
    size_t text = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    size_t prefix = 10;
    if (major > 1) {
        text |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
        prefix = 12;
    }
    if (prefix + text > TRL_NPY_HEADER_BYTES)
        return refuse(error, 8, "has a header of %zu bytes; at most %d are read", text,
                      TRL_NPY_HEADER_BYTES - TRL_NPY_PREFIX_BYTES);
    return prefix + text;
}

static void skip_space(struct parser *p)
{
    while (p->at < p->end && *p->at && strchr(" \t\r\n\f", *p->at))
        p->at++;
}

static int peek(const struct parser *p)
{
    return p->at < p->end ? *p->at : -1;
}

static bool take(struct parser *p, char wanted)
{
    skip_space(p);
    if (peek(p) != wanted)
        return refuse(p->error, where(p), "has a malformed header: '%c' is expected", wanted);
    p->at++;
    return true;
}

/* A quoted string without escapes, at most size - 1 bytes long. */
static bool take_string(struct parser *p, char *out, size_t size)
{
    out[0] = 0;
    skip_space(p);
    const size_t start = where(p);
    const int quote = peek(p);
    if (quote != '\'' && quote != '"')
        return refuse(p->error, start, "has a malformed header: a quoted string is expected");
    p->at++;
    size_t length = 0;
    for (; peek(p) != quote; p->at++) {
        const int c = peek(p);
        if (c < 0 || c == '\n')
            return refuse(p->error, start, "has a malformed header: a string does not end");
        if (c == '\\' || c < ' ')
            return refuse(p->error, where(p), "has a malformed header: an escape in a string");
        if (length + 1 >= size)
            return refuse(p->error, start, "has a malformed header: a string is too long");
        out[length++] = (char)c;
    }
    p->at++;
    out[length] = 0;
    return true;
}

static bool refuse_descr(const struct parser *p, size_t byte, const char *descr)
{
    const char *kind = descr + (*descr && strchr("<>=|", *descr) ? 1 : 0);
    struct trl_npy_error *error = p->error;
    switch (*kind) {
    case 'O':
        return refuse(error, byte,
                      "holds Python objects, which only pickle can read, and pickle "
                      "runs code: save a numeric array, e.g. array.astype('f4')");
    case 'c':
        return refuse(error, byte,
                      "has the complex dtype '%s', which is not read: save both parts, for "
                      "--view complex: a.astype('c8').view('f4').reshape(a.shape + (2,))",
                      descr);
    case 'U':
    case 'S':
    case 'a':
        return refuse(error, byte, "holds strings (dtype '%s'), not numbers", descr);
    case 'M':
    case 'm':
        return refuse(error, byte,
                      "holds dates or durations (dtype '%s'): save "
                      "array.astype('i8')",
                      descr);
    case 'V':
        return refuse(error, byte,
                      "has dtype '%s', which does not say what its bytes mean: for "
                      "bfloat16 give --raw dtype=bf16,shape=HxW,offset=%zu",
                      descr, (size_t)(p->end - p->begin));
    default:
        break;
    }
    enum trl_dtype dtype;
    bool big_endian;
    if (!strcmp(kind, "f16") || !strcmp(kind, "g") || !strcmp(kind, "f12"))
        return refuse(error, byte,
                      "has dtype '%s' (long double), which differs from machine to "
                      "machine: save array.astype('f8')",
                      descr);
    if (trl_dtype_parse(kind, &dtype, &big_endian) && trl_dtype_size(dtype) > 1)
        return refuse(error, byte,
                      "has dtype '%s', which does not give the byte order: '<%c%zu' "
                      "or '>%c%zu' is expected",
                      descr, *kind, trl_dtype_size(dtype), *kind, trl_dtype_size(dtype));
    return refuse(error, byte,
                  "has dtype '%.40s', which is not read: b1, i1 to i8, u1 to u8 and "
                  "f2 to f8 are",
                  descr);
}

static bool take_descr(struct parser *p, struct trl_npy_header *out)
{
    static const struct {
        char code[3];
        enum trl_dtype dtype;
    } codes[] = {
        {"b1", TRL_DTYPE_BOOL}, {"i1", TRL_DTYPE_I8},  {"u1", TRL_DTYPE_U8},  {"i2", TRL_DTYPE_I16},
        {"u2", TRL_DTYPE_U16},  {"i4", TRL_DTYPE_I32}, {"u4", TRL_DTYPE_U32}, {"i8", TRL_DTYPE_I64},
        {"u8", TRL_DTYPE_U64},  {"f2", TRL_DTYPE_F16}, {"f4", TRL_DTYPE_F32}, {"f8", TRL_DTYPE_F64},
    };
    skip_space(p);
    const size_t byte = where(p);
    if (peek(p) == '[')
        return refuse(p->error, byte,
                      "is a structured array (several fields an element), which "
                      "is not read: save one field, array['name']");
    if (peek(p) == '(')
        return refuse(p->error, byte,
                      "has a subarray dtype, which is not read: save a plain "
                      "numeric array");
    char descr[64];
    if (!take_string(p, descr, sizeof(descr)))
        return false;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        const size_t size = trl_dtype_size(codes[i].dtype);
        if (descr[0] && strchr(size == 1 ? "|<>" : "<>", descr[0]) &&
            !strcmp(descr + 1, codes[i].code)) {
            out->dtype = codes[i].dtype;
            out->big_endian = descr[0] == '>' && size > 1;
            return true;
        }
    }
    return refuse_descr(p, byte, descr);
}

static bool take_bool(struct parser *p, bool *out)
{
    skip_space(p);
    const size_t left = (size_t)(p->end - p->at);
    *out = left >= 4 && !memcmp(p->at, "True", 4);
    if (!*out && (left < 5 || memcmp(p->at, "False", 5) != 0))
        return refuse(p->error, where(p),
                      "has a malformed header: fortran_order is neither True "
                      "nor False");
    p->at += *out ? 4 : 5;
    return true;
}

static bool take_dimension(struct parser *p, int64_t *out)
{
    skip_space(p);
    const size_t start = where(p);
    if (peek(p) == '-')
        return refuse(p->error, start, "has a negative dimension in its shape");
    int64_t value = 0;
    while (peek(p) >= '0' && peek(p) <= '9') {
        if (!trl_mul_i64(value, 10, &value) || !trl_add_i64(value, *p->at - '0', &value))
            return refuse(p->error, start, "has a dimension above 2^63 in its shape");
        p->at++;
    }
    if (where(p) == start)
        return refuse(p->error, start, "has a malformed header: a dimension is expected");
    if (peek(p) == 'L' && p->version < 3)
        p->at++; /* Python 2 wrote long integers so */
    *out = value;
    return true;
}

static bool take_shape(struct parser *p, struct trl_npy_header *out)
{
    skip_space(p);
    const size_t start = where(p);
    if (peek(p) != '(')
        return refuse(p->error, start, "has a malformed header: the shape is not a tuple");
    p->at++;
    out->rank = 0;
    bool comma = false;
    for (;;) {
        skip_space(p);
        if (peek(p) == ')')
            break;
        if (out->rank && !comma)
            return refuse(p->error, where(p),
                          "has a malformed header: ',' or ')' is expected in "
                          "the shape");
        if (out->rank == TRL_RANK_MAX)
            return refuse(p->error, start, "has more than %d dimensions", TRL_RANK_MAX);
        if (!take_dimension(p, &out->shape[out->rank]))
            return false;
        out->rank++;
        skip_space(p);
        comma = peek(p) == ',';
        p->at += comma;
    }
    p->at++;
    if (out->rank == 1 && !comma)
        return refuse(p->error, start,
                      "has a malformed header: the shape is not a tuple ('(4)' "
                      "for '(4,)')");
    return true;
}

/* A zero does not hide an overflow: the strides of the other axes must fit as well. */
static bool check_size(struct parser *p, struct trl_npy_header *out, size_t byte)
{
    int64_t bytes = (int64_t)trl_dtype_size(out->dtype);
    bool empty = false;
    for (int i = 0; i < out->rank; i++) {
        empty = empty || out->shape[i] == 0;
        if (!trl_mul_i64(bytes, trl_max_i64(out->shape[i], 1), &bytes))
            return refuse(p->error, byte, "has a shape whose size in bytes overflows 63 bits");
    }
    out->data_bytes = empty ? 0 : bytes;
    return true;
}

enum { KEY_DESCR = 1, KEY_FORTRAN_ORDER = 2, KEY_SHAPE = 4, KEYS = 7 };

static int key_named(const char *name)
{
    if (!strcmp(name, "descr"))
        return KEY_DESCR;
    if (!strcmp(name, "fortran_order"))
        return KEY_FORTRAN_ORDER;
    return strcmp(name, "shape") != 0 ? 0 : KEY_SHAPE;
}

static bool take_pair(struct parser *p, struct trl_npy_header *out, int *seen, size_t *shape_byte)
{
    char name[64];
    skip_space(p);
    const size_t byte = where(p);
    if (!take_string(p, name, sizeof(name)))
        return false;
    const int key = key_named(name);
    if (!key)
        return refuse(p->error, byte, "has an unknown key '%s' in its header", name);
    if (*seen & key)
        return refuse(p->error, byte, "has the key '%s' twice in its header", name);
    *seen |= key;
    if (!take(p, ':'))
        return false;
    if (key == KEY_DESCR)
        return take_descr(p, out);
    if (key == KEY_FORTRAN_ORDER)
        return take_bool(p, &out->fortran_order);
    skip_space(p);
    *shape_byte = where(p);
    return take_shape(p, out);
}

static bool take_dict(struct parser *p, struct trl_npy_header *out)
{
    int seen = 0;
    size_t shape_byte = 0;
    if (!take(p, '{'))
        return false;
    for (skip_space(p); peek(p) != '}'; skip_space(p)) {
        if (!take_pair(p, out, &seen, &shape_byte))
            return false;
        skip_space(p);
        if (peek(p) != '}' && !take(p, ','))
            return false;
    }
    p->at++;
    skip_space(p);
    if (p->at != p->end)
        return refuse(p->error, where(p), "has a malformed header: text after its end");
    if (seen != KEYS)
        return refuse(p->error, where(p), "has no '%s' in its header",
                      !(seen & KEY_DESCR)           ? "descr"
                      : !(seen & KEY_FORTRAN_ORDER) ? "fortran_order"
                                                    : "shape");
    return check_size(p, out, shape_byte);
}

bool trl_npy_parse(struct trl_npy_header *out, const uint8_t *bytes, size_t size,
                   struct trl_npy_error *error)
{
    *out = (struct trl_npy_header){0};
    const size_t length = trl_npy_header_bytes(bytes, size, error);
    if (!length)
        return false;
    if (length > size)
        return refuse(error, size,
                      "ends inside the header, which needs %zu bytes; the file is "
                      "truncated",
                      length);
    out->header_bytes = length;
    struct parser parser = {
        .begin = bytes,
        .at = bytes + (bytes[6] == 1 ? 10 : 12),
        .end = bytes + length,
        .version = bytes[6],
        .error = error,
    };
    return take_dict(&parser, out);
}
