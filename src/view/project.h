/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "gpu/gpu.h"

#include <tensorreel/view.h>

/*
 * A volume projected along one of its three axes, on the device, as a float32 tensor that the heat
 * map draws. Exact: every device and the host agree bit for bit. Largest and smallest values are
 * elements (-0 becomes 0). Sums run along the axis in blocks of 256: each block in order from 0,
 * then the blocks in order, in float32, with denormals taken as 0; the mean is the sum times a
 * reciprocal that is right within 2^-22.
 */
struct trl_projection;

/* shape is that of every volume to come; axis may count from the end. TRL_ERROR_USAGE. */
int trl_projection_create(struct trl_projection **out, struct trl_device *device,
                          enum trl_project project, int axis, const int64_t shape[3]);
void trl_projection_destroy(struct trl_projection **projection);

/* Records the projection of a volume of any dtype and strides. */
int trl_projection_record(struct trl_projection *projection, struct trl_gpu_cmd *cmd,
                          const struct trl_gpu_tensor *volume);
/* What record fills: (1, rows, columns), the volume's other axes in their order. It holds this
 * projection until the next record on the same queue. */
const struct trl_gpu_tensor *trl_projection_result(const struct trl_projection *projection);
