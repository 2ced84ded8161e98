/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "gpu/gpu.h"
#include "gpu/memory.h"
#include "gpu/vk.h"

/* The inside of struct trl_device; seen by src/gpu only. */

struct trl_queue {
    VkQueue handle;
    uint32_t family;
    VkSemaphore timeline;
    uint64_t submitted; /* value that the last submission signals */
};

struct trl_device {
    struct trl_log *log;
    pthread_mutex_t lock; /* for submissions and memory */
    struct trl_vk vk;
    VkInstance instance;
    VkDebugUtilsMessengerEXT messenger;
    VkPhysicalDevice physical;
    VkDevice handle;
    struct trl_device_info info;
    VkPhysicalDeviceLimits limits;
    struct trl_queue queues[2]; /* by enum trl_gpu_queue; the second only with async compute */
    bool async_compute;
    bool debug;
    bool large_points;
    bool atomics_64, subgroups;
    bool loaded;             /* every function of the device is there */
    bool float_controls;     /* the driver knows round-to-even and NaN preservation declarations */
    uint64_t timestamp_mask; /* of the bits that count */
    struct trl_memory_pool memory;
    VkPipelineCache cache;
    char *cache_path;        /* NULL: nowhere to keep it */
    size_t cache_size_bytes; /* as it was read */
    VkShaderModule fill_vertex;
    struct shaderc_compiler *compiler; /* NULL until a kernel comes as text */
    atomic_bool lost;
};

/* For tests: called after each stage of loading (functions without instance, of the instance, of
 * the device), to replace entries of the table. */
struct trl_vk_hook {
    void (*loaded)(void *user, struct trl_vk *vk);
    void *user;
};

/* hook may be NULL; borrowed for the call. */
int trl_device_create_with(struct trl_device **out, const struct trl_device_params *params,
                           const struct trl_vk_hook *hook);

/* Picks among what the machine has; index and name as in trl_device_params. Fills in physical and
 * info. Needs vk loaded up to the instance. */
int trl_device_choose(struct trl_device *device, const char *name);
/* Describes one physical device; info->reason says why it cannot be used. */
void trl_device_describe(const struct trl_vk *vk, VkPhysicalDevice physical, int index,
                         struct trl_device_info *info);
/* Families for the main and the async compute queue; false if there is no main one. compute is
 * UINT32_MAX where there is no family of its own. */
bool trl_device_families(const struct trl_vk *vk, VkPhysicalDevice physical, uint32_t *main,
                         uint32_t *compute);
/* The bits of a timestamp that count on every queue that is used. */
uint64_t trl_device_timestamp_mask(const struct trl_vk *vk, VkPhysicalDevice physical);
int trl_instance_create(struct trl_device *device, bool validation, const struct trl_vk_hook *hook);

/* Pipeline cache on disk; every failure only means an empty cache. */
void trl_pipeline_cache_open(struct trl_device *device);
void trl_pipeline_cache_close(struct trl_device *device);

/* The one place where results are classed: 0 for success, else logs "what: VK_ERROR_..." and
 * returns the trl_error. Device loss is remembered and logged only the first time. */
int trl_vk_check(struct trl_device *device, VkResult result, const char *what);

/* Names an object for debuggers; nothing without validation. */
void trl_device_name(struct trl_device *device, VkObjectType type, uint64_t handle,
                     const char *name);

/* ---- hazards ---- */

struct trl_access {
    VkPipelineStageFlags2 write_stages; /* of the last write */
    VkAccessFlags2 write_access;
    VkPipelineStageFlags2 seen_stages; /* stages that already see that write */
    VkPipelineStageFlags2 read_stages; /* reads since */
    bool beside;                       /* the last writes do not wait for each other */
    enum trl_gpu_queue queue;
};

struct trl_gpu_buffer {
    struct trl_device *device;
    VkBuffer handle;
    VkBufferView words; /* as a texel buffer of 32-bit words; made when first bound as one */
    uint64_t size;
    struct trl_memory memory;
    struct trl_access access;
};

struct trl_gpu_image {
    struct trl_device *device;
    VkImage handle;
    VkImageView view;
    VkImageLayout layout;
    uint32_t width, height;
    struct trl_memory memory;
    struct trl_access access;
};

struct trl_gpu_kernel {
    struct trl_device *device;
    VkPipeline pipeline;
    VkPipelineLayout layout;
    VkDescriptorSetLayout set_layout;
    uint32_t binding_count;
    uint32_t texel_mask;
    bool fragment;
    VkShaderStageFlags stages;         /* that see bindings and push constants */
    VkPipelineStageFlags2 sync_stages; /* the same, for barriers */
};

/* Without the float declarations where the driver does not know them. */
int trl_shader_module_create(struct trl_device *device, enum trl_shader shader,
                             VkShaderModule *out);

/* The buffer as a texel buffer. */
int trl_gpu_buffer_words(struct trl_gpu_buffer *buffer, VkBufferView *out);

VkFormat trl_gpu_vk_format(enum trl_gpu_format format);
