/* SPDX-License-Identifier: BSD-2-Clause */
#include "../stream/fixture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <tensorreel/sim.h>

/*
 * Short films made of numbers that need no library, against the hashes that are kept beside this
 * file. Every device must show them bit for bit. TENSORREEL_GOLDEN_UPDATE=1 writes the hashes anew,
 * but never where CI is set: what is kept is changed by people, who look at the difference.
 */

enum { WIDE = 57, HIGH = 41, FRAMES = 4, FRAMES_MAX = 8 };

enum content {
    SMOOTH,  /* a polynomial about 0, -1 to 1 */
    NOISE,   /* -1 to 1 */
    WILD,    /* noise over 24 decades, both signs */
    SPECIAL, /* noise with NaN, infinities and values beyond the range */
};

struct film {
    const char *name;
    enum content content;
    int64_t tiles, rows, columns; /* tiles 0: rank 2; rows 0: rank 1 */
    enum trl_dtype dtype;         /* 0: F32; else whole numbers -100 to 100 */
    struct trl_view_params view;
};

static const struct film films[] = {
    {"linear",
     SMOOTH,
     0,
     HIGH,
     WIDE,
     0,
     {.vmin_set = true, .vmax_set = true, .vmin = -1, .vmax = 1}},
    {"special",
     SPECIAL,
     0,
     HIGH,
     WIDE,
     0,
     {.vmin_set = true,
      .vmax_set = true,
      .vmin = -0.5,
      .vmax = 0.5,
      .scale = 2,
      .cmap = "inferno",
      .nan_color = {255, 0, 255, true},
      .under_color = {0, 255, 0, true},
      .over_color = {0, 0, 255, true}}},
    {"log",
     WILD,
     0,
     HIGH,
     WIDE,
     0,
     {.norm = TRL_NORM_LOG,
      .vmin_set = true,
      .vmax_set = true,
      .vmin = 1e-9,
      .vmax = 1e9,
      .cmap = "magma"}},
    {"symlog",
     WILD,
     0,
     HIGH,
     WIDE,
     0,
     {.norm = TRL_NORM_SYMLOG,
      .linthresh = 0.01,
      .vmin_set = true,
      .vmax_set = true,
      .vmin = -1e6,
      .vmax = 1e6,
      .cmap = "coolwarm"}},
    {"power",
     SMOOTH,
     0,
     HIGH,
     WIDE,
     0,
     {.norm = TRL_NORM_POWER,
      .gamma = 0.3,
      .vmin_set = true,
      .vmax_set = true,
      .vmin = 0,
      .vmax = 1}},
    {"frame-range", WILD, 0, HIGH, WIDE, 0, {.range = TRL_RANGE_FRAME, .norm = TRL_NORM_SYMLOG}},
    {"percentile",
     NOISE,
     0,
     HIGH,
     WIDE,
     0,
     {.range = TRL_RANGE_PERCENTILE_FRAME, .percentile_low = 5, .percentile_high = 90}},
    {"percentile-special", SPECIAL, 0, HIGH, WIDE, 0, {.range = TRL_RANGE_PERCENTILE_FRAME}},
    {"reduce-max",
     SPECIAL,
     0,
     3 * HIGH,
     4 * WIDE,
     0,
     {.range = TRL_RANGE_FRAME, .reduce = TRL_REDUCE_MAX, .width = 50, .height = 40}},
    {"reduce-mean",
     NOISE,
     0,
     3 * HIGH,
     4 * WIDE,
     0,
     {.range = TRL_RANGE_FRAME, .reduce = TRL_REDUCE_MEAN, .width = 50, .height = 40}},
    {"reduce-minmax",
     NOISE,
     0,
     3 * HIGH,
     4 * WIDE,
     0,
     {.range = TRL_RANGE_FRAME,
      .reduce = TRL_REDUCE_MINMAX,
      .width = 50,
      .height = 40,
      .aspect = TRL_ASPECT_AUTO}},
    {"bilinear",
     SMOOTH,
     0,
     11,
     17,
     0,
     {.range = TRL_RANGE_FRAME,
      .interpolation = TRL_INTERPOLATION_BILINEAR,
      .width = 120,
      .height = 90}},
    {"tiles",
     NOISE,
     5,
     12,
     19,
     0,
     {.range = TRL_RANGE_FRAME, .scale = 3, .background = {40, 50, 60, true}}},
    {"tiles-bilinear",
     SMOOTH,
     3,
     7,
     9,
     0,
     {.range = TRL_RANGE_FRAME,
      .width = 128,
      .height = 64,
      .interpolation = TRL_INTERPOLATION_BILINEAR}},
    {"scroll", SMOOTH, 0, 0, HIGH, 0, {.scroll = 6, .scale = 4, .range = TRL_RANGE_FRAME}},
    {"origin-lower",
     SMOOTH,
     0,
     HIGH,
     WIDE,
     0,
     {.origin = TRL_ORIGIN_LOWER, .range = TRL_RANGE_FRAME, .cmap = "viridis_r"}},
    {"letterbox",
     SMOOTH,
     0,
     HIGH,
     WIDE,
     0,
     {.range = TRL_RANGE_FRAME, .width = 151, .height = 64, .background = {12, 34, 56, true}}},
    {"stretched",
     NOISE,
     0,
     HIGH,
     WIDE,
     0,
     {.range = TRL_RANGE_FRAME, .width = 151, .height = 100, .aspect = TRL_ASPECT_AUTO}},
    {"int8", NOISE, 0, HIGH, WIDE, TRL_DTYPE_I8, {.range = TRL_RANGE_FRAME}},
    {"int16-log",
     NOISE,
     0,
     HIGH,
     WIDE,
     TRL_DTYPE_I16,
     {.range = TRL_RANGE_FRAME, .norm = TRL_NORM_SYMLOG}},
    {"int64", NOISE, 0, HIGH, WIDE, TRL_DTYPE_I64, {.range = TRL_RANGE_FRAME}},
    {"running",
     WILD,
     0,
     HIGH,
     WIDE,
     0,
     {.range = TRL_RANGE_PERCENTILE_RUNNING, .percentile_low = 5, .percentile_high = 95}},
    {"center",
     SMOOTH,
     0,
     HIGH,
     WIDE,
     0,
     {.range = TRL_RANGE_FRAME, .center_set = true, .center = 0.25, .cmap = "coolwarm"}},
    {"equalize", WILD, 0, HIGH, WIDE, 0, {.equalize = TRL_EQUALIZE_GLOBAL}},
    {"clahe",
     SPECIAL,
     0,
     3 * HIGH,
     4 * WIDE,
     0,
     {.equalize = TRL_EQUALIZE_CLAHE,
      .clip = 2.5,
      .fields = 6,
      .range = TRL_RANGE_FRAME,
      .width = 100,
      .height = 80,
      .aspect = TRL_ASPECT_AUTO}},
    {"camera",
     NOISE,
     0,
     3 * HIGH,
     4 * WIDE,
     0,
     {.range = TRL_RANGE_FRAME,
      .width = 90,
      .height = 70,
      .camera = "f=0:zoom=0.7,center=0.5x0.5;f=3:zoom=11.3,center=0.21x0.63"}},
    {"camera-bilinear",
     SMOOTH,
     3,
     7,
     9,
     0,
     {.range = TRL_RANGE_FRAME,
      .width = 128,
      .height = 64,
      .interpolation = TRL_INTERPOLATION_BILINEAR,
      .camera = "f=0:zoom=0.7,center=0.5x0.5;f=3:zoom=3,center=0.9x0.1"}},
    {"one-cell",
     NOISE,
     0,
     1,
     1,
     0,
     {.vmin_set = true, .vmax_set = true, .vmin = -1, .vmax = 1, .scale = 5}},
};

