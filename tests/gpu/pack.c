/* SPDX-License-Identifier: BSD-2-Clause */
#include "device.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "readback/ring.h"
#include "shared/yuv.h"

static struct test_device gpu;

/* A picture of random cells behind random but monotone maps, with some background. */
struct sample {
    int width, height, columns, rows;
    uint32_t stride;
    uint16_t *cells, *column_map, *row_map;
    struct trl_palette palette;
    struct trl_picture picture;
};

static uint32_t random_word(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static struct trl_gpu_buffer *upload(const void *data, size_t size)
{
    struct trl_gpu_buffer *out = NULL;
    const struct trl_gpu_buffer_params params = {
        .name = "test", .size_bytes = size, .memory = TRL_GPU_MEMORY_UPLOAD};
    assert_int_equal(trl_gpu_buffer_create(&out, gpu.device, &params), 0);
    memcpy(trl_gpu_buffer_map(out), data, size);
    assert_int_equal(trl_gpu_buffer_flush(out, 0, size), 0);
    return out;
}

static void make_sample(struct sample *s, int width, int height, int columns, int rows)
{
    uint32_t seed = (uint32_t)(width * 7919 + height * 104729 + columns * 31 + rows);
    *s = (struct sample){.width = width, .height = height, .columns = columns, .rows = rows};
    s->stride = ((uint32_t)columns + 1) & ~1u;
    s->cells = calloc(s->stride * (size_t)rows, 2);
    s->column_map = calloc((size_t)width + 1, 2);
    s->row_map = calloc((size_t)height + 1, 2);
    for (int n = 0; n < columns * rows; n++)
        s->cells[(uint32_t)(n / columns) * s->stride + (uint32_t)(n % columns)] =
            (uint16_t)(random_word(&seed) % TRL_PALETTE_USED);
    for (int x = 0; x < width; x++)
        s->column_map[x] = x % 64 >= 61 ? TRL_PICTURE_OUTSIDE : (uint16_t)(x * columns / width);
    for (int y = 0; y < height; y++)
        s->row_map[y] = y == 1 ? TRL_PICTURE_OUTSIDE : (uint16_t)(y * rows / height);
    uint32_t words[TRL_PALETTE_SIZE] = {0};
    for (int n = 0; n < TRL_PALETTE_USED; n++)
        for (int c = 0; c < 3; c++) {
            s->palette.rgb[n][c] = (uint8_t)random_word(&seed);
            words[n] |= (uint32_t)s->palette.rgb[n][c] << 8 * c;
        }
    const struct trl_frame_counts counts = {.nan = 5, .over = 7, .low = -1.5f, .high = 2.5f};
    s->picture = (struct trl_picture){
        .width = width,
        .height = height,
        .cell_columns = columns,
        .cell_rows = rows,
        .cell_stride = s->stride,
        .cells = upload(s->cells, s->stride * (size_t)rows * 2),
        .columns = upload(s->column_map, ((size_t)width + 1) / 2 * 4),
        .rows = upload(s->row_map, ((size_t)height + 1) / 2 * 4),
        .column_map = s->column_map,
        .row_map = s->row_map,
        .palette = upload(words, sizeof(words)),
        .counts = upload(&counts, sizeof(counts)),
    };
}

static void free_sample(struct sample *s)
{
    trl_gpu_buffer_destroy(&s->picture.cells);
    trl_gpu_buffer_destroy(&s->picture.columns);
    trl_gpu_buffer_destroy(&s->picture.rows);
    trl_gpu_buffer_destroy(&s->picture.palette);
    trl_gpu_buffer_destroy(&s->picture.counts);
    free(s->cells);
    free(s->column_map);
    free(s->row_map);
}

static unsigned index_of(const struct sample *s, int x, int y)
{
    const unsigned column = s->column_map[x], row = s->row_map[y];
    if (column == TRL_PICTURE_OUTSIDE || row == TRL_PICTURE_OUTSIDE)
        return TRL_PALETTE_BACKGROUND;
    return s->cells[row * s->stride + column];
}

static const uint8_t *rgb_of(const struct sample *s, int x, int y)
{
    const int cx = x < 0 ? 0 : x >= s->width ? s->width - 1 : x;
    const int cy = y >= s->height ? s->height - 1 : y;
    return s->palette.rgb[index_of(s, cx, cy)];
}

/* The definition of BT.709 in double: what the integers are measured against. */
static void yuv_exact(const uint8_t *rgb, double out[3])
{
    const double r = rgb[0] / 255.0, g = rgb[1] / 255.0, b = rgb[2] / 255.0;
    const double y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    out[0] = 16 + 219 * y;
    out[1] = 128 + 224 * (b - y) / 1.8556;
    out[2] = 128 + 224 * (r - y) / 1.5748;
}

/* Integer results may differ from the definition only where it lies this close to the middle of
 * two codes: three coefficients rounded to 2^-21, times 255, and for 4:2:0 terms rounded to 2^-7.
 */
static void check_code(double exact, uint8_t code, double slack)
{
    assert_true(fabs(exact - code) <= 0.5 + slack);
}

static void check_i444(const struct sample *s, const struct trl_frame *frame)
{
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            double exact[3];
            yuv_exact(rgb_of(s, x, y), exact);
            for (int plane = 0; plane < 3; plane++)
                check_code(
                    exact[plane],
                    trl_frame_plane(
                        frame, TRL_PIXEL_I444,
                        plane)[(size_t)y * frame->layout[TRL_PIXEL_I444].stride[plane] + (size_t)x],
                    0.0004);
        }
}

