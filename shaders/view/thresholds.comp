#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// The scale of a frame: its range, given, found or running, becomes the keys of 255 thresholds. One
// workgroup.
#include "shared/range.h"
#include "shared/scale.h"
#include "shared/view.h"

layout(local_size_x = 256) in;
layout(constant_id = 0) const uint NORM = 0;

layout(std430, set = 0, binding = 0) readonly buffer Setup
{
    uint setup[];
};
layout(std430, set = 0, binding = 1) buffer Scale
{
    uint scale[];
};

trl_number setup_number(uint word)
{
    trl_number n;
    n.negative = 0u;
    n.exponent = int(setup[word]);
    n.mantissa = setup[word + 1u];
    n.sticky = 0u;
    return n;
}

uint threshold(uint low, uint high, uint step)
{
    switch (NORM) {
    case TRL_NORM_IS_LOG:
        return trl_threshold_log(low, high, step);
    case TRL_NORM_IS_SYMLOG:
        trl_symlog s;
        s.linthresh = setup[TRL_SETUP_SYMLOG];
        s.up = setup_number(TRL_SETUP_SYMLOG + 1u);
        s.down = setup_number(TRL_SETUP_SYMLOG + 3u);
        return trl_threshold_symlog(low, high, step, s);
    case TRL_NORM_IS_POWER:
        return trl_threshold_power(low, high, setup_number(TRL_SETUP_POWER + 2u * step));
    default:
        return trl_threshold_linear(low, high, step);
    }
}

// For the pass that draws: a factor by which it finds the nearest threshold but one, or 0 where the
// range is so narrow that the float arithmetic of some device could be off by half a step.
float guess(float low, float high)
{
    float half_width = high * 0.5 - low * 0.5;
    if (NORM == TRL_NORM_IS_LINEAR) {
        if (low == high)
            return abs(low) > 1e-25 ? 3e38 : 0.0;
        return half_width > 1e-30 ? 256.0 / half_width : 0.0;
    }
    float octaves = NORM == TRL_NORM_IS_LOG ? log2(high) - log2(low) : 0.0;
    return low > 1e-37 && octaves > 1.0 ? 256.0 / octaves : 0.0;
}

shared trl_span span;

// The frame's own range, or the one that runs after it.
trl_span seen_span(trl_span unknown)
{
    trl_span seen;
    seen.low = scale[TRL_SCALE_SEEN_LOW] != 0u ? ~scale[TRL_SCALE_SEEN_LOW] : unknown.low;
    seen.high = scale[TRL_SCALE_SEEN_HIGH] != 0u ? scale[TRL_SCALE_SEEN_HIGH] : unknown.high;
    return seen;
}

// A frame of one value tells no range: it counts until the first that has one.
trl_span running_span(trl_span unknown)
{
    bool any = scale[TRL_SCALE_SEEN_HIGH] != 0u;
    uint count = scale[TRL_SCALE_RUN_COUNT];
    trl_span seen = seen_span(unknown), held;
    held.low = scale[TRL_SCALE_RUN_LOW];
    held.high = scale[TRL_SCALE_RUN_HIGH];
    if (!any || (seen.low == seen.high && count > 0u))
        return held.high == 0u ? unknown : held;
    if (seen.low == seen.high) {
        held = seen;
    } else {
        scale[TRL_SCALE_RUN_LOWS + count % TRL_RUN_FRAMES] = seen.low;
        scale[TRL_SCALE_RUN_HIGHS + count % TRL_RUN_FRAMES] = seen.high;
        count += 1u;
        // An odd number of frames has a middle one.
        uint known = min(count, TRL_RUN_FRAMES);
        known -= 1u - (known & 1u);
        uint lows[TRL_RUN_FRAMES], highs[TRL_RUN_FRAMES];
        for (uint i = 0u; i < TRL_RUN_FRAMES; i++) {
            lows[i] = scale[TRL_SCALE_RUN_LOWS + i];
            highs[i] = scale[TRL_SCALE_RUN_HIGHS + i];
        }
        seen.low = trl_run_select(lows, known, known / 2u);
        seen.high = trl_run_select(highs, known, known / 2u);
        held = count < TRL_RUN_FRAMES
                   ? seen
                   : trl_run_follow(NORM == TRL_NORM_IS_LOG, held, seen, setup[TRL_SETUP_SHRINK]);
        // Nine more are as good as nine.
        scale[TRL_SCALE_RUN_COUNT] = count == 2u * TRL_RUN_FRAMES ? TRL_RUN_FRAMES : count;
    }
    scale[TRL_SCALE_RUN_LOW] = held.low;
    scale[TRL_SCALE_RUN_HIGH] = held.high;
    return held;
}

trl_span find_span()
{
    uint flags = setup[TRL_SETUP_FIXED];
    trl_span given, found;
    given.low = trl_float_key(setup[TRL_SETUP_LOW]);
    given.high = trl_float_key(setup[TRL_SETUP_HIGH]);
    found = given;
    bool both = (flags & TRL_SETUP_LOW_FIXED) != 0u && (flags & TRL_SETUP_HIGH_FIXED) != 0u;
    if (!both)
        found = (flags & TRL_SETUP_RUNNING) != 0u ? running_span(given) : seen_span(given);
    if ((flags & TRL_SETUP_LOW_FIXED) != 0u)
        found.low = given.low;
    if ((flags & TRL_SETUP_HIGH_FIXED) != 0u)
        found.high = given.high;
    if (found.high < found.low) {
        // One end is given and all values lie beyond it.
        if ((flags & TRL_SETUP_LOW_FIXED) != 0u)
            found.high = found.low;
        else
            found.low = found.high;
    }
    return (flags & TRL_SETUP_CENTERED) != 0u ? trl_span_center(found, setup[TRL_SETUP_CENTER])
                                              : found;
}

void main()
{
    uint step = gl_LocalInvocationIndex;
    if (step == 0u)
        span = find_span();
    barrier();
    uint low = trl_key_float(span.low), high = trl_key_float(span.high);
    bool centered = (setup[TRL_SETUP_FIXED] & TRL_SETUP_CENTERED) != 0u;
    uint key = span.low;
    // A single value is the first step, or the middle one of a range around it.
    if (step != 0u && span.low == span.high)
        key = centered && step <= 128u ? span.low : span.high + 1u;
    else if (step != 0u)
        key = trl_threshold_key(low, high, threshold(low, high, step));
    scale[TRL_SCALE_KEYS + step] = key;
    if (step == 0u) {
        scale[TRL_SCALE_KEYS + 256u] = span.high + 1u;
        scale[TRL_SCALE_LOW] = low;
        scale[TRL_SCALE_HIGH] = high;
        float factor = guess(uintBitsToFloat(low), uintBitsToFloat(high));
        scale[TRL_SCALE_GUESS] = floatBitsToUint(centered && low == high ? 0.0 : factor);
    }
}
