/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_STREAM_H
#define TENSORREEL_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/scene.h>
#include <tensorreel/tensor.h>
#include <tensorreel/view.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trl_log;
struct trl_device;
struct trl_source;
struct trl_sim;
struct trl_stream;

/* What happens to a frame when all slots of the readback ring are taken. */
enum trl_on_full {
    TRL_ON_FULL_BLOCK = 0,   /* wait: nothing is lost, the producer is held back */
    TRL_ON_FULL_DROP_NEWEST, /* the new frame is not rendered */
    TRL_ON_FULL_DROP_OLDEST, /* the oldest frame that no output has begun gives its slot */
    TRL_ON_FULL_FAIL,        /* TRL_ERROR_DROPPED */
};

enum trl_chroma { TRL_CHROMA_420 = 0, TRL_CHROMA_444 };

/* One output. Its kind follows from the name: .mp4 .mov .mkv .webm, a name with %d or #### and
 * .png, .y4m, .framehash, "-" (Y4M on standard output), "null:". */
struct trl_output_params {
    const char *path;
    const char *codec;  /* NULL: by container (h264; mkv with lossless: ffv1). FFmpeg's names */
    const char *preset; /* NULL: veryfast */
    int crf;            /* 0: 18. For crf 0 set lossless */
    bool lossless;
    enum trl_chroma chroma;
    int threads;       /* encoder or PNG writer threads; 0: by cores */
    const char *title; /* metadata; NULL: none */
    const char *comment;
    bool overwrite; /* false: an existing file is TRL_ERROR_OUTPUT */
    bool still;     /* a PNG file without a number holds the film's last frame; else it refuses a
                       second one */
};

/* Refuses what can be refused before there is a device: a name that says nothing, a file that
 * exists, a folder that cannot be written, a PNG name without a number for a film of several frames
 * (frame_count -1: not known). Leaves nothing behind. Errors: TRL_ERROR_USAGE, TRL_ERROR_OUTPUT,
 * TRL_ERROR_UNSUPPORTED. Thread-safety: safe. */
TRL_API int trl_output_check(struct trl_log *log, const struct trl_output_params *params,
                             int64_t frame_count);

enum trl_canvas {
    TRL_CANVAS_AUTO = 0,
    TRL_CANVAS_INDEXED, /* palette indices to the end: fewest bytes */
    TRL_CANVAS_RGBA,    /* a full-colour canvas, then converted */
};

struct trl_stream_params {
    struct trl_log *log;
    struct trl_view_params view;          /* of a film of one panel, and of captures without one */
    const struct trl_scene_params *scene; /* panels, and what stands around them; borrowed for the
                                             call. NULL, or without panels: one panel of view */
    const struct trl_output_params *outputs; /* borrowed for the call */
    int output_count;
    int fps_num, fps_den; /* 0: 30/1 */
    /* Frames that a film of sources has at least: inputs that end before keep their last. 0: as
     * many as the longest has or, where all have but one, as cameras, orbits and slices move. */
    int64_t length;
    enum trl_on_full on_full;
    enum trl_canvas canvas;
    const char *ledger_path; /* JSON lines, one a frame; NULL: none */
};

/* A frame's fate. */
enum trl_fate { TRL_FATE_ENCODED = 0, TRL_FATE_DROPPED, TRL_FATE_FAILED };

/* The ledger's sums: frames == encoded + dropped + failed once the stream is finished. */
struct trl_stream_stats {
    int64_t frames;  /* offered */
    int64_t encoded; /* taken by every output */
    int64_t dropped; /* by policy, never rendered or given up for a newer one */
    int64_t failed;
    int64_t nan_count, pos_inf_count, neg_inf_count, under_count, over_count; /* elements */
    int64_t element_count;        /* of all drawn frames together: what those counts are parts of */
    uint64_t upload_bytes;        /* host to device */
    uint64_t readback_bytes;      /* device to host: finished pictures and their counts */
    uint64_t device_bytes;        /* device memory in use */
    int width, height;            /* of the picture */
    double range_low, range_high; /* of the last frame */
    double range_lowest, range_highest; /* of all frames */
    int64_t wall_ns;
    /* Time spent in each stage, all frames together. GPU stages from timestamps. */
    int64_t input_ns, wait_ns, sim_ns, upload_ns, analyse_ns, view_ns, pack_ns, copy_ns, sink_ns;
    const char *limit; /* the stage that took most of the time: "input", "device", "output" */
};

