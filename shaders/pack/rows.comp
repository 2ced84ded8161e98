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
layout(constant_id = 4) const uint NARROW = 0; // 8 pixels at a time, where there are many lanes

layout(push_constant) uniform Push
{
    trl_pack_push p;
};
layout(binding = 0) uniform utextureBuffer source; // palette indices, two in a word, or colours
layout(binding = 1) uniform utextureBuffer columns;
layout(binding = 2) uniform utextureBuffer rows;
layout(binding = 3) uniform utextureBuffer palette;
layout(binding = 4) buffer Target
{
    uvec4 target[];
};
layout(binding = 4) buffer Words
{
    uint target_words[];
};

uint half_word(uint word, uint n)
{
    return (n & 1u) == 0u ? word & 0xffffu : word >> 16;
}

const uint NO_ROW = 0xffffu;

// The row of the source that row y shows, or one beyond it for background.
uint source_row(uint y)
{
    if (p.mapped == 0u)
        return y;
    uint row = min(y, p.shown_rows - 1u);
    if (row >= p.picture_height)
        return NO_ROW;
    return SOURCE == TRL_PACK_FROM_CELLS ? half_word(texelFetch(rows, int(row >> 1)).x, row) : row;
}

// Index or colour of a pixel, background counted.
uint value(uint row, uint n)
{
    uint x = min(n, p.shown - 1u) - p.pad_left;
    bool inside = x < p.picture_width;
    if (SOURCE == TRL_PACK_FROM_WORDS)
        return inside && row != NO_ROW ? texelFetch(source, int(row * p.source_stride + x)).x
                                       : p.background;
    uint index = TRL_PACK_BACKGROUND;
    if (inside && row < p.source_rows) {
        uint column = half_word(texelFetch(columns, int(x >> 1)).x, x);
        if (column < p.source_columns) {
            uint at = row * p.source_stride + column;
            index = half_word(texelFetch(source, int(at >> 1)).x, at);
        }
    }
    return FORM == TRL_PACK_PAL8 ? index : texelFetch(palette, int(index)).x;
}

uint place(uint plane, uint x, uint y)
{
    return (p.offset[plane] + y * p.stride[plane] >> 2) + x;
}

// Pixels x to x + count of the turns are all the part's.
bool whole(uint x, uint count)
{
    return x >= p.skip && x + count <= p.skip + p.width;
}

// The bits of a word whose first pixel is x that are the part's.
uint own_bits(uint x, uint bits_a_pixel)
{
    uint pixels = 32u / bits_a_pixel;
    uint first = x < p.skip ? min(p.skip - x, pixels) : 0u;
    uint end = p.skip + p.width <= x ? 0u : min(p.skip + p.width - x, pixels);
    if (first >= end)
        return 0u;
    uint mask = end == pixels ? ~0u : (1u << (end * bits_a_pixel)) - 1u;
    return mask & ~((1u << (first * bits_a_pixel)) - 1u);
}

void store(uint plane, uint word, uint y, uint value, uint mask)
{
    uint at = p.offset[plane] + y * p.stride[plane] + word;
    if (mask != 0u)
        target_words[at] = mask == ~0u ? value : (target_words[at] & ~mask) | (value & mask);
}

// Four words of which each pixel has so many bits; x is the pixel of the first.
void store_four(uint plane, uint word, uint y, uvec4 values, uint x, uint bits_a_pixel)
{
    if (whole(x, 128u / bits_a_pixel)) {
        target[place(plane, word >> 2, y)] = values;
        return;
    }
    for (uint n = 0u; n < 4u; n++)
        store(plane, word + n, y, values[n],
              own_bits(x + n * (32u / bits_a_pixel), bits_a_pixel));
}

ivec3 yuv_at(uint row, uint x)
{
    uint color = value(row, x < p.skip ? 0u : x - p.skip);
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
        store_four(0u, (x >> 2) + 4u * half_turn, y, luma, x + 16u * half_turn, 8u);
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
    store_four(1u, x >> 3, y, chroma.cb, x, 4u);
    store_four(2u, x >> 3, y, chroma.cr, x, 4u);
}

// The luma of 8 pixels of a row; their chroma in a word each.
uvec2 write_narrow_luma(uint x, uint y)
{
    uint row = source_row(y);
    uvec2 chroma = uvec2(0u);
    ivec3 left = yuv_at(row, x == 0u ? 0u : x - 1u);
    for (uint n = 0u; n < 2u; n++) {
        uint at = x + 4u * n;
        ivec3 a = yuv_at(row, at), b = yuv_at(row, at + 1u);
        ivec3 c = yuv_at(row, at + 2u), d = yuv_at(row, at + 3u);
        store(0u, at >> 2, y, uint(a.x | b.x << 8 | c.x << 16 | d.x << 24), own_bits(at, 8u));
        chroma.x |= (trl_yuv_chroma_column_mean(left.y, a.y, b.y) |
                     trl_yuv_chroma_column_mean(b.y, c.y, d.y) << 8) << (16u * n);
        chroma.y |= (trl_yuv_chroma_column_mean(left.z, a.z, b.z) |
                     trl_yuv_chroma_column_mean(b.z, c.z, d.z) << 8) << (16u * n);
        left = d;
    }
    return chroma;
}

void write_narrow_i420(uint x, uint y)
{
    uvec2 chroma = write_narrow_luma(x, PAIRS != 0u ? 2u * y : y);
    if (PAIRS != 0u) {
        uvec2 lower = write_narrow_luma(x, 2u * y + 1u);
        chroma.x = trl_yuv_chroma_row_mean(chroma.x, lower.x);
        chroma.y = trl_yuv_chroma_row_mean(chroma.y, lower.y);
    }
    store(1u, x >> 3, y, chroma.x, own_bits(x, 4u));
    store(2u, x >> 3, y, chroma.y, own_bits(x, 4u));
}

