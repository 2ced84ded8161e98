/* SPDX-License-Identifier: BSD-2-Clause */
#include "frames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>

#include <cmocka.h>

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int alive;
static atomic_int released_twice;

/* Released frames stay allocated until none is alive, so that a second release is seen. */
struct made {
    struct trl_frame frame;
    uint8_t *blocks[TRL_PIXEL_COUNT];
    struct trl_palette palette;
    atomic_bool released;
    struct made *next;
};

static struct made *all;

static void release(struct trl_frame *frame)
{
    struct made *made = frame->owner;
    if (atomic_exchange(&made->released, true)) {
        atomic_fetch_add(&released_twice, 1);
        return;
    }
    /* Whoever reads on sees that it is wrong. */
    for (int pixel = 0; pixel < TRL_PIXEL_COUNT; pixel++) {
        if (made->blocks[pixel])
            memset(made->blocks[pixel], 0xdb, frame->layout[pixel].size);
    }
    atomic_fetch_sub(&alive, 1);
}

int frames_alive(void)
{
    assert_int_equal(atomic_load(&released_twice), 0);
    if (atomic_load(&alive) == 0) {
        while (all) {
            struct made *next = all->next;
            assert_int_equal(atomic_load(&all->frame.references), 0); /* taken as often as given */
            for (int pixel = 0; pixel < TRL_PIXEL_COUNT; pixel++)
                free(all->blocks[pixel]);
            free(all);
            all = next;
        }
    }
    return atomic_load(&alive);
}

static uint8_t *at(struct made *made, enum trl_pixel pixel, int plane, int x, int y)
{
    const struct trl_image_layout *layout = &made->frame.layout[pixel];
    return made->blocks[pixel] + layout->plane_offset[plane] + (size_t)y * layout->stride[plane] +
           x;
}

static int clamp(int value, int end)
{
    return value < end ? value : end - 1;
}

/* BT.709, limited range. */
static void to_yuv(const uint8_t rgb[3], double yuv[3])
{
    const double r = rgb[0] / 255.0, g = rgb[1] / 255.0, b = rgb[2] / 255.0;
    const double y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    yuv[0] = 16 + 219 * y;
    yuv[1] = 128 + 224 * (b - y) / 1.8556;
    yuv[2] = 128 + 224 * (r - y) / 1.5748;
}

static void put_pixel(struct made *made, int x, int y, unsigned entry)
{
    const uint8_t *rgb = made->palette.rgb[entry];
    double yuv[3];
    to_yuv(rgb, yuv);
    if (made->blocks[TRL_PIXEL_PAL8]) {
        *at(made, TRL_PIXEL_PAL8, 0, x, y) = (uint8_t)entry;
        *at(made, TRL_PIXEL_PAL8, 1, x / 8, y) |= (uint8_t)((entry >> 8) << (x % 8));
    }
    if (made->blocks[TRL_PIXEL_RGB24])
        memcpy(at(made, TRL_PIXEL_RGB24, 0, 3 * x, y), rgb, 3);
    if (made->blocks[TRL_PIXEL_BGR0])
        memcpy(at(made, TRL_PIXEL_BGR0, 0, 4 * x, y), (uint8_t[]){rgb[2], rgb[1], rgb[0], 0}, 4);
    for (int plane = 0; made->blocks[TRL_PIXEL_I444] && plane < 3; plane++)
        *at(made, TRL_PIXEL_I444, plane, x, y) = (uint8_t)lrint(yuv[plane]);
}

static void put_420(struct made *made, frames_index_fn index, int width, int height, int64_t frame)
{
    const struct trl_image_layout *layout = &made->frame.layout[TRL_PIXEL_I420];
    for (int y = 0; y < layout->height; y++) {
        for (int x = 0; x < layout->width; x++) {
            double yuv[3], chroma[3] = {0};
            to_yuv(made->palette.rgb[index(clamp(x, width), clamp(y, height), frame)], yuv);
            *at(made, TRL_PIXEL_I420, 0, x, y) = (uint8_t)lrint(yuv[0]);
            if (x % 2 || y % 2)
                continue;
            for (int i = 0; i < 6; i++) {
                static const int weights[3] = {1, 2, 1};
                const int sx = clamp(x + i % 3 - 1 < 0 ? 0 : x + i % 3 - 1, width);
                const int sy = clamp(y + i / 3, height);
                to_yuv(made->palette.rgb[index(sx, sy, frame)], yuv);
                chroma[1] += yuv[1] * weights[i % 3] / 8;
                chroma[2] += yuv[2] * weights[i % 3] / 8;
            }
            for (int plane = 1; plane < 3; plane++)
                *at(made, TRL_PIXEL_I420, plane, x / 2, y / 2) = (uint8_t)lrint(chroma[plane]);
        }
    }
}

