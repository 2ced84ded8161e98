/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "cli/options.h"

/*
 * The kinds of values. Numbers are read whole and the same in every locale: "30,5", "0x10", "1e",
 * " 3" and "inf" are refused. Unless a line says more, a type stores at the option's target.
 */
extern const struct trl_cli_type trl_cli_type_flag;     /* bool: true */
extern const struct trl_cli_type trl_cli_type_store;    /* enum: the option's value; no text */
extern const struct trl_cli_type trl_cli_type_count;    /* int: one more */
extern const struct trl_cli_type trl_cli_type_text;     /* const char *, not empty */
extern const struct trl_cli_type trl_cli_type_choice;   /* enum: one of the option's choices */
extern const struct trl_cli_type trl_cli_type_int;      /* int from low to high */
extern const struct trl_cli_type trl_cli_type_int64;    /* int64_t from low to high */
extern const struct trl_cli_type trl_cli_type_seed;     /* uint64_t */
extern const struct trl_cli_type trl_cli_type_positive; /* double above 0 */
extern const struct trl_cli_type trl_cli_type_size;     /* two ints that follow each other: WxH */
extern const struct trl_cli_type trl_cli_type_bytes;    /* uint64_t; K, M, G, T: powers of 1024 */
extern const struct trl_cli_type trl_cli_type_color;    /* struct trl_color */
extern const struct trl_cli_type trl_cli_type_cmap;     /* const char * */
/* These know their place. */
extern const struct trl_cli_type trl_cli_type_output;
extern const struct trl_cli_type trl_cli_type_panel;
extern const struct trl_cli_type trl_cli_type_grid;
extern const struct trl_cli_type trl_cli_type_look;
extern const struct trl_cli_type trl_cli_type_scale_bar;
extern const struct trl_cli_type trl_cli_type_axes;
extern const struct trl_cli_type trl_cli_type_frame_time;
extern const struct trl_cli_type trl_cli_type_frames;
extern const struct trl_cli_type trl_cli_type_fps;
extern const struct trl_cli_type trl_cli_type_vmin;
extern const struct trl_cli_type trl_cli_type_vmax;
extern const struct trl_cli_type trl_cli_type_range;
extern const struct trl_cli_type trl_cli_type_robust;
extern const struct trl_cli_type trl_cli_type_percentile;
extern const struct trl_cli_type trl_cli_type_center;
extern const struct trl_cli_type trl_cli_type_equalize;
extern const struct trl_cli_type trl_cli_type_norm;
extern const struct trl_cli_type trl_cli_type_crf;
extern const struct trl_cli_type trl_cli_type_set;
extern const struct trl_cli_type trl_cli_type_progress;
extern const struct trl_cli_type trl_cli_type_film; /* stores nothing */

/* The numbers by themselves. */
bool trl_cli_read_int64(const char *text, int64_t low, int64_t high, int64_t *out);
bool trl_cli_read_double(const char *text, double *out);
/* A number above 0, and where what is not of it begins: a unit. */
bool trl_cli_read_amount(const char *text, double *value, const char **rest);
