#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Writes rows of palette indices and of their ninth bits from wide cells, each row of cells once:
// two spans and several rows an invocation.
#extension GL_GOOGLE_include_directive : require
#include "shared/spans.glsl"

layout(local_size_x_id = 2) in;

layout(binding = 4) writeonly buffer Indices
{
    uvec4 target[];
};
layout(binding = 4) writeonly buffer Ninth
{
    uint target_words[];
};

const uint SPANS = 2u;

void main()
{
    uint x = gl_GlobalInvocationID.x * SPANS;
    uint count = (p.width + TRL_PACK_SPAN_PIXELS - 1u) / TRL_PACK_SPAN_PIXELS;
    if (x >= count)
        return;
    uint columns[SPANS * TRL_PACK_SPAN_RUNS];
    uint bytes[SPANS * BOUNDS * 4u];
    uint bits[SPANS * BOUNDS];
    for (uint span = 0u; span < SPANS; span++) {
        int at = int(min(x + span, count - 1u) * TRL_PACK_SPAN_WORDS);
        uint low = texelFetch(spans, at).x, high = texelFetch(spans, at + 1).x;
        uint starts = texelFetch(spans, at + 2).x;
        columns[4u * span] = low & 0xffffu;
        columns[4u * span + 1u] = low >> 16;
        columns[4u * span + 2u] = high & 0xffffu;
        columns[4u * span + 3u] = high >> 16;
        for (uint n = 0u; n < BOUNDS; n++) {
            uint start = starts >> (8u * n) & 255u;
            for (uint word = 0u; word < 4u; word++)
                bytes[(span * BOUNDS + n) * 4u + word] = bytes_from(start, 4u * word);
            uint right = start > 15u ? 0u : 0xffffu << start & 0xffffu;
            bits[span * BOUNDS + n] = right << (16u * span);
        }
    }
    uint end = min((gl_WorkGroupID.y + 1u) * TRL_PACK_SPAN_ROWS, p.row_count);
    for (uint y = gl_WorkGroupID.y * TRL_PACK_SPAN_ROWS; y < end; y++) {
        uint ninth = 0u;
        for (uint span = 0u; span < SPANS; span++) {
            uint index = index_at(y, columns[4u * span]);
            uvec4 words = uvec4(repeated(index & 255u));
            ninth ^= (0u - (index >> 8)) & (0xffffu << (16u * span));
            for (uint n = 0u; n < BOUNDS; n++) {
                uint next = index_at(y, columns[4u * span + n + 1u]);
                uint step = repeated((index ^ next) & 255u), at = span * BOUNDS + n;
                for (uint word = 0u; word < 4u; word++)
                    words[word] ^= bytes[at * 4u + word] & step;
                ninth ^= bits[at] & (0u - ((index ^ next) >> 8));
                index = next;
            }
            if (x + span < count)
                target[(p.offset[0] + y * p.stride[0] >> 2) + x + span] = words;
        }
        target_words[p.offset[1] + y * p.stride[1] + gl_GlobalInvocationID.x] = ninth;
    }
}
