/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/stamps.h"

#include "base/frame.h"
#include "base/log.h"

#include <math.h>
#include <stdio.h>

#include <tensorreel/error.h>

void trl_stamps_init(struct trl_stamps *stamps, const struct trl_stamps_params *params)
{
    *stamps = (struct trl_stamps){.step = params->step};
    /* As many decimals as tell one frame from the next, and no more than six. */
    while (stamps->decimals < 6 && fabs(stamps->step * pow(10, stamps->decimals) -
                                        round(stamps->step * pow(10, stamps->decimals))) > 1e-6)
        stamps->decimals++;
    if (stamps->decimals == 6)
        stamps->decimals = 3;
    snprintf(stamps->unit, sizeof(stamps->unit), "%s", params->unit ? params->unit : "s");
}

static int add(struct trl_stamps *stamps, struct trl_device *device, struct trl_rect rect,
               const struct trl_stamp_params *params)
{
    const int error = trl_stamp_create(&stamps->stamp[stamps->count], device, params);
    if (error)
        return error;
    stamps->rect[stamps->count++] = rect;
    return 0;
}

int trl_stamps_add_line(struct trl_stamps *stamps, struct trl_device *device,
                        const struct trl_stamps_params *params, struct trl_rect rect,
                        struct trl_gpu_buffer *spikes)
{
    stamps->line = true;
    stamps->spikes = spikes != NULL;
    return add(stamps, device, rect,
               &(struct trl_stamp_params){
                   .width = rect.width,
                   .height = rect.height,
                   .text_size = params->text_size,
                   .characters = stamps->unit,
                   .numbers = {{offsetof(struct trl_frame_counts, high) / 4, true, 6}},
                   .number_count = spikes ? 1 : 0,
                   .values = spikes,
                   .palette = params->palette,
               });
}

int trl_stamps_add_range(struct trl_stamps *stamps, struct trl_device *device,
                         const struct trl_stamps_params *params,
                         const struct trl_guide_place *place, struct trl_gpu_buffer *counts)
{
    const struct trl_rect rects[2] = {place->low, place->high};
    const uint32_t words[2] = {offsetof(struct trl_frame_counts, low) / 4,
                               offsetof(struct trl_frame_counts, high) / 4};
    int error = 0;
    for (int n = 0; !error && n < 2 && place->low.width; n++)
        error = add(stamps, device, rects[n],
                    &(struct trl_stamp_params){
                        .width = rects[n].width,
                        .height = rects[n].height,
                        .text_size = params->text_size,
                        .numbers = {{words[n], true, 0}},
                        .number_count = 1,
                        .values = counts,
                        .palette = params->palette,
                    });
    return error;
}

void trl_stamps_destroy(struct trl_stamps *stamps)
{
    for (int n = 0; n < stamps->count; n++)
        trl_stamp_destroy(&stamps->stamp[n]);
    stamps->count = 0;
}

int trl_stamps_record(struct trl_stamps *stamps, struct trl_gpu_cmd *cmd, int64_t index)
{
    char line[96];
    snprintf(line, sizeof(line), "frame %lld   t = %.*f %s%s", (long long)index, stamps->decimals,
             (double)index * stamps->step, stamps->unit, stamps->spikes ? "   spikes \x01" : "");
    int error = 0;
    for (int n = 0; !error && n < stamps->count; n++)
        error = trl_stamp_record(stamps->stamp[n], cmd, stamps->line && !n ? line : "\x01");
    return error;
}
