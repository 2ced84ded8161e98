/* SPDX-License-Identifier: BSD-2-Clause */
#include "model.h"

#include <float.h>
#include <math.h>

static float flushed(float value)
{
    return value > -FLT_MIN && value < FLT_MIN ? 0 : value;
}

void model_create(struct model *model, const struct check_net *net, struct trl_burst *burst,
                  const struct trl_burst_params *modes)
{
    const size_t count = net->count;
    *model = (struct model){
        .net = net,
        .wall_time = modes && modes->clock == TRL_BURST_WALL_TIME,
        .count_unlimited = modes && modes->count_unlimited,
        .fraction_bits = trl_burst_scale(burst).fraction_bits,
        .v = check_zeros(count, sizeof(float)),
        .touched = check_zeros(count, sizeof(uint64_t)),
        .external = check_zeros(count, sizeof(float)),
        .injected = check_zeros(count, sizeof(bool)),
        .countdown = check_zeros(count, sizeof(uint16_t)),
        .in_a_row = check_zeros(count, sizeof(uint16_t)),
        .fired = check_zeros(count, sizeof(bool)),
        .fires = check_zeros(count, sizeof(bool)),
        .fired_v = check_zeros(count, sizeof(float)),
        .degrees = check_zeros(count, sizeof(uint32_t)),
        .sums = check_zeros(count, sizeof(int64_t)),
    };
    for (uint32_t n = 0; n < net->count; n++)
        model->v[n] = flushed(net->neurons[n].params.rest);
    for (size_t n = 0; n < net->synapse_count; n++)
        model->degrees[net->synapses[n].source]++;
}

void model_destroy(struct model *model)
{
    free(model->v);
    free(model->touched);
    free(model->external);
    free(model->injected);
    free(model->countdown);
    free(model->in_a_row);
    free(model->fired);
    free(model->fires);
    free(model->fired_v);
    free(model->degrees);
    free(model->sums);
    *model = (struct model){0};
}

void model_inject(struct model *model, uint32_t id, float amount)
{
    model->external[id] += amount;
    model->injected[id] = true;
}

static float leaked(const struct trl_neuron_params *p, float v, float keep)
{
    const float rest = flushed(p->rest);
    return flushed(rest + flushed(flushed(v - rest) * keep));
}

/* What the neuron's potential is `bursts` after it was a candidate. */
static float silent(const struct model *model, uint32_t n, uint64_t bursts)
{
    const struct trl_neuron_params *p = &model->net->neurons[n].params;
    if (p->coincidence && bursts)
        return flushed(p->rest);
    if (!model->wall_time || bursts == 0)
        return model->v[n];
    const float k = flushed(1 - p->leak);
    uint64_t bit = 1;
    while (bit * 2 <= bursts)
        bit *= 2;
    float keep = k;
    for (bit /= 2; bit; bit /= 2) {
        keep = flushed(keep * keep);
        if (bursts & bit)
            keep = flushed(keep * k);
    }
    return leaked(p, model->v[n], keep);
}

static int64_t contribution(const struct model *model, const struct trl_synapse *synapse)
{
    const struct check_neuron *source = &model->net->neurons[synapse->source];
    const float v = fminf(fmaxf(model->fired_v[synapse->source], 0), 255);
    const int64_t psp = source->from_potential ? (int64_t)floor((double)v + 0.5) : synapse->psp;
    const int64_t amount = (synapse->weight * psp) << model->fraction_bits;
    const int64_t parts = source->shared ? model->degrees[synapse->source] : 1;
    const int64_t share = (2 * amount + parts) / (2 * parts);
    return synapse->inhibitory ? -share : share;
}

static bool draws(const struct trl_neuron_params *p, uint32_t n, uint64_t time)
{
    const uint32_t seed = n * UINT32_C(2654435761) + (uint32_t)time * UINT32_C(1597334677);
    const uint32_t s = seed * UINT32_C(747796405) + UINT32_C(2891336453);
    const uint32_t w = ((s >> ((s >> 28) + 4)) ^ s) * UINT32_C(277803737);
    const float r = (float)((w >> 22) ^ w) / 4294967296.0F;
    return p->excitability >= 0.999F || (p->excitability > 0 && r < p->excitability);
}

static void count_down(struct model *model, uint32_t n, uint32_t limit)
{
    if (--model->countdown[n] == 0 && limit && model->in_a_row[n] >= limit)
        model->in_a_row[n] = 0;
}

static void fire(struct model *model, uint32_t n, float v, uint32_t limit)
{
    const struct trl_neuron_params *p = &model->net->neurons[n].params;
    model->fires[n] = true;
    model->fired_v[n] = v;
    model->v[n] = flushed(p->rest);
    model->in_a_row[n] += model->in_a_row[n] < UINT16_MAX;
    const uint32_t pause =
        p->refractory + (limit && model->in_a_row[n] >= limit ? (uint32_t)p->snooze : 0);
    model->countdown[n] = pause < UINT16_MAX ? (uint16_t)pause : UINT16_MAX;
    model->fired_sum++;
}

