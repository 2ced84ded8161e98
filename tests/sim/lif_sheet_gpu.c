/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"

#include "../gpu/device.h"
#include "sim/sim.h"

static int setup(void **state)
{
    struct test_device *test = calloc(1, sizeof(*test));
    *state = test;
    return test ? test_device_open(test) : -1;
}

/* Every message is a failure: warnings and errors of the library, and those of validation. */
static int teardown(void **state)
{
    struct test_device *test = *state;
    test_device_close(test);
    const int messages = test->messages;
    free(test);
    return messages;
}

static void equals_the_reference(void **state)
{
    struct test_device *test = *state;
    struct reference_params p = reference_defaults(45, 37);
    p.seed = 7;
    assert_true(check_against_reference(&p, test->log, test->device, 10000, 500) > 100000);
}

static void equals_the_reference_on_odd_sheets(void **state)
{
    struct test_device *test = *state;
    check_odd_sheets(test->log, test->device);
}

static void does_not_depend_on_the_split(void **state)
{
    struct test_device *test = *state;
    check_split(test->log, test->device);
}

static void fades_to_zero(void **state)
{
    struct test_device *test = *state;
    check_fading(test->log, test->device);
}

/* The way a film goes: lists of k steps in flight one after the other, the channels recorded
 * between them and copied in the same list. */
static void films_without_waiting(void **state)
{
    struct test_device *test = *state;
    enum { FRAMES = 6, STEPS = 7, WIDTH = 50, HEIGHT = 20, PITCH = 52 };
    struct reference_params p = reference_defaults(WIDTH, HEIGHT);
    struct trl_sim *sim = check_create(&p, test->log, test->device);
    struct reference *reference = reference_create(&p);
    struct trl_gpu_buffer *frames = NULL;
    const uint64_t size = PITCH * HEIGHT * sizeof(float);
    assert_int_equal(
        trl_gpu_buffer_create(&frames, test->device,
                              &(struct trl_gpu_buffer_params){.name = "frames",
                                                              .size_bytes = size * FRAMES * 3,
                                                              .memory = TRL_GPU_MEMORY_READBACK}),
        0);
    struct trl_gpu_cmd *cmds[FRAMES] = {NULL};
    struct trl_gpu_point done = {0};
    for (int f = 0; f < FRAMES; f++) {
        assert_int_equal(trl_gpu_cmd_create(&cmds[f], test->device, TRL_GPU_QUEUE_COMPUTE), 0);
        assert_int_equal(trl_gpu_cmd_begin(cmds[f]), 0);
        assert_int_equal(trl_sim_record(sim, cmds[f], STEPS), 0);
        assert_int_equal(trl_sim_time(sim), (f + 1) * STEPS);
        for (int i = 0; i < CHECK_CHANNELS; i++) {
            struct trl_gpu_tensor tensor;
            int channel = trl_sim_channel_find(sim, check_channels[i]);
            assert_int_equal(trl_sim_device_channel(sim, cmds[f], channel, &tensor), 0);
            assert_int_equal(tensor.layout.stride[0], PITCH);
            trl_gpu_cmd_copy(cmds[f], frames, size * (uint64_t)(f * CHECK_CHANNELS + i),
                             tensor.buffer, 0, size);
        }
        trl_gpu_cmd_to_host(cmds[f], frames);
        assert_int_equal(trl_gpu_submit(cmds[f], NULL, 0, &done), 0);
    }
    assert_int_equal(trl_gpu_wait(test->device, done, INT64_MAX), 0);
    assert_int_equal(trl_gpu_buffer_invalidate(frames, 0, size * FRAMES * 3), 0);
    const float *now = trl_gpu_buffer_map(frames);
    for (int f = 0; f < FRAMES; f++) {
        for (int i = 0; i < STEPS; i++)
            reference_step(reference);
        for (int i = 0; i < CHECK_CHANNELS; i++)
            for (int y = 0; y < HEIGHT; y++)
                check_floats(now + ((f * CHECK_CHANNELS + i) * HEIGHT + y) * PITCH,
                             reference_channel(reference, check_channels[i]) + y * WIDTH, WIDTH,
                             check_channels[i], (f + 1) * STEPS);
        trl_gpu_cmd_destroy(&cmds[f]);
    }
    trl_gpu_buffer_destroy(&frames);
    trl_sim_destroy(&sim);
    reference_destroy(reference);
}

/* A named backend is that one; AUTO is the device where there is one. */
static void takes_the_backend_that_was_named(void **state)
{
    struct test_device *test = *state;
    static const enum trl_backend asked[] = {TRL_BACKEND_AUTO, TRL_BACKEND_CPU, TRL_BACKEND_GPU};
    static const enum trl_backend got[] = {TRL_BACKEND_GPU, TRL_BACKEND_CPU, TRL_BACKEND_GPU};
    for (int i = 0; i < 3; i++) {
        struct trl_sim *sim = NULL;
        const struct trl_sim_params params = {.log = test->log,
                                              .model = "lif-sheet",
                                              .device = test->device,
                                              .backend = asked[i],
                                              .width = 8,
                                              .height = 8};
        assert_int_equal(trl_sim_create(&sim, &params), 0);
        assert_int_equal(sim->impl->backend, got[i]);
        trl_sim_destroy(&sim);
    }
}

/* A device without room for the sheet says so, and nothing of it stays there. */
static void gives_back_what_did_not_fit(void **state)
{
    struct test_device *test = *state;
    const uint64_t before = trl_gpu_memory_used(test->device);
    struct trl_device *small = NULL;
    const char *name = getenv("TENSORREEL_TEST_DEVICE");
    const struct trl_device_params device_params = {
        .log = test->log, .name = name ? name : "cpu", .memory_budget_bytes = 20 << 20};
    assert_int_equal(trl_device_create(&small, &device_params), 0);
    struct trl_sim *sim = NULL;
    const struct trl_sim_params params = {
        .log = test->log, .model = "lif-sheet", .device = small, .width = 1024, .height = 1024};
    test->quiet = true;
    assert_int_equal(trl_sim_create(&sim, &params), TRL_ERROR_DEVICE_MEMORY);
    test->quiet = false;
    assert_null(sim);
    assert_int_equal(test->messages, 1);
    test->messages = 0;
    assert_int_equal(trl_gpu_memory_used(small), 0);
    trl_device_destroy(&small);
    assert_int_equal(trl_gpu_memory_used(test->device), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_reference),
        cmocka_unit_test(equals_the_reference_on_odd_sheets),
        cmocka_unit_test(does_not_depend_on_the_split),
        cmocka_unit_test(fades_to_zero),
        cmocka_unit_test(films_without_waiting),
        cmocka_unit_test(takes_the_backend_that_was_named),
        cmocka_unit_test(gives_back_what_did_not_fit),
    };
    return cmocka_run_group_tests_name("lif-sheet-gpu", tests, setup, teardown);
}
