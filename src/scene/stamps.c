/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene/stamps.h"

#include "base/frame.h"
#include "base/log.h"
#include "shared/view.h"

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
               const char *text, const struct trl_stamp_params *params)
{
    const int error = trl_stamp_create(&stamps->stamp[stamps->count], device, params);
    if (error)
        return error;
    stamps->text[stamps->count] = text;
    stamps->rect[stamps->count++] = rect;
    return 0;
}

int trl_stamps_add_line(struct trl_stamps *stamps, struct trl_device *device,
                        const struct trl_stamps_params *params, struct trl_rect rect,
                        struct trl_gpu_buffer *spikes)
{
    stamps->line = true;
    stamps->spikes = spikes != NULL;
    return add(stamps, device, rect, NULL,
               &(struct trl_stamp_params){
                   .width = rect.width,
                   .height = rect.height,
                   .text_size = params->text_size,
                   .characters = stamps->unit,
                   .numbers = {{offsetof(struct trl_frame_counts, high) / 4, TRL_STAMP_REAL, 6}},
                   .number_count = spikes ? 1 : 0,
                   .values = spikes,
                   .palette = params->palette,
               });
}

int trl_stamps_add_scale(struct trl_stamps *stamps, struct trl_device *device,
                         const struct trl_stamps_params *params,
                         const struct trl_guide_numbers *numbers, enum trl_align align, bool axis,
                         struct trl_gpu_buffer *scale)
{
    static const char text[] = "\x01\n\x02\n\x03\n\x04\n\x05";
    const int count = numbers->count;
    if (count < 2 || !scale)
        return 0;
    struct trl_stamp_params p = {
        .width = numbers->all.width,
        .height = numbers->all.height,
        .text_size = params->text_size,
        .align = align,
        .line_count = count,
        .number_count = count,
        .values = scale,
        .palette = params->palette,
    };
    for (int n = 0; n < count; n++) {
        const struct trl_rect *r = &numbers->number[n];
        const uint32_t step = (uint32_t)(256 * n / (count - 1));
        const bool end = n == 0 || n == count - 1;
        const uint32_t ends[2] = {TRL_SCALE_LOW, TRL_SCALE_HIGH};
        p.lines[n] = (struct trl_stamp_line){r->x, r->y, r->width, r->height};
        p.numbers[n] = (struct trl_stamp_number){
            .word = end ? ends[n != 0] : TRL_SCALE_KEYS + step,
            .form = (end ? TRL_STAMP_REAL : TRL_STAMP_KEY) | TRL_STAMP_SCALE |
                    (axis ? TRL_STAMP_AXIS : 0U),
        };
    }
    return add(stamps, device, numbers->all, text, &p);
}

int trl_stamps_add_note(struct trl_stamps *stamps, struct trl_device *device,
                        const struct trl_stamps_params *params, const struct trl_rect note[2],
                        struct trl_gpu_buffer *scale)
{
    if (!note[0].width || !scale)
        return 0;
    struct trl_stamp_params p = {
        .width = note[0].width,
        .height = note[1].y + note[1].height - note[0].y,
        .text_size = params->text_size,
        .line_count = 2,
        .numbers = {{TRL_SCALE_LOW, TRL_STAMP_REAL, 0}, {TRL_SCALE_HIGH, TRL_STAMP_REAL, 0}},
        .number_count = 2,
        .values = scale,
        .palette = params->palette,
    };
    for (int n = 0; n < 2; n++)
        p.lines[n] =
            (struct trl_stamp_line){0, note[n].y - note[0].y, note[n].width, note[n].height};
    const struct trl_rect all = {note[0].x, note[0].y, p.width, p.height};
    return add(stamps, device, all, "|z| \x01\nto \x02", &p);
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
        error = trl_stamp_record(stamps->stamp[n], cmd, stamps->text[n] ? stamps->text[n] : line);
    return error;
}
