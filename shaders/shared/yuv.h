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

#include "shared/portable.h"

#define TRL_YUV_SHIFT 20

TRL_SHARED trl_u32 trl_yuv_luma(trl_u32 color)
{
    trl_u32 r = color & 255u;
    trl_u32 g = color >> 8 & 255u;
    trl_u32 b = color >> 16 & 255u;
    return (191455u * r + 644069u * g + 65019u * b + (16u << TRL_YUV_SHIFT) +
            (1u << (TRL_YUV_SHIFT - 1))) >>
           TRL_YUV_SHIFT;
}

/* Cb - 128 and Cr - 128, scaled by 2^20. */
TRL_SHARED trl_i32 trl_yuv_cb(trl_u32 color)
{
    trl_i32 r = TRL_INT(color & 255u);
    trl_i32 g = TRL_INT(color >> 8 & 255u);
    trl_i32 b = TRL_INT(color >> 16 & 255u);
    return -105533 * r - 355018 * g + 460551 * b;
}

TRL_SHARED trl_i32 trl_yuv_cr(trl_u32 color)
{
    trl_i32 r = TRL_INT(color & 255u);
    trl_i32 g = TRL_INT(color >> 8 & 255u);
    trl_i32 b = TRL_INT(color >> 16 & 255u);
    return 460551 * r - 418321 * g - 42230 * b;
}

/* A chroma code of 4:4:4 from one of the above. */
TRL_SHARED trl_u32 trl_yuv_chroma_code(trl_i32 chroma)
{
    return TRL_UINT(chroma + (128 << TRL_YUV_SHIFT) + (1 << (TRL_YUV_SHIFT - 1))) >> TRL_YUV_SHIFT;
}

/*
 * Chroma of 4:2:0, co-sited with the even columns and midway between two rows: a 1-2-1 mean of the
 * columns, rounded to a code, then the mean of two rows, rounded. The rounding between makes a row
 * of codes a thing of its own, which pictures with repeated rows need; it costs at most one code.
 */
TRL_SHARED trl_u32 trl_yuv_chroma_sum_code(trl_i32 sum)
{
    return TRL_UINT(sum + (128 << (TRL_YUV_SHIFT + 2)) + (1 << (TRL_YUV_SHIFT + 1))) >>
           (TRL_YUV_SHIFT + 2);
}

TRL_SHARED trl_u32 trl_yuv_chroma_column_mean(trl_i32 left, trl_i32 middle, trl_i32 right)
{
    return trl_yuv_chroma_sum_code(left + 2 * middle + right);
}

/* Four codes at once: (upper + lower + 1) / 2 in every byte. */
TRL_SHARED trl_u32 trl_yuv_chroma_row_mean(trl_u32 upper, trl_u32 lower)
{
    return (upper | lower) - ((upper ^ lower) >> 1 & 0x7f7f7f7fu);
}

#endif
