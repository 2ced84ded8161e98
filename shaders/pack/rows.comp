#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Writes rows of a frame's planes, a row a workgroup: 16 pixels at a time, so that every store is
// 16 bytes (128 pixels for the ninth bits). A row beyond the source's last is background.
#extension GL_GOOGLE_include_directive : require
#include "shared/pack.h"
#include "shared/yuv.h"

layout(local_size_x_id = 2) in;
layout(constant_id = 0) const uint FORM = TRL_PACK_I420;
layout(constant_id = 1) const uint SOURCE = TRL_PACK_FROM_CELLS;

layout(push_constant) uniform Push
{
    trl_pack_push p;
};
// Colours 0x..BBGGRR of the cells or of the canvas; indices, two in a word, for the palette forms.
layout(binding = 0) uniform utextureBuffer source;
layout(binding = 1) uniform utextureBuffer columns;
layout(binding = 2) uniform utextureBuffer rows;
layout(binding = 3) writeonly buffer Target
{
    uvec4 target[];
};
layout(binding = 4) writeonly buffer Sums
{
    uvec4 sums[];
};

uint half_word(uint word, uint n)
{
    return (n & 1u) == 0u ? word & 0xffffu : word >> 16;
}

uint column_of(uint x)
{
    x = min(x, p.picture_width - 1u);
    if (SOURCE == TRL_PACK_FROM_CANVAS)
        return x;
    return min(half_word(texelFetch(columns, int(x >> 1)).x, x), p.source_columns);
}

uint color_at(uint base, uint x)
{
    return texelFetch(source, int(base + column_of(x))).x;
}

// Beyond the last column and row lies background, which the index source does not hold.
uint index_at(uint row, uint x)
{
    uint column = column_of(x);
    if (column >= p.source_columns || row >= p.source_rows)
        return TRL_PACK_BACKGROUND;
    uint at = row * p.source_stride + column;
    return half_word(texelFetch(source, int(at >> 1)).x, at);
}

uint place(uint plane, uint x, uint y)
{
    return (p.offset[plane] + y * p.stride[plane] >> 2) + x;
}

uint pair_of(ivec2 sum)
{
    return (uint(sum.x) & 0xffffu) | uint(sum.y) << 16;
}

ivec2 chroma_terms(uint color)
{
    return ivec2(trl_yuv_chroma_term(trl_yuv_cb(color)), trl_yuv_chroma_term(trl_yuv_cr(color)));
}

void write_i420(uint base, uint x, uint y)
{
    uvec4 luma;
    uvec4 pairs[2];
    ivec2 left = chroma_terms(color_at(base, x == 0u ? 0u : x - 1u));
    for (uint n = 0u; n < 4u; n++) {
        uint c0 = color_at(base, x + 4u * n);
        uint c1 = color_at(base, x + 4u * n + 1u);
        uint c2 = color_at(base, x + 4u * n + 2u);
        uint c3 = color_at(base, x + 4u * n + 3u);
        luma[n] = trl_yuv_luma(c0) | trl_yuv_luma(c1) << 8 | trl_yuv_luma(c2) << 16 |
                  trl_yuv_luma(c3) << 24;
        ivec2 mid = chroma_terms(c1);
        ivec2 right = chroma_terms(c3);
        pairs[n >> 1][2u * (n & 1u)] = pair_of(left + 2 * chroma_terms(c0) + mid);
        pairs[n >> 1][2u * (n & 1u) + 1u] = pair_of(mid + 2 * chroma_terms(c2) + right);
        left = right;
    }
    target[place(0u, x >> 4, y)] = luma;
    sums[place(1u, x >> 3, y)] = pairs[0];
    sums[place(1u, (x >> 3) + 1u, y)] = pairs[1];
}

