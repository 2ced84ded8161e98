/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "../gpu/device.h"
#include "gpu/picture.h"

/* Runs on the device what a test records. All of these fail the test where anything goes wrong. */

/* A tensor whose bytes are copied to a buffer of its own. */
struct trl_gpu_tensor run_tensor(struct test_device *test, const struct trl_layout *layout,
                                 const void *data, size_t size);
/* Records by the function, submits and waits. */
void run_record(struct test_device *test, int (*record)(void *user, struct trl_gpu_cmd *cmd),
                void *user);
/* A copy of a buffer's bytes on the host, to be freed. */
void *run_read(struct test_device *test, struct trl_gpu_buffer *buffer, size_t size);
/* The picture's pixels, 0x00BBGGRR each, width * height of them, to be freed; whether it is indexed
 * or in full colour. */
uint32_t *run_pixels(struct test_device *test, const struct trl_picture *picture);
/* Writes pixels as a PPM file into the folder that TENSORREEL_TEST_PICTURES names, if it does. */
void run_keep(const char *name, const uint32_t *pixels, int width, int height);
/* FNV-1a of 32-bit words, low byte first. */
uint64_t run_hash(const uint32_t *words, size_t count);
/* A scan of a head, 33 x 41 x 25 >i2 in Fortran order, from the folder that TRL_TEST_DATA names;
 * false without it. data is to be freed. */
bool run_scan(struct trl_layout *layout, void **data, size_t *size);
