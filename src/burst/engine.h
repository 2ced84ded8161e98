/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "burst/machine.h"
#include "burst/queue.h"

/* The inside of struct trl_burst. */
struct trl_gpu_cmd;

struct trl_burst {
    struct trl_burst_params params; /* with the defaults filled in */
    struct trl_log *log;
    struct trl_burst_plan *plan;
    struct trl_burst_machine *machine;
    uint64_t time;
    struct trl_burst_queue queue;
    struct trl_burst_counts *counts; /* of the bursts of a batch */
    uint32_t batch_max;
    struct trl_burst_stats stats;
    /* What a lost device is recovered from: a state (v is NULL without one), or how all began. */
    struct trl_burst_state kept;
    bool from_start;
    int broken; /* the error after which the machine is in no known state; 0 */
};

/* Checks the params, and puts the defaults in. */
int trl_burst_params_fill(struct trl_burst_params *out, const struct trl_burst_params *params);
/* Makes the machine for the plan; the state is that before the first burst. */
int trl_burst_machine_create(struct trl_burst_machine **out, const struct trl_burst_plan *plan,
                             const struct trl_burst_params *params,
                             const struct trl_burst_backend_impl *impl);
void trl_burst_machine_destroy(struct trl_burst_machine **machine);

/* Copies the whole state; the caller destroys it. */
int trl_burst_fetch(struct trl_burst *burst, struct trl_burst_state *state);
/* The same of the machine at hand: nothing is recovered if its device fails. */
int trl_burst_fetch_once(struct trl_burst *burst, struct trl_burst_state *state);
/* Lets what silent bursts and new ones do to a state happen, so that it is that of its time. */
void trl_burst_bring_up(const struct trl_burst_plan *plan, struct trl_burst_state *state);
/* The same for one neuron. */
void trl_burst_bring_up_neuron(const struct trl_burst_plan *plan, struct trl_burst_state *state,
                               uint32_t neuron);
/* Makes a state the engine's, which empties it. */
int trl_burst_adopt(struct trl_burst *burst, struct trl_burst_state *state);
/* Runs so many bursts, at most batch_max. */
int trl_burst_run_batch(struct trl_burst *burst, uint32_t count);
/* Records bursts into a list of the device that the engine runs on; their statistics are not kept,
 * and the state is not recovered if the device is lost. */
int trl_burst_record(struct trl_burst *burst, struct trl_gpu_cmd *cmd, uint64_t bursts);
/* Keeps the state now and then where a device runs. */
int trl_burst_keep(struct trl_burst *burst);
/* The burst after which the engine would go on elsewhere; time if it could not. */
uint64_t trl_burst_kept_time(const struct trl_burst *burst);
/* Whether the machine runs on a device and states of it are kept. */
bool trl_burst_keeps(const struct trl_burst *burst);
/* After an error of the device: goes on elsewhere. Returns the error if that cannot be. */
int trl_burst_recover(struct trl_burst *burst, int error);

/* Logs that the engine is broken. */
void trl_burst_say_broken(const struct trl_burst *burst);

/* Which backend runs the plan; the reason is logged. */
int trl_burst_choose(const struct trl_burst_params *params, const struct trl_burst_plan *plan,
                     const struct trl_burst_backend_impl **out);
