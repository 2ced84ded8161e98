/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state as a file: a header of 64 bytes, sections that begin at multiples of 64, and a CRC-32
 * of everything before it at the end. All numbers are little-endian.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crc.h"
#include "base/file.h"
#include "base/log.h"
#include "base/math.h"
#include "burst/engine.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "sections are written as they lie");

enum { VERSION = 1, ALIGNMENT = 64, SECTIONS = 7 };

static const char magic[8] = "TRLBURST";

struct header {
    char magic[8];
    uint32_t version, header_bytes;
    uint64_t time, network;
    uint32_t neurons, ledger_bursts;
    uint32_t clock, order, lookup, count_unlimited;
    uint64_t waiting;
};
_Static_assert(sizeof(struct header) == ALIGNMENT, "header");

/* What waits in the queue, as it is written. */
struct waiting {
    uint64_t at;
    uint32_t id;
    float amount;
};

struct section {
    void *data;
    uint64_t bytes;
};

static uint64_t mix(uint64_t hash, const void *data, size_t count)
{
    const uint32_t *words = data;
    for (size_t n = 0; n < count; n++)
        hash = (hash ^ words[n]) * 0x100000001b3;
    return hash;
}

/* Equal networks have equal numbers. */
static uint64_t fingerprint(const struct trl_burst_plan *plan)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (uint32_t n = 0; n < plan->neuron_count; n++)
        hash = mix(hash, &plan->kinds[plan->kind_of[n]], sizeof(*plan->kinds) / sizeof(uint32_t));
    hash = mix(hash, plan->rows, 2 * ((size_t)plan->neuron_count + 1));
    hash = mix(hash, plan->targets, plan->synapse_count);
    return mix(hash, plan->values, plan->synapse_count);
}

static struct header make_header(const struct trl_burst *burst)
{
    struct header header = {
        .version = VERSION,
        .header_bytes = sizeof(header),
        .time = burst->time,
        .network = fingerprint(burst->plan),
        .neurons = burst->plan->neuron_count,
        .ledger_bursts = (uint32_t)burst->params.ledger_bursts,
        .clock = burst->params.clock,
        .order = burst->params.order,
        .lookup = burst->params.lookup,
        .count_unlimited = burst->params.count_unlimited,
    };
    for (size_t n = 0; n < burst->queue.count; n++)
        header.waiting += burst->queue.items[n].at > burst->time;
    memcpy(header.magic, magic, sizeof(magic));
    return header;
}

/* In the order of the file; the header is the first. */
static void list_sections(struct section *sections, struct header *header,
                          const struct trl_burst_state *state, struct waiting *waiting)
{
    const uint64_t bytes = 4 * (uint64_t)header->neurons;
    const uint64_t ledger = 4 * (uint64_t)trl_burst_words(header->neurons) * header->ledger_bursts;
    const struct section all[SECTIONS] = {
        {header, sizeof(*header)},
        {state->v, bytes},
        {state->counts, bytes},
        {state->touched, bytes},
        {state->fired_v, bytes},
        {state->ledger, ledger},
        {waiting, header->waiting * sizeof(*waiting)},
    };
    memcpy(sections, all, sizeof(all));
}

static int write_section(struct trl_part_file *file, const struct section *section, uint32_t *crc)
{
    static const char zeros[ALIGNMENT];
    const size_t gap = (size_t)(trl_align_up(section->bytes, ALIGNMENT) - section->bytes);
    *crc = trl_crc32(*crc, section->data, section->bytes);
    *crc = trl_crc32(*crc, zeros, gap);
    int err = trl_part_file_write(file, section->data, section->bytes);
    return err ? err : trl_part_file_write(file, zeros, gap);
}

static int write_file(struct trl_log *log, const char *path, bool overwrite,
                      const struct section *sections)
{
    struct trl_part_file file;
    int err = trl_part_file_open(&file, log, path, overwrite);
    if (err)
        return err;
    uint32_t crc = 0;
    for (int n = 0; !err && n < SECTIONS; n++)
        err = write_section(&file, &sections[n], &crc);
    if (!err)
        err = trl_part_file_write(&file, &crc, sizeof(crc));
    if (!err)
        return trl_part_file_commit(&file);
    trl_part_file_abandon(&file);
    return err;
}

/* In the order of the calls, which is the order in which amounts are added. */
static int by_order(const void *left, const void *right)
{
    const struct trl_burst_waiting *a = left, *b = right;
    return a->order < b->order ? -1 : a->order > b->order;
}

