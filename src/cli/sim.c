/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/exits.h"
#include "cli/film.h"
#include "cli/injections.h"
#include "cli/message.h"
#include "cli/networks.h"

#include <tensorreel/network.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct trl_sim_model *find_model(const char *name)
{
    struct trl_cli_nearest nearest = {.word = name};
    for (const struct trl_sim_model *const *model = trl_sim_models(); *model; model++) {
        if (!strcmp((*model)->name, name))
            return *model;
        trl_cli_nearest_offer(&nearest, (*model)->name);
    }
    if (nearest.best)
        trl_cli_usage_error("unknown model \"%s\"; did you mean %s?", name, nearest.best);
    else
        trl_cli_usage_error("unknown model \"%s\"; tensorreel list models names them", name);
    return NULL;
}

/* The channel of that name; NULL is the first. */
static const struct trl_sim_channel *find_channel(const struct trl_sim_model *model,
                                                  const char *name)
{
    struct trl_cli_nearest nearest = {.word = name ? name : ""};
    for (const struct trl_sim_channel *channel = model->channels; channel->name; channel++) {
        if (!name || !strcmp(channel->name, name))
            return channel;
        trl_cli_nearest_offer(&nearest, channel->name);
    }
    trl_cli_usage_error("--channel \"%s\" is not a channel of %s; did you mean %s?", name,
                        model->name, nearest.best ? nearest.best : model->channels[0].name);
    return NULL;
}

/* What the options leave open of colours and range, as it suits the channel. */
static void choose_view(const struct trl_cli_settings *settings, struct trl_view_params *view,
                        const struct trl_sim_channel *channel)
{
    if (!view->cmap)
        view->cmap = channel->cmap;
    const bool found = view->range != TRL_RANGE_AUTO || view->equalize || settings->robust ||
                       settings->percentile_given;
    /* With a center one end makes the other. */
    if (found || (view->center_set && (view->vmin_set || view->vmax_set)))
        return;
    const bool upper = channel->vmax - view->center >= view->center - channel->vmin;
    if (!view->vmin_set && !(view->center_set && upper)) {
        view->vmin = channel->vmin;
        view->vmin_set = true;
    }
    if (!view->vmax_set && !(view->center_set && !upper)) {
        view->vmax = channel->vmax;
        view->vmax_set = true;
    }
}

/* The channel that a panel shows; NULL: an expression. */
static const struct trl_sim_channel *panel_channel(const struct trl_sim_model *model,
                                                   const struct trl_panel_params *panel,
                                                   const struct trl_sim_channel *otherwise)
{
    const char *name = panel->input ? panel->input : panel->name;
    for (const struct trl_sim_channel *channel = model->channels; channel->name && name; channel++)
        if (!strcmp(channel->name, name))
            return channel;
    return panel->input ? NULL : otherwise;
}

static bool needs_network(const struct trl_sim_model *model)
{
    return !strcmp(model->name, "burst");
}

/* Colours and ranges of the film, or of its panels. */
static int choose_views(struct trl_cli_film *film, const struct trl_sim_model *model,
                        const struct trl_sim_channel *channel)
{
    struct trl_cli_settings *settings = film->settings;
    const char *names[TRL_INPUTS_MAX];
    int count = 0;
    /* Cells without neurons are background, not data that is missing. */
    if (needs_network(model) && !settings->stream.view.nan_color.set)
        settings->stream.view.nan_color = (struct trl_color){40, 40, 40, true};
    for (; model->channels[count].name && count < TRL_INPUTS_MAX; count++)
        names[count] = model->channels[count].name;
    int code = trl_cli_film_panels(film);
    if (!code)
        code = trl_cli_panels_check(&film->panels, "channel", names, count);
    if (code)
        return code;
    for (int n = 0; n < film->panels.count; n++) {
        struct trl_panel_params *panel = &film->panels.params[n];
        const struct trl_sim_channel *shown = panel_channel(model, panel, channel);
        if (!panel->input && shown == channel)
            panel->input = channel->name;
        if (shown && !panel->filters)
            choose_view(settings, &panel->view, shown);
    }
    if (!film->panels.count) {
        choose_view(settings, &settings->stream.view, channel);
        trl_cli_choose_range(settings, TRL_RANGE_FRAME);
    }
    if (film->scene.frame_time == 0) {
        film->scene.frame_time = (double)settings->steps_per_frame * model->dt * 1e3;
        film->scene.time_unit = "ms";
    }
    return trl_cli_check_range(settings, "a simulation");
}

/* Length and pace; an exit code if they cannot be. */
static int choose_length(struct trl_cli_settings *settings, const struct trl_sim_model *model)
{
    const double default_step_s = 1e-3;
    const int64_t default_frames = 300;
    const double fps =
        settings->stream.fps_num ? (double)settings->stream.fps_num / settings->stream.fps_den : 30;
    if (settings->frame_count && settings->seconds > 0)
        return trl_cli_usage_error("--frames and --seconds exclude each other");
    if (settings->seconds > 0) {
        const double frames = round(settings->seconds * fps);
        if (frames < 1 || frames > 1e15)
            return trl_cli_usage_error("--seconds %g at %g fps is not a number of frames",
                                       settings->seconds, fps);
        settings->frame_count = (int64_t)frames;
    }
    if (!settings->frame_count)
        settings->frame_count = default_frames;
    if (!settings->steps_per_frame)
        settings->steps_per_frame = (int64_t)fmax(1, round(default_step_s / model->dt));
    return 0;
}

