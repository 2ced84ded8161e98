/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gpu/shaders.h"

#include <tensorreel/device.h>
#include <tensorreel/tensor.h>

/*
 * The device as the rooms above see it: buffers, images, kernels, passes and command lists, and no
 * word of Vulkan. A buffer, image, kernel or list is used by one thread at a time; several threads
 * may use the device at once, each with its own. trl_gpu_wait, trl_gpu_reached and trl_gpu_lost may
 * be called from any.
 *
 * Hazards are tracked per buffer and image: a command list gets the barriers it needs as commands
 * are recorded. Lists with buffers or images in common must therefore be submitted in the order in
 * which they were recorded, and one at a time recorded per queue.
 */
struct trl_device;
struct trl_log;

struct trl_log *trl_gpu_log(const struct trl_device *device);

/* ---- memory ---- */

enum trl_gpu_memory {
    TRL_GPU_MEMORY_DEVICE,   /* fastest for kernels; mapped only where all memory is one */
    TRL_GPU_MEMORY_UPLOAD,   /* the host writes it in order, the device reads it */
    TRL_GPU_MEMORY_READBACK, /* cached on the host: the device writes it, the host reads it */
};

struct trl_gpu_buffer;

struct trl_gpu_buffer_params {
    const char *name; /* for messages and debuggers; a literal */
    uint64_t size_bytes;
    enum trl_gpu_memory memory;
};

/* Rounded up to 256 bytes. TRL_ERROR_DEVICE_MEMORY names the bytes asked for and in use. */
int trl_gpu_buffer_create(struct trl_gpu_buffer **out, struct trl_device *device,
                          const struct trl_gpu_buffer_params *params);
/* The device must be done with it. */
void trl_gpu_buffer_destroy(struct trl_gpu_buffer **buffer);
/* Mapped for its whole life; NULL for device memory that the host cannot reach. */
void *trl_gpu_buffer_map(const struct trl_gpu_buffer *buffer);
uint64_t trl_gpu_buffer_size(const struct trl_gpu_buffer *buffer);
/* Makes host writes visible to lists submitted later / device writes visible to the host after a
 * wait. No-ops on coherent memory. */
int trl_gpu_buffer_flush(struct trl_gpu_buffer *buffer, uint64_t offset, uint64_t size);
int trl_gpu_buffer_invalidate(struct trl_gpu_buffer *buffer, uint64_t offset, uint64_t size);

/* True where an upload buffer is as good for kernels as device memory (software, integrated). */
bool trl_gpu_unified_memory(const struct trl_device *device);
/* Device memory in use by buffers and images. */
uint64_t trl_gpu_memory_used(const struct trl_device *device);
/* What is left of the device's memory, or of memory_budget_bytes; others may use it too. */
uint64_t trl_gpu_memory_left(const struct trl_device *device);

enum trl_gpu_format { TRL_GPU_FORMAT_R16_UINT, TRL_GPU_FORMAT_RGBA8 };

struct trl_gpu_image; /* a colour target that can be copied to a buffer */

struct trl_gpu_image_params {
    const char *name;
    enum trl_gpu_format format;
    uint32_t width, height;
};

int trl_gpu_image_create(struct trl_gpu_image **out, struct trl_device *device,
                         const struct trl_gpu_image_params *params);
void trl_gpu_image_destroy(struct trl_gpu_image **image);

/* ---- kernels and passes ---- */

#define TRL_GPU_SPEC_MAX 20
#define TRL_GPU_BINDING_MAX 16
#define TRL_GPU_PUSH_MAX 128 /* bytes; what every device guarantees */

struct trl_gpu_kernel; /* a compute pipeline, or a fragment pass over a rectangle or over points */

struct trl_gpu_kernel_params {
    enum trl_shader shader;          /* .comp: kernel, .frag: pass */
    enum trl_gpu_format target;      /* passes only */
    uint32_t spec[TRL_GPU_SPEC_MAX]; /* specialisation constants 0, 1, ... */
    uint32_t spec_count;
    enum trl_shader vertex; /* passes only; 0 (fill.vert): one big triangle, for
                               trl_gpu_cmd_draw; else for trl_gpu_cmd_draw_points. Both
                               shaders see the same bindings, push and spec constants;
                               a vertex shader only reads */
};

