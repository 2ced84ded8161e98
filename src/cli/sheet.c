/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/sheet.h"

#include "cli/exits.h"
#include "cli/message.h"
#include "cli/report.h"

#include <tensorreel/error.h>
#include <tensorreel/filter.h>
#include <tensorreel/tensor.h>

#include <math.h>
#include <string.h>

/* A contact sheet: a film whose last frame is kept, of panels that show tensors made here. */
struct sheet {
    struct trl_cli_settings *settings;
    struct trl_cli_report *report;
    struct trl_log *log; /* of the report */
    struct trl_scene_params scene;
    struct trl_panel_params panels[TRL_PANELS_MAX];
    /* Captures what frame n shows; 0 or an enum trl_error. */
    int (*capture)(struct trl_stream *stream, int n);
    int frame_count;
};

static int capture(struct trl_stream *stream, const char *name, enum trl_dtype dtype,
                   const int64_t shape[3], const void *data)
{
    struct trl_layout layout;
    const int error = trl_layout_dense(&layout, dtype, 3, shape, false);
    if (error)
        return error;
    return trl_stream_capture(stream, name, &layout, data,
                              (uint64_t)trl_layout_elements(&layout) * trl_dtype_size(dtype));
}

static int shoot(const struct sheet *sheet, struct trl_device *device)
{
    const struct trl_output_params output = {.path = sheet->settings->sheet_path,
                                             .overwrite = sheet->settings->output.overwrite,
                                             .still = true};
    const struct trl_stream_params params = {
        .log = sheet->log, .scene = &sheet->scene, .outputs = &output, .output_count = 1};
    struct trl_stream *stream = NULL;
    int error = trl_stream_create(&stream, device, &params);
    for (int n = 0; !error && n < sheet->frame_count; n++) {
        error = sheet->capture(stream, n);
        if (!error)
            error = trl_stream_frame(stream);
    }
    if (!error)
        error = trl_stream_finish(stream);
    trl_stream_destroy(&stream);
    return error;
}

/* Draws the sheet if nothing has failed so far. Returns the exit code. */
static int print(struct sheet *sheet, int error)
{
    struct trl_device_params params = sheet->settings->device;
    struct trl_device *device = NULL;
    params.log = sheet->log;
    if (!error)
        error = trl_device_create(&device, &params);
    if (!error)
        error = shoot(sheet, device);
    trl_device_destroy(&device);
    return trl_cli_exit_code(error);
}

static int begin(struct sheet *sheet)
{
    sheet->scene.panels = sheet->panels;
    const int code = trl_cli_report_create(&sheet->report, sheet->settings);
    if (!code)
        sheet->log = trl_cli_report_log(sheet->report);
    return code;
}

/* ---- colour maps ---- */

static int capture_ramp(struct trl_stream *stream, int n)
{
    (void)n;
    float ramp[256];
    for (int i = 0; i < 256; i++)
        ramp[i] = (float)i;
    return capture(stream, "ramp", TRL_DTYPE_F32, (const int64_t[]){1, 1, 256}, ramp);
}

int trl_cli_sheet_cmaps(struct trl_cli_settings *settings)
{
    enum { COLUMNS = 2, WIDTH = 960, ROW = 64 };
    struct sheet sheet = {.settings = settings, .capture = capture_ramp, .frame_count = 1};
    int count = 0;
    for (const char *const *name = trl_cmap_names(); *name && count < TRL_PANELS_MAX; name++)
        sheet.panels[count++] = (struct trl_panel_params){
            .name = *name,
            .input = "ramp",
            .view = {.cmap = *name,
                     .vmin_set = true,
                     .vmax_set = true,
                     .vmax = 255,
                     .aspect = TRL_ASPECT_AUTO},
        };
    const int rows = (count + COLUMNS - 1) / COLUMNS;
    sheet.scene = (struct trl_scene_params){.panel_count = count,
                                            .width = WIDTH,
                                            .height = ROW * rows,
                                            .grid_rows = rows,
                                            .grid_columns = COLUMNS,
                                            .text_size = 16};
    int code = begin(&sheet);
    if (!code)
        code = print(&sheet, 0);
    trl_cli_report_destroy(&sheet.report);
    return code;
}

/* ---- views ---- */

enum { FRAMES = 60, FIELD = 64, VOLUME = 32, TRACES = 4, SAMPLES = 120, NEURONS = 48, POINTS = 60 };

