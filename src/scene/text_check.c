/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/text.h"

/* What the text says wins over a default that contradicts it; what it says twice is an error. */

static enum trl_range with_percentiles(enum trl_range range)
{
    switch (range) {
    case TRL_RANGE_AUTO: /* fits every input, also one that cannot be read twice */
    case TRL_RANGE_RUNNING:
        return TRL_RANGE_PERCENTILE_RUNNING;
    case TRL_RANGE_MOVIE:
        return TRL_RANGE_PERCENTILE_MOVIE;
    case TRL_RANGE_FRAME:
        return TRL_RANGE_PERCENTILE_FRAME;
    default:
        return range;
    }
}

static int check_range(struct trl_panel_text *text)
{
    struct trl_view_params *view = &text->params.view;
    const bool *given = text->given;
    const bool chart = text->params.kind == TRL_VIEW_LINES ||
                       text->params.kind == TRL_VIEW_POINTS ||
                       text->params.kind == TRL_VIEW_HISTOGRAM;
    /* That of a default is the middle colour's: the places of values are not about it. */
    if (chart && !given[TRL_TEXT_CENTER])
        view->center_set = false;
    if (given[TRL_TEXT_ROBUST])
        view->range = with_percentiles(view->range);
    if (given[TRL_TEXT_CENTER] && given[TRL_TEXT_VMIN] && given[TRL_TEXT_VMAX])
        return trl_text_fail(text, "vmin, vmax and center: two of them say it all");
    if (view->center_set && view->vmin_set && view->vmax_set) {
        if (!given[TRL_TEXT_CENTER]) {
            view->center_set = false;
        } else {
            view->vmin_set = given[TRL_TEXT_VMIN];
            view->vmax_set = given[TRL_TEXT_VMAX];
        }
    }
    if (view->vmin_set && view->vmax_set && view->vmin >= view->vmax &&
        (given[TRL_TEXT_VMIN] || given[TRL_TEXT_VMAX]))
        return trl_text_fail(text, "vmin %g must be below vmax %g", view->vmin, view->vmax);
    return 0;
}

static int check_size(struct trl_panel_text *text)
{
    struct trl_view_params *view = &text->params.view;
    if (text->given[TRL_TEXT_SIZE] && text->given[TRL_TEXT_SCALE])
        return trl_text_fail(text, "size and scale exclude each other");
    if (text->given[TRL_TEXT_SIZE])
        view->scale = 0;
    if (text->given[TRL_TEXT_SCALE])
        view->width = view->height = 0;
    return 0;
}

static int check_points(struct trl_panel_text *text)
{
    struct trl_points_params *points = &text->params.points;
    const bool x = text->given[TRL_TEXT_X], y = text->given[TRL_TEXT_Y];
    if (x && !y && points->y == 0) /* that of the default, not that of a zero beside another x */
        points->y = 1;
    if ((x || y) && points->x == points->y)
        return trl_text_fail(text, "x and y are both column %d; points need two", points->x);
    return 0;
}

static int check_raster(struct trl_panel_text *text)
{
    const struct trl_raster_params *raster = &text->params.raster;
    if (text->params.kind == TRL_VIEW_RASTER && raster->form != TRL_RASTER_FORM_MASK &&
        !raster->neurons)
        return trl_text_fail(text, "form=%s does not say how many neurons there are; add neurons=N",
                             raster->form == TRL_RASTER_FORM_BITS ? "bits" : "events");
    return 0;
}

static int check_steps(struct trl_panel_text *text)
{
    const struct trl_panel_params *panel = &text->params;
    const bool x = text->given[TRL_TEXT_X_STEP] && panel->x.step == 0;
    const bool y = text->given[TRL_TEXT_Y_STEP] && panel->y.step == 0;
    if (x || y)
        return trl_text_fail(text, "%s-step 0: all cells would have one number", x ? "x" : "y");
    return 0;
}

static int check_overlay(struct trl_panel_text *text)
{
    if (text->given[TRL_TEXT_HIDE] && !text->params.over)
        return trl_text_fail(text, "hide lets the panel below through; it needs overlay beside it");
    return 0;
}

int trl_text_check(struct trl_panel_text *text)
{
    int ret = check_range(text);
    if (ret == 0)
        ret = check_size(text);
    if (ret == 0)
        ret = check_points(text);
    if (ret == 0)
        ret = check_raster(text);
    if (ret == 0)
        ret = check_steps(text);
    return ret == 0 ? check_overlay(text) : ret;
}
