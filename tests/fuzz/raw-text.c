/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "base/file.h"
#include "source/source.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TEXT_MAX = 1000, FRAME_MAX = 1 << 12 };

static void read_some(struct trl_source *source)
{
    static uint8_t block_data[1 << 16];
    struct trl_source_block block;
    trl_source_limit_blocks(source, FRAME_MAX);
    fuzz_require(trl_source_block_bytes_max(source) <= sizeof(block_data));
    for (int i = 0; i < 10; i++) {
        if (trl_source_read(source, &block, block_data, sizeof(block_data)) || !block.frame_count)
            return;
        fuzz_require(block.size_bytes <= sizeof(block_data));
    }
}

/* "RAW\nAXES": reads a file of 4096 bytes so described. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t zeros[4096];
    char text[TEXT_MAX + 1];
    if (size > TEXT_MAX)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = 0;
    char *axes = strchr(text, '\n');
    if (axes)
        *axes++ = 0;
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    fuzz_require(fd >= 0 && !trl_write_all(fd, zeros, sizeof(zeros)));
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    const char *name = path;
    const struct trl_source_params params = {
        .paths = &name, .path_count = 1, .raw = text, .axes = axes, .frame_bytes_max = FRAME_MAX};
    struct trl_source *source;
    if (!trl_source_open(&source, &params))
        read_some(source);
    trl_source_close(&source);
    close(fd);
    return 0;
}
