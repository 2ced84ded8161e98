#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Writes rows of a frame's planes, a row a workgroup: 16 pixels at a time, so that every store is
// 16 bytes (128 pixels for the ninth bits). Beyond the source's last row lies background.
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
// Palette indices, two in a word, or the canvas.
layout(binding = 0) uniform utextureBuffer source;
layout(binding = 1) uniform utextureBuffer columns; // or spans
layout(binding = 2) uniform utextureBuffer rows;
layout(binding = 3) uniform utextureBuffer palette;
layout(binding = 4) writeonly buffer Target
{
    uvec4 target[];
};
layout(binding = 5) writeonly buffer Chroma // of 4:2:0, rows not yet meant
{
    uvec4 chroma_rows[];
};

const bool INDICES = FORM == TRL_PACK_PAL8 || FORM == TRL_PACK_NINTH;

// What 17 pixels show: the one to the left of x, then 16 from x on.
struct Run {
    uint row;
    uint x;
    uint values[TRL_PACK_SPAN_CELLS]; // of a span
    uint choice, left;
};

uint half_word(uint word, uint n)
{
    return (n & 1u) == 0u ? word & 0xffffu : word >> 16;
}

// Index or colour of a cell; beyond the last column and row lies background.
uint cell_value(uint row, uint column)
{
    uint index = TRL_PACK_BACKGROUND;
    if (column < p.source_columns && row < p.source_rows) {
        uint at = row * p.source_stride + column;
        index = half_word(texelFetch(source, int(at >> 1)).x, at);
    }
    return INDICES ? index : texelFetch(palette, int(index)).x;
}

uint pixel_value(uint row, uint x)
{
    x = min(x, p.picture_width - 1u);
    if (SOURCE == TRL_PACK_FROM_CANVAS)
        return texelFetch(source, int(row * p.source_stride + x)).x;
    return cell_value(row, half_word(texelFetch(columns, int(x >> 1)).x, x));
}

Run open_run(uint row, uint x)
{
    Run run;
    run.row = row;
    run.x = x;
    if (SOURCE == TRL_PACK_FROM_SPANS) {
        int at = int(x / TRL_PACK_SPAN_PIXELS * TRL_PACK_SPAN_WORDS);
        uint low = texelFetch(columns, at).x;
        uint high = texelFetch(columns, at + 1).x;
        run.choice = texelFetch(columns, at + 2).x;
        run.left = texelFetch(columns, at + 3).x;
        run.values[0] = cell_value(row, low & 0xffffu);
        run.values[1] = cell_value(row, low >> 16);
        run.values[2] = cell_value(row, high & 0xffffu);
        run.values[3] = cell_value(row, high >> 16);
    }
    return run;
}

uint choose(uint values[TRL_PACK_SPAN_CELLS], uint which)
{
    uint low = (which & 1u) == 0u ? values[0] : values[1];
    uint high = (which & 1u) == 0u ? values[2] : values[3];
    return (which & 2u) == 0u ? low : high;
}

uint value(Run run, uint n)
{
    if (SOURCE == TRL_PACK_FROM_SPANS)
        return choose(run.values, run.choice >> 2u * n);
    return pixel_value(run.row, run.x + n);
}

uint left_value(Run run)
{
    if (SOURCE == TRL_PACK_FROM_SPANS)
        return choose(run.values, run.left);
    return pixel_value(run.row, run.x == 0u ? 0u : run.x - 1u);
}

uint place(uint plane, uint x, uint y)
{
    return (p.offset[plane] + y * p.stride[plane] >> 2) + x;
}

// A pixel of a run as luma and the two chroma terms; a span's cells are converted once.
struct Yuv {
    uint luma[TRL_PACK_SPAN_CELLS];
    int cb[TRL_PACK_SPAN_CELLS];
    int cr[TRL_PACK_SPAN_CELLS];
};

Yuv convert(Run run)
{
    Yuv yuv;
    for (uint n = 0u; n < TRL_PACK_SPAN_CELLS && SOURCE == TRL_PACK_FROM_SPANS; n++) {
        yuv.luma[n] = trl_yuv_luma(run.values[n]);
        yuv.cb[n] = trl_yuv_cb(run.values[n]);
        yuv.cr[n] = trl_yuv_cr(run.values[n]);
    }
    return yuv;
}

int choose_signed(int values[TRL_PACK_SPAN_CELLS], uint which)
{
    int low = (which & 1u) == 0u ? values[0] : values[1];
    int high = (which & 1u) == 0u ? values[2] : values[3];
    return (which & 2u) == 0u ? low : high;
}

ivec3 yuv_of(Yuv yuv, uint which, uint color)
{
    if (SOURCE == TRL_PACK_FROM_SPANS)
        return ivec3(int(choose(yuv.luma, which)), choose_signed(yuv.cb, which),
                     choose_signed(yuv.cr, which));
    return ivec3(int(trl_yuv_luma(color)), trl_yuv_cb(color), trl_yuv_cr(color));
}

