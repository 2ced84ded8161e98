/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "base/crc.h"
#include "base/file.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <tensorreel/burst.h>
#include <tensorreel/network.h>
#include <unistd.h>

enum { NEURONS = 40, ENGINES = 2 };

static struct trl_network *make_network(void)
{
    struct trl_network *network = NULL;
    struct trl_synapse synapses[NEURONS];
    struct trl_area_params area = {.name = "ring", .size = {NEURONS}};
    area.neuron = trl_neuron_defaults();
    area.neuron.refractory = 1;
    area.psp_from_potential = true;
    for (uint32_t n = 0; n < NEURONS; n++)
        synapses[n] =
            (struct trl_synapse){.source = n, .target = (n + 1) % NEURONS, .weight = 2, .psp = 1};
    fuzz_require(!trl_network_create(&network, NULL) &&
                 !trl_network_add_area(network, &area, NULL) &&
                 !trl_network_add_synapses(network, synapses, NEURONS));
    return network;
}

/* Both backends take the same files, and go on from them alike. */
static void restore(struct trl_burst *const *bursts, const uint8_t *data, size_t size)
{
    uint64_t hashes[ENGINES] = {0};
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    fuzz_require(fd >= 0 && !trl_write_all(fd, data, size));
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    int errors[ENGINES];
    for (int n = 0; n < ENGINES; n++) {
        errors[n] = trl_burst_restore(bursts[n], path);
        if (trl_burst_time(bursts[n]) < UINT64_MAX - 3)
            fuzz_require(!trl_burst_run(bursts[n], 3));
        fuzz_require(!trl_burst_hash(bursts[n], &hashes[n]));
    }
    fuzz_require(errors[0] == errors[1] && hashes[0] == hashes[1]);
    close(fd);
}

/* The state of an engine: as it is, and with the checksum put right. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum trl_burst_backend backends[ENGINES] = {TRL_BURST_REFERENCE, TRL_BURST_CPU};
    struct trl_network *network = make_network();
    struct trl_burst *bursts[ENGINES];
    for (int n = 0; n < ENGINES; n++)
        fuzz_require(
            !trl_burst_create(&bursts[n], &(struct trl_burst_params){.network = network,
                                                                     .backend = backends[n],
                                                                     .clock = TRL_BURST_WALL_TIME,
                                                                     .ledger_bursts = 2,
                                                                     .thread_count = 1}));
    restore(bursts, data, size);
    if (size >= 4) {
        uint8_t *right = malloc(size);
        fuzz_require(right != NULL);
        memcpy(right, data, size);
        const uint32_t crc = trl_crc32(0, data, size - 4);
        memcpy(right + size - 4, &crc, sizeof(crc));
        restore(bursts, right, size);
        free(right);
    }
    for (int n = 0; n < ENGINES; n++)
        trl_burst_destroy(&bursts[n]);
    trl_network_destroy(&network);
    return 0;
}
