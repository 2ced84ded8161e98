/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/tensor.h>

/* Lowest and highest element number that the layout reaches (inclusive); false on overflow or if
 * it has no elements. */
bool trl_layout_bounds(const struct trl_layout *layout, int64_t *low, int64_t *high);

/* The element at data as float32: the reference for what the shaders read. Half, bfloat16 and
 * integers are converted exactly or rounded to nearest even; bool is 0 or 1. A NaN of half or
 * bfloat16 keeps its sign and payload (moved to the top of the mantissa). Any alignment. */
float trl_element_f32(enum trl_dtype dtype, bool big_endian, const void *element);

/* The same for count elements that lie together, as fast as memory allows. dst may equal src for
 * elements of 4 or 8 bytes: 64-bit data is narrowed where it lies. Any alignment of src. */
void trl_narrow_f32(enum trl_dtype dtype, bool big_endian, const void *src, float *dst,
                    int64_t count);
