/* SPDX-License-Identifier: BSD-2-Clause */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <tensorreel/error.h>
#include <tensorreel/log.h>
#include <tensorreel/scene.h>

#define RGB(r, g, b)                                                                               \
    {                                                                                              \
        r, g, b, true                                                                              \
    }

struct heard {
    int lines;
    char last[2048];
};

static void hear(void *user, enum trl_log_level level, const char *line)
{
    struct heard *heard = user;
    assert_int_equal(level, TRL_LOG_ERROR);
    heard->lines++;
    snprintf(heard->last, sizeof(heard->last), "%s", line);
}

static struct trl_panel_text *create(const char *text, const struct trl_panel_params *defaults)
{
    struct heard heard = {0};
    struct trl_log *log = NULL;
    struct trl_panel_text *panel = NULL;
    const struct trl_log_params params = {.callback = hear, .user = &heard};
    assert_int_equal(trl_log_create(&log, &params), 0);
    const int error = trl_panel_text_create(&panel, log, text, defaults);
    if (error)
        fail_msg("%s: %s", text, heard.last);
    assert_int_equal(heard.lines, 0);
    trl_log_destroy(&log);
    return panel;
}

static void assert_refused(const char *text, const struct trl_panel_params *defaults,
                           const char *const *words)
{
    struct heard heard = {0};
    struct trl_log *log = NULL;
    struct trl_panel_text *panel = (struct trl_panel_text *)&heard;
    const struct trl_log_params params = {.callback = hear, .user = &heard};
    assert_int_equal(trl_log_create(&log, &params), 0);
    const int error = trl_panel_text_create(&panel, log, text, defaults);
    if (error != TRL_ERROR_USAGE || heard.lines != 1)
        fail_msg("%s: error %d, %d lines: %s", text, error, heard.lines, heard.last);
    assert_null(panel);
    for (; words && *words; words++)
        if (!strstr(heard.last, *words))
            fail_msg("%s: no \"%s\" in: %s", text, *words, heard.last);
    assert_null(strchr(heard.last, '\n'));
    trl_log_destroy(&log);
}

/* ---- comparing ---- */

static void assert_text(const char *what, const char *got, const char *expected)
{
    if (got == expected || (got && expected && !strcmp(got, expected)))
        return;
    fail_msg("%s: \"%s\", not \"%s\"", what, got ? got : "NULL", expected ? expected : "NULL");
}

static void assert_time(const char *what, struct trl_time_params *got,
                        struct trl_time_params *expected)
{
    if (got->mode != expected->mode || got->frames != expected->frames)
        fail_msg("%s: time", what);
    memset(got, 0, sizeof(*got)); /* with its padding */
    memset(expected, 0, sizeof(*expected));
}

static void assert_array(const char *what, const void *got, int got_count, const void *expected,
                         int count, size_t size)
{
    if (got_count != count || (count && memcmp(got, expected, (size_t)count * size) != 0))
        fail_msg("%s: an array of %d", what, got_count);
}

static void assert_params(const char *what, const struct trl_panel_params *params,
                          const struct trl_panel_params *wanted)
{
    struct trl_panel_params got, expected;
    memcpy(&got, params, sizeof(got));
    memcpy(&expected, wanted, sizeof(expected));
    const char **texts[][2] = {
        {&got.name, &expected.name},
        {&got.input, &expected.input},
        {&got.filters, &expected.filters},
        {&got.view.cmap, &expected.view.cmap},
        {&got.view.camera, &expected.view.camera},
        {&got.x.label, &expected.x.label},
        {&got.y.label, &expected.y.label},
        {&got.bar_label, &expected.bar_label},
    };
    for (size_t n = 0; n < sizeof(texts) / sizeof(texts[0]); n++) {
        assert_text(what, *texts[n][0], *texts[n][1]);
        *texts[n][0] = *texts[n][1] = NULL;
    }
    assert_array(what, got.lines.colors, got.lines.color_count, expected.lines.colors,
                 expected.lines.color_count, sizeof(struct trl_color));
    assert_array(what, got.raster.colors, got.raster.color_count, expected.raster.colors,
                 expected.raster.color_count, sizeof(struct trl_color));
    assert_array(what, got.raster.populations, got.raster.population_count,
                 expected.raster.populations, expected.raster.population_count, sizeof(int64_t));
    assert_array(what, got.volume.points, got.volume.point_count, expected.volume.points,
                 expected.volume.point_count, sizeof(struct trl_opacity_point));
    got.lines.colors = got.raster.colors = NULL;
    expected.lines.colors = expected.raster.colors = NULL;
    got.raster.populations = expected.raster.populations = NULL;
    got.volume.points = expected.volume.points = NULL;
    assert_time(what, &got.lines.time, &expected.lines.time);
    assert_time(what, &got.raster.time, &expected.raster.time);
    assert_time(what, &got.histogram.time, &expected.histogram.time);
    /* Padding is zero in both: neither is assigned but as a whole. */
    if (memcmp((const char *)&got, (const char *)&expected, sizeof(got)) != 0)
        fail_msg("%s: another field", what);
}