/* Knuth's multiplier, mixed: the same everywhere. */
static uint32_t mix(uint32_t value)
{
    value = (value ^ value >> 16) * 0x7feb352du;
    value = (value ^ value >> 15) * 0x846ca68bu;
    return value ^ value >> 16;
}

/* Every operation is exact or rounds as IEEE 754 says. */
static float value_of(enum content content, int64_t at, int64_t columns, int64_t frame)
{
    const uint32_t random = mix((uint32_t)at * 31u + (uint32_t)frame * 7919u + 1u);
    const float noise = (float)(int32_t)(random >> 8) / 8388608.0f - 1.0f;
    const float x = (float)(at % columns) / (float)columns;
    const float y = (float)(at / columns % 64) / 64.0f + (float)frame / 16.0f;
    float scale = 1.0f;
    switch (content) {
    case SMOOTH:
        scale = x * (1.0f - x) * 4.0f;
        return scale * (y * (2.0f - y) * 2.0f - 1.0f);
    case NOISE:
        return noise;
    case WILD:
        for (uint32_t n = random & 0xf; n > 8; n--)
            scale *= 10.0f;
        for (uint32_t n = random & 0xf; n < 8; n++)
            scale /= 8.0f;
        return noise * scale;
    default:
        switch (random % 29) {
        case 0:
            return NAN;
        case 1:
            return INFINITY;
        case 2:
            return -INFINITY;
        default:
            return noise;
        }
    }
}

