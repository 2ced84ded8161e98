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

/*
 * Chroma of 4:2:0, co-sited with the even columns and midway between two rows: a 1-2-1 mean of the
 * columns, rounded to a code, then the mean of two rows, rounded. The rounding between makes a row
 * of codes a thing of its own, which pictures with repeated rows need; it costs at most one code.
 */
TRL_INLINE TRL_U32 trl_yuv_chroma_column_mean(TRL_I32 left, TRL_I32 middle, TRL_I32 right)
{
    return TRL_TO_U32(left + 2 * middle + right + (128 << (TRL_YUV_SHIFT + 2)) +
                      (1 << (TRL_YUV_SHIFT + 1))) >>
           (TRL_YUV_SHIFT + 2);
}

/* Four codes at once: (upper + lower + 1) / 2 in every byte. */
TRL_INLINE TRL_U32 trl_yuv_chroma_row_mean(TRL_U32 upper, TRL_U32 lower)
{
    return (upper | lower) - ((upper ^ lower) >> 1 & 0x7f7f7f7fu);
}

#endif