static struct waiting *copy_waiting(const struct trl_burst_queue *queue, uint64_t time)
{
    struct trl_burst_waiting *items = malloc((queue->count + 1) * sizeof(*items));
    struct waiting *waiting = malloc((queue->count + 1) * sizeof(*waiting));
    size_t used = 0;
    for (size_t n = 0; items && n < queue->count; n++)
        if (queue->items[n].at > time)
            items[used++] = queue->items[n];
    if (used)
        qsort(items, used, sizeof(*items), by_order);
    for (size_t n = 0; items && waiting && n < used; n++)
        waiting[n] = (struct waiting){items[n].at, items[n].id, items[n].amount};
    if (!items) {
        free(waiting);
        return NULL;
    }
    free(items);
    return waiting;
}

int trl_burst_save(struct trl_burst *burst, const char *path, bool overwrite)
{
    struct trl_burst_state state;
    struct section sections[SECTIONS];
    struct header header = make_header(burst);
    int err = trl_burst_fetch(burst, &state);
    if (err)
        return err;
    struct waiting *waiting = copy_waiting(&burst->queue, burst->time);
    list_sections(sections, &header, &state, waiting);
    err = waiting ? write_file(burst->log, path, overwrite, sections)
                  : trl_fail_memory(burst->log, "injections", header.waiting * sizeof(*waiting));
    free(waiting);
    trl_burst_state_destroy(&state);
    return err;
}

/* A file that is read once, from its beginning. */
struct reader {
    struct trl_log *log;
    const char *path;
    int fd;
    uint64_t at;
    uint32_t crc;
};

static int read_bytes(struct reader *reader, void *data, size_t size)
{
    const int64_t count = trl_read_all(reader->fd, data, size);
    if (count < 0)
        return trl_fail(reader->log, TRL_ERROR_INPUT, "%s: byte %llu: %s", reader->path,
                        (unsigned long long)reader->at, strerror((int)-count));
    if ((size_t)count < size)
        return trl_fail(reader->log, TRL_ERROR_INPUT,
                        "%s: it ends at byte %llu, in the middle of the state", reader->path,
                        (unsigned long long)reader->at + (unsigned long long)count);
    reader->at += size;
    return 0;
}

static int read_section(struct reader *reader, const struct section *section)
{
    char gap[ALIGNMENT];
    const size_t gap_bytes = (size_t)(trl_align_up(section->bytes, ALIGNMENT) - section->bytes);
    int err = read_bytes(reader, section->data, section->bytes);
    if (!err)
        err = read_bytes(reader, gap, gap_bytes);
    if (!err) {
        reader->crc = trl_crc32(reader->crc, section->data, section->bytes);
        reader->crc = trl_crc32(reader->crc, gap, gap_bytes);
    }
    return err;
}

static int check_header(const struct reader *reader, const struct header *is,
                        const struct header *wanted)
{
    const char *why = NULL;
    if (memcmp(is->magic, magic, sizeof(magic)) != 0)
        return trl_fail(reader->log, TRL_ERROR_INPUT, "%s: byte 0: no state of a burst engine",
                        reader->path);
    if (is->version != VERSION || is->header_bytes != sizeof(*is))
        return trl_fail(reader->log, TRL_ERROR_INPUT,
                        "%s: byte 8: version %u; this program reads version %d", reader->path,
                        is->version, VERSION);
    if (is->neurons != wanted->neurons)
        return trl_fail(reader->log, TRL_ERROR_INPUT, "%s: byte 32: %u neurons; the network has %u",
                        reader->path, is->neurons, wanted->neurons);
    if (is->ledger_bursts != wanted->ledger_bursts)
        return trl_fail(reader->log, TRL_ERROR_INPUT,
                        "%s: byte 36: a ledger of %u bursts; the engine keeps %u", reader->path,
                        is->ledger_bursts, wanted->ledger_bursts);
    if (is->network != wanted->network)
        why = "another network (parameters or synapses differ)";
    else if (is->clock != wanted->clock)
        why = "an engine with another clock";
    else if (is->order != wanted->order)
        why = "an engine with another order of updates";
    else if (is->lookup != wanted->lookup)
        why = "an engine with another lookup of synapses";
    else if (is->count_unlimited != wanted->count_unlimited)
        why = "an engine that counts spikes without a limit otherwise";
    return why ? trl_fail(reader->log, TRL_ERROR_INPUT, "%s: it is the state of %s", reader->path,
                          why)
               : 0;
}

