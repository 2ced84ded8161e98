#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Adds the spikes of the burst before to 32-bit sums.
#extension GL_GOOGLE_include_directive : require
#define SUM_WORD uint
#define TO_SUM(value) (uint(value) << count_bits) + 1u
#include "burst/deliver.glsl"
