/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "base/file.h"
#include "source/source.h"
#include "tensor/layout.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STREAM_MAX = 60000, FRAME_MAX = 1 << 16, FRAMES_MAX = 5000 };

/* Less than a pipe holds, so that writing never waits for the reader. */
static int open_stream(const uint8_t *data, size_t size, int as_file)
{
    if (as_file) {
        const int fd = memfd_create("fuzz", MFD_CLOEXEC);
        fuzz_require(fd >= 0 && !trl_write_all(fd, data, size));
        return fd;
    }
    int ends[2];
    fuzz_require(!pipe(ends));
    fuzz_require(!trl_write_all(ends[1], data, size));
    close(ends[1]);
    return ends[0];
}

static void check_block(const struct trl_source *source, const struct trl_source_block *block)
{
    const struct trl_source_info *info = trl_source_info(source);
    const uint64_t size = trl_dtype_size(info->dtype);
    int64_t low, high;
    fuzz_require(size && size < 8 && block->layout.dtype == info->dtype);
    fuzz_require(block->layout.shape[0] == info->tiles && block->layout.shape[1] == info->rows &&
                 block->layout.shape[2] == info->columns);
    fuzz_require(block->size_bytes <= trl_source_block_bytes_max(source));
    fuzz_require(trl_layout_bounds(&block->layout, &low, &high) && low >= 0);
    high += (block->frame_count - 1) * block->frame_stride;
    fuzz_require(((uint64_t)high + 1) * size <= block->size_bytes);
}

static void read_source(struct trl_source *source)
{
    trl_source_limit_blocks(source, 4096);
    const uint64_t capacity = trl_source_block_bytes_max(source);
    void *data = malloc(capacity);
    if (!data)
        return;
    struct trl_source_block block;
    int64_t frames = 0;
    while (frames < FRAMES_MAX && !trl_source_read(source, &block, data, capacity) &&
           block.frame_count) {
        fuzz_require(block.first == frames);
        check_block(source, &block);
        frames += block.frame_count;
    }
    free(data);
}

/* The first byte chooses among files and pipes, axes, and frames; the rest is the stream. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const axes[8] = {NULL, NULL, NULL, "HWT", "THWC", "HTW", "NCHW", "TW"};
    if (!size || size > STREAM_MAX)
        return 0;
    const uint8_t choice = data[0];
    const int fd = open_stream(data + 1, size - 1, choice & 1);
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    const char *name = path;
    const struct trl_source_params params = {
        .paths = &name,
        .path_count = 1,
        .axes = axes[choice >> 1 & 7],
        .first = choice >> 4 & 3,
        .step = choice >> 6,
        .frame_bytes_max = FRAME_MAX,
    };
    struct trl_source *source;
    if (!trl_source_open(&source, &params))
        read_source(source);
    trl_source_close(&source);
    close(fd);
    return 0;
}
