#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Writes rows of a part's planes, a row (or for 4:2:0 a pair of rows) a workgroup: 16 pixels at a
// time, so that every store is 16 bytes. Beyond the source's last row lies background.
#extension GL_GOOGLE_include_directive : require
#include "shared/pack.h"
#include "shared/yuv.h"

layout(local_size_x_id = 2) in;
layout(constant_id = 0) const uint FORM = TRL_PACK_I420;
layout(constant_id = 1) const uint SOURCE = TRL_PACK_FROM_CELLS;
layout(constant_id = 3) const uint PAIRS = 0; // 4:2:0: two rows at once and the mean of their chroma

layout(push_constant) uniform Push
{
    trl_pack_push p;
};
layout(binding = 0) uniform utextureBuffer source; // palette indices, two in a word, or colours
layout(binding = 1) uniform utextureBuffer columns;
layout(binding = 2) uniform utextureBuffer rows;
layout(binding = 3) uniform utextureBuffer palette;
layout(binding = 4) writeonly buffer Target
{
    uvec4 target[];
};
layout(binding = 4) writeonly buffer Words
{
    uint target_words[];
};

const bool INDICES = FORM == TRL_PACK_PAL8 || FORM == TRL_PACK_NINTH;

uint half_word(uint word, uint n)
{
    return (n & 1u) == 0u ? word & 0xffffu : word >> 16;
}

// The row of the source that row y shows.
uint source_row(uint y)
{
    if (p.mapped == 0u)
        return y;
    uint row = min(y, p.picture_height - 1u);
    return SOURCE == TRL_PACK_FROM_CELLS ? half_word(texelFetch(rows, int(row >> 1)).x, row) : row;
}

// Index or colour of a pixel.
uint value(uint row, uint x)
{
    x = min(x, p.picture_width - 1u);
    if (SOURCE == TRL_PACK_FROM_WORDS)
        return texelFetch(source, int(row * p.source_stride + x)).x;
    uint column = half_word(texelFetch(columns, int(x >> 1)).x, x);
    uint index = TRL_PACK_BACKGROUND;
    if (column < p.source_columns && row < p.source_rows) {
        uint at = row * p.source_stride + column;
        index = half_word(texelFetch(source, int(at >> 1)).x, at);
    }
    return INDICES ? index : texelFetch(palette, int(index)).x;
}

uint place(uint plane, uint x, uint y)
{
    return (p.offset[plane] + y * p.stride[plane] >> 2) + x;
}

ivec3 yuv_at(uint row, uint x)
{
    uint color = value(row, x);
    return ivec3(int(trl_yuv_luma(color)), trl_yuv_cb(color), trl_yuv_cr(color));
}

struct Chroma {
    uvec4 cb, cr;
};

// Writes the luma of 32 pixels of a row.
Chroma write_luma(uint x, uint y)
{
    uint row = source_row(y);
    Chroma chroma = Chroma(uvec4(0u), uvec4(0u));
    ivec3 left = yuv_at(row, x == 0u ? 0u : x - 1u);
    for (uint half_turn = 0u; half_turn < 2u; half_turn++) {
        uvec4 luma;
        for (uint n = 0u; n < 4u; n++) {
            uint at = x + 16u * half_turn + 4u * n;
            ivec3 a = yuv_at(row, at);
            ivec3 b = yuv_at(row, at + 1u);
            ivec3 c = yuv_at(row, at + 2u);
            ivec3 d = yuv_at(row, at + 3u);
            luma[n] = uint(a.x | b.x << 8 | c.x << 16 | d.x << 24);
            uint word = 2u * half_turn + (n >> 1);
            uint shift = 16u * (n & 1u);
            chroma.cb[word] |= (trl_yuv_chroma_column_mean(left.y, a.y, b.y) |
                                trl_yuv_chroma_column_mean(b.y, c.y, d.y) << 8)
                               << shift;
            chroma.cr[word] |= (trl_yuv_chroma_column_mean(left.z, a.z, b.z) |
                                trl_yuv_chroma_column_mean(b.z, c.z, d.z) << 8)
                               << shift;
            left = d;
        }
        if (x + 16u * half_turn < p.width)
            target[place(0u, (x >> 4) + half_turn, y)] = luma;
    }
    return chroma;
}

