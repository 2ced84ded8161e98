#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// The frame of the kernels of expressions. expression() stands for the one that is wanted: the host
// puts calls of the functions op_* in its place (src/ops/expr_spirv.c), which is why these
// take const parameters: values, not variables.
#include "shared/elementary.h"
#include "shared/form.glsl"
#include "shared/halves.h"

layout(local_size_x = TRL_OPS_LANES) in;
layout(constant_id = 0) const uint RESULT = TRL_OPS_F32;
layout(constant_id = 1) const uint RANK = 1;
layout(constant_id = 2) const uint INPUTS = 6;
layout(constant_id = 3) const uint FORM0 = TRL_OPS_F32; // dtype, and TRL_OPS_SWAP
layout(constant_id = 4) const uint FORM1 = TRL_OPS_F32;
layout(constant_id = 5) const uint FORM2 = TRL_OPS_F32;
layout(constant_id = 6) const uint FORM3 = TRL_OPS_F32;
layout(constant_id = 7) const uint FORM4 = TRL_OPS_F32;
layout(constant_id = 8) const uint FORM5 = TRL_OPS_F32;

layout(std430, set = 0, binding = 0) writeonly buffer Result
{
    uint result[];
};
layout(std430, set = 0, binding = 1) readonly buffer Input0
{
    uint input0[];
};
layout(std430, set = 0, binding = 2) readonly buffer Input1
{
    uint input1[];
};
layout(std430, set = 0, binding = 3) readonly buffer Input2
{
    uint input2[];
};
layout(std430, set = 0, binding = 4) readonly buffer Input3
{
    uint input3[];
};
layout(std430, set = 0, binding = 5) readonly buffer Input4
{
    uint input4[];
};
layout(std430, set = 0, binding = 6) readonly buffer Input5
{
    uint input5[];
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

uint op_input0()
{
    uint element = element_of(0u);
    return bits_of(FORM0, input0[element >> shift_of(FORM0)], element);
}

uint op_input1()
{
    uint element = element_of(1u);
    return bits_of(FORM1, input1[element >> shift_of(FORM1)], element);
}

uint op_input2()
{
    uint element = element_of(2u);
    return bits_of(FORM2, input2[element >> shift_of(FORM2)], element);
}

uint op_input3()
{
    uint element = element_of(3u);
    return bits_of(FORM3, input3[element >> shift_of(FORM3)], element);
}

uint op_input4()
{
    uint element = element_of(4u);
    return bits_of(FORM4, input4[element >> shift_of(FORM4)], element);
}

uint op_input5()
{
    uint element = element_of(5u);
    return bits_of(FORM5, input5[element >> shift_of(FORM5)], element);
}

uint op_negate(const uint a)
{
    return a ^ TRL_EXACT_SIGN;
}

uint op_abs(const uint a)
{
    return a & TRL_EXACT_SIZE;
}

uint op_sqrt(const uint a)
{
    return trl_exact_sqrt(a);
}

uint op_exp(const uint a)
{
    return trl_elementary_exp(a);
}

uint op_expm1(const uint a)
{
    return trl_elementary_expm1(a);
}

uint op_log(const uint a)
{
    return trl_elementary_log(a);
}

uint op_log1p(const uint a)
{
    return trl_elementary_log1p(a);
}

uint op_add(const uint a, const uint b)
{
    return trl_exact_add(a, b);
}

uint op_sub(const uint a, const uint b)
{
    return trl_exact_sub(a, b);
}

uint op_mul(const uint a, const uint b)
{
    return trl_exact_mul(a, b);
}

uint op_div(const uint a, const uint b)
{
    return trl_exact_div(a, b);
}

uint op_min(const uint a, const uint b)
{
    return trl_exact_min(a, b);
}

uint op_max(const uint a, const uint b)
{
    return trl_exact_max(a, b);
}

uint op_less(const uint a, const uint b)
{
    return trl_exact_less(a, b) ? TRL_EXACT_ONE : 0u;
}

uint op_less_equal(const uint a, const uint b)
{
    return trl_exact_less_equal(a, b) ? TRL_EXACT_ONE : 0u;
}

uint op_equal(const uint a, const uint b)
{
    return trl_exact_equal(a, b) ? TRL_EXACT_ONE : 0u;
}

uint op_not_equal(const uint a, const uint b)
{
    return trl_exact_equal(a, b) ? 0u : TRL_EXACT_ONE;
}

uint op_where(const uint a, const uint b, const uint c)
{
    return (a & TRL_EXACT_SIZE) != 0u ? b : c;
}

// What is not called is not compiled: every function has its place here. No variables, which would
// have names outside the function.
uint expression()
{
    return op_where(op_less(op_less_equal(op_input0(), op_input1()), op_equal(op_input2(), op_input3())),
                    op_min(op_max(op_input4(), op_input5()), op_not_equal(op_sub(1u, 2u), 3u)),
                    op_exp(op_expm1(op_log(op_log1p(op_sqrt(op_abs(
                        op_negate(op_add(op_mul(4u, 5u), op_div(6u, 7u))))))))));
}

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
