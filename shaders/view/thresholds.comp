#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// The scale of a frame: its range, given or found, becomes the keys of 255 thresholds. One
// workgroup.
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

void main()
{
    uint step = gl_LocalInvocationIndex;
    uint fixed_ends = setup[TRL_SETUP_FIXED];
    uint low = setup[TRL_SETUP_LOW];
    uint high = setup[TRL_SETUP_HIGH];
    if ((fixed_ends & 1u) == 0u && scale[TRL_SCALE_SEEN_LOW] != 0u)
        low = trl_key_float(~scale[TRL_SCALE_SEEN_LOW]);
    if ((fixed_ends & 2u) == 0u && scale[TRL_SCALE_SEEN_HIGH] != 0u)
        high = trl_key_float(scale[TRL_SCALE_SEEN_HIGH]);
    uint low_key = trl_float_key(low);
    uint high_key = trl_float_key(high);
    if (high_key < low_key) {
        // One end is given and all values lie beyond it.
        if ((fixed_ends & 1u) != 0u) {
            high = low;
            high_key = low_key;
        } else {
            low = high;
            low_key = high_key;
        }
    }
    uint key = low_key;
    if (step != 0u)
        key = low_key == high_key ? high_key + 1u
                                  : trl_threshold_key(low, high, threshold(low, high, step));
    scale[TRL_SCALE_KEYS + step] = key;
    if (step == 0u) {
        scale[TRL_SCALE_KEYS + 256u] = high_key + 1u;
        scale[TRL_SCALE_LOW] = low;
        scale[TRL_SCALE_HIGH] = high;
        scale[TRL_SCALE_GUESS] = floatBitsToUint(guess(uintBitsToFloat(low), uintBitsToFloat(high)));
    }
}
