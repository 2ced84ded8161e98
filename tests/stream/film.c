/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include <tensorreel/sim.h>
#include <tensorreel/source.h>

/* Films of sources and simulations show what the same frames show that are pushed one by one. */

enum { FRAMES = 9, CELLS = ROWS * COLUMNS, SIM_COLUMNS = 40, SIM_ROWS = 28 };

/* The pictures of the last film of probe 0, kept. */
struct kept {
    int64_t count;
    int64_t index[PROBE_FRAMES];
    uint64_t pictures[PROBE_FRAMES];
};

static struct kept keep(void)
{
    struct kept kept = {.count = probes.probe[0].begun};
    memcpy(kept.index, probes.probe[0].index, sizeof(kept.index));
    memcpy(kept.pictures, probes.probe[0].pictures, sizeof(kept.pictures));
    probes_reset();
    return kept;
}

static void check_same(const struct kept *a, const struct kept *b)
{
    assert_int_equal(a->count, b->count);
    for (int64_t n = 0; n < a->count; n++) {
        assert_int_equal(a->index[n], b->index[n]);
        if (a->pictures[n] != b->pictures[n])
            fail_msg("frame %d differs", (int)n);
    }
}

static struct kept film_pushed(const struct trl_stream_params *params)
{
    struct trl_stream *stream = stream_open(params, true);
    for (int64_t n = 0; n < FRAMES; n++)
        assert_int_equal(push_plain(stream, n), 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    trl_stream_destroy(&stream);
    return keep();
}

/* A raw file of the frames of frame_fill, frame by frame or with the frame axis last. */
static void write_frames(const char *path, bool interleaved)
{
    float values[FRAMES * CELLS], plane[CELLS];
    for (int frame = 0; frame < FRAMES; frame++) {
        frame_fill(plane, frame);
        for (int n = 0; n < CELLS; n++)
            values[interleaved ? n * FRAMES + frame : frame * CELLS + n] = plane[n];
    }
    FILE *file = fopen(path, "wb");
    assert_int_equal(fwrite(values, sizeof(values), 1, file), 1);
    fclose(file);
}

static struct kept film_file(const struct trl_stream_params *params, bool interleaved)
{
    char *folder = folder_make();
    const char *path = path_in(folder, "film.raw");
    write_frames(path, interleaved);
    struct trl_source *source = NULL;
    const struct trl_source_params plain = {
        .log = gpu.log, .paths = &path, .path_count = 1, .raw = "dtype=f4le,shape=16x24"};
    const struct trl_source_params mixed = {.log = gpu.log,
                                            .paths = &path,
                                            .path_count = 1,
                                            .raw = "dtype=f4le,shape=16x24x9",
                                            .axes = "HWT"};
    assert_int_equal(trl_source_open(&source, interleaved ? &mixed : &plain), 0);
    struct trl_stream *stream = stream_open(params, true);
    assert_int_equal(trl_stream_film_source(stream, source), 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    assert_int_equal(stats_of(stream).encoded, FRAMES);
    assert_int_equal(stats_of(stream).upload_bytes, FRAMES * CELLS * sizeof(float));
    trl_stream_destroy(&stream);
    trl_source_close(&source);
    folder_remove(folder);
    return keep();
}

static void a_file_shows_what_its_frames_show(void **state)
{
    (void)state;
    const struct trl_stream_params params = probe_params(1);
    const struct kept pushed = film_pushed(&params);
    assert_int_equal(pushed.count, FRAMES);
    assert_true(pushed.pictures[0] != pushed.pictures[1]);
    for (int interleaved = 0; interleaved < 2; interleaved++) {
        const struct kept filmed = film_file(&params, interleaved);
        check_same(&filmed, &pushed);
    }
}

static int compare_floats(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void a_movies_range_is_of_all_its_frames(void **state)
{
    (void)state;
    float values[FRAMES * CELLS];
    for (int64_t n = 0; n < FRAMES; n++)
        frame_fill(values + n * CELLS, n);
    qsort(values, FRAMES * CELLS, sizeof(float), compare_floats);
    struct trl_stream_params params = probe_params(1);
    params.view.vmin = values[0];
    params.view.vmax = values[FRAMES * CELLS - 1];
    const struct kept movie = film_pushed(&params);
    /* Nearest rank: the smallest value that so many of a hundred do not exceed. */
    const int count = FRAMES * CELLS;
    params.view.vmin = values[(10 * count + 99) / 100 - 1];
    params.view.vmax = values[(90 * count + 99) / 100 - 1];
    const struct kept percentile = film_pushed(&params);

    params.view.vmin_set = params.view.vmax_set = false;
    struct kept filmed = film_file(&params, false);
    check_same(&filmed, &movie);
    params.view.range = TRL_RANGE_MOVIE;
    filmed = film_file(&params, true);
    check_same(&filmed, &movie);
    params.view.range = TRL_RANGE_PERCENTILE_MOVIE;
    params.view.percentile_low = 10;
    params.view.percentile_high = 90;
    for (int interleaved = 0; interleaved < 2; interleaved++) {
        filmed = film_file(&params, interleaved);
        check_same(&filmed, &percentile);
    }
}

static void a_frames_range_is_its_own(void **state)
{
    (void)state;
    struct trl_stream_params params = probe_params(1);
    struct kept expected = {.count = FRAMES};
    struct trl_layout layout;
    trl_layout_dense(&layout, TRL_DTYPE_F32, 2, (int64_t[]){ROWS, COLUMNS}, false);
    for (int64_t n = 0; n < FRAMES; n++) {
        float values[CELLS], sorted[CELLS];
        frame_fill(values, n);
        memcpy(sorted, values, sizeof(values));
        qsort(sorted, CELLS, sizeof(float), compare_floats);
        params.view.vmin = sorted[0];
        params.view.vmax = sorted[CELLS - 1];
        struct trl_stream *stream = stream_open(&params, true);
        assert_int_equal(trl_stream_push(stream, &layout, values, sizeof(values)), 0);
        assert_int_equal(trl_stream_finish(stream), 0);
        trl_stream_destroy(&stream);
        expected.index[n] = n;
        expected.pictures[n] = keep().pictures[0];
    }
    params.view.vmin_set = params.view.vmax_set = false;
    params.view.range = TRL_RANGE_FRAME;
    const struct kept filmed = film_file(&params, false);
    check_same(&filmed, &expected);
    const struct kept pushed = film_pushed(&params);
    check_same(&pushed, &expected);
}

/* A record of 10 + 118 bytes of header and the plane of frame_fill. */
static void write_record(int fd, int64_t frame)
{
    char header[128];
    float values[CELLS];
    frame_fill(values, frame);
    memset(header, ' ', sizeof(header));
    memcpy(header, "\x93NUMPY\x01\x00\x76\x00", 10);
    const char *text = "{'descr': '<f4', 'fortran_order': False, 'shape': (16, 24), }";
    memcpy(header + 10, text, strlen(text));
    header[127] = '\n';
    assert_int_equal(write(fd, header, sizeof(header)), sizeof(header));
    assert_int_equal(write(fd, values, sizeof(values)), sizeof(values));
}

/* Standard input is a pipe with so many records; the end to write to. */
static int pipe_records(int64_t count, int *kept_input)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    *kept_input = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    for (int64_t n = 0; n < count; n++)
        write_record(ends[1], n);
    return ends[1];
}

static struct trl_source *open_pipe(void)
{
    struct trl_source *source = NULL;
    const char *path = "-";
    assert_int_equal(
        trl_source_open(
            &source, &(struct trl_source_params){.log = gpu.log, .paths = &path, .path_count = 1}),
        0);
    return source;
}

static void a_pipe_shows_what_its_records_show(void **state)
{
    (void)state;
    struct trl_stream_params params = probe_params(1);
    const struct kept pushed = film_pushed(&params);
    int input;
    close(pipe_records(FRAMES, &input));
    struct trl_source *source = open_pipe();
    struct trl_stream *stream = stream_open(&params, true);
    assert_int_equal(trl_stream_film_source(stream, source), 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    trl_stream_destroy(&stream);
    trl_source_close(&source);
    const struct kept filmed = keep();
    check_same(&filmed, &pushed);

    /* A pipe cannot be read twice. */
    close(pipe_records(1, &(int){0}));
    source = open_pipe();
    params.view.vmin_set = params.view.vmax_set = false;
    params.view.range = TRL_RANGE_MOVIE;
    stream = stream_open(&params, true);
    gpu.quiet = true;
    assert_int_equal(trl_stream_film_source(stream, source), TRL_ERROR_USAGE);
    assert_int_equal(trl_stream_finish(stream), TRL_ERROR_USAGE);
    expect_error("cannot be read twice");
    trl_stream_destroy(&stream);
    trl_source_close(&source);
    dup2(input, STDIN_FILENO);
    close(input);
}

struct filming {
    struct trl_stream *stream;
    struct trl_source *source;
    int result;
};

static void *film(void *user)
{
    struct filming *filming = user;
    filming->result = trl_stream_film_source(filming->stream, filming->source);
    return NULL;
}

static void a_cancel_ends_waiting_for_a_pipe(void **state)
{
    (void)state;
    int input;
    const int end = pipe_records(3, &input);
    const struct trl_stream_params params = probe_params(1);
    struct filming filming = {.source = open_pipe(), .stream = stream_open(&params, true)};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, film, &filming), 0);
    probe_wait_begun(0, 3);
    trl_stream_cancel(filming.stream);
    pthread_join(thread, NULL);
    assert_int_equal(filming.result, TRL_ERROR_CANCELLED);
    trl_source_close(&filming.source);
    trl_stream_cancel(filming.stream);
    assert_int_equal(trl_stream_finish(filming.stream), 0);
    assert_int_equal(stats_of(filming.stream).encoded, 3);
    assert_int_equal(stats_of(filming.stream).upload_bytes, 3 * CELLS * sizeof(float));
    assert_true(probes.probe[0].finished);
    trl_stream_destroy(&filming.stream);
    close(end);
    dup2(input, STDIN_FILENO);
    close(input);
}

static void an_input_that_breaks_off_is_an_error(void **state)
{
    (void)state;
    int input;
    const int end = pipe_records(2, &input);
    assert_int_equal(write(end, "\x93NUMPY\x01", 7), 7);
    close(end);
    const struct trl_stream_params params = probe_params(1);
    struct trl_source *source = open_pipe();
    struct trl_stream *stream = stream_open(&params, true);
    gpu.quiet = true;
    assert_int_equal(trl_stream_film_source(stream, source), TRL_ERROR_INPUT);
    assert_int_equal(trl_stream_finish(stream), TRL_ERROR_INPUT);
    expect_error("standard input");
    assert_int_equal(stats_of(stream).encoded, 2);
    assert_true(probes.probe[0].finished);
    trl_stream_destroy(&stream);
    trl_source_close(&source);
    dup2(input, STDIN_FILENO);
    close(input);
}

/* A file that becomes shorter while it is read. */
static void a_file_that_breaks_off_keeps_what_came_before(void **state)
{
    (void)state;
    for (int frames = 0; frames < 3; frames += 2) {
        char *folder = folder_make();
        const char *path = path_in(folder, "film.raw");
        write_frames(path, false);
        struct trl_source *source = NULL;
        assert_int_equal(
            trl_source_open(&source, &(struct trl_source_params){.log = gpu.log,
                                                                 .paths = &path,
                                                                 .path_count = 1,
                                                                 .raw = "dtype=f4le,shape=16x24"}),
            0);
        assert_int_equal(truncate(path, (frames * CELLS + 1) * (int64_t)sizeof(float)), 0);
        probes_reset();
        const struct trl_stream_params params = probe_params(1);
        struct trl_stream *stream = stream_open(&params, true);
        gpu.quiet = true;
        assert_int_equal(trl_stream_film_source(stream, source), TRL_ERROR_INPUT);
        assert_int_equal(trl_stream_finish(stream), TRL_ERROR_INPUT);
        expect_error("film.raw");
        assert_int_equal(stats_of(stream).encoded, frames);
        assert_int_equal(probes.probe[0].finished, frames > 0);
        trl_stream_destroy(&stream);
        trl_source_close(&source);
        folder_remove(folder);
    }
}

/* ---- simulations ---- */

static struct trl_sim *sim_open(enum trl_backend backend)
{
    struct trl_sim *sim = NULL;
    assert_int_equal(trl_sim_create(&sim, &(struct trl_sim_params){.log = gpu.log,
                                                                   .model = "lif-sheet",
                                                                   .device = gpu.device,
                                                                   .backend = backend,
                                                                   .width = SIM_COLUMNS,
                                                                   .height = SIM_ROWS,
                                                                   .seed = 7}),
                     0);
    return sim;
}

static struct trl_stream_params sim_params(void)
{
    struct trl_stream_params params = probe_params(1);
    params.view.vmax = 1;
    return params;
}

static struct kept film_sim(const struct trl_stream_params *params, enum trl_backend backend,
                            const char *channel, int64_t steps)
{
    struct trl_sim *sim = sim_open(backend);
    struct trl_stream *stream = stream_open(params, true);
    assert_int_equal(trl_stream_film_sim(stream, sim, channel, FRAMES, steps), 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    assert_int_equal(trl_sim_time(sim), FRAMES * steps);
    trl_stream_destroy(&stream);
    trl_sim_destroy(&sim);
    return keep();
}

static struct kept push_sim(const struct trl_stream_params *params, const char *channel,
                            int64_t steps)
{
    struct trl_sim *sim = sim_open(TRL_BACKEND_GPU);
    struct trl_stream *stream = stream_open(params, true);
    struct trl_layout layout;
    assert_int_equal(trl_sim_layout(sim, channel, &layout), 0);
    for (int n = 0; n < FRAMES; n++) {
        float values[SIM_ROWS * SIM_COLUMNS];
        assert_int_equal(trl_sim_step(sim, steps), 0);
        assert_int_equal(trl_sim_read(sim, channel, values, sizeof(values)), 0);
        assert_int_equal(trl_stream_push(stream, &layout, values, sizeof(values)), 0);
    }
    assert_int_equal(trl_stream_finish(stream), 0);
    trl_stream_destroy(&stream);
    trl_sim_destroy(&sim);
    return keep();
}

static void a_simulation_shows_what_its_channels_show(void **state)
{
    (void)state;
    static const struct {
        const char *channel;
        int64_t steps;
    } films[] = {{NULL, 1}, {"afterglow", 5}, {"spikes", 3}, {"v", 2}, {"v", 150}};
    for (size_t n = 0; n < sizeof(films) / sizeof(films[0]); n++) {
        const struct trl_stream_params params = sim_params();
        const struct kept pushed = push_sim(&params, films[n].channel, films[n].steps);
        const struct kept device =
            film_sim(&params, TRL_BACKEND_GPU, films[n].channel, films[n].steps);
        check_same(&device, &pushed);
        const struct kept host =
            film_sim(&params, TRL_BACKEND_CPU, films[n].channel, films[n].steps);
        check_same(&host, &pushed);
    }
}

static void a_simulation_goes_on_while_frames_are_dropped(void **state)
{
    (void)state;
    struct trl_stream_params params = sim_params();
    const struct kept pushed = push_sim(&params, "v", 150);
    params.on_full = TRL_ON_FULL_DROP_NEWEST;
    for (int backend = TRL_BACKEND_CPU; backend <= TRL_BACKEND_GPU; backend++) {
        struct trl_sim *sim = sim_open((enum trl_backend)backend);
        struct trl_stream *stream = stream_open(&params, true);
        probe_allow(0, 0);
        assert_int_equal(trl_stream_film_sim(stream, sim, "v", FRAMES - 1, 150), 0);
        assert_int_equal(stats_of(stream).dropped, FRAMES - 1 - TRL_RING_SLOTS);
        probe_allow(0, 1);
        probe_wait_begun(0, 2);
        /* One more frame, by hand: it shows the state after all steps. */
        float values[SIM_ROWS * SIM_COLUMNS];
        struct trl_layout layout;
        assert_int_equal(trl_sim_layout(sim, "v", &layout), 0);
        assert_int_equal(trl_sim_step(sim, 150), 0);
        assert_int_equal(trl_sim_read(sim, "v", values, sizeof(values)), 0);
        assert_int_equal(trl_stream_push(stream, &layout, values, sizeof(values)), 0);
        probe_allow(0, INT64_MAX);
        assert_int_equal(trl_stream_finish(stream), 0);
        trl_stream_destroy(&stream);
        trl_sim_destroy(&sim);
        const struct kept filmed = keep();
        assert_int_equal(filmed.count, TRL_RING_SLOTS + 1);
        for (int64_t n = 0; n < filmed.count; n++)
            assert_true(filmed.pictures[n] == pushed.pictures[filmed.index[n]]);
        assert_int_equal(filmed.index[TRL_RING_SLOTS], FRAMES - 1);
    }
}

static void a_simulation_that_cannot_be_filmed_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *channel;
        int64_t frames, steps;
        const char *text;
    } wrong[] = {{"vv", 1, 1, "'vv'"}, {"v", 0, 1, "at least 1"}, {"v", 1, 0, "at least 1"}};
    const struct trl_stream_params params = sim_params();
    struct trl_sim *sim = sim_open(TRL_BACKEND_GPU);
    for (size_t n = 0; n < sizeof(wrong) / sizeof(wrong[0]); n++) {
        struct trl_stream *stream = stream_open(&params, true);
        gpu.quiet = true;
        assert_int_equal(
            trl_stream_film_sim(stream, sim, wrong[n].channel, wrong[n].frames, wrong[n].steps),
            TRL_ERROR_USAGE);
        expect_error(wrong[n].text);
        trl_stream_destroy(&stream);
    }
    trl_sim_destroy(&sim);
}

