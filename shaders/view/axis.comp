#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// Makes an axis of a range that is known on the device only.
#include "shared/axis.h"

layout(local_size_x = 1) in;
layout(constant_id = 0) const uint NORM = TRL_NORM_IS_LINEAR;

layout(std430, set = 0, binding = 0) readonly buffer Setup
{
    uint setup[];
};
layout(std430, set = 0, binding = 1) readonly buffer Scale
{
    uint scale[];
};
layout(std430, set = 0, binding = 2) writeonly buffer Axis
{
    uint axis_words[];
};
layout(push_constant) uniform Push
{
    uint length;
    uint pad;
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

void main()
{
    trl_symlog s;
    s.linthresh = setup[TRL_SETUP_SYMLOG];
    s.up = setup_number(TRL_SETUP_SYMLOG + 1u);
    s.down = setup_number(TRL_SETUP_SYMLOG + 3u);
    trl_axis_scale a =
        trl_axis_make(NORM, s, scale[TRL_SCALE_LOW], scale[TRL_SCALE_HIGH], length, pad);
    axis_words[TRL_AXIS_LOW] = a.low.negative;
    axis_words[TRL_AXIS_LOW + 1u] = uint(a.low.exponent);
    axis_words[TRL_AXIS_LOW + 2u] = a.low.mantissa;
    axis_words[TRL_AXIS_FACTOR] = uint(a.factor.exponent);
    axis_words[TRL_AXIS_FACTOR + 1u] = a.factor.mantissa;
    axis_words[TRL_AXIS_OFFSET] = uint(a.offset);
    for (uint n = 0u; n < 5u; n++)
        axis_words[TRL_AXIS_SYMLOG + n] = setup[TRL_SETUP_SYMLOG + n];
}
