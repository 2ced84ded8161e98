/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading tensors as they lie: binding 0 holds them, specialisation constant 0 is the dtype, 1 is
 * whether bytes are swapped.
 */
#include "shared/element.glsl"

layout(constant_id = 0) const uint TENSOR_DTYPE = 1;
layout(constant_id = 1) const uint TENSOR_BIG_ENDIAN = 0;

layout(std430, set = 0, binding = 0) readonly buffer Tensor
{
    uint tensor_words[];
};

const uint DTYPE_F32 = 1, DTYPE_F16 = 2, DTYPE_BF16 = 3, DTYPE_I8 = 5, DTYPE_U8 = 6, DTYPE_I16 = 7,
           DTYPE_U16 = 8, DTYPE_I32 = 9, DTYPE_U32 = 10, DTYPE_BOOL = 13;

uint tensor_word(uint element)
{
    uint word = tensor_words[element];
    return TENSOR_BIG_ENDIAN != 0 ? swapped_word(word) : word;
}

uint tensor_half_word(uint element)
{
    return half_word_of(tensor_words[element >> 1], element & 1u, TENSOR_BIG_ENDIAN != 0);
}

uint tensor_byte(uint element)
{
    return (tensor_words[element >> 2] >> ((element & 3u) * 8u)) & 0xffu;
}

uint tensor_bits(uint element)
{
    switch (TENSOR_DTYPE) {
    case DTYPE_F32:
        return tensor_word(element);
    case DTYPE_F16:
        return bits_from_half(tensor_half_word(element));
    case DTYPE_BF16:
        return tensor_half_word(element) << 16;
    case DTYPE_I8:
        return floatBitsToUint(float(bitfieldExtract(int(tensor_byte(element)), 0, 8)));
    case DTYPE_U8:
        return floatBitsToUint(float(tensor_byte(element)));
    case DTYPE_I16:
        return floatBitsToUint(float(bitfieldExtract(int(tensor_half_word(element)), 0, 16)));
    case DTYPE_U16:
        return floatBitsToUint(float(tensor_half_word(element)));
    case DTYPE_I32:
        return bits_from_int(int(tensor_word(element)));
    case DTYPE_U32:
        return bits_from_uint(tensor_word(element));
    default:
        return tensor_byte(element) != 0u ? 0x3f800000u : 0u;
    }
}
