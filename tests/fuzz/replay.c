/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

static uint8_t bytes[FILE_MAX];

static int replay(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    const int64_t size = trl_read_all(fd, bytes, sizeof(bytes));
    close(fd);
    if (size < 0)
        return -1;
    /* A copy of the exact size, so that the sanitizer sees a read beyond it. */
    uint8_t *copy = malloc(size ? (size_t)size : 1);
    if (!copy)
        return -1;
    for (int64_t i = 0; i < size; i++)
        copy[i] = bytes[i];
    const int result = LLVMFuzzerTestOneInput(copy, (size_t)size);
    free(copy);
    return result;
}

/* Runs the target on every file of a folder; fails if there is none. */
int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (!folder) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    int count = 0;
    int failed = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        count++;
        if (replay(argv[1], entry->d_name)) {
            fprintf(stderr, "%s: failed\n", entry->d_name);
            failed++;
        }
    }
    closedir(folder);
    printf("%d inputs, %d failed\n", count, failed);
    return count && !failed ? 0 : 1;
}
