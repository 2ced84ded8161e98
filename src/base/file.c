/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/file.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int trl_write_all(int fd, const void *data, size_t size)
{
    const char *at = data;
    while (size) {
        const ssize_t n = write(fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        at += n;
        size -= (size_t)n;
    }
    return 0;
}

int64_t trl_read_all(int fd, void *data, size_t size)
{
    char *at = data;
    size_t left = size;
    while (left) {
        const ssize_t n = read(fd, at, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        at += n;
        left -= (size_t)n;
    }
    return (int64_t)(size - left);
}

int64_t trl_pread_all(int fd, void *data, size_t size, int64_t offset)
{
    char *at = data;
    size_t left = size;
    while (left) {
        const ssize_t n = pread(fd, at, left, offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        at += n;
        offset += n;
        left -= (size_t)n;
    }
    return (int64_t)(size - left);
}

int trl_part_file_open(struct trl_part_file *file, struct trl_log *log, const char *path,
                       int overwrite)
{
    *file = (struct trl_part_file){.log = log, .fd = -1};
    struct stat info;
    if (!overwrite && !lstat(path, &info))
        return trl_fail(log, TRL_ERROR_OUTPUT, "%s: exists already; overwrite it with -y", path);
    if (overwrite && !stat(path, &info) && S_ISDIR(info.st_mode))
        return trl_fail(log, TRL_ERROR_OUTPUT, "%s: is a directory; give a file name", path);
    file->path = strdup(path);
    if (!file->path || asprintf(&file->part_path, "%s.part", path) < 0) {
        file->part_path = NULL;
        trl_part_file_abandon(file);
        return trl_fail_memory(log, "a file name", strlen(path));
    }
    file->fd = open(file->part_path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0666);
    if (file->fd < 0) {
        const int reason = errno;
        free(file->part_path);
        file->part_path = NULL;
        trl_part_file_abandon(file);
        return trl_fail(log, TRL_ERROR_OUTPUT, "%s: cannot be written: %s", path, strerror(reason));
    }
    return 0;
}

int trl_part_file_write(struct trl_part_file *file, const void *data, size_t size)
{
    const int error = trl_write_all(file->fd, data, size);
    if (error)
        return trl_fail(file->log, TRL_ERROR_OUTPUT, "%s: cannot be written: %s", file->path,
                        strerror(-error));
    return 0;
}

int trl_part_file_commit(struct trl_part_file *file)
{
    int reason = 0;
    if (file->fd >= 0 && close(file->fd))
        reason = errno;
    file->fd = -1;
    if (!reason && rename(file->part_path, file->path))
        reason = errno;
    if (!reason) {
        free(file->part_path);
        file->part_path = NULL;
    } else {
        trl_fail(file->log, TRL_ERROR_OUTPUT, "%s: cannot be written: %s", file->path,
                 strerror(reason));
    }
    trl_part_file_abandon(file);
    return reason ? TRL_ERROR_OUTPUT : 0;
}

void trl_part_file_abandon(struct trl_part_file *file)
{
    if (file->part_path) {
        if (file->fd >= 0)
            close(file->fd);
        unlink(file->part_path);
    }
    free(file->part_path);
    free(file->path);
    *file = (struct trl_part_file){.fd = -1};
}
