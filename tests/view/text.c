/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/text.h"

#include "drawn.h"
#include "view/glyph.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct trl_shades shades_of(int width, int height)
{
    struct trl_shades s = {calloc((size_t)width * (size_t)height, 1), width, height};
    assert_non_null(s.shade);
    return s;
}

static void utf8(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        uint32_t codes[4];
        int count;
    } rows[] = {
        {"a", {'a'}, 1},
        {"\xc2\xb5", {0xb5}, 1},
        {"\xe2\x88\x92", {0x2212}, 1},
        {"\xf0\x9f\x98\x80", {0x1f600}, 1},
        {"\xf4\x8f\xbf\xbf", {0x10ffff}, 1},
        {"\x80", {TRL_TEXT_INVALID}, 1},
        {"\xc2", {TRL_TEXT_INVALID}, 1},
        {"\xc0\x80", {TRL_TEXT_INVALID, TRL_TEXT_INVALID}, 2},                       /* overlong */
        {"\xed\xa0\x80", {TRL_TEXT_INVALID, TRL_TEXT_INVALID, TRL_TEXT_INVALID}, 3}, /* half */
        {"\xe2\x88z", {TRL_TEXT_INVALID, TRL_TEXT_INVALID, 'z'}, 3},
        {"\xf4\x90\x80\x80",
         {TRL_TEXT_INVALID, TRL_TEXT_INVALID, TRL_TEXT_INVALID, TRL_TEXT_INVALID},
         4},
        {"\xff!", {TRL_TEXT_INVALID, '!'}, 2},
    };
    for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
        const char *at = rows[n].bytes, *end = at + strlen(at);
        for (int k = 0; k < rows[n].count; k++)
            assert_int_equal(trl_utf8_next(&at, end), rows[n].codes[k]);
        assert_ptr_equal(at, end);
    }
}

/* What the labels of a figure need is there; what is not there is the box. */
static void glyphs_there(void **state)
{
    (void)state;
    const char *needed = "AZaz09ÄßéñŁžĀΑΩαβγδμω°µ×·−±≤≥∞→≈≠∂∇∑√∫⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀₁…–—ℝħÅ";
    const char *end = needed + strlen(needed);
    while (needed != end) {
        const uint32_t code = trl_utf8_next(&needed, end);
        assert_int_equal(trl_glyph_find(code)->code, code);
    }
    assert_int_equal(trl_glyph_find(0x65e5)->code, TRL_GLYPH_BOX);
    assert_int_equal(trl_glyph_find(TRL_TEXT_INVALID)->code, TRL_GLYPH_BOX);
    assert_true(trl_glyph_kerning('A', 'V') < 0);
    assert_int_equal(trl_glyph_kerning('n', 'n'), 0);
    for (int digit = '1'; digit <= '9'; digit++)
        assert_int_equal(trl_glyph_find((uint32_t)digit)->advance, trl_glyph_find('0')->advance);
}

/* How often the outline goes around a point: crossings of a ray to the right of curves as 32
 * lines. */
static int winding(const struct trl_glyph *glyph, double px, double py)
{
    const struct trl_glyph_curve *c = trl_glyph_curves + glyph->curve_first;
    double x = 0, y = 0;
    int count = 0;
    for (uint32_t n = 0; n < glyph->curve_count; n++, c++) {
        double from_x = x, from_y = y;
        for (int k = 1; k <= 32 && c->control_x != TRL_GLYPH_MOVE; k++) {
            const double t = k / 32.0, u = 1 - t;
            const double to_x = u * u * x + 2 * u * t * c->control_x + t * t * c->x;
            const double to_y = u * u * y + 2 * u * t * c->control_y + t * t * c->y;
            if ((from_y <= py) != (to_y <= py) &&
                px < from_x + (py - from_y) / (to_y - from_y) * (to_x - from_x))
                count += to_y > from_y ? 1 : -1;
            from_x = to_x;
            from_y = to_y;
        }
        x = c->x;
        y = c->y;
    }
    return count;
}

/* 12 x 12 points of every pixel. A straight edge can miss a row of them, 1/12 of a pixel; where
 * two edges meet, twice that. */
static void coverage_is_area(void **state)
{
    (void)state;
    static const uint32_t codes[] = {'a', '8', 0xe7 /* ç */, 0x221e /* ∞ */};
    enum { SIZE = 70, SIDE = 12, FRACTION = 16 };
    for (size_t n = 0; n < sizeof(codes) / sizeof(codes[0]); n++) {
        const struct trl_glyph *glyph = trl_glyph_find(codes[n]);
        struct trl_glyph_box box;
        trl_glyph_box(glyph, SIZE, FRACTION, &box);
        int32_t *sums = malloc((size_t)(box.width + 2) * (size_t)box.height * sizeof(*sums));
        uint8_t *cover = malloc((size_t)box.width * (size_t)box.height);
        trl_glyph_cover(glyph, SIZE, FRACTION, &box, sums, cover);
        double whole = 0, reference = 0;
        for (int y = 0; y < box.height; y++)
            for (int x = 0; x < box.width; x++) {
                int hits = 0;
                for (int k = 0; k < SIDE * SIDE; k++) {
                    const double px = box.left + x + (k % SIDE + 0.5) / SIDE - FRACTION / 64.0;
                    const double py = box.top - y - ((k - k % SIDE) / (double)SIDE + 0.5) / SIDE;
                    hits += winding(glyph, px * TRL_GLYPH_EM / SIZE, py * TRL_GLYPH_EM / SIZE) != 0;
                }
                const double is = cover[y * box.width + x] / 255.0;
                const double should = hits / (double)(SIDE * SIDE);
                assert_true(fabs(is - should) < 2.0 / SIDE);
                whole += is;
                reference += should;
            }
        assert_true(fabs(whole - reference) < 0.005 * reference);
        free(cover);
        free(sums);
    }
}

