/* SPDX-License-Identifier: BSD-2-Clause */
#include "ops/expr_spirv.h"

#include "base/log.h"
#include "gpu/shaders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADER_WORDS = 5,
    BOUND_WORD = 3,
    OP_NAME = 5,
    OP_TYPE_INT = 21,
    OP_CONSTANT = 43,
    OP_FUNCTION = 54,
    OP_FUNCTION_END = 56,
    OP_FUNCTION_CALL = 57,
    OP_LABEL = 248,
    OP_RETURN_VALUE = 254,
    /* A constant has 4 words, a call at most 4 + 3; besides there are the label, the return and the
     * end. */
    NODE_WORDS_MAX = 7,
    REST_WORDS = 5,
};

static const char *const functions[TRL_EXPR_OP_COUNT] = {
    [TRL_EXPR_NEGATE] = "op_negate",
    [TRL_EXPR_ABS] = "op_abs",
    [TRL_EXPR_SQRT] = "op_sqrt",
    [TRL_EXPR_EXP] = "op_exp",
    [TRL_EXPR_EXPM1] = "op_expm1",
    [TRL_EXPR_LOG] = "op_log",
    [TRL_EXPR_LOG1P] = "op_log1p",
    [TRL_EXPR_ADD] = "op_add",
    [TRL_EXPR_SUB] = "op_sub",
    [TRL_EXPR_MUL] = "op_mul",
    [TRL_EXPR_DIV] = "op_div",
    [TRL_EXPR_MIN] = "op_min",
    [TRL_EXPR_MAX] = "op_max",
    [TRL_EXPR_LESS] = "op_less",
    [TRL_EXPR_LESS_EQUAL] = "op_less_equal",
    [TRL_EXPR_EQUAL] = "op_equal",
    [TRL_EXPR_NOT_EQUAL] = "op_not_equal",
    [TRL_EXPR_WHERE] = "op_where",
};

/* The module that is built in, and where things are in it. */
struct frame {
    const uint32_t *words;
    size_t count;
    uint32_t uint_type;
    size_t functions_start; /* word of the first function */
    size_t body, body_end;  /* of expression(): behind its OpFunction, and behind its end */
};

/* The id with that name; functions have their parameters' types behind it. 0 if there is none. */
static uint32_t find_name(const struct frame *frame, const char *name)
{
    const size_t length = strlen(name);
    for (size_t at = HEADER_WORDS; at < frame->functions_start; at += frame->words[at] >> 16)
        if ((frame->words[at] & 0xffff) == OP_NAME) {
            const char *is = (const char *)&frame->words[at + 2];
            if (!strncmp(is, name, length) && is[length] == '(')
                return frame->words[at + 1];
        }
    return 0;
}

static bool find_parts(struct frame *frame)
{
    const uint32_t *words = frame->words;
    size_t at = HEADER_WORDS;
    for (; at < frame->count && (words[at] & 0xffff) != OP_FUNCTION; at += words[at] >> 16)
        if ((words[at] & 0xffff) == OP_TYPE_INT && words[at + 2] == 32 && !words[at + 3])
            frame->uint_type = words[at + 1];
    frame->functions_start = at;
    const uint32_t id = find_name(frame, "expression");
    bool inside = false;
    for (; at < frame->count; at += words[at] >> 16) {
        const uint32_t op = words[at] & 0xffff;
        if (op == OP_FUNCTION && words[at + 2] == id) {
            inside = true;
            frame->body = at + (words[at] >> 16);
        } else if (op == OP_FUNCTION_END && inside) {
            inside = false;
            frame->body_end = at + 1;
        }
    }
    return frame->uint_type && frame->body && frame->body_end;
}

struct writer {
    uint32_t *words;
    size_t count;
};

static void put(struct writer *writer, const uint32_t *words, size_t count)
{
    memcpy(writer->words + writer->count, words, count * sizeof(*words));
    writer->count += count;
}

static void put_constants(struct writer *writer, const struct frame *frame,
                          const struct trl_expr *expr, uint32_t first_id)
{
    for (int n = 0; n < expr->node_count; n++)
        if (expr->node[n].op == TRL_EXPR_NUMBER)
            put(writer,
                (const uint32_t[]){4 << 16 | OP_CONSTANT, frame->uint_type, first_id + (uint32_t)n,
                                   expr->node[n].value},
                4);
}

/* False if the frame lacks a function. */
static bool put_calls(struct writer *writer, const struct frame *frame, const struct trl_expr *expr,
                      uint32_t first_id)
{
    for (int n = 0; n < expr->node_count; n++) {
        const struct trl_expr_node *node = &expr->node[n];
        char input[16];
        snprintf(input, sizeof(input), "op_input%u", node->value);
        if (node->op == TRL_EXPR_NUMBER)
            continue;
        uint32_t call[NODE_WORDS_MAX] = {
            (4u + (uint32_t)node->arg_count) << 16 | OP_FUNCTION_CALL, frame->uint_type,
            first_id + (uint32_t)n,
            find_name(frame, node->op == TRL_EXPR_INPUT ? input : functions[node->op])};
        if (!call[3])
            return false;
        for (int i = 0; i < node->arg_count; i++)
            call[4 + i] = first_id + (uint32_t)node->arg[i];
        put(writer, call, call[0] >> 16);
    }
    return true;
}

int trl_ops_expr_spirv(const struct trl_expr *expr, struct trl_log *log, uint32_t **words,
                       size_t *count)
{
    const struct trl_shader_code *code = &trl_shader_codes[TRL_SHADER_OPS_EXPR_COMP];
    struct frame frame = {.words = code->words, .count = code->size_bytes / sizeof(uint32_t)};
    *words = NULL;
    if (!find_parts(&frame))
        return trl_fail(log, TRL_ERROR_INTERNAL, "expr: %s has no place for it", code->name);
    const uint32_t first_id = frame.words[BOUND_WORD],
                   label = first_id + (uint32_t)expr->node_count;
    const size_t room = frame.count + (size_t)expr->node_count * NODE_WORDS_MAX + REST_WORDS;
    struct writer writer = {malloc(room * sizeof(uint32_t)), 0};
    if (!writer.words)
        return trl_fail_memory(log, "a kernel", room * sizeof(uint32_t));
    put(&writer, frame.words, frame.functions_start);
    writer.words[BOUND_WORD] = label + 1;
    put_constants(&writer, &frame, expr, first_id);
    put(&writer, frame.words + frame.functions_start, frame.body - frame.functions_start);
    put(&writer, (const uint32_t[]){2 << 16 | OP_LABEL, label}, 2);
    if (!put_calls(&writer, &frame, expr, first_id)) {
        free(writer.words);
        return trl_fail(log, TRL_ERROR_INTERNAL, "expr: %s lacks a function", code->name);
    }
    put(&writer, (const uint32_t[]){2 << 16 | OP_RETURN_VALUE, label - 1}, 2);
    put(&writer, (const uint32_t[]){1 << 16 | OP_FUNCTION_END}, 1);
    put(&writer, frame.words + frame.body_end, frame.count - frame.body_end);
    *words = writer.words;
    *count = writer.count;
    return 0;
}
