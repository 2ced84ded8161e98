/* SPDX-License-Identifier: BSD-2-Clause */
#include "guide_check.h"

const struct trl_guide_panel guide_heatmap = {
    .name = "layer 3",
    .data_width = 256,
    .data_height = 192,
    .x = {"column", true, TRL_AXIS_INDEX, -0.5, 255.5},
    .y = {"row", true, TRL_AXIS_INDEX, 191.5, -0.5},
    .bar = {.shown = true, .label = "potential (mV)", .low = -70, .high = 30},
};

void draw(struct drawn *d, const struct trl_guide_params *params)
{
    assert_int_equal(trl_guide_layout(&d->guide, NULL, params), 0);
    const size_t count = (size_t)d->guide.width * (size_t)d->guide.height;
    d->indices = malloc(count * sizeof(*d->indices));
    d->words = malloc(count * sizeof(*d->words));
    memset(d->indices, 0xff, count * sizeof(*d->indices));
    const struct trl_guide_canvas indexed = {
        .indices = d->indices,
        .stride = (size_t)d->guide.width,
    };
    const struct trl_guide_canvas full = {.words = d->words, .stride = (size_t)d->guide.width};
    assert_int_equal(trl_guide_draw(&d->guide, NULL, params, &indexed), 0);
    assert_int_equal(trl_guide_draw(&d->guide, NULL, params, &full), 0);
}

void drop(struct drawn *d)
{
    free(d->indices);
    free(d->words);
}

int index_at(const struct drawn *d, int x, int y)
{
    return d->indices[(size_t)y * (size_t)d->guide.width + (size_t)x];
}

void check_empty(const struct drawn *d, struct trl_rect r, int around)
{
    if (r.width == 0)
        return;
    assert_true(r.width > 0 && r.height > 0 && r.x >= around && r.y >= around);
    assert_true(r.x + r.width + around <= d->guide.width);
    assert_true(r.y + r.height + around <= d->guide.height);
    for (int y = r.y - around; y < r.y + r.height + around; y++)
        for (int x = r.x - around; x < r.x + r.width + around; x++)
            assert_int_equal(index_at(d, x, y), TRL_PALETTE_BACKGROUND);
}

bool apart(struct trl_rect a, struct trl_rect b)
{
    return !a.width || !b.width || a.x + a.width <= b.x || b.x + b.width <= a.x ||
           a.y + a.height <= b.y || b.y + b.height <= a.y;
}

/* The numbers of a moving range have an even rectangle, within which they do not touch. */
static void check_numbers(const struct drawn *d, const struct trl_guide_numbers *numbers)
{
    const struct trl_rect *all = &numbers->all;
    check_empty(d, *all, 0);
    assert_true(numbers->count == 0 || numbers->count == 2 || numbers->count == 3 ||
                numbers->count == 5);
    assert_int_equal((all->x | all->y | all->width | all->height) & 1, 0);
    for (int n = 0; n < numbers->count; n++) {
        const struct trl_rect *r = &numbers->number[n];
        assert_int_equal((r->x | r->width) & 1, 0);
        assert_true(r->x >= 0 && r->x + r->width <= all->width);
        assert_true(r->y >= 0 && r->y + r->height <= all->height);
        for (int k = 0; k < n; k++)
            assert_true(apart(*r, numbers->number[k]));
    }
}

void check_places(const struct drawn *d)
{
    struct trl_rect all[6 * TRL_GUIDE_PANELS_MAX + 4];
    int count = 0;
    all[count++] = d->guide.stamp;
    check_empty(d, d->guide.stamp, 0);
    for (int n = 0; n < d->guide.panel_count; n++) {
        const struct trl_guide_place *place = &d->guide.panel[n];
        check_empty(d, place->data, TRL_GUIDE_GAP);
        check_numbers(d, &place->bar_numbers);
        check_numbers(d, &place->x_numbers);
        check_numbers(d, &place->y_numbers);
        all[count++] = place->data;
        all[count++] = place->bar;
        all[count++] = place->bar_numbers.all;
        all[count++] = place->x_numbers.all;
        all[count++] = place->y_numbers.all;
        all[count++] = place->legend;
    }
    all[count++] = d->guide.shared.bar;
    for (int a = 0; a < count; a++)
        for (int b = 0; b < a; b++)
            assert_true(apart(all[a], all[b]));
}

void check_words(const struct drawn *d, const struct trl_palette *palette)
{
    const size_t count = (size_t)d->guide.width * (size_t)d->guide.height;
    for (size_t n = 0; n < count; n++) {
        const uint8_t *rgb = palette->rgb[d->indices[n]];
        assert_int_equal(d->words[n], rgb[0] | rgb[1] << 8 | rgb[2] << 16);
    }
}