/* Capitals of small text stand on whole rows: ink begins and ends without a grey one. */
static void small_text_is_crisp(void **state)
{
    (void)state;
    for (int size = 8; size <= 24; size++) {
        struct trl_shades s = shades_of(3 * size, 2 * size);
        const int base = size + size / 2, cap = trl_text_metrics(size).cap;
        trl_text_draw(&s, "E", (struct trl_text_style){size, true}, 2, base, TRL_ALIGN_LEFT, false);
        int most[2 * 24 + 1] = {0};
        for (int y = 0; y < s.height; y++)
            for (int x = 0; x < s.width; x++)
                most[y] = s.shade[y * s.width + x] > most[y] ? s.shade[y * s.width + x] : most[y];
        assert_int_equal(most[base], 0);
        assert_int_equal(most[base - 1], TRL_TEXT_SHADES - 1);
        assert_int_equal(most[base - cap], TRL_TEXT_SHADES - 1);
        assert_int_equal(most[base - cap - 1], 0);
        free(s.shade);
    }
}

static void fitting(void **state)
{
    (void)state;
    static const char text[] = "a layer's name \xce\xb1\xce\xb2\xce\xb3 that is long";
    const struct trl_text_style style = {.size = 13};
    char out[64];
    assert_int_equal(trl_text_fit(text, style, 10000, out, sizeof(out)),
                     trl_text_width(text, style));
    assert_string_equal(out, text);
    for (int width = 0; width < 300; width++) {
        const int taken = trl_text_fit(text, style, width, out, sizeof(out));
        assert_true(taken <= width || out[0] == '\0');
        assert_int_equal(taken, trl_text_width(out, style));
        const char *at = out, *end = out + strlen(out);
        while (at != end) /* no character was cut in two */
            assert_true(trl_utf8_next(&at, end) != TRL_TEXT_INVALID);
    }
    assert_int_equal(trl_text_fit(text, style, 1, out, sizeof(out)), 0);
    assert_true(trl_text_fit(text, style, 10000, out, 12) > 0);
    assert_true(strlen(out) < 12);
}

static void turned_and_aligned(void **state)
{
    (void)state;
    const struct trl_text_style style = {.size = 15};
    struct trl_shades flat = shades_of(120, 40), up = shades_of(40, 120);
    trl_text_draw(&flat, "\xc3\x84gypten (\xc2\xb5m)", style, 10, 25, TRL_ALIGN_LEFT, false);
    trl_text_draw(&up, "\xc3\x84gypten (\xc2\xb5m)", style, 25, 110, TRL_ALIGN_LEFT, true);
    int inked = 0;
    for (int y = 0; y < 40; y++)
        for (int x = 0; x < 120; x++) {
            inked += flat.shade[y * 120 + x] > 0;
            assert_int_equal(flat.shade[y * 120 + x], up.shade[(119 - x) * 40 + y]);
        }
    assert_true(inked > 200);
    const int width = trl_text_width("frame", style);
    struct trl_shades a = shades_of(120, 40), b = shades_of(120, 40), c = shades_of(120, 40);
    trl_text_draw(&a, "frame", style, 100 - width, 25, TRL_ALIGN_LEFT, false);
    trl_text_draw(&b, "frame", style, 100, 25, TRL_ALIGN_RIGHT, false);
    trl_text_draw(&c, "frame", style, 100 - width + width / 2, 25, TRL_ALIGN_CENTRE, false);
    assert_memory_equal(a.shade, b.shade, 120 * 40);
    assert_memory_equal(a.shade, c.shade, 120 * 40);
    trl_text_draw(&a, "outside", style, -2000, 9000, TRL_ALIGN_CENTRE, true);
    trl_text_draw(&a, "outside", style, 118, 2, TRL_ALIGN_LEFT, false);
    free(flat.shade);
    free(up.shade);
    free(a.shade);
    free(b.shade);
    free(c.shade);
}

static void known_pictures(void **state)
{
    (void)state;
    int wrong = 0;
    static const struct {
        int size;
        uint64_t hash;
    } rows[] = {
        {9, 0x333b7b55c57175a4},  {11, 0x8043ff559de59a39}, {14, 0xa3da362d5f046b4a},
        {20, 0xcc89cfb122aaa885}, {48, 0xaeb03ad72aeff1ad}, {120, 0xf67b5dcfa3cc9616},
    };
    for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
        struct trl_shades s = shades_of(1000, 200);
        trl_text_draw(&s,
                      "AVg 0123456789 \xe2\x88\x92"
                      "1.5\xc3\x97"
                      "10\xe2\x81\xbb\xc2\xb3 \xc2\xb5 \xff",
                      (struct trl_text_style){.size = rows[n].size}, 4, 140, TRL_ALIGN_LEFT, false);
        const uint64_t hash = drawn_hash(s.shade, 1000 * 200);
        if (hash != rows[n].hash)
            print_error("size %d: 0x%016llx\n", rows[n].size, (unsigned long long)hash);
        wrong += hash != rows[n].hash;
        free(s.shade);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8),
        cmocka_unit_test(glyphs_there),
        cmocka_unit_test(coverage_is_area),
        cmocka_unit_test(small_text_is_crisp),
        cmocka_unit_test(fitting),
        cmocka_unit_test(turned_and_aligned),
        cmocka_unit_test(known_pictures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
