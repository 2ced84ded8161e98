/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/scene_inside.h"

#include "base/log.h"
#include "base/math.h"

#include <string.h>

int64_t trl_scene_frames(const struct trl_scene *scene, int64_t steps)
{
    int64_t last = 0, frames = 0;
    for (int n = 0; n < scene->panel_count; n++)
        if (scene->panels[n].camera)
            last = trl_max_i64(last, trl_camera_last(scene->panels[n].camera));
    for (int64_t step = 0; step < steps; step++) {
        if (frames > last)
            return frames + steps - step;
        do
            frames++;
        while (trl_scene_paused(scene, frames));
    }
    return frames;
}

static void warn_beyond(const struct trl_scene *scene, const struct trl_panel *panel, int key,
                        int64_t frames)
{
    const char *name = panel->params.name;
    trl_log_print(scene->log, TRL_LOG_WARN,
                  "camera%s%s: keyframe %d is at frame %g; the film ends before, it has %lld frame%s",
                  name ? " of " : "", name ? name : "", key, trl_camera_key_at(panel->camera, key),
                  (long long)frames, frames == 1 ? "" : "s");
}

static void warn_miss(const struct trl_scene *scene, const struct trl_panel *panel, int key,
                      const struct trl_camera_pose *pose)
{
    const char *name = panel->params.name;
    const double half = 0.5 / pose->zoom;
    trl_log_print(scene->log, TRL_LOG_WARN,
                  "camera%s%s: keyframe %d, frame %g, shows nothing of the tensor: center %gx%g at "
                  "zoom %g; there is something to see from %g to %g, both across and down",
                  name ? " of " : "", name ? name : "", key, trl_camera_key_at(panel->camera, key),
                  pose->center_x, pose->center_y, pose->zoom, -half, 1 + half);
}

/* Panels may have one camera in common. */
static bool is_told(const struct trl_scene *scene, int panel)
{
    const char *camera = scene->panels[panel].params.view.camera;
    for (int n = 0; n < panel; n++)
        if (scene->panels[n].camera && !strcmp(scene->panels[n].params.view.camera, camera))
            return true;
    return false;
}

void trl_scene_check_cameras(const struct trl_scene *scene, int64_t frames)
{
    for (int n = 0; n < scene->panel_count; n++) {
        const struct trl_panel *panel = &scene->panels[n];
        const enum trl_view_kind kind = panel->params.kind;
        struct trl_camera_pose pose;
        if (!panel->camera || is_told(scene, n))
            continue;
        const bool flat = kind == TRL_VIEW_HEATMAP || kind == TRL_VIEW_PROJECTION;
        const int miss = flat ? trl_camera_miss(panel->camera, &pose) : 0;
        const int beyond = frames < 0 ? 0 : trl_camera_beyond(panel->camera, frames);
        if (miss && !(beyond && miss >= beyond))
            warn_miss(scene, panel, miss, &pose);
        if (beyond)
            warn_beyond(scene, panel, beyond, frames);
    }
}
