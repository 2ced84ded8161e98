/* SPDX-License-Identifier: BSD-2-Clause */
#include "tensor/scan.h"

#include "base/math.h"
#include "tensor/layout.h"
#include "tensor/limits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tensorreel/error.h>

enum { CHUNK = 1024, BUCKETS = 1 << 16 };

enum pass { PASS_UPPER, PASS_LOWER, PASS_DONE };

/* One end of the range while its value is narrowed down to a bucket of keys, then to one key. */
struct rank_search {
    double percentile;
    uint32_t upper; /* upper 16 bits of the key looked for */
    uint64_t rank;  /* position within that bucket, from 0 */
    uint64_t *lower_counts;
    float value;
};

struct trl_scan {
    bool percentiles;
    enum pass pass;
    float low, high; /* of the finite values; crossed while there are none */
    uint64_t finite_count;
    uint64_t *upper_counts;
    struct rank_search search[2];
};

/* Unsigned integers in the order of the floats they stand for. */
static inline uint32_t ordered_key(float value)
{
    const uint32_t bits = trl_float_bits(value);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

static inline float from_ordered_key(uint32_t key)
{
    return trl_float_from_bits(key & 0x80000000u ? key & 0x7fffffffu : ~key);
}

static inline bool is_finite(float value)
{
    return (trl_float_bits(value) & 0x7fffffffu) < 0x7f800000u;
}

int trl_scan_create(struct trl_scan **out, double percentile_low, double percentile_high)
{
    *out = NULL;
    struct trl_scan *scan = calloc(1, sizeof(*scan));
    if (!scan)
        return TRL_ERROR_MEMORY;
    scan->low = INFINITY;
    scan->high = -INFINITY;
    scan->percentiles = percentile_low != 0 || percentile_high != 0;
    scan->search[0].percentile = percentile_low;
    scan->search[1].percentile = percentile_high;
    if (scan->percentiles) {
        scan->upper_counts = calloc(BUCKETS, sizeof(*scan->upper_counts));
        scan->search[0].lower_counts = calloc(BUCKETS, sizeof(uint64_t));
        scan->search[1].lower_counts = calloc(BUCKETS, sizeof(uint64_t));
        if (!scan->upper_counts || !scan->search[0].lower_counts || !scan->search[1].lower_counts) {
            trl_scan_destroy(&scan);
            return TRL_ERROR_MEMORY;
        }
    }
    *out = scan;
    return 0;
}

void trl_scan_destroy(struct trl_scan **scan)
{
    if (!scan || !*scan)
        return;
    free((*scan)->upper_counts);
    free((*scan)->search[0].lower_counts);
    free((*scan)->search[1].lower_counts);
    free(*scan);
    *scan = NULL;
}

static void count_upper(struct trl_scan *scan, const float *values, int count)
{
    for (int i = 0; i < count; i++) {
        const bool finite = is_finite(values[i]);
        scan->upper_counts[ordered_key(values[i]) >> 16] += finite;
        scan->finite_count += finite;
    }
}

static void count_lower(struct trl_scan *scan, const float *values, int count)
{
    for (int i = 0; i < count; i++) {
        const uint32_t key = ordered_key(values[i]);
        if (!is_finite(values[i]))
            continue;
        scan->search[0].lower_counts[key & 0xffff] += key >> 16 == scan->search[0].upper;
        scan->search[1].lower_counts[key & 0xffff] += key >> 16 == scan->search[1].upper;
    }
}

static void add_values(struct trl_scan *scan, const float *values, int count)
{
    if (!scan->percentiles)
        trl_limits_add(TRL_DTYPE_F32, false, values, count, &scan->low, &scan->high);
    else if (scan->pass == PASS_UPPER)
        count_upper(scan, values, count);
    else if (scan->pass == PASS_LOWER)
        count_lower(scan, values, count);
}

static void add_contiguous(struct trl_scan *scan, const struct trl_layout *layout,
                           const char *first, int64_t count)
{
    const size_t size = trl_dtype_size(layout->dtype);
    float values[CHUNK];
    if (!scan->percentiles) {
        trl_limits_add(layout->dtype, layout->big_endian, first, count, &scan->low, &scan->high);
        return;
    }
    for (int64_t i = 0; i < count; i += CHUNK) {
        const int n = (int)trl_min_i64(count - i, CHUNK);
        trl_narrow_f32(layout->dtype, layout->big_endian, first + (size_t)i * size, values, n);
        add_values(scan, values, n);
    }
}

static void add_strided(struct trl_scan *scan, const struct trl_layout *layout, const char *first,
                        int64_t count, int64_t stride)
{
    const int64_t step = stride * (int64_t)trl_dtype_size(layout->dtype);
    float values[CHUNK];
    for (int64_t i = 0; i < count; i += CHUNK) {
        const int n = (int)trl_min_i64(count - i, CHUNK);
        for (int k = 0; k < n; k++)
            values[k] = trl_element_f32(layout->dtype, layout->big_endian, first + (i + k) * step);
        add_values(scan, values, n);
    }
}

/* The same elements with all strides positive, the longest first, and axes that lie one in the
 * other made one: what remains as the last axis is as long and as dense as it can be. */
static struct trl_layout simplest(const struct trl_layout *layout)
{
    struct trl_layout out = {
        .dtype = layout->dtype, .big_endian = layout->big_endian, .offset = layout->offset};
    for (int i = 0; i < layout->rank; i++) {
        int64_t stride = layout->stride[i];
        const int64_t shape = layout->shape[i];
        if (shape == 1)
            continue;
        if (stride < 0) {
            out.offset += (shape - 1) * stride;
            stride = -stride;
        }
        int at = out.rank++;
        for (; at > 0 && out.stride[at - 1] < stride; at--) {
            out.stride[at] = out.stride[at - 1];
            out.shape[at] = out.shape[at - 1];
        }
        out.stride[at] = stride;
        out.shape[at] = shape;
    }
    int rank = 0;
    for (int i = 0; i < out.rank; i++) {
        if (rank && out.stride[rank - 1] == out.stride[i] * out.shape[i]) {
            out.shape[rank - 1] *= out.shape[i];
            out.stride[rank - 1] = out.stride[i];
        } else {
            out.shape[rank] = out.shape[i];
            out.stride[rank++] = out.stride[i];
        }
    }
    out.rank = rank;
    return out;
}

void trl_scan_add(struct trl_scan *scan, const struct trl_layout *layout, const void *data)
{
    int64_t lowest, highest;
    if (!trl_layout_bounds(layout, &lowest, &highest))
        return;
    const struct trl_layout plain = simplest(layout);
    const int last = plain.rank - 1;
    const int64_t run = plain.rank ? plain.shape[last] : 1;
    const int64_t stride = plain.rank ? plain.stride[last] : 1;
    const size_t size = trl_dtype_size(plain.dtype);
    int64_t index[TRL_RANK_MAX] = {0};
    int64_t element = plain.offset;
    for (;;) {
        const char *first = (const char *)data + element * (int64_t)size;
        if (stride == 1)
            add_contiguous(scan, &plain, first, run);
        else
            add_strided(scan, &plain, first, run, stride);
        int axis = last - 1;
        for (; axis >= 0; axis--) {
            element += plain.stride[axis];
            if (++index[axis] < plain.shape[axis])
                break;
            element -= plain.stride[axis] * plain.shape[axis];
            index[axis] = 0;
        }
        if (axis < 0)
            return;
    }
}

/* Finds the bucket that holds the rank; what remains of the rank counts from its start. */
static uint32_t find_bucket(const uint64_t *counts, uint64_t *rank)
{
    uint32_t bucket = 0;
    while (bucket < BUCKETS - 1 && *rank >= counts[bucket])
        *rank -= counts[bucket++];
    return bucket;
}

static uint64_t nearest_rank(double percentile, uint64_t count)
{
    const double rank = ceil(percentile * (double)count / 100.0);
    if (!(rank > 1))
        return 0;
    return rank >= (double)count ? count - 1 : (uint64_t)rank - 1;
}

bool trl_scan_again(struct trl_scan *scan)
{
    const enum pass pass = scan->pass;
    scan->pass = PASS_DONE;
    if (!scan->percentiles || pass == PASS_DONE || !scan->finite_count)
        return false;
    for (int i = 0; i < 2; i++) {
        struct rank_search *search = &scan->search[i];
        if (pass == PASS_UPPER) {
            search->rank = nearest_rank(search->percentile, scan->finite_count);
            search->upper = find_bucket(scan->upper_counts, &search->rank);
        } else {
            const uint32_t lower = find_bucket(search->lower_counts, &search->rank);
            search->value = from_ordered_key(search->upper << 16 | lower);
        }
    }
    if (pass == PASS_UPPER)
        scan->pass = PASS_LOWER;
    return pass == PASS_UPPER;
}

bool trl_scan_range(const struct trl_scan *scan, float *low, float *high)
{
    *low = scan->percentiles ? scan->search[0].value : scan->low;
    *high = scan->percentiles ? scan->search[1].value : scan->high;
    return scan->percentiles ? scan->finite_count > 0 : scan->low <= scan->high;
}
