/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/stamp.h"

#include "base/frame.h"
#include "base/log.h"
#include "base/math.h"
#include "gpu/upload.h"
#include "shared/format.h"
#include "view/geometry.h"
#include "view/glyph.h"

#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

_Static_assert(TRL_STAMP_INDEX == TRL_PALETTE_TEXT, "shader and C agree");
_Static_assert(TRL_STAMP_BACKGROUND == TRL_PALETTE_BACKGROUND, "shader and C agree");
_Static_assert(TRL_STAMP_GLYPHS == TRL_STAMP_CODES + 32, "room for the codes");
_Static_assert(TRL_STAMP_LINES == TRL_STAMP_NUMBERS + 3 * TRL_STAMP_NUMBERS_MAX,
               "room for numbers");
_Static_assert(TRL_STAMP_CODES == TRL_STAMP_LINES + TRL_STAMP_LINE_WORDS * TRL_STAMP_LINES_MAX,
               "room for lines");
_Static_assert(sizeof(struct trl_stamp_push) <= TRL_GPU_PUSH_MAX, "fits every device");

enum { FIGURE_SPACE = 0x2007, MINUS = 0x2212 };

struct trl_stamp {
    struct trl_device *device;
    struct trl_picture picture;
    struct trl_gpu_kernel *kernel;
    struct trl_gpu_buffer *table, *cells, *columns, *rows, *nothing;
    struct trl_gpu_buffer *values; /* borrowed */
    uint16_t *maps;
    uint32_t codes[TRL_STAMP_NEXT_LINE]; /* code point of each glyph */
    uint32_t code_count;
    int number_count, line_count, widest;
    uint32_t local[2]; /* lanes of a group: along words, along rows */
};

/* ---- glyphs ---- */

/* The glyph of a code point, 0 (the box) if there is none. */
static uint32_t find_glyph(const struct trl_stamp *stamp, uint32_t code)
{
    for (uint32_t n = 1; n < stamp->code_count; n++)
        if (stamp->codes[n] == code)
            return n;
    return 0;
}

static void add_code(struct trl_stamp *stamp, uint32_t code)
{
    if (stamp->code_count < TRL_STAMP_NEXT_LINE && !find_glyph(stamp, code))
        stamp->codes[stamp->code_count++] = code;
}

static void choose_codes(struct trl_stamp *stamp, const char *characters)
{
    stamp->codes[0] = TRL_GLYPH_BOX;
    stamp->code_count = 1;
    for (uint32_t code = ' '; code <= '~'; code++)
        add_code(stamp, code);
    add_code(stamp, FIGURE_SPACE);
    add_code(stamp, MINUS);
    const char *end = characters ? characters + strlen(characters) : NULL;
    while (characters != end)
        add_code(stamp, trl_utf8_next(&characters, end));
}

/* The table grows as glyphs are added to its end. */
struct table {
    uint32_t *words;
    uint32_t count, shade_count;
};

static size_t glyph_pixels(const struct trl_stamp *stamp, int size)
{
    size_t pixels = 0;
    for (uint32_t n = 0; n < stamp->code_count; n++) {
        struct trl_glyph_box box;
        trl_glyph_box(trl_glyph_find(stamp->codes[n]), size, 0, &box);
        pixels += (size_t)box.width * (size_t)box.height;
    }
    return pixels;
}

static int write_glyph(struct table *table, uint32_t *words, uint32_t code, int size)
{
    const struct trl_glyph *glyph = trl_glyph_find(code);
    struct trl_glyph_box box;
    trl_glyph_box(glyph, size, 0, &box);
    words[TRL_STAMP_ADVANCE] = (uint32_t)trl_text_steady_advance(code, size);
    words[TRL_STAMP_LEFT] = (uint32_t)box.left;
    words[TRL_STAMP_TOP] = (uint32_t)box.top;
    words[TRL_STAMP_BOX_WIDTH] = (uint32_t)box.width;
    words[TRL_STAMP_BOX_HEIGHT] = (uint32_t)box.height;
    words[TRL_STAMP_OFFSET] = table->shade_count;
    const size_t pixels = (size_t)box.width * (size_t)box.height;
    if (pixels == 0)
        return 0;
    const size_t sums = ((size_t)box.width + 2) * (size_t)box.height;
    int32_t *scratch = malloc(sums * sizeof(int32_t) + pixels);
    if (!scratch)
        return TRL_ERROR_MEMORY;
    uint8_t *cover = (uint8_t *)(scratch + sums);
    trl_glyph_cover(glyph, size, 0, &box, scratch, cover);
    uint32_t *shades = table->words + table->words[TRL_STAMP_SHADES];
    for (size_t n = 0; n < pixels; n++, table->shade_count++)
        shades[table->shade_count >> 3] |= (uint32_t)trl_text_shade(cover[n])
                                           << (4 * (table->shade_count & 7));
    free(scratch);
    return 0;
}