struct trl_frame *frames_make(int64_t index, int width, int height,
                              const struct frames_palette_options *options)
{
    struct made *made = calloc(1, sizeof(*made));
    assert_non_null(made);
    made->palette = *options->palette;
    made->frame.index = index;
    made->frame.width = width;
    made->frame.height = height;
    made->frame.palette = &made->palette;
    made->frame.release = release;
    made->frame.owner = made;
    atomic_init(&made->frame.references, 1);
    for (int pixel = 0; pixel < TRL_PIXEL_COUNT; pixel++) {
        if (!(options->forms & TRL_PIXEL_BIT(pixel)))
            continue;
        trl_image_layout(&made->frame.layout[pixel], (enum trl_pixel)pixel, width, height);
        made->blocks[pixel] = calloc(1, made->frame.layout[pixel].size);
        assert_non_null(made->blocks[pixel]);
        made->frame.data[pixel] = made->blocks[pixel];
    }
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++)
            put_pixel(made, x, y, options->index(x, y, index));
    }
    if (made->blocks[TRL_PIXEL_I420])
        put_420(made, options->index, width, height, index);
    made->next = all;
    all = made;
    atomic_fetch_add(&alive, 1);
    return &made->frame;
}

void frames_fill_palette(struct trl_palette *palette)
{
    memset(palette, 0, sizeof(*palette));
    for (int i = 0; i < 256; i++) {
        palette->rgb[i][0] = (uint8_t)i;
        palette->rgb[i][1] = (uint8_t)(128 + lrint(100 * sin(i / 40.0)));
        palette->rgb[i][2] = (uint8_t)(255 - i);
    }
    for (int i = 256; i < TRL_PALETTE_SIZE; i++) {
        palette->rgb[i][0] = (uint8_t)i;
        palette->rgb[i][1] = 1;
        palette->rgb[i][2] = 7;
    }
}

unsigned frames_smooth(int x, int y, int64_t frame)
{
    const double t = (double)frame;
    return (unsigned)lrint(127.5 + 127 * sin(x / 23.0 + t / 9) * cos(y / 31.0 - t / 13));
}

static void keep_line(void *user, enum trl_log_level level, const char *line)
{
    struct frames_log *log = user;
    const int i = (int)level - TRL_LOG_ERROR;
    const size_t used = strlen(log->text[i]);
    snprintf(log->text[i] + used, sizeof(log->text[i]) - used, "%s\n", line);
    log->count[i]++;
}

void frames_log_open(struct frames_log *log)
{
    *log = (struct frames_log){0};
    const struct trl_log_params params = {
        .callback = keep_line, .user = log, .level = TRL_LOG_DEBUG};
    assert_int_equal(trl_log_create(&log->log, &params), 0);
}

void frames_log_close(struct frames_log *log)
{
    trl_log_destroy(&log->log);
}

char *frames_folder_make(void)
{
    char *folder = strdup("/tmp/tensorreel-sink-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

static int visit(const char *folder, bool remove)
{
    int count = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    const struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        count++;
        if (remove)
            unlinkat(dirfd(dir), entry->d_name, 0);
    }
    closedir(dir);
    return count;
}

void frames_folder_remove(char *folder)
{
    visit(folder, true);
    assert_int_equal(rmdir(folder), 0);
    free(folder);
}

int frames_folder_count(const char *folder)
{
    return visit(folder, false);
}

const char *frames_path(const char *folder, const char *name)
{
    static char paths[8][512];
    static int next;
    next = (next + 1) % 8;
    snprintf(paths[next], sizeof(paths[next]), "%s/%s", folder, name);
    return paths[next];
}

uint8_t *frames_read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    *size = 0;
    if (!file)
        return NULL;
    uint8_t *data = NULL;
    size_t n, capacity = 0;
    do {
        capacity += 1 << 16;
        data = realloc(data, capacity + 1);
        assert_non_null(data);
        n = fread(data + *size, 1, capacity - *size, file);
        *size += n;
    } while (n);
    fclose(file);
    data[*size] = 0;
    return data;
}

int frames_sink_create(struct trl_sink **out, const struct trl_sink_params *params)
{
    const struct trl_sink_class *impl;
    *out = NULL;
    const int error = trl_sink_class_find(&impl, params->log, params->output->path);
    return error ? error : impl->create(out, params);
}