static void check_i420(const struct sample *s, const struct trl_frame *frame)
{
    static const int weights[3] = {1, 2, 1};
    const struct trl_image_layout *layout = &frame->layout[TRL_PIXEL_I420];
    assert_int_equal(layout->width, s->width + (s->width & 1));
    assert_int_equal(layout->height, s->height + (s->height & 1));
    for (int y = 0; y < layout->height; y++)
        for (int x = 0; x < layout->width; x++) {
            double exact[3], mean[3] = {0};
            yuv_exact(rgb_of(s, x, y), exact);
            check_code(exact[0],
                       trl_frame_plane(frame, TRL_PIXEL_I420,
                                       0)[(size_t)y * layout->stride[0] + (size_t)x],
                       0.0004);
            if (x & 1 || y & 1)
                continue;
            for (int n = 0; n < 6; n++) {
                yuv_exact(rgb_of(s, x + n % 3 - 1, y + n / 3), exact);
                for (int c = 1; c < 3; c++)
                    mean[c] += weights[n % 3] * exact[c] / 8;
            }
            for (int c = 1; c < 3; c++)
                check_code(mean[c],
                           trl_frame_plane(frame, TRL_PIXEL_I420,
                                           c)[(size_t)(y / 2) * layout->stride[c] + (size_t)x / 2],
                           0.5004);
        }
}

static void check_rgb(const struct sample *s, struct trl_frame *frame, uint32_t mask)
{
    uint8_t *row = malloc((size_t)s->width * 3);
    for (int pixel = TRL_PIXEL_RGB24; pixel <= TRL_PIXEL_PAL8; pixel++) {
        if (!(mask & TRL_PIXEL_BIT(pixel)))
            continue;
        struct trl_frame one = *frame;
        for (int n = 0; n < TRL_PIXEL_COUNT; n++)
            one.data[n] = n == pixel ? frame->data[n] : NULL;
        for (int y = 0; y < s->height; y++) {
            trl_frame_row_rgb24(&one, y, row);
            for (int x = 0; x < s->width; x++)
                assert_memory_equal(row + 3 * (size_t)x, rgb_of(s, x, y), 3);
        }
    }
    free(row);
}

enum way { WAY_PARTS, WAY_EVERY_ROW, WAY_CANVAS, WAY_COUNT };

static void check_packing(int width, int height, int columns, int rows, enum way way)
{
    const bool canvas = way == WAY_CANVAS;
    struct sample s;
    make_sample(&s, width, height, columns, rows);
    uint32_t mask = TRL_PIXEL_BIT(TRL_PIXEL_COUNT) - 1;
    if (canvas)
        mask &= ~TRL_PIXEL_BIT(TRL_PIXEL_PAL8);
    struct trl_ring *ring = NULL;
    const struct trl_part part = {.picture = &s.picture};
    const struct trl_composition composition = {.width = width,
                                                .height = height,
                                                .parts = &part,
                                                .part_count = 1,
                                                .counts = s.picture.counts};
    const struct trl_ring_params params = {
        .packer = {.composition = &composition,
                   .pixel_mask = mask,
                   .canvas = canvas,
                   .every_row = way == WAY_EVERY_ROW},
        .palette = &s.palette,
    };
    assert_int_equal(trl_ring_create(&ring, gpu.device, &params), 0);
    for (int n = 0; n < 2; n++) {
        struct trl_slot *slot = NULL;
        assert_int_equal(trl_ring_acquire(ring, true, &slot), 0);
        assert_int_equal(trl_ring_submit(ring, slot, n, NULL, 0, NULL), 0);
        struct trl_frame *frame = NULL;
        int64_t lost;
        assert_int_equal(trl_ring_next(ring, &frame, &lost), 0);
        assert_int_equal(frame->index, n);
        assert_int_equal(frame->counts.nan, 5);
        assert_int_equal(frame->counts.over, 7);
        assert_true(frame->counts.high == 2.5f);
        check_i420(&s, frame);
        check_i444(&s, frame);
        check_rgb(&s, frame, mask);
        trl_frame_unref(frame);
    }
    trl_ring_destroy(&ring);
    free_sample(&s);
}