void write_i420(uint x, uint y)
{
    Chroma chroma = write_luma(x, PAIRS != 0u ? 2u * y : y);
    if (PAIRS != 0u) {
        Chroma lower = write_luma(x, 2u * y + 1u);
        for (uint n = 0u; n < 4u; n++) {
            chroma.cb[n] = trl_yuv_chroma_row_mean(chroma.cb[n], lower.cb[n]);
            chroma.cr[n] = trl_yuv_chroma_row_mean(chroma.cr[n], lower.cr[n]);
        }
    }
    target[place(1u, x >> 5, y)] = chroma.cb;
    target[place(2u, x >> 5, y)] = chroma.cr;
}

void write_i444(uint row, uint x, uint y)
{
    uvec4 luma = uvec4(0u);
    uvec4 cb = uvec4(0u);
    uvec4 cr = uvec4(0u);
    for (uint n = 0u; n < 16u; n++) {
        uint color = value(row, x + n);
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
void write_rgb24(uint row, uint x, uint y)
{
    uint words[12];
    for (uint n = 0u; n < 4u; n++) {
        uint c0 = value(row, x + 4u * n) & 0xffffffu;
        uint c1 = value(row, x + 4u * n + 1u) & 0xffffffu;
        uint c2 = value(row, x + 4u * n + 2u) & 0xffffffu;
        uint c3 = value(row, x + 4u * n + 3u) & 0xffffffu;
        words[3u * n] = c0 | c1 << 24;
        words[3u * n + 1u] = c1 >> 8 | c2 << 16;
        words[3u * n + 2u] = c2 >> 16 | c3 << 8;
    }
    for (uint n = 0u; n < 3u; n++) {
        uint at = (x >> 4) * 3u + n;
        if (at < p.row_words >> 2)
            target[place(0u, at, y)] = uvec4(words[4u * n], words[4u * n + 1u],
                                             words[4u * n + 2u], words[4u * n + 3u]);
    }
}

void write_bgr0(uint row, uint x, uint y)
{
    for (uint n = 0u; n < 4u; n++) {
        uvec4 color;
        for (uint k = 0u; k < 4u; k++) {
            uint c = value(row, x + 4u * n + k);
            color[k] = (c & 0xff00u) | (c & 0xffu) << 16 | (c >> 16 & 0xffu);
        }
        target[place(0u, (x >> 2) + n, y)] = color;
    }
}

void write_pal8(uint row, uint x, uint y)
{
    uvec4 words = uvec4(0u);
    for (uint n = 0u; n < 16u; n++)
        words[n >> 2] |= (value(row, x + n) & 255u) << (8u * (n & 3u));
    target[place(0u, x >> 4, y)] = words;
}

void write_ninth(uint row, uint x, uint y)
{
    uint bits = 0u;
    for (uint n = 0u; n < 32u; n++)
        bits |= x + n < p.width ? (value(row, x + n) >> 8) << n : 0u;
    target_words[p.offset[0] + y * p.stride[0] + (x >> 5)] = bits;
}

void main()
{
    uint y = gl_WorkGroupID.x;
    uint row = FORM == TRL_PACK_I420 ? 0u : source_row(y);
    uint turn = FORM == TRL_PACK_NINTH || FORM == TRL_PACK_I420 ? 32u : 16u;
    for (uint x = gl_LocalInvocationID.x * turn; x < p.width; x += gl_WorkGroupSize.x * turn) {
        if (FORM == TRL_PACK_I420)
            write_i420(x, y);
        else if (FORM == TRL_PACK_I444)
            write_i444(row, x, y);
        else if (FORM == TRL_PACK_RGB24)
            write_rgb24(row, x, y);
        else if (FORM == TRL_PACK_BGR0)
            write_bgr0(row, x, y);
        else if (FORM == TRL_PACK_PAL8)
            write_pal8(row, x, y);
        else
            write_ninth(row, x, y);
    }
}
