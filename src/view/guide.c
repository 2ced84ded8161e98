/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/guide.h"

#include "view/geometry.h"
#include "view/grid.h"
#include "view/guide_place.h"

#include <math.h>
#include <string.h>

#include <tensorreel/error.h>

enum {
    DATA_MIN = 16, /* pixels of data, below which a frame is too small */
    TEXT_MIN = 8,
    TEXT_MAX = 64,
    ROUNDS = 12,
    BARE_GUTTER = 8,
};

/* Pixels around the data of a panel. */
struct margins {
    int left, right, top, bottom;
};

struct planner {
    struct trl_guide *guide;
    struct trl_log *log;
    const struct trl_guide_params *params;
    struct trl_guide_measure m;
    int rows, columns;
    bool free_grid; /* rows and columns are to be chosen */
    int left[TRL_GUIDE_PANELS_MAX], right[TRL_GUIDE_PANELS_MAX]; /* of columns */
    int top[TRL_GUIDE_PANELS_MAX], bottom[TRL_GUIDE_PANELS_MAX]; /* of rows */
    int shared_right;                                            /* for the shared bar */
    int title_height, stamp_height;
    struct trl_guide_panel spare;                /* what cells without a panel keep room for */
    int cell_count;                              /* that count: with a panel, or kept for one */
    struct trl_rect space[TRL_GUIDE_PANELS_MAX]; /* for the data of each cell */
    bool even; /* these start at even columns, as multiples of TRL_GUIDE_ALIGNMENT cost too much */
    int column_data[TRL_GUIDE_PANELS_MAX]; /* largest width, and height, of data that keep their */
    int row_data[TRL_GUIDE_PANELS_MAX];    /* ratio; 0: there are none, or it does not matter */
    struct trl_ticks ticks;
};

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* Whose margins a cell has. */
static const struct trl_guide_panel *cell_panel(const struct planner *p, int n)
{
    const bool kept =
        n < p->params->panel_count && !(p->params->spare && p->params->panels[n].late);
    return kept ? &p->params->panels[n] : &p->spare;
}

static bool has_bar(const struct planner *p, const struct trl_guide_panel *panel)
{
    return panel->bar.shown && (panel->own_bar || !p->params->shared_bar);
}

/* ---- checks ---- */

static int check_axis(struct planner *p, const struct trl_guide_axis *axis, const char *name)
{
    if (axis->ticks && !(isfinite(axis->low) && isfinite(axis->high)))
        return trl_fail(p->log, TRL_ERROR_USAGE, "%s axis: its ends must be finite numbers", name);
    return 0;
}

static int check_panel(struct planner *p, const struct trl_guide_panel *panel, int number)
{
    int ret;
    if (panel->data_width < 1 || panel->data_height < 1 || panel->data_width > TRL_VIEW_SIDE_MAX ||
        panel->data_height > TRL_VIEW_SIDE_MAX)
        return trl_fail(p->log, TRL_ERROR_USAGE, "panel %d: %d x %d pixels; 1 to %d a side", number,
                        panel->data_width, panel->data_height, TRL_VIEW_SIDE_MAX);
    if ((ret = check_axis(p, &panel->x, "x")) < 0 || (ret = check_axis(p, &panel->y, "y")) < 0)
        return ret;
    if (panel->scale_length < 0 || !isfinite(panel->scale_length))
        return trl_fail(p->log, TRL_ERROR_USAGE, "scale bar: its length must be above 0");
    if (panel->scale_length > 0 && !(trl_guide_scale_pixels(panel, 1) <= 1))
        return trl_fail(p->log, TRL_ERROR_USAGE,
                        "scale bar: %g is more than the %g that the panel shows; make it shorter",
                        panel->scale_length, fabs(panel->x.high - panel->x.low));
    return 0;
}

static void set_grid(struct planner *p, int rows, int columns)
{
    p->rows = larger(rows, 1);
    p->columns = larger(columns, 1);
    p->cell_count = p->params->spare ? p->rows * p->columns : p->params->panel_count;
}

