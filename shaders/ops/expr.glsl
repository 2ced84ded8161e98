/* SPDX-License-Identifier: BSD-2-Clause */
/* What every kernel of an expression has in common. The host writes the rest at run time
 * (src/ops/expr_glsl.c): INPUTS before this, then INPUT(n) for each of them, and expression(). */
#extension GL_ARB_enhanced_layouts : require
#include "shared/elementary.h"
#include "shared/form.glsl"
#include "shared/halves.h"

layout(local_size_x = TRL_OPS_LANES) in;
layout(constant_id = 0) const uint RESULT = TRL_OPS_F32;
layout(constant_id = 1) const uint RANK = 1;

layout(std430, set = 0, binding = 0) writeonly buffer Result
{
    uint result[];
};
layout(push_constant) uniform Push
{
    trl_ops_expr_push push;
};

uint at[8]; // along each axis

// From the element of the block: which one it is along each axis.
void walk_to(uint rest)
{
    rest += push.first;
    for (uint axis = RANK - 1u; axis > 0u; axis--) {
        at[axis] = rest % push.walk[axis - 1u];
        rest /= push.walk[axis - 1u];
    }
    at[0] = rest;
}

uint element_of(uint n)
{
    uint element = push.walk[RANK - 1u + n];
    for (uint axis = 0u; axis < RANK; axis++)
        element += at[axis] * push.walk[RANK - 1u + INPUTS + n * RANK + axis];
    return element;
}

// FORM: dtype, and TRL_OPS_SWAP.
#define INPUT(n)                                                                                   \
    layout(constant_id = 2 + n) const uint FORM##n = TRL_OPS_F32;                                  \
    layout(std430, set = 0, binding = 1 + n) readonly buffer Input##n                              \
    {                                                                                              \
        uint words##n[];                                                                           \
    };                                                                                             \
    uint op_input##n()                                                                             \
    {                                                                                              \
        uint element = element_of(n);                                                              \
        return bits_of(FORM##n, words##n[element >> shift_of(FORM##n)], element);                  \
    }

uint op_negate(uint a)
{
    return a ^ TRL_EXACT_SIGN;
}

uint op_abs(uint a)
{
    return a & TRL_EXACT_SIZE;
}

uint op_less(uint a, uint b)
{
    return trl_exact_less(a, b) ? TRL_EXACT_ONE : 0u;
}

uint op_less_equal(uint a, uint b)
{
    return trl_exact_less_equal(a, b) ? TRL_EXACT_ONE : 0u;
}

uint op_equal(uint a, uint b)
{
    return trl_exact_equal(a, b) ? TRL_EXACT_ONE : 0u;
}

uint op_not_equal(uint a, uint b)
{
    return trl_exact_equal(a, b) ? 0u : TRL_EXACT_ONE;
}

uint op_where(uint a, uint b, uint c)
{
    return (a & TRL_EXACT_SIZE) != 0u ? b : c;
}

uint expression();

uint evaluate(uint element)
{
    walk_to(element);
    return trl_exact_canonical(expression());
}

uint narrow(uint bits)
{
    return RESULT == TRL_OPS_F16 ? trl_half_f16(bits) : trl_half_bf16(bits);
}

void main()
{
    uint all = gl_NumWorkGroups.x * TRL_OPS_LANES;
    uint words = RESULT == TRL_OPS_F32 ? push.count : (push.count + 1u) / 2u;
    for (uint i = gl_GlobalInvocationID.x; i < words; i += all) {
        uint word;
        if (RESULT == TRL_OPS_F32) {
            word = evaluate(i);
        } else {
            word = narrow(evaluate(2u * i));
            if (2u * i + 1u < push.count)
                word |= narrow(evaluate(2u * i + 1u)) << 16;
        }
        result[push.word + i] = word;
    }
}
