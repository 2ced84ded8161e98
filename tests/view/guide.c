/* SPDX-License-Identifier: BSD-2-Clause */
#include "guide_check.h"

/* The bar holds every index of the map, downwards from the last one, and caps where colours are
 * set. */
static void colour_bar(void **state)
{
    (void)state;
    struct trl_palette palette = {0};
    assert_int_equal(trl_palette_create(NULL, &(struct trl_view_params){0}, &palette), 0);
    trl_palette_paper(&palette, (uint8_t[]){255, 255, 255});
    struct trl_guide_panel panel = guide_heatmap;
    panel.palette = &palette;
    panel.bar.over = true;
    const struct trl_guide_params params = {
        .width = 900,
        .height = 600,
        .theme = TRL_THEME_LIGHT,
        .title = "bar",
        .panels = &panel,
        .panel_count = 1,
    };
    struct drawn d;
    draw(&d, &params);
    check_places(&d);
    check_words(&d, &palette);
    const struct trl_rect bar = d.guide.panel[0].bar;
    assert_true(bar.height > 256);
    int last = 256;
    for (int y = 0; y < bar.height; y++) {
        const int index = index_at(&d, bar.x + bar.width / 2, bar.y + y);
        assert_true(index == last || index == last - 1);
        assert_int_equal(index_at(&d, bar.x, bar.y + y), index);
        assert_int_equal(index_at(&d, bar.x + bar.width - 1, bar.y + y), index);
        last = index;
    }
    assert_int_equal(index_at(&d, bar.x, bar.y), 255);
    assert_int_equal(last, 0);
    assert_int_equal(index_at(&d, bar.x, bar.y - 5), TRL_PALETTE_OVER);
    const size_t count = (size_t)d.guide.width * (size_t)d.guide.height;
    for (size_t n = 0; n < count; n++)
        assert_true(d.indices[n] < TRL_PALETTE_USED && d.indices[n] != TRL_PALETTE_UNDER);
    drop(&d);
}

static void known_pictures(void **state)
{
    (void)state;
    int wrong = 0;
    struct trl_guide_panel log = guide_heatmap, plain = guide_heatmap, four[4];
    log.bar.norm = TRL_NORM_LOG;
    log.bar.low = 1e-5;
    log.bar.high = 1e2;
    log.bar.under = log.bar.over = true;
    log.scale_length = 50;
    log.scale_label = "50 \xc2\xb5m";
    plain.x.ticks = plain.y.ticks = plain.bar.shown = false;
    for (int n = 0; n < 4; n++)
        four[n] = guide_heatmap;
    four[1].bar.moving = true;
    const struct {
        struct trl_guide_params params;
        uint64_t hash;
    } rows[] = {
        {{.width = 640, .height = 360, .title = "one", .panels = &guide_heatmap, .panel_count = 1},
         0x2a48fb87445db95c},
        {{.title = "log", .theme = TRL_THEME_LIGHT, .panels = &log, .panel_count = 1},
         0x5f6d61d482267489},
        {{.panels = &plain, .panel_count = 1, .stamp = true}, 0xd2b898e63e87b6c0},
        {{.width = 1280, .height = 720, .title = "four", .panels = four, .panel_count = 4},
         0xa09f7641cd3bf43d},
        {{.width = 1280, .height = 720, .panels = four, .panel_count = 4, .shared_bar = true},
         0xf101bffc4dfdc7d4},
    };
    for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
        struct drawn d;
        draw(&d, &rows[n].params);
        check_places(&d);
        const uint64_t hash = drawn_hash(d.indices, (size_t)d.guide.width * (size_t)d.guide.height *
                                                        sizeof(uint16_t));
        if (hash != rows[n].hash)
            print_error("picture %zu: 0x%016llx\n", n, (unsigned long long)hash);
        wrong += hash != rows[n].hash;
        drop(&d);
    }
    assert_int_equal(wrong, 0);
}