struct run {
    struct trl_sim *sim;
    struct trl_network *network;
    const char *channel;
    int64_t frame_count, steps_per_frame;
};

static int film_sim(struct trl_stream *stream, void *user)
{
    const struct run *run = user;
    return trl_stream_film_sim(stream, run->sim, run->channel, run->frame_count,
                               run->steps_per_frame);
}

static int print_plan(struct trl_cli_film *film, const struct run *run,
                      const struct trl_sim_model *model)
{
    struct trl_scene_input inputs[TRL_INPUTS_MAX];
    struct trl_layout layout;
    char words[512];
    int count = 0, shown = 0;
    int error = trl_sim_layout(run->sim, run->channel, &layout);
    enum { RANK = 3 }; /* tiles, rows, columns */
    int64_t shape[RANK];
    for (int axis = 0; axis < RANK; axis++)
        shape[axis] = axis < RANK - layout.rank ? 1 : layout.shape[axis - (RANK - layout.rank)];
    for (; !error && model->channels[count].name && count < TRL_INPUTS_MAX; count++) {
        inputs[count] = (struct trl_scene_input){.name = model->channels[count].name,
                                                 .frame_count = run->frame_count};
        if (!strcmp(inputs[count].name, run->channel))
            shown = count;
        error = trl_layout_dense(&inputs[count].layout, layout.dtype, RANK, shape, false);
    }
    if (error)
        return trl_cli_exit_code(error);
    snprintf(words, sizeof(words), "%s, channel %s, %g ms a frame in %lld steps", model->name,
             run->channel, (double)run->steps_per_frame * model->dt * 1e3,
             (long long)run->steps_per_frame);
    /* A film without panels shows the first input. */
    const struct trl_scene_input first = inputs[0];
    inputs[0] = inputs[shown];
    inputs[shown] = first;
    struct trl_cli_plan plan = {.inputs = inputs,
                                .input_count = count,
                                .words = (const char *const[]){words},
                                .word_count = 1,
                                .frame_count = run->frame_count,
                                .network = run->network};
    return trl_cli_film_plan(film, &plan);
}

/* The network that the model asks for, if it does. */
static int open_network(struct trl_cli_film *film, const struct trl_sim_model *model,
                        struct trl_network **network)
{
    const bool wanted = needs_network(model);
    if (wanted && !film->settings->network)
        return trl_cli_usage_error("sim burst needs --network: a file, or a kind such as "
                                   "grid:size=200x200,degree=40");
    if (!wanted && film->settings->network)
        return trl_cli_usage_error("--network is for sim burst; %s has none", model->name);
    if (!wanted && (film->settings->sim.layout != TRL_SIM_ATLAS || film->settings->sim.area ||
                    film->settings->inject_path))
        return trl_cli_usage_error("--layout, --area and --inject are for the networks of sim "
                                   "burst");
    if (wanted && film->settings->sim.width)
        return trl_cli_usage_error("--sheet is not for sim burst; the network has its size: "
                                   "--network grid:size=%dx%d",
                                   film->settings->sim.width, film->settings->sim.height);
    return wanted ? trl_cli_network_open(network, film->log, film->settings) : 0;
}

static int create_sim(struct trl_cli_film *film, struct trl_network *network,
                      const struct trl_cli_injections *injections, struct trl_sim **sim)
{
    struct trl_sim_params params = film->settings->sim;
    params.log = film->log;
    params.model = film->settings->operands.items[0];
    params.network = network;
    params.injections = injections->items;
    params.injection_count = injections->count;
    params.device = film->device;
    if (film->settings->dry_run)
        params.backend = TRL_BACKEND_CPU; /* the size is the same, and no device is opened */
    return trl_cli_exit_code(trl_sim_create(sim, &params));
}

int trl_cli_sim(struct trl_cli_settings *settings)
{
    const struct trl_sim_model *model = find_model(settings->operands.items[0]);
    const struct trl_sim_channel *channel = model ? find_channel(model, settings->channel) : NULL;
    if (!channel)
        return TRL_CLI_EXIT_USAGE;
    struct trl_cli_film film = {0};
    struct run run = {.channel = channel->name};
    struct trl_cli_injections injections = {0};
    int code = choose_length(settings, model);
    if (!code)
        code = trl_cli_film_open(&film, settings);
    if (!code)
        code = choose_views(&film, model, channel);
    if (!code)
        code = open_network(&film, model, &run.network);
    if (!code && settings->inject_path)
        code = trl_cli_injections_read(&injections, settings->inject_path);
    if (!code && !settings->dry_run)
        code = trl_cli_film_device(&film);
    if (!code)
        code = create_sim(&film, run.network, &injections, &run.sim);
    if (code)
        goto done;
    run.frame_count = settings->frame_count;
    run.steps_per_frame = settings->steps_per_frame;
    if (settings->dry_run)
        code = print_plan(&film, &run, model);
    else
        code = trl_cli_film_run(
            &film,
            &(struct trl_cli_shot){.take = film_sim, .user = &run, .frame_count = run.frame_count});
done:
    trl_cli_injections_free(&injections);
    trl_sim_destroy(&run.sim);
    trl_network_destroy(&run.network);
    trl_cli_film_close(&film);
    return code;
}
