/* SPDX-License-Identifier: BSD-2-Clause */
#include "device.h"

#include "shared/axis.h"
#include "shared/chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
    struct test_device *test = calloc(1, sizeof(*test));
    *state = test;
    return test ? test_device_open(test) : -1;
}

static int teardown(void **state)
{
    struct test_device *test = *state;
    test_device_close(test);
    const int messages = test->messages;
    free(test);
    return messages;
}

static struct trl_gpu_buffer *buffer(struct test_device *test, uint64_t size,
                                     enum trl_gpu_memory memory)
{
    struct trl_gpu_buffer *out = NULL;
    const struct trl_gpu_buffer_params params = {
        .name = "test", .size_bytes = size, .memory = memory};
    assert_int_equal(trl_gpu_buffer_create(&out, test->device, &params), 0);
    return out;
}

static void copies_reach_the_host(void **state)
{
    struct test_device *test = *state;
    enum { WORDS = 1000 };
    struct trl_gpu_buffer *up = buffer(test, WORDS * 4, TRL_GPU_MEMORY_UPLOAD);
    struct trl_gpu_buffer *mid = buffer(test, WORDS * 4, TRL_GPU_MEMORY_DEVICE);
    struct trl_gpu_buffer *down = buffer(test, WORDS * 4, TRL_GPU_MEMORY_READBACK);
    uint32_t *words = trl_gpu_buffer_map(up);
    for (uint32_t n = 0; n < WORDS; n++)
        words[n] = n * 2654435761u;
    assert_int_equal(trl_gpu_buffer_flush(up, 0, WORDS * 4), 0);
    struct trl_gpu_cmd *cmd = NULL;
    struct trl_gpu_point done;
    assert_int_equal(trl_gpu_cmd_create(&cmd, test->device, TRL_GPU_QUEUE_MAIN), 0);
    for (int round = 0; round < 3; round++) {
        assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
        trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_UPLOAD);
        trl_gpu_cmd_copy(cmd, mid, 0, up, 0, WORDS * 4);
        trl_gpu_cmd_fill(cmd, mid, 400, 8, 0xabad1deau + (uint32_t)round);
        trl_gpu_cmd_stage(cmd, TRL_GPU_STAGE_COPY);
        trl_gpu_cmd_copy(cmd, down, 0, mid, 0, WORDS * 4);
        trl_gpu_cmd_to_host(cmd, down);
        assert_int_equal(trl_gpu_submit(cmd, NULL, 0, &done), 0);
        assert_int_equal(trl_gpu_wait(test->device, done, INT64_MAX), 0);
        assert_true(trl_gpu_reached(test->device, done));
        assert_int_equal(trl_gpu_buffer_invalidate(down, 0, WORDS * 4), 0);
        const uint32_t *got = trl_gpu_buffer_map(down);
        for (uint32_t n = 0; n < WORDS; n++)
            assert_int_equal(got[n],
                             n == 100 || n == 101 ? 0xabad1deau + (uint32_t)round : words[n]);
    }
    trl_gpu_cmd_destroy(&cmd);
    trl_gpu_buffer_destroy(&up);
    trl_gpu_buffer_destroy(&mid);
    trl_gpu_buffer_destroy(&down);
}

static void memory_is_counted_and_given_back(void **state)
{
    struct test_device *test = *state;
    const uint64_t before = trl_gpu_memory_used(test->device);
    struct trl_gpu_buffer *buffers[64];
    for (int n = 0; n < 64; n++)
        buffers[n] = buffer(test, (uint64_t)(n + 1) * 30000, TRL_GPU_MEMORY_DEVICE);
    assert_true(trl_gpu_memory_used(test->device) >= before + 64ull * 65 / 2 * 30000);
    for (int n = 0; n < 64; n += 2)
        trl_gpu_buffer_destroy(&buffers[n]);
    for (int n = 1; n < 64; n += 2)
        trl_gpu_buffer_destroy(&buffers[n]);
    assert_int_equal(trl_gpu_memory_used(test->device), before);
}