static int check_grid(struct planner *p)
{
    const int count = p->params->panel_count;
    int columns = p->params->grid_columns, rows = p->params->grid_rows;
    if (columns < 0 || rows < 0 || columns > TRL_GUIDE_PANELS_MAX || rows > TRL_GUIDE_PANELS_MAX)
        return trl_fail(p->log, TRL_ERROR_USAGE, "grid of %d x %d; there may be 1 to %d cells",
                        rows, columns, TRL_GUIDE_PANELS_MAX);
    p->free_grid = !rows && !columns && p->params->width;
    if (!columns)
        columns = rows ? (count + rows - 1) / rows : (int)trl_grid_square(count).columns;
    if (!rows)
        rows = (int)trl_grid_of_columns(count, columns).rows;
    if (rows * columns > TRL_GUIDE_PANELS_MAX)
        return trl_fail(p->log, TRL_ERROR_USAGE, "grid of %d x %d; there may be 1 to %d cells",
                        rows, columns, TRL_GUIDE_PANELS_MAX);
    if (rows * columns < count)
        return trl_fail(p->log, TRL_ERROR_USAGE, "grid of %d x %d is too small for %d panels", rows,
                        columns, count);
    set_grid(p, rows, columns);
    return 0;
}

static int check(struct planner *p)
{
    const struct trl_guide_params *params = p->params;
    const int count = params->panel_count;
    int ret;
    if (count < 1 || count > TRL_GUIDE_PANELS_MAX)
        return trl_fail(p->log, TRL_ERROR_USAGE, "%d panels; there may be 1 to %d", count,
                        TRL_GUIDE_PANELS_MAX);
    if (params->width < 0 || params->height < 0 || !params->width != !params->height ||
        params->width > TRL_VIEW_SIDE_MAX || params->height > TRL_VIEW_SIDE_MAX)
        return trl_fail(p->log, TRL_ERROR_USAGE, "frame of %d x %d; both sides must be 1 to %d",
                        params->width, params->height, TRL_VIEW_SIDE_MAX);
    if (params->text_size && (params->text_size < 6 || params->text_size > 200))
        return trl_fail(p->log, TRL_ERROR_USAGE, "text size %d; it must be 6 to 200",
                        params->text_size);
    if ((ret = check_grid(p)) < 0)
        return ret;
    for (int n = 0; n < count; n++) {
        if ((ret = check_panel(p, &params->panels[n], n + 1)) < 0)
            return ret;
    }
    if (params->shared_bar && (params->shared_panel < 0 || params->shared_panel >= count))
        return trl_fail(p->log, TRL_ERROR_USAGE, "the bar of panel %d, of %d",
                        params->shared_panel + 1, count);
    return 0;
}

/* ---- margins ---- */

/* What a colour bar needs at the right of the frame line of its data. */
static int bar_margin(struct planner *p, const struct trl_guide_bar *bar, int height)
{
    const struct trl_guide_measure *m = &p->m;
    const int inside = height + 2 * TRL_GUIDE_GAP;
    if (!bar->shown)
        return 0;
    trl_guide_bar_ticks(&p->ticks, bar, trl_guide_bar_length(m, bar, inside), m->size);
    int after =
        m->tick + m->gap + trl_guide_label_width(&p->ticks, m->size, bar->moving && !bar->phase);
    if (trl_guide_says(bar->label))
        after += m->gap + m->text.line;
    if (bar->phase)
        after = larger(after, m->note_width + m->number_width - m->bar_width + 2);
    const int common = trl_guide_common_width(&p->ticks, m->size) - m->bar_width - 2 * m->line;
    return m->bar_gap + m->bar_width + 2 * m->line + larger(after, common);
}

/* Pixels of the widest label of an axis and what it shares the length with; 0: there are no ticks.
 */
