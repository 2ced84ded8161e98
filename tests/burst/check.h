/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "../gpu/device.h"
#include "base/math.h"
#include "burst/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/*
 * The conformance suite: every test runs over each backend. TENSORREEL_TEST_BURST says which:
 * "reference", "cpu" or "gpu"; where there is no device the program exits with 77 (skipped).
 */
struct check {
    enum trl_burst_backend backend;
    struct test_device test; /* its device is NULL but for "gpu" */
};

int check_set_up(void **state);
int check_tear_down(void **state);
/* Between the two, one warning or error is logged, and it holds the text. */
void check_expect(struct check *check);
void check_message(struct check *check, const char *text);

/* Zeros; the caller frees them. */
void *check_zeros(size_t count, size_t size);

/* ---- networks ---- */

struct check_neuron {
    struct trl_neuron_params params;
    bool removed, from_potential, shared;
    float drive;
};

/* A network and what it was made of. */
struct check_net {
    struct trl_network *network;
    uint32_t count;
    struct check_neuron *neurons;
    struct trl_synapse *synapses; /* as the network orders them */
    size_t synapse_count;
};

/* Threshold 1, no leak: V is the sum of what arrived. */
struct trl_neuron_params check_integrator(void);
/* One area of equal neurons, and synapses. */
struct check_net check_net_create(struct check *check, uint32_t count,
                                  const struct trl_area_params *area,
                                  const struct trl_synapse *synapses, size_t synapse_count);
/* Neurons of all kinds in areas of all kinds, with about that many synapses each. */
struct check_net check_net_random(struct check *check, uint32_t count, uint32_t degree,
                                  uint64_t seed);
void check_net_destroy(struct check_net *net);

/* splitmix64 (Steele, Lea, Flood 2014) and numbers below a bound. */
uint64_t check_draw(uint64_t *seed);
uint32_t check_below(uint64_t *seed, uint32_t bound);

/* ---- engines ---- */

/* An engine of the backend under test. */
struct trl_burst *check_engine(struct check *check, struct trl_network *network,
                               const struct trl_burst_params *params);
/* The same on the reference. */
struct trl_burst *check_reference(struct check *check, struct trl_network *network,
                                  const struct trl_burst_params *params);
void check_inject(struct trl_burst *burst, uint32_t id, float amount);
/* Injects into some neurons, some of them twice; amounts of all magnitudes. */
void check_inject_random(struct trl_burst *burst, struct trl_burst *other, uint64_t *seed);
void check_run(struct trl_burst *burst, uint64_t bursts);
float check_v(struct trl_burst *burst, uint32_t id);
uint16_t check_count(struct trl_burst *burst, enum trl_burst_array array, uint32_t id);
bool check_fired(struct trl_burst *burst, uint32_t id);
struct trl_burst_stats check_stats(struct trl_burst *burst);
uint64_t check_hash(struct trl_burst *burst);
/* Both engines are in the same state and have counted the same. */
void check_equal(struct trl_burst *burst, struct trl_burst *other);
