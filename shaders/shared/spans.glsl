// SPDX-License-Identifier: BSD-2-Clause
// What the kernels that pack wide cells share: a word is built from its runs by masks that all rows
// share: w = a ^ (m & (a ^ b)) shows a, and b where the mask m begins.
#include "shared/pack.h"

layout(push_constant) uniform Push
{
    trl_pack_push p;
};
layout(binding = 0) uniform utextureBuffer source; // palette indices, two in a word
layout(binding = 1) uniform utextureBuffer spans;

const uint BOUNDS = TRL_PACK_SPAN_RUNS - 1u;

// The bytes of a word that lie at start or right of it, when its first is byte first of all.
uint bytes_from(uint start, uint first)
{
    uint skipped = start < first ? 0u : start - first;
    return skipped > 3u ? 0u : 0xffffffffu << (8u * skipped);
}

uint repeated(uint code)
{
    return code * 0x01010101u;
}

uint index_at(uint row, uint column)
{
    if (column >= p.source_columns || row >= p.source_rows)
        return TRL_PACK_BACKGROUND;
    uint at = row * p.source_stride + column;
    uint word = texelFetch(source, int(at >> 1)).x;
    return (at & 1u) == 0u ? word & 0xffffu : word >> 16;
}