static int labels_room(struct planner *p, const struct trl_guide_axis *axis,
                       const struct trl_guide_axis *rest, double split, int length, bool vertical)
{
    struct trl_ticks *ticks = &p->ticks;
    const int first = trl_guide_split(length, split);
    int most = 0;
    if (axis->ticks && split > 0) {
        trl_guide_axis_ticks(ticks, rest, length - 1 - first, p->m.size, vertical);
        most = trl_guide_axis_room(ticks, rest, length - 1 - first, p->m.size, vertical);
    }
    trl_guide_axis_ticks(ticks, axis, first, p->m.size, vertical);
    return larger(most, trl_guide_axis_room(ticks, axis, first, p->m.size, vertical));
}

static struct margins panel_margins(struct planner *p, const struct trl_guide_panel *panel,
                                    int width, int height)
{
    const struct trl_guide_measure *m = &p->m;
    const int line = m->text.line;
    bool common_above = false, line_below = trl_guide_says(panel->x.label);
    struct margins out = {m->border, m->border, m->border, m->border};
    if (p->params->bare)
        return (struct margins){0};
    int room = labels_room(p, &panel->y, &panel->y_rest, panel->y_split, height, true);
    if (p->ticks.count || room) {
        out.left += m->tick + m->gap + room;
        out.top = out.bottom = larger(m->border, trl_guide_label_reach(m, panel->y.moving));
        common_above = trl_guide_says(p->ticks.common);
    }
    if (trl_guide_says(panel->y.label))
        out.left += m->gap + line;
    room = labels_room(p, &panel->x, &panel->x_rest, panel->x_split, width, false);
    if (p->ticks.count || room) {
        const int over = room / 2 + 1;
        out.left = larger(out.left, over);
        out.right = larger(out.right, over);
        out.bottom = m->border + m->tick + m->gap + m->text.cap + m->text.descent;
        line_below = line_below || trl_guide_says(p->ticks.common);
    }
    if (line_below)
        out.bottom += m->gap + line;
    if (panel->scale_length > 0)
        out.bottom += m->gap + line;
    if (has_bar(p, panel)) {
        out.right = larger(out.right, m->border + bar_margin(p, &panel->bar, height));
        out.top = larger(out.top, trl_guide_label_reach(m, panel->bar.moving));
        out.bottom = larger(out.bottom, m->text.cap / 2 + m->text.descent);
        common_above = common_above || trl_guide_says(p->ticks.common);
        if (panel->bar.phase)
            out.bottom =
                larger(out.bottom, trl_guide_note_start(m) + 2 * (m->number_height + m->gap) + 2);
    }
    if (panel->entry_count > 0)
        out.bottom += m->gap + line;
    out.top +=
        (common_above ? m->gap + line : 0) + (trl_guide_says(panel->name) ? m->gap + line : 0);
    return out;
}

static int sum(const int *values, int count)
{
    int total = 0;
    for (int n = 0; n < count; n++)
        total += values[n];
    return total;
}

/* Space between two columns or rows, beside their margins. */
static int gutter(const struct planner *p)
{
    if (p->params->bare)
        return BARE_GUTTER;
    return larger(p->m.pad, 2 * TRL_GUIDE_GAP);
}

/* Space at the edges of the frame. */
static int edge(const struct planner *p)
{
    return p->params->bare ? 0 : p->m.pad;
}

static int fixed_width(const struct planner *p)
{
    return 2 * edge(p) + sum(p->left, p->columns) + sum(p->right, p->columns) +
           (p->columns - 1) * gutter(p) + p->shared_right;
}

static int fixed_height(const struct planner *p)
{
    return 2 * edge(p) + p->title_height + p->stamp_height + sum(p->top, p->rows) +
           sum(p->bottom, p->rows) + (p->rows - 1) * gutter(p);
}

/* Pixels of data that a column or row gets in a frame of a given size. */
static int share_width(const struct planner *p)
{
    return (p->params->width - fixed_width(p)) / p->columns;
}

static int share_height(const struct planner *p)
{
    return (p->params->height - fixed_height(p)) / p->rows;
}

