/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/exits.h"
#include "cli/help.h"
#include "cli/message.h"
#include "cli/networks.h"
#include "cli/sheet.h"
#include "cli/summary.h"
#include "cli/swatch.h"

#include <tensorreel/filter.h>
#include <tensorreel/version.h>

#include <stdio.h>
#include <string.h>

enum { SWATCH_COLUMNS = 48 };

static int list_cmaps(bool json)
{
    const enum trl_cli_depth depth = trl_cli_depth();
    if (!json) {
        for (const char *const *name = trl_cmap_names(); *name; name++) {
            printf(depth ? "%-12s " : "%s", *name);
            trl_cli_swatch(*name, depth, SWATCH_COLUMNS);
            putchar('\n');
        }
        return TRL_CLI_EXIT_DONE;
    }
    json_t *names = json_array();
    for (const char *const *name = trl_cmap_names(); *name; name++)
        json_array_append_new(names, json_string(*name));
    return trl_cli_json_print(names);
}

/* ---- views ---- */

static bool takes(const struct trl_panel_word *view, const struct trl_panel_word *option)
{
    return option->kinds & 1U << view->kind;
}

static json_t *view_json(const struct trl_panel_word *view)
{
    json_t *options = json_array();
    for (const struct trl_panel_word *option = trl_panel_options(); option->word; option++)
        if (takes(view, option))
            json_array_append_new(options,
                                  json_pack("{s:s,s:s?,s:s}", "name", option->word, "value",
                                            option->placeholder, "description", option->help));
    return json_pack("{s:s,s:s?,s:s,s:o}", "name", view->word, "value", view->placeholder,
                     "description", view->help, "options", options);
}

void trl_cli_panel_spelling(const struct trl_panel_word *word, char *text, size_t size)
{
    const char *value = word->placeholder;
    if (value && value[0] == '[')
        snprintf(text, size, "%s[=%s", word->word, value + 1);
    else
        snprintf(text, size, "%s%s%s", word->word, value ? "=" : "", value ? value : "");
}

static void print_view(const struct trl_panel_word *view)
{
    char words[1024] = "", spelling[128];
    trl_cli_panel_spelling(view, spelling, sizeof(spelling));
    printf("%-22s %s\n", spelling, view->help);
    /* An alias has the options of the view that it stands for. */
    if (view->placeholder)
        return;
    for (const struct trl_panel_word *option = trl_panel_options(); option->word; option++) {
        const size_t used = strlen(words);
        if (takes(view, option))
            snprintf(words + used, sizeof(words) - used, "%s%s", used ? " " : "", option->word);
    }
    trl_cli_print_wrapped(stdout, words, 4);
}

static int list_views(bool json)
{
    if (json) {
        json_t *views = json_array();
        for (const struct trl_panel_word *view = trl_panel_views(); view->word; view++)
            json_array_append_new(views, view_json(view));
        return trl_cli_json_print(views);
    }
    for (const struct trl_panel_word *view = trl_panel_views(); view->word; view++)
        print_view(view);
    puts(
        "\nOptions stand behind the view, as in heatmap,cmap=hot,norm=log. A comma within a value\n"
        "has a backslash before it, or the value stands in double quotes.\n");
    for (const struct trl_panel_word *option = trl_panel_options(); option->word; option++) {
        char spelling[128];
        trl_cli_panel_spelling(option, spelling, sizeof(spelling));
        printf("  %s\n", spelling);
        trl_cli_print_wrapped(stdout, option->help, 8);
    }
    return TRL_CLI_EXIT_DONE;
}

static int list_filters(bool json)
{
    json_t *filters = json_array();
    for (const struct trl_filter_info *filter = trl_filter_list(); filter->name; filter++) {
        char spelling[128];
        snprintf(spelling, sizeof(spelling), "%s%s", filter->name, filter->arguments);
        json_array_append_new(filters, json_pack("{s:s,s:s,s:s}", "name", filter->name, "arguments",
                                                 filter->arguments, "description", filter->help));
        if (!json)
            printf("%-28s %s\n", spelling, filter->help);
    }
    if (json)
        return trl_cli_json_print(filters);
    json_decref(filters);
    return TRL_CLI_EXIT_DONE;
}

/* ---- models and outputs ---- */

