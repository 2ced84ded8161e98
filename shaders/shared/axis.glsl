/* SPDX-License-Identifier: BSD-2-Clause */
/* An axis from the words of its buffer, which the shader that includes this hands out. */
uint axis_word(uint axis, uint word);

trl_axis_scale axis_load(uint axis)
{
    trl_axis_scale a;
    a.low.negative = axis_word(axis, TRL_AXIS_LOW);
    a.low.exponent = int(axis_word(axis, TRL_AXIS_LOW + 1u));
    a.low.mantissa = axis_word(axis, TRL_AXIS_LOW + 2u);
    a.low.sticky = 0u;
    a.factor.negative = 0u;
    a.factor.exponent = int(axis_word(axis, TRL_AXIS_FACTOR));
    a.factor.mantissa = axis_word(axis, TRL_AXIS_FACTOR + 1u);
    a.factor.sticky = 0u;
    a.offset = int(axis_word(axis, TRL_AXIS_OFFSET));
    a.symlog.linthresh = axis_word(axis, TRL_AXIS_SYMLOG);
    a.symlog.up = a.factor;
    a.symlog.up.exponent = int(axis_word(axis, TRL_AXIS_SYMLOG + 1u));
    a.symlog.up.mantissa = axis_word(axis, TRL_AXIS_SYMLOG + 2u);
    a.symlog.down = a.factor;
    a.symlog.down.exponent = int(axis_word(axis, TRL_AXIS_SYMLOG + 3u));
    a.symlog.down.mantissa = axis_word(axis, TRL_AXIS_SYMLOG + 4u);
    return a;
}