static struct trl_stamp_line line_of(const struct trl_stamp_params *params, int n)
{
    return params->line_count ? params->lines[n]
                              : (struct trl_stamp_line){0, 0, params->width, params->height};
}

static void write_header(const struct trl_stamp *stamp, uint32_t *words,
                         const struct trl_stamp_params *params)
{
    const int cap = trl_text_metrics(params->text_size).cap;
    words[TRL_STAMP_STRIDE] = stamp->picture.cell_stride / 2;
    words[TRL_STAMP_ALIGN] = (uint32_t)params->align;
    words[TRL_STAMP_SHADES] = TRL_STAMP_GLYPHS + stamp->code_count * TRL_STAMP_GLYPH_WORDS;
    words[TRL_STAMP_NUMBER_COUNT] = (uint32_t)params->number_count;
    for (int n = 0; n < params->number_count; n++) {
        const struct trl_stamp_number *number = &params->numbers[n];
        uint32_t *at = words + TRL_STAMP_NUMBERS + (ptrdiff_t)3 * n;
        at[0] = number->word;
        at[1] = number->form;
        at[2] = (uint32_t)number->characters;
    }
    for (int n = 0; n < stamp->line_count; n++) {
        const struct trl_stamp_line line = line_of(params, n);
        uint32_t *at = words + TRL_STAMP_LINES + (ptrdiff_t)TRL_STAMP_LINE_WORDS * n;
        at[0] = (uint32_t)line.x / 2;
        at[1] = (uint32_t)line.y;
        at[2] = (uint32_t)line.width;
        at[3] = (uint32_t)line.height;
        at[4] = (uint32_t)(line.height + cap + 1) / 2;
    }
    static const char codes[] = TRL_FORMAT_CODES;
    for (uint32_t c = 0; codes[c]; c++)
        words[TRL_STAMP_CODES + c] = find_glyph(stamp, (uint32_t)codes[c]);
    words[TRL_STAMP_CODES + TRL_FORMAT_BLANK] = find_glyph(stamp, FIGURE_SPACE);
    words[TRL_STAMP_CODES + TRL_FORMAT_MINUS] = find_glyph(stamp, MINUS);
}

static int upload_table(struct trl_stamp *stamp, struct trl_upload *upload,
                        const struct trl_stamp_params *params)
{
    struct trl_log *log = trl_gpu_log(stamp->device);
    const size_t count = TRL_STAMP_GLYPHS + (size_t)stamp->code_count * TRL_STAMP_GLYPH_WORDS +
                         glyph_pixels(stamp, params->text_size) / 8 + 1;
    struct table table = {.words = calloc(count, sizeof(uint32_t))};
    if (!table.words)
        return trl_fail_memory(log, "stamp", count * sizeof(uint32_t));
    write_header(stamp, table.words, params);
    int ret = 0;
    for (uint32_t n = 0; n < stamp->code_count && ret == 0; n++)
        ret =
            write_glyph(&table, table.words + TRL_STAMP_GLYPHS + (size_t)n * TRL_STAMP_GLYPH_WORDS,
                        stamp->codes[n], params->text_size);
    if (ret < 0)
        ret = trl_fail_memory(log, "stamp", count);
    else
        ret = trl_upload_buffer(upload, &stamp->table, "stamp", table.words,
                                count * sizeof(uint32_t));
    free(table.words);
    return ret;
}

/* ---- building ---- */

static int check_lines(struct trl_log *log, const struct trl_stamp_params *params)
{
    if (params->line_count < 0 || params->line_count > (int)TRL_STAMP_LINES_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "stamp of %d lines; at most %u", params->line_count,
                        TRL_STAMP_LINES_MAX);
    for (int n = 0; n < params->line_count; n++) {
        const struct trl_stamp_line *line = &params->lines[n];
        if (line->x < 0 || line->x % 2 || line->y < 0 || line->width < 1 || line->height < 1 ||
            line->width > params->width - line->x || line->height > params->height - line->y)
            return trl_fail(log, TRL_ERROR_USAGE,
                            "stamp: line %d of %d x %d at %d, %d in a picture of %d x %d; it must "
                            "begin at an even column and lie within",
                            n + 1, line->width, line->height, line->x, line->y, params->width,
                            params->height);
    }
    return 0;
}

