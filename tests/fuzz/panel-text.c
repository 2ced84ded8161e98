/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include <math.h>
#include <string.h>

#include <tensorreel/error.h>
#include <tensorreel/filter.h>
#include <tensorreel/scene.h>

enum { TEXT_MAX = 4000 };

static void check_arrays(const struct trl_panel_params *p)
{
    fuzz_require(p->lines.color_count >= 0 && p->lines.color_count <= 256);
    fuzz_require(p->raster.population_count >= 0 && p->raster.population_count <= 255);
    fuzz_require(p->slice_count >= 0 && p->slice_count <= 3);
    for (int n = 0; n < p->lines.color_count; n++)
        fuzz_require(p->lines.colors[n].set);
    for (int n = 1; n < p->raster.population_count; n++)
        fuzz_require(p->raster.populations[n] > p->raster.populations[n - 1]);
    for (int n = 0; n < p->volume.point_count; n++) {
        const struct trl_opacity_point *point = &p->volume.points[n];
        fuzz_require(isfinite(point->value) && point->alpha >= 0 && point->alpha <= 1);
        fuzz_require(n == 0 || point->value >= point[-1].value);
    }
}

static void check(const struct trl_panel_params *p)
{
    uint8_t rgb[256][3];
    const char *const texts[] = {p->name,    p->input,   p->filters,  p->view.camera,
                                 p->x.label, p->y.label, p->bar_label};
    for (size_t n = 0; n < sizeof(texts) / sizeof(texts[0]); n++)
        fuzz_require(!texts[n] || (*texts[n] && strlen(texts[n]) <= TEXT_MAX));
    fuzz_require(p->kind < TRL_VIEW_COUNT);
    fuzz_require(!p->view.cmap || trl_cmap_table(p->view.cmap, rgb));
    fuzz_require(!p->filters || trl_filter_check(NULL, p->filters) == 0);
    fuzz_require(!(p->view.vmin_set && p->view.vmax_set) || p->view.vmin < p->view.vmax);
    fuzz_require(!p->view.scale || !p->view.width);
    check_arrays(p);
}

/* What is accepted is within its limits; all of it is given back. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[TEXT_MAX + 1];
    struct trl_panel_text *panel = NULL;
    if (size > TEXT_MAX)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = 0;
    const int error = trl_panel_text_create(&panel, NULL, text, NULL);
    fuzz_require(error == 0 || error == TRL_ERROR_USAGE);
    fuzz_require(!error == (panel != NULL));
    if (panel)
        check(trl_panel_text_params(panel));
    trl_panel_text_destroy(&panel);
    return 0;
}
