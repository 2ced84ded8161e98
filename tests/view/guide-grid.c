/* SPDX-License-Identifier: BSD-2-Clause */
/* How a frame is laid out: what stands where, and what is refused. */
#include "guide_check.h"

/* Where a range is a single value its tick is at the colour that this has. */
static void single_values(void **state)
{
    (void)state;
    struct trl_guide_bar bar = {.shown = true, .low = 7, .high = 7};
    struct trl_ticks ticks;
    trl_guide_bar_ticks(&ticks, &bar, 200, 12);
    assert_true(ticks.count == 1 && ticks.tick[0].place == 0);
    assert_string_equal(ticks.tick[0].label, "7");
    bar.centered = true;
    trl_guide_bar_ticks(&ticks, &bar, 200, 12);
    assert_true(ticks.count == 1 && ticks.tick[0].place == 0.5);
}

/* Rows from the top of the frame down to the first that has text within these columns. */
static int first_text(const struct drawn *d, int x, int width)
{
    for (int y = 0; y < d->guide.height; y++)
        for (int column = x; column < x + width; column++)
            if (index_at(d, column, y) > TRL_PALETTE_TEXT)
                return y;
    return -1;
}

/* The names of a row stand on a line, whatever is between them and the data. */
static void names_of_a_row(void **state)
{
    (void)state;
    struct trl_palette palette = {0};
    assert_int_equal(trl_palette_create(NULL, &(struct trl_view_params){0}, &palette), 0);
    struct trl_guide_panel panels[2] = {
        {.name = "H", .data_width = 80, .data_height = 60, .palette = &palette},
        {.name = "H",
         .data_width = 80,
         .data_height = 60,
         .palette = &palette,
         .bar = {.shown = true, .moving = true}}};
    const struct trl_guide_params params = {
        .width = 640, .height = 240, .grid_columns = 2, .panels = panels, .panel_count = 2};
    struct drawn d;
    draw(&d, &params);
    const struct trl_rect *left = &d.guide.panel[0].data, *right = &d.guide.panel[1].data;
    assert_int_equal(left->y, right->y);
    assert_in_range(first_text(&d, left->x, left->width), 0, left->y - 8);
    assert_int_equal(first_text(&d, left->x, left->width), first_text(&d, right->x, right->width));
    drop(&d);
}

/* A frame whose size is free holds the data at the pixels asked for, at multiples of 32. */
static void free_frame(void **state)
{
    (void)state;
    struct trl_guide_panel panels[5];
    for (int n = 0; n < 5; n++) {
        panels[n] = guide_heatmap;
        panels[n].data_width = 100 + 37 * n;
        panels[n].data_height = 80 + 23 * n;
    }
    const struct trl_guide_params params = {
        .title = "free",
        .panels = panels,
        .panel_count = 5,
        .stamp = true,
    };
    struct drawn d;
    draw(&d, &params);
    check_places(&d);
    assert_true(d.guide.width % 2 == 0 && d.guide.height % 2 == 0);
    for (int n = 0; n < 5; n++) {
        const struct trl_rect data = d.guide.panel[n].data;
        assert_int_equal(data.width, panels[n].data_width);
        assert_int_equal(data.height, panels[n].data_height);
        assert_int_equal(data.x % TRL_GUIDE_ALIGNMENT, 0);
        assert_int_equal(data.y % 2, 0);
    }
    assert_int_equal(d.guide.stamp.x % TRL_GUIDE_ALIGNMENT, 0);
    drop(&d);
}

static uint32_t random_word(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(*seed >> 33);
}

