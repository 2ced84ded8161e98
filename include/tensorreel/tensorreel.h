/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tensorreel films tensors: a simulation or a stream of tensors on a Vulkan device becomes frames,
 * and frames become MP4, PNG, Y4M or hashes.
 *
 *     struct trl_device *device = NULL;
 *     struct trl_stream *stream = NULL;
 *     trl_device_create(&device, &(struct trl_device_params){0});
 *     struct trl_output_params output = {.path = "film.mp4"};
 *     trl_stream_create(&stream, device,
 *                       &(struct trl_stream_params){.outputs = &output, .output_count = 1});
 *     for (...)
 *         trl_stream_push(stream, &layout, data, size);
 *     trl_stream_finish(stream);
 *     trl_stream_destroy(&stream);
 *     trl_device_destroy(&device);
 *
 * Rules that hold everywhere: functions that can fail return 0 or a negative enum trl_error. A
 * params struct whose every field is zero means the defaults; it and what it points to need to
 * live only until the call returns. trl_x_destroy takes the handle's address, sets it to NULL and
 * accepts NULL. The library never aborts, exits, prints or chooses silently for you: "auto" may
 * choose and says so in the log, a named choice that is unavailable is an error.
 */
#ifndef TENSORREEL_H
#define TENSORREEL_H

#include <tensorreel/burst.h>
#include <tensorreel/device.h>
#include <tensorreel/error.h>
#include <tensorreel/filter.h>
#include <tensorreel/log.h>
#include <tensorreel/network.h>
#include <tensorreel/ops.h>
#include <tensorreel/scene.h>
#include <tensorreel/sim.h>
#include <tensorreel/source.h>
#include <tensorreel/stream.h>
#include <tensorreel/tensor.h>
#include <tensorreel/version.h>
#include <tensorreel/view.h>

#endif