static void budget_is_kept(void **state)
{
    struct test_device *test = *state;
    struct trl_device *device = NULL;
    assert_int_equal(
        trl_device_create(&device,
                          &(struct trl_device_params){.log = test->log,
                                                      .name = trl_device_info(test->device)->uuid,
                                                      .memory_budget_bytes = 32 << 20}),
        0);
    struct trl_gpu_buffer *big = NULL;
    test->quiet = true;
    assert_int_equal(trl_gpu_buffer_create(&big, device,
                                           &(struct trl_gpu_buffer_params){.name = "the big one",
                                                                           .size_bytes = 33 << 20}),
                     TRL_ERROR_DEVICE_MEMORY);
    assert_int_equal(trl_gpu_memory_left(device), 32 << 20);
    assert_null(big);
    assert_non_null(strstr(test->last, "34603008 bytes for the big one"));
    test->quiet = false;
    test->messages = 0;
    assert_int_equal(trl_gpu_buffer_create(&big, device,
                                           &(struct trl_gpu_buffer_params){.size_bytes = 31 << 20}),
                     0);
    assert_int_equal(trl_gpu_memory_left(device), 1 << 20);
    trl_gpu_buffer_destroy(&big);
    trl_device_destroy(&device);
}

/* Points of the chart's shaders, on a 16 x 8 picture of the unit square. */
enum { WIDTH = 16, HEIGHT = 8, BYTES = WIDTH * HEIGHT * 2 };

static struct trl_gpu_buffer *unit_axis(struct test_device *test, uint32_t pixels)
{
    struct trl_gpu_buffer *out = buffer(test, TRL_AXIS_WORDS * 4, TRL_GPU_MEMORY_UPLOAD);
    const trl_axis_scale axis = trl_axis_make(TRL_NORM_IS_LINEAR, (trl_symlog){0}, 0, 0x3f800000,
                                              pixels * TRL_SUBPIXELS, 0);
    const uint32_t words[TRL_AXIS_WORDS] = {axis.low.negative,    (uint32_t)axis.low.exponent,
                                            axis.low.mantissa,    (uint32_t)axis.factor.exponent,
                                            axis.factor.mantissa, (uint32_t)axis.offset};
    memcpy(trl_gpu_buffer_map(out), words, sizeof(words));
    assert_int_equal(trl_gpu_buffer_flush(out, 0, sizeof(words)), 0);
    return out;
}