void write_i444(uint base, uint x, uint y)
{
    uvec4 luma = uvec4(0u);
    uvec4 cb = uvec4(0u);
    uvec4 cr = uvec4(0u);
    for (uint n = 0u; n < 16u; n++) {
        uint color = color_at(base, x + n);
        uint shift = 8u * (n & 3u);
        luma[n >> 2] |= trl_yuv_luma(color) << shift;
        cb[n >> 2] |= trl_yuv_chroma_code(trl_yuv_cb(color)) << shift;
        cr[n >> 2] |= trl_yuv_chroma_code(trl_yuv_cr(color)) << shift;
    }
    target[place(0u, x >> 4, y)] = luma;
    target[place(1u, x >> 4, y)] = cb;
    target[place(2u, x >> 4, y)] = cr;
}

// Three bytes a pixel: 16 pixels are three stores, the last of a row perhaps fewer.
void write_rgb24(uint base, uint x, uint y)
{
    uint words[12];
    for (uint n = 0u; n < 4u; n++) {
        uint c0 = color_at(base, x + 4u * n) & 0xffffffu;
        uint c1 = color_at(base, x + 4u * n + 1u) & 0xffffffu;
        uint c2 = color_at(base, x + 4u * n + 2u) & 0xffffffu;
        uint c3 = color_at(base, x + 4u * n + 3u) & 0xffffffu;
        words[3u * n] = c0 | c1 << 24;
        words[3u * n + 1u] = c1 >> 8 | c2 << 16;
        words[3u * n + 2u] = c2 >> 16 | c3 << 8;
    }
    for (uint n = 0u; n < 3u; n++) {
        uint at = (x >> 4) * 3u + n;
        if (at < p.stride[0] >> 2)
            target[place(0u, at, y)] = uvec4(words[4u * n], words[4u * n + 1u],
                                             words[4u * n + 2u], words[4u * n + 3u]);
    }
}

void write_bgr0(uint base, uint x, uint y)
{
    for (uint n = 0u; n < 4u; n++) {
        uvec4 color;
        for (uint k = 0u; k < 4u; k++) {
            uint c = color_at(base, x + 4u * n + k);
            color[k] = (c & 0xff00u) | (c & 0xffu) << 16 | (c >> 16 & 0xffu);
        }
        target[place(0u, (x >> 2) + n, y)] = color;
    }
}

void write_pal8(uint row, uint x, uint y)
{
    uvec4 words = uvec4(0u);
    for (uint n = 0u; n < 16u; n++)
        words[n >> 2] |= (index_at(row, x + n) & 255u) << (8u * (n & 3u));
    target[place(0u, x >> 4, y)] = words;
}

void write_ninth(uint row, uint x, uint y)
{
    uvec4 words = uvec4(0u);
    for (uint k = 0u; k < 4u; k++)
        for (uint n = 0u; n < 32u && x + 32u * k + n < p.width; n++)
            words[k] |= (index_at(row, x + 32u * k + n) >> 8) << n;
    target[place(0u, x >> 7, y)] = words;
}

void main()
{
    uint y = gl_WorkGroupID.x;
    uint row = y;
    if (p.direct != 0u) {
        uint picture_row = min(y, p.picture_height - 1u);
        row = SOURCE == TRL_PACK_FROM_CANVAS
                  ? picture_row
                  : min(half_word(texelFetch(rows, int(picture_row >> 1)).x, picture_row),
                        p.source_rows);
    }
    uint base = row * p.source_stride;
    uint step = FORM == TRL_PACK_NINTH ? 128u : 16u;
    for (uint x = gl_LocalInvocationID.x * step; x < p.width; x += gl_WorkGroupSize.x * step) {
        if (FORM == TRL_PACK_I420)
            write_i420(base, x, y);
        else if (FORM == TRL_PACK_I444)
            write_i444(base, x, y);
        else if (FORM == TRL_PACK_RGB24)
            write_rgb24(base, x, y);
        else if (FORM == TRL_PACK_BGR0)
            write_bgr0(base, x, y);
        else if (FORM == TRL_PACK_PAL8)
            write_pal8(row, x, y);
        else
            write_ninth(row, x, y);
    }
}
