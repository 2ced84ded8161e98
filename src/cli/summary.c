/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/summary.h"

#include "cli/exits.h"
#include "cli/message.h"
#include "cli/signals.h"

#include <tensorreel/error.h>
#include <tensorreel/version.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int trl_cli_json_print(json_t *json)
{
    if (!json) {
        trl_cli_message(TRL_LOG_ERROR, "out of memory");
        return trl_cli_exit_code(TRL_ERROR_MEMORY);
    }
    /* A write that fails shows in the stream's error flag, which the end of the program looks
     * at. */
    (void)json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(10));
    fputc('\n', stdout);
    json_decref(json);
    return TRL_CLI_EXIT_DONE;
}

json_t *trl_cli_json_text(const char *text)
{
    json_t *json = json_string(text);
    char *copy = json ? NULL : strdup(text);
    if (!copy)
        return json;
    for (char *at = copy; *at; at++)
        if (*at & 0x80)
            *at = '?';
    json = json_string(copy);
    free(copy);
    return json;
}

/* JSON has no NaN and no infinity. */
static json_t *number_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *trl_cli_outputs_json(const struct trl_cli_film *film)
{
    json_t *outputs = json_array();
    for (int i = 0; i < film->settings->outputs.count; i++)
        json_array_append_new(outputs, trl_cli_json_text(film->settings->outputs.items[i]));
    return outputs;
}

void trl_cli_film_rate(const struct trl_cli_film *film, int *num, int *den)
{
    const struct trl_stream_params *params = &film->settings->stream;
    *num = params->fps_num ? params->fps_num : 30;
    *den = params->fps_den ? params->fps_den : 1;
}

static double ms(int64_t ns)
{
    return (double)ns * 1e-6;
}

static json_t *summary_json(const struct trl_cli_film *film, const struct trl_stream_stats *stats,
                            int error, double fps, double speed)
{
    const struct trl_device_info *device = trl_device_info(film->device);
    const char *result = !error                         ? "done"
                         : error == TRL_ERROR_CANCELLED ? "cancelled"
                                                        : trl_error_name(error);
    if (!error && trl_cli_signals_caught())
        result = "cancelled";
    int num, den;
    trl_cli_film_rate(film, &num, &den);
    json_t *stages =
        json_pack("{s:f,s:f,s:f,s:f,s:f,s:f,s:f,s:f,s:f}", "input", ms(stats->input_ns), "wait",
                  ms(stats->wait_ns), "sim", ms(stats->sim_ns), "upload", ms(stats->upload_ns),
                  "analyse", ms(stats->analyse_ns), "view", ms(stats->view_ns), "pack",
                  ms(stats->pack_ns), "copy", ms(stats->copy_ns), "output", ms(stats->sink_ns));
    json_t *elements =
        json_pack("{s:I,s:I,s:I,s:I,s:I,s:I}", "all", (json_int_t)stats->element_count, "nan",
                  (json_int_t)stats->nan_count, "pos_inf", (json_int_t)stats->pos_inf_count,
                  "neg_inf", (json_int_t)stats->neg_inf_count, "under",
                  (json_int_t)stats->under_count, "over", (json_int_t)stats->over_count);
    json_t *bytes =
        json_pack("{s:I,s:I,s:I}", "upload", (json_int_t)stats->upload_bytes, "readback",
                  (json_int_t)stats->readback_bytes, "device", (json_int_t)stats->device_bytes);
    return json_pack(
        "{s:s,s:s,s:o,s:{s:i,s:s,s:s},s:I,s:I,s:I,s:I,s:i,s:i,s:[i,i],s:[o,o],s:[o,o],s:f,s:f,s:f,"
        "s:s?,"
        "s:o,s:o,s:o}",
        "tensorreel", trl_version(), "result", result, "outputs", trl_cli_outputs_json(film),
        "device", "index", device->index, "name", device->name, "driver", device->driver, "frames",
        (json_int_t)stats->frames, "encoded", (json_int_t)stats->encoded, "dropped",
        (json_int_t)stats->dropped, "failed", (json_int_t)stats->failed, "width", stats->width,
        "height", stats->height, "rate", num, den, "range", number_json(stats->range_low),
        number_json(stats->range_high), "range_film", number_json(stats->range_lowest),
        number_json(stats->range_highest), "wall_ms", ms(stats->wall_ns), "fps", fps, "speed",
        speed, "limit", stats->limit, "stages_ms", stages, "elements", elements, "bytes", bytes);
}