static void random_panel(struct trl_guide_panel *panel, uint64_t *seed)
{
    *panel = guide_heatmap;
    panel->data_width = 1 + (int)(random_word(seed) % 400);
    panel->data_height = 1 + (int)(random_word(seed) % 400);
    panel->stretch = random_word(seed) % 4 == 0;
    panel->name = random_word(seed) % 3 ? "a name that may well be too long to fit" : NULL;
    panel->x.ticks = random_word(seed) % 3;
    panel->y.ticks = random_word(seed) % 3;
    panel->x.kind = (enum trl_axis_kind)(random_word(seed) % 3);
    panel->x.moving = random_word(seed) % 4 == 0;
    panel->y.moving = random_word(seed) % 4 == 0;
    panel->x.inset = panel->y.inset = random_word(seed) % 2 ? 0.125 : 0;
    panel->x.label = random_word(seed) % 2 ? "position" : NULL;
    panel->y.label = random_word(seed) % 2 ? "a long label of the axis, turned" : NULL;
    panel->y.high = random_word(seed) % 2 ? 1e-7 : 1e7;
    panel->bar.shown = random_word(seed) % 4;
    panel->bar.moving = random_word(seed) % 3 == 0;
    panel->bar.norm = random_word(seed) % 2 ? TRL_NORM_SYMLOG : TRL_NORM_LINEAR;
    panel->bar.high = random_word(seed) % 2 ? 3e12 : 30;
    panel->bar.under = random_word(seed) % 2;
    panel->bar.over = random_word(seed) % 2;
    panel->scale_length = random_word(seed) % 3 ? 0 : 50;
    panel->bar.phase = random_word(seed) % 5 == 0;
    panel->x_split = panel->x.moving || random_word(seed) % 5 ? 0 : 0.75;
    panel->y_split = panel->y.moving || random_word(seed) % 5 ? 0 : 0.6;
    panel->x_rest = panel->y_rest = guide_heatmap.x;
    panel->entry_count = random_word(seed) % 3 ? 0 : 1 + (int)(random_word(seed) % 40);
    for (int n = 0; n < panel->entry_count && n < TRL_GUIDE_ENTRIES_MAX; n++)
        panel->entries[n] = (struct trl_guide_entry){"an entry", 7, n % 2 ? 7 : 200, NULL};
}

/* Nothing overlaps whatever is asked for, and indices and colours are the same picture. */
static void any_layout(void **state)
{
    (void)state;
    uint64_t seed = 7;
    int laid_out = 0;
    for (int n = 0; n < 120; n++) {
        struct trl_guide_panel panels[6];
        const int count = 1 + (int)(random_word(&seed) % 6);
        for (int k = 0; k < count; k++)
            random_panel(&panels[k], &seed);
        const bool free_size = random_word(&seed) % 4 == 0;
        const struct trl_guide_params params = {
            .width = free_size ? 0 : 200 + (int)(random_word(&seed) % 900),
            .height = free_size ? 0 : 150 + (int)(random_word(&seed) % 600),
            .title = random_word(&seed) % 2 ? "A title" : NULL,
            .panels = panels,
            .panel_count = count,
            .shared_bar = random_word(&seed) % 3 == 0,
            .stamp = random_word(&seed) % 2,
            .theme = (enum trl_theme)(n % 2),
        };
        struct trl_guide guide;
        const int ret = trl_guide_layout(&guide, NULL, &params);
        assert_true(ret == 0 || (ret == TRL_ERROR_USAGE && !free_size));
        if (ret < 0)
            continue;
        laid_out++;
        struct drawn d;
        draw(&d, &params);
        check_places(&d);
        drop(&d);
    }
    assert_true(laid_out > 60);
}

static char last_line[512];

static void keep_line(void *user, enum trl_log_level level, const char *line)
{
    (void)user, (void)level;
    snprintf(last_line, sizeof(last_line), "%s", line);
}

/* What the message says that it takes is enough. */
static void too_small(void **state)
{
    (void)state;
    struct trl_log *log;
    assert_int_equal(trl_log_create(&log, &(struct trl_log_params){.callback = keep_line}), 0);
    struct trl_guide_params params = {
        .width = 60,
        .height = 40,
        .title = "small",
        .panels = &guide_heatmap,
        .panel_count = 1,
    };
    struct trl_guide guide;
    assert_int_equal(trl_guide_layout(&guide, log, &params), TRL_ERROR_USAGE);
    const char *takes = strstr(last_line, "it takes ");
    assert_non_null(takes);
    assert_int_equal(sscanf(takes, "it takes %d x %d", &params.width, &params.height), 2);
    assert_true(params.width > 60 && params.height > 40);
    assert_int_equal(trl_guide_layout(&guide, log, &params), 0);
    trl_log_destroy(&log);
}

