/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/raster.h"

#include "chart.h"
#include "base/math.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/*
 * The reference keeps every frame that was ever shown, as the neurons that fired, and draws the
 * whole picture from them anew.
 */
enum { FRAMES_MAX = 200, NEURONS_MAX = 4000 };

struct history {
    struct trl_raster_params params;
    int width, height;
    int64_t neurons;
    int frames;
    bool fired[FRAMES_MAX][NEURONS_MAX];
};

static int record(void *view, struct trl_gpu_cmd *cmd, const struct trl_gpu_tensor *tensor)
{
    return trl_raster_record(view, cmd, tensor);
}

static void open_raster(struct chart *c, struct test_device *test,
                        const struct trl_raster_params *params, int width, int height,
                        int64_t elements)
{
    struct trl_raster *raster = NULL;
    const struct trl_view_params view = {.width = width, .height = height};
    const struct trl_view_shape shape = {1, 1, elements};
    assert_int_equal(trl_raster_create(&raster, test->device, params, &view, &shape), 0);
    *c = (struct chart){
        .test = test,
        .picture = trl_raster_picture(raster),
        .palette = trl_raster_palette(raster),
        .view = raster,
        .record = record,
    };
    chart_open(c);
}

static void close_raster(struct chart *c)
{
    struct trl_raster *raster = c->view;
    trl_raster_destroy(&raster);
    assert_null(raster);
    chart_close(c);
}

/* Frames [*from, *to) that column x of the picture stands for. */
static void column_frames(const struct history *h, int columns, int x, int64_t *from, int64_t *to)
{
    const int64_t total = h->params.time.frames;
    if (h->params.time.mode == TRL_TIME_SCROLL) {
        const int64_t window = total ? total : h->width;
        const int64_t each = (window + h->width - 1) / h->width;
        const int64_t last = (h->frames - 1) / each;
        *from = (last - (columns - 1 - x)) * each;
        *to = *from + each;
    } else if (total) {
        /* The frames f with f * columns / total == x. */
        *from = ((int64_t)x * total + columns - 1) / columns;
        *to = (((int64_t)x + 1) * total + columns - 1) / columns;
    } else {
        int64_t each = 1;
        while ((h->frames - 1) / each >= columns)
            each *= 2;
        *from = x * each;
        *to = *from + each;
    }
}

static uint16_t population_of(const struct history *h, int64_t neuron)
{
    uint16_t population = 0;
    while (population < h->params.population_count && neuron >= h->params.populations[population])
        population++;
    return population;
}

static void check_picture(const struct history *h, const struct chart *c)
{
    const int rows = c->picture->cell_rows, columns = c->picture->cell_columns;
    uint16_t *cells = malloc((size_t)rows * (size_t)columns * sizeof(*cells));
    assert_int_equal(rows, trl_min_i64(h->neurons, h->height));
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < columns; x++) {
            int64_t from, to;
            column_frames(h, columns, x, &from, &to);
            uint16_t index = TRL_PALETTE_BACKGROUND;
            for (int64_t f = from < 0 ? 0 : from; f < to && f < h->frames; f++)
                for (int64_t n = y * h->neurons / rows; n < (y + 1) * h->neurons / rows; n++)
                    if (h->fired[f][n] &&
                        (index == TRL_PALETTE_BACKGROUND || population_of(h, n) > index))
                        index = population_of(h, n);
            cells[y * columns + x] = index;
        }
    chart_expect(c, cells);
    free(cells);
}

/* Draws random frames as masks and checks the picture after each. */
static void film(struct test_device *test, const struct trl_raster_params *params, int width,
                 int height, int64_t neurons, int frames)
{
    struct history *h = calloc(1, sizeof(*h));
    *h = (struct history){.params = *params, .width = width, .height = height, .neurons = neurons};
    struct chart c;
    open_raster(&c, test, params, width, height, neurons);
    uint32_t seed = 7;
    float *data = calloc((size_t)neurons, sizeof(float));
    for (int f = 0; f < frames; f++) {
        uint32_t spikes = 0;
        for (int64_t n = 0; n < neurons; n++) {
            h->fired[f][n] = chart_random(&seed) % 97 == 0;
            spikes += h->fired[f][n];
            data[n] = h->fired[f][n] ? (n & 1 ? 1e-45f : -3.0f) : n & 2 ? -0.0f : 0.0f;
        }
        h->frames = f + 1;
        chart_draw_f32(&c, 1, neurons, data);
        check_picture(h, &c);
        assert_true(c.counts.low == 0 && c.counts.high == (float)spikes);
        assert_int_equal(c.counts.nan, 0);
    }
    int64_t left, right;
    trl_raster_frames(c.view, &left, &right);
    if (params->time.mode == TRL_TIME_SCROLL)
        assert_true(right >= frames - 1 && left <= right);
    else
        assert_int_equal(left, 0);
    free(data);
    free(h);
    close_raster(&c);
}

