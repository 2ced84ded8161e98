/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_NETWORK_H
#define TENSORREEL_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tensorreel/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trl_log;
struct trl_network;

/*
 * A network of spiking neurons for the burst engine (burst.h): neurons in areas, which are boxes of
 * voxels, and synapses between them. A network is built once, by loading, generating or adding, and
 * only read afterwards, except by the functions that edit it. Not thread-safe while it is built or
 * edited.
 */

/* One neuron's parameters. Start from trl_neuron_defaults(): here zero is a value like others. */
struct trl_neuron_params {
    float threshold;     /* fires where the potential V >= threshold ... */
    float threshold_max; /* ... and V <= threshold_max; INFINITY: no limit */
    float leak;          /* share of V - rest lost in a burst without firing, 0 to 1 */
    float rest;          /* what V leaks to and is reset to */
    float excitability;  /* probability of firing where the test passes; >= 0.999 always, 0 never */
    uint16_t refractory; /* bursts without firing that follow a spike */
    uint16_t fire_limit; /* spikes in a row after which the neuron pauses; 0: no limit */
    uint16_t snooze;     /* bursts added to refractory then */
    bool coincidence;    /* V starts from rest in each burst instead of adding up */
};

/* threshold 1, no limits, leak 0.1, rest 0, excitability 1, no refractoriness, V adds up. */
TRL_API struct trl_neuron_params trl_neuron_defaults(void);

/* A box of voxels with the same number of neurons in each. */
struct trl_area_params {
    const char *name;          /* unique; copied */
    int32_t position[3];       /* of the lowest corner, x, y, z in voxels of the common space */
    int32_t size[3];           /* x, y, z; 0: 1 */
    int32_t neurons_per_voxel; /* 0: 1 */
    struct trl_neuron_params neuron;
    float threshold_step[3]; /* added to the threshold a voxel along x, y, z */
    float drive;             /* input of each neuron in each burst (a power area); 0: none */
    bool psp_from_potential; /* a spike's psp is the potential it fired at, 0 to 255, rounded */
    bool psp_shared;         /* a spike's contribution is divided among the neuron's synapses */
};

struct trl_area {
    const char *name; /* the network's */
    int32_t position[3], size[3];
    int32_t neurons_per_voxel;
    uint32_t first, count; /* neurons first to first + count - 1 */
};

struct trl_synapse {
    uint32_t source, target;
    uint8_t weight, psp; /* a spike adds weight * psp to the target's input */
    bool inhibitory;     /* ... or subtracts it */
};

/* log may be NULL; it is borrowed for the network's life. */
TRL_API int trl_network_create(struct trl_network **out, struct trl_log *log);
TRL_API void trl_network_destroy(struct trl_network **network);

/*
 * Adds an area; its neurons get the next ids, x outermost, then y, z and the neurons of a voxel:
 * id = first + ((x * size_y + y) * size_z + z) * neurons_per_voxel + n. Parameters that are NaN,
 * out of range or infinite (but for threshold_max) are TRL_ERROR_USAGE and add nothing.
 */
TRL_API int trl_network_add_area(struct trl_network *network, const struct trl_area_params *params,
                                 uint32_t *first);
/* Adds synapses; all or, if an id is unknown (TRL_ERROR_USAGE), none. Several between the same two
 * neurons are kept as they are. */
TRL_API int trl_network_add_synapses(struct trl_network *network,
                                     const struct trl_synapse *synapses, size_t count);

/* ---- edits; an engine sees them after trl_burst_reload ---- */
TRL_API int trl_network_set_neuron(struct trl_network *network, uint32_t id,
                                   const struct trl_neuron_params *params);
/* The neuron never fires again, whatever is set later, and its input is ignored; ids stay what they
 * are. */
TRL_API int trl_network_remove_neuron(struct trl_network *network, uint32_t id);
/* The synapse of that number (0 to trl_network_synapse_count - 1, ordered by source, then target,
 * then as added). */
TRL_API int trl_network_set_weight(struct trl_network *network, uint64_t synapse, uint8_t weight);

/* ---- loading and generating ---- */

struct trl_network_load_params {
    struct trl_log *log;             /* may be NULL */
    uint64_t seed;                   /* for synapses that a file gives by probability */
    struct trl_neuron_params neuron; /* of edge lists, which have none; all zero: the defaults */
    uint8_t weight, psp;             /* of edge lists without them; 0: 1 */
    uint64_t memory_max_bytes;       /* of the host; 0: what there is */
};

