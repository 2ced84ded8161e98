#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Writes rows of 4:2:0 planes from wide cells, each row of cells once: 16 pixels and several rows
// an invocation, chroma meant over columns only.
#extension GL_GOOGLE_include_directive : require
#include "shared/spans.glsl"
#include "shared/yuv.h"

layout(local_size_x_id = 2) in;

layout(binding = 3) uniform utextureBuffer palette;
layout(binding = 4) writeonly buffer Luma
{
    uvec4 target[];
};
layout(binding = 4) writeonly buffer Chroma
{
    uvec2 half_target[];
};

struct Cell {
    uint luma;
    ivec2 chroma;
};

Cell cell_at(uint row, uint column)
{
    uint color = texelFetch(palette, int(index_at(row, column))).x;
    return Cell(repeated(trl_yuv_luma(color)), ivec2(trl_yuv_cb(color), trl_yuv_cr(color)));
}

uint code(int sum)
{
    return repeated(trl_yuv_chroma_sum_code(sum));
}

void main()
{
    uint x = gl_GlobalInvocationID.x * TRL_PACK_SPAN_PIXELS;
    if (x >= p.width)
        return;
    int at = int(gl_GlobalInvocationID.x * TRL_PACK_SPAN_WORDS);
    uint low = texelFetch(spans, at).x;
    uint high = texelFetch(spans, at + 1).x;
    uint starts = texelFetch(spans, at + 2).x;
    uint columns[4] = uint[](low & 0xffffu, low >> 16, high & 0xffffu, high >> 16);
    uint luma_from[3][4];
    uint mixed_from[3][2]; // the sample that lies across the bound, and what is right of it
    uint pure_from[3][2];
    bool before[3]; // two thirds of the sample across lie before the bound
    for (uint n = 0u; n < BOUNDS; n++) {
        uint start = starts >> (8u * n) & 255u;
        for (uint word = 0u; word < 4u; word++)
            luma_from[n][word] = bytes_from(start, 4u * word);
        for (uint word = 0u; word < 2u; word++) {
            mixed_from[n][word] = bytes_from(start >> 1, 4u * word);
            pure_from[n][word] = bytes_from((start >> 1) + 1u, 4u * word);
        }
        before[n] = (start & 1u) != 0u;
    }
    uint luma_at = (p.offset[0] >> 2) + gl_GlobalInvocationID.x;
    uint cb_at = (p.offset[1] >> 1) + gl_GlobalInvocationID.x;
    uint cr_at = (p.offset[2] >> 1) + gl_GlobalInvocationID.x;
    uint end = min((gl_WorkGroupID.y + 1u) * TRL_PACK_SPAN_ROWS, p.row_count);
    for (uint y = gl_WorkGroupID.y * TRL_PACK_SPAN_ROWS; y < end; y++) {
        Cell cell = cell_at(y, columns[0]);
        uvec4 luma = uvec4(cell.luma);
        uint last_cb = code(4 * cell.chroma.x);
        uint last_cr = code(4 * cell.chroma.y);
        uvec2 cb = uvec2(last_cb);
        uvec2 cr = uvec2(last_cr);
        for (uint n = 0u; n < BOUNDS; n++) {
            Cell next = cell_at(y, columns[n + 1u]);
            uint step = cell.luma ^ next.luma;
            for (uint word = 0u; word < 4u; word++)
                luma[word] ^= luma_from[n][word] & step;
            ivec2 sum = cell.chroma + next.chroma;
            sum += 2 * (before[n] ? cell.chroma : next.chroma);
            uint mixed_cb = code(sum.x), mixed_cr = code(sum.y);
            uint next_cb = code(4 * next.chroma.x), next_cr = code(4 * next.chroma.y);
            for (uint word = 0u; word < 2u; word++) {
                uint mixed = mixed_from[n][word], pure = pure_from[n][word];
                cb[word] ^= (mixed & (last_cb ^ mixed_cb)) ^ (pure & (mixed_cb ^ next_cb));
                cr[word] ^= (mixed & (last_cr ^ mixed_cr)) ^ (pure & (mixed_cr ^ next_cr));
            }
            last_cb = next_cb;
            last_cr = next_cr;
            cell = next;
        }
        target[luma_at + y * (p.stride[0] >> 2)] = luma;
        half_target[cb_at + y * (p.stride[1] >> 1)] = cb;
        half_target[cr_at + y * (p.stride[2] >> 1)] = cr;
    }
}
