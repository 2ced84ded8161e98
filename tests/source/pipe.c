/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "base/file.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CAPACITY = 1 << 16, BYTES_MAX = 1 << 19 };

static float values[CAPACITY];
static uint8_t stream[BYTES_MAX];

/* A producer at the other end of standard input, writing piece bytes at a time. */
struct producer {
    pthread_t thread;
    int fd;
    size_t size, piece;
};

static void *produce(void *user)
{
    const struct producer *p = user;
    for (size_t at = 0; at < p->size; at += p->piece) {
        const size_t left = p->size - at;
        if (trl_write_all(p->fd, stream + at, left < p->piece ? left : p->piece))
            break;
    }
    close(p->fd);
    return NULL;
}

static void become_standard_input(int fd)
{
    if (fd == STDIN_FILENO)
        return;
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    close(fd);
}

static void start(struct producer *p, size_t size, size_t piece)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    become_standard_input(ends[0]);
    *p = (struct producer){.fd = ends[1], .size = size, .piece = piece};
    assert_int_equal(pthread_create(&p->thread, NULL, produce, p), 0);
}

/* The reader's end goes away, so that a producer which is not read to its end stops. */
static void stop(struct producer *p)
{
    close(STDIN_FILENO);
    pthread_join(p->thread, NULL);
}

static const char *const standard_input = "-";

static int64_t film(struct fixture *f, struct trl_source_params params, size_t size, size_t piece,
                    struct trl_source_info *info, int *blocks)
{
    struct producer p;
    params.paths = &standard_input;
    params.path_count = 1;
    start(&p, size, piece);
    const int64_t frames = read_all_frames(f, &params, 0, values, CAPACITY, info, blocks);
    stop(&p);
    return frames;
}

static void film_fails(struct fixture *f, struct trl_source_params params, size_t size, int error,
                       const char *text)
{
    struct producer p;
    params.paths = &standard_input;
    params.path_count = 1;
    start(&p, size, 4096);
    expect_failure(f, &params, error, text);
    stop(&p);
}

/* Appends a record of float32 counting up from first. */
static size_t append(size_t at, const char *order, const char *shape, int first, int count)
{
    at += npy_header_v1(stream + at, "<f4", order, shape);
    for (int i = 0; i < count; i++) {
        const float value = (float)(first + i);
        memcpy(stream + at, &value, sizeof(value));
        at += sizeof(value);
    }
    return at;
}

static void assert_counts_up(int count)
{
    for (int i = 0; i < count; i++)
        assert_true(values[i] == (float)i);
}

static void every_record_is_a_frame(void **state)
{
    struct fixture *f = *state;
    static const size_t pieces[] = {1, 7, 128, 1 << 20};
    size_t size = 0;
    for (int i = 0; i < 5; i++)
        size = append(size, "False", "(2, 3)", 6 * i, 6);
    for (int i = 0; i < 4; i++) {
        struct trl_source_info info;
        assert_int_equal(film(f, (struct trl_source_params){0}, size, pieces[i], &info, NULL), 5);
        assert_int_equal(info.frame_count, -1);
        assert_false(info.rewindable);
        assert_int_equal(info.rows, 2);
        assert_int_equal(info.columns, 3);
        assert_counts_up(30);
    }
}

static void records_with_a_frame_axis_are_concatenated(void **state)
{
    struct fixture *f = *state;
    size_t size = append(0, "False", "(3, 2, 3)", 0, 18);
    int blocks;
    assert_int_equal(film(f, (struct trl_source_params){0}, size, 64, NULL, &blocks), 3);
    assert_int_equal(blocks, 3);
    assert_counts_up(18);
    size = append(size, "False", "(1, 2, 3)", 18, 6);
    size = append(size, "False", "(2, 2, 3)", 24, 12);
    size = append(size, "False", "(2, 3)", 36, 6);
    assert_int_equal(film(f, (struct trl_source_params){0}, size, 64, NULL, NULL), 7);
    assert_counts_up(42);
    assert_int_equal(
        film(f, (struct trl_source_params){.first = 1, .end = 6, .step = 2}, size, 5, NULL, NULL),
        3);
    assert_true(values[0] == 6 && values[6] == 18 && values[12] == 30);
}