/* ---- canvases ---- */

static void both_canvases_show_the_same(void **state)
{
    (void)state;
    struct trl_stream_params params = probe_params(1);
    params.view.scale = 0;
    params.view.width = 101;
    params.view.height = 77;
    params.view.background = (struct trl_color){10, 20, 30, true};
    for (int bilinear = 0; bilinear < 2; bilinear++) {
        params.view.interpolation =
            bilinear ? TRL_INTERPOLATION_BILINEAR : TRL_INTERPOLATION_NEAREST;
        params.canvas = TRL_CANVAS_INDEXED;
        const struct kept indexed = film_pushed(&params);
        params.canvas = TRL_CANVAS_RGBA;
        const struct kept rgba = film_pushed(&params);
        check_same(&rgba, &indexed);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_begin, test_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_shows_what_its_frames_show),
        TEST(a_movies_range_is_of_all_its_frames),
        TEST(a_frames_range_is_its_own),
        TEST(a_pipe_shows_what_its_records_show),
        TEST(a_cancel_ends_waiting_for_a_pipe),
        TEST(an_input_that_breaks_off_is_an_error),
        TEST(a_file_that_breaks_off_keeps_what_came_before),
        TEST(a_simulation_shows_what_its_channels_show),
        TEST(a_simulation_goes_on_while_frames_are_dropped),
        TEST(a_simulation_that_cannot_be_filmed_is_refused),
        TEST(both_canvases_show_the_same),
    };
    return cmocka_run_group_tests_name("film", tests, gpu_open, gpu_close);
}
