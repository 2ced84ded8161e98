/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct test_device gpu;
static uint64_t memory_before;

int gpu_open(void **state)
{
    (void)state;
    return test_device_open(&gpu);
}

int gpu_close(void **state)
{
    (void)state;
    test_device_close(&gpu);
    return gpu.messages;
}

int test_begin(void **state)
{
    (void)state;
    probes_reset();
    gpu.messages = 0;
    gpu.quiet = false;
    memory_before = trl_gpu_memory_used(gpu.device);
    return 0;
}

int test_end(void **state)
{
    (void)state;
    const int messages = gpu.messages;
    gpu.messages = 0;
    return messages || trl_gpu_memory_used(gpu.device) != memory_before;
}

void expect_error(const char *text)
{
    if (!strstr(gpu.last, text))
        print_error("'%s' does not say '%s'\n", gpu.last, text);
    assert_non_null(strstr(gpu.last, text));
    assert_int_equal(gpu.messages, 1);
    gpu.messages = 0;
    gpu.quiet = false;
}

static const struct trl_output_params probe_outputs[PROBES] = {
    {.path = "probe:0"}, {.path = "probe:1"}, {.path = "probe:2"}, {.path = "probe:3"}};

struct trl_stream_params probe_params(int count)
{
    return (struct trl_stream_params){
        .log = gpu.log,
        .view = {.vmin_set = true, .vmax_set = true, .vmin = 0, .vmax = 100, .scale = 1},
        .outputs = probe_outputs,
        .output_count = count,
    };
}

struct trl_stream *stream_open(const struct trl_stream_params *params, bool with_probes)
{
    struct trl_stream *stream = NULL;
    assert_int_equal(
        trl_stream_create_with(&stream, gpu.device, params, with_probes ? &probe_class : NULL), 0);
    return stream;
}

void frame_fill(float *values, int64_t frame)
{
    for (int64_t n = 0; n < ROWS * COLUMNS; n++)
        values[n] = (float)((n * 7 + frame * 13) % 101);
}

int push_plain(struct trl_stream *stream, int64_t frame)
{
    float values[ROWS * COLUMNS];
    frame_fill(values, frame);
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 2, (int64_t[]){ROWS, COLUMNS}, false),
                     0);
    return trl_stream_push(stream, &layout, values, sizeof(values));
}

struct trl_stream_stats stats_of(const struct trl_stream *stream)
{
    struct trl_stream_stats stats;
    trl_stream_stats(stream, &stats);
    return stats;
}

char *folder_make(void)
{
    char *folder = strdup("/tmp/tensorreel-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

const char *path_in(const char *folder, const char *name)
{
    static char paths[4][512];
    static int now;
    now = (now + 1) % 4;
    snprintf(paths[now], sizeof(paths[now]), "%s/%s", folder, name);
    return paths[now];
}

static int walk(const char *folder, bool removes)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    int count = 0;
    const struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
        count++;
        if (removes)
            unlink(path_in(folder, entry->d_name));
    }
    closedir(dir);
    return count;
}

void folder_remove(char *folder)
{
    walk(folder, true);
    rmdir(folder);
    free(folder);
}

int folder_count(const char *folder)
{
    return walk(folder, false);
}

char *file_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    struct stat info;
    fstat(fileno(file), &info);
    char *text = calloc((size_t)info.st_size + 1, 1);
    assert_int_equal(fread(text, 1, (size_t)info.st_size, file), info.st_size);
    fclose(file);
    return text;
}