static void refused(void **state)
{
    (void)state;
    const struct trl_guide_panel four[4] = {guide_heatmap, guide_heatmap, guide_heatmap,
                                            guide_heatmap};
    struct trl_guide_panel long_scale = guide_heatmap, endless = guide_heatmap,
                           huge = guide_heatmap;
    long_scale.scale_length = 257;
    endless.x.high = 1.0 / 0.0;
    huge.data_width = 16384;
    const struct trl_guide_params cases[] = {
        {.panels = &guide_heatmap},
        {.panels = &guide_heatmap, .panel_count = 65},
        {.panels = &guide_heatmap, .panel_count = 1, .width = 100},
        {.panels = &guide_heatmap, .panel_count = 1, .width = 16385, .height = 16385},
        {.panels = &guide_heatmap, .panel_count = 1, .text_size = 5},
        {.panels = &guide_heatmap, .panel_count = 1, .grid_rows = 65},
        {.panels = &guide_heatmap, .panel_count = 1, .grid_rows = 8, .grid_columns = 9},
        {.panels = four, .panel_count = 4, .grid_rows = 1, .grid_columns = 3},
        {.panels = &guide_heatmap, .panel_count = 1, .shared_bar = true, .shared_panel = 1},
        {.panels = &long_scale, .panel_count = 1},
        {.panels = &endless, .panel_count = 1},
        {.panels = &huge, .panel_count = 1},
    };
    struct trl_guide guide;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++)
        assert_int_equal(trl_guide_layout(&guide, NULL, &cases[n]), TRL_ERROR_USAGE);
}

/* A panel that takes a cell later leaves all others where they are, whatever stands around it. */
static void late_panels(void **state)
{
    (void)state;
    uint64_t seed = 11;
    int laid_out = 0;
    const struct trl_guide_panel spare = {
        .name = "x",
        .x = {.ticks = true, .kind = TRL_AXIS_INDEX, .low = -0.5, .high = 999.5},
        .y = {.ticks = true, .kind = TRL_AXIS_INDEX, .low = -0.5, .high = 999.5},
        .bar = {.shown = true, .moving = true},
    };
    for (int n = 0; n < 60; n++) {
        struct trl_guide_panel panels[6];
        for (int k = 0; k < 6; k++)
            random_panel(&panels[k], &seed);
        const bool free_size = n % 3 == 0;
        struct trl_guide_params params = {
            .width = free_size ? 0 : 500 + (int)(random_word(&seed) % 900),
            .height = free_size ? 0 : 350 + (int)(random_word(&seed) % 600),
            .title = n % 2 ? "A title" : NULL,
            .panels = panels,
            .panel_count = 1 + (int)(random_word(&seed) % 4),
            .grid_rows = 2,
            .grid_columns = 3,
            .spare = &spare,
            .shared_bar = n % 5 == 0,
            .stamp = n % 2,
            .bare = n % 7 == 0,
        };
        if (params.bare)
            params.title = NULL, params.stamp = params.shared_bar = false;
        struct trl_guide before, after;
        if (trl_guide_layout(&before, NULL, &params) < 0)
            continue;
        for (int count = params.panel_count + 1; count <= 6; count++) {
            panels[count - 1].late = true;
            params.panel_count = count;
            if (trl_guide_layout(&after, NULL, &params) < 0)
                break;
            laid_out++;
            assert_int_equal(after.width, before.width);
            assert_int_equal(after.height, before.height);
            assert_int_equal(after.text_size, before.text_size);
            assert_memory_equal(&after.stamp, &before.stamp, sizeof(after.stamp));
            assert_memory_equal(&after.shared, &before.shared, sizeof(after.shared));
            assert_memory_equal(after.panel, before.panel,
                                (size_t)before.panel_count * sizeof(after.panel[0]));
            struct drawn d;
            draw(&d, &params);
            if (!params.bare)
                check_places(&d);
            drop(&d);
            before = after;
        }
    }
    assert_true(laid_out > 60);
}

