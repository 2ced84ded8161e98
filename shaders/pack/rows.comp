#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Writes rows of a frame's planes: four pixels an invocation, so that every store is a whole word
// (32 pixels for the ninth bits). A row beyond the source's last is background.
#extension GL_GOOGLE_include_directive : require
#include "shared/pack.h"
#include "shared/yuv.h"

layout(local_size_x = TRL_PACK_GROUP) in;
layout(constant_id = 0) const uint FORM = TRL_PACK_I420;
layout(constant_id = 1) const uint SOURCE = TRL_PACK_FROM_CELLS;

layout(push_constant) uniform Push
{
    trl_pack_push p;
};
// Colours 0x..BBGGRR of the cells or of the canvas; indices, two in a word, for the palette forms.
layout(binding = 0) readonly buffer Source
{
    uint source[];
};
layout(binding = 1) readonly buffer Columns
{
    uint columns[];
};
layout(binding = 2) readonly buffer Rows
{
    uint rows[];
};
layout(binding = 3) writeonly buffer Target
{
    uint target[];
};
layout(binding = 4) writeonly buffer Sums
{
    uint sums[];
};

uint half_word(uint word, uint n)
{
    return (n & 1u) == 0u ? word & 0xffffu : word >> 16;
}

uint column_of(uint x)
{
    if (SOURCE == TRL_PACK_FROM_CANVAS)
        return x;
    return min(half_word(columns[x >> 1], x), p.source_columns);
}

uint color_at(uint base, uint x)
{
    return source[base + column_of(min(x, p.picture_width - 1u))];
}

// Beyond the last column and row lies background, which the index source does not hold.
uint index_at(uint row, uint x)
{
    uint column = column_of(min(x, p.picture_width - 1u));
    if (column >= p.source_columns || row >= p.source_rows)
        return TRL_PACK_BACKGROUND;
    uint at = row * p.source_stride + column;
    return half_word(source[at >> 1], at);
}

void write_i420(uint base, uint x, uint y)
{
    uint luma = 0u;
    uint color[5];
    color[0] = color_at(base, x == 0u ? 0u : x - 1u);
    for (uint n = 1u; n < 5u; n++) {
        color[n] = color_at(base, x + n - 1u);
        luma |= trl_yuv_luma(color[n]) << (8u * n - 8u);
    }
    target[p.offset[0] + y * p.stride[0] + (x >> 2)] = luma;
    uint at = p.offset[1] + y * p.stride[1] + (x >> 1);
    int cb[5];
    int cr[5];
    for (uint n = 0u; n < 5u; n++) {
        cb[n] = trl_yuv_chroma_term(trl_yuv_cb(color[n]));
        cr[n] = trl_yuv_chroma_term(trl_yuv_cr(color[n]));
    }
    for (uint n = 0u; n < 2u; n++) {
        int sum_cb = cb[2u * n] + 2 * cb[2u * n + 1u] + cb[2u * n + 2u];
        int sum_cr = cr[2u * n] + 2 * cr[2u * n + 1u] + cr[2u * n + 2u];
        sums[at + n] = (uint(sum_cb) & 0xffffu) | uint(sum_cr) << 16;
    }
}

void write_i444(uint base, uint x, uint y)
{
    uint luma = 0u;
    uint cb = 0u;
    uint cr = 0u;
    for (uint n = 0u; n < 4u; n++) {
        uint color = color_at(base, x + n);
        luma |= trl_yuv_luma(color) << (8u * n);
        cb |= trl_yuv_chroma_code(trl_yuv_cb(color)) << (8u * n);
        cr |= trl_yuv_chroma_code(trl_yuv_cr(color)) << (8u * n);
    }
    target[p.offset[0] + y * p.stride[0] + (x >> 2)] = luma;
    target[p.offset[1] + y * p.stride[1] + (x >> 2)] = cb;
    target[p.offset[2] + y * p.stride[2] + (x >> 2)] = cr;
}

void write_rgb24(uint base, uint x, uint y)
{
    uint c0 = color_at(base, x) & 0xffffffu;
    uint c1 = color_at(base, x + 1u) & 0xffffffu;
    uint c2 = color_at(base, x + 2u) & 0xffffffu;
    uint c3 = color_at(base, x + 3u) & 0xffffffu;
    uint word = (x >> 2) * 3u;
    uint at = p.offset[0] + y * p.stride[0] + word;
    target[at] = c0 | c1 << 24;
    if (word + 1u < p.stride[0])
        target[at + 1u] = c1 >> 8 | c2 << 16;
    if (word + 2u < p.stride[0])
        target[at + 2u] = c2 >> 16 | c3 << 8;
}

void write_bgr0(uint base, uint x, uint y)
{
    uint at = p.offset[0] + y * p.stride[0] + x;
    for (uint n = 0u; n < 4u; n++) {
        uint color = color_at(base, x + n);
        target[at + n] = (color & 0xff00u) | (color & 0xffu) << 16 | (color >> 16 & 0xffu);
    }
}

void write_pal8(uint row, uint x, uint y)
{
    uint word = 0u;
    for (uint n = 0u; n < 4u; n++)
        word |= (index_at(row, x + n) & 255u) << (8u * n);
    target[p.offset[0] + y * p.stride[0] + (x >> 2)] = word;
}

void write_ninth(uint row, uint x, uint y)
{
    uint word = 0u;
    for (uint n = 0u; n < 32u && x + n < p.width; n++)
        word |= (index_at(row, x + n) >> 8) << n;
    target[p.offset[0] + y * p.stride[0] + (x >> 5)] = word;
}

void main()
{
    uint x = gl_GlobalInvocationID.x * (FORM == TRL_PACK_NINTH ? 32u : 4u);
    uint y = gl_GlobalInvocationID.y;
    if (x >= p.width || y >= p.rows)
        return;
    uint row = y;
    if (p.direct != 0u) {
        uint picture_row = min(y, p.picture_height - 1u);
        row = SOURCE == TRL_PACK_FROM_CANVAS
                  ? picture_row
                  : min(half_word(rows[picture_row >> 1], picture_row), p.source_rows);
    }
    uint base = row * p.source_stride;
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