static void all_ways_give_the_picture(void **state)
{
    (void)state;
    static const int sizes[][4] = {
        {1, 1, 1, 1},      {2, 2, 1, 1},     {3, 5, 2, 3},        {64, 48, 16, 12},
        {65, 33, 65, 33},  {21, 64, 4, 3},   {257, 130, 32, 129}, {200, 90, 13, 7},
        {131, 77, 500, 1}, {640, 30, 80, 7}, {333, 40, 37, 9},    {129, 64, 9, 64},
    };
    for (size_t n = 0; n < sizeof(sizes) / sizeof(sizes[0]); n++)
        for (enum way way = 0; way < WAY_COUNT; way++)
            check_packing(sizes[n][0], sizes[n][1], sizes[n][2], sizes[n][3], way);
}

static struct trl_frame *pack_once(struct trl_ring *ring, int64_t index)
{
    struct trl_slot *slot = NULL;
    struct trl_frame *frame = NULL;
    int64_t lost;
    assert_int_equal(trl_ring_acquire(ring, true, &slot), 0);
    assert_int_equal(trl_ring_submit(ring, slot, index, NULL, 0, NULL), 0);
    assert_int_equal(trl_ring_next(ring, &frame, &lost), 0);
    return frame;
}

static void show_cells_as_pixels(struct sample *s)
{
    for (int x = 0; x < s->width; x++)
        s->column_map[x] = (uint16_t)x;
    for (int y = 0; y < s->height; y++)
        s->row_map[y] = (uint16_t)y;
    trl_gpu_buffer_destroy(&s->picture.columns);
    trl_gpu_buffer_destroy(&s->picture.rows);
    s->picture.columns = upload(s->column_map, ((size_t)s->width + 1) / 2 * 4);
    s->picture.rows = upload(s->row_map, ((size_t)s->height + 1) / 2 * 4);
}

/* Makes the ground background where a part with its padding will lie, and a column left of it. */
static void clear(struct sample *ground, const struct trl_part *part)
{
    const int width = part->pad_left + part->picture->width + part->pad_right;
    for (int y = 0; y < part->picture->height + part->pad_bottom; y++)
        for (int x = -1; x < width; x++)
            ground->cells[(uint32_t)(part->y + y) * ground->stride + (uint32_t)(part->x + x)] =
                TRL_PALETTE_BACKGROUND;
}

/* Copies what a part shows into the picture of the whole frame: a cell a pixel. */
static void paint(struct sample *ground, const struct sample *sample, const struct trl_part *part)
{
    const int left = part->x + part->pad_left;
    for (int y = 0; y < sample->height; y++)
        for (int x = 0; x < sample->width; x++)
            ground->cells[(uint32_t)(part->y + y) * ground->stride + (uint32_t)(left + x)] =
                (uint16_t)index_of(sample, x, y);
}

static struct trl_gpu_buffer *upload_words(const struct sample *ground, const struct sample *sample)
{
    const size_t size = (size_t)sample->width * (size_t)sample->height * 4;
    uint32_t *words = malloc(size);
    for (int n = 0; n < sample->width * sample->height; n++) {
        const uint8_t *rgb =
            ground->palette.rgb[index_of(sample, n % sample->width, n / sample->width)];
        words[n] = rgb[0] | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[2] << 16;
    }
    struct trl_gpu_buffer *out = upload(words, size);
    free(words);
    return out;
}

/* Cells that are wide, narrow, and wide again, the last drawn as indices or in full colour. */
enum { PARTS = 3 };

struct scene {
    struct sample ground, samples[PARTS];
    struct trl_picture colors;
    struct trl_part parts[1 + PARTS];
    struct trl_composition composition;
};

