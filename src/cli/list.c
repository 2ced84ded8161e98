/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/exits.h"
#include "cli/options.h"
#include "cli/summary.h"

#include <tensorreel/version.h>

#include <stdio.h>
#include <string.h>

static int list_cmaps(bool json)
{
    json_t *names = json_array();
    for (const char *const *name = trl_cmap_names(); *name; name++) {
        json_array_append_new(names, json_string(*name));
        if (!json)
            puts(*name);
    }
    if (json)
        return trl_cli_json_print(names);
    json_decref(names);
    return TRL_CLI_EXIT_DONE;
}

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

int trl_cli_list(struct trl_cli_settings *settings)
{
    static const struct row views[] = {
        {"heatmap", "every element a cell, its value a colour", NULL},
        {0},
    };
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
    const char *what = settings->operands.items[0];
    if (!strcmp(what, "cmaps"))
        return list_cmaps(settings->json);
    if (!strcmp(what, "models"))
        return list_models(settings->json);
    return list_rows(!strcmp(what, "views") ? views : codecs, settings->json);
}