static void put_value(void *data, enum trl_dtype dtype, int64_t at, float value)
{
    const int whole = (int)(value * 100.0f);
    switch (dtype) {
    case TRL_DTYPE_I8:
        ((int8_t *)data)[at] = (int8_t)whole;
        break;
    case TRL_DTYPE_I16:
        ((int16_t *)data)[at] = (int16_t)whole;
        break;
    case TRL_DTYPE_I64:
        ((int64_t *)data)[at] = whole;
        break;
    default:
        ((float *)data)[at] = value;
        break;
    }
}

static int push_film(struct trl_stream *stream, const struct film *film)
{
    struct trl_layout layout;
    const enum trl_dtype dtype = film->dtype ? film->dtype : TRL_DTYPE_F32;
    const int64_t tiles = film->tiles ? film->tiles : 1, rows = film->rows ? film->rows : 1;
    const int64_t count = tiles * rows * film->columns;
    const int64_t shape[] = {tiles, rows, film->columns};
    const int rank = film->tiles ? 3 : film->rows ? 2 : 1;
    trl_layout_dense(&layout, dtype, rank, shape + (3 - rank), false);
    void *data = malloc((size_t)count * trl_dtype_size(dtype));
    int error = 0;
    for (int64_t frame = 0; !error && frame < (film->rows ? FRAMES : FRAMES_MAX); frame++) {
        for (int64_t n = 0; n < count; n++)
            put_value(data, dtype, n, value_of(film->content, n, film->columns, frame));
        error = trl_stream_push(stream, &layout, data, (uint64_t)count * trl_dtype_size(dtype));
    }
    free(data);
    return error;
}

/* ---- comparing ---- */

static const char *kept_path(const char *name)
{
    static char path[1024];
    const char *root = getenv("TRL_SOURCE_ROOT");
    snprintf(path, sizeof(path), "%s/tests/golden/%s.framehash", root ? root : ".", name);
    return path;
}

/* Takes the line with the program's version out. */
static char *without_version(char *text)
{
    char *line = text ? strstr(text, "#software") : NULL;
    char *end = line ? strchr(line, '\n') : NULL;
    if (end)
        memmove(line, end + 1, strlen(end + 1) + 1);
    return text;
}

static bool updates(void)
{
    const char *update = getenv("TENSORREEL_GOLDEN_UPDATE"), *ci = getenv("CI");
    if (!update || strcmp(update, "1") != 0)
        return false;
    if (ci && *ci && strcmp(ci, "false") != 0)
        fail_msg("TENSORREEL_GOLDEN_UPDATE is refused where CI is set");
    return true;
}

static void compare(const char *name, const char *path)
{
    char *actual = without_version(file_read(path));
    assert_non_null(actual);
    if (updates()) {
        FILE *file = fopen(kept_path(name), "wb");
        assert_non_null(file);
        fputs(actual, file);
        assert_int_equal(fclose(file), 0);
    }
    char *expected = without_version(file_read(kept_path(name)));
    if (!expected)
        fail_msg("%s is missing", kept_path(name));
    if (strcmp(actual, expected) != 0)
        fail_msg("%s: expected\n%s\ngot\n%s", name, expected, actual);
    free(actual);
    free(expected);
}

