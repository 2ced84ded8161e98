/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading tensors as they lie: binding 0 holds them, specialisation constant 0 is the dtype, 1 is
 * whether bytes are swapped. Elements are handled as the bits of a float32, by integer operations
 * that denormals, NaN and rounding modes cannot touch.
 */
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
    if (TENSOR_BIG_ENDIAN != 0) {
        uint pairs = ((word & 0x00ff00ffu) << 8) | ((word >> 8) & 0x00ff00ffu);
        word = (pairs << 16) | (pairs >> 16);
    }
    return word;
}

uint tensor_half_word(uint element)
{
    uint half_word = (tensor_words[element >> 1] >> ((element & 1u) * 16u)) & 0xffffu;
    if (TENSOR_BIG_ENDIAN != 0)
        half_word = ((half_word << 8) | (half_word >> 8)) & 0xffffu;
    return half_word;
}

uint tensor_byte(uint element)
{
    return (tensor_words[element >> 2] >> ((element & 3u) * 8u)) & 0xffu;
}

uint bits_from_half(uint h)
{
    uint sign = (h & 0x8000u) << 16;
    uint exponent = (h >> 10) & 31u;
    uint mantissa = h & 0x3ffu;
    uint size = ((exponent + 112u) << 23) | (mantissa << 13);
    if (exponent == 31u)
        size = 0x7f800000u | (mantissa << 13);
    if (exponent == 0u)
        size = floatBitsToUint(float(mantissa) * 5.9604644775390625e-8);
    return sign | size;
}

/* Rounded to the nearest float, to even between two. */
uint bits_from_uint(uint value)
{
    int shift = findMSB(value) - 23;
    if (shift <= 0)
        return floatBitsToUint(float(value));
    uint kept = value >> shift;
    uint rest = value & ((1u << shift) - 1u);
    uint middle = 1u << (shift - 1);
    if (rest > middle || (rest == middle && (kept & 1u) != 0u))
        kept += 1u;
    return floatBitsToUint(float(kept)) + (uint(shift) << 23);
}

uint bits_from_int(int value)
{
    uint size = value < 0 ? 0u - uint(value) : uint(value);
    return bits_from_uint(size) | (value < 0 ? 0x80000000u : 0u);
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

bool bits_nan(uint bits)
{
    return (bits & 0x7fffffffu) > 0x7f800000u;
}

bool bits_finite(uint bits)
{
    return (bits & 0x7f800000u) != 0x7f800000u;
}