static bool widen(int *value, int to)
{
    const bool grows = to > *value;
    if (grows)
        *value = to;
    return grows;
}

/* Margins follow from labels, labels from the data's size, and that from the margins: they only
 * grow until nothing changes. True if something did. */
static bool grow_margins(struct planner *p)
{
    const struct trl_guide_params *params = p->params;
    bool grew = false;
    int height = 0;
    for (int n = 0; n < p->cell_count; n++) {
        const struct trl_guide_panel *panel = cell_panel(p, n);
        int w = panel->data_width, h = panel->data_height;
        if (params->width)
            trl_guide_fit(panel, larger(share_width(p), DATA_MIN),
                          larger(share_height(p), DATA_MIN), &w, &h);
        const struct margins m = panel_margins(p, panel, w, h);
        grew |= widen(&p->left[n % p->columns], m.left);
        grew |= widen(&p->right[n % p->columns], m.right);
        grew |= widen(&p->top[n / p->columns], m.top);
        grew |= widen(&p->bottom[n / p->columns], m.bottom);
        height = n % p->columns ? height : height + h;
    }
    height += sum(p->top + 1, p->rows - 1) + sum(p->bottom, p->rows - 1);
    if (params->shared_bar)
        grew |= widen(&p->shared_right,
                      bar_margin(p, &params->panels[params->shared_panel].bar, height));
    return grew;
}

/* ---- places ---- */

static int align_up(int value, int alignment)
{
    return (value + alignment - 1) / alignment * alignment;
}

/* Moves and, if it must, narrows data of *width within a space so that it starts at a multiple of
 * 32. */
static int align_column(int from, int space, int *width)
{
    const int centred = from + (space - *width) / 2;
    int x = (centred + TRL_GUIDE_ALIGNMENT / 2) / TRL_GUIDE_ALIGNMENT * TRL_GUIDE_ALIGNMENT;
    if (x + *width > from + space && x - TRL_GUIDE_ALIGNMENT >= from)
        x -= TRL_GUIDE_ALIGNMENT;
    if (x < from)
        x += TRL_GUIDE_ALIGNMENT;
    const int lost = x + *width - (from + space);
    if (lost > *width / 12)
        return align_up(centred, 2) + *width <= from + space ? align_up(centred, 2) : centred;
    *width -= larger(lost, 0);
    return x;
}

/* Data of a width in the middle of a space, but at an even column. */
static int align_even(int from, int space, int width)
{
    const int centred = from + (space - width) / 2;
    return align_up(centred, 2) + width <= from + space ? align_up(centred, 2) : centred & ~1;
}

/* What a panel that came late has around it beyond what was kept for it goes from its data. */
static int shrink_space(struct planner *p, int n, struct trl_rect *space)
{
    const struct trl_guide_panel *panel = &p->params->panels[n];
    const int c = n % p->columns, r = n / p->columns;
    int w, h;
    trl_guide_fit(panel, space->width, space->height, &w, &h);
    const struct margins own = panel_margins(p, panel, w, h);
    const int left = larger(own.left - p->left[c], 0), top = larger(own.top - p->top[r], 0);
    space->x += left;
    space->y += top;
    space->width -= left + larger(own.right - p->right[c], 0);
    space->height -= top + larger(own.bottom - p->bottom[r], 0);
    if (space->width >= DATA_MIN && space->height >= DATA_MIN)
        return 0;
    return trl_fail(p->log, TRL_ERROR_USAGE,
                    "panel %d: what stands around its data leaves no room for them in the cell "
                    "that was kept; make the frame larger",
                    n + 1);
}

/* The data of a cell's panel, before it is aligned. */
static void cell_size(const struct planner *p, int n, int *width, int *height)
{
    const struct trl_guide_panel *panel = cell_panel(p, n);
    *width = panel->data_width;
    *height = panel->data_height;
    if (!p->params->width)
        return;
    trl_guide_fit(panel, share_width(p), share_height(p), width, height);
    *width = larger(*width & ~1, 1);
    *height = larger(*height & ~1, 1);
}