static struct trl_stream *open_film(const struct trl_view_params *view, const char *path)
{
    return stream_open(
        &(struct trl_stream_params){.log = gpu.log,
                                    .view = *view,
                                    .outputs = &(struct trl_output_params){.path = path},
                                    .output_count = 1},
        false);
}

static void films_are_as_they_were(void **state)
{
    (void)state;
    char *folder = folder_make();
    for (size_t n = 0; n < sizeof(films) / sizeof(films[0]); n++) {
        char path[512];
        snprintf(path, sizeof(path), "%s/%s.framehash", folder, films[n].name);
        struct trl_stream *stream = open_film(&films[n].view, path);
        assert_int_equal(push_film(stream, &films[n]), 0);
        assert_int_equal(trl_stream_finish(stream), 0);
        trl_stream_destroy(&stream);
        compare(films[n].name, path);
    }
    folder_remove(folder);
}

/* One film of one frame a map: written as one manifest, by index. */
static void colour_maps_are_as_they_were(void **state)
{
    (void)state;
    char *folder = folder_make();
    char *all = calloc(1, 1 << 16);
    for (const char *const *name = trl_cmap_names(); *name; name++) {
        char path[512];
        snprintf(path, sizeof(path), "%s/%s.framehash", folder, *name);
        struct trl_view_params view = films[0].view;
        view.cmap = *name;
        struct trl_stream *stream = open_film(&view, path);
        struct trl_layout layout;
        float values[256];
        for (int n = 0; n < 256; n++)
            values[n] = (float)n / 128.0f - 0.998046875f;
        trl_layout_dense(&layout, TRL_DTYPE_F32, 2, (int64_t[]){1, 256}, false);
        assert_int_equal(trl_stream_push(stream, &layout, values, sizeof(values)), 0);
        assert_int_equal(trl_stream_finish(stream), 0);
        trl_stream_destroy(&stream);
        char *text = file_read(path);
        const char *hash = strrchr(text, ' ') + 1;
        assert_true(strlen(all) + strlen(*name) + strlen(hash) + 2 < 1 << 16);
        snprintf(all + strlen(all), 256, "%s %s", *name, hash);
        free(text);
    }
    const char *path = path_in(folder, "cmaps.framehash");
    FILE *file = fopen(path, "wb");
    fputs(all, file);
    fclose(file);
    compare("cmaps", path);
    free(all);
    folder_remove(folder);
}

static void simulations_are_as_they_were(void **state)
{
    (void)state;
    char *folder = folder_make();
    for (int backend = TRL_BACKEND_CPU; backend <= TRL_BACKEND_GPU; backend++)
        for (int channel = 0; channel < 3; channel++) {
            static const char *const channels[] = {"afterglow", "spikes", "v"};
            char name[64], path[512];
            snprintf(name, sizeof(name), "lif-sheet-%s", channels[channel]);
            snprintf(path, sizeof(path), "%s/%s-%d.framehash", folder, name, backend);
            struct trl_sim *sim = NULL;
            assert_int_equal(
                trl_sim_create(&sim, &(struct trl_sim_params){.log = gpu.log,
                                                              .model = "lif-sheet",
                                                              .device = gpu.device,
                                                              .backend = (enum trl_backend)backend,
                                                              .width = 96,
                                                              .height = 64,
                                                              .seed = 20}),
                0);
            struct trl_stream *stream = open_film(
                &(struct trl_view_params){.cmap = "inferno", .range = TRL_RANGE_FRAME}, path);
            assert_int_equal(trl_stream_film_sim(stream, sim, channels[channel], 6, 25), 0);
            assert_int_equal(trl_stream_finish(stream), 0);
            trl_stream_destroy(&stream);
            trl_sim_destroy(&sim);
            compare(name, path);
        }
    folder_remove(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_begin, test_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(films_are_as_they_were),
        TEST(colour_maps_are_as_they_were),
        TEST(simulations_are_as_they_were),
    };
    return cmocka_run_group_tests_name("golden", tests, gpu_open, gpu_close);
}