int trl_gpu_kernel_create(struct trl_gpu_kernel **out, struct trl_device *device,
                          const struct trl_gpu_kernel_params *params);
/* A compute kernel from SPIR-V that is made at run time: one entry point, "main", bindings in set
 * 0. Round-to-even and the preservation of NaN and infinities for 32-bit floats are declared here
 * unless the module does. */
struct trl_gpu_module {
    const char *name;      /* for messages and debuggers; a literal */
    const uint32_t *words; /* borrowed for the call, as is spec */
    size_t count;
    const uint32_t *spec; /* specialisation constants 0, 1, ... */
    uint32_t spec_count;
};

/* TRL_ERROR_INPUT if it is no such module; what is in it is the driver's to judge. */
int trl_gpu_kernel_create_module(struct trl_gpu_kernel **out, struct trl_device *device,
                                 const struct trl_gpu_module *module);
void trl_gpu_kernel_destroy(struct trl_gpu_kernel **kernel);

/* A buffer, or a part of it: bound at (set 0, binding = place in the array), as what the shader
 * declares there: a storage buffer, or a utextureBuffer of 32-bit words (whole and only read, the
 * fastest way to read on software drivers). */
struct trl_gpu_binding {
    struct trl_gpu_buffer *buffer;
    uint64_t offset; /* multiple of trl_gpu_binding_alignment */
    uint64_t size;   /* 0: to the end */
    bool write;      /* the shader writes it (it may read it too) */
    bool beside; /* with write: none of the words that calls just before have written beside each
                    other, so that it need not wait for them */
};

uint64_t trl_gpu_binding_alignment(const struct trl_device *device);
/* Whether kernels may add to 64-bit words of storage buffers as one. */
bool trl_gpu_atomics_64(const struct trl_device *device);
/* Whether the lanes of a kernel's subgroup can vote, add up and hand each other values. */
bool trl_gpu_subgroups(const struct trl_device *device);
/* Pixels; 1 where the device has no larger points. */
uint32_t trl_gpu_point_size_max(const struct trl_device *device);

struct trl_gpu_call {
    struct trl_gpu_kernel *kernel;
    struct trl_gpu_binding bindings[TRL_GPU_BINDING_MAX];
    uint32_t binding_count;
    const void *push; /* push constants */
    uint32_t push_size;
};

/* ---- command lists ---- */

enum trl_gpu_queue {
    TRL_GPU_QUEUE_MAIN,    /* graphics, compute, copy */
    TRL_GPU_QUEUE_COMPUTE, /* an async compute queue where one exists, else the main one */
};

/* Where the time of a list goes. */
enum trl_gpu_stage {
    TRL_GPU_STAGE_SIM,
    TRL_GPU_STAGE_UPLOAD,
    TRL_GPU_STAGE_ANALYSE,
    TRL_GPU_STAGE_VIEW,
    TRL_GPU_STAGE_PACK,
    TRL_GPU_STAGE_COPY,
    TRL_GPU_STAGE_DELIVER, /* of spikes; what else a simulation does is TRL_GPU_STAGE_SIM */
    TRL_GPU_STAGE_COUNT
};

/* A place on a queue's timeline. value 0 is always reached. */
struct trl_gpu_point {
    enum trl_gpu_queue queue;
    uint64_t value;
};

struct trl_gpu_cmd;

int trl_gpu_cmd_create(struct trl_gpu_cmd **out, struct trl_device *device,
                       enum trl_gpu_queue queue);
/* Waits for nothing: the list must not be in flight. */
void trl_gpu_cmd_destroy(struct trl_gpu_cmd **cmd);

/* Starts recording anew; what was recorded before must have been reached. */
int trl_gpu_cmd_begin(struct trl_gpu_cmd *cmd);
/* The commands that follow belong to this stage (timestamps, debug label). */
void trl_gpu_cmd_stage(struct trl_gpu_cmd *cmd, enum trl_gpu_stage stage);
void trl_gpu_cmd_dispatch(struct trl_gpu_cmd *cmd, const struct trl_gpu_call *call,
                          uint32_t groups_x, uint32_t groups_y, uint32_t groups_z);
/* Runs a pass over the rectangle of the target; what lies outside is kept. gl_FragCoord counts
 * from the target's corner. */
