/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "base/log.h"

#include <tensorreel/scene.h>

/* The params of a scene with all that they point to, which a caller lends for one call only. */
struct trl_scene_copy;

/* TRL_ERROR_USAGE for more panels than there may be, TRL_ERROR_MEMORY. */
int trl_scene_copy_create(struct trl_scene_copy **out, struct trl_log *log,
                          const struct trl_scene_params *params);
void trl_scene_copy_destroy(struct trl_scene_copy **copy);

/* May be changed, but not what it points to. */
struct trl_scene_params *trl_scene_copy_params(struct trl_scene_copy *copy);
/* Panel n of them, likewise. */
struct trl_panel_params *trl_scene_copy_panel(struct trl_scene_copy *copy, int n);
/* A panel that is kept, but not shown: what captures without a panel look like. */
int trl_scene_copy_set_spare(struct trl_scene_copy *copy, const struct trl_panel_params *panel);
const struct trl_panel_params *trl_scene_copy_spare(const struct trl_scene_copy *copy);
/* One panel more, at the end. Panels stay where they are. */
int trl_scene_copy_add(struct trl_scene_copy *copy, const struct trl_panel_params *panel);
