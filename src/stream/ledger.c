/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream/ledger.h"

#include "base/file.h"
#include "base/log.h"

#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct trl_ledger {
    struct trl_log *log;
    struct trl_part_file file; /* fd -1: none */
    bool writing;
    int error; /* of the first line that could not be written */
    struct trl_stream_stats sums;
    int64_t range_index; /* of the frame that the range in sums is of */
    int64_t drawn;       /* frames whose elements were counted */
    pthread_mutex_t lock;
};

int trl_ledger_create(struct trl_ledger **out, struct trl_log *log, const char *path,
                      bool overwrite)
{
    *out = NULL;
    struct trl_ledger *ledger = calloc(1, sizeof(*ledger));
    if (!ledger)
        return trl_fail_memory(log, "a ledger", sizeof(*ledger));
    ledger->log = log;
    ledger->file.fd = -1;
    ledger->range_index = -1;
    pthread_mutex_init(&ledger->lock, NULL);
    if (path) {
        const int error = trl_part_file_open(&ledger->file, log, path, overwrite);
        if (error) {
            trl_ledger_destroy(&ledger);
            return error;
        }
        ledger->writing = true;
    }
    *out = ledger;
    return 0;
}

void trl_ledger_destroy(struct trl_ledger **out)
{
    if (!out || !*out)
        return;
    trl_part_file_abandon(&(*out)->file);
    pthread_mutex_destroy(&(*out)->lock);
    free(*out);
    *out = NULL;
}

int64_t trl_ledger_offer(struct trl_ledger *ledger)
{
    pthread_mutex_lock(&ledger->lock);
    const int64_t index = ledger->sums.frames++;
    pthread_mutex_unlock(&ledger->lock);
    return index;
}

/* Takes the object. Lines are short and few: an unbuffered write each keeps the file true. */
static void write_line(struct trl_ledger *ledger, json_t *object)
{
    char *text = object ? json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    json_decref(object);
    const size_t length = text ? strlen(text) : 0;
    if (!text && !ledger->error)
        ledger->error = trl_fail_memory(ledger->log, "a ledger line", 0);
    if (text)
        text[length] = '\n';
    if (!ledger->error)
        ledger->error = trl_part_file_write(&ledger->file, text, length + 1);
    free(text);
}

static json_t *number(float value)
{
    return isfinite(value) ? json_real((double)value) : json_null();
}

void trl_ledger_settle(struct trl_ledger *ledger, int64_t index, enum trl_fate fate,
                       const struct trl_frame_counts *counts)
{
    static const char *const names[] = {"encoded", "dropped", "failed"};
    pthread_mutex_lock(&ledger->lock);
    struct trl_stream_stats *sums = &ledger->sums;
    if (fate == TRL_FATE_ENCODED)
        sums->encoded++;
    else if (fate == TRL_FATE_DROPPED)
        sums->dropped++;
    else
        sums->failed++;
    if (counts) {
        sums->nan_count += counts->nan;
        sums->pos_inf_count += counts->pos_inf;
        sums->neg_inf_count += counts->neg_inf;
        sums->under_count += counts->under;
        sums->over_count += counts->over;
        sums->element_count +=
            (int64_t)counts->finite + counts->nan + counts->pos_inf + counts->neg_inf;
    }
    if (counts) {
        const double low = (double)counts->low, high = (double)counts->high;
        sums->range_lowest = ledger->drawn ? fmin(sums->range_lowest, low) : low;
        sums->range_highest = ledger->drawn ? fmax(sums->range_highest, high) : high;
        ledger->drawn++;
    }
    /* Outputs with threads of their own give frames back in any order. */
    if (counts && index > ledger->range_index) {
        ledger->range_index = index;
        sums->range_low = (double)counts->low;
        sums->range_high = (double)counts->high;
    }
    if (ledger->writing && counts)
        write_line(ledger,
                   json_pack("{sI ss sI sI sI sI sI so so}", "frame", (json_int_t)index, "fate",
                             names[fate], "nan", (json_int_t)counts->nan, "pos_inf",
                             (json_int_t)counts->pos_inf, "neg_inf", (json_int_t)counts->neg_inf,
                             "under", (json_int_t)counts->under, "over", (json_int_t)counts->over,
                             "low", number(counts->low), "high", number(counts->high)));
    else if (ledger->writing)
        write_line(ledger, json_pack("{sI ss}", "frame", (json_int_t)index, "fate", names[fate]));
    pthread_mutex_unlock(&ledger->lock);
}

void trl_ledger_sums(struct trl_ledger *ledger, struct trl_stream_stats *out)
{
    pthread_mutex_lock(&ledger->lock);
    const struct trl_stream_stats *sums = &ledger->sums;
    out->frames = sums->frames;
    out->encoded = sums->encoded;
    out->dropped = sums->dropped;
    out->failed = sums->failed;
    out->nan_count = sums->nan_count;
    out->pos_inf_count = sums->pos_inf_count;
    out->neg_inf_count = sums->neg_inf_count;
    out->under_count = sums->under_count;
    out->over_count = sums->over_count;
    out->range_low = sums->range_low;
    out->range_high = sums->range_high;
    out->range_lowest = sums->range_lowest;
    out->range_highest = sums->range_highest;
    out->element_count = sums->element_count;
    pthread_mutex_unlock(&ledger->lock);
}

int trl_ledger_finish(struct trl_ledger *ledger)
{
    const struct trl_stream_stats *sums = &ledger->sums;
    if (sums->frames != sums->encoded + sums->dropped + sums->failed)
        return trl_fail(ledger->log, TRL_ERROR_INTERNAL,
                        "the ledger does not balance: %lld frames, %lld encoded, %lld dropped, "
                        "%lld failed",
                        (long long)sums->frames, (long long)sums->encoded, (long long)sums->dropped,
                        (long long)sums->failed);
    if (!ledger->writing)
        return 0;
    ledger->writing = false;
    write_line(ledger, json_pack("{sI sI sI sI}", "frames", (json_int_t)sums->frames, "encoded",
                                 (json_int_t)sums->encoded, "dropped", (json_int_t)sums->dropped,
                                 "failed", (json_int_t)sums->failed));
    return ledger->error ? ledger->error : trl_part_file_commit(&ledger->file);
}
