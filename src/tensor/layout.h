/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/tensor.h>

/* Lowest and highest element number that the layout reaches (inclusive); false on overflow or if
 * it has no elements. */
bool trl_layout_bounds(const struct trl_layout *layout, int64_t *low, int64_t *high);

/* The element at data as float32: the reference for what the shaders read. Half, bfloat16 and
 * integers are converted exactly or rounded to nearest even; bool is 0 or 1. */
float trl_element_f32(enum trl_dtype dtype, bool big_endian, const void *element);

/* Narrows count 64-bit elements (F64, I64, U64) to native float32. dst may equal src. */
void trl_narrow_f32(enum trl_dtype dtype, bool big_endian, const void *src, float *dst,
                    int64_t count);
