#version 460
#extension GL_GOOGLE_include_directive : require
// SPDX-License-Identifier: BSD-2-Clause
// The last step of a reduction, or of a pass of it: results of blocks become values or settings.
#include "shared/reduction.h"

layout(local_size_x = 64) in;
layout(constant_id = 0) const uint FINISH = TRL_OPS_FINISH_SUM;

layout(std430, set = 0, binding = 0) readonly buffer Cells
{
    uvec2 cells[];
};
layout(std430, set = 0, binding = 1) buffer Settings
{
    uint settings[];
};
layout(std430, set = 0, binding = 2) writeonly buffer Result
{
    uint result[];
};
layout(push_constant) uniform Push
{
    trl_ops_finish_push push;
};

uint finished(trl_pair cell, uint at)
{
    switch (FINISH) {
    case TRL_OPS_FINISH_SUM:
        return trl_reduce_sum(cell);
    case TRL_OPS_FINISH_MEAN:
        return trl_reduce_mean(cell, push.count).a;
    case TRL_OPS_FINISH_MIN:
        return trl_reduce_low_value(cell.a);
    case TRL_OPS_FINISH_MAX:
        return trl_reduce_value(cell.b);
    case TRL_OPS_FINISH_NORM:
        return trl_reduce_norm(cell, settings[at + TRL_OPS_SETTING_LEAST],
                               settings[at + TRL_OPS_SETTING_GREATEST]);
    case TRL_OPS_FINISH_VARIANCE:
        return trl_reduce_variance(cell, settings[at + TRL_OPS_SETTING_LEAST],
                                   settings[at + TRL_OPS_SETTING_GREATEST], push.count);
    default:
        return cell.b;
    }
}

void main()
{
    uint all = gl_NumWorkGroups.x * 64u;
    for (uint i = gl_GlobalInvocationID.x; i < push.outputs; i += all) {
        uint at = i * TRL_OPS_SETTING_WORDS;
        trl_pair cell;
        cell.a = cells[i].x;
        cell.b = cells[i].y;
        if (FINISH == TRL_OPS_FINISH_KEYS) {
            settings[at + TRL_OPS_SETTING_SHIFT] = uint(trl_reduce_shift(cell.a, cell.b));
            settings[at + TRL_OPS_SETTING_CENTRE] = 0u;
            settings[at + TRL_OPS_SETTING_CENTRE + 1u] = 0u;
            settings[at + TRL_OPS_SETTING_LEAST] = cell.a;
            settings[at + TRL_OPS_SETTING_GREATEST] = cell.b;
        } else if (FINISH == TRL_OPS_FINISH_CENTRE) {
            trl_pair mean = trl_reduce_mean(cell, push.count);
            settings[at + TRL_OPS_SETTING_CENTRE] = trl_reduce_flush(mean.a, TRL_EXACT_TINY);
            settings[at + TRL_OPS_SETTING_CENTRE + 1u] = trl_reduce_flush(mean.b, TRL_EXACT_TINY);
        } else {
            result[push.first + i] = finished(cell, at);
        }
    }
}
