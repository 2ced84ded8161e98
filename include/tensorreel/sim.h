/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_SIM_H
#define TENSORREEL_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tensorreel/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trl_log;
struct trl_device;
struct trl_sim;

enum trl_backend { TRL_BACKEND_AUTO = 0, TRL_BACKEND_CPU, TRL_BACKEND_GPU };

/* One setting of a model, "tau_ms" = 10, say. */
struct trl_sim_setting {
    const char *name;
    double value;
};

/* How a network lies in a channel. */
enum trl_sim_layout {
    TRL_SIM_ATLAS = 0, /* (height, width): the z-slices of every area side by side; NaN between */
    TRL_SIM_VOLUME,    /* (z, y, x): the areas where they are in the common space */
    TRL_SIM_NEURONS,   /* (neurons) in the order of their ids */
};

struct trl_network;

/* What a neuron of a network gets from outside in a burst. */
struct trl_sim_injection {
    uint64_t burst; /* from 1 */
    uint32_t neuron;
    float amount;
};

struct trl_sim_params {
    struct trl_log *log;
    const char *model;         /* a name of trl_sim_models() */
    struct trl_device *device; /* needed for TRL_BACKEND_GPU; AUTO without one is the CPU */
    enum trl_backend backend;
    int width, height; /* 0: the model's default */
    uint64_t seed;
    const struct trl_sim_setting *settings; /* borrowed for the call; unknown names are an error */
    int setting_count;
    struct trl_network *network; /* of the model burst; borrowed while the simulation lives */
    enum trl_sim_layout layout;  /* of the model burst */
    const char *area;            /* the only area to show; NULL: all */
    const struct trl_sim_injection *injections; /* of the model burst; in any order; copied */
    int64_t injection_count;
};

/* A tensor that a model can show. */
struct trl_sim_channel {
    const char *name; /* "v", "spikes", "afterglow" */
    const char *description;
    double vmin, vmax; /* the range that suits it */
    const char *cmap;  /* the colour map that suits it */
};

struct trl_sim_model {
    const char *name;
    const char *description;
    double dt;                              /* seconds of simulated time a step */
    const struct trl_sim_channel *channels; /* ends with name NULL; the first is the default */
    const struct trl_sim_setting *settings; /* every setting with its default; ends with NULL */
};

/* The models of this build, NULL at the end. */
TRL_API const struct trl_sim_model *const *trl_sim_models(void);

/* Errors: TRL_ERROR_USAGE (unknown model, setting or size), TRL_ERROR_DEVICE, _MEMORY. */
TRL_API int trl_sim_create(struct trl_sim **out, const struct trl_sim_params *params);
TRL_API void trl_sim_destroy(struct trl_sim **sim);

/* Advances by so many steps and waits until they are done. (A stream that films a simulation
 * steps it by itself, without waiting: trl_stream_film.) */
TRL_API int trl_sim_step(struct trl_sim *sim, int64_t steps);
/* Steps done so far. */
TRL_API int64_t trl_sim_time(const struct trl_sim *sim);
/* Copies a channel to memory: float32, C order. Waits. size is in bytes and must be that of
 * trl_sim_layout's elements. */
TRL_API int trl_sim_read(struct trl_sim *sim, const char *channel, float *out, size_t size_bytes);
/* The channel's layout: dense float32, (height, width) but for networks in another layout. */
TRL_API int trl_sim_layout(const struct trl_sim *sim, const char *channel, struct trl_layout *out);

#ifdef __cplusplus
}
#endif

#endif
