/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream/stream.h"

#include "base/log.h"
#include "tensor/expr.h"

#include <string.h>

/* Frames that a program hands over: tensors by name, then the frame that shows them. */

static struct trl_feed *find_feed(struct trl_stream *stream, const char *name)
{
    for (int n = 0; n < stream->feed_count; n++) {
        struct trl_feed *feed = &stream->feeds[n];
        if (name ? feed->name && !strcmp(feed->name, name) : !feed->name)
            return feed;
    }
    /* A tensor without a name, in a film whose inputs have some, is what the first panel shows. */
    const int shown = name || !stream->scene ? -1 : trl_scene_input_of(stream->scene, 0);
    return shown < 0 ? NULL : &stream->feeds[shown];
}

/* Whether an expression computes with the name; what is wrong with it is said elsewhere. */
static bool computes_with(const char *text, const char *name)
{
    struct trl_expr *expr = NULL;
    bool found = false;
    if (trl_expr_parse(&expr, NULL, text))
        return false;
    for (int n = 0; n < expr->input_count; n++)
        found = found || !strcmp(expr->input[n], name);
    trl_expr_destroy(&expr);
    return found;
}

static bool is_shown(const struct trl_scene_params *scene, const char *name)
{
    for (int n = 0; n < scene->panel_count; n++) {
        const struct trl_panel_params *panel = &scene->panels[n];
        if (panel->input ? !strcmp(panel->input, name) || computes_with(panel->input, name)
                         : panel->name && !strcmp(panel->name, name))
            return true;
    }
    return false;
}

/* A capture's panel takes a cell that is left. */
static int check_cells(struct trl_stream *stream, const char *name)
{
    const struct trl_scene_params *scene = trl_scene_copy_params(stream->copy);
    const int given = scene->grid_rows * scene->grid_columns;
    const int cells = stream->ring ? trl_scene_cells(stream->scene) : given;
    int taken = 0;
    for (int n = 0; n < scene->panel_count; n++)
        taken += !scene->panels[n].over;
    if (!cells || taken < cells)
        return 0;
    return trl_fail(stream->log, TRL_ERROR_USAGE,
                    "capture %s: the frame has %d cell%s, and none is left; give a grid of more "
                    "(grid_rows, grid_columns) before the first frame",
                    name, cells, cells > 1 ? "s" : "");
}

/* A panel for a capture, unless there is one. */
static int add_panel(struct trl_stream *stream, const char *name)
{
    struct trl_scene_params *scene = trl_scene_copy_params(stream->copy);
    struct trl_panel_params panel = *trl_scene_copy_spare(stream->copy);
    stream->named = true;
    if (is_shown(scene, name))
        return 0;
    if (stream->captures && !stream->feed_count)
        scene->panel_count = 0; /* the panel of the view was for a film without names */
    panel.name = name;
    const int error = check_cells(stream, name);
    return error ? error : trl_scene_copy_add(stream->copy, &panel);
}

static bool same_shape(const struct trl_layout *a, const struct trl_layout *b)
{
    return a->shape[0] == b->shape[0] && a->shape[1] == b->shape[1] && a->shape[2] == b->shape[2];
}

static int check_shape(struct trl_stream *stream, const struct trl_feed *feed,
                       const struct trl_layout *layout)
{
    const int64_t *is = layout->shape, *was = feed->layout.shape;
    if (same_shape(layout, &feed->layout))
        return 0;
    if (feed->name)
        return trl_fail(stream->log, TRL_ERROR_USAGE,
                        "capture %s: %lldx%lldx%lld, where it was %lldx%lldx%lld before",
                        feed->name, (long long)is[0], (long long)is[1], (long long)is[2],
                        (long long)was[0], (long long)was[1], (long long)was[2]);
    return trl_fail(stream->log, TRL_ERROR_USAGE,
                    "a frame of %lldx%lldx%lld in a film of %lldx%lldx%lld", (long long)is[0],
                    (long long)is[1], (long long)is[2], (long long)was[0], (long long)was[1],
                    (long long)was[2]);
}

/* The feed of that name, which the first capture makes. */
static int take_feed(struct trl_stream *stream, const char *name, const struct trl_layout *layout,
                     struct trl_feed **out)
{
    *out = find_feed(stream, name);
    if (*out)
        return check_shape(stream, *out, layout);
    if (stream->feed_count == TRL_INPUTS_MAX)
        return trl_fail(stream->log, TRL_ERROR_USAGE, "a film has at most %d inputs",
                        TRL_INPUTS_MAX);
    int error = name ? add_panel(stream, name) : 0;
    if (!error)
        error = trl_stream_add_feed(stream, name, out);
    if (error)
        return error;
    (*out)->layout = *layout;
    if (trl_dtype_size(layout->dtype) == 8)
        (*out)->layout.dtype = TRL_DTYPE_F32;
    stream->grown = true;
    return 0;
}

int trl_stream_capture(struct trl_stream *stream, const char *name, const struct trl_layout *layout,
                       const void *data, uint64_t size_bytes)
{
    struct trl_layout frame = {0};
    struct trl_feed *feed = NULL;
    int error = trl_stream_check(stream);
    if (!error)
        error = trl_feed_layout(stream->log, layout, &frame);
    if (!error)
        error = trl_feed_check(stream->log, &frame, size_bytes);
    if (!error)
        error = take_feed(stream, name, &frame, &feed);
    if (!error)
        error = trl_feed_copy(feed, stream->log, &frame, data, size_bytes);
    /* A tensor that is refused leaves the film as it was; what else fails ends it. */
    const bool goes_on = error == TRL_ERROR_USAGE || error == TRL_ERROR_CANCELLED;
    return goes_on ? error : trl_stream_fail(stream, error);
}

/* Makes what draws the inputs, or makes it anew where one has come in addition. */
static int follow_inputs(struct trl_stream *stream)
{
    struct trl_scene_input inputs[TRL_INPUTS_MAX];
    if (!stream->grown)
        return 0;
    if (!stream->feed_count)
        return trl_fail(stream->log, TRL_ERROR_USAGE, "there is no tensor to draw a frame of");
    for (int n = 0; n < stream->feed_count; n++)
        inputs[n] = (struct trl_scene_input){
            .name = stream->feeds[n].name, .layout = stream->feeds[n].layout, .frame_count = -1};
    stream->grown = false;
    const int error = trl_stream_plan(stream, inputs, stream->feed_count);
    if (!error && !stream->former)
        trl_scene_check_cameras(stream->scene, -1);
    return error ? error : trl_stream_start(stream);
}

int trl_stream_frame(struct trl_stream *stream)
{
    int error = trl_stream_check(stream);
    if (!error)
        error = follow_inputs(stream);
    if (error)
        return error;
    const int64_t index = trl_ledger_offer(stream->ledger);
    struct trl_slot *slot = NULL;
    error = trl_stream_take_slot(stream, index, &slot);
    if (error)
        return error == 1 ? 0 : error;
    return trl_stream_draw(stream, slot, index, NULL, 0, NULL);
}

int trl_stream_push(struct trl_stream *stream, const struct trl_layout *layout, const void *data,
                    uint64_t size_bytes)
{
    const int error = trl_stream_capture(stream, NULL, layout, data, size_bytes);
    return error ? error : trl_stream_frame(stream);
}