static int check(struct trl_log *log, const struct trl_stamp_params *params)
{
    if (params->width < 1 || params->height < 1 || params->width > TRL_VIEW_SIDE_MAX ||
        params->height > TRL_VIEW_SIDE_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "stamp of %d x %d pixels; 1 to %d a side",
                        params->width, params->height, TRL_VIEW_SIDE_MAX);
    if (params->text_size < TRL_GLYPH_SIZE_MIN || params->text_size > TRL_GLYPH_SIZE_MAX)
        return trl_fail(log, TRL_ERROR_USAGE, "stamp: text size %d; it must be %d to %d",
                        params->text_size, TRL_GLYPH_SIZE_MIN, TRL_GLYPH_SIZE_MAX);
    const int count = params->number_count;
    if (count < 0 || count > (int)TRL_STAMP_NUMBERS_MAX || (count > 0 && !params->values))
        return trl_fail(log, TRL_ERROR_USAGE, "stamp: %d numbers; there may be %u of a buffer",
                        count, TRL_STAMP_NUMBERS_MAX);
    for (int n = 0; n < count; n++) {
        const struct trl_stamp_number *number = &params->numbers[n];
        if (number->word >= trl_gpu_buffer_size(params->values) / 4 || number->characters < 0 ||
            number->characters > 16)
            return trl_fail(log, TRL_ERROR_USAGE,
                            "stamp: number %d is word %u of a buffer of %llu bytes, with %d "
                            "characters; there may be 0 to 16",
                            n + 1, number->word,
                            (unsigned long long)trl_gpu_buffer_size(params->values),
                            number->characters);
    }
    return check_lines(log, params);
}

/* Every pixel is a cell. */
static int upload_maps(struct trl_stamp *stamp, struct trl_upload *upload)
{
    struct trl_picture *p = &stamp->picture;
    const size_t count = (size_t)p->width + (size_t)p->height;
    stamp->maps = malloc(count * sizeof(uint16_t));
    if (!stamp->maps)
        return trl_fail_memory(trl_gpu_log(stamp->device), "stamp", count * sizeof(uint16_t));
    for (int x = 0; x < p->width; x++)
        stamp->maps[x] = (uint16_t)x;
    for (int y = 0; y < p->height; y++)
        stamp->maps[p->width + y] = (uint16_t)y;
    const int ret = trl_upload_buffer(upload, &stamp->columns, "stamp columns", stamp->maps,
                                      (size_t)p->width * sizeof(uint16_t));
    if (ret < 0)
        return ret;
    return trl_upload_buffer(upload, &stamp->rows, "stamp rows", stamp->maps + p->width,
                             (size_t)p->height * sizeof(uint16_t));
}

static int build(struct trl_stamp *stamp, struct trl_upload *upload,
                 const struct trl_stamp_params *params)
{
    struct trl_device *device = stamp->device;
    struct trl_picture *p = &stamp->picture;
    const uint32_t none = 0;
    int ret;
    p->width = p->cell_columns = params->width;
    p->height = p->cell_rows = params->height;
    p->cell_stride = (uint32_t)trl_align_up((uint64_t)params->width, 2);
    const uint64_t bytes = (uint64_t)p->cell_stride * (uint64_t)p->cell_rows * sizeof(uint16_t);
    choose_codes(stamp, params->characters);
    if ((ret = trl_upload_begin(upload, device)) < 0 ||
        (ret = upload_table(stamp, upload, params)) < 0 || (ret = upload_maps(stamp, upload)) < 0 ||
        (ret = trl_upload_buffer(upload, &stamp->nothing, "stamp values", &none, sizeof(none))) <
            0 ||
        (ret = trl_gpu_kernel_create(
             &stamp->kernel, device,
             &(struct trl_gpu_kernel_params){.shader = TRL_SHADER_VIEW_STAMP_COMP,
                                             .spec = {stamp->local[0], stamp->local[1]},
                                             .spec_count = 2})) < 0 ||
        (ret = trl_gpu_buffer_create(&stamp->cells, device,
                                     &(struct trl_gpu_buffer_params){
                                         .name = "stamp cells",
                                         .size_bytes = bytes,
                                         .memory = TRL_GPU_MEMORY_DEVICE,
                                     })) < 0)
        return ret;
    trl_gpu_cmd_fill(upload->cmd, stamp->cells, 0, bytes,
                     TRL_STAMP_BACKGROUND | TRL_STAMP_BACKGROUND << 16);
    return trl_upload_finish(upload);
}

