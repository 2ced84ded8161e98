/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/plan.h"

#include "cli/networks.h"
#include "cli/summary.h"

#include <stdio.h>
#include <string.h>

enum { RANGE_MAX = 192 };

/* ---- colours ---- */

static const char *range_word(enum trl_range range)
{
    return range == TRL_RANGE_PERCENTILE_RUNNING ? "running --robust"
                                                 : trl_cli_choice_word("range", (int)range);
}

/* "range 0.5 to movie": the ends that are given, else whose they are. */
static void say_range(char text[static RANGE_MAX], const struct trl_view_params *view)
{
    char low[64], high[64];
    snprintf(low, sizeof(low), "%s", range_word(view->range));
    memcpy(high, low, sizeof(high));
    const double center = 2 * view->center;
    if (view->vmin_set || (view->center_set && view->vmax_set))
        snprintf(low, sizeof(low), "%.9g", view->vmin_set ? view->vmin : center - view->vmax);
    if (view->vmax_set || (view->center_set && view->vmin_set))
        snprintf(high, sizeof(high), "%.9g", view->vmax_set ? view->vmax : center - view->vmin);
    if (strcmp(low, high) != 0)
        snprintf(text, RANGE_MAX, "range %s to %s", low, high);
    else if (view->center_set)
        snprintf(text, RANGE_MAX, "range %s about %.9g", low, view->center);
    else
        snprintf(text, RANGE_MAX, "range %s", low);
}

static bool range_is_fixed(const struct trl_view_params *view)
{
    return view->vmin_set + view->vmax_set + view->center_set >= 2;
}

static const char *cmap_of(const struct trl_view_params *view)
{
    return view->cmap ? view->cmap : "viridis";
}

static void print_colours(const struct trl_view_params *view)
{
    char range[RANGE_MAX];
    say_range(range, view);
    printf("colours  %s, %s, norm %s%s%s\n", cmap_of(view), range,
           trl_cli_choice_word("norm", (int)view->norm), view->equalize ? ", equalized " : "",
           view->equalize ? trl_cli_choice_word("equalize", (int)view->equalize) : "");
}

/* ---- panels ---- */

/* A panel as it will be drawn. */
struct planned {
    const struct trl_panel_params *params;
    struct trl_view_params view; /* with the range that is taken */
    const char *kind;
    const char *input; /* or an expression */
    bool has_cmap, has_range, has_norm;
};

static bool has_option(enum trl_view_kind kind, const char *word)
{
    for (const struct trl_panel_word *option = trl_panel_options(); option->word; option++)
        if (!strcmp(option->word, word))
            return option->kinds & 1U << kind;
    return false;
}

static const char *input_of(const struct trl_cli_plan *plan, int n)
{
    const struct trl_panel_params *panel = &plan->scene.panels[n];
    if (panel->input)
        return panel->input;
    for (int i = 0; i < plan->input_count; i++)
        if (panel->name && !strcmp(plan->inputs[i].name, panel->name))
            return panel->name;
    return plan->inputs[plan->input_count == 1 ? 0 : n].name;
}

static struct planned plan_panel(const struct trl_cli_plan *plan, int n)
{
    const struct trl_panel_params *params = &plan->scene.panels[n];
    struct planned panel = {.params = params, .view = params->view, .input = input_of(plan, n)};
    const struct trl_panel_word *view = trl_panel_views();
    while (view->kind != params->kind)
        view++;
    panel.kind = view->word;
    panel.view.range = plan->ranges[n];
    panel.has_cmap = has_option(params->kind, "cmap");
    panel.has_range = has_option(params->kind, "range");
    panel.has_norm = has_option(params->kind, "norm");
    if (params->kind == TRL_VIEW_COMPLEX && !params->view.cmap)
        panel.has_cmap = false; /* the circle of hues is no map that has a name */
    return panel;
}

static void print_panel(const struct trl_cli_plan *plan, int n)
{
    const struct planned panel = plan_panel(plan, n);
    char range[RANGE_MAX];
    printf("panel    ");
    if (panel.params->name && strcmp(panel.params->name, panel.input) != 0)
        printf("%s: ", panel.params->name);
    printf("%s, %s%s", panel.input, panel.params->over ? "over the one before: " : "", panel.kind);
    if (panel.params->filters)
        printf(", filter %s", panel.params->filters);
    if (panel.has_cmap)
        printf(", %s", cmap_of(&panel.view));
    if (panel.has_range) {
        say_range(range, &panel.view);
        printf(", %s", range);
    }
    if (panel.has_norm)
        printf(", norm %s", trl_cli_choice_word("norm", (int)panel.view.norm));
    printf("\n");
}

/* ---- all of it ---- */

static void print_input(const struct trl_cli_plan *plan, int n)
{
    const int64_t *shape = plan->inputs[n].layout.shape;
    printf("input    %s\n", plan->words[n]);
    printf("tensor   ");
    if (shape[0] > 1)
        printf("%lld tiles of ", (long long)shape[0]);
    printf("%lld rows, %lld columns\n", (long long)shape[1], (long long)shape[2]);
}

