#version 460
// SPDX-License-Identifier: BSD-2-Clause
// Adds the spikes of the burst before to 64-bit sums.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_EXT_shader_atomic_int64 : require
#define SUM_WORD uint64_t
#define TO_SUM(value) (uint64_t(int64_t(value)) << count_bits) + 1ul
#include "burst/deliver.glsl"