/* ---- what is read ---- */

static const struct trl_color warm[] = {RGB(255, 0, 0), RGB(0, 136, 255), RGB(1, 2, 3)};
static const int64_t firsts[] = {800, 1000};
static const struct trl_opacity_point ramp[] = {{-1.5, 0}, {0.25, 0.5}, {0.25, 1}};

#define TIMES(...)                                                                                 \
    .lines.time = {__VA_ARGS__}, .raster.time = {__VA_ARGS__}, .histogram.time = {__VA_ARGS__}

static const struct {
    const char *text;
    struct trl_panel_params params;
} texts[] = {
    {"heatmap", {0}},
    {"lines", {.kind = TRL_VIEW_LINES}},
    {"raster", {.kind = TRL_VIEW_RASTER}},
    {"points", {.kind = TRL_VIEW_POINTS}},
    {"histogram", {.kind = TRL_VIEW_HISTOGRAM}},
    {"projection", {.kind = TRL_VIEW_PROJECTION}},
    {"triview", {.kind = TRL_VIEW_TRIVIEW}},
    {"volume", {.kind = TRL_VIEW_VOLUME}},
    {"rgb", {.kind = TRL_VIEW_RGB}},
    {"complex", {.kind = TRL_VIEW_COMPLEX}},
    {"slice=0:-2", {.slice_count = 1, .slices = {{.first = -2}}}},
    {"slice,slice=1:7", {.slice_count = 1, .slices = {{.axis = 1, .first = 7}}}},
    {"strip=300", {.view.scroll = 300}},
    {"strip,scroll=20", {.view.scroll = 20}},
    {"heatmap,name=conv1", {.name = "conv1"}},
    {"heatmap,input=v", {.input = "v"}},
    {"heatmap,input=\"max(a,b)\"", {.input = "max(a,b)"}},
    {"heatmap,filter=gaussian=2+abs", {.filters = "gaussian=2,abs"}},
    {"heatmap,filter=clip=-1e+3:+2 + unsharp=+.5:1+log",
     {.filters = "clip=-1e+3:+2 , unsharp=+.5:1,log"}},
    {"heatmap,filter=\"gaussian=2,abs\",scale=2", {.filters = "gaussian=2,abs", .view.scale = 2}},
    {"heatmap,slice=2:3:9",
     {.slice_count = 1, .slices = {{.axis = 2, .motion = TRL_SLICE_HOLD, .first = 3, .last = 9}}}},
    {"triview,slice=0:0:-1:bounce:60,slice=-2:5,slice=2:1:2:loop",
     {.kind = TRL_VIEW_TRIVIEW,
      .slice_count = 3,
      .slices = {{.motion = TRL_SLICE_BOUNCE, .last = -1, .frames = 60},
                 {.axis = -2, .first = 5},
                 {.axis = 2, .motion = TRL_SLICE_LOOP, .first = 1, .last = 2}}}},
    {"projection,axis=-1", {.kind = TRL_VIEW_PROJECTION, .project_axis = -1}},
    {"projection,project=sum", {.kind = TRL_VIEW_PROJECTION, .project = TRL_PROJECT_SUM}},
    {"projection,project=min", {.kind = TRL_VIEW_PROJECTION, .project = TRL_PROJECT_MIN}},
    {"projection,project=mean", {.kind = TRL_VIEW_PROJECTION, .project = TRL_PROJECT_MEAN}},
    {"heatmap,scroll=65535", {.view.scroll = 65535}},
    {"heatmap,labels", {.labels = true}},
    {"raster,window=500", {.kind = TRL_VIEW_RASTER, TIMES(.frames = 500)}},
    {"lines,window=5", {.kind = TRL_VIEW_LINES, .lines.roll = true, TIMES(.frames = 5)}},
    {"histogram,whole=90", {.kind = TRL_VIEW_HISTOGRAM, TIMES(TRL_TIME_WHOLE, 90)}},
    {"raster,whole", {.kind = TRL_VIEW_RASTER, TIMES(TRL_TIME_WHOLE)}},
    {"heatmap,cmap=RdBu_r", {.view.cmap = "RdBu_r"}},
    {"heatmap,vmin=-1e-3", {.view.vmin_set = true, .view.vmin = -1e-3}},
    {"rgb,vmax=0.1", {.kind = TRL_VIEW_RGB, .view.vmax_set = true, .view.vmax = 0.1}},
    {"heatmap,range=movie", {.view.range = TRL_RANGE_MOVIE}},
    {"heatmap,range=frame", {.view.range = TRL_RANGE_FRAME}},
    {"heatmap,range=percentile", {.view.range = TRL_RANGE_PERCENTILE_MOVIE}},
    {"heatmap,range=percentile-frame", {.view.range = TRL_RANGE_PERCENTILE_FRAME}},
    {"heatmap,range=running:45", {.view.range = TRL_RANGE_RUNNING, .view.running_frames = 45}},
    {"heatmap,robust",
     {.view.range = TRL_RANGE_PERCENTILE_RUNNING,
      .view.percentile_low = 2,
      .view.percentile_high = 98}},
    {"heatmap,robust=0.5:99,range=movie",
     {.view.range = TRL_RANGE_PERCENTILE_MOVIE,
      .view.percentile_low = 0.5,
      .view.percentile_high = 99}},
    {"heatmap,range=frame,robust=1:99",
     {.view.range = TRL_RANGE_PERCENTILE_FRAME,
      .view.percentile_low = 1,
      .view.percentile_high = 99}},
    {"volume,center=0,vmax=3",
     {.kind = TRL_VIEW_VOLUME, .view.center_set = true, .view.vmax_set = true, .view.vmax = 3}},
    {"heatmap,equalize", {.view.equalize = TRL_EQUALIZE_GLOBAL}},
    {"heatmap,equalize=clahe", {.view.equalize = TRL_EQUALIZE_CLAHE}},
    {"heatmap,equalize=clahe=2.5:16",
     {.view.equalize = TRL_EQUALIZE_CLAHE, .view.clip = 2.5, .view.fields = 16}},
    {"heatmap,norm=log", {.view.norm = TRL_NORM_LOG}},
    {"lines,norm=symlog:0.1",
     {.kind = TRL_VIEW_LINES, .view.norm = TRL_NORM_SYMLOG, .view.linthresh = 0.1}},
    {"heatmap,norm=power:2", {.view.norm = TRL_NORM_POWER, .view.gamma = 2}},
    {"heatmap,nan-color=#f00", {.view.nan_color = RGB(255, 0, 0)}},
    {"heatmap,under=#010203", {.view.under_color = RGB(1, 2, 3)}},
    {"heatmap,over=teal", {.view.over_color = RGB(0, 128, 128)}},
    {"lines,background=white", {.kind = TRL_VIEW_LINES, .view.background = RGB(255, 255, 255)}},
    {"points,size=640x480", {.kind = TRL_VIEW_POINTS, .view.width = 640, .view.height = 480}},
    {"complex,scale=3", {.kind = TRL_VIEW_COMPLEX, .view.scale = 3}},
    {"heatmap,aspect=auto", {.view.aspect = TRL_ASPECT_AUTO}},
    {"heatmap,origin=lower", {.view.origin = TRL_ORIGIN_LOWER}},
    {"heatmap,interpolation=bilinear", {.view.interpolation = TRL_INTERPOLATION_BILINEAR}},
    {"heatmap,reduce=minmax", {.view.reduce = TRL_REDUCE_MINMAX}},
    {"heatmap,reduce=mean", {.view.reduce = TRL_REDUCE_MEAN}},
    {"triview,camera=way.json", {.kind = TRL_VIEW_TRIVIEW, .view.camera = "way.json"}},
    {"heatmap,camera=t=0:zoom=1;t=2:zoom=4\\,center=0.25x0.75,origin=lower",
     {.view.camera = "t=0:zoom=1;t=2:zoom=4,center=0.25x0.75", .view.origin = TRL_ORIGIN_LOWER}},
    {"lines,width=0.5", {.kind = TRL_VIEW_LINES, .lines.width = 0.5}},
    {"lines,roll", {.kind = TRL_VIEW_LINES, .lines.roll = true}},
    {"lines,roll=on", {.kind = TRL_VIEW_LINES, .lines.roll = true}},
    {"lines,colors=red/#08f/#010203",
     {.kind = TRL_VIEW_LINES,
      .lines = {.colors = warm, .color_count = 3},
      .raster = {.colors = warm, .color_count = 3}}},
    {"raster,form=bits,neurons=1000",
     {.kind = TRL_VIEW_RASTER, .raster = {.form = TRL_RASTER_FORM_BITS, .neurons = 1000}}},
    {"raster,neurons=1,form=events",
     {.kind = TRL_VIEW_RASTER, .raster = {.form = TRL_RASTER_FORM_EVENTS, .neurons = 1}}},
    {"raster,populations=0:800:1000",
     {.kind = TRL_VIEW_RASTER, .raster = {.populations = firsts, .population_count = 2}}},
    {"raster,populations=800:1000",
     {.kind = TRL_VIEW_RASTER, .raster = {.populations = firsts, .population_count = 2}}},
    {"raster,first-on-top", {.kind = TRL_VIEW_RASTER, .raster.first_on_top = true}},
    {"points,y=5", {.kind = TRL_VIEW_POINTS, .points.y = 5}},
    {"points,x=2,y=0", {.kind = TRL_VIEW_POINTS, .points.x = 2}},
    {"points,x=3", {.kind = TRL_VIEW_POINTS, .points = {.x = 3, .y = 1}}},
    {"points,color=0", {.kind = TRL_VIEW_POINTS, .points.color_set = true}},
    {"points,color=4", {.kind = TRL_VIEW_POINTS, .points = {.color_set = true, .color = 4}}},
    {"points,point-color=red", {.kind = TRL_VIEW_POINTS, .points.plain = RGB(255, 0, 0)}},
    {"points,point-size=7.5", {.kind = TRL_VIEW_POINTS, .points.size = 7.5}},
    {"points,trail=30", {.kind = TRL_VIEW_POINTS, .points.trail = 30}},
    {"points,x-range=-2:3",
     {.kind = TRL_VIEW_POINTS, .points = {.x_set = true, .x_min = -2, .x_max = 3}}},
    {"points,y-range=1e1:20",
     {.kind = TRL_VIEW_POINTS, .points = {.y_set = true, .y_min = 10, .y_max = 20}}},
    {"points,unit-circle", {.kind = TRL_VIEW_POINTS, .points.unit_circle = true}},
    {"histogram,bars", {.kind = TRL_VIEW_HISTOGRAM, .histogram.bars = true}},
    {"histogram,bins=64", {.kind = TRL_VIEW_HISTOGRAM, .histogram.bins = 64}},
    {"histogram,log", {.kind = TRL_VIEW_HISTOGRAM, .histogram.log = true}},
    {"histogram,count-max=1000", {.kind = TRL_VIEW_HISTOGRAM, .histogram.count_max = 1000}},
    {"volume,mode=mip", {.kind = TRL_VIEW_VOLUME, .volume.mode = TRL_VOLUME_MIP}},
    {"volume,opacity=linear", {.kind = TRL_VIEW_VOLUME}},
    {"volume,opacity=threshold:-0.5",
     {.kind = TRL_VIEW_VOLUME, .volume = {.opacity = TRL_OPACITY_THRESHOLD, .threshold = -0.5}}},
    {"volume,opacity=points:-1.5/0/0.25/0.5/0.25/1",
     {.kind = TRL_VIEW_VOLUME,
      .volume = {.opacity = TRL_OPACITY_POINTS, .points = ramp, .point_count = 3}}},
    {"volume,on-map", {.kind = TRL_VIEW_VOLUME, .volume.on_map = true}},
    {"volume,density=2.5", {.kind = TRL_VIEW_VOLUME, .volume.density = 2.5}},
    {"volume,step=0.5", {.kind = TRL_VIEW_VOLUME, .volume.step = 0.5}},
    {"volume,light", {.kind = TRL_VIEW_VOLUME, .volume.light = true}},
    {"volume,spacing=2x1x0.5", {.kind = TRL_VIEW_VOLUME, .volume.spacing = {2, 1, 0.5}}},
    {"volume,azimuth=-30", {.kind = TRL_VIEW_VOLUME, .orbit.azimuth = -30}},
    {"volume,elevation=90", {.kind = TRL_VIEW_VOLUME, .orbit.elevation = 90}},
    {"volume,zoom=1.5", {.kind = TRL_VIEW_VOLUME, .orbit.zoom = 1.5}},
    {"volume,look-at=-0.5x0x0.25", {.kind = TRL_VIEW_VOLUME, .orbit.centre = {-0.5, 0, 0.25}}},
    {"volume,angle=45", {.kind = TRL_VIEW_VOLUME, .orbit.angle = 45}},
    {"volume,spin=-2", {.kind = TRL_VIEW_VOLUME, .orbit_spin = -2}},
    {"rgb,channels=2/1/-3",
     {.kind = TRL_VIEW_RGB, .rgb = {.choose = true, .red = 2, .green = 1, .blue = -3}}},
    {"rgb,channels=0/1/2/-1",
     {.kind = TRL_VIEW_RGB,
      .rgb = {.choose = true, .green = 1, .blue = 2, .choose_alpha = true, .alpha = -1}}},
    {"rgb,channel-axis=first", {.kind = TRL_VIEW_RGB, .rgb.axis = TRL_CHANNEL_AXIS_FIRST}},
    {"rgb,channel-axis=last", {.kind = TRL_VIEW_RGB, .rgb.axis = TRL_CHANNEL_AXIS_LAST}},
    {"rgb,split", {.kind = TRL_VIEW_RGB, .rgb.split = true}},
    {"rgb,checker=8", {.kind = TRL_VIEW_RGB, .rgb.checker = 8}},
    {"heatmap,overlay", {.over = true}},
    {"heatmap,overlay=0.25", {.over = true, .overlay.alpha = 64}},
    {"heatmap,overlay=1e-9", {.over = true, .overlay.alpha = 1}},
    {"heatmap,overlay=1,hide=nan+background",
     {.over = true, .overlay = {255, TRL_OVERLAY_HIDE_NAN | TRL_OVERLAY_HIDE_BACKGROUND}}},
    {"lines,hide=under+over,overlay",
     {.kind = TRL_VIEW_LINES,
      .over = true,
      .overlay.hide = TRL_OVERLAY_HIDE_UNDER | TRL_OVERLAY_HIDE_OVER}},
    {"heatmap,x-label=ms", {.x.label = "ms"}},
    {"heatmap,x-label=time \\\"t\\\" [ms]", {.x.label = "time \"t\" [ms]"}},
    {"heatmap,y-label=kHz", {.y.label = "kHz"}},
    {"heatmap,y-label=\"a, \\\"b\\\" and \\\\\"", {.y.label = "a, \"b\" and \\"}},
    {"heatmap,x-label=\\mu\\,\\\\", {.x.label = "\\mu,\\"}},
    {"heatmap,x-origin=-5", {.x.origin = -5}},
    {"heatmap,x-step=0.25", {.x.step = 0.25}},
    {"heatmap,y-origin=1e3", {.y.origin = 1000}},
    {"heatmap,y-step=-1", {.y.step = -1}},
    {"heatmap,bar-label=mV", {.bar_label = "mV"}},
    /* the last one counts */
    {"heatmap,cmap=hot,cmap=magma", {.view.cmap = "magma"}},
    {"lines,roll,roll=off", {.kind = TRL_VIEW_LINES}},
    /* blanks before a word */
    {" heatmap, cmap=hot, origin=lower", {.view.cmap = "hot", .view.origin = TRL_ORIGIN_LOWER}},
};