/* Before anything is allocated for it: the file must be as long as its header says. */
static int check_size(const struct reader *reader, const struct section *sections)
{
    struct stat info;
    uint64_t bytes = sizeof(uint32_t);
    for (int n = 0; n < SECTIONS; n++)
        bytes += trl_align_up(sections[n].bytes, ALIGNMENT);
    if (fstat(reader->fd, &info) || !S_ISREG(info.st_mode) || (uint64_t)info.st_size == bytes)
        return 0;
    return trl_fail(reader->log, TRL_ERROR_INPUT, "%s: %lld bytes; a state of that size has %llu",
                    reader->path, (long long)info.st_size, (unsigned long long)bytes);
}

static int check_end(struct reader *reader)
{
    const uint32_t wanted = reader->crc;
    uint32_t crc;
    int err = read_bytes(reader, &crc, sizeof(crc));
    if (!err && crc != wanted)
        err = trl_fail(reader->log, TRL_ERROR_INPUT,
                       "%s: the checksum is %08x and should be %08x: the file is damaged",
                       reader->path, crc, wanted);
    return err;
}

/* Everything is read and checked before the engine is touched. */
static int apply(struct trl_burst *burst, struct trl_burst_state *state,
                 const struct waiting *waiting, uint64_t count)
{
    struct trl_burst_queue queue = {0};
    int err = 0;
    for (uint64_t n = 0; !err && n < count; n++)
        err = trl_burst_queue_add(&queue, burst->log, waiting[n].at, &waiting[n].id,
                                  &waiting[n].amount, 1);
    if (!err)
        err = trl_burst_adopt(burst, state);
    if (err) {
        trl_burst_queue_destroy(&queue);
        return err;
    }
    trl_burst_queue_destroy(&burst->queue);
    burst->queue = queue;
    return 0;
}

static int check_waiting(const struct reader *reader, const struct header *header,
                         const struct waiting *waiting)
{
    for (uint64_t n = 0; n < header->waiting; n++)
        if (waiting[n].id >= header->neurons || waiting[n].at <= header->time ||
            !isfinite(waiting[n].amount))
            return trl_fail(reader->log, TRL_ERROR_INPUT, "%s: injection %llu is out of range",
                            reader->path, (unsigned long long)n);
    return 0;
}

/* What no engine writes, whatever the checksum says. */
static int check_state(const struct reader *reader, const struct header *header,
                       const struct trl_burst_state *state)
{
    const uint32_t count = header->neurons, words = trl_burst_words(count);
    for (uint32_t n = 0; n < count; n++)
        if (!isfinite(state->v[n]) || !isfinite(state->fired_v[n]))
            return trl_fail(reader->log, TRL_ERROR_INPUT,
                            "%s: the potential of neuron %u is no finite number", reader->path, n);
    for (size_t n = 1; count % 32 && n <= header->ledger_bursts; n++)
        if (state->ledger[n * words - 1] >> count % 32)
            return trl_fail(reader->log, TRL_ERROR_INPUT,
                            "%s: neurons have fired that do not exist", reader->path);
    return 0;
}

static int restore(struct trl_burst *burst, struct reader *reader)
{
    struct header header, wanted = make_header(burst);
    struct trl_burst_state state = {0};
    struct section sections[SECTIONS];
    struct waiting *waiting = NULL;
    int err = read_section(reader, &(struct section){&header, sizeof(header)});
    if (!err)
        err = check_header(reader, &header, &wanted);
    if (err)
        return err;
    list_sections(sections, &header, &state, waiting);
    err = header.waiting > UINT32_MAX
              ? trl_fail(reader->log, TRL_ERROR_INPUT, "%s: byte 56: %llu injections wait",
                         reader->path, (unsigned long long)header.waiting)
              : check_size(reader, sections);
    if (!err)
        err = trl_burst_state_create(&state, reader->log, header.neurons, header.ledger_bursts);
    if (err)
        return err;
    state.time = header.time;
    waiting = malloc((header.waiting + 1) * sizeof(*waiting));
    if (!waiting)
        err = trl_fail_memory(reader->log, "injections", header.waiting * sizeof(*waiting));
    list_sections(sections, &header, &state, waiting);
    for (int n = 1; !err && n < SECTIONS; n++)
        err = read_section(reader, &sections[n]);
    if (!err)
        err = check_end(reader);
    if (!err)
        err = check_state(reader, &header, &state);
    if (!err)
        err = check_waiting(reader, &header, waiting);
    if (!err)
        err = apply(burst, &state, waiting, header.waiting);
    free(waiting);
    trl_burst_state_destroy(&state);
    return err;
}

int trl_burst_restore(struct trl_burst *burst, const char *path)
{
    struct reader reader = {
        .log = burst->log, .path = path, .fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (reader.fd < 0)
        return trl_fail(burst->log, TRL_ERROR_INPUT, "%s: %s", path, strerror(errno));
    int err = restore(burst, &reader);
    close(reader.fd);
    return err;
}
