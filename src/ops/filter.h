/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"

#include <tensorreel/filter.h>

/*
 * A chain of filters on the device, from tensor to tensor; what each filter does is told in
 * <tensorreel/filter.h>. Filters of single elements that follow each other are one kernel, or part
 * of the kernel of the filter before them; Gaussian and box are two kernels. The results have the
 * same bits as those of tensor/filter.h.
 *
 * One thread at a time, like the device. Nothing here submits or waits, but for create, which may
 * upload a table.
 */
struct trl_filters;

/* frame: rank 3 (tiles, rows, columns). TRL_ERROR_USAGE for a wrong text or frame,
 * TRL_ERROR_UNSUPPORTED for a dtype that the device does not read (F64, I64, U64), and what buffers
 * and kernels may fail with. */
int trl_filters_create(struct trl_filters **out, struct trl_device *device, const char *text,
                       const struct trl_layout *frame);
/* The list must be done with them. */
void trl_filters_destroy(struct trl_filters **filters);

/* What comes out: float32, dense in C order, of the frame's shape. */
const struct trl_layout *trl_filters_layout(const struct trl_filters *filters);

/*
 * Records the next frame. in has the frame's shape, any dtype that the device reads, and any
 * strides; it is only read. *out is a buffer of the filters: later commands may read it until the
 * next frame is recorded. Frames must be submitted in the order in which they were recorded, since
 * filters over time keep what they remember on the device. TRL_ERROR_UNSUPPORTED if the rows that
 * one kernel must see together exceed what the device binds.
 */
int trl_filters_record(struct trl_filters *filters, struct trl_gpu_cmd *cmd,
                       const struct trl_gpu_tensor *in, struct trl_gpu_tensor *out);

/* The next frame is the first: what filters over time remember is dropped. */
void trl_filters_reset(struct trl_filters *filters);

/* Binds at most so many bytes of a tensor at once, which changes no result; for tests. The device's
 * own limit holds as well. */
void trl_filters_limit_bindings(struct trl_filters *filters, uint64_t bytes);
