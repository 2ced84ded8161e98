/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/spirv.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAGIC = 0x07230203,
    HEADER_WORDS = 5,
    OP_ENTRY_POINT = 15,
    OP_EXECUTION_MODE = 16,
    OP_CAPABILITY = 17,
    OP_VARIABLE = 59,
    OP_DECORATE = 71,
    DECORATION_BINDING = 33,
    STORAGE_UNIFORM_CONSTANT = 0,
    MODEL_COMPUTE = 5,
    CAPABILITY_NAN_PRESERVE = 4466,
    CAPABILITY_RTE = 4467,
    MODE_NAN_PRESERVE = 4461,
    MODE_RTE = 4462,
    ADDED_WORDS = 2 * (2 + 4),
};

struct scan {
    uint32_t entry; /* id of the entry point */
    int entries;
    size_t last_capability, last_entry; /* word */
    bool binding_too_high;
    bool declared; /* the module came with the declarations */
    uint32_t binding_mask;
    uint8_t *binding_of; /* by id; 255: none */
    uint32_t bound;
};

static void scan_decoration(struct scan *scan, const uint32_t *words, uint32_t length)
{
    if (length < 4 || words[2] != DECORATION_BINDING || words[1] >= scan->bound)
        return;
    if (words[3] >= 32) {
        scan->binding_too_high = true;
        return;
    }
    scan->binding_of[words[1]] = (uint8_t)words[3];
    scan->binding_mask |= 1u << words[3];
}

static const char *scan_words(struct scan *scan, const uint32_t *words, size_t count,
                              uint32_t *texel_mask)
{
    for (size_t at = HEADER_WORDS; at < count;) {
        const uint32_t length = words[at] >> 16, op = words[at] & 0xffff;
        if (!length || length > count - at)
            return "an instruction reaches beyond the end";
        if (op == OP_CAPABILITY) {
            scan->last_capability = at + length;
            scan->declared |= length > 1 && words[at + 1] == CAPABILITY_RTE;
        } else if (op == OP_ENTRY_POINT && length > 3) {
            if (words[at + 1] != MODEL_COMPUTE)
                return "it is no compute shader";
            scan->entry = words[at + 2];
            scan->last_entry = at + length;
            scan->entries++;
        } else if (op == OP_DECORATE) {
            scan_decoration(scan, &words[at], length);
        } else if (op == OP_VARIABLE && length > 3 && words[at + 3] == STORAGE_UNIFORM_CONSTANT &&
                   words[at + 2] < scan->bound && scan->binding_of[words[at + 2]] < 32) {
            *texel_mask |= 1u << scan->binding_of[words[at + 2]];
        }
        at += length;
    }
    if (scan->entries != 1 || !scan->last_capability)
        return "it has not one entry point";
    return scan->binding_too_high ? "a binding is above 31" : NULL;
}

static size_t append(uint32_t *out, size_t at, const uint32_t *words, size_t count)
{
    memcpy(out + at, words, count * sizeof(*words));
    return at + count;
}

static void declare(struct trl_spirv *out, const struct scan *scan, const uint32_t *words,
                    size_t count)
{
    const uint32_t capabilities[] = {2 << 16 | OP_CAPABILITY, CAPABILITY_NAN_PRESERVE,
                                     2 << 16 | OP_CAPABILITY, CAPABILITY_RTE};
    const uint32_t modes[] = {4 << 16 | OP_EXECUTION_MODE, scan->entry, MODE_NAN_PRESERVE, 32,
                              4 << 16 | OP_EXECUTION_MODE, scan->entry, MODE_RTE,          32};
    const bool add = !scan->declared;
    size_t at = append(out->words, 0, words, scan->last_capability);
    at = append(out->words, at, capabilities, add ? 4 : 0);
    at = append(out->words, at, words + scan->last_capability,
                scan->last_entry - scan->last_capability);
    at = append(out->words, at, modes, add ? 8 : 0);
    at = append(out->words, at, words + scan->last_entry, count - scan->last_entry);
    out->size_bytes = at * sizeof(*words);
}

const char *trl_spirv_prepare(struct trl_spirv *out, const uint32_t *words, size_t count)
{
    *out = (struct trl_spirv){0};
    if (count < HEADER_WORDS || words[0] != MAGIC)
        return "it is no SPIR-V";
    /* An id takes an instruction, so that there are not more of them than words. */
    struct scan scan = {.bound = words[3]};
    if (scan.bound > count)
        return "it has more ids than instructions";
    scan.binding_of = malloc(scan.bound + 1u);
    out->words = malloc((count + ADDED_WORDS) * sizeof(*words));
    const char *wrong = "memory";
    if (scan.binding_of && out->words) {
        memset(scan.binding_of, 255, scan.bound + 1u);
        wrong = scan_words(&scan, words, count, &out->texel_mask);
    }
    if (!wrong && scan.last_entry < scan.last_capability)
        wrong = "its parts are out of order";
    if (wrong) {
        trl_spirv_free(out);
    } else {
        declare(out, &scan, words, count);
        while (out->binding_count < 32 && scan.binding_mask >> out->binding_count)
            out->binding_count++;
    }
    free(scan.binding_of);
    return wrong;
}

void trl_spirv_free(struct trl_spirv *spirv)
{
    free(spirv->words);
    *spirv = (struct trl_spirv){0};
}
