/* SPDX-License-Identifier: BSD-2-Clause */
#include "ops/filter_plan.h"

static const uint32_t op_of[TRL_FILTER_COUNT] = {
    [TRL_FILTER_SMOOTH] = TRL_FILTER_OP_SMOOTH,   [TRL_FILTER_DECAY] = TRL_FILTER_OP_DECAY,
    [TRL_FILTER_DIFF] = TRL_FILTER_OP_DIFF,       [TRL_FILTER_ABS] = TRL_FILTER_OP_ABS,
    [TRL_FILTER_CLIP] = TRL_FILTER_OP_CLIP,       [TRL_FILTER_LOG] = TRL_FILTER_OP_LOG,
    [TRL_FILTER_UNSHARP] = TRL_FILTER_OP_UNSHARP,
};

static uint32_t clean_bits(double value)
{
    const uint32_t bits = trl_filter_bits((float)value);
    return (bits & 0x7fffffff) < TRL_FILTER_TINY ? 0 : bits;
}

static struct trl_filter_stage *add_stage(struct trl_filter_plan *plan, enum trl_filter_kind kind)
{
    struct trl_filter_stage *stage = &plan->stage[plan->stage_count++];
    *stage = (struct trl_filter_stage){.kind = kind, .state = -1};
    return stage;
}

static void add_op(struct trl_filter_plan *plan, enum trl_filter filter, double first,
                   double second)
{
    struct trl_filter_stage *stage = plan->stage_count ? &plan->stage[plan->stage_count - 1] : NULL;
    const bool temporal = trl_filter_temporal(filter);
    if (!stage || stage->op_count == TRL_FILTER_OPS || (temporal && stage->state >= 0))
        stage = add_stage(plan, TRL_FILTER_EACH);
    if (temporal)
        stage->state = plan->state_count++;
    const int n = stage->op_count++;
    stage->ops[n] = op_of[filter];
    stage->arguments[2 * n] = clean_bits(first);
    stage->arguments[2 * n + 1] = clean_bits(second);
}

static void add_blur(struct trl_filter_plan *plan, const struct trl_filter_step *step)
{
    int before;
    const int first = plan->weight_count;
    const int taps = trl_filter_window(step, plan->weights + first, &before);
    plan->weight_count += taps;
    for (int n = 0; n < 2; n++) {
        struct trl_filter_stage *stage = add_stage(plan, n ? TRL_FILTER_DOWN : TRL_FILTER_ACROSS);
        stage->first_weight = first;
        stage->taps = taps;
        stage->before = before;
    }
}

static void add_step(struct trl_filter_plan *plan, const struct trl_filter_step *step)
{
    switch (step->filter) {
    case TRL_FILTER_GAUSSIAN:
    case TRL_FILTER_BOX:
        add_blur(plan, step);
        break;
    case TRL_FILTER_UNSHARP:
        /* The sharp frame is taken from the buffer that the second stage writes. */
        if (!plan->stage_count)
            add_stage(plan, TRL_FILTER_EACH);
        add_blur(plan, step);
        add_op(plan, step->filter, step->argument[1], 0);
        break;
    case TRL_FILTER_MEDIAN:
        add_stage(plan, TRL_FILTER_MEDIAN_OF_NINE);
        break;
    case TRL_FILTER_SOBEL:
        add_stage(plan, TRL_FILTER_GRADIENT);
        break;
    default:
        add_op(plan, step->filter, step->argument[0], step->argument[1]);
        break;
    }
}

void trl_filter_plan(struct trl_filter_plan *plan, const struct trl_filter_chain *chain)
{
    plan->stage_count = plan->state_count = plan->weight_count = 0;
    for (int n = 0; n < chain->count; n++)
        add_step(plan, &chain->step[n]);
}
