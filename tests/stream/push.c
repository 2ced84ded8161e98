/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Frames from memory: every type and layout shows the same picture, and the account of them adds
 * up. */

enum { CELLS = ROWS * COLUMNS };

/* A float32 whose lower half is zero is a bfloat16; whole numbers to 100 are. */
static void put(unsigned char *at, enum trl_dtype dtype, int value)
{
    const float f32 = (float)value;
    const double f64 = value;
    uint32_t bits;
    uint16_t half;
    memcpy(&bits, &f32, sizeof(bits));
    switch (dtype) {
    case TRL_DTYPE_F32:
        memcpy(at, &f32, sizeof(f32));
        return;
    case TRL_DTYPE_F64:
        memcpy(at, &f64, sizeof(f64));
        return;
    case TRL_DTYPE_BF16:
        half = (uint16_t)(bits >> 16);
        memcpy(at, &half, sizeof(half));
        return;
    case TRL_DTYPE_F16: /* exponent bias 15 instead of 127, 10 bits instead of 23 */
        half = value ? (uint16_t)(((bits >> 23) - 112) << 10 | (bits >> 13 & 0x3ff)) : 0;
        memcpy(at, &half, sizeof(half));
        return;
    default:
        for (size_t n = 0; n < trl_dtype_size(dtype); n++)
            at[n] = n ? 0 : (unsigned char)value;
    }
}

static void swap(unsigned char *at, size_t size)
{
    for (size_t n = 0; n < size / 2; n++) {
        const unsigned char kept = at[n];
        at[n] = at[size - 1 - n];
        at[size - 1 - n] = kept;
    }
}

/* Puts the plane of frame_fill where a layout says, and pushes it. */
static int push_as(struct trl_stream *stream, const struct trl_layout *layout, uint64_t elements)
{
    float values[CELLS];
    frame_fill(values, 0);
    const size_t size = trl_dtype_size(layout->dtype);
    unsigned char *data = malloc(elements * size);
    memset(data, 0x7f, elements * size);
    for (int n = 0; n < CELLS; n++) {
        unsigned char *at = data + (size_t)(layout->offset + n / COLUMNS * layout->stride[0] +
                                            n % COLUMNS * layout->stride[1]) *
                                       size;
        const int value = layout->dtype == TRL_DTYPE_BOOL ? values[n] > 50 : (int)values[n];
        put(at, layout->dtype, value);
        if (layout->big_endian)
            swap(at, size);
    }
    const int error = trl_stream_push(stream, layout, data, elements * size);
    memset(data, 0, elements * size);
    free(data);
    return error;
}

static void every_type_shows_the_same(void **state)
{
    (void)state;
    const struct trl_stream_params params = probe_params(1);
    struct trl_stream *stream = stream_open(&params, true);
    int64_t count = 0;
    for (int dtype = 1; dtype < TRL_DTYPE_COUNT; dtype++)
        for (int big = 0; big < 2; big++) {
            struct trl_layout layout;
            if (dtype == TRL_DTYPE_BOOL)
                continue;
            trl_layout_dense(&layout, (enum trl_dtype)dtype, 2, (int64_t[]){ROWS, COLUMNS}, false);
            layout.big_endian = big;
            assert_int_equal(push_as(stream, &layout, CELLS), 0);
            count++;
        }
    assert_int_equal(trl_stream_finish(stream), 0);
    assert_int_equal(probes.probe[0].begun, count);
    for (int64_t n = 1; n < count; n++)
        assert_true(probes.probe[0].pictures[n] == probes.probe[0].pictures[0]);
    trl_stream_destroy(&stream);
}