static void interleaved_records_are_one_block(void **state)
{
    struct fixture *f = *state;
    int blocks;
    /* Fortran order: frame t holds t, t + 2, t + 4, ... */
    size_t size = append(0, "True", "(2, 2, 3)", 0, 12);
    size = append(size, "True", "(2, 2, 3)", 12, 12);
    assert_int_equal(film(f, (struct trl_source_params){0}, size, 64, NULL, &blocks), 4);
    assert_int_equal(blocks, 2);
    static const float frame_1[] = {1, 5, 9, 3, 7, 11};
    assert_memory_equal(values + 6, frame_1, sizeof(frame_1));
    assert_true(values[12] == 12);
    assert_int_equal(
        film(f, (struct trl_source_params){.first = 1, .step = 2}, size, 64, NULL, NULL), 2);
    assert_memory_equal(values, frame_1, sizeof(frame_1));
    assert_true(values[6] == 13);
    size = append(size, "True", "(3, 2, 3)", 24, 18);
    film_fails(f, (struct trl_source_params){0}, size, TRL_ERROR_INPUT, "interleave");
}

static void an_end_inside_a_record_is_an_error(void **state)
{
    struct fixture *f = *state;
    const size_t one = append(0, "False", "(2, 3)", 0, 6);
    const size_t two = append(one, "False", "(2, 3)", 6, 6);
    film_fails(f, (struct trl_source_params){0}, 0, TRL_ERROR_INPUT, "byte 0: holds nothing");
    for (size_t cut = 1; cut < two; cut++) {
        if (cut == one)
            continue;
        char says[64];
        const bool in_data = (cut < one && cut >= one - 24) || cut >= two - 24;
        if (in_data)
            snprintf(says, sizeof(says), "byte %zu: ends inside frame %d", cut, cut > one);
        else
            snprintf(says, sizeof(says), "byte %zu: ends inside the header", cut);
        film_fails(f, (struct trl_source_params){0}, cut, TRL_ERROR_INPUT, says);
    }
    assert_int_equal(film(f, (struct trl_source_params){0}, one, 64, NULL, NULL), 1);
    memcpy(stream + one, "garbage garbage", 16);
    film_fails(f, (struct trl_source_params){0}, one + 16, TRL_ERROR_INPUT,
               "begins with \"garbage garb\" and is no .npy record");
}

static void records_must_agree(void **state)
{
    struct fixture *f = *state;
    const size_t one = append(0, "False", "(2, 3)", 0, 6);
    size_t size = append(one, "False", "(3, 2)", 0, 6);
    film_fails(f, (struct trl_source_params){0}, size, TRL_ERROR_INPUT,
               "standard input: has frames of 1 x 3 x 2");
    size = one + npy_header_v1(stream + one, "<f8", "False", "(2, 3)") + 48;
    film_fails(f, (struct trl_source_params){0}, size, TRL_ERROR_INPUT, "has dtype f8le");
    memcpy(stream, "PK\x03\x04............", 17);
    film_fails(f, (struct trl_source_params){0}, 16, TRL_ERROR_INPUT, "zip archive");
    size = append(0, "False", "(2, 3)", 0, 6);
    film_fails(f, (struct trl_source_params){.first = -1}, size, TRL_ERROR_USAGE,
               "cannot be counted from its end");
    film_fails(f, (struct trl_source_params){.first = 4, .end = 2}, size, TRL_ERROR_USAGE,
               "select none");
}

static void raw_frames_come_until_the_end(void **state)
{
    struct fixture *f = *state;
    struct trl_source_info info;
    struct trl_source_params params = {.raw = "dtype=i1,shape=2x5,offset=3"};
    for (int i = 0; i < 100; i++)
        stream[3 + i] = (uint8_t)i;
    assert_int_equal(film(f, params, 3 + 40, 9, &info, NULL), 4);
    assert_int_equal(info.frame_count, -1);
    assert_counts_up(40);
    film_fails(f, params, 3 + 45, TRL_ERROR_INPUT, "byte 48: ends inside frame 4");
    film_fails(f, params, 2, TRL_ERROR_INPUT, "byte 2: ends inside");
    film_fails(f, params, 0, TRL_ERROR_INPUT, "holds nothing");
    params.raw = "dtype=i1,shape=2x5,offset=3,frames=3";
    assert_int_equal(film(f, params, 3 + 100, 9, &info, NULL), 3);
    assert_int_equal(info.frame_count, 3);
    film_fails(f, params, 3 + 20, TRL_ERROR_INPUT, "byte 23: ends inside frame 2");
    params = (struct trl_source_params){.raw = "dtype=i1,shape=2x5x3,offset=3", .axes = "HWT"};
    assert_int_equal(film(f, params, 3 + 30, 9, &info, NULL), 3);
    assert_true(values[0] == 0 && values[1] == 3 && values[10] == 1);
}

