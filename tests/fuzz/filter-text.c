/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "tensor/filter.h"

#include <math.h>
#include <string.h>

enum { TEXT_MAX = 1000 };

/* The text of a chain of filters: what is accepted is within its limits, and works. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[TEXT_MAX + 1];
    struct trl_filter_chain chain;
    if (size > TEXT_MAX)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = 0;
    if (trl_filter_parse(&chain, NULL, text) < 0)
        return 0;
    fuzz_require(chain.count >= 1 && chain.count <= TRL_FILTER_STEPS_MAX);
    for (int i = 0; i < chain.count; i++) {
        float weights[TRL_FILTER_TAPS_MAX];
        int before;
        const struct trl_filter_step *step = &chain.step[i];
        fuzz_require(step->filter < TRL_FILTER_COUNT);
        fuzz_require(!isnan(step->argument[0]) && !isnan(step->argument[1]));
        if (step->filter != TRL_FILTER_GAUSSIAN && step->filter != TRL_FILTER_BOX &&
            step->filter != TRL_FILTER_UNSHARP)
            continue;
        const int taps = trl_filter_window(step, weights, &before);
        fuzz_require(taps >= 1 && taps <= TRL_FILTER_TAPS_MAX && before >= 0 && before < taps);
    }
    return 0;
}
