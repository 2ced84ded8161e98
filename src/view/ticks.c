/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/ticks.h"

#include "view/ticks_label.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { LABELS_USUAL = 10, DECADE_PIXELS = 25, MINOR_PIXELS = 4 };

/* Doubles beyond are held here, so that no width overflows. */
static const double huge_value = 1e300;

/* ---- places ---- */

static double symlog_place(double value, double linthresh)
{
    const double size = fabs(value) / linthresh;
    const double place = size <= 1 ? size * 10 / 9 : 10.0 / 9 + log10(size);
    return value < 0 ? -place : place;
}

static double linear_place(double low, double high, double value)
{
    return (value / 2 - low / 2) / (high / 2 - low / 2);
}

double trl_ticks_place(const struct trl_ticks_params *params, double value)
{
    const double low = params->low, high = params->high;
    if (low == high)
        return value == low ? 0.5 : NAN;
    if (params->kind != TRL_AXIS_VALUE)
        return linear_place(low, high, value);
    switch (params->norm) {
    case TRL_NORM_LOG:
        return value > 0 ? (log(value) - log(low)) / (log(high) - log(low)) : NAN;
    case TRL_NORM_SYMLOG: {
        const double linthresh = params->linthresh > 0 ? params->linthresh : 1;
        const double from = symlog_place(low, linthresh);
        return (symlog_place(value, linthresh) - from) / (symlog_place(high, linthresh) - from);
    }
    case TRL_NORM_POWER: {
        const double place = linear_place(low, high, value);
        return place < 0 ? place : pow(place, params->gamma > 0 ? params->gamma : 0.5);
    }
    default:
        return linear_place(low, high, value);
    }
}

static double symlog_value(double place, double linthresh)
{
    const double size = fabs(place);
    const double value = linthresh * (size <= 10.0 / 9 ? size * 9 / 10 : pow(10, size - 10.0 / 9));
    return place < 0 ? -value : value;
}

double trl_ticks_value(const struct trl_ticks_params *params, double place)
{
    const double low = params->low, high = params->high;
    if (params->kind == TRL_AXIS_VALUE && params->norm == TRL_NORM_LOG)
        return exp(log(low) + place * (log(high) - log(low)));
    if (params->kind == TRL_AXIS_VALUE && params->norm == TRL_NORM_SYMLOG) {
        const double linthresh = params->linthresh > 0 ? params->linthresh : 1;
        const double from = symlog_place(low, linthresh);
        return symlog_value(from + place * (symlog_place(high, linthresh) - from), linthresh);
    }
    if (params->kind == TRL_AXIS_VALUE && params->norm == TRL_NORM_POWER && place > 0)
        place = pow(place, 1 / (params->gamma > 0 ? params->gamma : 0.5));
    return low + place * (high - low);
}

int trl_ticks_pixel(double place, int length)
{
    const double at = floor(place * length + 1e-6);
    if (!(at > 0))
        return 0;
    return at < length ? (int)at : length - 1;
}

/* ---- a set of ticks ---- */

struct maker {
    struct trl_ticks *ticks;
    const struct trl_ticks_params *params;
    double low, high; /* sorted */
    int label_max;
};

static struct trl_tick *add_tick(const struct maker *m, double value, bool minor)
{
    const double place = trl_ticks_place(m->params, value);
    if (m->ticks->count == TRL_TICKS_MAX || !(place > -1e-6 && place < 1 + 1e-6))
        return NULL;
    struct trl_tick *tick = &m->ticks->tick[m->ticks->count++];
    *tick = (struct trl_tick){.place = fmin(fmax(place, 0), 1), .minor = minor};
    return tick;
}

static void add_number(const struct maker *m, double value)
{
    struct trl_tick *tick = add_tick(m, value, false);
    if (tick)
        trl_ticks_number(tick->label, value, 6);
}

static int label_count(const struct trl_ticks *ticks)
{
    int count = 0;
    for (int n = 0; n < ticks->count; n++)
        count += !ticks->tick[n].minor;
    return count;
}

/* True if no label comes too near to the next. */
static bool labels_fit(const struct maker *m)
{
    const struct trl_ticks_params *p = m->params;
    const struct trl_text_style style = {.size = p->size};
    const struct trl_tick *last = NULL;
    double last_width = 0;
    if (label_count(m->ticks) > m->label_max)
        return false;
    for (int n = 0; n < m->ticks->count; n++) {
        const struct trl_tick *tick = &m->ticks->tick[n];
        if (tick->minor)
            continue;
        const double width = p->vertical ? p->size : trl_text_width(tick->label, style);
        const double gap = p->vertical ? 0.8 * p->size : p->size;
        if (last && fabs(tick->place - last->place) * p->length < (width + last_width) / 2 + gap)
            return false;
        last = tick;
        last_width = width;
    }
    return true;
}

