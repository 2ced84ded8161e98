/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/edges.h"

#include "base/log.h"
#include "source/npy.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static int read_header(struct trl_edges *edges, struct trl_reader *reader,
                       struct trl_npy_header *header)
{
    struct trl_log *log = edges->params->log;
    struct trl_npy_error wrong;
    const int error = trl_reader_fill(reader, TRL_NPY_HEADER_BYTES);
    if (error)
        return error;
    if (!trl_npy_parse(header, trl_reader_bytes(reader), trl_reader_left(reader), &wrong))
        return trl_fail(log, TRL_ERROR_INPUT, "%s: byte %zu: %s", edges->name, wrong.byte,
                        wrong.text);
    if (header->rank != 2 || header->shape[1] < TRL_EDGE_COLUMNS_MIN ||
        header->shape[1] > TRL_EDGE_COLUMNS_MAX)
        return trl_fail(log, TRL_ERROR_INPUT,
                        "%s: has rank %d and %" PRId64
                        " columns; an edge list of shape (synapses, 2 to 5) is expected",
                        edges->name, header->rank, header->rank > 1 ? header->shape[1] : 0);
    const int64_t size = (int64_t)header->header_bytes + header->data_bytes;
    if (!reader->input.pipe && reader->input.size < size)
        return trl_fail(log, TRL_ERROR_INPUT,
                        "%s: byte %" PRId64 ": the file ends, its shape needs %" PRId64 " bytes",
                        edges->name, reader->input.size, size);
    trl_reader_take(reader, header->header_bytes);
    return 0;
}

static uint64_t load_bits(const uint8_t *bytes, size_t size, bool big_endian)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < size; i++)
        bits |= (uint64_t)bytes[big_endian ? size - 1 - i : i] << 8 * i;
    return bits;
}

static double half_value(uint64_t bits)
{
    const int exponent = (int)(bits >> 10 & 31);
    const double mantissa = (double)((bits & 1023) + (exponent ? 1024 : 0));
    if (exponent == 31)
        return NAN;
    return ldexp(bits >> 15 ? -mantissa : mantissa, (exponent ? exponent : 1) - 25);
}

static double float_value(enum trl_dtype dtype, uint64_t bits)
{
    if (dtype == TRL_DTYPE_F16)
        return half_value(bits);
    if (dtype == TRL_DTYPE_F32) {
        const uint32_t low = (uint32_t)bits;
        float value;
        memcpy(&value, &low, sizeof(value));
        return value;
    }
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static int value_of(const struct trl_edges *edges, const struct trl_npy_header *header,
                    const uint8_t *bytes, uint64_t row, int64_t *out)
{
    const uint64_t bits = load_bits(bytes, trl_dtype_size(header->dtype), header->big_endian);
    switch (header->dtype) {
    case TRL_DTYPE_F16:
    case TRL_DTYPE_F32:
    case TRL_DTYPE_F64: {
        const double value = float_value(header->dtype, bits);
        if (!(fabs(value) <= 0x1p53 && value == floor(value)))
            return trl_fail(edges->params->log, TRL_ERROR_INPUT,
                            "%s: row %" PRIu64 ": %g is no whole number", edges->name, row, value);
        *out = (int64_t)value;
        return 0;
    }
    case TRL_DTYPE_I8:
        *out = (int64_t)bits - (bits < 128 ? 0 : 256);
        return 0;
    case TRL_DTYPE_I16:
        *out = (int16_t)bits;
        return 0;
    case TRL_DTYPE_I32:
        *out = (int32_t)bits;
        return 0;
    case TRL_DTYPE_I64:
        *out = (int64_t)bits;
        return 0;
    default:
        if (bits > INT64_MAX)
            return trl_fail(edges->params->log, TRL_ERROR_INPUT,
                            "%s: row %" PRIu64 ": %" PRIu64
                            " is too large; ids from 0 to 4294967294 are expected",
                            edges->name, row, bits);
        *out = (int64_t)bits;
        return 0;
    }
}

int trl_edges_read_npy(struct trl_edges *edges, struct trl_reader *reader)
{
    struct trl_npy_header header;
    edges->place = "row";
    int error = read_header(edges, reader, &header);
    if (error)
        return error;
    const uint64_t rows = (uint64_t)header.shape[0];
    const uint64_t columns = (uint64_t)header.shape[1];
    const size_t size = trl_dtype_size(header.dtype);
    error = trl_edges_reserve(edges, rows);
    uint64_t row = 0, column = 0;
    for (uint64_t n = 0; !error && n < rows * columns; n++) {
        int64_t value = 0;
        error = trl_reader_fill(reader, size);
        if (error)
            break;
        if (trl_reader_left(reader) < size)
            return trl_fail(edges->params->log, TRL_ERROR_INPUT,
                            "%s: byte %" PRId64 ": the file ends in row %" PRIu64 " of %" PRIu64,
                            edges->name, reader->at, row, rows);
        error = value_of(edges, &header, trl_reader_bytes(reader), row, &value);
        if (!error)
            error = trl_edges_set(edges, row, (int)column, value, row);
        trl_reader_take(reader, size);
        uint64_t *fast = header.fortran_order ? &row : &column;
        uint64_t *slow = header.fortran_order ? &column : &row;
        if (++*fast == (header.fortran_order ? rows : columns)) {
            *fast = 0;
            ++*slow;
        }
    }
    edges->count = rows;
    return error;
}
