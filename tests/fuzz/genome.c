/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "base/file.h"

#include <stdio.h>
#include <sys/mman.h>
#include <tensorreel/network.h>
#include <unistd.h>

/* Areas follow one another without gaps, and all synapses lie in them. */
static void check(struct trl_network *network)
{
    uint32_t next = 0;
    for (int i = 0; i < trl_network_area_count(network); i++) {
        const struct trl_area area = trl_network_area(network, i);
        fuzz_require(area.first == next && area.count > 0 && *area.name);
        next += area.count;
    }
    fuzz_require(next == trl_network_neuron_count(network));
    const uint64_t count = trl_network_synapse_count(network);
    struct trl_synapse synapse;
    for (uint64_t i = 0; i < count; i++) {
        fuzz_require(!trl_network_synapses(network, i, 1, &synapse));
        fuzz_require(synapse.source < next && synapse.target < next);
    }
}

/* A genome, in a megabyte. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    fuzz_require(fd >= 0 && !trl_write_all(fd, data, size));
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    const struct trl_network_load_params params = {.seed = 1, .memory_max_bytes = 1 << 20};
    struct trl_network *network;
    const int error = trl_network_load(&network, path, &params);
    fuzz_require(!error == (network != NULL));
    if (!error)
        check(network);
    trl_network_destroy(&network);
    close(fd);
    return 0;
}
