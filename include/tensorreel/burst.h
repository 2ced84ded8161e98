/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_BURST_H
#define TENSORREEL_BURST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tensorreel/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trl_log;
struct trl_device;
struct trl_network;
struct trl_burst;

/*
 * The burst engine: a sparse spiking network in discrete steps ("bursts"), after FEAGI's
 * (github.com/feagi/feagi-core, its sequential CPU path). In burst t, counted from 1:
 *
 *   1. the spikes of burst t - 1 and what was injected for t add up to each neuron's input I;
 *      neurons that received anything, even if it cancels to 0, are the burst's candidates;
 *   2. every candidate, on its own (V potential, C countdown, F spikes in a row):
 *        C > 0:  C = C - 1; at C = 0 and F >= fire_limit: F = 0. I is lost. Done.
 *        V = V + I. It passes if threshold <= V <= threshold_max.
 *        passes and F >= fire_limit: F = 0. Done.
 *        passes and the draw of (neuron, t) is below excitability: it fires; V = rest, F = F + 1,
 *          C = refractory, plus snooze if F >= fire_limit. Done.
 *        else: F = 0; V = rest + (V - rest) * (1 - leak).
 *   3. nothing else changes: other neurons neither leak nor count down (TRL_BURST_CANDIDATE_TIME).
 *
 * V is float32 in operations that round to even, |V| < 2^-126 is 0, input adds up in integers:
 * every backend on every device gives the same bits for any number of threads, lanes or bursts a
 * submission. One thread at a time uses an engine; several engines may run on one device, and of
 * one network that is not edited meanwhile, from several threads.
 *
 * An engine outlives its device: when that is lost, hangs or has no memory left, the processor goes
 * on from a state kept earlier, with the same bits; a warning says so.
 */

enum trl_burst_backend {
    TRL_BURST_AUTO = 0,  /* the one whose bursts the cost model expects to be shorter; the CPU
                            where there is no device, or one that is software or too small for the
                            network. The reason is logged at TRL_LOG_INFO */
    TRL_BURST_REFERENCE, /* one thread, written to be read: the oracle */
    TRL_BURST_CPU,       /* threads and vectors */
    TRL_BURST_GPU,
};

enum trl_burst_clock {
    TRL_BURST_CANDIDATE_TIME = 0, /* neurons leak and count down in bursts in which they are
                                     candidates */
    TRL_BURST_WALL_TIME,          /* V leaks and C counts down in every burst; only candidates are
                                     tested. V of n silent bursts is rest + (V - rest) * k^n, k^n by
                                     repeated squaring from the highest bit of n */
};

enum trl_burst_order {
    TRL_BURST_ORDER_CPU = 0, /* as above */
    TRL_BURST_ORDER_WGSL,    /* add, leak, refractory, test, as FEAGI's shader: for comparison */
};

enum trl_burst_lookup {
    TRL_BURST_ROWS = 0, /* rows of synapses by neuron id */
    TRL_BURST_HASH,     /* FEAGI's hash table with linear probing: for comparison */
};

struct trl_burst_params {
    struct trl_log *log;
    struct trl_network *network; /* borrowed until destroyed or reloaded */
    struct trl_device *device;   /* NULL: no GPU backend */
    enum trl_burst_backend backend;
    enum trl_burst_clock clock;
    enum trl_burst_order order;
    enum trl_burst_lookup lookup;
    uint32_t hash_probes; /* 0: the longest that the table needs; fewer lose synapses */
    bool keep_input;      /* the input of the last burst is kept, for films */
    bool count_unlimited; /* FEAGI's quirk: no fire limit is a limit of 65535 */
    int ledger_bursts;    /* spikes of so many last bursts are kept; 0: 64 */
    int thread_count;     /* CPU backend; 0: one a processor */
    int group_size;       /* GPU: lanes of a workgroup, 32 to 1024, a power of two; 0: 256 */
    int submit_bursts;    /* GPU: bursts of a submission; 0: 64 */
    int64_t keep_bursts;  /* GPU: the state is copied to the host after so many, to go on from if
                             the device is lost; 0: 16384, negative: never */
    int hang_ms; /* GPU: a device that takes longer for 64 bursts counts as lost; 0: 10000, but no
                    limit on software drivers; negative: no limit */
    uint64_t memory_max_bytes; /* of the device or the host; 0: what there is */
    double expected_rate;      /* TRL_BURST_AUTO: share of the neurons that fire in a burst;
                                  0: 0.01 */
};

/* TRL_ERROR_USAGE, TRL_ERROR_DEVICE (a backend that is forced and missing), TRL_ERROR_MEMORY and
 * _DEVICE_MEMORY with the bytes needed and available. */
TRL_API int trl_burst_create(struct trl_burst **out, const struct trl_burst_params *params);
TRL_API void trl_burst_destroy(struct trl_burst **burst);

