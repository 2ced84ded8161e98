/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What a stream does with frames that its outputs cannot take in time. */

static void check_sums(const struct trl_stream *stream, int64_t frames, int64_t encoded,
                       int64_t dropped, int64_t failed)
{
    const struct trl_stream_stats stats = stats_of(stream);
    assert_int_equal(stats.frames, frames);
    assert_int_equal(stats.encoded, encoded);
    assert_int_equal(stats.dropped, dropped);
    assert_int_equal(stats.failed, failed);
}

static void check_indices(int number, const int64_t *expected, int64_t count)
{
    const struct probe *probe = &probes.probe[number];
    assert_int_equal(probe->begun, count);
    for (int64_t n = 0; n < count; n++)
        assert_int_equal(probe->index[n], expected[n]);
}

struct producer {
    struct trl_stream *stream;
    int64_t frames;
    int result;
};

static void *produce(void *user)
{
    struct producer *producer = user;
    for (int64_t n = 0; n < producer->frames && !producer->result; n++)
        producer->result = push_plain(producer->stream, n);
    return NULL;
}

static void block_holds_the_producer_back(void **state)
{
    (void)state;
    const struct trl_stream_params params = probe_params(1);
    struct trl_stream *stream = stream_open(&params, true);
    struct producer producer = {.stream = stream, .frames = 12};
    probe_allow(0, 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, produce, &producer), 0);
    probe_wait_begun(0, 1);
    /* The frame that the sink holds and two more fill the ring: the fourth waits. */
    while (stats_of(stream).frames < TRL_RING_SLOTS + 1)
        sched_yield();
    for (int64_t n = 1; n < producer.frames; n++) {
        probe_allow(0, n);
        probe_wait_begun(0, n + 1);
        assert_true(stats_of(stream).frames <= n + TRL_RING_SLOTS + 1);
        assert_int_equal(stats_of(stream).encoded, n);
    }
    probe_allow(0, INT64_MAX);
    pthread_join(thread, NULL);
    assert_int_equal(producer.result, 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    check_sums(stream, 12, 12, 0, 0);
    check_indices(0, (int64_t[]){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 12);
    assert_true(probes.probe[0].finished);
    trl_stream_destroy(&stream);
    assert_true(probes.probe[0].destroyed);
}

static void drop_newest_draws_no_frame_that_finds_no_slot(void **state)
{
    (void)state;
    struct trl_stream_params params = probe_params(1);
    params.on_full = TRL_ON_FULL_DROP_NEWEST;
    struct trl_stream *stream = stream_open(&params, true);
    probe_allow(0, 0);
    for (int64_t n = 0; n < 10; n++)
        assert_int_equal(push_plain(stream, n), 0);
    check_sums(stream, 10, 0, 7, 0);
    /* Once the second write has begun the first frame's slot is free, and only that one. */
    probe_allow(0, 1);
    probe_wait_begun(0, 2);
    assert_int_equal(push_plain(stream, 10), 0);
    assert_int_equal(push_plain(stream, 11), 0);
    check_sums(stream, 12, 1, 8, 0);
    probe_allow(0, INT64_MAX);
    assert_int_equal(trl_stream_finish(stream), 0);
    check_sums(stream, 12, 4, 8, 0);
    check_indices(0, (int64_t[]){0, 1, 2, 10}, 4);
    trl_stream_destroy(&stream);
}

static void drop_oldest_keeps_the_newest(void **state)
{
    (void)state;
    struct trl_stream_params params = probe_params(1);
    params.on_full = TRL_ON_FULL_DROP_OLDEST;
    struct trl_stream *stream = stream_open(&params, true);
    probe_allow(0, 0);
    assert_int_equal(push_plain(stream, 0), 0);
    probe_wait_begun(0, 1);
    assert_int_equal(push_plain(stream, 1), 0);
    assert_int_equal(push_plain(stream, 2), 0);
    while (trl_outputs_queued(stream->outputs) < 2)
        sched_yield();
    for (int64_t n = 3; n < 10; n++) {
        assert_int_equal(push_plain(stream, n), 0);
        while (trl_outputs_queued(stream->outputs) < 2)
            sched_yield();
    }
    check_sums(stream, 10, 0, 7, 0);
    probe_allow(0, INT64_MAX);
    assert_int_equal(trl_stream_finish(stream), 0);
    check_sums(stream, 10, 3, 7, 0);
    check_indices(0, (int64_t[]){0, 8, 9}, 3);
    trl_stream_destroy(&stream);
}

static void drop_oldest_spares_what_another_output_has_begun(void **state)
{
    (void)state;
    struct trl_stream_params params = probe_params(2);
    params.on_full = TRL_ON_FULL_DROP_OLDEST;
    struct trl_stream *stream = stream_open(&params, true);
    probe_allow(0, 0);
    for (int64_t n = 0; n < 3; n++)
        assert_int_equal(push_plain(stream, n), 0);
    /* The fast output has begun all three: none can go, so the new one does. */
    probe_wait_begun(1, 3);
    assert_int_equal(push_plain(stream, 3), 0);
    check_sums(stream, 4, 0, 1, 0);
    probe_allow(0, INT64_MAX);
    assert_int_equal(trl_stream_finish(stream), 0);
    check_sums(stream, 4, 3, 1, 0);
    check_indices(0, (int64_t[]){0, 1, 2}, 3);
    check_indices(1, (int64_t[]){0, 1, 2}, 3);
    trl_stream_destroy(&stream);
}

static void fail_ends_the_film_at_the_first_frame_too_many(void **state)
{
    (void)state;
    struct trl_stream_params params = probe_params(1);
    params.on_full = TRL_ON_FULL_FAIL;
    struct trl_stream *stream = stream_open(&params, true);
    probe_allow(0, 0);
    for (int64_t n = 0; n < 3; n++)
        assert_int_equal(push_plain(stream, n), 0);
    gpu.quiet = true;
    assert_int_equal(push_plain(stream, 3), TRL_ERROR_DROPPED);
    expect_error("frame 3");
    assert_int_equal(push_plain(stream, 4), TRL_ERROR_DROPPED);
    probe_allow(0, INT64_MAX);
    assert_int_equal(trl_stream_finish(stream), TRL_ERROR_DROPPED);
    assert_int_equal(gpu.messages, 0);
    check_sums(stream, 4, 3, 1, 0);
    assert_true(probes.probe[0].finished);
    trl_stream_destroy(&stream);
}

static void the_slowest_output_sets_the_pace(void **state)
{
    (void)state;
    struct trl_stream_params params = probe_params(3);
    params.on_full = TRL_ON_FULL_DROP_NEWEST;
    struct trl_stream *stream = stream_open(&params, true);
    probe_allow(1, 0);
    probe_allow(2, 1);
    for (int64_t n = 0; n < 6; n++)
        assert_int_equal(push_plain(stream, n), 0);
    probe_wait_begun(0, 3);
    check_sums(stream, 6, 0, 3, 0);
    probe_allow(2, INT64_MAX);
    probe_allow(1, 1);
    probe_wait_begun(1, 2);
    probe_wait_begun(2, 2);
    /* Frame 0 is with no output now. */
    assert_int_equal(push_plain(stream, 6), 0);
    probe_allow(1, INT64_MAX);
    assert_int_equal(trl_stream_finish(stream), 0);
    check_sums(stream, 7, 4, 3, 0);
    for (int n = 0; n < 3; n++) {
        check_indices(n, (int64_t[]){0, 1, 2, 6}, 4);
        for (int at = 0; at < 4; at++)
            assert_int_equal(probes.probe[n].pictures[at], probes.probe[0].pictures[at]);
    }
    trl_stream_destroy(&stream);
}

static void an_output_that_fails_ends_the_film(void **state)
{
    (void)state;
    const struct trl_stream_params params = probe_params(2);
    struct trl_stream *stream = stream_open(&params, true);
    probes.probe[1].fail_at = 2;
    struct producer producer = {.stream = stream, .frames = PROBE_FRAMES};
    gpu.quiet = true;
    produce(&producer);
    assert_int_equal(producer.result, TRL_ERROR_OUTPUT);
    assert_int_equal(trl_stream_finish(stream), TRL_ERROR_OUTPUT);
    expect_error("write 2 fails");
    const struct trl_stream_stats stats = stats_of(stream);
    assert_int_equal(stats.encoded, 2);
    assert_int_equal(stats.frames, stats.encoded + stats.failed);
    assert_true(stats.failed >= 1);
    /* A dead output is not written to again and leaves no file; the other has what came. */
    assert_int_equal(probes.probe[1].begun, 3);
    assert_true(probes.probe[0].finished && !probes.probe[1].finished);
    trl_stream_destroy(&stream);
    assert_true(probes.probe[0].destroyed && probes.probe[1].destroyed);
}

static void an_output_that_fails_lets_a_waiting_producer_go(void **state)
{
    (void)state;
    const struct trl_stream_params params = probe_params(1);
    struct trl_stream *stream = stream_open(&params, true);
    probes.probe[0].fail_at = 0;
    probe_allow(0, 0);
    struct producer producer = {.stream = stream, .frames = PROBE_FRAMES};
    pthread_t thread;
    gpu.quiet = true;
    assert_int_equal(pthread_create(&thread, NULL, produce, &producer), 0);
    while (stats_of(stream).frames < TRL_RING_SLOTS + 1)
        sched_yield();
    probe_allow(0, INT64_MAX);
    pthread_join(thread, NULL);
    assert_int_equal(producer.result, TRL_ERROR_OUTPUT);
    assert_int_equal(trl_stream_finish(stream), TRL_ERROR_OUTPUT);
    expect_error("write 0 fails");
    const struct trl_stream_stats stats = stats_of(stream);
    assert_int_equal(stats.failed, stats.frames);
    trl_stream_destroy(&stream);
}

static void an_output_that_cannot_be_created_is_the_first_frames_error(void **state)
{
    (void)state;
    const struct trl_stream_params params = probe_params(2);
    struct trl_stream *stream = stream_open(&params, true);
    probes.probe[1].fail_create = true;
    gpu.quiet = true;
    assert_int_equal(push_plain(stream, 0), TRL_ERROR_OUTPUT);
    assert_int_equal(push_plain(stream, 1), TRL_ERROR_OUTPUT);
    assert_int_equal(trl_stream_finish(stream), TRL_ERROR_OUTPUT);
    expect_error("cannot be created");
    check_sums(stream, 0, 0, 0, 0);
    trl_stream_destroy(&stream);
    assert_true(probes.probe[0].destroyed);
    assert_false(probes.probe[0].finished);
}

static void an_output_that_cannot_be_finished_is_an_error(void **state)
{
    (void)state;
    const struct trl_stream_params params = probe_params(2);
    struct trl_stream *stream = stream_open(&params, true);
    probes.probe[0].fail_finish = true;
    assert_int_equal(push_plain(stream, 0), 0);
    gpu.quiet = true;
    assert_int_equal(trl_stream_finish(stream), TRL_ERROR_OUTPUT);
    expect_error("cannot be finished");
    assert_int_equal(trl_stream_finish(stream), TRL_ERROR_OUTPUT);
    assert_true(probes.probe[1].finished);
    trl_stream_destroy(&stream);
}

static void cancel_ends_the_film_but_keeps_it(void **state)
{
    (void)state;
    const struct trl_stream_params params = probe_params(1);
    struct trl_stream *stream = stream_open(&params, true);
    struct producer producer = {.stream = stream, .frames = PROBE_FRAMES};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, produce, &producer), 0);
    probe_wait_begun(0, 5);
    trl_stream_cancel(stream);
    pthread_join(thread, NULL);
    assert_int_equal(producer.result, TRL_ERROR_CANCELLED);
    assert_int_equal(trl_stream_finish(stream), 0);
    const struct trl_stream_stats stats = stats_of(stream);
    assert_true(stats.frames >= 5 && stats.frames < PROBE_FRAMES);
    assert_int_equal(stats.encoded, stats.frames);
    assert_int_equal(probes.probe[0].begun, stats.frames);
    assert_true(probes.probe[0].finished);
    trl_stream_destroy(&stream);
}

