/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * The elements that cells show, for cells that do not lie one on one: pixels between elements,
 * pixels under a camera, cells of an adaptive equalisation. A table has TRL_SAMPLE_WORDS for every
 * cell column, then for every cell row of a tile.
 */

/* What a tile shows along one axis: cell i of cells begins at element
 * left + i * elements / (cells * zoom), which may lie outside. */
struct trl_sample_axis {
    int64_t elements;
    int cells;
    double left, zoom; /* 0 and 1: all of it */
    bool blend;        /* between elements where a cell is smaller than one */
    int fields;        /* of an adaptive equalisation, or 0 */
};

/* The part of zoom times that has center (0 to 1: the first to the last element) in its middle. */
struct trl_sample_axis trl_sample_axis_at(int64_t elements, int cells, double center, double zoom);

/* True if a cell stands for more than one element: then what it shows is made by a reduction, whose
 * cell i ends before element trl_sample_end. */
bool trl_sample_reduces(const struct trl_sample_axis *axis);
int64_t trl_sample_end(const struct trl_sample_axis *axis, int cell);

/* What the cells of an axis show together. */
struct trl_sample_span {
    int64_t first, end; /* elements, or cells if they are reduced; none if equal */
};

/* Writes cells * TRL_SAMPLE_WORDS words. Elements are counted from the start of the axis; for an
 * axis that is reduced it is the cells of the reduction. */
struct trl_sample_span trl_sample_fill(const struct trl_sample_axis *axis, uint32_t *words);
/* Counts from the first of the span on. */
void trl_sample_shift(const struct trl_sample_axis *axis, uint32_t *words, int64_t first);
