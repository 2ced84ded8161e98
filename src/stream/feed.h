/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "stream/upload.h"

#include <tensorreel/tensor.h>

/*
 * An input of a film on its way to the device: the tensor that the next frame shows. It stays until
 * another comes.
 */
struct trl_feed {
    char *name;                   /* owned; NULL: none */
    struct trl_layout layout;     /* of every frame: rank 3; its strides are the first's */
    struct trl_uploads *uploads;  /* NULL: the tensor is the device's own */
    struct trl_gpu_tensor tensor; /* buffer NULL: nothing has come yet */
    bool ended;                   /* the tensor was shown before, and no other will come */
    uint64_t waiting_bytes;       /* written by the host, and not yet on their way */
};

int trl_feed_init(struct trl_feed *feed, struct trl_device *device, const char *name);
void trl_feed_destroy(struct trl_feed *feed);

/* The layout of a caller's frame as (tiles, rows, columns); out may be in. TRL_ERROR_USAGE for more
 * axes. */
int trl_feed_layout(struct trl_log *log, const struct trl_layout *in, struct trl_layout *out);

/* TRL_ERROR_USAGE if the layout, of rank 3, has no elements or reaches beyond so many bytes. */
int trl_feed_check(struct trl_log *log, const struct trl_layout *layout, uint64_t size_bytes);

/* Copies what the layout, of rank 3, reaches of the caller's memory, narrowing 64-bit elements.
 * Waits for the device to have read what lay there. TRL_ERROR_USAGE if it reaches too far. */
int trl_feed_copy(struct trl_feed *feed, struct trl_log *log, const struct trl_layout *layout,
                  const void *data, uint64_t size_bytes);

/* Records the way to the device of what waits. */
int trl_feed_record(struct trl_feed *feed, struct trl_gpu_cmd *cmd);
/* The device reads the tensor until this point. */
void trl_feed_used(struct trl_feed *feed, struct trl_gpu_point point);