static const char *backend_word(const struct trl_cli_film *film)
{
    return trl_cli_choice_word("backend", (int)film->settings->sim.backend);
}

static void print_text(const struct trl_cli_film *film, const struct trl_cli_plan *plan)
{
    int num, den;
    trl_cli_film_rate(film, &num, &den);
    for (int n = 0; n < plan->word_count; n++)
        print_input(plan, n);
    if (plan->network)
        trl_cli_network_print(plan->network, backend_word(film));
    if (plan->frame_count >= 0)
        printf("frames   %lld, %.3f s\n", (long long)plan->frame_count,
               (double)plan->frame_count * den / num);
    else
        printf("frames   as many as come\n");
    printf("picture  %dx%d, ", plan->width, plan->height);
    if (den == 1)
        printf("%d fps\n", num);
    else
        printf("%d/%d fps\n", num, den);
    for (int n = 0; n < plan->scene.panel_count; n++)
        print_panel(plan, n);
    if (!plan->scene.panel_count)
        print_colours(&film->settings->stream.view);
    for (int i = 0; i < film->settings->outputs.count; i++)
        printf("output   %s\n", film->settings->outputs.items[i]);
}

static json_t *end_json(bool given, double value)
{
    return given ? json_real(value) : json_null();
}

static json_t *frames_json(int64_t count)
{
    return count < 0 ? json_null() : json_integer(count);
}

static json_t *inputs_json(const struct trl_cli_plan *plan)
{
    json_t *inputs = json_array();
    for (int n = 0; n < plan->word_count; n++) {
        const struct trl_scene_input *input = &plan->inputs[n];
        json_array_append_new(inputs, json_pack("{s:o,s:o,s:I,s:I,s:I,s:o}", "name",
                                                trl_cli_json_text(input->name), "input",
                                                trl_cli_json_text(plan->words[n]), "tiles",
                                                (json_int_t)input->layout.shape[0], "rows",
                                                (json_int_t)input->layout.shape[1], "columns",
                                                (json_int_t)input->layout.shape[2], "frames",
                                                frames_json(input->frame_count)));
    }
    return inputs;
}

static json_t *colours_json(const struct trl_view_params *view)
{
    return json_pack("{s:s,s:s,s:s,s:o,s:o}", "cmap", cmap_of(view), "norm",
                     trl_cli_choice_word("norm", (int)view->norm), "range",
                     range_is_fixed(view) ? "fixed" : range_word(view->range), "vmin",
                     end_json(view->vmin_set, view->vmin), "vmax",
                     end_json(view->vmax_set, view->vmax));
}

static json_t *panels_json(const struct trl_cli_plan *plan)
{
    json_t *panels = json_array();
    for (int n = 0; n < plan->scene.panel_count; n++) {
        const struct planned panel = plan_panel(plan, n);
        const char *name = panel.params->name ? panel.params->name : panel.input;
        json_t *json = json_pack("{s:o,s:o,s:s,s:b}", "name", trl_cli_json_text(name), "input",
                                 trl_cli_json_text(panel.input), "view", panel.kind, "over",
                                 panel.params->over);
        if (panel.params->filters)
            json_object_set_new(json, "filter", trl_cli_json_text(panel.params->filters));
        json_t *colours = colours_json(&panel.view);
        if (!panel.has_cmap)
            json_object_del(colours, "cmap");
        if (!panel.has_norm)
            json_object_del(colours, "norm");
        if (panel.has_range)
            json_object_update(json, colours);
        json_decref(colours);
        json_array_append_new(panels, json);
    }
    return panels;
}

static int print_json(const struct trl_cli_film *film, const struct trl_cli_plan *plan)
{
    const struct trl_layout *layout = &plan->inputs[0].layout;
    int num, den;
    trl_cli_film_rate(film, &num, &den);
    json_t *json = json_pack(
        "{s:o,s:I,s:I,s:I,s:o,s:i,s:i,s:[i,i]}", "input", trl_cli_json_text(plan->words[0]),
        "tiles", (json_int_t)layout->shape[0], "rows", (json_int_t)layout->shape[1], "columns",
        (json_int_t)layout->shape[2], "frames", frames_json(plan->frame_count), "width",
        plan->width, "height", plan->height, "rate", num, den);
    if (plan->scene.panel_count) {
        json_object_set_new(json, "inputs", inputs_json(plan));
        json_object_set_new(json, "panels", panels_json(plan));
    } else {
        json_t *colours = colours_json(&film->settings->stream.view);
        json_object_update(json, colours);
        json_decref(colours);
    }
    if (plan->network)
        json_object_set_new(json, "network",
                            trl_cli_network_json(plan->network, backend_word(film)));
    json_object_set_new(json, "outputs", trl_cli_outputs_json(film));
    return trl_cli_json_print(json);
}

int trl_cli_plan_print(const struct trl_cli_film *film, const struct trl_cli_plan *plan)
{
    if (film->settings->json)
        return print_json(film, plan);
    print_text(film, plan);
    return 0;
}