/* A panel that stretches is as high as others of its row, and as wide as others of its column,
 * where it keeps half of its height and three quarters of its width. */
static void join_others(const struct planner *p, int n, int *w, int *h)
{
    const int width = p->column_data[n % p->columns], height = p->row_data[n / p->columns];
    if (width && width < *w && 4 * width >= 3 * *w)
        *w = width;
    if (height && height < *h && 2 * height >= *h)
        *h = height;
}

static int place_panel(struct planner *p, int n)
{
    const struct trl_guide_panel *panel = &p->params->panels[n];
    struct trl_guide_place *place = &p->guide->panel[n];
    struct trl_rect space = p->space[n];
    const bool late = cell_panel(p, n) != panel, fits = late || p->params->width;
    const int ret = late ? shrink_space(p, n, &space) : 0;
    if (ret < 0)
        return ret;
    const int x = space.x, y = space.y, width = space.width, height = space.height;
    int w = panel->data_width, h = panel->data_height;
    if (p->params->bare && !late)
        cell_size(p, n, &w, &h);
    else if (fits)
        trl_guide_fit(panel, width, height, &w, &h);
    if (panel->stretch)
        join_others(p, n, &w, &h);
    const int fitted = w;
    const bool even = p->params->bare || p->even;
    const int at = even ? align_even(x, width, w) : align_column(x, width, &w);
    if (w < fitted && panel->tiles > 1)
        trl_guide_fit(panel, w, h, &w, &h);
    else if (w < fitted && !panel->stretch)
        h = larger((int)((int64_t)h * w / fitted), 1);
    if (fits) {
        w = larger(w & ~1, 1);
        h = larger(h & ~1, 1);
    }
    int data_y = y + (height - h) / 2;
    if (data_y % 2) { /* down, or up, or a row less */
        const bool down = data_y + h < y + height || data_y == y;
        h -= down && data_y + h >= y + height;
        data_y += down ? 1 : -1;
    }
    place->data = (struct trl_rect){at, data_y, w, h};
    const int middle = at + w / 2;
    place->room = larger(2 * smaller(middle - x, x + width - middle), w);
    const struct trl_guide_placing placing = {p->params, &p->m, &p->ticks};
    trl_guide_place_axes(&placing, panel, place);
    if (panel->entry_count > 0 && !p->params->bare)
        place->legend = (struct trl_rect){
            at, data_y + h + panel_margins(p, panel, w, h).bottom - p->m.text.line, w,
            p->m.text.line};
    if (!p->params->bare)
        trl_guide_place_bands(&placing, panel, has_bar(p, panel), place);
    if (has_bar(p, panel))
        trl_guide_place_bar(&placing, &panel->bar, at + w + p->m.border, data_y - TRL_GUIDE_GAP,
                            data_y + h + TRL_GUIDE_GAP, place);
    return 0;
}

/* Pixels of a column (or row): its share, or where the frame's size is free, or nothing shall stand
 * in between, no more than its largest panel takes. */
static int column_width(const struct planner *p, int column)
{
    int most = 0, width, height;
    if (p->params->width && !p->params->bare)
        return share_width(p);
    for (int n = column; n < p->cell_count; n += p->columns) {
        cell_size(p, n, &width, &height);
        most = larger(most, width);
    }
    return most;
}

static int row_height(const struct planner *p, int row)
{
    int most = 0, width, height;
    if (p->params->height && !p->params->bare)
        return share_height(p);
    for (int n = row * p->columns; n < smaller((row + 1) * p->columns, p->cell_count); n++) {
        cell_size(p, n, &width, &height);
        most = larger(most, height);
    }
    return most;
}