/*
 * Sets what goes together:
 *
 *     training   colour bar and stamp; a running range by percentiles, symmetric about 0, with
 *                coolwarm; frames are dropped rather than that the training waits
 *     debug      axes, colour bar and stamp; each frame's own range, NaN magenta, below the range
 *                blue, above it red; no frame is dropped
 *
 * and leaves the rest. TRL_ERROR_USAGE for another name, not logged. Any thread.
 */
TRL_API int trl_preset_apply(const char *name, struct trl_scene_params *scene,
                             struct trl_stream_params *stream);

/*
 * A stream takes tensors, draws each as a frame on the device and hands the frames to its outputs,
 * which write on threads of their own. All frames have one layout, fixed by the first.
 * Thread-safety: one thread at a time, but trl_stream_cancel and trl_stream_stats from any.
 */
TRL_API int trl_stream_create(struct trl_stream **out, struct trl_device *device,
                              const struct trl_stream_params *params);

/*
 * Takes the tensor that the panels of this name show from the next frame on: rank 1 to 3, any dtype
 * and strides. A name that no panel has gets a heat map of its own; when that happens during the
 * film, it takes a cell of the grid that was left free (scene->grid_rows, grid_columns), and the
 * other panels stay where they are. data may be reused on return. Errors: TRL_ERROR_USAGE (another
 * shape than before, no free cell).
 */
TRL_API int trl_stream_capture(struct trl_stream *stream, const char *name,
                               const struct trl_layout *layout, const void *data,
                               uint64_t size_bytes);
/* Draws one frame of all that was captured; who was not captured anew is shown again. Blocks only
 * as on_full says. */
TRL_API int trl_stream_frame(struct trl_stream *stream);

/* Draws one frame from memory: rank 1 (a row, or a column of a scrolling picture), 2 (rows,
 * columns) or 3 (tiles, rows, columns), any dtype and strides. data may be reused on return.
 * Blocks only as on_full says. */
TRL_API int trl_stream_push(struct trl_stream *stream, const struct trl_layout *layout,
                            const void *data, uint64_t size_bytes);

/* Draws every frame of a source. Reading, uploading and drawing overlap. For a range of the whole
 * movie the source is read twice. Returns at the source's end, or TRL_ERROR_CANCELLED. */
TRL_API int trl_stream_film_source(struct trl_stream *stream, struct trl_source *source);

/* A source that panels and expressions know by name. */
struct trl_stream_input {
    const char *name; /* NULL: none */
    struct trl_source *source;
    double frame_time; /* of one of its frames, in whatever unit the others have, too; 0: 1 */
};

/* The same of several sources at once. The film goes on by the shortest frame time; each input
 * shows its frame of that time, and the last one where it ends before the others. */
TRL_API int trl_stream_film_sources(struct trl_stream *stream,
                                    const struct trl_stream_input *inputs, int count);

/* Films a simulation: frame_count times steps_per_frame steps, then one frame of the channel. The
 * steps and the picture of one frame go to the device together, and nothing waits in between.
 * Panels and expressions know all channels by name; channel is what a panel without an input shows,
 * NULL: the model's first. */
TRL_API int trl_stream_film_sim(struct trl_stream *stream, struct trl_sim *sim, const char *channel,
                                int64_t frame_count, int64_t steps_per_frame);

/* Waits for all frames, closes every output and gives the files their final names. The stream can
 * only be destroyed afterwards. After an input that broke off (TRL_ERROR_INPUT), under
 * TRL_ON_FULL_FAIL, and when an output failed (TRL_ERROR_OUTPUT), the outputs that are well are
 * kept with the frames up to there; after any other failure none gets its final name. Returns the
 * first failure. */
TRL_API int trl_stream_finish(struct trl_stream *stream);

/* Makes a running film call stop after the frame in hand; trl_stream_finish still finishes the
 * files. Async-signal-safe. */
TRL_API void trl_stream_cancel(struct trl_stream *stream);

TRL_API void trl_stream_stats(const struct trl_stream *stream, struct trl_stream_stats *out);

/* Destroying an unfinished stream abandons its outputs: no file gets its final name. */
TRL_API void trl_stream_destroy(struct trl_stream **stream);

#ifdef __cplusplus
}
#endif

#endif
