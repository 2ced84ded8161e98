/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_DEVICE_H
#define TENSORREEL_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trl_log;
struct trl_device;

enum trl_device_type {
    TRL_DEVICE_DISCRETE = 1,
    TRL_DEVICE_INTEGRATED,
    TRL_DEVICE_VIRTUAL,
    TRL_DEVICE_SOFTWARE, /* a Vulkan driver that runs on the processor */
    TRL_DEVICE_OTHER,
};

/* What a Vulkan device offers, in the order in which --device counts them. */
struct trl_device_info {
    int index;
    char name[256];
    char driver[512]; /* driver name and version */
    char uuid[37];    /* 8-4-4-4-12 hex digits */
    char reason[256]; /* empty if usable, else what is missing */
    char key[256];    /* names device and driver in baseline sets: "vendor-device-driver-version" */
    enum trl_device_type type;
    uint32_t api_version;              /* VK_API_VERSION encoding */
    bool async_compute;                /* has a compute queue beside the graphics queue */
    bool rounding_rte;                 /* declares round-to-even for 32-bit floats */
    uint64_t memory_bytes;             /* largest device-local heap */
    uint64_t storage_buffer_bytes_max; /* one descriptor's range */
    uint64_t allocation_bytes_max;
    uint32_t image_size_max; /* pixels a side */
    uint32_t workgroup_invocations_max;
    uint32_t subgroup_size;
    double timestamp_period_ns; /* 0: no timestamps */
};

struct trl_device_params {
    struct trl_log *log;
    /* NULL or "auto": first discrete, then integrated, then software. Else an index, a part of a
     * name, a UUID, or "cpu" for the first software driver. A named device that is missing or
     * unusable is TRL_ERROR_DEVICE. */
    const char *name;
    uint64_t memory_budget_bytes; /* device memory this object may allocate; 0: no limit */
    bool validation;              /* Khronos validation and synchronisation validation; messages
                                     go to the log as errors. TRL_ERROR_DEVICE if not installed */
};

/*
 * Opens a device. Blocks for the driver's start-up (0.1 to 1 s). The device must outlive streams
 * and simulations made on it. Thread-safety: a device and everything made on it belongs to one
 * thread at a time.
 */
TRL_API int trl_device_create(struct trl_device **out, const struct trl_device_params *params);
TRL_API void trl_device_destroy(struct trl_device **device);
TRL_API const struct trl_device_info *trl_device_info(const struct trl_device *device);

/* Lists the devices of this machine into infos[capacity]; returns how many there are, which may
 * exceed capacity, or a negative trl_error (TRL_ERROR_DEVICE where no Vulkan loader exists). */
TRL_API int trl_device_list(struct trl_log *log, struct trl_device_info *infos, int capacity);

#ifdef __cplusplus
}
#endif

#endif