int trl_stamp_create(struct trl_stamp **out, struct trl_device *device,
                     const struct trl_stamp_params *params)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    struct trl_upload upload = {0};
    int ret = check(log, params);
    if (ret < 0)
        return ret;
    struct trl_stamp *stamp = calloc(1, sizeof(*stamp));
    if (!stamp)
        return trl_fail_memory(log, "stamp", sizeof(*stamp));
    stamp->device = device;
    const bool software = trl_device_info(device)->type == TRL_DEVICE_SOFTWARE;
    stamp->local[0] = software ? 256 : 32;
    stamp->local[1] = software ? 1 : 8;
    stamp->line_count = params->line_count ? params->line_count : 1;
    for (int n = 0; n < stamp->line_count; n++) {
        const struct trl_stamp_line line = line_of(params, n);
        stamp->widest = line.width > stamp->widest ? line.width : stamp->widest;
    }
    ret = build(stamp, &upload, params);
    trl_upload_destroy(&upload);
    if (ret < 0) {
        trl_stamp_destroy(&stamp);
        return ret;
    }
    stamp->number_count = params->number_count;
    stamp->values = params->values ? params->values : stamp->nothing;
    struct trl_picture *p = &stamp->picture;
    p->cells = stamp->cells;
    p->columns = stamp->columns;
    p->rows = stamp->rows;
    p->column_map = stamp->maps;
    p->row_map = stamp->maps + p->width;
    p->palette = params->palette;
    p->counts = params->counts;
    *out = stamp;
    return 0;
}

void trl_stamp_destroy(struct trl_stamp **out)
{
    if (!out || !*out)
        return;
    struct trl_stamp *stamp = *out;
    trl_gpu_kernel_destroy(&stamp->kernel);
    trl_gpu_buffer_destroy(&stamp->table);
    trl_gpu_buffer_destroy(&stamp->cells);
    trl_gpu_buffer_destroy(&stamp->columns);
    trl_gpu_buffer_destroy(&stamp->rows);
    trl_gpu_buffer_destroy(&stamp->nothing);
    free(stamp->maps);
    free(stamp);
    *out = NULL;
}

/* ---- writing ---- */

static uint32_t code_of(const struct trl_stamp *stamp, uint32_t code)
{
    if (code >= 1 && code <= (uint32_t)stamp->number_count)
        return TRL_STAMP_FIRST_NUMBER + code - 1;
    return code == '\n' ? TRL_STAMP_NEXT_LINE : find_glyph(stamp, code);
}

int trl_stamp_record(struct trl_stamp *stamp, struct trl_gpu_cmd *cmd, const char *text)
{
    struct trl_stamp_push push = {0};
    const char *end = text + strlen(text);
    while (text != end && push.count < TRL_STAMP_CODES_MAX) {
        const uint32_t code = code_of(stamp, trl_utf8_next(&text, end));
        push.codes[push.count / 4] |= code << (8 * (push.count % 4));
        push.count++;
    }
    const struct trl_gpu_call call = {
        .kernel = stamp->kernel,
        .bindings = {{.buffer = stamp->table},
                     {.buffer = stamp->values},
                     {.buffer = stamp->cells, .write = true}},
        .binding_count = 3,
        .push = &push,
        .push_size = sizeof(push),
    };
    /* Each group sets its whole line for itself first: a software driver takes few. */
    const uint32_t wide = stamp->local[0];
    const uint32_t groups = ((uint32_t)(stamp->widest + 1) / 2 + wide - 1) / wide;
    trl_gpu_cmd_dispatch(cmd, &call, stamp->local[1] > 1 || groups < 4 ? groups : 4,
                         (uint32_t)stamp->line_count, 1);
    return 0;
}

const struct trl_picture *trl_stamp_picture(const struct trl_stamp *stamp)
{
    return &stamp->picture;
}