static void make_scene(struct scene *scene, bool full_color)
{
    static const int sizes[PARTS][4] = {{128, 97, 13, 9}, {139, 64, 139, 60}, {149, 30, 14, 12}};
    struct sample *ground = &scene->ground;
    make_sample(ground, 333, 135, 333, 135);
    show_cells_as_pixels(ground);
    scene->parts[0] = (struct trl_part){.picture = &ground->picture, .still = true};
    scene->parts[1] =
        (struct trl_part){.x = 34, .y = 2, .pad_left = 2, .pad_right = 2, .pad_bottom = 1};
    scene->parts[2] = (struct trl_part){.x = 190, .pad_left = 2, .pad_right = 2};
    scene->parts[3] = (struct trl_part){.x = 92, .y = 100, .pad_left = 2, .pad_right = 1};
    for (int n = 0; n < PARTS; n++) {
        make_sample(&scene->samples[n], sizes[n][0], sizes[n][1], sizes[n][2], sizes[n][3]);
        trl_gpu_buffer_destroy(&scene->samples[n].picture.palette);
        scene->samples[n].picture.palette = ground->picture.palette;
        scene->parts[n + 1].picture = &scene->samples[n].picture;
        clear(ground, &scene->parts[n + 1]);
    }
    if (full_color) {
        scene->colors = (struct trl_picture){
            .width = 149, .height = 30, .words = upload_words(ground, &scene->samples[2])};
        scene->parts[3].picture = &scene->colors;
    }
    trl_gpu_buffer_destroy(&ground->picture.cells);
    ground->picture.cells =
        upload(ground->cells, ground->stride * (size_t)ground->rows * sizeof(*ground->cells));
    for (int n = 0; n < PARTS; n++)
        paint(ground, &scene->samples[n], &scene->parts[n + 1]);
    const uint8_t *rgb = ground->palette.rgb[TRL_PALETTE_BACKGROUND];
    scene->composition = (struct trl_composition){
        .width = 333,
        .height = 135,
        .parts = scene->parts,
        .part_count = 1 + PARTS,
        .background = rgb[0] | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[2] << 16,
        .counts = ground->picture.counts,
    };
}

static void free_scene(struct scene *scene)
{
    trl_gpu_buffer_destroy(&scene->colors.words);
    for (int n = 0; n < PARTS; n++) {
        scene->samples[n].picture.palette = NULL;
        free_sample(&scene->samples[n]);
    }
    free_sample(&scene->ground);
}

/* A still ground and the parts on it give the frame that one picture of all pixels gives; a slot
 * that is used again keeps its still parts. */
static void check_scene(enum way way, bool full_color)
{
    struct scene scene = {0};
    make_scene(&scene, full_color);
    uint32_t mask = TRL_PIXEL_BIT(TRL_PIXEL_COUNT) - 1;
    if (full_color || way == WAY_CANVAS)
        mask &= ~TRL_PIXEL_BIT(TRL_PIXEL_PAL8);
    const struct trl_ring_params params = {
        .packer = {.composition = &scene.composition,
                   .pixel_mask = mask,
                   .canvas = way == WAY_CANVAS,
                   .every_row = way == WAY_EVERY_ROW},
        .palette = &scene.ground.palette,
    };
    struct trl_ring *ring = NULL;
    assert_int_equal(trl_ring_create(&ring, gpu.device, &params), 0);
    for (int n = 0; n < TRL_RING_SLOTS + 1; n++) {
        struct trl_frame *frame = pack_once(ring, n);
        check_i444(&scene.ground, frame);
        check_i420(&scene.ground, frame);
        check_rgb(&scene.ground, frame, mask);
        trl_frame_unref(frame);
    }
    trl_ring_destroy(&ring);
    free_scene(&scene);
}

static void parts_make_the_frame(void **state)
{
    (void)state;
    for (enum way way = 0; way < WAY_COUNT; way++)
        for (int full_color = 0; full_color < 2; full_color++)
            check_scene(way, full_color);
}

/* Published codes of the colour bars, and every grey neutral. */
static void known_colors(void **state)
{
    (void)state;
    static const struct {
        uint32_t color;
        uint32_t yuv[3];
    } bars[] = {
        {0xffffff, {235, 128, 128}}, {0x000000, {16, 128, 128}}, {0x0000ff, {63, 102, 240}},
        {0x00ff00, {173, 42, 26}},   {0xff0000, {32, 240, 118}}, {0xffff00, {188, 154, 16}},
        {0xff00ff, {78, 214, 230}},  {0x00ffff, {219, 16, 138}},
    };
    for (size_t n = 0; n < sizeof(bars) / sizeof(bars[0]); n++) {
        assert_int_equal(trl_yuv_luma(bars[n].color), bars[n].yuv[0]);
        assert_int_equal(trl_yuv_chroma_code(trl_yuv_cb(bars[n].color)), bars[n].yuv[1]);
        assert_int_equal(trl_yuv_chroma_code(trl_yuv_cr(bars[n].color)), bars[n].yuv[2]);
    }
    for (uint32_t grey = 0; grey < 256; grey++) {
        assert_int_equal(trl_yuv_chroma_code(trl_yuv_cb(grey * 0x010101)), 128);
        assert_int_equal(trl_yuv_chroma_code(trl_yuv_cr(grey * 0x010101)), 128);
    }
}

static int open_device(void **state)
{
    (void)state;
    return test_device_open(&gpu);
}

static int close_device(void **state)
{
    (void)state;
    test_device_close(&gpu);
    return gpu.messages;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_colors),
        cmocka_unit_test(all_ways_give_the_picture),
        cmocka_unit_test(parts_make_the_frame),
    };
    return cmocka_run_group_tests_name("pack", tests, open_device, close_device);
}
