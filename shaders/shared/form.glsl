/* SPDX-License-Identifier: BSD-2-Clause */
/* Elements of a form (dtype and byte order), which is a specialisation constant, from the words in
 * which they lie. */
#include "shared/element.glsl"
#include "shared/exact.h"
#include "shared/ops.h"

// An element's word is element >> shift.
uint shift_of(const uint form)
{
    uint dtype = form & TRL_OPS_DTYPE;
    if (dtype == TRL_OPS_I8 || dtype == TRL_OPS_U8 || dtype == TRL_OPS_BOOL)
        return 2u;
    return dtype == TRL_OPS_F32 || dtype == TRL_OPS_I32 || dtype == TRL_OPS_U32 ? 0u : 1u;
}

// The element's float bits, from the word that it lies in.
uint bits_of(const uint form, const uint word, const uint element)
{
    uint whole = (form & TRL_OPS_SWAP) != 0u ? swapped_word(word) : word;
    uint half_word = half_word_of(word, element & 1u, (form & TRL_OPS_SWAP) != 0u);
    uint byte = (word >> ((element & 3u) * 8u)) & 0xffu;
    switch (form & TRL_OPS_DTYPE) {
    case TRL_OPS_F32:
        return whole;
    case TRL_OPS_F16:
        return bits_from_half(half_word);
    case TRL_OPS_BF16:
        return half_word << 16;
    case TRL_OPS_I8:
        return bits_from_int(bitfieldExtract(int(byte), 0, 8));
    case TRL_OPS_U8:
        return bits_from_uint(byte);
    case TRL_OPS_I16:
        return bits_from_int(bitfieldExtract(int(half_word), 0, 16));
    case TRL_OPS_U16:
        return bits_from_uint(half_word);
    case TRL_OPS_I32:
        return bits_from_int(int(whole));
    case TRL_OPS_U32:
        return bits_from_uint(whole);
    default:
        return byte != 0u ? TRL_EXACT_ONE : 0u;
    }
}