void trl_gpu_cmd_draw(struct trl_gpu_cmd *cmd, const struct trl_gpu_call *call,
                      struct trl_gpu_image *target, uint32_t x, uint32_t y, uint32_t width,
                      uint32_t height);
/* Runs a pass over points, one for every call of its vertex shader, later ones over earlier ones.
 * The shader says where (gl_Position) and how large (gl_PointSize, whole pixels, at most
 * trl_gpu_point_size_max). A point whose middle lies outside the target is not drawn on some
 * devices and must not be asked for. With clear the target is 0 before, else what it holds is kept.
 */
void trl_gpu_cmd_draw_points(struct trl_gpu_cmd *cmd, const struct trl_gpu_call *call,
                             struct trl_gpu_image *target, uint32_t count, bool clear);
void trl_gpu_cmd_copy(struct trl_gpu_cmd *cmd, struct trl_gpu_buffer *dst, uint64_t dst_offset,
                      struct trl_gpu_buffer *src, uint64_t src_offset, uint64_t size);
/* Many parts at once; they must not overlap in dst. */
struct trl_gpu_region {
    uint64_t src_offset, dst_offset, size;
};
void trl_gpu_cmd_copy_regions(struct trl_gpu_cmd *cmd, struct trl_gpu_buffer *dst,
                              struct trl_gpu_buffer *src, const struct trl_gpu_region *regions,
                              uint32_t region_count);
/* Rows of stride_pixels pixels (0: the image's width). */
void trl_gpu_cmd_copy_image(struct trl_gpu_cmd *cmd, struct trl_gpu_buffer *dst,
                            uint64_t dst_offset, uint32_t stride_pixels, struct trl_gpu_image *src);
/* Writes a 32-bit word over the range; offset and size are multiples of 4. */
void trl_gpu_cmd_fill(struct trl_gpu_cmd *cmd, struct trl_gpu_buffer *buffer, uint64_t offset,
                      uint64_t size, uint32_t word);
/* Writes words of the host over the range; data is copied at once, so that a list can carry a table
 * of its own frame. offset and size are multiples of 4. */
void trl_gpu_cmd_update(struct trl_gpu_cmd *cmd, struct trl_gpu_buffer *buffer, uint64_t offset,
                        const void *data, uint64_t size);
/* Makes what the list wrote to a readback buffer visible to the host once it is reached. */
void trl_gpu_cmd_to_host(struct trl_gpu_cmd *cmd, struct trl_gpu_buffer *buffer);

/* Ends and submits the list. It starts after every point of waits is reached. */
int trl_gpu_submit(struct trl_gpu_cmd *cmd, const struct trl_gpu_point *waits, uint32_t wait_count,
                   struct trl_gpu_point *done);

/* Nanoseconds of each stage of a list that has been reached; 0 without timestamps. */
void trl_gpu_cmd_times(struct trl_gpu_cmd *cmd, int64_t ns[TRL_GPU_STAGE_COUNT]);

/* Waits until the point is reached, at most timeout_ns. 0, 1 if the time ran out, or
 * TRL_ERROR_DEVICE_LOST. */
int trl_gpu_wait(struct trl_device *device, struct trl_gpu_point point, int64_t timeout_ns);
/* The same, and when the time runs out the device counts as lost, which is logged. */
int trl_gpu_wait_or_lose(struct trl_device *device, struct trl_gpu_point point, int64_t timeout_ns);
/* True if the device, lost or not, is through with all that was submitted, after at most
 * timeout_ns: what it used must not be destroyed before. */
bool trl_gpu_through(struct trl_device *device, int64_t timeout_ns);
bool trl_gpu_reached(struct trl_device *device, struct trl_gpu_point point);
/* Waits for everything submitted; for teardown. */
void trl_gpu_idle(struct trl_device *device);
/* Sticky: once lost, every submit and wait fails with TRL_ERROR_DEVICE_LOST. */
bool trl_gpu_lost(const struct trl_device *device);

/* True if TRL_GPU_QUEUE_COMPUTE is a queue of its own. */
bool trl_gpu_async_compute(const struct trl_device *device);

/* ---- tensors ---- */

/* A tensor on the device: layout.offset counts from byte 0 of the buffer. Big-endian and all
 * dtypes but F64, I64, U64 are allowed: the shaders read them as they are. */
struct trl_gpu_tensor {
    struct trl_gpu_buffer *buffer;
    struct trl_layout layout;
};