static const int64_t bounds[] = {100, 100, 260};
static const struct trl_raster_params populations = {.populations = bounds, .population_count = 3};

static void last_frames_scroll(void **state)
{
    film(*state, &(struct trl_raster_params){0}, 37, 50, 50, 45);
    struct trl_raster_params params = populations;
    params.time.frames = 11;
    film(*state, &params, 64, 33, 301, 30);
}

static void frames_share_a_column(void **state)
{
    struct trl_raster_params params = populations;
    params.time.frames = 50;
    film(*state, &params, 16, 40, 301, 75);
}

static void whole_film_of_known_length(void **state)
{
    struct trl_raster_params params = populations;
    params.time = (struct trl_time_params){TRL_TIME_WHOLE, 53};
    film(*state, &params, 20, 40, 300, 53);
    params.time.frames = 9;
    film(*state, &params, 20, 40, 300, 9);
}

static void whole_film_of_unknown_length(void **state)
{
    struct trl_raster_params params = populations;
    params.time.mode = TRL_TIME_WHOLE;
    film(*state, &params, 20, 40, 300, 90);
    film(*state, &params, 7, 40, 300, 60);
    film(*state, &params, 1, 1, 300, 5);
}

/* ---- forms ---- */

/* The same spikes as a mask of bytes, as bits of every width and as events, in either byte order:
 * all give the picture that the reference gives. */
struct form {
    enum trl_raster_form form;
    enum trl_dtype dtype;
    bool big_endian;
};

static void put(uint8_t *at, uint64_t value, size_t size, bool big_endian)
{
    for (size_t n = 0; n < size; n++)
        at[big_endian ? size - 1 - n : n] = (uint8_t)(value >> 8 * n);
}

static int64_t encode(const struct form *form, const bool *fired, int64_t neurons, uint8_t *out)
{
    const size_t size = trl_dtype_size(form->dtype);
    int64_t count = 0;
    if (form->form == TRL_RASTER_FORM_EVENTS) {
        for (int64_t n = neurons - 1; n >= 0; n--)
            if (fired[n]) {
                const bool f32 = form->dtype == TRL_DTYPE_F32;
                put(out + (size_t)count++ * size, f32 ? trl_float_bits((float)n) : (uint64_t)n,
                    size, form->big_endian);
            }
        return count;
    }
    const int64_t bits = form->form == TRL_RASTER_FORM_BITS ? 8 * (int64_t)size : 1;
    for (int64_t n = 0; n < neurons; n += bits) {
        uint64_t word = 0;
        for (int64_t b = 0; b < bits && n + b < neurons; b++)
            word |= (uint64_t)fired[n + b] << b;
        put(out + (size_t)count++ * size, word, size, form->big_endian);
    }
    return count;
}

static void every_form_gives_one_picture(void **state)
{
    static const struct form forms[] = {
        {TRL_RASTER_FORM_MASK, TRL_DTYPE_BOOL, false},
        {TRL_RASTER_FORM_MASK, TRL_DTYPE_I16, true},
        {TRL_RASTER_FORM_MASK, TRL_DTYPE_U32, true},
        {TRL_RASTER_FORM_BITS, TRL_DTYPE_U32, false},
        {TRL_RASTER_FORM_BITS, TRL_DTYPE_U32, true},
        {TRL_RASTER_FORM_BITS, TRL_DTYPE_I32, false},
        {TRL_RASTER_FORM_BITS, TRL_DTYPE_U16, true},
        {TRL_RASTER_FORM_BITS, TRL_DTYPE_U8, false},
        {TRL_RASTER_FORM_EVENTS, TRL_DTYPE_I32, true},
        {TRL_RASTER_FORM_EVENTS, TRL_DTYPE_U32, false},
        {TRL_RASTER_FORM_EVENTS, TRL_DTYPE_U16, true},
        {TRL_RASTER_FORM_EVENTS, TRL_DTYPE_F32, true},
    };
    enum { NEURONS = 333, FRAMES = 6 };
    struct history *h = calloc(1, sizeof(*h));
    uint8_t *data = malloc(NEURONS * 4);
    for (size_t n = 0; n < sizeof(forms) / sizeof(forms[0]); n++) {
        const struct form *form = &forms[n];
        *h = (struct history){.params = populations, .width = 10, .height = 64, .neurons = NEURONS};
        h->params.form = form->form;
        h->params.neurons = NEURONS;
        uint32_t seed = 99;
        struct chart c;
        const bool fired[NEURONS] = {false};
        const int64_t elements = encode(form, fired, NEURONS, data);
        open_raster(&c, *state, &h->params, h->width, h->height, elements);
        for (int f = 0; f < FRAMES; f++) {
            for (int i = 0; i < NEURONS && f != 2; i++)
                h->fired[f][i] = chart_random(&seed) % 41 == 0;
            const int64_t count = encode(form, h->fired[f], NEURONS, data);
            struct trl_layout layout;
            trl_layout_dense(&layout, form->dtype, 3, (int64_t[]){1, 1, count}, false);
            layout.big_endian = form->big_endian;
            h->frames = f + 1;
            chart_draw(&c, &layout, data, (size_t)count * trl_dtype_size(form->dtype));
            print_message("form %zu, frame %d\n", n, f);
            check_picture(h, &c);
        }
        close_raster(&c);
    }
    free(data);
    free(h);
}

