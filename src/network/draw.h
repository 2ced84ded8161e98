/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

#include "shared/philox.h"

/* What is drawn: the last word of the counter. Numbers must stay as they are: networks are. */
enum trl_network_stream {
    TRL_NETWORK_STREAM_TARGET = 0,
    TRL_NETWORK_STREAM_SIGN = 1,
    TRL_NETWORK_STREAM_DEGREE = 2,
    TRL_NETWORK_STREAM_RULE = 3, /* plus the number of a genome's rule */
};

/* 128 random bits of a neuron, for the number-th thing that is drawn. */
struct trl_network_draw {
    uint64_t low, high;
};

static inline struct trl_network_draw trl_network_draw(uint64_t seed, uint32_t source,
                                                       uint64_t number, uint32_t stream)
{
    const trl_philox_block block =
        trl_philox((trl_philox_block){source, (uint32_t)number, (uint32_t)(number >> 32), stream},
                   (uint32_t)seed, (uint32_t)(seed >> 32));
    return (struct trl_network_draw){(uint64_t)block.y << 32 | block.x,
                                     (uint64_t)block.w << 32 | block.z};
}

/* One of 0 to count - 1; 64 bits leave no bias that could be seen. */
static inline uint64_t trl_network_pick(uint64_t bits, uint64_t count)
{
    return (uint64_t)((unsigned __int128)bits * count >> 64);
}

/* From 0 to below 1. */
static inline double trl_network_unit(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1p-53;
}