static const struct {
    const char *name, *text;
} views[] = {
    {"heatmap", "heatmap,input=field"},
    {"slice", "slice=0:0:-1:hold:60,input=volume,cmap=inferno"},
    {"strip", "strip=60,input=field,slice=1:32,cmap=magma"},
    {"lines", "lines,input=traces,vmin=-1.2,vmax=1.2"},
    {"raster", "raster,input=spikes,window=60,populations=0:32"},
    {"points", "points,input=orbit,color=2,trail=8,x-range=-1.2:1.2,y-range=-1.2:1.2"},
    {"histogram", "histogram,input=field,window=60,bins=64,vmin=-1,vmax=1"},
    {"projection", "projection,input=volume,axis=1,cmap=cividis"},
    {"triview", "triview,input=volume,slice=0:12,slice=1:14,slice=2:18,cmap=hot"},
    {"volume",
     "volume,input=volume,azimuth=30,elevation=25,opacity=threshold:0.15,on-map,light,zoom=1.5"
     ",cmap=inferno"},
    {"rgb", "rgb,input=colours"},
    {"complex", "complex,input=roots,vmin=0,vmax=2"},
};

enum { VIEW_COUNT = sizeof(views) / sizeof(views[0]) };

static int capture_field(struct trl_stream *stream, int n)
{
    static float field[FIELD][FIELD];
    const double t = 0.1 * n;
    for (int y = 0; y < FIELD; y++)
        for (int x = 0; x < FIELD; x++)
            field[y][x] = (float)(sin(0.2 * x + t) * cos(0.15 * y - 0.7 * t));
    return capture(stream, "field", TRL_DTYPE_F32, (const int64_t[]){1, FIELD, FIELD}, field);
}

static int capture_traces(struct trl_stream *stream, int n)
{
    float traces[TRACES][SAMPLES];
    for (int s = 0; s < TRACES; s++)
        for (int i = 0; i < SAMPLES; i++)
            traces[s][i] = (float)(exp(-0.01 * i) * sin(0.06 * (s + 1) * i + 0.1 * n));
    return capture(stream, "traces", TRL_DTYPE_F32, (const int64_t[]){1, TRACES, SAMPLES}, traces);
}

static uint32_t mix(uint32_t i, uint32_t n)
{
    const uint32_t hash = (i * 2654435761U) ^ (n * 2246822519U);
    return ((hash ^ hash >> 15) * 2654435761U) >> 16;
}

static int capture_spikes(struct trl_stream *stream, int n)
{
    uint8_t spikes[NEURONS];
    for (uint32_t i = 0; i < NEURONS; i++)
        spikes[i] = (mix(i, (uint32_t)n) & 255) < (n % 20 < 4 ? 120U : 12U);
    return capture(stream, "spikes", TRL_DTYPE_U8, (const int64_t[]){1, 1, NEURONS}, spikes);
}

static int capture_orbit(struct trl_stream *stream, int n)
{
    float orbit[POINTS][3];
    for (int i = 0; i < POINTS; i++) {
        const double a = 6.2831853 * i / POINTS;
        orbit[i][0] = (float)sin(3 * a + 0.03 * n);
        orbit[i][1] = (float)sin(2 * a + 0.02 * n);
        orbit[i][2] = (float)a;
    }
    return capture(stream, "orbit", TRL_DTYPE_F32, (const int64_t[]){1, POINTS, 3}, orbit);
}

static int capture_volume(struct trl_stream *stream)
{
    static float volume[VOLUME][VOLUME][VOLUME];
    for (int z = 0; z < VOLUME; z++)
        for (int y = 0; y < VOLUME; y++)
            for (int x = 0; x < VOLUME; x++) {
                const double near = hypot(hypot(x - 10, y - 12), z - 12);
                const double far = hypot(hypot(x - 21, y - 19), z - 20);
                volume[z][y][x] = (float)(exp(-near * near / 20) + 0.7 * exp(-far * far / 40));
            }
    return capture(stream, "volume", TRL_DTYPE_F32, (const int64_t[]){VOLUME, VOLUME, VOLUME},
                   volume);
}

static int capture_colours(struct trl_stream *stream)
{
    static uint8_t colours[FIELD][FIELD][3];
    for (int y = 0; y < FIELD; y++)
        for (int x = 0; x < FIELD; x++) {
            colours[y][x][0] = (uint8_t)(4 * x);
            colours[y][x][1] = (uint8_t)(4 * y);
            colours[y][x][2] = (uint8_t)(255 - 2 * (x + y));
        }
    return capture(stream, "colours", TRL_DTYPE_U8, (const int64_t[]){FIELD, FIELD, 3}, colours);
}