static void a_stream_destroyed_unfinished_abandons_its_outputs(void **state)
{
    (void)state;
    const struct trl_stream_params params = probe_params(2);
    struct trl_stream *stream = stream_open(&params, true);
    for (int64_t n = 0; n < 5; n++)
        assert_int_equal(push_plain(stream, n), 0);
    trl_stream_destroy(&stream);
    assert_null(stream);
    for (int n = 0; n < 2; n++) {
        assert_true(probes.probe[n].destroyed);
        assert_false(probes.probe[n].finished);
    }
    trl_stream_destroy(&stream);
    trl_stream_destroy(NULL);
}

static void a_finished_stream_takes_no_frame(void **state)
{
    (void)state;
    const struct trl_stream_params params = probe_params(1);
    struct trl_stream *stream = stream_open(&params, true);
    assert_int_equal(push_plain(stream, 0), 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    gpu.quiet = true;
    assert_int_equal(push_plain(stream, 1), TRL_ERROR_USAGE);
    expect_error("finished");
    check_sums(stream, 1, 1, 0, 0);
    trl_stream_destroy(&stream);
}

static void a_film_without_frames_is_an_error(void **state)
{
    (void)state;
    const struct trl_stream_params params = probe_params(1);
    struct trl_stream *stream = stream_open(&params, true);
    gpu.quiet = true;
    assert_int_equal(trl_stream_finish(stream), TRL_ERROR_INPUT);
    expect_error("no frame");
    assert_false(probes.probe[0].created);
    trl_stream_destroy(&stream);
}

static void stats_may_be_asked_for_at_any_time(void **state)
{
    (void)state;
    const struct trl_stream_params params = probe_params(2);
    struct trl_stream *stream = stream_open(&params, true);
    struct producer producer = {.stream = stream, .frames = 100};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, produce, &producer), 0);
    int64_t last = 0;
    while (last < 100) {
        const struct trl_stream_stats stats = stats_of(stream);
        assert_true(stats.frames >= last && stats.encoded <= stats.frames);
        last = stats.frames;
    }
    pthread_join(thread, NULL);
    assert_int_equal(producer.result, 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    check_sums(stream, 100, 100, 0, 0);
    trl_stream_destroy(&stream);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_begin, test_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(block_holds_the_producer_back),
        TEST(drop_newest_draws_no_frame_that_finds_no_slot),
        TEST(drop_oldest_keeps_the_newest),
        TEST(drop_oldest_spares_what_another_output_has_begun),
        TEST(fail_ends_the_film_at_the_first_frame_too_many),
        TEST(the_slowest_output_sets_the_pace),
        TEST(an_output_that_fails_ends_the_film),
        TEST(an_output_that_fails_lets_a_waiting_producer_go),
        TEST(an_output_that_cannot_be_created_is_the_first_frames_error),
        TEST(an_output_that_cannot_be_finished_is_an_error),
        TEST(cancel_ends_the_film_but_keeps_it),
        TEST(a_stream_destroyed_unfinished_abandons_its_outputs),
        TEST(a_finished_stream_takes_no_frame),
        TEST(a_film_without_frames_is_an_error),
        TEST(stats_may_be_asked_for_at_any_time),
    };
    return cmocka_run_group_tests_name("load", tests, gpu_open, gpu_close);
}