/* ---- linear ---- */

/* Ticks are (first, first + step, ... last) * 10^exponent. */
struct steps {
    int64_t first, last, step;
    int exponent;
};

static bool steps_within(struct steps *s, double low, double high, int mantissa, int exponent)
{
    const double step = mantissa * pow(10, exponent);
    const double from = low / step, to = high / step;
    const double near = 1e-9 + fmax(fabs(from), fabs(to)) * 4e-16;
    if (fabs(from) > 1e15 || fabs(to) > 1e15)
        return false;
    *s = (struct steps){
        .first = (int64_t)ceil(from - near) * mantissa,
        .last = (int64_t)floor(to + near) * mantissa,
        .step = mantissa,
        .exponent = exponent,
    };
    return s->first <= s->last;
}

static int top_exponent(const struct steps *s)
{
    int64_t most = llabs(s->first) > llabs(s->last) ? llabs(s->first) : llabs(s->last);
    int top = s->exponent;
    for (most /= 10; most; most /= 10)
        top++;
    return top;
}

/* What is taken off where only the last of many digits differ. */
static int64_t common_offset(const struct steps *s)
{
    const int64_t range = s->last - s->first;
    const bool negative = s->last <= 0;
    const int64_t least = negative ? -s->last : s->first;
    if (range == 0 || s->first * (double)s->last <= 0 || least / range < 1000)
        return 0;
    int64_t power = 1;
    while (power <= range)
        power *= 10;
    const int64_t most = negative ? -s->first : s->last;
    return (negative ? -1 : 1) * (most / power * power);
}

static void write_common(struct trl_ticks *ticks, int factor, int64_t offset, int exponent,
                         const char *unit)
{
    struct trl_label label;
    trl_label_begin(&label, ticks->common, sizeof(ticks->common));
    if (factor) {
        trl_label_add(&label, "\xc3\x97");
        trl_label_power(&label, factor);
    }
    if (offset) {
        trl_label_add(&label, factor ? " " : "");
        trl_label_add(&label, offset > 0 ? "+" : "");
        trl_label_short(&label, offset, exponent);
    }
    if (unit[0]) {
        trl_label_add(&label, label.length ? " " : "");
        trl_label_add(&label, unit);
    }
}

/* shift: of the decimal point, by the unit. */
static void write_steps(const struct maker *m, const struct steps *s, int shift, const char *unit)
{
    const int64_t offset = shift || m->params->plain ? 0 : common_offset(s);
    struct steps shown = *s;
    shown.first -= offset;
    shown.last -= offset;
    shown.exponent += shift;
    const int top = top_exponent(&shown);
    const bool zero = shown.first == 0 && shown.last == 0;
    const int factor = !zero && !m->params->plain && (top >= 5 || top < -3) ? top : 0;
    const double unit_value = pow(10, s->exponent);
    m->ticks->count = 0;
    int64_t label_value = shown.first;
    for (int64_t n = s->first; n <= s->last; n += s->step, label_value += shown.step) {
        /* A quotient is the nearest double where a power of ten below 1 is none. */
        const double value =
            s->exponent < 0 ? (double)n / pow(10, -s->exponent) : (double)n * unit_value;
        struct trl_tick *tick = add_tick(m, value, false);
        if (!tick)
            continue;
        struct trl_label label;
        trl_label_begin(&label, tick->label, sizeof(tick->label));
        if (label_value == 0)
            trl_label_add(&label, "0");
        else
            trl_label_decimal(&label, label_value, zero ? 0 : shown.exponent - factor);
    }
    write_common(m->ticks, factor, offset, s->exponent, unit);
}

static void write_index(const struct maker *m, const struct steps *s)
{
    static const char *const units[] = {"", "k", "M", "G", "T", "P"};
    const int top = top_exponent(s);
    int thousands = top >= 4 ? top / 3 : 0;
    thousands = thousands > 5 ? 5 : thousands;
    while (thousands > 0 && s->exponent - 3 * thousands < -2)
        thousands--;
    m->ticks->count = 0;
    for (int64_t n = s->first; n <= s->last; n += s->step) {
        struct trl_tick *tick = add_tick(m, (double)n * pow(10, s->exponent), false);
        if (!tick)
            continue;
        struct trl_label label;
        trl_label_begin(&label, tick->label, sizeof(tick->label));
        trl_label_decimal(&label, n, n ? s->exponent - 3 * thousands : 0);
        trl_label_add(&label, n ? units[thousands] : "");
    }
    m->ticks->common[0] = '\0';
}

