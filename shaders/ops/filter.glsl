/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What all kernels of filters have in common. Values are handled as clean bits (shared/filter.h).
 * Constants 2 to 5 are what is done to each element before it is stored.
 */
layout(constant_id = 2) const uint OP_0 = TRL_FILTER_OP_NONE;
layout(constant_id = 3) const uint OP_1 = TRL_FILTER_OP_NONE;
layout(constant_id = 4) const uint OP_2 = TRL_FILTER_OP_NONE;
layout(constant_id = 5) const uint OP_3 = TRL_FILTER_OP_NONE;

layout(std430, set = 0, binding = 1) buffer Out
{
    uint result[];
};
layout(std430, set = 0, binding = 2) buffer State
{
    uint state[];
};
layout(push_constant) uniform Push
{
    trl_filter_push p;
};

uint clean(uint bits)
{
    uint size = bits & 0x7fffffffu;
    if (size > TRL_FILTER_INF)
        return TRL_FILTER_NAN;
    return size < TRL_FILTER_TINY ? 0u : bits;
}

uint sum(uint a, uint b)
{
    precise float s = uintBitsToFloat(a) + uintBitsToFloat(b);
    return clean(floatBitsToUint(s));
}

uint difference(uint a, uint b)
{
    return sum(a, b ^ 0x80000000u);
}

uint product(uint a, uint b)
{
    precise float s = uintBitsToFloat(a) * uintBitsToFloat(b);
    return clean(floatBitsToUint(s));
}

/* Only floats can be other than clean, or other than plain. */
const bool FLOATS =
    TENSOR_DTYPE == DTYPE_F32 || TENSOR_DTYPE == DTYPE_F16 || TENSOR_DTYPE == DTYPE_BF16;

bool plain(uint bits)
{
    uint size = bits & 0x7fffffffu;
    return size == 0u || (size >= TRL_FILTER_PLAIN && size < TRL_FILTER_INF);
}

uint element(uint tile, uint row, uint column)
{
    uint bits = tensor_bits(p.base + tile * p.tile_stride + row * p.row_stride +
                            column * p.column_stride);
    return FLOATS ? clean(bits) : bits;
}

/* Row and column may lie outside: the nearest is taken. */
uint nearest(uint tile, int row, int column)
{
    return element(tile, uint(clamp(row, int(p.row_low), int(p.row_end) - 1)),
                   uint(clamp(column, 0, int(p.columns) - 1)));
}

uint place(uint tile, uint row, uint column)
{
    return p.out_base + (tile * p.rows + row) * p.columns + column;
}

/* ---- what is done to each element ---- */

uint smooth_over_time(uint x, uint at, uint alpha)
{
    uint last = state[at];
    uint change = difference(x, last);
    uint y = x;
    if (alpha < 0x3f800000u && bits_finite(change))
        y = sum(last, product(alpha, change));
    if (!bits_finite(x))
        return x;
    state[at] = y;
    return y;
}

uint decay_over_time(uint x, uint at, uint factor)
{
    uint faded = product(factor, state[at]);
    bool keeps = bits_finite(x) &&
                 (bits_nan(faded) || (x & 0x7fffffffu) >= (faded & 0x7fffffffu));
    uint y = keeps ? x : faded;
    state[at] = y;
    return bits_finite(x) ? y : x;
}

uint change_over_time(uint x, uint at)
{
    uint last = state[at];
    if (!bits_finite(x))
        return x;
    state[at] = x;
    return bits_nan(last) ? 0u : difference(x, last);
}

uint limited(uint x, uint low, uint high)
{
    if (bits_nan(x))
        return x;
    uint key = trl_float_key(x);
    return key < trl_float_key(low) ? low : key > trl_float_key(high) ? high : x;
}

uint sharper(uint blurred, uint at, uint amount)
{
    uint x = result[at];
    return bits_finite(x) ? sum(x, product(amount, difference(x, blurred))) : x;
}

uint operate(uint op, uint x, uint at, uint first, uint second)
{
    switch (op) {
    case TRL_FILTER_OP_ABS:
        return x & 0x7fffffffu;
    case TRL_FILTER_OP_CLIP:
        return limited(x, first, second);
    case TRL_FILTER_OP_LOG:
        return bits_nan(x) ? x : trl_filter_log1p(x & 0x7fffffffu) | (x & 0x80000000u);
    case TRL_FILTER_OP_SMOOTH:
        return smooth_over_time(x, at, first);
    case TRL_FILTER_OP_DECAY:
        return decay_over_time(x, at, first);
    case TRL_FILTER_OP_DIFF:
        return change_over_time(x, at);
    case TRL_FILTER_OP_UNSHARP:
        return sharper(x, at, first);
    default:
        return x;
    }
}

void finish(uint at, uint x)
{
    x = operate(OP_0, x, at, p.argument[0], p.argument[1]);
    x = operate(OP_1, x, at, p.argument[2], p.argument[3]);
    x = operate(OP_2, x, at, p.argument[4], p.argument[5]);
    x = operate(OP_3, x, at, p.argument[6], p.argument[7]);
    result[at] = x;
}
