/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/cache.h"

#include "base/file.h"

#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *trl_cache_path(const char *name)
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
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        path = NULL;
    free(folder);
    return path;
}

void *trl_cache_read(const char *path, size_t *size)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    struct stat info;
    unsigned char *data = NULL;
    if (!fstat(fd, &info) && info.st_size > SHA256_DIGEST_SIZE &&
        info.st_size < TRL_CACHE_BYTES_MAX)
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

void trl_cache_write(const char *path, const void *data, size_t size)
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
