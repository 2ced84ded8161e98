/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

/* Float bits that go wrong easily, each also with its sign turned. */
static const uint32_t odd_values[] = {
    0x00000000, 0x00000001, 0x00000002, 0x00000003, 0x00400000, 0x007fffff, 0x00800000, 0x00800001,
    0x00ffffff, 0x01000000, 0x0c800000, 0x0d7fffff, 0x0d800000, 0x0d800001, 0x1f800000, 0x20000000,
    0x32800000, 0x33000000, 0x33800000, 0x34000000, 0x3e7fffff, 0x3e800000, 0x3eaaaaab, 0x3efffffe,
    0x3f000000, 0x3f317218, 0x3f3504f3, 0x3f3504f4, 0x3f7fffff, 0x3f800000, 0x3f800001, 0x3fb504f3,
    0x3fb504f4, 0x3fffffff, 0x40000000, 0x40400000, 0x40490fdb, 0x42b17217, 0x42b17218, 0x42cff1b4,
    0x42cff1b5, 0x437fffff, 0x43800000, 0x4b7fffff, 0x4b800000, 0x4f000000, 0x4f800000, 0x5f000000,
    0x7e800000, 0x7effffff, 0x7f000000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fc00000, 0x7fffffff,
};

enum { ODD_VALUES = 2 * sizeof(odd_values) / sizeof(odd_values[0]) };

static inline uint32_t odd_value(uint32_t n)
{
    return odd_values[n / 2 % (ODD_VALUES / 2)] | n % 2 << 31;
}

/* PCG: a permuted congruential generator. */
static inline uint32_t next_random(uint64_t *state)
{
    const uint64_t old = *state;
    *state = old * 6364136223846793005u + 1442695040888963407u;
    const uint32_t mixed = (uint32_t)(((old >> 18) ^ old) >> 27), turn = (uint32_t)(old >> 59);
    return mixed >> turn | mixed << (-turn & 31);
}

/* Bits of every kind: odd ones, any pattern, and numbers near 1 or near one another. */
static inline uint32_t random_value(uint64_t *state)
{
    const uint32_t word = next_random(state);
    switch (next_random(state) % 8) {
    case 0:
        return odd_value(word);
    case 1:
    case 2:
        return (word & 0x81ffffff) | 0x3e000000; /* 2^-3 to 2 */
    case 3:
        return word & 0x8fffffff; /* below 2^-95 */
    case 4:
        return (word & 0x83ffffff) | 0x40000000; /* 2 to 2^9 */
    default:
        return word;
    }
}
