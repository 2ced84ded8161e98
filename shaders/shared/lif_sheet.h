/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRL_SHARED_LIF_SHEET_H
#define TRL_SHARED_LIF_SHEET_H

#include "shared/portable.h"

/*
 * The LIF sheet, for C and GLSL. Neuron (x, y) of a width x height torus has a membrane potential
 * v (mV above rest), a count of steps that it is still held at rest, and an afterglow. Step t does
 *
 *     e = spikes of step t - 1 in the box of excitation_radius around it, itself included
 *     i = the same for inhibition_radius
 *     z = low half + high half - 65535 of word x % 4 of the Philox block
 *         (y * quads + x / 4, t low, t high, 0), quads = ceil(width / 4), key = seed
 *     u = (((v * keep + current) + e * excitation) - i * inhibition) + z * noise
 *     u = 0 if |u| < 2^-20
 *     held:           held -= 1, v = 0
 *     u >= threshold: a spike, held = refractory, v = 0
 *     else:           v = u
 *     glow = 1 at a spike, else glow * fade, and 0 if that is < 2^-20
 *
 * in float32, rounded to nearest even after each operation, so every backend has the same bits.
 *
 * No denormal can arise, so it does not matter whether a device flushes them: the host makes every
 * constant 0 or at least 2^-40, v and glow are 0 or at least 2^-20, integers are 0 or at least 1.
 * A float32 of that size is a multiple of 2^-63, a product of two of them is 0 or at least 2^-60
 * and so a multiple of 2^-83, and a sum of such multiples is 0 or at least 2^-83.
 */

#define TRL_LIF_RADIUS_MAX 14            /* four neurons' boxes fit in 32 bits */
#define TRL_LIF_TINY 9.5367431640625e-7f /* 2^-20 */
#define TRL_LIF_GROUP 64                 /* invocations; each has a quad: four neurons of a row */

/* Streams of random numbers. */
#define TRL_LIF_STREAM_NOISE 0
#define TRL_LIF_STREAM_START 1
#define TRL_LIF_STREAM_DRIVE 2

/* Push constants of the kernels, and the constants of the CPU backend. */
struct trl_lif_constants {
    trl_u32 width, height;
    trl_u32 quads; /* in a row */
    trl_u32 words; /* of the spike mask in a row */
    trl_u32 seed_low, seed_high;
    trl_u32 step_low, step_high;
    trl_u32 refractory; /* steps, at most 255 */
    float keep;         /* what a step leaves of v */
    float excitation, inhibition;
    float noise; /* mV for each unit of z */
    float threshold;
    float fade; /* what a step leaves of the afterglow */
};

#endif
