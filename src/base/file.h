/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct trl_log;

/*
 * A file that appears under its final name only when it is complete: written as PATH.part (in the
 * same folder), renamed by commit. Every failure is logged with the path and the system's reason.
 */
struct trl_part_file {
    struct trl_log *log;
    char *path;      /* final name */
    char *part_path; /* name while it is written */
    int fd;          /* -1 once closed */
    bool overwrite;
};

/* Refuses an existing path unless overwrite, what is no regular file, and a path that another
 * output or program is writing. TRL_ERROR_OUTPUT, _MEMORY. */
int trl_part_file_open(struct trl_part_file *file, struct trl_log *log, const char *path,
                       int overwrite);
/* Writes everything or fails with TRL_ERROR_OUTPUT. */
int trl_part_file_write(struct trl_part_file *file, const void *data, size_t size);
/* Closes and renames. On failure, also if the path exists by now and overwrite was not said, the
 * part file is removed. */
int trl_part_file_commit(struct trl_part_file *file);
/* Closes and removes; nothing appears. Accepts a zeroed or committed file. */
void trl_part_file_abandon(struct trl_part_file *file);

/* Writes a whole buffer to a descriptor, through short writes and EINTR. 0 or -errno. */
int trl_write_all(int fd, const void *data, size_t size);
/* Reads until size bytes or the end; the count, or -errno. */
int64_t trl_read_all(int fd, void *data, size_t size);
int64_t trl_pread_all(int fd, void *data, size_t size, int64_t offset);
