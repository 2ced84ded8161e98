/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/device.h"

#include "base/file.h"

#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * XDG_CACHE_HOME/tensorreel/<device key>.pipelines: SHA-256 of the rest, then the driver's data.
 * Drivers check their own header but not damage behind it.
 */
enum { CACHE_BYTES_MAX = 64 << 20 };

static char *cache_path(const struct trl_device *device)
{
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    char *folder = NULL, *path = NULL;
    const bool use_xdg = xdg && xdg[0] == '/';
    if (!use_xdg && (!home || home[0] != '/'))
        return NULL;
    if (asprintf(&folder, "%s%s/tensorreel", use_xdg ? xdg : home, use_xdg ? "" : "/.cache") < 0)
        return NULL;
    char *last = strrchr(folder, '/');
    *last = '\0';
    mkdir(folder, 0700);
    *last = '/';
    mkdir(folder, 0700);
    if (asprintf(&path, "%s/%s.pipelines", folder, device->info.key) < 0)
        path = NULL;
    free(folder);
    return path;
}

static void *read_cache(const char *path, size_t *size)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    struct stat info;
    unsigned char *data = NULL;
    if (!fstat(fd, &info) && info.st_size > SHA256_DIGEST_SIZE && info.st_size < CACHE_BYTES_MAX)
        data = malloc((size_t)info.st_size);
    bool good = data && trl_read_all(fd, data, (size_t)info.st_size) == info.st_size;
    close(fd);
    if (good) {
        uint8_t digest[SHA256_DIGEST_SIZE];
        struct sha256_ctx hash;
        *size = (size_t)info.st_size - SHA256_DIGEST_SIZE;
        sha256_init(&hash);
        sha256_update(&hash, *size, data + SHA256_DIGEST_SIZE);
        sha256_digest(&hash, sizeof(digest), digest);
        good = !memcmp(digest, data, sizeof(digest));
    }
    if (!good) {
        free(data);
        return NULL;
    }
    memmove(data, data + SHA256_DIGEST_SIZE, *size);
    return data;
}

void trl_pipeline_cache_open(struct trl_device *device)
{
    device->cache_path = cache_path(device);
    size_t size = 0;
    void *data = device->cache_path ? read_cache(device->cache_path, &size) : NULL;
    device->cache_size_bytes = size;
    const VkResult result = device->vk.CreatePipelineCache(
        device->handle,
        &(VkPipelineCacheCreateInfo){.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO,
                                     .initialDataSize = data ? size : 0,
                                     .pInitialData = data},
        NULL, &device->cache);
    if (result != VK_SUCCESS)
        device->cache = VK_NULL_HANDLE;
    free(data);
}

static void write_cache(const char *path, const void *data, size_t size)
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    struct sha256_ctx hash;
    sha256_init(&hash);
    sha256_update(&hash, size, data);
    sha256_digest(&hash, sizeof(digest), digest);
    char *part = NULL;
    if (asprintf(&part, "%s.%ld", path, (long)getpid()) < 0)
        return;
    const int fd = open(part, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0) {
        const bool good =
            !trl_write_all(fd, digest, sizeof(digest)) && !trl_write_all(fd, data, size);
        if (close(fd) || !good || rename(part, path))
            unlink(part);
    }
    free(part);
}

void trl_pipeline_cache_close(struct trl_device *device)
{
    size_t size = 0;
    const struct trl_vk *vk = &device->vk;
    if (device->cache && device->cache_path && !trl_gpu_lost(device) &&
        vk->GetPipelineCacheData(device->handle, device->cache, &size, NULL) == VK_SUCCESS &&
        size > device->cache_size_bytes && size < CACHE_BYTES_MAX) {
        void *data = malloc(size);
        if (data &&
            vk->GetPipelineCacheData(device->handle, device->cache, &size, data) == VK_SUCCESS)
            write_cache(device->cache_path, data, size);
        free(data);
    }
    vk->DestroyPipelineCache(device->handle, device->cache, NULL);
    device->cache = VK_NULL_HANDLE;
    free(device->cache_path);
    device->cache_path = NULL;
}
