/* SPDX-License-Identifier: BSD-2-Clause */
/* Build tool: writes the outlines of a font's glyphs as C tables. glyph_gen FONT.ttf OUT.c */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

enum { EM = 2048, GLYPHS_MAX = 2048 };

/* Latin, Greek, digits, and the symbols that labels of figures need. */
static const struct {
    uint32_t first, last;
} ranges[] = {
    {0x20, 0x7e},     {0xa0, 0x17f},    {0x192, 0x192},   {0x2c6, 0x2dd},   {0x384, 0x3ce},
    {0x3d1, 0x3d6},   {0x3f1, 0x3f5},   {0x1e9e, 0x1e9e}, {0x2007, 0x200a}, {0x2010, 0x2027},
    {0x2030, 0x2033}, {0x2039, 0x203a}, {0x2070, 0x208e}, {0x20ac, 0x20ac}, {0x210f, 0x210f},
    {0x2113, 0x2113}, {0x211d, 0x211d}, {0x2122, 0x2122}, {0x2126, 0x2126}, {0x212b, 0x212b},
    {0x2190, 0x2199}, {0x21d0, 0x21d5}, {0x2200, 0x222b}, {0x223c, 0x223c}, {0x2245, 0x2248},
    {0x2260, 0x226b}, {0x2282, 0x2287}, {0x2295, 0x2297}, {0x22c5, 0x22c6}, {0x2308, 0x230b},
    {0x25a0, 0x25a1}, {0x25b2, 0x25bd}, {0x25c6, 0x25cf}, {0x2605, 0x2606}, {0x2713, 0x2717},
    {0x27e8, 0x27e9},
};

struct glyph {
    uint32_t code;
    FT_UInt index;
    uint32_t first, count;
    int advance;
    FT_BBox box;
};

struct writer {
    FILE *out;
    uint32_t curves;
    FT_Vector at;
};

static void write_curve(struct writer *w, long cx, long cy, long x, long y)
{
    fprintf(w->out, "%s{%ld,%ld,%ld,%ld},", w->curves % 6 ? "" : "\n", cx, cy, x, y);
    w->curves++;
    w->at = (FT_Vector){x, y};
}

static int move_to(const FT_Vector *to, void *user)
{
    write_curve(user, INT16_MIN, 0, to->x, to->y);
    return 0;
}

static int line_to(const FT_Vector *to, void *user)
{
    const struct writer *w = user;
    if (to->x != w->at.x || to->y != w->at.y)
        write_curve(user, to->x, to->y, to->x, to->y);
    return 0;
}

static int conic_to(const FT_Vector *control, const FT_Vector *to, void *user)
{
    write_curve(user, control->x, control->y, to->x, to->y);
    return 0;
}

static int cubic_to(const FT_Vector *a, const FT_Vector *b, const FT_Vector *to, void *user)
{
    (void)a, (void)b, (void)to, (void)user;
    return 1; /* TrueType has none */
}

static bool write_outline(struct writer *w, FT_Face face, struct glyph *glyph)
{
    static const FT_Outline_Funcs funcs = {move_to, line_to, conic_to, cubic_to, 0, 0};
    if (FT_Load_Glyph(face, glyph->index, FT_LOAD_NO_SCALE | FT_LOAD_NO_HINTING))
        return false;
    glyph->first = w->curves;
    glyph->advance = (int)face->glyph->advance.x;
    FT_Outline_Get_CBox(&face->glyph->outline, &glyph->box);
    if (FT_Outline_Decompose(&face->glyph->outline, &funcs, w))
        return false;
    glyph->count = w->curves - glyph->first;
    return true;
}

static uint32_t choose_glyphs(FT_Face face, struct glyph *glyphs)
{
    uint32_t count = 1; /* the first is the box, which every font has as its glyph 0 */
    for (size_t r = 0; r < sizeof(ranges) / sizeof(ranges[0]); r++)
        for (uint32_t code = ranges[r].first; code <= ranges[r].last && count < GLYPHS_MAX;
             code++) {
            const FT_UInt index = FT_Get_Char_Index(face, code);
            if (index)
                glyphs[count++] = (struct glyph){.code = code, .index = index};
        }
    return count;
}

