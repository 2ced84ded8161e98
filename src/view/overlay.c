/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/overlay.h"

#include "base/frame.h"
#include "base/log.h"
#include "shared/overlay.h"
#include "view/board.h"
#include "view/groups.h"

#include <stdlib.h>

#include <tensorreel/error.h>

_Static_assert(TRL_OVERLAY_HIDE_NAN == 1U << (TRL_PALETTE_NAN - 256) &&
                   TRL_OVERLAY_HIDE_UNDER == 1U << (TRL_PALETTE_UNDER - 256) &&
                   TRL_OVERLAY_HIDE_OVER == 1U << (TRL_PALETTE_OVER - 256) &&
                   TRL_OVERLAY_HIDE_BACKGROUND == 1U << (TRL_PALETTE_BACKGROUND - 256),
               "bits are numbered as palette indices");

enum { HALF = 128 };

struct trl_overlay {
    struct trl_device *device;
    const struct trl_picture *pictures[2]; /* lower, upper */
    uint32_t alpha, hide;
    struct trl_board board;
    struct trl_gpu_kernel *kernels[2];
};

static int check(struct trl_log *log, const struct trl_overlay_params *params,
                 const struct trl_picture *lower, const struct trl_picture *upper)
{
    const unsigned all = TRL_OVERLAY_HIDE_NAN | TRL_OVERLAY_HIDE_UNDER | TRL_OVERLAY_HIDE_OVER |
                         TRL_OVERLAY_HIDE_BACKGROUND;
    if (params->alpha < 0 || params->alpha > 255)
        return trl_fail(log, TRL_ERROR_USAGE, "overlay: alpha %d: must be 1 to 255", params->alpha);
    if (params->hide & ~all)
        return trl_fail(log, TRL_ERROR_USAGE, "overlay: hides %#x, which is unknown", params->hide);
    if (params->hide && upper->words)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "overlay: the upper picture is in full colour and has neither NaN nor "
                        "background to hide; use alpha alone");
    if (lower->width != upper->width || lower->height != upper->height)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "overlay: a picture of %d x %d pixels over one of %d x %d; their sizes "
                        "must agree",
                        upper->width, upper->height, lower->width, lower->height);
    return 0;
}

int trl_overlay_create(struct trl_overlay **out, struct trl_device *device,
                       const struct trl_overlay_params *params, const struct trl_picture *lower,
                       const struct trl_picture *upper)
{
    *out = NULL;
    struct trl_log *log = trl_gpu_log(device);
    int ret = check(log, params, lower, upper);
    if (ret < 0)
        return ret;
    struct trl_overlay *overlay = calloc(1, sizeof(*overlay));
    if (!overlay)
        return trl_fail_memory(log, "an overlay", sizeof(*overlay));
    overlay->device = device;
    overlay->pictures[0] = lower;
    overlay->pictures[1] = upper;
    overlay->alpha = params->alpha ? (uint32_t)params->alpha : HALF;
    overlay->hide = params->hide;
    ret = trl_board_words(&overlay->board, device, lower->width, lower->height);
    overlay->board.picture.counts = lower->counts;
    for (uint32_t n = 0; n < 2 && ret == 0; n++)
        ret = trl_gpu_kernel_create(&overlay->kernels[n], device,
                                    &(struct trl_gpu_kernel_params){
                                        TRL_SHADER_VIEW_OVERLAY_COMP,
                                        .spec = {overlay->pictures[n]->words == NULL, n},
                                        .spec_count = 2,
                                    });
    if (ret < 0)
        trl_overlay_destroy(&overlay);
    *out = overlay;
    return ret;
}

void trl_overlay_destroy(struct trl_overlay **out)
{
    if (!out || !*out)
        return;
    struct trl_overlay *overlay = *out;
    trl_gpu_kernel_destroy(&overlay->kernels[0]);
    trl_gpu_kernel_destroy(&overlay->kernels[1]);
    trl_board_destroy(&overlay->board);
    free(overlay);
    *out = NULL;
}

void trl_overlay_record(struct trl_overlay *overlay, struct trl_gpu_cmd *cmd)
{
    trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_VIEW);
    for (int n = 0; n < 2; n++) {
        const struct trl_picture *picture = overlay->pictures[n];
        struct trl_gpu_buffer *words = picture->words;
        const struct trl_overlay_push push = {
            .width = (uint32_t)picture->width,
            .height = (uint32_t)picture->height,
            .cell_stride = picture->cell_stride,
            .alpha = overlay->alpha,
            .hide = overlay->hide,
        };
        const struct trl_gpu_call call = {
            .kernel = overlay->kernels[n],
            .bindings = {{.buffer = words ? words : picture->cells},
                         {.buffer = words ? words : picture->columns},
                         {.buffer = words ? words : picture->rows},
                         {.buffer = words ? words : picture->palette},
                         {.buffer = overlay->board.words, .write = true}},
            .binding_count = 5,
            .push = &push,
            .push_size = sizeof(push),
        };
        uint32_t groups[2];
        trl_row_groups(overlay->device, picture->height, picture->width, 1, groups);
        trl_gpu_cmd_dispatch(cmd, &call, groups[0], groups[1], 1);
    }
}

const struct trl_picture *trl_overlay_picture(const struct trl_overlay *overlay)
{
    return &overlay->board.picture;
}