enum { TEXT_COUNT = sizeof(texts) / sizeof(texts[0]) };

static void every_option_sets_its_field(void **state)
{
    (void)state;
    for (size_t n = 0; n < TEXT_COUNT; n++) {
        struct trl_panel_text *text = create(texts[n].text, NULL);
        assert_params(texts[n].text, trl_panel_text_params(text), &texts[n].params);
        trl_panel_text_destroy(&text);
        assert_null(text);
    }
}

/* "word" or "word=value" of an option as some text above has it; false: none has. */
static bool find_use(const char *word, char use[static 256])
{
    for (size_t n = 0; n < TEXT_COUNT; n++) {
        const char *at = texts[n].text;
        while ((at = strchr(at, ','))) {
            at++;
            const size_t length = strlen(word);
            if (strncmp(at, word, length) != 0 || !strchr("=,", at[length]))
                continue;
            /* None of the values that matter here has a comma. */
            snprintf(use, 256, "%.*s", (int)strcspn(at, ","), at);
            return true;
        }
    }
    return false;
}

static const char *view_name(enum trl_view_kind kind)
{
    for (const struct trl_panel_word *view = trl_panel_views(); view->word; view++)
        if (view->kind == kind && !view->placeholder)
            return view->word;
    return NULL;
}

static void check_option(const struct trl_panel_word *option, const char *use)
{
    const char *owner = NULL;
    for (int kind = TRL_VIEW_COUNT; kind-- > 0;)
        if (option->kinds & 1U << kind)
            owner = view_name((enum trl_view_kind)kind);
    assert_non_null(owner);
    for (int kind = 0; kind < TRL_VIEW_COUNT; kind++) {
        char text[512];
        const char *view = view_name((enum trl_view_kind)kind);
        /* What an option cannot do without. */
        const char *more = kind == TRL_VIEW_RASTER ? ",neurons=9" : "";
        if (!strcmp(option->word, "hide"))
            more = kind == TRL_VIEW_RASTER ? ",neurons=9,overlay" : ",overlay";
        snprintf(text, sizeof(text), "%s,%s%s", view, use, more);
        if (option->kinds & 1U << kind) {
            struct trl_panel_text *panel = create(text, NULL);
            assert_int_equal(trl_panel_text_params(panel)->kind, kind);
            trl_panel_text_destroy(&panel);
        } else {
            assert_refused(text, NULL, (const char *[]){view, option->word, owner, NULL});
        }
    }
}

