/* SPDX-License-Identifier: BSD-2-Clause */
#include <tensorreel/error.h>
#include <tensorreel/stream.h>

#include <string.h>

static void set_training(struct trl_scene_params *scene, struct trl_stream_params *stream)
{
    struct trl_view_params *view = &stream->view;
    scene->colorbar = true;
    scene->stamp = true;
    view->range = TRL_RANGE_PERCENTILE_RUNNING;
    view->center_set = true;
    view->center = 0;
    view->cmap = "coolwarm";
    stream->on_full = TRL_ON_FULL_DROP_NEWEST;
}

static void set_debug(struct trl_scene_params *scene, struct trl_stream_params *stream)
{
    struct trl_view_params *view = &stream->view;
    scene->axes = true;
    scene->colorbar = true;
    scene->stamp = true;
    view->range = TRL_RANGE_FRAME;
    view->nan_color = (struct trl_color){255, 0, 255, true};
    view->under_color = (struct trl_color){0, 0, 255, true};
    view->over_color = (struct trl_color){255, 0, 0, true};
    stream->on_full = TRL_ON_FULL_BLOCK;
}

int trl_preset_apply(const char *name, struct trl_scene_params *scene,
                     struct trl_stream_params *stream)
{
    if (!strcmp(name, "training"))
        set_training(scene, stream);
    else if (!strcmp(name, "debug"))
        set_debug(scene, stream);
    else
        return TRL_ERROR_USAGE;
    return 0;
}