/* A single colour, and what a logarithm leaves out. */
static void warn_of_values(struct trl_cli_film *film, const struct trl_stream_stats *stats)
{
    const struct trl_view_params *view = &film->settings->stream.view;
    /* The range of spikes is how many there were. */
    if (film->panels.count && film->panels.params[0].kind == TRL_VIEW_RASTER) {
        const int64_t outside = stats->under_count + stats->over_count;
        if (outside && film->panels.count == 1)
            trl_cli_report_warn(film->report,
                                "%lld spike%s of neurons that there are not: the numbers are 0 to "
                                "neurons - 1",
                                (long long)outside, outside == 1 ? " is" : "s are");
        return;
    }
    if (stats->encoded && stats->range_lowest == stats->range_highest)
        trl_cli_report_warn(film->report,
                            "the range is a single value, %.9g; --vmin and --vmax give it two ends",
                            stats->range_lowest);
    const double share = (double)stats->under_count / fmax(1, (double)stats->element_count);
    if (view->norm == TRL_NORM_LOG && share >= 0.01)
        trl_cli_report_warn(film->report,
                            "--norm log: %.3g %% of the elements lie below the range, where zero "
                            "and negative values always are; --norm symlog shows them",
                            100 * share);
}

static void say_range(char *text, size_t size, const struct trl_cli_film *film,
                      const struct trl_stream_stats *stats)
{
    const bool one = trl_cli_range_is_one(film->settings);
    /* Of several panels each has a range of its own. */
    if (film->panels.count > 1) {
        snprintf(text, size, "%d panels", film->panels.count);
        return;
    }
    const char *what = film->panels.count ? "values within"
                       : one              ? "colours from"
                                          : "colours by the frame, within";
    char low[32] = "", high[32] = "";
    /* As many digits as tell the ends apart, and no more than a float has. */
    for (int digits = 6; digits <= 9 && !strcmp(low, high); digits++) {
        snprintf(low, sizeof(low), "%.*g", digits, stats->range_lowest);
        snprintf(high, sizeof(high), "%.*g", digits, stats->range_highest);
        if (stats->range_lowest == stats->range_highest)
            break;
    }
    snprintf(text, size, "%s %s to %s", what, low, high);
}

/* What the film is called in a line of text. */
static void say_name(char *text, size_t size, const struct trl_cli_words *outputs)
{
    const char *first = outputs->items[0];
    const int used = snprintf(text, size, "%s", strcmp(first, "-") ? first : "standard output");
    if (outputs->count > 1 && used >= 0 && (size_t)used < size)
        snprintf(text + used, size - (size_t)used, " and %d more", outputs->count - 1);
}

static void say_summary(struct trl_cli_film *film, const struct trl_stream_stats *stats, int error,
                        double fps, double speed)
{
    char name[512], range[128];
    say_name(name, sizeof(name), &film->settings->outputs);
    say_range(range, sizeof(range), film, stats);
    if (stats->nan_count || stats->pos_inf_count || stats->neg_inf_count)
        trl_cli_report_say(film->report,
                           "not finite: %lld NaN, %lld +Inf, %lld -Inf of %lld elements",
                           (long long)stats->nan_count, (long long)stats->pos_inf_count,
                           (long long)stats->neg_inf_count, (long long)stats->element_count);
    trl_cli_report_say(
        film->report,
        "%s%s: %lld frame%s of %dx%d, %lld dropped, %s, %.1f fps, %.2f x real time%s%s",
        trl_cli_signals_caught()   ? "stopped: "
        : error == TRL_ERROR_INPUT ? "the film ends where the input broke off: "
                                   : "",
        name, (long long)stats->frames, stats->frames == 1 ? "" : "s", stats->width, stats->height,
        (long long)stats->dropped, range, fps, speed, stats->limit ? ", limited by the " : "",
        stats->limit ? stats->limit : "");
}

void trl_cli_summary_print(struct trl_cli_film *film, const struct trl_stream *stream, int error)
{
    struct trl_stream_stats stats;
    trl_stream_stats(stream, &stats);
    int num, den;
    trl_cli_film_rate(film, &num, &den);
    const double fps = stats.wall_ns > 0 ? (double)stats.frames * 1e9 / (double)stats.wall_ns : 0;
    const double speed = fps * den / num;
    const bool kept =
        !error || error == TRL_ERROR_CANCELLED || (error == TRL_ERROR_INPUT && stats.encoded > 0);
    if (kept)
        warn_of_values(film, &stats);
    if (film->settings->json)
        trl_cli_json_print(summary_json(film, &stats, error, fps, speed));
    else if (kept)
        say_summary(film, &stats, error, fps, speed);
}