static void options_belong_to_views(void **state)
{
    (void)state;
    unsigned seen = 0;
    for (const struct trl_panel_word *view = trl_panel_views(); view->word; view++) {
        assert_true(view->help[strlen(view->help) - 1] == '.');
        seen |= 1U << view->kind;
    }
    assert_int_equal(seen, (1U << TRL_VIEW_COUNT) - 1);
    for (const struct trl_panel_word *option = trl_panel_options(); option->word; option++) {
        char use[256];
        assert_true(option->kinds && option->kinds < 1U << TRL_VIEW_COUNT);
        assert_true(option->help[strlen(option->help) - 1] == '.');
        if (!find_use(option->word, use))
            fail_msg("no text has option %s", option->word);
        check_option(option, use);
    }
}

/* ---- defaults ---- */

static void defaults_are_kept(void **state)
{
    (void)state;
    char name[] = "conv1", label[] = "ms", cmap[] = "hot";
    struct trl_color colors[] = {RGB(1, 2, 3), RGB(4, 5, 6)};
    int64_t populations[] = {7};
    struct trl_opacity_point points[] = {{0, 1}};
    const struct trl_panel_params expected = {
        .name = "conv1",
        .kind = TRL_VIEW_LINES,
        .view = {.cmap = "hot", .vmin_set = true, .vmin = -1, .scroll = 3},
        .x = {.label = "ms", .origin = 1, .step = 2},
        .lines = {.width = 9,
                  .colors = (struct trl_color[]){RGB(1, 2, 3), RGB(4, 5, 6)},
                  .color_count = 2},
        .raster = {.colors = (struct trl_color[]){RGB(1, 2, 3)},
                   .color_count = 1,
                   .populations = (int64_t[]){7},
                   .population_count = 1},
        .volume = {.points = (struct trl_opacity_point[]){{0, 1}}, .point_count = 1},
        .orbit_spin = 4,
        .slices = {{.axis = 1}, {.axis = 2}},
        .slice_count = 2,
    };
    struct trl_panel_params defaults = expected;
    defaults.kind = TRL_VIEW_VOLUME;
    defaults.lines.width = 3;
    defaults.name = name;
    defaults.x.label = label;
    defaults.view.cmap = cmap;
    defaults.lines.colors = defaults.raster.colors = colors;
    defaults.raster.populations = populations;
    defaults.volume.points = points;
    struct trl_panel_text *text = create("lines,width=9", &defaults);
    /* They are the caller's again. */
    memset(&defaults, 0xa5, sizeof(defaults));
    memset(name, 'x', sizeof(name) - 1);
    memset(label, 'x', sizeof(label) - 1);
    memset(cmap, 'x', sizeof(cmap) - 1);
    memset(colors, 0xa5, sizeof(colors));
    memset(points, 0xa5, sizeof(points));
    populations[0] = 0;
    assert_params("defaults", trl_panel_text_params(text), &expected);
    trl_panel_text_destroy(&text);
}

