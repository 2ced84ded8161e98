/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "base/file.h"

#include <stdio.h>
#include <sys/mman.h>
#include <tensorreel/network.h>
#include <unistd.h>

/* What was loaded holds together: every synapse can be read and is between neurons. */
static void check(struct trl_network *network)
{
    const uint32_t neurons = trl_network_neuron_count(network);
    const uint64_t count = trl_network_synapse_count(network);
    struct trl_synapse synapse, before = {0};
    fuzz_require(neurons > 0 && count > 0);
    for (uint64_t i = 0; i < count; i++) {
        fuzz_require(!trl_network_synapses(network, i, 1, &synapse));
        fuzz_require(synapse.source < neurons && synapse.target < neurons);
        fuzz_require(synapse.source > before.source ||
                     (synapse.source == before.source && synapse.target >= before.target));
        before = synapse;
    }
}

/* An edge list, as text or .npy. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    fuzz_require(fd >= 0 && !trl_write_all(fd, data, size));
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    const struct trl_network_load_params params = {.memory_max_bytes = 1 << 22};
    struct trl_network *network;
    const int error = trl_network_load(&network, path, &params);
    fuzz_require(!error == (network != NULL));
    if (!error)
        check(network);
    trl_network_destroy(&network);
    close(fd);
    return 0;
}