static void place_shared(struct planner *p)
{
    int right = 0, top = p->guide->height, bottom = 0;
    for (int n = 0; n < p->cell_count; n++) {
        const bool kept = cell_panel(p, n) == &p->spare;
        const struct trl_rect *data = kept ? &p->space[n] : &p->guide->panel[n].data;
        right = larger(right, data->x + data->width);
        top = smaller(top, data->y);
        bottom = larger(bottom, data->y + data->height);
    }
    const int margin = larger(p->m.border, p->right[p->columns - 1]);
    const struct trl_guide_placing placing = {p->params, &p->m, &p->ticks};
    trl_guide_place_bar(&placing, &p->params->panels[p->params->shared_panel].bar, right + margin,
                        top - TRL_GUIDE_GAP, bottom + TRL_GUIDE_GAP, &p->guide->shared);
}

/* What panels without margins leave of a frame lies around all of them. */
static void centre_bare(const struct planner *p, int *x, int *y)
{
    int width = p->params->width - fixed_width(p), height = p->params->height - fixed_height(p);
    for (int c = 0; c < p->columns; c++)
        width -= column_width(p, c);
    for (int r = 0; r < p->rows; r++)
        height -= row_height(p, r);
    *x = larger(width / 2 & ~1, 0);
    *y = larger(height / 2 & ~1, 0);
}

/* The columns, or the rows, of a frame of given size. */
struct tracks {
    const int *before, *after; /* margins */
    int count, first, end, between;
};

/* The most pixels of data that all of them can have, if each starts at a multiple; and where. */
static int spread(const struct tracks *t, int share, int multiple, int *starts)
{
    int size = (share & ~1) + 2, at;
    do {
        at = t->first;
        size -= 2;
        for (int n = 0; n < t->count; n++) {
            starts[n] = align_up(at + t->before[n], multiple);
            at = starts[n] + size + t->after[n] + (n + 1 < t->count ? t->between : 0);
        }
    } while (at > t->end && size > 2);
    return size;
}

/* Cells of one size, in a frame of given size. */
static void place_alike(struct planner *p)
{
    const int share = share_width(p);
    const struct tracks columns = {
        p->left,  p->right, p->columns, edge(p), p->params->width - edge(p) - p->shared_right,
        gutter(p)};
    const struct tracks rows = {p->top,
                                p->bottom,
                                p->rows,
                                edge(p) + p->title_height,
                                p->params->height - edge(p) - p->stamp_height,
                                gutter(p)};
    int x[TRL_GUIDE_PANELS_MAX], y[TRL_GUIDE_PANELS_MAX], w, h;
    int width = spread(&columns, share, TRL_GUIDE_ALIGNMENT, x);
    p->even = width < share - share / 12;
    if (p->even)
        width = spread(&columns, share, 2, x);
    const int height = spread(&rows, share_height(p), 2, y);
    for (int n = 0; n < p->cell_count; n++) {
        const struct trl_guide_panel *panel = cell_panel(p, n);
        const int c = n % p->columns, r = n / p->columns;
        p->space[n] = (struct trl_rect){x[c], y[r], width, height};
        if (panel->stretch)
            continue;
        trl_guide_fit(panel, width, height, &w, &h);
        p->column_data[c] = larger(p->column_data[c], w & ~1);
        p->row_data[r] = larger(p->row_data[r], h & ~1);
    }
}

/* Cells as large as what is in them, or the only one; x and y: where they begin, then where they
 * end. */
static void place_cells(struct planner *p, int *x, int *y)
{
    const bool free_size = !p->params->width;
    const int multiple = p->params->bare ? 2 : TRL_GUIDE_ALIGNMENT;
    int starts[TRL_GUIDE_PANELS_MAX];
    if (p->params->bare && !free_size)
        centre_bare(p, x, y);
    for (int c = 0; c < p->columns; c++) {
        *x += p->left[c];
        starts[c] = *x = free_size ? align_up(*x, multiple) : *x;
        *x += column_width(p, c) + p->right[c] + (c + 1 < p->columns ? gutter(p) : 0);
    }
    for (int r = 0; r < p->rows; r++) {
        *y += p->top[r];
        *y = free_size ? align_up(*y, 2) : *y;
        for (int n = r * p->columns; n < smaller((r + 1) * p->columns, p->cell_count); n++)
            p->space[n] = (struct trl_rect){starts[n % p->columns], *y,
                                            column_width(p, n % p->columns), row_height(p, r)};
        *y += row_height(p, r) + p->bottom[r] + (r + 1 < p->rows ? gutter(p) : 0);
    }
}