static void points_are_drawn_over_what_is_kept(void **state)
{
    struct test_device *test = *state;
    struct trl_gpu_buffer *tensor = buffer(test, 64, TRL_GPU_MEMORY_UPLOAD);
    struct trl_gpu_buffer *x = unit_axis(test, WIDTH), *y = unit_axis(test, HEIGHT);
    struct trl_gpu_buffer *down = buffer(test, BYTES, TRL_GPU_MEMORY_READBACK);
    const float places[4] = {2.5f / WIDTH, 0.5f / HEIGHT, 9.5f / WIDTH, 7.5f / HEIGHT};
    memcpy(trl_gpu_buffer_map(tensor), places, sizeof(places));
    assert_int_equal(trl_gpu_buffer_flush(tensor, 0, sizeof(places)), 0);
    struct trl_gpu_image *target = NULL;
    struct trl_gpu_kernel *kernel = NULL;
    const struct trl_gpu_image_params image = {"points", TRL_GPU_FORMAT_R16_UINT, WIDTH, HEIGHT};
    const struct trl_gpu_kernel_params params = {.shader = TRL_SHADER_VIEW_POINTS_FRAG,
                                                 .vertex = TRL_SHADER_VIEW_POINTS_VERT,
                                                 .target = TRL_GPU_FORMAT_R16_UINT,
                                                 .spec = {TRL_DTYPE_F32, 0, 0, 0, 0, 1},
                                                 .spec_count = 6};
    assert_true(trl_gpu_point_size_max(test->device) >= 5);
    assert_int_equal(trl_gpu_image_create(&target, test->device, &image), 0);
    assert_int_equal(trl_gpu_kernel_create(&kernel, test->device, &params), 0);
    struct trl_points_push push = {
        .stride = 2, .y_offset = 1, .width = WIDTH, .height = HEIGHT, .size = 5, .radius = 32};
    const struct trl_gpu_call call = {
        .kernel = kernel,
        .bindings = {{.buffer = tensor}, {.buffer = x}, {.buffer = y}, {.buffer = tensor}},
        .binding_count = 4,
        .push = &push,
        .push_size = sizeof(push),
    };
    struct trl_gpu_cmd *cmd = NULL;
    struct trl_gpu_point done;
    assert_int_equal(trl_gpu_cmd_create(&cmd, test->device, TRL_GPU_QUEUE_MAIN), 0);
    /* Both at once; one and then the other over it; the second alone after a clear; none. */
    for (int round = 0; round < 4; round++) {
        assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
        push.base = 0;
        trl_gpu_cmd_draw_points(cmd, &call, target, round == 0 ? 2 : round == 3 ? 0 : 1, true);
        push.base = 2;
        if (round == 1 || round == 2)
            trl_gpu_cmd_draw_points(cmd, &call, target, 1, round == 2);
        trl_gpu_cmd_copy_image(cmd, down, 0, 0, target);
        trl_gpu_cmd_to_host(cmd, down);
        assert_int_equal(trl_gpu_submit(cmd, NULL, 0, &done), 0);
        assert_int_equal(trl_gpu_wait(test->device, done, INT64_MAX), 0);
        assert_int_equal(trl_gpu_buffer_invalidate(down, 0, BYTES), 0);
        const uint16_t *got = trl_gpu_buffer_map(down);
        for (int n = 0; n < WIDTH * HEIGHT; n++) {
            const bool lit = (n == 7 * WIDTH + 2 && round < 2) || (n == 9 && round < 3);
            assert_int_equal(got[n], lit ? 255 : 0);
        }
    }
    trl_gpu_cmd_destroy(&cmd);
    trl_gpu_kernel_destroy(&kernel);
    trl_gpu_image_destroy(&target);
    struct trl_gpu_buffer *buffers[] = {tensor, x, y, down};
    for (int n = 0; n < 4; n++)
        trl_gpu_buffer_destroy(&buffers[n]);
}

static void unknown_device_is_an_error(void **state)
{
    struct test_device *test = *state;
    struct trl_device *device = NULL;
    test->quiet = true;
    assert_int_equal(
        trl_device_create(&device,
                          &(struct trl_device_params){.log = test->log, .name = "no such thing"}),
        TRL_ERROR_DEVICE);
    assert_null(device);
    assert_non_null(strstr(test->last, "no such thing"));
    test->quiet = false;
    test->messages = 0;
}

static void list_describes_the_device_in_use(void **state)
{
    struct test_device *test = *state;
    struct trl_device_info infos[16];
    const int count = trl_device_list(test->log, infos, 16);
    assert_true(count >= 1);
    const struct trl_device_info *info = trl_device_info(test->device);
    assert_string_equal(infos[info->index].name, info->name);
    assert_string_equal(infos[info->index].uuid, info->uuid);
    assert_int_equal(strlen(info->uuid), 36);
    assert_true(info->storage_buffer_bytes_max >= 1 << 27);
    const uint64_t left = trl_gpu_memory_left(test->device);
    assert_true(left > 0 && left + trl_gpu_memory_used(test->device) == info->memory_bytes);
    /* What the software driver is known to have. */
    if (info->type == TRL_DEVICE_SOFTWARE)
        assert_true(trl_gpu_atomics_64(test->device) && trl_gpu_subgroups(test->device));
    assert_string_equal(info->reason, "");
}

