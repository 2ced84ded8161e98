/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Calls that can fail, told apart by the calls that led to them: one from within a loop over frames
 * is the same call each time. What fails is the first and the last time of each. Any thread may
 * call.
 */

/* Begins with {0}. Where it ends it can go on with something else, of which those paths fail that
 * are new. */
struct paths_walk {
    bool once; /* in: the last time of a path does not fail */
    bool surveyed;
    int path;  /* behind the one that fails now */
    bool last; /* its last time is still to come */
};

/* What follows is done again and again, by the same calls: at first none of them fails and all are
 * counted, then one fails each time. False: every one did. */
bool paths_next(struct paths_walk *walk);
/* Counts nothing and fails nothing until then. */
void paths_disarm(void);
/* Of the survey: calls of all paths. */
int64_t paths_calls(void);
/* Calls of a walk that were to fail and did not come again: the last of several waits, perhaps,
 * where the machine was quick. */
int paths_missed(void);
enum { PATHS_MISSED_MAX = 8 };

/* To be asked at every call: true if it is to fail. */
bool paths_meet(void);
/* True once one was. */
bool paths_met(void);
