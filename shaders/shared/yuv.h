/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RGB to Y'CbCr as ITU-R BT.709 defines it, 8 bits, limited range, in integers:
 *   Y = 16 + 219 Y', Cb = 128 + 224 (B' - Y') / 1.8556, Cr = 128 + 224 (R' - Y') / 1.5748
 * with Y' = 0.2126 R' + 0.7152 G' + 0.0722 B' and R', G', B' the 8-bit codes over 255.
 * Colours are words 0x00BBGGRR. Coefficients are scaled by 2^20, so the result is the rounded one
 * but for values within 0.0004 of the middle between two codes.
 */
#ifndef TRL_SHARED_YUV_H
#define TRL_SHARED_YUV_H

#include "shared/compat.h"

#define TRL_YUV_SHIFT 20
/* Chroma of 4:2:0 is summed over 2 rows of 1-2-1 columns from samples scaled by 2^6, so that a
 * pair of sums fits one word. */
#define TRL_CHROMA_SHIFT 6
#define TRL_CHROMA_WEIGHT_SHIFT 3

TRL_INLINE TRL_U32 trl_yuv_luma(TRL_U32 color)
{
    TRL_U32 r = color & 255u;
    TRL_U32 g = color >> 8 & 255u;
    TRL_U32 b = color >> 16 & 255u;
    return (191455u * r + 644069u * g + 65019u * b + (16u << TRL_YUV_SHIFT) +
            (1u << (TRL_YUV_SHIFT - 1))) >>
           TRL_YUV_SHIFT;
}

/* Cb - 128 and Cr - 128, scaled by 2^20. */
TRL_INLINE TRL_I32 trl_yuv_cb(TRL_U32 color)
{
    TRL_I32 r = TRL_TO_I32(color & 255u);
    TRL_I32 g = TRL_TO_I32(color >> 8 & 255u);
    TRL_I32 b = TRL_TO_I32(color >> 16 & 255u);
    return -105533 * r - 355018 * g + 460551 * b;
}

TRL_INLINE TRL_I32 trl_yuv_cr(TRL_U32 color)
{
    TRL_I32 r = TRL_TO_I32(color & 255u);
    TRL_I32 g = TRL_TO_I32(color >> 8 & 255u);
    TRL_I32 b = TRL_TO_I32(color >> 16 & 255u);
    return 460551 * r - 418321 * g - 42230 * b;
}

/* A chroma code of 4:4:4 from one of the above. */
TRL_INLINE TRL_U32 trl_yuv_chroma_code(TRL_I32 chroma)
{
    return TRL_TO_U32(chroma + (128 << TRL_YUV_SHIFT) + (1 << (TRL_YUV_SHIFT - 1))) >> TRL_YUV_SHIFT;
}

/* The same scaled by 2^6, rounded: a term of a 4:2:0 sum. */
TRL_INLINE TRL_I32 trl_yuv_chroma_term(TRL_I32 chroma)
{
    return (chroma + (1 << (TRL_YUV_SHIFT - TRL_CHROMA_SHIFT - 1))) >>
           (TRL_YUV_SHIFT - TRL_CHROMA_SHIFT);
}

/* A chroma code of 4:2:0 from the sum of terms whose weights add up to 8. */
TRL_INLINE TRL_U32 trl_yuv_chroma_mean(TRL_I32 sum)
{
    return TRL_TO_U32(sum + (128 << (TRL_CHROMA_SHIFT + TRL_CHROMA_WEIGHT_SHIFT)) +
                   (1 << (TRL_CHROMA_SHIFT + TRL_CHROMA_WEIGHT_SHIFT - 1))) >>
           (TRL_CHROMA_SHIFT + TRL_CHROMA_WEIGHT_SHIFT);
}

#endif