/* "reference", "cpu" or "gpu": what runs now. Static. */
TRL_API const char *trl_burst_backend_name(const struct trl_burst *burst);
/* Bursts done. */
TRL_API uint64_t trl_burst_time(const struct trl_burst *burst);

/*
 * Adds to the input of neurons in the burst of that number (0: the next one). Later bursts may be
 * named; those that are past are dropped with a warning. Amounts for the same neuron and burst are
 * added as float32 in the order of the calls, before the drive of its area and the spikes. Copied.
 * TRL_ERROR_USAGE for unknown ids and amounts that are not finite: then nothing is injected.
 */
TRL_API int trl_burst_inject(struct trl_burst *burst, uint64_t at, const uint32_t *ids,
                             const float *amounts, size_t count);

/* Runs so many bursts and waits. */
TRL_API int trl_burst_run(struct trl_burst *burst, uint64_t bursts);

enum trl_burst_array {
    TRL_BURST_V,         /* float32 a neuron; of coincidence neurons rest outside their bursts */
    TRL_BURST_COUNTDOWN, /* uint16 a neuron */
    TRL_BURST_IN_A_ROW,  /* uint16 a neuron: spikes in a row */
    TRL_BURST_FIRED, /* a bit a neuron, from the lowest of uint32 words: the last burst's spikes */
};

/* Copies an array of the state after the last burst. Waits. TRL_ERROR_USAGE unless size_bytes is
 * what the array takes. */
TRL_API int trl_burst_read(struct trl_burst *burst, enum trl_burst_array array, void *out,
                           size_t size_bytes);
/* The neurons that fired in the last burst, ascending, and the potentials they fired at (may be
 * NULL): at most room of them; *count is how many there are. Waits. */
TRL_API int trl_burst_fired(struct trl_burst *burst, uint32_t *ids, float *potentials, size_t room,
                            size_t *count);
/* Masks of the bursts last - depth + 1 to last, (neurons + 31) / 32 words each; bursts before the
 * first are empty. TRL_ERROR_USAGE if one is to come or no longer kept. */
TRL_API int trl_burst_ledger(struct trl_burst *burst, uint64_t last, uint32_t depth,
                             uint32_t *masks);
/* FNV-1a (64 bit) over V, countdown, spikes in a row and spikes of the last burst: equal states
 * have equal hashes on every backend. Waits. */
TRL_API int trl_burst_hash(struct trl_burst *burst, uint64_t *hash);

/* Sums over all bursts so far; times are of the last trl_burst_run. */
struct trl_burst_stats {
    uint64_t bursts, candidates, fired;
    uint64_t blocked;                      /* candidates whose input was lost to refractoriness */
    uint64_t delivered;                    /* synapses of neurons that fired */
    uint64_t upload_bytes, download_bytes; /* between host and device, all kinds */
    uint64_t host_waits;                   /* for the device */
    uint64_t hash_misses;                  /* lookups that gave up */
    int64_t run_ns;                        /* on the clock of the host */
    int64_t deliver_ns, update_ns;         /* of the device, or of the threads */
};

TRL_API int trl_burst_stats(struct trl_burst *burst, struct trl_burst_stats *out);

/*
 * What a burst of this network takes by the model that TRL_BURST_AUTO chooses by, where that share
 * of the neurons fires (0: at the mean activity of all bursts so far). Its prices are measured once
 * for each device and processor, which takes some seconds at most, and kept in the user's cache.
 * TRL_ERROR_USAGE for a rate outside 0 to 1.
 */
struct trl_burst_forecast {
    double cpu_ns, gpu_ns; /* 0: not known; that of the GPU without one, and of software drivers */
};

TRL_API int trl_burst_forecast(struct trl_burst *burst, double rate,
                               struct trl_burst_forecast *out);

/* How contributions are added up: input = sum * 2^-fraction_bits. */
struct trl_burst_scale {
    int sum_bits;      /* 32 or 64 */
    int fraction_bits; /* 0 to 20; 0 without areas whose psp is shared */
    int count_bits;    /* lowest bits of the sum, which count contributions */
    int64_t bound;     /* no sum can be larger in magnitude */
};

TRL_API struct trl_burst_scale trl_burst_scale(const struct trl_burst *burst);

/* The whole state into a file (versioned, little-endian, CRC-32): an engine of the same network and
 * modes that restores it goes on as if it had not been interrupted. */
TRL_API int trl_burst_save(struct trl_burst *burst, const char *path, bool overwrite);
TRL_API int trl_burst_restore(struct trl_burst *burst, const char *path);

/* Takes the network as it is now (edited, or another one), and keeps the state where the number of
 * neurons is the same, else starts anew. */
TRL_API int trl_burst_reload(struct trl_burst *burst, struct trl_network *network);

#ifdef __cplusplus
}
#endif

#endif
