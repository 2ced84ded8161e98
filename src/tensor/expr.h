/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <tensorreel/tensor.h>

/*
 * Expressions over named tensors, element by element, in float32:
 *
 *     log1p(abs(a - b))        where(v > -50, v, 0) * 2.5e-3
 *
 * By rising strength: one comparison (< <= > >= == !=, which gives 1 or 0), + and -, * and /,
 * a sign, then numbers, pi, names, parentheses and functions:
 *
 *     abs sqrt exp expm1 log log1p (x)    min max (a, b)    clamp (x, low, high)    where (c, a, b)
 *
 * Names begin with a letter or _, and may hold digits and dots. A name that is no function and not
 * pi is an input.
 */
struct trl_log;

enum {
    TRL_EXPR_TEXT_MAX = 2000, /* bytes */
    TRL_EXPR_NODES_MAX = 256,
    TRL_EXPR_INPUTS_MAX = 6,
    TRL_EXPR_NAME_MAX = 63,
    TRL_EXPR_DEPTH_MAX = 64, /* of parentheses, calls and signs */
};

enum trl_expr_op {
    TRL_EXPR_NUMBER,
    TRL_EXPR_INPUT,
    TRL_EXPR_NEGATE,
    TRL_EXPR_ABS,
    TRL_EXPR_SQRT,
    TRL_EXPR_EXP,
    TRL_EXPR_EXPM1,
    TRL_EXPR_LOG,
    TRL_EXPR_LOG1P,
    TRL_EXPR_ADD,
    TRL_EXPR_SUB,
    TRL_EXPR_MUL,
    TRL_EXPR_DIV,
    TRL_EXPR_MIN,
    TRL_EXPR_MAX,
    TRL_EXPR_LESS,
    TRL_EXPR_LESS_EQUAL,
    TRL_EXPR_EQUAL,
    TRL_EXPR_NOT_EQUAL,
    TRL_EXPR_WHERE,
    TRL_EXPR_OP_COUNT
};

/* Arguments are earlier nodes; equal nodes are one. */
struct trl_expr_node {
    enum trl_expr_op op;
    int arg_count;
    int arg[3];
    uint32_t value; /* NUMBER: float bits; INPUT: which */
    int position;   /* byte of the text that stands for it */
};

struct trl_expr {
    char text[TRL_EXPR_TEXT_MAX + 1];
    int node_count; /* the last node is the result */
    struct trl_expr_node node[TRL_EXPR_NODES_MAX];
    int input_count; /* in the order in which they first appear */
    char input[TRL_EXPR_INPUTS_MAX][TRL_EXPR_NAME_MAX + 1];
};

/* TRL_ERROR_USAGE with the expression and a caret under the place, TRL_ERROR_MEMORY. */
int trl_expr_parse(struct trl_expr **out, struct trl_log *log, const char *text);
void trl_expr_destroy(struct trl_expr **expr);

/* Finds each input among names: place[i] is where input i stands. TRL_ERROR_USAGE names the input
 * that is not there, and the one that was probably meant. */
int trl_expr_bind(const struct trl_expr *expr, struct trl_log *log, const char *const *names,
                  int name_count, int place[TRL_EXPR_INPUTS_MAX]);

/* The shape of the result for inputs of these shapes, as numpy broadcasts: axes are counted from
 * the last, and an axis that is missing or 1 repeats. TRL_ERROR_USAGE with a caret under the
 * operation whose arguments do not fit. */
int trl_expr_shape(const struct trl_expr *expr, struct trl_log *log,
                   const struct trl_layout *inputs, int *rank, int64_t shape[TRL_RANK_MAX]);