static void update(struct model *model, uint32_t n)
{
    const struct check_neuron *neuron = &model->net->neurons[n];
    const struct trl_neuron_params *p = &neuron->params;
    const bool quirk = model->count_unlimited && p->fire_limit == 0;
    const uint32_t limit = quirk ? UINT16_MAX : p->fire_limit;
    model->candidates++;
    float v =
        p->coincidence ? flushed(p->rest) : silent(model, n, model->time - model->touched[n] - 1);
    model->touched[n] = model->time;
    model->v[n] = v;
    if (model->countdown[n] > 0) {
        model->blocked++;
        count_down(model, n, limit);
        return;
    }
    const float external = flushed(flushed(model->external[n]) + flushed(neuron->drive));
    const float sum = (float)model->sums[n] * ldexpf(1, -model->fraction_bits);
    v = flushed(fminf(fmaxf(v + flushed(sum + external), -FLT_MAX), FLT_MAX));
    model->v[n] = v;
    const bool passes = v >= flushed(p->threshold) && v <= flushed(p->threshold_max);
    if (passes && limit && model->in_a_row[n] >= limit) {
        model->in_a_row[n] = 0;
    } else if (passes && draws(p, n, model->time)) {
        fire(model, n, v, limit);
    } else {
        if (limit && !quirk)
            model->in_a_row[n] = 0;
        model->v[n] = leaked(p, v, flushed(1 - p->leak));
    }
}

void model_run(struct model *model)
{
    const struct check_net *net = model->net;
    model->time++;
    memset(model->sums, 0, net->count * sizeof(*model->sums));
    memset(model->fires, 0, net->count * sizeof(*model->fires));
    for (size_t n = 0; n < net->synapse_count; n++) {
        const struct trl_synapse *synapse = &net->synapses[n];
        if (!model->fired[synapse->source])
            continue;
        model->sums[synapse->target] += contribution(model, synapse);
        model->injected[synapse->target] = true;
        model->delivered++;
    }
    for (uint32_t n = 0; n < net->count; n++) {
        if (net->neurons[n].removed)
            continue;
        if (model->injected[n] || net->neurons[n].drive != 0)
            update(model, n);
        else if (model->wall_time && model->countdown[n] > 0)
            count_down(model, n,
                       model->count_unlimited && net->neurons[n].params.fire_limit == 0
                           ? UINT16_MAX
                           : net->neurons[n].params.fire_limit);
    }
    memcpy(model->fired, model->fires, net->count * sizeof(*model->fires));
    memset(model->injected, 0, net->count * sizeof(*model->injected));
    memset(model->external, 0, net->count * sizeof(*model->external));
}

static void check_arrays(const struct model *model, struct trl_burst *burst)
{
    const uint32_t count = model->net->count;
    float *v = check_zeros(count, sizeof(*v));
    uint16_t *down = check_zeros(count, 2), *row = check_zeros(count, 2);
    assert_int_equal(trl_burst_read(burst, TRL_BURST_V, v, count * sizeof(*v)), 0);
    assert_int_equal(trl_burst_read(burst, TRL_BURST_COUNTDOWN, down, count * 2UL), 0);
    assert_int_equal(trl_burst_read(burst, TRL_BURST_IN_A_ROW, row, count * 2UL), 0);
    for (uint32_t n = 0; n < count; n++) {
        const float expected = silent(model, n, model->time - model->touched[n]);
        if (trl_float_bits(v[n]) != trl_float_bits(expected) || down[n] != model->countdown[n] ||
            row[n] != model->in_a_row[n])
            fail_msg("neuron %u after burst %llu: %.9g %u %u, expected %.9g %u %u", n,
                     (unsigned long long)model->time, (double)v[n], down[n], row[n],
                     (double)expected, model->countdown[n], model->in_a_row[n]);
    }
    free(v);
    free(down);
    free(row);
}

void model_check(const struct model *model, struct trl_burst *burst)
{
    const uint32_t count = model->net->count;
    assert_true(trl_burst_time(burst) == model->time);
    check_arrays(model, burst);
    uint32_t *ids = check_zeros(count, sizeof(*ids));
    float *v = check_zeros(count, sizeof(*v));
    size_t fired = 0, at = 0;
    assert_int_equal(trl_burst_fired(burst, ids, v, count, &fired), 0);
    for (uint32_t n = 0; n < count; n++)
        if (model->fired[n]) {
            assert_true(at < fired && ids[at] == n);
            assert_true(v[at++] == model->fired_v[n]);
        }
    assert_int_equal(at, fired);
    free(ids);
    free(v);
    const struct trl_burst_stats stats = check_stats(burst);
    assert_int_equal(stats.candidates, model->candidates);
    assert_int_equal(stats.fired, model->fired_sum);
    assert_int_equal(stats.blocked, model->blocked);
    assert_int_equal(stats.delivered, model->delivered);
}