/* The finest of the steps whose labels fit. */
static bool make_linear(const struct maker *m, int shift, const char *unit)
{
    static const int mantissas[3] = {1, 2, 5};
    const bool index = m->params->kind == TRL_AXIS_INDEX;
    const int start = (int)floor(log10(m->high - m->low)) - 2;
    for (int n = 0; n < 15; n++) {
        struct steps s;
        const int exponent = start + n / 3;
        if ((index && exponent < 0) ||
            !steps_within(&s, m->low, m->high, mantissas[n % 3], exponent) ||
            (s.last - s.first) / s.step >= m->label_max)
            continue;
        if (index)
            write_index(m, &s);
        else
            write_steps(m, &s, shift, unit);
        if (labels_fit(m))
            return true;
    }
    m->ticks->count = 0;
    m->ticks->common[0] = '\0';
    return false;
}

/* ---- time ---- */

static void write_clock(const struct maker *m, int64_t step, bool hours, bool seconds)
{
    m->ticks->count = 0;
    for (int64_t t = (int64_t)ceil(m->low / (double)step) * step; (double)t <= m->high; t += step) {
        struct trl_tick *tick = add_tick(m, (double)t, false);
        if (!tick)
            continue;
        struct trl_label label;
        trl_label_begin(&label, tick->label, sizeof(tick->label));
        const int64_t size = llabs(t);
        const int64_t parts[3] = {hours ? size / 3600 : -1, hours ? size / 60 % 60 : size / 60,
                                  seconds ? size % 60 : -1};
        bool first = true;
        if (t < 0)
            trl_label_add(&label, "\xe2\x88\x92");
        for (int n = 0; n < 3; n++) {
            if (parts[n] < 0)
                continue;
            trl_label_add(&label, first ? "" : ":");
            trl_label_add(&label, !first && parts[n] < 10 ? "0" : "");
            trl_label_decimal(&label, parts[n], 0);
            first = false;
        }
    }
    struct trl_label common;
    trl_label_begin(&common, m->ticks->common, sizeof(m->ticks->common));
    trl_label_add(&common, hours ? "h:mm" : "m:ss");
    trl_label_add(&common, hours && seconds ? ":ss" : "");
}

static bool make_clock(const struct maker *m)
{
    static const int32_t steps[] = {5,   10,   15,   30,   60,    120,   300,   600,
                                    900, 1800, 3600, 7200, 10800, 21600, 43200, 86400};
    const bool hours = fmax(fabs(m->low), fabs(m->high)) >= 3600;
    for (size_t n = 0; n < sizeof(steps) / sizeof(steps[0]); n++) {
        if ((m->high - m->low) / steps[n] >= m->label_max)
            continue;
        write_clock(m, steps[n], hours, !hours || steps[n] % 60);
        if (labels_fit(m))
            return true;
    }
    return false;
}

static bool make_time(const struct maker *m)
{
    static const char *const units[] = {"s", "ms", "\xc2\xb5s", "ns"};
    const double most = fmax(fabs(m->low), fabs(m->high));
    if (most >= 120 && m->high - m->low >= 60 && m->high - m->low < 1e6)
        return make_clock(m);
    int unit = 0;
    while (unit < 3 && most < pow(10, -3 * unit) * 0.9999)
        unit++;
    if (most < 0.9999e-9)
        unit = 0;
    return make_linear(m, 3 * unit, units[unit]);
}

/* ---- log and symlog ---- */

static void add_decade(const struct maker *m, int exponent, int sign)
{
    struct trl_tick *tick = add_tick(m, sign * pow(10, exponent), false);
    if (!tick)
        return;
    struct trl_label label;
    trl_label_begin(&label, tick->label, sizeof(tick->label));
    trl_label_add(&label, sign < 0 ? "\xe2\x88\x92" : "");
    trl_label_power(&label, exponent);
}

/* Unlabelled ticks from the decade of first to that of last: tenths of each or, where labels are at
 * every stride-th decade from start on, the others. */
static void add_minors(const struct maker *m, int first, int last, int start, int stride, int sign)
{
    const double decade = fabs(trl_ticks_place(m->params, sign * pow(10, last + 1)) -
                               trl_ticks_place(m->params, sign * pow(10, last))) *
                          m->params->length;
    for (int e = first; e <= last; e++) {
        if ((e - start) % stride && decade >= MINOR_PIXELS)
            add_tick(m, sign * pow(10, e), true);
        for (int n = 2; n <= 9 && stride == 1 && decade >= DECADE_PIXELS; n++)
            add_tick(m, sign * n * pow(10, e), true);
    }
}

static int first_decade(double value)
{
    return (int)ceil(log10(value) - 1e-9);
}

static int last_decade(double value)
{
    return (int)floor(log10(value) + 1e-9);
}