ivec3 yuv_at(Run run, Yuv yuv, uint n)
{
    uint color = SOURCE == TRL_PACK_FROM_SPANS ? 0u : value(run, n);
    return yuv_of(yuv, run.choice >> 2u * n, color);
}

// Chroma planes have half the pixels: two runs share a store.
void write_i420(uint row, uint x, uint y)
{
    uvec4 cb = uvec4(0u);
    uvec4 cr = uvec4(0u);
    for (uint half_run = 0u; half_run < 2u; half_run++) {
        Run run = open_run(row, x + 16u * half_run);
        Yuv yuv = convert(run);
        uvec4 luma;
        ivec3 left = yuv_of(yuv, run.left, left_value(run));
        for (uint n = 0u; n < 4u; n++) {
            ivec3 a = yuv_at(run, yuv, 4u * n);
            ivec3 b = yuv_at(run, yuv, 4u * n + 1u);
            ivec3 c = yuv_at(run, yuv, 4u * n + 2u);
            ivec3 d = yuv_at(run, yuv, 4u * n + 3u);
            luma[n] = uint(a.x | b.x << 8 | c.x << 16 | d.x << 24);
            uint word = 2u * half_run + (n >> 1);
            uint shift = 16u * (n & 1u);
            cb[word] |= (trl_yuv_chroma_column_mean(left.y, a.y, b.y) |
                         trl_yuv_chroma_column_mean(b.y, c.y, d.y) << 8)
                        << shift;
            cr[word] |= (trl_yuv_chroma_column_mean(left.z, a.z, b.z) |
                         trl_yuv_chroma_column_mean(b.z, c.z, d.z) << 8)
                        << shift;
            left = d;
        }
        if (x + 16u * half_run < p.width)
            target[place(0u, (x >> 4) + half_run, y)] = luma;
    }
    chroma_rows[place(1u, x >> 5, y)] = cb;
    chroma_rows[place(2u, x >> 5, y)] = cr;
}

void write_i444(Run run, uint x, uint y)
{
    uvec4 luma = uvec4(0u);
    uvec4 cb = uvec4(0u);
    uvec4 cr = uvec4(0u);
    for (uint n = 0u; n < 16u; n++) {
        uint color = value(run, n);
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
void write_rgb24(Run run, uint x, uint y)
{
    uint words[12];
    for (uint n = 0u; n < 4u; n++) {
        uint c0 = value(run, 4u * n) & 0xffffffu;
        uint c1 = value(run, 4u * n + 1u) & 0xffffffu;
        uint c2 = value(run, 4u * n + 2u) & 0xffffffu;
        uint c3 = value(run, 4u * n + 3u) & 0xffffffu;
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

void write_bgr0(Run run, uint x, uint y)
{
    for (uint n = 0u; n < 4u; n++) {
        uvec4 color;
        for (uint k = 0u; k < 4u; k++) {
            uint c = value(run, 4u * n + k);
            color[k] = (c & 0xff00u) | (c & 0xffu) << 16 | (c >> 16 & 0xffu);
        }
        target[place(0u, (x >> 2) + n, y)] = color;
    }
}

void write_pal8(Run run, uint x, uint y)
{
    uvec4 words = uvec4(0u);
    for (uint n = 0u; n < 16u; n++)
        words[n >> 2] |= (value(run, n) & 255u) << (8u * (n & 3u));
    target[place(0u, x >> 4, y)] = words;
}

void write_ninth(uint row, uint x, uint y)
{
    uvec4 words = uvec4(0u);
    for (uint k = 0u; k < 8u && x + 16u * k < p.width; k++) {
        Run run = open_run(row, x + 16u * k);
        uint bits = 0u;
        for (uint n = 0u; n < 16u; n++)
            bits |= x + 16u * k + n < p.width ? (value(run, n) >> 8) << n : 0u;
        words[k >> 1] |= bits << (16u * (k & 1u));
    }
    target[place(0u, x >> 7, y)] = words;
}

uint pixels_a_turn()
{
    return FORM == TRL_PACK_NINTH ? 128u : FORM == TRL_PACK_I420 ? 32u : 16u;
}

void main()
{
    uint y = gl_WorkGroupID.x;
    uint row = y;
    if (p.direct != 0u) {
        row = min(y, p.picture_height - 1u);
        if (SOURCE != TRL_PACK_FROM_CANVAS)
            row = half_word(texelFetch(rows, int(row >> 1)).x, row);
    }
    uint turn = pixels_a_turn();
    for (uint x = gl_LocalInvocationID.x * turn; x < p.width; x += gl_WorkGroupSize.x * turn) {
        if (FORM == TRL_PACK_I420)
            write_i420(row, x, y);
        else if (FORM == TRL_PACK_I444)
            write_i444(open_run(row, x), x, y);
        else if (FORM == TRL_PACK_RGB24)
            write_rgb24(open_run(row, x), x, y);
        else if (FORM == TRL_PACK_BGR0)
            write_bgr0(open_run(row, x), x, y);
        else if (FORM == TRL_PACK_PAL8)
            write_pal8(open_run(row, x), x, y);
        else
            write_ninth(row, x, y);
    }
}