/* Nothing but background, and as much data as there can be. */
static void bare(void **state)
{
    (void)state;
    struct trl_guide_panel panels[4];
    for (int n = 0; n < 4; n++)
        panels[n] = guide_heatmap;
    panels[1].data_width = 33;
    const struct trl_guide_params params = {.panels = panels, .panel_count = 4, .bare = true};
    struct drawn d;
    draw(&d, &params);
    assert_int_equal(d.guide.width, 256 + 8 + 256);
    assert_int_equal(d.guide.height, 192 + 8 + 192);
    assert_int_equal(d.guide.panel[0].data.x, 0);
    assert_int_equal(d.guide.panel[3].data.x, 264);
    assert_int_equal(d.guide.panel[3].data.y, 200);
    assert_int_equal(d.guide.panel[1].data.x % 2, 0);
    for (int n = 0; n < d.guide.width * d.guide.height; n++)
        assert_int_equal(d.indices[n], TRL_PALETTE_BACKGROUND);
    drop(&d);
    const struct trl_guide_params given = {
        .panels = panels, .panel_count = 4, .bare = true, .width = 633, .height = 411};
    struct trl_guide guide;
    assert_int_equal(trl_guide_layout(&guide, NULL, &given), 0);
    for (int n = 0; n < 4; n++) {
        const struct trl_rect data = guide.panel[n].data;
        assert_true(data.x % 2 == 0 && data.y % 2 == 0);
        assert_true(data.x + data.width <= 633 && data.y + data.height <= 411);
    }
}

/* Panels of one form, whatever is drawn around them, begin and end at the same rows and columns. */
static void panels_line_up(void **state)
{
    (void)state;
    uint64_t seed = 23;
    int laid_out = 0;
    for (int n = 0; n < 200; n++) {
        struct trl_guide_panel panels[9];
        const int count = 2 + (int)(random_word(&seed) % 8);
        for (int k = 0; k < count; k++) {
            random_panel(&panels[k], &seed);
            panels[k].data_width = panels[0].data_width;
            panels[k].data_height = panels[0].data_height;
            panels[k].stretch = k && n % 5 == 0 && panels[k].stretch;
            panels[k].own_bar = random_word(&seed) % 2;
        }
        panels[0].stretch = false;
        panels[0].bar.shown = true;
        const struct trl_guide_params params = {
            .width = 300 + (int)(random_word(&seed) % 1200),
            .height = 200 + (int)(random_word(&seed) % 900),
            .panels = panels,
            .panel_count = count,
            .grid_columns = (int)(random_word(&seed) % 4),
            .shared_bar = n % 3 == 0,
            .stamp = n % 2,
            .bare = n % 7 == 0,
        };
        struct trl_guide guide;
        if (trl_guide_layout(&guide, NULL, &params) < 0)
            continue;
        laid_out++;
        for (int k = 0; k < count; k++) {
            const struct trl_rect data = guide.panel[k].data;
            const struct trl_rect left = guide.panel[k - k % guide.columns].data;
            const struct trl_rect top = guide.panel[k % guide.columns].data;
            if (panels[k].stretch)
                continue;
            assert_true(data.width == guide.panel[0].data.width);
            assert_true(data.height == guide.panel[0].data.height);
            assert_true(panels[k - k % guide.columns].stretch || data.y == left.y);
            assert_true(panels[k % guide.columns].stretch || data.x == top.x);
        }
    }
    assert_true(laid_out > 100);
}