/*
 * Reads a network from a file, or from standard input ("-"), by its content. Nothing is
 * half-loaded: TRL_ERROR_INPUT names the file and its byte, line, row or key; TRL_ERROR_MEMORY the
 * bytes needed and available.
 *
 * An edge list is .npy of shape (S, 2) to (S, 5), whole numbers of any type, byte order and order
 * of axes; or text, one synapse a line, with commas, semicolons, tabs or spaces, "#" comments and
 * perhaps a first line of names. Columns: source, target, weight (-255 to 255, negative:
 * inhibitory), psp (0 to 255), inhibitory (0 or 1; either says so). Neurons are 0 to the largest
 * id, in one area, "network".
 *
 * A genome is FEAGI's JSON with a flat (2.0) or hierarchical (2.1) blueprint. Areas come in the
 * order of the file. Morphologies are vectors, patterns, and by name the projectors, sweeper,
 * last_to_first, first_to_last, lateral_pairs_x, randomizer, block_to_block and all_to_all; a rule
 * joins all neurons of one voxel to all of the other. Leak and excitability above 1 are percent.
 * The power area drives its neurons by 1. One warning each says which values were read as percent,
 * which keys are unknown, what is not simulated (plasticity, delays, scaled rules, weights
 * below 1, degeneration, leak variability, memory areas) and which rules make no synapses.
 */
TRL_API int trl_network_load(struct trl_network **out, const char *path,
                             const struct trl_network_load_params *params);

/* Targets are drawn from all neurons that the kind allows but the source itself (unless it is the
 * only one); the same target may be drawn again. */
enum trl_network_kind {
    TRL_NETWORK_RANDOM,      /* degree synapses of every neuron, targets uniform */
    TRL_NETWORK_SMALL_WORLD, /* after Watts and Strogatz 1998: a ring in the order of ids, each to
                                its degree nearest, each synapse with probability rewire to a
                                uniform target instead */
    TRL_NETWORK_POWER_LAW,   /* the share of neurons with n synapses falls like n^-exponent, up to
                                one less than there are neurons; targets uniform */
    TRL_NETWORK_GRID,        /* degree synapses of every neuron, targets uniform in the voxels at
                                most radius away along each axis; the box ends at the borders */
};

struct trl_network_generate_params {
    struct trl_log *log; /* may be NULL */
    enum trl_network_kind kind;
    int32_t size[3];                 /* voxels, one neuron each; 0: 1 */
    uint32_t degree;                 /* mean number of synapses of a neuron; 0: 100 */
    double rewire;                   /* small world; 0 to 1 */
    uint32_t radius;                 /* grid, in voxels; 0: 5 */
    double exponent;                 /* power law; above 2 to 10; 0: 2.2 */
    double inhibitory_share;         /* probability that a neuron is inhibitory; 0 to 1 */
    uint8_t weight, psp;             /* 0: 1 */
    uint8_t inhibitory_weight;       /* 0: weight */
    struct trl_neuron_params neuron; /* all zero: the defaults */
    float drive;                     /* as of an area */
    uint64_t seed;
    uint64_t memory_max_bytes; /* of the host; 0: what there is */
};

/* The same network for the same parameters on every machine and any number of processors, all of
 * which it uses: each synapse is drawn from a counter (Philox 4x32-10, Salmon et al. 2011) by
 * (seed, source, number). The one area is called "network". TRL_ERROR_MEMORY says how many bytes
 * are needed and available, before they are taken. */
TRL_API int trl_network_generate(struct trl_network **out,
                                 const struct trl_network_generate_params *params);

/* ---- what is in it ---- */
TRL_API uint32_t trl_network_neuron_count(const struct trl_network *network);
TRL_API uint64_t trl_network_synapse_count(const struct trl_network *network);
TRL_API int trl_network_area_count(const struct trl_network *network);
TRL_API struct trl_area trl_network_area(const struct trl_network *network, int index);
/* Sorts what was added, and gives numbers first to first + count - 1; TRL_ERROR_USAGE if they do
 * not exist. */
TRL_API int trl_network_synapses(struct trl_network *network, uint64_t first, size_t count,
                                 struct trl_synapse *out);

#ifdef __cplusplus
}
#endif

#endif
