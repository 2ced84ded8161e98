/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "cli/film.h"

/*
 * The sources of a render: words NAME=PATH by their name, the other words together as one film
 * named x, and the paths that panels name.
 */
struct trl_cli_inputs {
    struct trl_stream_input items[TRL_INPUTS_MAX];
    char *names[TRL_INPUTS_MAX];       /* owned */
    const char *paths[TRL_INPUTS_MAX]; /* the first of each */
    bool more[TRL_INPUTS_MAX];         /* and it has several */
    int count;
    bool rewindable;     /* all of them */
    int64_t frame_count; /* of the film; -1: not known */
};

/* Opens all that operands and panels name. An exit code, with the reason printed. */
int trl_cli_inputs_open(struct trl_cli_inputs *inputs, struct trl_cli_film *film);
/* The path of an operand, which may be NAME=PATH. */
const char *trl_cli_input_path(const char *word);
void trl_cli_inputs_close(struct trl_cli_inputs *inputs);