/* What the text says wins over defaults that contradict it. */
static void text_wins(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct trl_panel_params defaults, expected;
    } cases[] = {
        {"heatmap,scale=2", {.view = {.width = 9, .height = 9}}, {.view.scale = 2}},
        {"heatmap,size=3x4", {.view.scale = 5}, {.view = {.width = 3, .height = 4}}},
        {"heatmap,center=1",
         {.view = {.vmin_set = true, .vmax_set = true, .vmax = 1}},
         {.view = {.center_set = true, .center = 1, .vmax = 1}}},
        {"heatmap,center=1,vmax=5",
         {.view = {.vmin_set = true, .vmax_set = true, .vmax = 1}},
         {.view = {.center_set = true, .center = 1, .vmax = 5, .vmax_set = true}}},
        {"heatmap,vmin=0,vmax=5",
         {.view = {.center_set = true}},
         {.view = {.vmin_set = true, .vmax_set = true, .vmax = 5}}},
        {"heatmap,slice=2:3",
         {.slice_count = 2, .slices = {{.axis = 1}, {0}}},
         {.slice_count = 1, .slices = {{.axis = 2, .first = 3}, {0}}}},
        {"heatmap,robust=1:9",
         {.view.range = TRL_RANGE_MOVIE},
         {.view = {.range = TRL_RANGE_PERCENTILE_MOVIE,
                   .percentile_low = 1,
                   .percentile_high = 9}}},
        {"heatmap,range=frame",
         {.view.range = TRL_RANGE_RUNNING, .view.running_frames = 9},
         {.view.range = TRL_RANGE_FRAME}},
        {"points,y=3", {.points = {.x = 2, .y = 1}}, {.kind = TRL_VIEW_POINTS, .points = {2, 3}}},
    };
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct trl_panel_text *text = create(cases[n].text, &cases[n].defaults);
        assert_params(cases[n].text, trl_panel_text_params(text), &cases[n].expected);
        trl_panel_text_destroy(&text);
    }
    assert_refused("heatmap,vmin=3", &(struct trl_panel_params){.view = {.vmax_set = true}},
                   (const char *[]){"vmin 3", "vmax 0", NULL});
}