// Sixteen values of a turn; those of others' pixels do not matter.
uint turn_value(uint row, uint x)
{
    return value(row, x < p.skip ? 0u : x - p.skip);
}

void write_i444(uint row, uint x, uint y)
{
    uvec4 luma = uvec4(0u);
    uvec4 cb = uvec4(0u);
    uvec4 cr = uvec4(0u);
    for (uint n = 0u; n < 16u; n++) {
        uint color = turn_value(row, x + n);
        uint shift = 8u * (n & 3u);
        luma[n >> 2] |= trl_yuv_luma(color) << shift;
        cb[n >> 2] |= trl_yuv_chroma_code(trl_yuv_cb(color)) << shift;
        cr[n >> 2] |= trl_yuv_chroma_code(trl_yuv_cr(color)) << shift;
    }
    store_four(0u, x >> 2, y, luma, x, 8u);
    store_four(1u, x >> 2, y, cb, x, 8u);
    store_four(2u, x >> 2, y, cr, x, 8u);
}

// Three bytes a pixel: a word has bytes of two pixels, of which one may be another's.
void write_rgb24(uint row, uint x, uint y)
{
    for (uint n = 0u; n < 4u; n++) {
        uint colors[4], own[4];
        for (uint k = 0u; k < 4u; k++) {
            uint at = x + 4u * n + k;
            colors[k] = turn_value(row, at) & 0xffffffu;
            own[k] = own_bits(at, 32u) & 0xffffffu;
        }
        uint word = ((x >> 2) + n) * 3u;
        store(0u, word, y, colors[0] | colors[1] << 24, own[0] | own[1] << 24);
        store(0u, word + 1u, y, colors[1] >> 8 | colors[2] << 16, own[1] >> 8 | own[2] << 16);
        store(0u, word + 2u, y, colors[2] >> 16 | colors[3] << 8, own[2] >> 16 | own[3] << 8);
    }
}

void write_bgr0(uint row, uint x, uint y)
{
    for (uint n = 0u; n < 4u; n++) {
        uvec4 color;
        for (uint k = 0u; k < 4u; k++) {
            uint c = turn_value(row, x + 4u * n + k);
            color[k] = (c & 0xff00u) | (c & 0xffu) << 16 | (c >> 16 & 0xffu);
        }
        store_four(0u, x + 4u * n, y, color, x + 4u * n, 32u);
    }
}

void write_pal8(uint row, uint x, uint y)
{
    uint ninth = 0u;
    for (uint half_turn = 0u; half_turn < 32u; half_turn += 16u) {
        uvec4 words = uvec4(0u);
        for (uint n = 0u; n < 16u; n++) {
            uint index = turn_value(row, x + half_turn + n);
            words[n >> 2] |= (index & 255u) << (8u * (n & 3u));
            ninth |= (index >> 8) << (half_turn + n);
        }
        store_four(0u, (x + half_turn) >> 2, y, words, x + half_turn, 8u);
    }
    store(1u, x >> 5, y, ninth, own_bits(x, 1u));
}

shared uint ninth_bits[TRL_PACK_NARROW_GROUP / 4];

// Eight pixels of a row; four invocations share a word of ninth bits. All of a group come here.
void write_narrow_pal8(uint row, uint x, uint y)
{
    uint lane = gl_LocalInvocationID.x;
    if (lane % 4u == 0u)
        ninth_bits[lane / 4u] = 0u;
    uint ninth = 0u;
    for (uint n = 0u; n < 2u; n++) {
        uint indices = 0u;
        for (uint k = 0u; k < 4u; k++) {
            uint index = turn_value(row, x + 4u * n + k);
            indices |= (index & 255u) << (8u * k);
            ninth |= (index >> 8) << (4u * n + k);
        }
        store(0u, (x >> 2) + n, y, indices, own_bits(x + 4u * n, 8u));
    }
    barrier();
    atomicOr(ninth_bits[lane / 4u], ninth << (x & 31u));
    barrier();
    if (lane % 4u == 0u)
        store(1u, x >> 5, y, ninth_bits[lane / 4u], own_bits(x, 1u));
}

void main()
{
    uint y = gl_WorkGroupID.x;
    uint row = FORM == TRL_PACK_I420 ? 0u : source_row(y);
    uint turn = FORM == TRL_PACK_PAL8 || FORM == TRL_PACK_I420 ? 32u : 16u;
    if (NARROW != 0u)
        turn = 8u;
    uint end = p.skip + p.width;
    if (FORM == TRL_PACK_PAL8 && NARROW != 0u) {
        for (uint x = 0u; x < end; x += gl_WorkGroupSize.x * turn)
            write_narrow_pal8(row, x + gl_LocalInvocationID.x * turn, y);
        return;
    }
    for (uint x = gl_LocalInvocationID.x * turn; x < end; x += gl_WorkGroupSize.x * turn) {
        if (FORM == TRL_PACK_I420 && NARROW != 0u)
            write_narrow_i420(x, y);
        else if (FORM == TRL_PACK_I420)
            write_i420(x, y);
        else if (FORM == TRL_PACK_I444)
            write_i444(row, x, y);
        else if (FORM == TRL_PACK_RGB24)
            write_rgb24(row, x, y);
        else if (FORM == TRL_PACK_BGR0)
            write_bgr0(row, x, y);
        else
            write_pal8(row, x, y);
    }
}
