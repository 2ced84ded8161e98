/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/file.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
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

/* Opens a part file for this writer alone: two that write it at once would mix their bytes. The
 * descriptor, or -errno, -EWOULDBLOCK where another holds it. */
static int open_part(const char *path)
{
    for (;;) {
        struct stat held, named;
        const int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0666);
        if (fd < 0)
            return -errno;
        /* Where a file system has no locks, two writers are not told apart. */
        if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) {
            close(fd);
            return -EWOULDBLOCK;
        }
        int reason = 0;
        if (fstat(fd, &held) || (S_ISREG(held.st_mode) && ftruncate(fd, 0)))
            reason = errno;
        /* Its writer may have renamed it between our open and our lock. */
        if (!reason && !stat(path, &named) && held.st_dev == named.st_dev &&
            held.st_ino == named.st_ino)
            return fd;
        close(fd);
        if (reason)
            return -reason;
    }
}

static int check_target(struct trl_log *log, const char *path, bool overwrite)
{
    struct stat info;
    if (!stat(path, &info) && S_ISDIR(info.st_mode))
        return trl_fail(log, TRL_ERROR_OUTPUT, "%s: is a directory; give a file name", path);
    if (!stat(path, &info) && !S_ISREG(info.st_mode))
        return trl_fail(log, TRL_ERROR_OUTPUT,
                        "%s: is a device, pipe or socket, which a file would replace; give another "
                        "name",
                        path);
    if (!overwrite && !lstat(path, &info))
        return trl_fail(log, TRL_ERROR_OUTPUT, "%s: exists already; overwrite it with -y", path);
    return 0;
}

static int fail_open(struct trl_log *log, const char *path, int reason)
{
    const char *slash = strrchr(path, '/');
    if (reason == ENOENT && slash)
        return trl_fail(log, TRL_ERROR_OUTPUT, "%s: there is no folder %.*s; make it with mkdir -p",
                        path, (int)(slash - path), path);
    return trl_fail(log, TRL_ERROR_OUTPUT, "%s: cannot be written: %s", path, strerror(reason));
}

int trl_part_file_open(struct trl_part_file *file, struct trl_log *log, const char *path,
                       int overwrite)
{
    *file = (struct trl_part_file){.log = log, .fd = -1, .overwrite = overwrite};
    const int error = check_target(log, path, overwrite);
    if (error)
        return error;
    file->path = strdup(path);
    if (!file->path || asprintf(&file->part_path, "%s.part", path) < 0) {
        file->part_path = NULL;
        trl_part_file_abandon(file);
        return trl_fail_memory(log, "a file name", strlen(path));
    }
    file->fd = open_part(file->part_path);
    if (file->fd < 0) {
        const int reason = -file->fd;
        free(file->part_path);
        file->part_path = NULL;
        trl_part_file_abandon(file);
        if (reason == EWOULDBLOCK)
            return trl_fail(log, TRL_ERROR_OUTPUT,
                            "%s: is being written already, by another output or program; give "
                            "another name",
                            path);
        return fail_open(log, path, reason);
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

/* Without overwrite, what another program has given the name meanwhile stays. */
static int give_name(const struct trl_part_file *file)
{
    if (!file->overwrite &&
        !renameat2(AT_FDCWD, file->part_path, AT_FDCWD, file->path, RENAME_NOREPLACE))
        return 0;
    /* Not every file system has such a rename. */
    if (!file->overwrite && errno != EINVAL && errno != ENOSYS)
        return errno;
    return rename(file->part_path, file->path) ? errno : 0;
}

int trl_part_file_commit(struct trl_part_file *file)
{
    int reason = 0;
    const int held = dup(file->fd); /* keeps the lock until the part file has its name */
    if (file->fd >= 0 && close(file->fd))
        reason = errno;
    file->fd = held;
    if (!reason)
        reason = give_name(file);
    if (!reason) {
        free(file->part_path);
        file->part_path = NULL;
    } else if (reason == EEXIST) {
        trl_fail(file->log, TRL_ERROR_OUTPUT, "%s: exists already; overwrite it with -y",
                 file->path);
    } else {
        trl_fail(file->log, TRL_ERROR_OUTPUT, "%s: cannot be written: %s", file->path,
                 strerror(reason));
    }
    trl_part_file_abandon(file);
    return reason ? TRL_ERROR_OUTPUT : 0;
}

void trl_part_file_abandon(struct trl_part_file *file)
{
    const bool opened = file->path && file->fd >= 0;
    if (file->part_path)
        unlink(file->part_path);
    if (opened)
        close(file->fd);
    free(file->part_path);
    free(file->path);
    *file = (struct trl_part_file){.fd = -1};
}
