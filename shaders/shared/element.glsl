/* SPDX-License-Identifier: BSD-2-Clause */
/* Elements of every dtype as the bits of a float32, by operations that denormals, NaN and rounding
 * modes cannot touch. */
uint swapped_word(uint word)
{
    uint pairs = ((word & 0x00ff00ffu) << 8) | ((word >> 8) & 0x00ff00ffu);
    return (pairs << 16) | (pairs >> 16);
}

// The first or second half of a word, its bytes swapped or not. Swapped as a whole, which exchanges
// the halves: of the swap of a half alone and a conversion to float an NVIDIA driver (580.159) makes
// 0.
uint half_word_of(uint word, uint place, const bool swap)
{
    if (swap)
        return (swapped_word(word) >> ((place ^ 1u) * 16u)) & 0xffffu;
    return (word >> (place * 16u)) & 0xffffu;
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

bool bits_nan(uint bits)
{
    return (bits & 0x7fffffffu) > 0x7f800000u;
}

bool bits_finite(uint bits)
{
    return (bits & 0x7f800000u) != 0x7f800000u;
}