/* The point stays a point where it is a comma to the program. */
static void numbers_know_no_locale(void **state)
{
    (void)state;
    setlocale(LC_ALL, "de_DE.UTF-8");
    struct trl_panel_text *text = create("lines,width=2.5,vmin=-0.1", NULL);
    assert_true(trl_panel_text_params(text)->lines.width == 2.5);
    assert_true(trl_panel_text_params(text)->view.vmin == -0.1);
    trl_panel_text_destroy(&text);
    assert_refused("lines,width=2\\,5", NULL, NULL);
    setlocale(LC_ALL, "C");
}

/* ---- what is refused ---- */

static void wrong_texts_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words[4];
    } wrong[] = {
        {"", {"character 1", "a view is missing", "heatmap, slice, strip, lines"}},
        {",cmap=hot", {"character 1", "a view is missing"}},
        {"heatmp", {"\"heatmp\"", "did you mean heatmap?"}},
        {"Lines", {"\"Lines\"", "did you mean lines?"}},
        {"xyzzy", {"\"xyzzy\"", "there are heatmap"}},
        {"cmap=hot", {"cmap is an option", "heatmap"}},
        {"heatmap=3", {"heatmap takes no value"}},
        {"slice", {"slice needs a value: slice=AXIS:INDEX"}},
        {"strip", {"strip needs a value: strip=FRAMES"}},
        {"slice=3", {"slice \"3\"", "AXIS:INDEX"}},
        {"heatmap,", {"character 9", "an option is missing"}},
        {"heatmap,,cmap=hot", {"character 9", "an option is missing"}},
        {"heatmap,=hot", {"an option is missing"}},
        {"heatmap,cmpa=hot", {"character 9", "\"cmpa\"", "did you mean cmap?"}},
        {"volume,elevaton=3", {"did you mean elevation?"}},
        {"heatmap,qqqqqqqq", {"\"qqqqqqqq\"", "backslash", "heatmap"}},
        {"heatmap,lines", {"lines is a view"}},
        {"heatmap,cmap", {"cmap needs a value: cmap=NAME"}},
        {"heatmap,cmap=viridiss", {"\"viridiss\"", "list cmaps", "did you mean viridis?"}},
        {"heatmap,norm=lgo", {"norm \"lgo\"", "did you mean log?"}},
        {"volume,mode=compsite", {"not one of composite, mip; did you mean composite?"}},
        {"heatmap,filter=gausian=2", {"\"gausian\"; did you mean gaussian? There are"}},
        {"rgb,cmap=hot", {"rgb has no option cmap", "heatmap, points"}},
        {"lines,roll=yes", {"roll \"yes\"", "on or off"}},
        {"heatmap,aspect=wide", {"aspect \"wide\" is not one of equal, auto"}},
        {"heatmap,scale=0", {"scale \"0\"", "a whole number from 1 to 4096"}},
        {"lines,width=65", {"width \"65\"", "a number from 0.5 to 64"}},
        {"raster,neurons=2000000000", {"from 1 to 1073741824"}},
        {"heatmap,x-label=\"a", {"character 17", "double quote"}},
        {"heatmap,x-label=\"a\"b", {"character 20", "comma or the end"}},
        {"heatmap,x-label=a\\", {"character 18", "backslash"}},
        {"heatmap,x-label=\"a\\", {"character 19", "backslash"}},
        {"heatmap,filter=gaussian=2+abz", {"gaussian=2,abz", "abz", "median"}},
        {"heatmap,filter=abs+", {"a filter is missing"}},
        {"heatmap,filter=", {"a filter is missing"}},
        {"heatmap,slice=0:1,slice=0:1,slice=0:1,slice=0:1", {"one too many", "3"}},
        {"heatmap,vmin=1,vmax=2,center=0", {"vmin, vmax and center"}},
        {"heatmap,vmin=2,vmax=2", {"vmin 2", "below vmax 2"}},
        {"heatmap,size=3x3,scale=2", {"size and scale"}},
        {"points,x=2,y=2", {"both column 2"}},
        {"points,y=0", {"both column 0"}},
        {"raster,form=bits", {"form=bits", "neurons=N"}},
        {"raster,form=events", {"form=events", "neurons=N"}},
        {"heatmap,hide=nan", {"overlay"}},
    };
    for (size_t n = 0; n < sizeof(wrong) / sizeof(wrong[0]); n++)
        assert_refused(wrong[n].text, NULL, wrong[n].words);
}

