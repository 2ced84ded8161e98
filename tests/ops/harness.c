/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

#include "tensor/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct trl_gpu_buffer *operand_buffer(struct test_device *test, uint64_t size)
{
    struct trl_gpu_buffer *buffer = NULL;
    const struct trl_gpu_buffer_params params = {"operand", size, TRL_GPU_MEMORY_UPLOAD};
    assert_int_equal(trl_gpu_buffer_create(&buffer, test->device, &params), 0);
    return buffer;
}

/* Float bits as an element of another float type, so that it, too, has odd values. */
static uint16_t shorten(enum trl_dtype dtype, uint32_t bits)
{
    if (dtype == TRL_DTYPE_BF16)
        return (uint16_t)(bits >> 16);
    return (uint16_t)((bits >> 16 & 0x8000) | (bits >> 13 & 0x7fff));
}

void operand_fill(struct test_device *test, struct operand *operand,
                  const struct trl_layout *layout, uint64_t seed)
{
    int64_t low, high;
    const size_t element = trl_dtype_size(layout->dtype);
    assert_true(trl_layout_bounds(layout, &low, &high));
    operand->tensor.layout = *layout;
    operand->tensor.layout.offset += 3 - low; /* no place that suits vectors */
    const size_t count = (size_t)(high - low) + 4, size = count * element;
    operand->tensor.buffer = operand_buffer(test, size);
    operand->data = trl_gpu_buffer_map(operand->tensor.buffer);
    for (size_t n = 0; n < count; n++) {
        const uint32_t bits = random_value(&seed);
        uint8_t *place = (uint8_t *)operand->data + n * element;
        if (layout->dtype == TRL_DTYPE_F16 || layout->dtype == TRL_DTYPE_BF16)
            memcpy(place, &(uint16_t){shorten(layout->dtype, bits)}, 2);
        else
            memcpy(place, &bits, element);
        if (layout->dtype == TRL_DTYPE_BOOL)
            *place = bits % 3 != 0;
    }
    assert_int_equal(trl_gpu_buffer_flush(operand->tensor.buffer, 0, size), 0);
}

void operand_free(struct operand *operand)
{
    trl_gpu_buffer_destroy(&operand->tensor.buffer);
}

void submit(struct test_device *test, struct trl_gpu_cmd *cmd)
{
    struct trl_gpu_point done;
    assert_int_equal(trl_gpu_submit(cmd, NULL, 0, &done), 0);
    assert_int_equal(trl_gpu_wait(test->device, done, INT64_MAX), 0);
}

void download(struct test_device *test, struct trl_gpu_buffer *buffer, void *out, uint64_t size)
{
    struct trl_gpu_buffer *staging = NULL;
    struct trl_gpu_cmd *cmd = NULL;
    const struct trl_gpu_buffer_params params = {"download", size, TRL_GPU_MEMORY_READBACK};
    const uint64_t whole = (size + 3) / 4 * 4;
    assert_int_equal(trl_gpu_buffer_create(&staging, test->device, &params), 0);
    assert_int_equal(trl_gpu_cmd_create(&cmd, test->device, TRL_GPU_QUEUE_MAIN), 0);
    assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
    trl_gpu_cmd_copy(cmd, staging, 0, buffer, 0, whole);
    trl_gpu_cmd_to_host(cmd, staging);
    submit(test, cmd);
    assert_int_equal(trl_gpu_buffer_invalidate(staging, 0, whole), 0);
    memcpy(out, trl_gpu_buffer_map(staging), size);
    trl_gpu_cmd_destroy(&cmd);
    trl_gpu_buffer_destroy(&staging);
}

int harness_setup(void **state)
{
    struct test_device *test = calloc(1, sizeof(*test));
    *state = test;
    return test ? test_device_open(test) : -1;
}

int harness_teardown(void **state)
{
    struct test_device *test = *state;
    test_device_close(test);
    const int messages = test->messages;
    free(test);
    return messages;
}