/* Also finds the size of a frame that is free. */
static int place_all(struct planner *p)
{
    const bool free_size = !p->params->width, bare = p->params->bare;
    int x = edge(p), y = edge(p) + p->title_height, ret = 0;
    if (free_size || bare || p->rows * p->columns == 1)
        place_cells(p, &x, &y);
    else
        place_alike(p);
    for (int n = 0; ret == 0 && n < p->params->panel_count; n++)
        ret = place_panel(p, n);
    p->guide->width = p->params->width;
    p->guide->height = p->params->height;
    if (free_size) {
        p->guide->width = bare ? x : align_up(x + p->shared_right + edge(p), 2);
        if (p->params->stamp)
            p->guide->width = larger(p->guide->width, 3 * TRL_GUIDE_ALIGNMENT);
        p->guide->height = bare ? y : align_up(y + p->stamp_height + edge(p), 2);
    }
    if (p->params->shared_bar && p->params->panels[p->params->shared_panel].bar.shown)
        place_shared(p);
    return ret;
}

static void place_lines(struct planner *p)
{
    struct trl_guide *guide = p->guide;
    const int pad = p->m.pad;
    if (p->title_height)
        guide->title =
            (struct trl_rect){pad, pad, guide->width - 2 * pad, p->title_height - p->m.gap};
    if (p->stamp_height) {
        const int height = align_up(p->m.text.cap + 2 * p->m.text.descent, 2);
        int width = guide->width - pad - TRL_GUIDE_ALIGNMENT;
        if (width > 4 * TRL_GUIDE_ALIGNMENT)
            width = width / TRL_GUIDE_ALIGNMENT * TRL_GUIDE_ALIGNMENT;
        guide->stamp = (struct trl_rect){
            TRL_GUIDE_ALIGNMENT, (guide->height - height - pad / 2) & ~1, width & ~1, height};
    }
}

/* ---- layout ---- */

/* All that follows from a size of the text. */
static void begin(struct planner *p, int size)
{
    const struct trl_guide_params *params = p->params;
    struct trl_guide *guide = p->guide;
    *guide = (struct trl_guide){
        .text_size = size,
        .title_size = (size * 6 + 2) / 5,
        .panel_count = params->panel_count,
        .rows = p->rows,
        .columns = p->columns,
    };
    p->m = trl_guide_measure(size);
    memset(p->left, 0, sizeof(p->left));
    memset(p->right, 0, sizeof(p->right));
    memset(p->top, 0, sizeof(p->top));
    memset(p->bottom, 0, sizeof(p->bottom));
    p->shared_right = 0;
    p->title_height =
        trl_guide_says(params->title) ? trl_text_metrics(guide->title_size).line + p->m.gap : 0;
    p->stamp_height =
        params->stamp ? align_up(p->m.text.cap + 2 * p->m.text.descent, 2) + p->m.gap : 0;
    for (int round = 0; round < ROUNDS && grow_margins(p); round++) {
    }
}

static bool large_enough(const struct planner *p)
{
    return !p->params->width ||
           (share_width(p) >= DATA_MIN && share_height(p) >= DATA_MIN &&
            (!p->params->stamp || p->params->width >= 3 * TRL_GUIDE_ALIGNMENT));
}

/* Pixels of data that all panels have together; those that stretch, in the form that they like. */
static int64_t total_data(const struct planner *p)
{
    int64_t total = 0;
    int w, h;
    for (int n = 0; n < p->params->panel_count; n++) {
        trl_guide_fit_form(&p->params->panels[n], share_width(p), share_height(p), &w, &h);
        total += (int64_t)w * h;
    }
    return total;
}

