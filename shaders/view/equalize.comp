#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// The thresholds of a scale that spreads the elements evenly over its steps: the values of the
// ranks, or of those that run after them. One workgroup.
#include "shared/range.h"
#include "shared/view.h"

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint NORM = 0;
layout(constant_id = 1) const uint RUNNING = 0;

layout(std430, set = 0, binding = 0) buffer Scale
{
    uint scale[];
};
layout(std430, set = 0, binding = 1) buffer Ranks
{
    uint ranks[];
};

uint running_key(uint which, uint key)
{
    uint count = ranks[TRL_RANK_RUN_COUNT];
    uint held = ranks[TRL_RANK_RUN_HELD + which];
    if (key == 0xffffffffu)
        return count == 0u ? key : held;
    uint last = TRL_RANK_RUN_LAST + which * TRL_RUN_FRAMES;
    ranks[last + count % TRL_RUN_FRAMES] = key;
    count += 1u;
    uint known = min(count, TRL_RUN_FRAMES);
    known -= 1u - (known & 1u);
    uint keys[TRL_RUN_FRAMES];
    for (uint i = 0u; i < TRL_RUN_FRAMES; i++)
        keys[i] = ranks[last + i];
    uint middle = trl_run_select(keys, known, known / 2u);
    return count < TRL_RUN_FRAMES
               ? middle
               : trl_key_mix(NORM == TRL_NORM_IS_LOG, held, middle, TRL_RUN_SPREAD);
}

void main()
{
    uint which = gl_LocalInvocationIndex;
    uint low_key = scale[TRL_SCALE_KEYS], above = scale[TRL_SCALE_KEYS + 256u];
    uint count = ranks[TRL_RANK_RUN_COUNT];
    uint key = which < 255u ? ranks[TRL_RANK_KEYS(2) + which] : 0xffffffffu;
    bool any = ranks[TRL_RANK_KEYS(2)] != 0xffffffffu;
    if (RUNNING != 0 && which < 255u) {
        key = running_key(which, key);
        ranks[TRL_RANK_RUN_HELD + which] = key;
    }
    if (which < 255u)
        scale[TRL_SCALE_KEYS + 1u + which] = clamp(key, low_key + 1u, above);
    barrier();
    if (which == 0u) {
        scale[TRL_SCALE_GUESS] = 0u;
        if (RUNNING != 0 && any)
            ranks[TRL_RANK_RUN_COUNT] = count + 1u == 2u * TRL_RUN_FRAMES ? TRL_RUN_FRAMES
                                                                          : count + 1u;
    }
}
