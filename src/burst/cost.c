/* SPDX-License-Identifier: BSD-2-Clause */
#include "burst/cost.h"

#include <math.h>
#include <string.h>

enum { TERMS = TRL_BURST_TERM_COUNT };

/* Up to so many neurons the prices are those of small networks, from twice as many on all are far.
 * Both sizes are measured, so that it does not matter where the caches of a machine end. */
static const double near_neurons = 1 << 19;

struct trl_burst_activity trl_burst_activity_expected(const struct trl_burst_plan *plan,
                                                      double rate)
{
    const double neurons = plan->neuron_count, synapses = (double)plan->synapse_count;
    const double degree = neurons > 0 ? synapses / neurons : 0;
    double driven = 0;
    if (plan->flags & TRL_BURST_DRIVEN)
        for (uint32_t n = 0; n < plan->neuron_count; n++)
            driven += plan->kinds[plan->kind_of[n]].pause >> 16 & TRL_BURST_DRIVEN ? 1 : 0;
    return (struct trl_burst_activity){
        .neurons = neurons,
        .fired = rate * neurons,
        .delivered = rate * synapses,
        .candidates = driven + (neurons - driven) * -expm1(-degree * rate),
    };
}

void trl_burst_cost_terms(double terms[TRL_BURST_TERM_COUNT],
                          const struct trl_burst_activity *activity,
                          const struct trl_burst_crew *crew)
{
    const double share = 1.0 / crew->members;
    const bool sparse = activity->candidates < crew->sparse_below * activity->neurons;
    terms[TRL_BURST_TERM_BURST] = crew->members;
    terms[TRL_BURST_TERM_FIRED] = activity->fired; /* each member looks at its part of every row */
    terms[TRL_BURST_TERM_SYNAPSE] = activity->delivered * share;
    terms[TRL_BURST_TERM_LISTED] = sparse ? activity->candidates * share : 0;
    terms[TRL_BURST_TERM_CANDIDATE] = sparse ? 0 : activity->candidates * share;
    terms[TRL_BURST_TERM_SWEPT] = sparse ? 0 : activity->neurons * share;
    const double doublings = log2(fmax(1, activity->neurons / near_neurons));
    terms[TRL_BURST_TERM_FAR] = terms[TRL_BURST_TERM_SWEPT] * fmin(1, doublings);
}

double trl_burst_cost_ns(const struct trl_burst_cost *cost,
                         const double terms[TRL_BURST_TERM_COUNT])
{
    double ns = 0;
    for (int n = 0; n < TERMS; n++)
        ns += cost->ns[n] * terms[n];
    return ns;
}

/* The normal equations of all terms: columns of a sample's terms over its time, each scaled to
 * have a largest value of 1, are to add up to 1. */
struct system {
    double matrix[TERMS][TERMS], right[TERMS];
    double scale[TERMS];
};

static void set_up(struct system *system, const struct trl_burst_sample *samples, int count)
{
    memset(system, 0, sizeof(*system));
    for (int s = 0; s < count; s++)
        for (int n = 0; n < TERMS; n++)
            system->scale[n] = fmax(system->scale[n], samples[s].terms[n] / samples[s].ns);
    for (int s = 0; s < count; s++)
        for (int n = 0; n < TERMS; n++) {
            if (system->scale[n] <= 0)
                continue;
            const double a = samples[s].terms[n] / samples[s].ns / system->scale[n];
            system->right[n] += a;
            for (int m = 0; m < TERMS; m++)
                if (system->scale[m] > 0)
                    system->matrix[n][m] +=
                        a * samples[s].terms[m] / samples[s].ns / system->scale[m];
        }
}

/* Solves for the terms of the set, by elimination; false if they cannot be told apart, or one is
 * below 0. */
static bool solve(const struct system *system, unsigned set, double x[TERMS])
{
    double m[TERMS][TERMS + 1];
    int index[TERMS], count = 0;
    for (int n = 0; n < TERMS; n++)
        if (set >> n & 1)
            index[count++] = n;
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++)
            m[i][j] = system->matrix[index[i]][index[j]];
        m[i][count] = system->right[index[i]];
    }
    /* The matrix is symmetric and positive: no pivots need be looked for. */
    for (int i = 0; i < count; i++) {
        if (m[i][i] <= 1e-12 * system->matrix[index[i]][index[i]])
            return false;
        for (int k = i + 1; k < count; k++)
            for (int j = count; j >= i; j--)
                m[k][j] -= m[k][i] / m[i][i] * m[i][j];
    }
    memset(x, 0, TERMS * sizeof(*x));
    for (int i = count - 1; i >= 0; i--) {
        double value = m[i][count];
        for (int j = i + 1; j < count; j++)
            value -= m[i][j] * x[index[j]];
        x[index[i]] = value / m[i][i];
        if (x[index[i]] < 0)
            return false;
    }
    return true;
}

bool trl_burst_cost_fit(struct trl_burst_cost *out, const struct trl_burst_sample *samples,
                        int count)
{
    struct system system;
    double best = INFINITY;
    *out = (struct trl_burst_cost){0};
    for (int n = 0; n < count; n++)
        if (!(samples[n].ns > 0))
            return false;
    if (count < TERMS)
        return false;
    set_up(&system, samples, count);
    /* Terms are few enough to try which of them have a price at all. */
    for (unsigned set = 1; set < 1U << TERMS; set++) {
        double x[TERMS];
        if (!solve(&system, set, x))
            continue;
        struct trl_burst_cost cost;
        double sum = 0;
        for (int n = 0; n < TERMS; n++)
            cost.ns[n] = system.scale[n] > 0 ? x[n] / system.scale[n] : 0;
        for (int s = 0; s < count; s++) {
            const double error = trl_burst_cost_ns(&cost, samples[s].terms) / samples[s].ns - 1;
            sum += error * error;
        }
        if (sum < best) {
            best = sum;
            *out = cost;
        }
    }
    return best < INFINITY;
}