static void strange_events_are_counted(void **state)
{
    struct chart c;
    const struct trl_raster_params params = {.form = TRL_RASTER_FORM_EVENTS, .neurons = 5};
    open_raster(&c, *state, &params, 1, 5, 0);
    const float events[] = {0, 4.9f, 5, -1, NAN, INFINITY, -INFINITY, 3e9f, -0.0f};
    chart_draw_f32(&c, 1, 9, events);
    const uint16_t cells[] = {0, 259, 259, 259, 0};
    chart_expect(&c, cells);
    assert_int_equal(c.counts.nan, 1);
    assert_int_equal(c.counts.under, 2);
    assert_int_equal(c.counts.over, 3);
    assert_true(c.counts.high == 3);
    close_raster(&c);
}

static void a_silent_film_is_background(void **state)
{
    struct chart c;
    const struct trl_raster_params params = {.form = TRL_RASTER_FORM_EVENTS, .neurons = 3};
    open_raster(&c, *state, &params, 4, 3, 0);
    const struct trl_layout none = {.dtype = TRL_DTYPE_I32, .rank = 3, .shape = {1, 1, 0}};
    uint16_t cells[12];
    for (int n = 0; n < 12; n++)
        cells[n] = TRL_PALETTE_BACKGROUND;
    for (int f = 0; f < 6; f++) {
        chart_draw(&c, &none, NULL, 0);
        chart_expect(&c, cells);
        assert_true(c.counts.high == 0);
    }
    close_raster(&c);
}

/* A frame in Fortran order, flipped: neurons are numbered by the tensor's shape, not by memory. */
static void strided_frames_count_in_c_order(void **state)
{
    struct chart c;
    const struct trl_raster_params params = {.neurons = 0};
    struct trl_raster *raster = NULL;
    const struct trl_view_params view = {.width = 1, .height = 24};
    const struct trl_view_shape shape = {2, 3, 4};
    struct test_device *test = *state;
    assert_int_equal(trl_raster_create(&raster, test->device, &params, &view, &shape), 0);
    c = (struct chart){.test = test,
                       .picture = trl_raster_picture(raster),
                       .palette = trl_raster_palette(raster),
                       .view = raster,
                       .record = record};
    chart_open(&c);
    const struct trl_layout layout = {
        .dtype = TRL_DTYPE_U8, .rank = 3, .shape = {2, 3, 4}, .stride = {1, -2, 6}, .offset = 4};
    for (int at = 0; at < 24; at++) {
        uint8_t data[24] = {0};
        data[at] = 1;
        chart_draw(&c, &layout, data, sizeof(data));
        const int tile = at % 2, row = 2 - at / 2 % 3, column = at / 6;
        for (int n = 0; n < 24; n++)
            assert_int_equal(chart_cell(&c, n, 0),
                             n == (tile * 3 + row) * 4 + column ? 0 : TRL_PALETTE_BACKGROUND);
    }
    close_raster(&c);
}

static void a_million_neurons(void **state)
{
    enum { NEURONS = 1000003, ROWS = 100 };
    struct chart c;
    open_raster(&c, *state, &(struct trl_raster_params){0}, 3, ROWS, NEURONS);
    uint8_t *data = calloc(NEURONS, 1);
    struct trl_layout layout;
    trl_layout_dense(&layout, TRL_DTYPE_BOOL, 3, (int64_t[]){1, 1, NEURONS}, false);
    uint16_t cells[ROWS][3];
    memset(cells, 0, sizeof(cells));
    for (int64_t row = 0; row < ROWS; row++) {
        /* The last neuron of even rows, the first of rows that three divides. */
        if (row % 2 == 0)
            data[(row + 1) * NEURONS / ROWS - 1] = 1;
        if (row % 3 == 0)
            data[row * NEURONS / ROWS] = 1;
        for (int x = 0; x < 3; x++)
            cells[row][x] = x == 2 && (row % 2 == 0 || row % 3 == 0) ? 0 : TRL_PALETTE_BACKGROUND;
    }
    chart_draw(&c, &layout, data, NEURONS);
    chart_expect(&c, &cells[0][0]);
    free(data);
    close_raster(&c);
}

