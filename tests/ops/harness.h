/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "../gpu/device.h"
#include "values.h"

/* A tensor in a buffer that host and device both reach. */
struct operand {
    struct trl_gpu_tensor tensor;
    void *data;
};

struct trl_gpu_buffer *operand_buffer(struct test_device *test, uint64_t size);
/* Every byte at random, floats with odd ones; offset 0 of the layout is its lowest element. */
void operand_fill(struct test_device *test, struct operand *operand,
                  const struct trl_layout *layout, uint64_t seed);
void operand_free(struct operand *operand);

/* Submits what was recorded and waits. */
void submit(struct test_device *test, struct trl_gpu_cmd *cmd);
/* Copies size bytes of a buffer to the host. */
void download(struct test_device *test, struct trl_gpu_buffer *buffer, void *out, uint64_t size);

int harness_setup(void **state);
int harness_teardown(void **state);