/* Less than two decades: 1, 2 and 5 times a power of ten. */
static bool make_log_short(const struct maker *m)
{
    static const int mantissas[3] = {1, 2, 5};
    const int from = last_decade(m->low), to = last_decade(m->high);
    for (int e = from; e <= to; e++)
        for (int n = 0; n < 3; n++)
            add_number(m, mantissas[n] * pow(10, e));
    if (label_count(m->ticks) >= 3 && labels_fit(m)) {
        for (int e = from; e <= to; e++)
            for (int n = 3; n <= 9; n++)
                if (n != 5)
                    add_tick(m, n * pow(10, e), true);
        return true;
    }
    m->ticks->count = 0;
    return make_linear(m, 0, "");
}

/* Distances between labels, in decades. */
static const int strides[] = {1, 2, 3, 5, 10, 20, 50, 100, 200};
enum { STRIDES = sizeof(strides) / sizeof(strides[0]) };

static bool make_log(const struct maker *m)
{
    const int first = first_decade(m->low), last = last_decade(m->high);
    if (last - first < 1)
        return make_log_short(m);
    for (int n = 0; n < STRIDES; n++) {
        m->ticks->count = 0;
        for (int e = first; e <= last; e++)
            if (e % strides[n] == 0)
                add_decade(m, e, 1);
        if (!labels_fit(m))
            continue;
        /* Those of the decade that ends with the first label begin below it. */
        add_minors(m, strides[n] == 1 ? first - 1 : first, last, 0, strides[n], 1);
        return true;
    }
    return false;
}

/* Decades outside the straight part, as far as the range goes on both sides. */
struct sides {
    int first, up, down;
};

static bool label_sides(const struct maker *m, const struct sides *s, int start, int stride)
{
    m->ticks->count = 0;
    for (int e = s->down - (s->down - start) % stride; e >= start; e -= stride)
        add_decade(m, e, -1);
    struct trl_tick *zero = m->low <= 0 && m->high >= 0 ? add_tick(m, 0, false) : NULL;
    if (zero)
        zero->label[0] = '0';
    for (int e = start; e <= s->up; e += stride)
        add_decade(m, e, 1);
    return label_count(m->ticks) >= 3 && labels_fit(m);
}

static bool make_symlog(const struct maker *m)
{
    const double linthresh = m->params->linthresh > 0 ? m->params->linthresh : 1;
    const int first = first_decade(linthresh);
    const struct sides s = {
        .first = first,
        .up = m->high > linthresh ? last_decade(m->high) : first - 1,
        .down = m->low < -linthresh ? last_decade(-m->low) : first - 1,
    };
    const int most = s.up > s.down ? s.up : s.down;
    for (int n = 0; n < STRIDES && strides[n] <= most - first + 1; n++) {
        const int stride = strides[n];
        /* The outermost decade has a label if it can. */
        for (int shift = 0; shift < stride; shift++) {
            const int start = first + (most - first + shift) % stride;
            if (!label_sides(m, &s, start, stride))
                continue;
            add_minors(m, first, s.up, start, stride, 1);
            add_minors(m, first, s.down, start, stride, -1);
            return true;
        }
    }
    m->ticks->count = 0;
    return make_linear(m, 0, "");
}

/* ---- all of them ---- */

static int compare_places(const void *a, const void *b)
{
    const struct trl_tick *x = a, *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

static bool make(const struct maker *m)
{
    if (m->params->kind == TRL_AXIS_TIME)
        return make_time(m);
    if (m->params->kind == TRL_AXIS_VALUE && m->params->norm == TRL_NORM_LOG)
        return m->low > 0 && make_log(m);
    if (m->params->kind == TRL_AXIS_VALUE && m->params->norm == TRL_NORM_SYMLOG)
        return make_symlog(m);
    return make_linear(m, 0, "");
}

void trl_ticks_make(struct trl_ticks *ticks, const struct trl_ticks_params *params)
{
    struct trl_ticks_params p = *params;
    p.low = fmin(fmax(p.low, -huge_value), huge_value);
    p.high = fmin(fmax(p.high, -huge_value), huge_value);
    ticks->count = 0;
    ticks->common[0] = '\0';
    if (isnan(params->low) || isnan(params->high) || p.length < 1)
        return;
    const struct maker m = {
        .ticks = ticks,
        .params = &p,
        .low = fmin(p.low, p.high),
        .high = fmax(p.low, p.high),
        .label_max = p.tick_max > 0 ? p.tick_max : LABELS_USUAL,
    };
    const double most = fmax(fabs(m.low), fabs(m.high));
    if (m.high - m.low <= most * 1e-13) {
        struct trl_tick *tick = &ticks->tick[ticks->count++];
        *tick = (struct trl_tick){.place = 0.5};
        trl_ticks_number(tick->label, m.low, 6);
        return;
    }
    if (!make(&m))
        ticks->count = 0;
    qsort(ticks->tick, (size_t)ticks->count, sizeof(ticks->tick[0]), compare_places);
}