/* 64-bit elements, more than the bounce buffer holds, in pieces that end anywhere. */
static void wide_elements_are_narrowed(void **state)
{
    struct fixture *f = *state;
    enum { COUNT = 30000 };
    size_t size = npy_header_v1(stream, "<f8", "False", "(2, 15000)");
    for (int i = 0; i < COUNT; i++) {
        const double value = i * 0.5;
        memcpy(stream + size, &value, sizeof(value));
        size += sizeof(value);
    }
    assert_int_equal(film(f, (struct trl_source_params){0}, size, 4099, NULL, NULL), 1);
    for (int i = 0; i < COUNT; i++)
        assert_true(values[i] == (float)i * 0.5f);
}

static void a_fifo_is_a_pipe(void **state)
{
    struct fixture *f = *state;
    char path[160];
    snprintf(path, sizeof(path), "%s", fixture_path(f, "fifo"));
    assert_int_equal(mkfifo(path, 0600), 0);
    const char *const both[] = {
        path, fixture_write(f, "a.npy", stream, append(0, "False", "(1,)", 0, 1))};
    struct trl_source_params params = {.paths = both, .path_count = 1};
    struct producer p;
    start(&p, append(0, "False", "(2, 2, 3)", 0, 12), 11);
    /* The writer opens the FIFO by itself; here its end is opened first, for reading as well. */
    FILE *end = fopen(path, "r+");
    assert_non_null(end);
    assert_int_equal(fwrite(stream, 1, p.size, end), p.size);
    fflush(end);
    params.end = 2;
    assert_int_equal(read_all_frames(f, &params, 0, values, CAPACITY, NULL, NULL), 2);
    assert_counts_up(12);
    params.path_count = 2;
    expect_failure(f, &params, TRL_ERROR_INPUT, "must be the only input");
    fclose(end);
    stop(&p);
}

struct reader {
    struct trl_source *source;
    int error;
};

static void *read_one(void *user)
{
    struct reader *reader = user;
    struct trl_source_block block;
    float frame[6];
    reader->error = trl_source_read(reader->source, &block, frame, sizeof(frame));
    return NULL;
}

static struct trl_source *to_cancel;

static void cancel_on_signal(int number)
{
    (void)number;
    trl_source_cancel(to_cancel); /* NOLINT(bugprone-signal-handler): documented as safe */
}

/* Nothing is ever written after the first record: only the cancel can end the read, whether it
 * comes before the read blocks or after. */
static void a_blocked_read_can_be_cancelled(void **state)
{
    struct fixture *f = *state;
    const struct trl_source_params params = {
        .log = f->log, .paths = &standard_input, .path_count = 1};
    int ends[2];
    pthread_t thread;
    struct reader reader = {0};
    assert_int_equal(pipe(ends), 0);
    become_standard_input(ends[0]);
    const size_t size = append(0, "False", "(2, 3)", 0, 6);
    assert_int_equal(trl_write_all(ends[1], stream, size + 1), 0);
    assert_int_equal(trl_source_open(&reader.source, &params), 0);
    read_one(&reader);
    assert_int_equal(reader.error, 0);
    to_cancel = reader.source;
    signal(SIGUSR1, cancel_on_signal);
    assert_int_equal(pthread_create(&thread, NULL, read_one, &reader), 0);
    raise(SIGUSR1);
    pthread_join(thread, NULL);
    signal(SIGUSR1, SIG_DFL);
    assert_int_equal(reader.error, TRL_ERROR_CANCELLED);
    assert_int_equal(f->lines[TRL_LOG_ERROR], 0);
    assert_int_equal(trl_source_rewind(reader.source), TRL_ERROR_USAGE);
    trl_source_close(&reader.source);
    close(ends[1]);
    close(STDIN_FILENO);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_record_is_a_frame, fixture_set_up, fixture_tear_down),
        cmocka_unit_test_setup_teardown(records_with_a_frame_axis_are_concatenated, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(interleaved_records_are_one_block, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(an_end_inside_a_record_is_an_error, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(records_must_agree, fixture_set_up, fixture_tear_down),
        cmocka_unit_test_setup_teardown(raw_frames_come_until_the_end, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(wide_elements_are_narrowed, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_fifo_is_a_pipe, fixture_set_up, fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_blocked_read_can_be_cancelled, fixture_set_up,
                                        fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