/* A table larger than one command takes; what the host does with it afterwards does not matter. */
static void updates_carry_their_data(void **state)
{
    struct test_device *test = *state;
    enum { WORDS = 40000 };
    struct trl_gpu_buffer *mid = buffer(test, WORDS * 4, TRL_GPU_MEMORY_DEVICE);
    struct trl_gpu_buffer *down = buffer(test, WORDS * 4, TRL_GPU_MEMORY_READBACK);
    uint32_t *table = malloc(WORDS * 4);
    for (uint32_t n = 0; n < WORDS; n++)
        table[n] = n * 2654435761u;
    struct trl_gpu_cmd *cmd = NULL;
    struct trl_gpu_point done;
    assert_int_equal(trl_gpu_cmd_create(&cmd, test->device, TRL_GPU_QUEUE_MAIN), 0);
    assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
    trl_gpu_cmd_fill(cmd, mid, 0, WORDS * 4, 7);
    trl_gpu_cmd_update(cmd, mid, 8, table, (WORDS - 4) * 4);
    free(table);
    trl_gpu_cmd_copy(cmd, down, 0, mid, 0, WORDS * 4);
    trl_gpu_cmd_to_host(cmd, down);
    assert_int_equal(trl_gpu_submit(cmd, NULL, 0, &done), 0);
    assert_int_equal(trl_gpu_wait(test->device, done, INT64_MAX), 0);
    assert_int_equal(trl_gpu_buffer_invalidate(down, 0, WORDS * 4), 0);
    const uint32_t *words = trl_gpu_buffer_map(down);
    for (uint32_t n = 0; n < WORDS; n++)
        assert_int_equal(words[n], n < 2 || n >= WORDS - 2 ? 7 : (n - 2) * 2654435761u);
    trl_gpu_cmd_destroy(&cmd);
    trl_gpu_buffer_destroy(&down);
    trl_gpu_buffer_destroy(&mid);
}

/* Everything but the driver's part of making a kernel from words. */
static void what_is_no_module_is_refused(void **state)
{
    struct test_device *test = *state;
    const struct trl_shader_code *fragment = &trl_shader_codes[TRL_SHADER_VIEW_CLASSIFY_FRAG];
    const uint32_t header[] = {0x07230203, 0x10600, 0, 1, 0};
    const uint32_t beyond[] = {0x07230203, 0x10600, 0, 1, 0, 0x00040011};
    const uint32_t endless[] = {0x07230203, 0x10600, 0, 1, 0, 0x00000011};
    const struct {
        const uint32_t *words;
        size_t count;
        const char *why;
    } cases[] = {
        {header, 0, "no SPIR-V"},
        {header + 1, 4, "no SPIR-V"},
        {header, 5, "not one entry point"},
        {beyond, 6, "beyond the end"},
        {endless, 6, "beyond the end"},
        {fragment->words, fragment->size_bytes / 4, "no compute shader"},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct trl_gpu_kernel *made = NULL;
        test->quiet = true;
        test->messages = 0;
        assert_int_equal(
            trl_gpu_kernel_create_module(&made, test->device,
                                         &(struct trl_gpu_module){.name = "the module",
                                                                  .words = cases[n].words,
                                                                  .count = cases[n].count}),
            TRL_ERROR_INPUT);
        assert_null(made);
        assert_int_equal(test->messages, 1);
        assert_non_null(strstr(test->last, cases[n].why));
    }
    test->quiet = false;
    test->messages = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(copies_reach_the_host, setup, teardown),
        cmocka_unit_test_setup_teardown(updates_carry_their_data, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_is_counted_and_given_back, setup, teardown),
        cmocka_unit_test_setup_teardown(budget_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(points_are_drawn_over_what_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(unknown_device_is_an_error, setup, teardown),
        cmocka_unit_test_setup_teardown(list_describes_the_device_in_use, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_module_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests_name("gpu", tests, NULL, NULL);
}