/* A chart among heat maps is as high as they are where it keeps half of its height. */
static void charts_join_their_row(void **state)
{
    (void)state;
    struct trl_guide_panel panels[3] = {guide_heatmap, guide_heatmap, guide_heatmap};
    panels[1].stretch = true;
    panels[1].bar.shown = false;
    struct trl_guide_params params = {
        .width = 1200, .height = 400, .panels = panels, .panel_count = 3, .grid_rows = 1};
    struct trl_guide guide;
    assert_int_equal(trl_guide_layout(&guide, NULL, &params), 0);
    const struct trl_rect *map = &guide.panel[0].data, *chart = &guide.panel[1].data;
    assert_true(map->y == chart->y && map->height == chart->height);
    assert_true(chart->width == map->width);
    params.height = 1200;
    assert_int_equal(trl_guide_layout(&guide, NULL, &params), 0);
    assert_true(chart->height > 3 * map->height);
}

static int64_t data_pixels(const struct trl_guide *guide)
{
    int64_t pixels = 0;
    for (int n = 0; n < guide->panel_count; n++)
        pixels += (int64_t)guide->panel[n].data.width * guide->panel[n].data.height;
    return pixels;
}

static void grids_suit_the_frame(void **state)
{
    (void)state;
    struct trl_guide_panel panels[12];
    for (int n = 0; n < 12; n++)
        panels[n] = guide_heatmap;
    const struct {
        int count, width, height, rows, columns; /* that are expected */
    } cases[] = {
        {3, 1200, 300, 1, 3}, {3, 400, 1200, 3, 1}, {3, 900, 700, 2, 2},  {4, 1200, 900, 2, 2},
        {4, 1920, 400, 1, 4}, {6, 1920, 900, 2, 3}, {12, 900, 500, 3, 4}, {5, 1920, 270, 1, 5},
        {2, 500, 500, 2, 1},  {3, 0, 0, 2, 2},
    };
    struct trl_guide guide;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        const struct trl_guide_params params = {.width = cases[n].width,
                                                .height = cases[n].height,
                                                .panels = panels,
                                                .panel_count = cases[n].count};
        assert_int_equal(trl_guide_layout(&guide, NULL, &params), 0);
        assert_int_equal(guide.rows, cases[n].rows);
        assert_int_equal(guide.columns, cases[n].columns);
    }
    /* No other grid shows more; starts at multiples of 32 take up to a twelfth of a width, which is
     * a sixth of the data. */
    uint64_t seed = 5;
    for (int n = 0; n < 40; n++) {
        struct trl_guide_params params = {.width = 500 + (int)(random_word(&seed) % 1400),
                                          .height = 300 + (int)(random_word(&seed) % 900),
                                          .panels = panels,
                                          .panel_count = 2 + n % 11};
        if (trl_guide_layout(&guide, NULL, &params) < 0)
            continue;
        const int64_t chosen = data_pixels(&guide);
        const int text = guide.text_size;
        for (int columns = 1; columns <= params.panel_count; columns++) {
            params.grid_columns = columns;
            if (trl_guide_layout(&guide, NULL, &params) == 0 && guide.text_size == text)
                assert_true(chosen * 6 >= data_pixels(&guide) * 5);
        }
    }
}

/* A cell that no panel takes is background; too few cells are refused. */
static void cells_without_panels(void **state)
{
    (void)state;
    const struct trl_guide_panel panels[2] = {guide_heatmap, guide_heatmap};
    struct trl_guide_params params = {.width = 1200,
                                      .height = 300,
                                      .panels = panels,
                                      .panel_count = 2,
                                      .grid_rows = 1,
                                      .grid_columns = 3};
    struct drawn d;
    draw(&d, &params);
    check_places(&d);
    const int third = 1200 - d.guide.panel[0].data.width;
    assert_true(d.guide.panel[1].bar.x < third);
    check_empty(&d, (struct trl_rect){third, 0, 1200 - third, 300}, 0);
    drop(&d);
    params.grid_columns = 1;
    assert_int_equal(trl_guide_layout(&d.guide, NULL, &params), TRL_ERROR_USAGE);
}