/* Begins with text of a size in the grid that shows the data largest. False if there is no room. */
static bool arrange(struct planner *p, int size)
{
    const int count = p->params->panel_count;
    struct trl_grid best = {p->rows, p->columns};
    int64_t most = 0;
    for (int columns = 1; columns <= count && p->free_grid; columns++) {
        const struct trl_grid grid = trl_grid_of_columns(count, columns);
        if (grid.rows * columns > TRL_GUIDE_PANELS_MAX ||
            (columns > 1 && trl_grid_of_columns(count, columns - 1).rows == grid.rows))
            continue;
        set_grid(p, (int)grid.rows, columns);
        begin(p, size);
        const int64_t total = large_enough(p) ? total_data(p) : 0;
        if (total && (!most || trl_grid_better(grid, total, best, most, count))) {
            most = total;
            best = grid;
        }
    }
    set_grid(p, (int)best.rows, (int)best.columns);
    begin(p, size);
    return large_enough(p);
}

static int automatic_size(const struct planner *p)
{
    int height = p->params->height;
    for (int r = 0; r < p->rows && !p->params->height; r++)
        height += row_height(p, r);
    return smaller(larger(height / 42, 10), TEXT_MAX);
}

/* What it would take depends on the labels, and they on the size: tried until it is enough. */
static int fail_small(struct planner *p, int size)
{
    const struct trl_guide_params *params = p->params;
    struct trl_guide_params wanted = *params;
    p->params = &wanted;
    for (int round = 0; round < ROUNDS && !large_enough(p); round++) {
        wanted.width = larger(wanted.width, fixed_width(p) + p->columns * DATA_MIN);
        wanted.height = larger(wanted.height, fixed_height(p) + p->rows * DATA_MIN);
        if (params->stamp)
            wanted.width = larger(wanted.width, 3 * TRL_GUIDE_ALIGNMENT);
        begin(p, params->text_size ? size : TEXT_MIN);
    }
    p->params = params;
    return trl_fail(
        p->log, TRL_ERROR_USAGE,
        "a frame of %d x %d is too small for what shall stand around the data: with "
        "text of %d pixels it takes %d x %d. Make it larger, or leave out title, names, "
        "ticks or colour bars",
        params->width, params->height, size, wanted.width, wanted.height);
}

/* Cells without a panel are as large as the largest of the others. */
static void plan_spare(struct planner *p)
{
    const struct trl_guide_params *params = p->params;
    if (params->spare)
        p->spare = *params->spare;
    p->spare.stretch = true;
    p->spare.data_width = p->spare.data_height = 1;
    for (int n = 0; n < params->panel_count; n++) {
        const struct trl_guide_panel *panel = &params->panels[n];
        if (params->spare && panel->late)
            continue;
        p->spare.data_width = larger(p->spare.data_width, panel->data_width);
        p->spare.data_height = larger(p->spare.data_height, panel->data_height);
    }
}

int trl_guide_layout(struct trl_guide *guide, struct trl_log *log,
                     const struct trl_guide_params *params)
{
    struct planner p = {.guide = guide, .log = log, .params = params};
    *guide = (struct trl_guide){0};
    int ret = check(&p);
    if (ret < 0)
        return ret;
    plan_spare(&p);
    int size = params->text_size ? params->text_size : automatic_size(&p);
    bool room = arrange(&p, size);
    while (!room && !params->text_size && size > TEXT_MIN)
        room = arrange(&p, --size);
    if (!room)
        return fail_small(&p, size);
    if ((ret = place_all(&p)) < 0)
        return ret;
    if (guide->width > TRL_VIEW_SIDE_MAX || guide->height > TRL_VIEW_SIDE_MAX)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "the frame would have %d x %d pixels, of at most %d a side; use a smaller "
                        "--scale or --size",
                        guide->width, guide->height, TRL_VIEW_SIDE_MAX);
    place_lines(&p);
    return 0;
}