static void rows_and_gaps(void **state)
{
    struct chart c;
    open_raster(&c, *state, &(struct trl_raster_params){0}, 2, 9, 2);
    const uint16_t *rows = c.picture->row_map;
    /* 9 pixels for two neurons, the upper one second, the last pixel of each free. */
    const uint16_t expected[] = {1, 1, 1, 1, 0xffff, 0, 0, 0, 0xffff};
    assert_memory_equal(rows, expected, sizeof(expected));
    close_raster(&c);
    open_raster(&c, *state, &(struct trl_raster_params){.first_on_top = true}, 2, 6, 3);
    const uint16_t on_top[] = {0, 0, 1, 1, 2, 2};
    assert_memory_equal(c.picture->row_map, on_top, sizeof(on_top));
    close_raster(&c);
}

static void refuse(struct test_device *test, const struct trl_raster_params *params, int width,
                   const char *message)
{
    struct trl_raster *raster = NULL;
    const struct trl_view_params view = {.width = width, .height = 10};
    const struct trl_view_shape shape = {1, 1, 20};
    test->quiet = true;
    assert_int_equal(trl_raster_create(&raster, test->device, params, &view, &shape),
                     TRL_ERROR_USAGE);
    assert_null(raster);
    if (!strstr(test->last, message))
        fail_msg("'%s' does not have '%s'", test->last, message);
    assert_int_equal(test->messages, 1);
    test->quiet = false;
    test->messages = 0;
}

static void bad_params_are_refused(void **state)
{
    struct test_device *test = *state;
    const int64_t falling[] = {5, 3}, beyond[] = {21};
    refuse(test, &(struct trl_raster_params){0}, 0, "0 x 10 pixels");
    refuse(test, &(struct trl_raster_params){.form = TRL_RASTER_FORM_EVENTS}, 10,
           "give the number");
    refuse(test, &(struct trl_raster_params){.form = TRL_RASTER_FORM_BITS}, 10, "give the number");
    refuse(test, &(struct trl_raster_params){.form = 7}, 10, "form 7");
    refuse(test, &(struct trl_raster_params){.time.frames = -1}, 10, "-1 frames");
    refuse(test, &(struct trl_raster_params){.time.mode = 5}, 10, "time mode 5");
    refuse(test, &(struct trl_raster_params){.populations = falling, .population_count = 2}, 10,
           "must ascend");
    refuse(test, &(struct trl_raster_params){.populations = beyond, .population_count = 1}, 10,
           "neuron 21");
}

/* For people who want to look: waves through three populations. */
static void a_picture_to_look_at(void **state)
{
    enum { NEURONS = 900, FRAMES = 640 };
    static const int64_t groups[] = {540, 780};
    struct chart c;
    open_raster(&c, *state,
                &(struct trl_raster_params){.populations = groups, .population_count = 2}, FRAMES,
                300, NEURONS);
    uint32_t seed = 3;
    for (uint32_t f = 0; f < FRAMES; f += 1) {
        float data[NEURONS];
        for (uint32_t n = 0; n < NEURONS; n++) {
            const uint32_t group = n < 540 ? 0 : n < 780 ? 1 : 2;
            const uint32_t period = 60 + 30 * group, phase = (f + n / 12) % period;
            const uint32_t chance = phase < 8 ? 6 + group : 400;
            data[n] = chart_random(&seed) % chance == 0;
        }
        chart_draw_f32(&c, 1, NEURONS, data);
    }
    chart_save(&c, "raster");
    assert_int_equal(chart_hash(&c), 0x6eb9b677);
    close_raster(&c);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_frames_scroll),
        cmocka_unit_test(frames_share_a_column),
        cmocka_unit_test(whole_film_of_known_length),
        cmocka_unit_test(whole_film_of_unknown_length),
        cmocka_unit_test(every_form_gives_one_picture),
        cmocka_unit_test(strange_events_are_counted),
        cmocka_unit_test(a_silent_film_is_background),
        cmocka_unit_test(strided_frames_count_in_c_order),
        cmocka_unit_test(a_million_neurons),
        cmocka_unit_test(rows_and_gaps),
        cmocka_unit_test(bad_params_are_refused),
        cmocka_unit_test(a_picture_to_look_at),
    };
    return cmocka_run_group_tests_name("raster", tests, setup, teardown);
}