/* Frames of a few pixels: everything has its place, or one line says what it would take. */
static void small_frames(void **state)
{
    (void)state;
    struct trl_log *log;
    assert_int_equal(trl_log_create(&log, &(struct trl_log_params){.callback = keep_line}), 0);
    static const int counts[] = {1, 4, 9}, sizes[][2] = {{64, 64}, {96, 72}, {120, 90}, {160, 120}};
    int drawn = 0, refused = 0;
    for (int n = 0; n < 3 * 4 * 16; n++) {
        struct trl_guide_panel panels[9];
        const int bits = n / 12;
        for (int k = 0; k < 9; k++) {
            panels[k] = guide_heatmap;
            panels[k].name = bits & 1 ? "a name" : NULL;
            panels[k].bar.shown = bits & 2;
            panels[k].bar.moving = k % 2;
            panels[k].x.ticks = panels[k].y.ticks = bits & 4;
            panels[k].x.label = panels[k].y.label = NULL;
        }
        struct trl_guide_params params = {.width = sizes[n % 4][0],
                                          .height = sizes[n % 4][1],
                                          .panels = panels,
                                          .panel_count = counts[n / 4 % 3],
                                          .title = bits & 8 ? "title" : NULL};
        struct drawn d;
        last_line[0] = '\0';
        if (trl_guide_layout(&d.guide, log, &params) == 0) {
            assert_string_equal(last_line, "");
            draw(&d, &params);
            check_places(&d);
            drop(&d);
            drawn++;
            continue;
        }
        refused++;
        const char *takes = strstr(last_line, "it takes ");
        assert_non_null(takes);
        assert_null(strchr(last_line, '\n'));
        assert_int_equal(sscanf(takes, "it takes %d x %d", &params.width, &params.height), 2);
        assert_int_equal(trl_guide_layout(&d.guide, log, &params), 0);
        /* What the line says to leave out is what it takes. */
        params.width = sizes[n % 4][0];
        params.height = sizes[n % 4][1];
        params.bare = true;
        params.title = NULL;
        assert_int_equal(trl_guide_layout(&d.guide, log, &params), 0);
    }
    assert_true(drawn > 20 && refused > 20);
    trl_log_destroy(&log);
}

/* Tiles take the grid that the room suggests, and fill it but for a pixel that makes a side even.
 */
static void tiles_suit_their_panel(void **state)
{
    (void)state;
    struct trl_guide_panel panel = {
        .data_width = 1000, .data_height = 800, .tiles = 24, .tile_width = 15, .tile_height = 15};
    const struct {
        int width, height, rows, columns;
    } cases[] = {{640, 360, 4, 6}, {1200, 400, 3, 8}, {400, 1200, 8, 3}, {500, 500, 5, 5}};
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        const struct trl_guide_params params = {
            .width = cases[n].width, .height = cases[n].height, .panels = &panel, .panel_count = 1};
        struct trl_guide guide;
        assert_int_equal(trl_guide_layout(&guide, NULL, &params), 0);
        const struct trl_rect *data = &guide.panel[0].data;
        const int tile = (data->width + 1) / cases[n].columns - 1;
        assert_in_range(data->width, (tile + 1) * cases[n].columns - 1,
                        (tile + 1) * cases[n].columns);
        assert_in_range(data->height, (tile + 1) * cases[n].rows - 1, (tile + 1) * cases[n].rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_values),
        cmocka_unit_test(names_of_a_row),
        cmocka_unit_test(free_frame),
        cmocka_unit_test(any_layout),
        cmocka_unit_test(too_small),
        cmocka_unit_test(refused),
        cmocka_unit_test(late_panels),
        cmocka_unit_test(bare),
        cmocka_unit_test(panels_line_up),
        cmocka_unit_test(charts_join_their_row),
        cmocka_unit_test(grids_suit_the_frame),
        cmocka_unit_test(cells_without_panels),
        cmocka_unit_test(small_frames),
        cmocka_unit_test(tiles_suit_their_panel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
