/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "base/file.h"
#include "tensor/layout.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void keep_line(void *user, enum trl_log_level level, const char *line)
{
    struct fixture *f = user;
    f->lines[level]++;
    snprintf(f->line[level], sizeof(f->line[level]), "%s", line);
}

int fixture_set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    snprintf(f->folder, sizeof(f->folder), "/tmp/tensorreel-source-XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    *state = f;
    return trl_log_create(&f->log, &(struct trl_log_params){.callback = keep_line, .user = f});
}

int fixture_tear_down(void **state)
{
    struct fixture *f = *state;
    glob_t found = {0};
    if (!glob(fixture_path(f, "*"), 0, NULL, &found)) {
        for (size_t i = 0; i < found.gl_pathc; i++)
            unlink(found.gl_pathv[i]);
    }
    globfree(&found);
    rmdir(f->folder);
    trl_log_destroy(&f->log);
    free(f);
    return 0;
}

const char *fixture_path(struct fixture *f, const char *name)
{
    static char paths[4][160];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof(paths[0]), "%s/%s", f->folder, name);
    return path;
}

const char *fixture_write(struct fixture *f, const char *name, const void *data, size_t size)
{
    const char *path = fixture_path(f, name);
    const int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    assert_true(fd >= 0);
    assert_int_equal(trl_write_all(fd, data, size), 0);
    close(fd);
    return path;
}

size_t npy_record(uint8_t *out, int version, const char *text, const void *data, size_t size)
{
    const size_t length = strlen(text);
    const size_t prefix = version == 1 ? 10 : 12;
    memcpy(out, "\x93NUMPY", 6);
    out[6] = (uint8_t)version;
    out[7] = 0;
    for (size_t i = 8; i < prefix; i++)
        out[i] = (uint8_t)(length >> 8 * (i - 8));
    memcpy(out + prefix, text, length);
    if (size)
        memcpy(out + prefix + length, data, size);
    return prefix + length + size;
}

size_t npy_header_v1(uint8_t *out, const char *descr, const char *order, const char *shape)
{
    char text[256];
    snprintf(text, sizeof(text), "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n", descr,
             order, shape);
    return npy_record(out, 1, text, NULL, 0);
}

static void append_frame(const struct trl_source_block *block, int64_t n, const char *data,
                         float *out)
{
    const struct trl_layout *l = &block->layout;
    const int64_t size = (int64_t)trl_dtype_size(l->dtype);
    const int64_t begin = l->offset + n * block->frame_stride;
    for (int64_t z = 0; z < l->shape[0]; z++) {
        for (int64_t y = 0; y < l->shape[1]; y++) {
            for (int64_t x = 0; x < l->shape[2]; x++) {
                const int64_t at = begin + z * l->stride[0] + y * l->stride[1] + x * l->stride[2];
                assert_true(at >= 0 && (uint64_t)((at + 1) * size) <= block->size_bytes);
                *out++ = trl_element_f32(l->dtype, l->big_endian, data + at * size);
            }
        }
    }
}

int64_t read_all_frames(struct fixture *f, const struct trl_source_params *params,
                        uint64_t block_limit, float *out, int64_t capacity,
                        struct trl_source_info *info, int *blocks)
{
    struct trl_source_params with_log = *params;
    struct trl_source *source;
    struct trl_source_block block;
    with_log.log = f->log;
    int error = trl_source_open(&source, &with_log);
    if (error) {
        assert_null(source);
        return error;
    }
    trl_source_limit_blocks(source, block_limit);
    const struct trl_source_info *known = trl_source_info(source);
    const int64_t elements = known->tiles * known->rows * known->columns;
    const uint64_t bytes = trl_source_block_bytes_max(source);
    char *data = malloc(bytes);
    int64_t frames = 0;
    int count = 0;
    while (!(error = trl_source_read(source, &block, data, bytes)) && block.frame_count) {
        assert_int_equal(block.first, frames);
        assert_true(block.size_bytes <= bytes);
        assert_int_equal(block.layout.dtype, known->dtype);
        assert_true((frames + block.frame_count) * elements <= capacity);
        for (int64_t n = 0; n < block.frame_count; n++)
            append_frame(&block, n, data, out + frames++ * elements);
        count++;
    }
    if (!error && known->frame_count >= 0)
        assert_int_equal(frames, known->frame_count);
    if (info)
        *info = *known;
    if (blocks)
        *blocks = count;
    free(data);
    trl_source_close(&source);
    assert_null(source);
    return error ? error : frames;
}

void expect_failure(struct fixture *f, const struct trl_source_params *params, int error,
                    const char *text)
{
    static float sink[1 << 16];
    f->lines[TRL_LOG_ERROR] = 0;
    assert_int_equal(read_all_frames(f, params, 0, sink, 1 << 16, NULL, NULL), error);
    assert_int_equal(f->lines[TRL_LOG_ERROR], 1);
    if (!strstr(f->line[TRL_LOG_ERROR], text))
        fail_msg("'%s' does not say '%s'", f->line[TRL_LOG_ERROR], text);
}
