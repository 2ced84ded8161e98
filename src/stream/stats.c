/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream/stream.h"

#include "base/clock.h"

/* What holds the film back: the producer if it hardly waited, else the slower of the rest. */
static const char *limit(const struct trl_stream_stats *stats)
{
    const int64_t device_ns = stats->sim_ns + stats->upload_ns + stats->analyse_ns +
                              stats->view_ns + stats->pack_ns + stats->copy_ns;
    if (stats->input_ns > device_ns && stats->input_ns > stats->sink_ns)
        return "input";
    return device_ns > stats->sink_ns ? "device" : "output";
}

void trl_stream_stats(const struct trl_stream *const_stream, struct trl_stream_stats *out)
{
    /* Only the locks inside are written. */
    struct trl_stream *stream = (struct trl_stream *)const_stream;
    *out = (struct trl_stream_stats){0};
    trl_ledger_sums(stream->ledger, out);
    pthread_mutex_lock(&stream->lock);
    const bool begun = stream->begun;
    out->input_ns = stream->input_ns;
    out->wait_ns = stream->wait_ns;
    out->sim_ns = stream->sim_ns;
    out->upload_bytes = stream->upload_bytes;
    out->wall_ns = (stream->end_ns ? stream->end_ns : trl_clock_now_ns()) - stream->start_ns;
    /* Scene and ring stay as long as the lock is held. */
    if (begun) {
        struct trl_ring_times times;
        trl_ring_times(stream->ring, &times);
        for (int n = 0; n < TRL_GPU_STAGE_COUNT; n++)
            times.stage_ns[n] += stream->past.stage_ns[n];
        times.bytes += stream->past.bytes;
        out->sim_ns += times.stage_ns[TRL_GPU_STAGE_SIM];
        out->upload_ns = times.stage_ns[TRL_GPU_STAGE_UPLOAD];
        out->analyse_ns = times.stage_ns[TRL_GPU_STAGE_ANALYSE];
        out->view_ns = times.stage_ns[TRL_GPU_STAGE_VIEW];
        out->pack_ns = times.stage_ns[TRL_GPU_STAGE_PACK];
        out->copy_ns = times.stage_ns[TRL_GPU_STAGE_COPY];
        out->readback_bytes = times.bytes;
        const struct trl_composition *frame = trl_scene_composition(stream->scene);
        out->width = frame->width;
        out->height = frame->height;
    }
    pthread_mutex_unlock(&stream->lock);
    out->sink_ns = trl_outputs_busy_ns(stream->outputs);
    out->device_bytes = trl_gpu_memory_used(stream->device);
    out->limit = limit(out);
}