static void write_glyphs(FILE *out, const struct glyph *glyphs, uint32_t count)
{
    fprintf(out, "\nconst uint32_t trl_glyph_count = %" PRIu32 ";\n", count);
    fprintf(out, "const struct trl_glyph trl_glyphs[] = {\n");
    for (uint32_t n = 0; n < count; n++) {
        const struct glyph *g = &glyphs[n];
        fprintf(out, "{0x%" PRIx32 ",%" PRIu32 ",%" PRIu32 ",%d,%ld,%ld,%ld,%ld},\n", g->code,
                g->first, g->count, g->advance, g->box.xMin, g->box.yMin, g->box.xMax, g->box.yMax);
    }
    fprintf(out, "};\n");
}

static void write_pairs(FILE *out, FT_Face face, const struct glyph *glyphs, uint32_t count)
{
    uint32_t pairs = 0;
    fprintf(out, "\nconst struct trl_glyph_pair trl_glyph_pairs[] = {\n");
    for (uint32_t a = 1; a < count; a++)
        for (uint32_t b = 1; b < count; b++) {
            FT_Vector shift = {0, 0};
            if (FT_Get_Kerning(face, glyphs[a].index, glyphs[b].index, FT_KERNING_UNSCALED,
                               &shift) == 0 &&
                shift.x) {
                fprintf(out, "{0x%" PRIx32 ",0x%" PRIx32 ",%ld},%s", glyphs[a].code, glyphs[b].code,
                        shift.x, ++pairs % 6 ? "" : "\n");
            }
        }
    fprintf(out, "};\nconst uint32_t trl_glyph_pair_count = %" PRIu32 ";\n", pairs);
}

static long top_of(const struct glyph *glyphs, uint32_t count, uint32_t code)
{
    for (uint32_t n = 0; n < count; n++)
        if (glyphs[n].code == code)
            return glyphs[n].box.yMax;
    return 0;
}

static void write_metrics(FILE *out, FT_Face face, const struct glyph *glyphs, uint32_t count)
{
    const long x = top_of(glyphs, count, 'x');
    fprintf(out,
            "\nconst struct trl_glyph_metrics trl_glyph_metrics = {%d, %d, %ld, %ld, %ld, %ld};\n",
            face->ascender, face->descender, x, top_of(glyphs, count, 'H'),
            top_of(glyphs, count, 'l'), top_of(glyphs, count, 'o') - x);
}

static bool write_font(FILE *out, FT_Face face)
{
    static struct glyph glyphs[GLYPHS_MAX];
    const uint32_t count = choose_glyphs(face, glyphs);
    fprintf(out,
            "/* Generated by glyph_gen from %s: outlines, no program of the font.\n"
            " * Fonts are (c) Bitstream, DejaVu changes are in public domain; the licence\n"
            " * (https://dejavu-fonts.github.io/License.html) allows embedding. */\n"
            "#include \"view/glyph.h\"\n\nconst struct trl_glyph_curve trl_glyph_curves[] = {",
            face->family_name);
    struct writer w = {.out = out};
    for (uint32_t n = 0; n < count; n++)
        if (!write_outline(&w, face, &glyphs[n]))
            return false;
    fprintf(out, "\n};\n");
    write_glyphs(out, glyphs, count);
    write_pairs(out, face, glyphs, count);
    write_metrics(out, face, glyphs, count);
    return true;
}

int main(int argc, char **argv)
{
    FT_Library library;
    FT_Face face;
    if (argc != 3 || FT_Init_FreeType(&library))
        return 2;
    if (FT_New_Face(library, argv[1], 0, &face) || face->units_per_EM != EM) {
        fprintf(stderr, "%s: not a font with %d units to the em\n", argv[1], EM);
        return 1;
    }
    FILE *out = fopen(argv[2], "w");
    const bool done = out && write_font(out, face);
    if (!done || fclose(out)) {
        fprintf(stderr, "%s: could not be written\n", argv[2]);
        return 1;
    }
    FT_Done_Face(face);
    FT_Done_FreeType(library);
    return 0;
}
