/* SPDX-License-Identifier: BSD-2-Clause */
/* Float32 to 16 bits, rounded to nearest even, in integers alone. A NaN becomes the quiet one. */
#ifndef TRL_SHARED_HALVES_H
#define TRL_SHARED_HALVES_H

#include "shared/exact.h"

/* value / 2^shift rounded to nearest even; shift is 1 to 31. */
TRL_SHARED trl_u32 trl_half_round(trl_u32 value, trl_i32 shift)
{
    trl_u32 kept = value >> shift, rest = value << (32 - shift);
    bool up = rest > 0x80000000u || (rest == 0x80000000u && (kept & 1u) != 0u);
    return up ? kept + 1u : kept;
}

TRL_SHARED trl_u32 trl_half_f16(trl_u32 bits)
{
    trl_u32 sign = (bits >> 16) & 0x8000u, size = bits & TRL_EXACT_SIZE;
    if (size > TRL_EXACT_INF)
        return 0x7e00u;
    if (size >= 0x47800000u) /* 2^16 */
        return sign | 0x7c00u;
    if (size >= 0x38800000u) /* 2^-14 */
        return sign | trl_half_round(size - 0x38000000u, 13);
    if (size < 0x33000000u) /* 2^-25 */
        return sign;
    trl_i32 shift = 126 - TRL_INT(size >> 23);
    return sign | trl_half_round((size & 0x7fffffu) | 0x800000u, shift);
}

TRL_SHARED trl_u32 trl_half_bf16(trl_u32 bits)
{
    return trl_exact_nan(bits) ? 0x7fc0u : trl_half_round(bits, 16);
}

#endif