static json_t *model_json(const struct trl_sim_model *model)
{
    json_t *channels = json_array(), *settings = json_object();
    for (const struct trl_sim_channel *channel = model->channels; channel->name; channel++)
        json_array_append_new(channels,
                              json_pack("{s:s,s:s,s:f,s:f,s:s}", "name", channel->name,
                                        "description", channel->description, "vmin", channel->vmin,
                                        "vmax", channel->vmax, "cmap", channel->cmap));
    for (const struct trl_sim_setting *setting = model->settings; setting->name; setting++)
        json_object_set_new(settings, setting->name, json_real(setting->value));
    return json_pack("{s:s,s:s,s:f,s:o,s:o}", "name", model->name, "description",
                     model->description, "dt", model->dt, "channels", channels, "settings",
                     settings);
}

static void print_model(const struct trl_sim_model *model)
{
    printf("%s, in steps of %g ms\n  %s\n", model->name, model->dt * 1e3, model->description);
    for (const struct trl_sim_channel *channel = model->channels; channel->name; channel++)
        printf("  --channel %-12s %s; %g to %g, %s\n", channel->name, channel->description,
               channel->vmin, channel->vmax, channel->cmap);
    for (const struct trl_sim_setting *setting = model->settings; setting->name; setting++)
        printf("  --set %s=%g\n", setting->name, setting->value);
}

static int list_models(bool json)
{
    if (!json) {
        for (const struct trl_sim_model *const *model = trl_sim_models(); *model; model++)
            print_model(*model);
        return TRL_CLI_EXIT_DONE;
    }
    json_t *models = json_array();
    for (const struct trl_sim_model *const *model = trl_sim_models(); *model; model++)
        json_array_append_new(models, model_json(*model));
    return trl_cli_json_print(models);
}

struct row {
    const char *name, *description;
    const char *feature; /* the optional part it needs; NULL: none */
};

static bool is_built(const char *feature)
{
    const char *at = feature ? trl_version_features() : NULL;
    for (; at && *at; at += strspn(at, " ")) {
        const size_t length = strcspn(at, " ");
        if (length == strlen(feature) && !strncmp(at, feature, length))
            return true;
        at += length;
    }
    return !feature;
}

static int list_rows(const struct row *rows, bool json)
{
    json_t *array = json_array();
    for (const struct row *row = rows; row->name; row++) {
        if (!is_built(row->feature))
            continue;
        json_array_append_new(
            array, json_pack("{s:s,s:s}", "name", row->name, "description", row->description));
        if (!json)
            printf("%-22s %s\n", row->name, row->description);
    }
    if (json)
        return trl_cli_json_print(array);
    json_decref(array);
    return TRL_CLI_EXIT_DONE;
}

static int list_codecs(bool json)
{
    static const struct row codecs[] = {
        {".mp4 .m4v .mov .mkv", "H.264 and, by -c:v, others of FFmpeg's encoders", "libav"},
        {".mkv --lossless", "FFV1, every pixel exact", "libav"},
        {".webm", "VP9 or AV1", "libav"},
        {"frame_%05d.png", "a numbered PNG file a frame; frame_####.png too", "png"},
        {".y4m or -", "Y4M, uncompressed, in a file or on standard output", NULL},
        {".framehash", "a hash a frame, as ffmpeg -f framehash writes it", NULL},
        {"null:", "nothing: for measuring", NULL},
        {0},
    };
    return list_rows(codecs, json);
}

int trl_cli_list(struct trl_cli_settings *settings)
{
    static const struct {
        const char *what;
        int (*list)(bool json);
        int (*sheet)(struct trl_cli_settings *settings);
    } rows[] = {
        {"cmaps", list_cmaps, trl_cli_sheet_cmaps},
        {"views", list_views, trl_cli_sheet_views},
        {"filters", list_filters, trl_cli_sheet_filters},
        {"models", list_models, NULL},
        {"networks", trl_cli_list_networks, NULL},
        {"codecs", list_codecs, NULL},
    };
    const char *what = settings->operands.items[0];
    size_t n = 0;
    while (strcmp(rows[n].what, what) != 0) /* the parser has let no other word through */
        n++;
    if (!settings->sheet_path)
        return rows[n].list(settings->json);
    if (!rows[n].sheet)
        return trl_cli_usage_error(
            "--sheet: there is none of %s; cmaps, views and filters have one", what);
    return settings->json ? trl_cli_usage_error("--sheet and --json exclude each other")
                          : rows[n].sheet(settings);
}