/* The swatches of a legend, in order, and what there is no room for, in words. */
static void legends(void **state)
{
    (void)state;
    struct trl_guide_panel panel = guide_heatmap;
    const struct trl_guide_params params = {
        .width = 640, .height = 400, .text_size = 12, .panels = &panel, .panel_count = 1};
    panel.bar.shown = false;
    for (int count = 1; count <= 60; count += 59) {
        panel.entry_count = count;
        for (int n = 0; n < count && n < TRL_GUIDE_ENTRIES_MAX; n++)
            panel.entries[n] = (struct trl_guide_entry){"a name", 10 + n, 10 + n, NULL};
        panel.entries[0].last = 99;
        struct drawn d;
        draw(&d, &params);
        check_places(&d);
        const struct trl_rect r = d.guide.panel[0].legend;
        assert_true(r.width > 0 && r.x + r.width <= 640 && r.y + r.height <= 400);
        int seen[256] = {0}, last = 0, most = 0;
        for (int x = r.x; x < r.x + r.width; x++)
            for (int y = r.y; y < r.y + r.height; y++) {
                const int index = index_at(&d, x, y);
                if (index >= 256)
                    continue;
                seen[index]++;
                assert_true(x > 3 * trl_text_metrics(12).cap + r.x ? index > 10 && index >= last
                                                                   : index <= 99);
                last = x > 3 * trl_text_metrics(12).cap + r.x ? index : 0;
                most = last > most ? last : most;
            }
        /* The first goes from 10 to 99, within a step of its columns. */
        assert_true(seen[10] + seen[11] > 0 && seen[97] + seen[98] + seen[96] > 0);
        const int shown = count == 1 ? 1 : most - 10 + 1;
        assert_true(count == 1 || (shown > 3 && shown < TRL_GUIDE_ENTRIES_MAX));
        /* Without them the frame is as it was, its data larger. */
        const int height = d.guide.panel[0].data.height;
        drop(&d);
        panel.entry_count = 0;
        draw(&d, &params);
        assert_int_equal(d.guide.panel[0].legend.width, 0);
        assert_true(d.guide.panel[0].data.height > height);
        drop(&d);
    }
}

/* Axes that are drawn for each frame are, where all is seen, those that stand still. */
static void bands(void **state)
{
    (void)state;
    for (int n = 0; n < 12; n++) {
        struct trl_guide_panel panel = guide_heatmap;
        panel.scale_length = n % 2 ? 40 : 0;
        panel.x.label = n % 3 ? "column" : NULL;
        panel.bar.shown = n % 4;
        const struct trl_guide_params params = {.width = 400 + 37 * n,
                                                .height = 300 + 11 * n,
                                                .text_size = 9 + 2 * n,
                                                .title = "a title",
                                                .panels = &panel,
                                                .panel_count = 1};
        struct drawn still, anew;
        draw(&still, &params);
        panel.x.zoom_max = panel.y.zoom_max = 1;
        draw(&anew, &params);
        const struct trl_guide_place *place = &anew.guide.panel[0];
        assert_memory_equal(&place->data, &still.guide.panel[0].data, sizeof(place->data));
        const struct trl_rect rects[2] = {place->x_band, place->y_band};
        const size_t width = (size_t)anew.guide.width;
        assert_memory_not_equal(anew.indices, still.indices, width * (size_t)anew.guide.height * 2);
        for (int k = 0; k < 2; k++) {
            const struct trl_rect *r = &rects[k];
            assert_true(r->width > 0 && r->x >= 0 && r->y >= 0);
            assert_true(r->x + r->width <= anew.guide.width &&
                        r->y + r->height <= anew.guide.height);
            assert_int_equal((r->x | r->y) & 1, 0);
            assert_true(apart(*r, place->data) && apart(*r, place->bar));
            const struct trl_guide_canvas canvas = {
                .indices = anew.indices + (size_t)r->y * width + (size_t)r->x, .stride = width};
            assert_int_equal(
                trl_guide_draw_axes(&anew.guide, NULL, &params, 0, &panel.x, &panel.y, *r, &canvas),
                0);
        }
        assert_memory_equal(anew.indices, still.indices, width * (size_t)anew.guide.height * 2);
        drop(&still);
        drop(&anew);
    }
}

/* Of an axis that goes on beyond what is seen, or that ends within it. */
static void seen_parts(void **state)
{
    (void)state;
    static struct trl_ticks ticks;
    struct trl_guide_axis axis = guide_heatmap.x;
    axis.zoom_max = 8;
    axis.from = 0.25; /* columns 63.5 to 95.5 */
    axis.to = 0.375;
    trl_guide_axis_ticks(&ticks, &axis, 640, 12, false);
    assert_true(ticks.count >= 5);
    for (int n = 0; n < ticks.count; n++) {
        const double column = strtod(ticks.tick[n].label, NULL);
        assert_true(fabs(ticks.tick[n].place - (column - 63.5) / 32) < 1e-9);
    }
    axis.from = -1; /* the data is the middle third */
    axis.to = 2;
    trl_guide_axis_ticks(&ticks, &axis, 640, 12, false);
    assert_true(ticks.count >= 2);
    for (int n = 0; n < ticks.count; n++)
        assert_true(ticks.tick[n].place > 1.0 / 3 && ticks.tick[n].place < 2.0 / 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colour_bar), cmocka_unit_test(known_pictures), cmocka_unit_test(bands),
        cmocka_unit_test(seen_parts), cmocka_unit_test(legends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