static void wrong_values_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *start;
        const char *values[24];
    } wrong[] = {
        {"heatmap,name", {""}},
        {"heatmap,size", {"3", "3x", "x3", "0x4", "-1x4", "4x-1", "4x4x4", "4X4", "65536x1", ""}},
        {"heatmap,scale", {"-1", "2.5", "4097", "two", "", "+2", " 2"}},
        {"heatmap,scroll", {"0", "65536", "x"}},
        {"heatmap,vmin", {"nan", "inf", "0x10", "1\\,5", "", "1e999", "--", "1e"}},
        {"heatmap,vmax", {"NaN", "-inf", "1.5f", "1 "}},
        {"heatmap,norm",
         {"lin", "power:0", "power:-1", "power:x", "symlog:", "log:2", "linear:1", ""}},
        {"heatmap,range", {"all", "", "Movie", "running:3", "running:", "running:x", "frame:9"}},
        {"heatmap,robust", {"2", "2\\,98", "98:2", "-1:5", "5:101", ":", "2:98:99", ""}},
        {"heatmap,center", {"nan", "x", ""}},
        {"heatmap,equalize",
         {"adaptive", "", "global=2", "clahe=", "clahe=0.5", "clahe=257", "clahe=2:0", "clahe=2:65",
          "clahe=2:8:8", "clahe:3"}},
        {"heatmap,origin", {"left"}},
        {"heatmap,interpolation", {"cubic"}},
        {"heatmap,reduce", {"min"}},
        {"heatmap,nan-color", {"#12", "#12345", "#ggg", "blu", "123456", "#1234567", ""}},
        {"heatmap,under", {"#"}},
        {"heatmap,slice",
         {"", "1", ":", "9:1", "-9:1", "1:", "1:x", "1:2:", "1:2:3:", "1:2:3:jump", "1:2:hold",
          "1:2:3:loop:0", "1:2:3:loop:", "1:2:3:loop:1:1", "1:99999999999999999999"}},
        {"projection,axis", {"3", "-4", "z"}},
        {"projection,project", {"median"}},
        {"raster,window", {"0", "-1", "x", ""}},
        {"raster,whole", {"0", "", "1073741825"}},
        {"lines,colors",
         {"", "red/", "/red", "red//blue", "reddish",
          "red/red/red/red/red/red/red/red/red/red/red/red/red/red/red/red/red"}},
        {"raster,populations", {"", "5:3", "5:5", "-1:3", "1:", ":1", "1::2", "x", "1/2"}},
        {"raster,form", {"list"}},
        {"points,x", {"-1", "2147483648", ""}},
        {"points,x-range", {"", "1", "1:1", "2:1", "1:2:3", "a:b", ":", "1:"}},
        {"points,point-size", {"0", "0.5", "61"}},
        {"points,trail", {"-1", "1e7"}},
        {"histogram,bins", {"0", "3", "512", "-2", ""}},
        {"histogram,count-max", {"0", "-1", "1e10"}},
        {"volume,opacity",
         {"", "flat", "threshold", "threshold:", "threshold:x", "points:", "points:1", "points:1/2",
          "points:1/-0.1", "points:2/0/1/1", "points:1/0/", "points:1/0/2", "points:/",
          "points:1/0/2/x", "linear:1"}},
        {"volume,density", {"0", "-1", "1e7"}},
        {"volume,step", {"0", "101"}},
        {"volume,spacing", {"1", "1x1", "1x1x1x1", "1x1x", "x1x1", "0x1x1", "1x1x-1", "1x1xa"}},
        {"volume,elevation", {"91", "-90.5"}},
        {"volume,zoom", {"0", "1001"}},
        {"volume,look-at", {"11x0x0", "0"}},
        {"volume,angle", {"0", "171"}},
        {"volume,spin", {"361", "x"}},
        {"volume,mode", {"max"}},
        {"rgb,channels", {"", "1", "1/2", "1/2/3/4/5", "1/2/", "a/b/c", "1/2/3.5", "1:2:3"}},
        {"rgb,checker", {"0", "x"}},
        {"heatmap,overlay", {"0", "-1", "1.5", "x", "", "255"}},
        {"heatmap,overlay,hide", {"", "all", "nan+", "+nan", "nan,over=", "nan/over"}},
        {"heatmap,x-step", {"x", "inf", ""}},
    };
    for (size_t n = 0; n < sizeof(wrong) / sizeof(wrong[0]); n++)
        for (size_t v = 0; v < 24 && wrong[n].values[v]; v++) {
            char text[512];
            snprintf(text, sizeof(text), "%s=%s", wrong[n].start, wrong[n].values[v]);
            assert_refused(text, NULL, NULL);
        }
}

static void long_texts_stay_one_line(void **state)
{
    (void)state;
    char *text = malloc(100001);
    assert_non_null(text);
    memset(text, 'q', 100000);
    text[100000] = 0;
    assert_refused(text, NULL, (const char *[]){"there are heatmap", NULL});
    memcpy(text, "heatmap,", 8);
    assert_refused(text, NULL, (const char *[]){"unknown option", NULL});
    memcpy(text, "heatmap,x-label=", 16);
    struct trl_panel_text *panel = create(text, NULL);
    assert_int_equal(strlen(trl_panel_text_params(panel)->x.label), 100000 - 16);
    trl_panel_text_destroy(&panel);
    free(text);
    struct trl_panel_text *none = NULL;
    trl_panel_text_destroy(&none);
    trl_panel_text_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_sets_its_field), cmocka_unit_test(options_belong_to_views),
        cmocka_unit_test(defaults_are_kept),           cmocka_unit_test(text_wins),
        cmocka_unit_test(numbers_know_no_locale),      cmocka_unit_test(wrong_texts_are_explained),
        cmocka_unit_test(wrong_values_are_refused),    cmocka_unit_test(long_texts_stay_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