/* z^3 - 1 around 0: three roots, each with all hues around it. */
static int capture_roots(struct trl_stream *stream)
{
    static float roots[FIELD][FIELD][2];
    for (int y = 0; y < FIELD; y++)
        for (int x = 0; x < FIELD; x++) {
            const double re = (x - 31.5) / 20, im = (31.5 - y) / 20;
            roots[y][x][0] = (float)(re * re * re - 3 * re * im * im - 1);
            roots[y][x][1] = (float)(3 * re * re * im - im * im * im);
        }
    return capture(stream, "roots", TRL_DTYPE_F32, (const int64_t[]){FIELD, FIELD, 2}, roots);
}

static int capture_samples(struct trl_stream *stream, int n)
{
    int error = n ? 0 : capture_volume(stream);
    if (!error && !n)
        error = capture_colours(stream);
    if (!error && !n)
        error = capture_roots(stream);
    if (!error)
        error = capture_field(stream, n);
    if (!error)
        error = capture_traces(stream, n);
    if (!error)
        error = capture_spikes(stream, n);
    return error ? error : capture_orbit(stream, n);
}

int trl_cli_sheet_views(struct trl_cli_settings *settings)
{
    struct trl_panel_text *texts[VIEW_COUNT] = {0};
    struct sheet sheet = {.settings = settings,
                          .scene = {.panel_count = VIEW_COUNT,
                                    .width = 1280,
                                    .height = 960,
                                    .grid_rows = 3,
                                    .grid_columns = 4},
                          .capture = capture_samples,
                          .frame_count = FRAMES};
    int code = begin(&sheet);
    if (code)
        return code;
    int error = 0;
    for (int n = 0; !error && n < VIEW_COUNT; n++) {
        const struct trl_panel_params defaults = {.name = views[n].name};
        error = trl_panel_text_create(&texts[n], sheet.log, views[n].text, &defaults);
        if (!error)
            sheet.panels[n] = *trl_panel_text_params(texts[n]);
    }
    code = print(&sheet, error);
    for (int n = 0; n < VIEW_COUNT; n++)
        trl_panel_text_destroy(&texts[n]);
    trl_cli_report_destroy(&sheet.report);
    return code;
}

/* ---- filters ---- */

/* Something for each of them: waves, a square that moves, a hill above the range, and spikes, which
 * are others in every frame. */
static int capture_scene(struct trl_stream *stream, int n)
{
    static float scene[FIELD][FIELD];
    const int left = 4 + n;
    for (int y = 0; y < FIELD; y++)
        for (int x = 0; x < FIELD; x++) {
            const double far = hypot(x - 44, y - 46);
            double value = 0.8 * sin(0.2 * x + 0.05 * n) * cos(0.15 * y) + 6 * exp(-far * far / 60);
            if (x >= left && x < left + 16 && y >= 8 && y < 24)
                value = 1.5;
            const uint32_t hash = mix((uint32_t)(y * FIELD + x), (uint32_t)n);
            if ((hash & 63) == 0)
                value += hash & 64 ? 2 : -2;
            scene[y][x] = (float)value;
        }
    return capture(stream, "scene", TRL_DTYPE_F32, (const int64_t[]){1, FIELD, FIELD}, scene);
}

/* The filter with arguments, if it takes any. */
static const char *filter_example(const char *name)
{
    static const char *const examples[] = {"gaussian=2", "box=5",     "unsharp=2:1",
                                           "smooth=0.1", "decay=0.8", "clip=-0.3:0.3"};
    const size_t length = strlen(name);
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
        if (!strncmp(examples[i], name, length) && examples[i][length] == '=')
            return examples[i];
    return name;
}

int trl_cli_sheet_filters(struct trl_cli_settings *settings)
{
    enum { COLUMNS = 4, CELL = 320 };
    struct sheet sheet = {.settings = settings, .capture = capture_scene, .frame_count = 30};
    const struct trl_panel_params none = {
        .name = "none",
        .input = "scene",
        .view = {.cmap = "coolwarm", .vmin_set = true, .vmin = -2, .vmax_set = true, .vmax = 2}};
    int count = 0;
    sheet.panels[count++] = none;
    for (const struct trl_filter_info *filter = trl_filter_list();
         filter->name && count < TRL_PANELS_MAX; filter++) {
        struct trl_panel_params *panel = &sheet.panels[count++];
        *panel = none;
        panel->name = panel->filters = filter_example(filter->name);
    }
    const int rows = (count + COLUMNS - 1) / COLUMNS;
    sheet.scene = (struct trl_scene_params){.panel_count = count,
                                            .width = CELL * COLUMNS,
                                            .height = CELL * rows,
                                            .grid_rows = rows,
                                            .grid_columns = COLUMNS};
    int code = begin(&sheet);
    if (!code)
        code = print(&sheet, 0);
    trl_cli_report_destroy(&sheet.report);
    return code;
}
