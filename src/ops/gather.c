/* SPDX-License-Identifier: BSD-2-Clause */
#include "ops/gather.h"

#include "base/math.h"
#include "tensor/layout.h"

void trl_ops_broadcast(const struct trl_layout *layout, int rank, const int64_t *shape,
                       int64_t stride[TRL_RANK_MAX])
{
    for (int n = 0; n < rank; n++) {
        const int axis = n - (rank - layout->rank);
        const bool repeats = axis < 0 || layout->shape[axis] != shape[n];
        stride[n] = repeats ? 0 : layout->stride[axis];
    }
}

void trl_ops_gather_begin(struct trl_ops_gather *gather, const struct trl_layout *layout,
                          const void *data, int rank, const int64_t *shape)
{
    const int64_t size = (int64_t)trl_dtype_size(layout->dtype);
    *gather = (struct trl_ops_gather){
        .dtype = layout->dtype,
        .big_endian = layout->big_endian,
        .element = (const char *)data + layout->offset * size,
        .rank = rank ? rank : 1,
        .shape = {1},
    };
    trl_ops_broadcast(layout, rank, shape, gather->stride);
    for (int n = 0; n < rank; n++) {
        gather->shape[n] = shape[n];
        gather->stride[n] *= size;
    }
}

/* Steps over count elements of the last axis, which end it at most. */
static void advance(struct trl_ops_gather *gather, int64_t count)
{
    int n = gather->rank - 1;
    gather->index[n] += count;
    gather->element += count * gather->stride[n];
    for (; n > 0 && gather->index[n] == gather->shape[n]; n--) {
        gather->element += gather->stride[n - 1] - gather->index[n] * gather->stride[n];
        gather->index[n] = 0;
        gather->index[n - 1]++;
    }
}

void trl_ops_gather_next(struct trl_ops_gather *gather, float *out, int64_t count)
{
    const int last = gather->rank - 1;
    const int64_t stride = gather->stride[last];
    while (count > 0) {
        const int64_t run = trl_min_i64(count, gather->shape[last] - gather->index[last]);
        if (stride == (int64_t)trl_dtype_size(gather->dtype))
            trl_narrow_f32(gather->dtype, gather->big_endian, gather->element, out, run);
        else
            for (int64_t i = 0; i < run; i++)
                out[i] = trl_element_f32(gather->dtype, gather->big_endian,
                                         gather->element + i * stride);
        advance(gather, run);
        out += run;
        count -= run;
    }
}