static void booleans_are_zero_and_one(void **state)
{
    (void)state;
    struct trl_stream_params params = probe_params(1);
    params.view.vmax = 1;
    struct trl_stream *stream = stream_open(&params, true);
    struct trl_layout layout;
    trl_layout_dense(&layout, TRL_DTYPE_BOOL, 2, (int64_t[]){ROWS, COLUMNS}, false);
    assert_int_equal(push_as(stream, &layout, CELLS), 0);
    float values[CELLS];
    frame_fill(values, 0);
    for (int n = 0; n < CELLS; n++)
        values[n] = values[n] > 50;
    layout.dtype = TRL_DTYPE_F32;
    assert_int_equal(trl_stream_push(stream, &layout, values, sizeof(values)), 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    assert_true(probes.probe[0].pictures[0] == probes.probe[0].pictures[1]);
    trl_stream_destroy(&stream);
}

static void every_layout_shows_the_same(void **state)
{
    (void)state;
    static const struct {
        int64_t offset, stride[2];
        uint64_t elements;
    } layouts[] = {
        {0, {COLUMNS, 1}, CELLS},                              /* C order */
        {0, {1, ROWS}, CELLS},                                 /* Fortran order */
        {5, {COLUMNS + 3, 1}, 5 + ROWS * (COLUMNS + 3)},       /* a part of wider rows */
        {0, {2 * COLUMNS, 2}, (uint64_t)2 * CELLS},            /* every other element */
        {(ROWS - 1) * COLUMNS, {-COLUMNS, 1}, CELLS},          /* upside down */
        {COLUMNS - 1, {COLUMNS, -1}, CELLS},                   /* mirrored */
        {CELLS - 1, {-COLUMNS, -1}, CELLS},                    /* both */
        {1000, {COLUMNS, 1}, 1000 + CELLS},                    /* far from the start */
        {ROWS * COLUMNS * 3 - 2, {-3, -3 * ROWS}, CELLS * 3u}, /* Fortran, from the end, by three */
    };
    const struct trl_stream_params params = probe_params(1);
    struct trl_stream *stream = stream_open(&params, true);
    const enum trl_dtype dtypes[] = {TRL_DTYPE_F32, TRL_DTYPE_U8, TRL_DTYPE_I16, TRL_DTYPE_F64};
    const size_t count = sizeof(layouts) / sizeof(layouts[0]);
    for (size_t n = 0; n < count * 4; n++) {
        const size_t at = n / 4;
        const struct trl_layout layout = {.dtype = dtypes[n % 4],
                                          .rank = 2,
                                          .shape = {ROWS, COLUMNS},
                                          .stride = {layouts[at].stride[0], layouts[at].stride[1]},
                                          .offset = layouts[at].offset};
        assert_int_equal(push_as(stream, &layout, layouts[at].elements), 0);
    }
    assert_int_equal(trl_stream_finish(stream), 0);
    for (size_t n = 1; n < count * 4; n++)
        if (probes.probe[0].pictures[n] != probes.probe[0].pictures[0])
            fail_msg("layout %zu, %s", n / 4, trl_dtype_name(dtypes[n % 4]));
    trl_stream_destroy(&stream);
}

/* A value below the range is the map's first colour, one above its last, as the map's table says.
 */
static void ends_of_the_range_are_ends_of_the_map(void **state)
{
    (void)state;
    struct trl_stream_params params = probe_params(1);
    params.view.cmap = "magma";
    uint8_t table[256][3];
    assert_true(trl_cmap_table("magma", table));
    struct trl_stream *stream = stream_open(&params, true);
    float values[2][CELLS];
    for (int n = 0; n < CELLS; n++) {
        values[0][n] = 0;
        values[1][n] = 100;
    }
    struct trl_layout layout;
    trl_layout_dense(&layout, TRL_DTYPE_F32, 2, (int64_t[]){ROWS, COLUMNS}, false);
    for (int n = 0; n < 2; n++)
        assert_int_equal(trl_stream_push(stream, &layout, values[n], sizeof(values[n])), 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    for (int frame = 0; frame < 2; frame++) {
        uint64_t hash = 0xcbf29ce484222325u;
        for (int n = 0; n < probes.probe[0].width * probes.probe[0].height * 3; n++)
            hash = (hash ^ table[frame ? 255 : 0][n % 3]) * 0x100000001b3u;
        assert_true(probes.probe[0].pictures[frame] == hash);
    }
    trl_stream_destroy(&stream);
}

static void tiles_and_rows_are_frames_too(void **state)
{
    (void)state;
    struct trl_stream_params params = probe_params(1);
    struct trl_stream *stream = stream_open(&params, true);
    float values[CELLS];
    frame_fill(values, 3);
    /* Two tiles of half the rows; their rows interleave. */
    struct trl_layout layout = {.dtype = TRL_DTYPE_F32,
                                .rank = 3,
                                .shape = {2, ROWS / 2, COLUMNS},
                                .stride = {COLUMNS, (int64_t)2 * COLUMNS, 1}};
    assert_int_equal(trl_stream_push(stream, &layout, values, sizeof(values)), 0);
    float apart[CELLS];
    for (int n = 0; n < CELLS; n++) {
        const int row = n / COLUMNS;
        apart[(row % 2 * (ROWS / 2) + row / 2) * COLUMNS + n % COLUMNS] = values[n];
    }
    trl_layout_dense(&layout, TRL_DTYPE_F32, 3, (int64_t[]){2, ROWS / 2, COLUMNS}, false);
    assert_int_equal(trl_stream_push(stream, &layout, apart, sizeof(apart)), 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    assert_true(probes.probe[0].pictures[0] == probes.probe[0].pictures[1]);
    trl_stream_destroy(&stream);

    probes_reset();
    params.view.scroll = 8;
    stream = stream_open(&params, true);
    trl_layout_dense(&layout, TRL_DTYPE_F32, 1, (int64_t[]){ROWS}, false);
    for (int64_t n = 0; n < 12; n++)
        assert_int_equal(trl_stream_push(stream, &layout, values + n, ROWS * sizeof(float)), 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    assert_int_equal(stats_of(stream).encoded, 12);
    trl_stream_destroy(&stream);
}

static void wrong_frames_are_refused_and_do_not_count(void **state)
{
    (void)state;
    const struct trl_stream_params params = probe_params(1);
    struct trl_stream *stream = stream_open(&params, true);
    float values[CELLS];
    frame_fill(values, 0);
    struct trl_layout good, layout;
    trl_layout_dense(&good, TRL_DTYPE_F32, 2, (int64_t[]){ROWS, COLUMNS}, false);
    static const struct {
        struct trl_layout change; /* rank 0: kept */
        uint64_t size;
        const char *text;
    } wrong[] = {
        {{.rank = 4, .shape = {1, 1, 1, 1}}, sizeof(values), "1 to 3 axes"},
        {{.dtype = TRL_DTYPE_F32, .rank = 2, .shape = {COLUMNS, ROWS}, .stride = {ROWS, 1}},
         sizeof(values),
         "in a film of"},
        {{0}, sizeof(values) - 1, "reaches beyond its"},
        {{.dtype = TRL_DTYPE_F64, .rank = 2, .shape = {ROWS, COLUMNS}, .stride = {COLUMNS, 1}},
         sizeof(values),
         "reaches beyond its"},
        {{.dtype = TRL_DTYPE_F32,
          .rank = 2,
          .shape = {ROWS, COLUMNS},
          .stride = {COLUMNS, 1},
          .offset = 1},
         sizeof(values),
         "reaches beyond its"},
        {{.dtype = TRL_DTYPE_F32, .rank = 2, .shape = {ROWS, COLUMNS}, .stride = {-COLUMNS, 1}},
         sizeof(values),
         "reaches beyond its"},
        {{.dtype = TRL_DTYPE_F32,
          .rank = 2,
          .shape = {ROWS, COLUMNS},
          .stride = {INT64_MAX / 2, 1}},
         sizeof(values),
         "reaches beyond its"},
        {{.dtype = TRL_DTYPE_COUNT, .rank = 2, .shape = {ROWS, COLUMNS}, .stride = {COLUMNS, 1}},
         sizeof(values),
         "dtype"},
        {{.dtype = TRL_DTYPE_F32, .rank = 2, .shape = {0, COLUMNS}, .stride = {COLUMNS, 1}},
         sizeof(values),
         "reaches beyond its"},
    };
    for (int round = 0; round < 2; round++) {
        for (size_t n = 0; n < sizeof(wrong) / sizeof(wrong[0]); n++) {
            if (!round && wrong[n].change.shape[0] == COLUMNS)
                continue; /* the first frame says what the others must be */
            layout = wrong[n].change.rank ? wrong[n].change : good;
            gpu.quiet = true;
            assert_int_equal(trl_stream_push(stream, &layout, values, wrong[n].size),
                             TRL_ERROR_USAGE);
            expect_error(wrong[n].text);
        }
        assert_int_equal(trl_stream_push(stream, &good, values, sizeof(values)), 0);
    }
    assert_int_equal(trl_stream_finish(stream), 0);
    assert_int_equal(stats_of(stream).frames, 2);
    assert_int_equal(stats_of(stream).encoded, 2);
    trl_stream_destroy(&stream);
}

/* What crosses the bus a frame is what comes in, and the forms that the outputs take with the
 * counts behind them; nothing in between. */
static void only_finished_frames_cross_the_bus(void **state)
{
    (void)state;
    static const enum trl_pixel forms[] = {TRL_PIXEL_PAL8, TRL_PIXEL_RGB24, TRL_PIXEL_I420};
    uint64_t expected = 256; /* the counts, in whole blocks */
    for (int count = 1; count <= 3; count++) {
        probes_reset();
        for (int n = 0; n < 3; n++)
            probes.probe[n].pixel = forms[n];
        const struct trl_stream_params params = probe_params(count);
        struct trl_stream *stream = stream_open(&params, true);
        for (int64_t n = 0; n < 7; n++)
            assert_int_equal(push_plain(stream, n), 0);
        assert_int_equal(trl_stream_finish(stream), 0);
        const struct trl_stream_stats stats = stats_of(stream);
        struct trl_image_layout image;
        trl_image_layout(&image, forms[count - 1], stats.width, stats.height);
        expected += (image.size + 255) / 256 * 256;
        assert_int_equal(stats.upload_bytes, 7 * CELLS * sizeof(float));
        assert_int_equal(stats.readback_bytes, 7 * expected);
        trl_stream_destroy(&stream);
    }
}

static int64_t whole(const json_t *line, const char *name)
{
    const json_t *value = json_object_get(line, name);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static void the_ledger_file_tells_of_every_frame(void **state)
{
    (void)state;
    char *folder = folder_make();
    struct trl_stream_params params = probe_params(1);
    params.on_full = TRL_ON_FULL_DROP_NEWEST;
    params.ledger_path = path_in(folder, "film.jsonl");
    struct trl_stream *stream = stream_open(&params, true);
    probe_allow(0, 0);
    float values[CELLS];
    frame_fill(values, 0);
    values[0] = NAN;
    values[1] = values[2] = INFINITY;
    values[3] = values[4] = values[5] = -INFINITY;
    values[6] = values[7] = values[8] = values[9] = -1;
    values[10] = values[11] = values[12] = values[13] = values[14] = 101;
    struct trl_layout layout;
    trl_layout_dense(&layout, TRL_DTYPE_F32, 2, (int64_t[]){ROWS, COLUMNS}, false);
    for (int64_t n = 0; n < 5; n++)
        assert_int_equal(trl_stream_push(stream, &layout, values, sizeof(values)), 0);
    probe_allow(0, INT64_MAX);
    assert_int_equal(folder_count(folder), 1);
    assert_null(file_read(path_in(folder, "film.jsonl")));
    assert_int_equal(trl_stream_finish(stream), 0);
    const struct trl_stream_stats stats = stats_of(stream);
    assert_int_equal(stats.nan_count, 3);
    assert_int_equal(stats.pos_inf_count, 6);
    assert_int_equal(stats.neg_inf_count, 9);
    assert_int_equal(stats.under_count, 12);
    assert_int_equal(stats.over_count, 15);
    assert_true(stats.range_low == 0 && stats.range_high == 100);
    trl_stream_destroy(&stream);

    char *text = file_read(path_in(folder, "film.jsonl"));
    assert_non_null(text);
    int64_t lines = 0, dropped = 0, nan_count = 0;
    uint32_t seen = 0;
    char *rest = text;
    for (char *at; (at = strsep(&rest, "\n")) && *at;) {
        json_t *line = json_loads(at, 0, NULL);
        assert_non_null(line);
        if (json_object_get(line, "frames")) {
            assert_int_equal(whole(line, "frames"), 5);
            assert_int_equal(whole(line, "encoded"), 3);
            assert_int_equal(whole(line, "dropped"), 2);
            assert_int_equal(whole(line, "failed"), 0);
            assert_string_equal(rest, "");
        } else {
            const char *fate = json_string_value(json_object_get(line, "fate"));
            seen |= 1u << whole(line, "frame");
            lines++;
            if (!strcmp(fate, "dropped")) {
                dropped++;
            } else {
                assert_string_equal(fate, "encoded");
                nan_count += whole(line, "nan");
                assert_int_equal(whole(line, "over"), 5);
                assert_true(json_real_value(json_object_get(line, "high")) == 100);
            }
        }
        json_decref(line);
    }
    assert_int_equal(lines, 5);
    assert_int_equal(seen, 0x1f);
    assert_int_equal(dropped, 2);
    assert_int_equal(nan_count, 3);
    free(text);
    folder_remove(folder);
}

static void a_ledger_is_not_overwritten_unasked(void **state)
{
    (void)state;
    char *folder = folder_make();
    fclose(fopen(path_in(folder, "film.jsonl"), "w"));
    struct trl_stream_params params = probe_params(1);
    params.ledger_path = path_in(folder, "film.jsonl");
    struct trl_stream *stream = NULL;
    gpu.quiet = true;
    assert_int_equal(trl_stream_create(&stream, gpu.device,
                                       &(struct trl_stream_params){
                                           .log = gpu.log,
                                           .outputs = &(struct trl_output_params){.path = "null:"},
                                           .output_count = 1,
                                           .ledger_path = params.ledger_path}),
                     TRL_ERROR_OUTPUT);
    assert_null(stream);
    expect_error("film.jsonl");
    assert_int_equal(folder_count(folder), 1);
    folder_remove(folder);
}

static void a_stream_needs_sense_in_its_params(void **state)
{
    (void)state;
    const struct trl_output_params null = {.path = "null:"}, twice[2] = {{"a.y4m"}, {"a.y4m"}};
    const struct trl_stream_params wrong[] = {
        {.log = gpu.log},
        {.log = gpu.log, .outputs = &null, .output_count = -1},
        {.log = gpu.log, .outputs = &null, .output_count = 1, .fps_num = 30},
        {.log = gpu.log, .outputs = &null, .output_count = 1, .fps_num = -1, .fps_den = 1},
        {.log = gpu.log, .outputs = &null, .output_count = 1, .view.cmap = "viridian"},
        {.log = gpu.log, .outputs = twice, .output_count = 2},
        {.log = gpu.log, .outputs = &(struct trl_output_params){.path = ""}, .output_count = 1},
        {.log = gpu.log, .outputs = &(struct trl_output_params){.path = NULL}, .output_count = 1},
    };
    for (size_t n = 0; n < sizeof(wrong) / sizeof(wrong[0]); n++) {
        struct trl_stream *stream = NULL;
        gpu.quiet = true;
        assert_int_equal(trl_stream_create(&stream, gpu.device, &wrong[n]), TRL_ERROR_USAGE);
        assert_null(stream);
        expect_error("");
    }
}

/* Nobody has seen the other frames when the first is drawn. */
static void a_movies_range_needs_a_source(void **state)
{
    (void)state;
    static const enum trl_range ranges[] = {TRL_RANGE_MOVIE, TRL_RANGE_PERCENTILE_MOVIE};
    for (int n = 0; n < 2; n++) {
        struct trl_stream_params params = probe_params(1);
        params.view.range = ranges[n];
        for (int given = 0; given < 2; given++) {
            params.view.vmin_set = true;
            params.view.vmax_set = given;
            struct trl_stream *stream = stream_open(&params, true);
            gpu.quiet = !given;
            assert_int_equal(push_plain(stream, 0), given ? 0 : TRL_ERROR_USAGE);
            if (!given)
                expect_error("read twice");
            trl_stream_destroy(&stream);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_begin, test_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_type_shows_the_same),           TEST(booleans_are_zero_and_one),
        TEST(every_layout_shows_the_same),         TEST(ends_of_the_range_are_ends_of_the_map),
        TEST(tiles_and_rows_are_frames_too),       TEST(wrong_frames_are_refused_and_do_not_count),
        TEST(only_finished_frames_cross_the_bus),  TEST(the_ledger_file_tells_of_every_frame),
        TEST(a_ledger_is_not_overwritten_unasked), TEST(a_stream_needs_sense_in_its_params),
        TEST(a_movies_range_needs_a_source),
    };
    return cmocka_run_group_tests_name("push", tests, gpu_open, gpu_close);
}
