/* SPDX-License-Identifier: BSD-2-Clause */
#include "tensor/expr.h"

#include "base/log.h"
#include "base/math.h"
#include "base/word.h"

#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is shown of a long expression, around the place that is wrong. */
enum { SHOWN_MAX = 100 };

struct parser {
    struct trl_log *log;
    struct trl_expr *expr;
    locale_t locale; /* in which the decimal point is a point */
    int at;          /* byte of the text */
    int depth;
};

static const struct function {
    const char *name;
    enum trl_expr_op op;
    int arg_count;
} functions[] = {
    {"abs", TRL_EXPR_ABS, 1},        {"sqrt", TRL_EXPR_SQRT, 1}, {"exp", TRL_EXPR_EXP, 1},
    {"expm1", TRL_EXPR_EXPM1, 1},    {"log", TRL_EXPR_LOG, 1},   {"log1p", TRL_EXPR_LOG1P, 1},
    {"min", TRL_EXPR_MIN, 2},        {"max", TRL_EXPR_MAX, 2},   {"where", TRL_EXPR_WHERE, 3},
    {"clamp", TRL_EXPR_OP_COUNT, 3},
};

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Logs what is wrong, and the text with a caret under the byte at position. */
static int point_at(struct trl_log *log, const char *text, int position, const char *format,
                    va_list args)
{
    char why[256], shown[SHOWN_MAX + 1], caret[SHOWN_MAX + 1];
    vsnprintf(why, sizeof(why), format, args);
    int column = 1;
    for (int n = 0; n < position; n++)
        column += !is_continuation(text[n]);
    int start = position > SHOWN_MAX * 2 / 3 ? position - SHOWN_MAX * 2 / 3 : 0;
    while (is_continuation(text[start]))
        start++;
    int width = 0, under = 0;
    for (int n = start; text[n] && n - start < SHOWN_MAX; n++, width++) {
        shown[width] = (unsigned char)text[n] < ' ' || text[n] == 0x7f ? ' ' : text[n];
        if (n < position && !is_continuation(text[n]))
            caret[under++] = ' ';
    }
    while (width > 0 && text[start + width] && is_continuation(text[start + width]))
        width--;
    shown[width] = 0;
    caret[under] = 0;
    return trl_fail(log, TRL_ERROR_USAGE, "expr: column %d: %s\n  %s\n  %s^", column, why, shown,
                    caret);
}

static int fail_at(struct trl_log *log, const char *text, int position, const char *format, ...)
    TRL_PRINTF(4, 5);
static int fail(const struct parser *p, int position, const char *format, ...) TRL_PRINTF(3, 4);

static int fail_at(struct trl_log *log, const char *text, int position, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int ret = point_at(log, text, position, format, args);
    va_end(args);
    return ret;
}

static int fail(const struct parser *p, int position, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int ret = point_at(p->log, p->expr->text, position, format, args);
    va_end(args);
    return ret;
}

static char peek(struct parser *p)
{
    const char *text = p->expr->text;
    while (text[p->at] == ' ' || text[p->at] == '\t' || text[p->at] == '\n' || text[p->at] == '\r')
        p->at++;
    return text[p->at];
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The number of the node, an equal one if there is any, or an error. */
static int add_node(struct parser *p, const struct trl_expr_node *node)
{
    struct trl_expr *expr = p->expr;
    for (int n = 0; n < expr->node_count; n++) {
        const struct trl_expr_node *other = &expr->node[n];
        if (other->op == node->op && other->value == node->value &&
            !memcmp(other->arg, node->arg, sizeof(node->arg)))
            return n;
    }
    if (expr->node_count == TRL_EXPR_NODES_MAX)
        return fail(p, node->position, "the expression has more than %d parts", TRL_EXPR_NODES_MAX);
    expr->node[expr->node_count] = *node;
    return expr->node_count++;
}

static int add_operation(struct parser *p, int position, enum trl_expr_op op, int arg_count,
                         const int *args)
{
    struct trl_expr_node node = {.op = op, .arg_count = arg_count, .position = position};
    for (int n = 0; n < arg_count; n++)
        node.arg[n] = args[n];
    return add_node(p, &node);
}

static int add_number(struct parser *p, int position, float value)
{
    return add_node(p, &(struct trl_expr_node){.op = TRL_EXPR_NUMBER,
                                               .value = trl_float_bits(value),
                                               .position = position});
}

static int parse_comparison(struct parser *p);

static int parse_number(struct parser *p)
{
    const char *text = p->expr->text;
    const int start = p->at;
    int end = start;
    while (is_digit(text[end]) || text[end] == '.')
        end++;
    if (text[end] == 'e' || text[end] == 'E') {
        const int digits = end + 1 + (text[end + 1] == '+' || text[end + 1] == '-');
        for (end = digits; is_digit(text[end]); end++)
            ;
    }
    char *stop;
    const float value = strtof_l(text + start, &stop, p->locale);
    if (stop != text + end || is_letter(text[end]))
        return fail(p, start, "this is no number");
    if (!isfinite(value))
        return fail(p, start, "this number is larger than float32 holds");
    p->at = end;
    return add_number(p, start, value);
}

static int parse_input(struct parser *p, int start, int length)
{
    struct trl_expr *expr = p->expr;
    int input = 0;
    if (length > TRL_EXPR_NAME_MAX)
        return fail(p, start, "a name has at most %d letters", TRL_EXPR_NAME_MAX);
    while (input < expr->input_count &&
           (strncmp(expr->input[input], expr->text + start, (size_t)length) != 0 ||
            expr->input[input][length]))
        input++;
    if (input == TRL_EXPR_INPUTS_MAX)
        return fail(p, start, "an expression has at most %d inputs", TRL_EXPR_INPUTS_MAX);
    if (input == expr->input_count) {
        memcpy(expr->input[input], expr->text + start, (size_t)length);
        expr->input_count++;
    }
    return add_node(p, &(struct trl_expr_node){
                           .op = TRL_EXPR_INPUT, .value = (uint32_t)input, .position = start});
}

static int add_call(struct parser *p, int start, const struct function *function, int *args)
{
    if (function->op != TRL_EXPR_OP_COUNT)
        return add_operation(p, start, function->op, function->arg_count, args);
    const int raised = add_operation(p, start, TRL_EXPR_MAX, 2, args);
    if (raised < 0)
        return raised;
    return add_operation(p, start, TRL_EXPR_MIN, 2, (const int[]){raised, args[2]});
}

static int parse_call(struct parser *p, int start, int length)
{
    const char *text = p->expr->text;
    const int count = sizeof(functions) / sizeof(functions[0]);
    int which = 0;
    while (which < count && (strncmp(functions[which].name, text + start, (size_t)length) != 0 ||
                             functions[which].name[length]))
        which++;
    if (which == count)
        return fail(p, start,
                    "there is no function of this name; there are abs, clamp, exp, expm1, log, "
                    "log1p, max, min, sqrt and where");
    const struct function *function = &functions[which];
    int args[3] = {0};
    p->at++;
    for (int n = 0; n < function->arg_count; n++) {
        if (n > 0 && peek(p) != ',')
            return fail(p, p->at, "%s takes %d arguments; a comma must follow here", function->name,
                        function->arg_count);
        p->at += n > 0;
        if ((args[n] = parse_comparison(p)) < 0)
            return args[n];
    }
    const char next = peek(p);
    if (next == ',')
        return fail(p, p->at, "%s takes %d argument%s", function->name, function->arg_count,
                    function->arg_count == 1 ? "" : "s");
    if (next != ')')
        return fail(p, p->at, "a ) is missing here");
    p->at++;
    return add_call(p, start, function, args);
}

static int parse_name(struct parser *p)
{
    const char *text = p->expr->text;
    const int start = p->at;
    while (is_letter(text[p->at]) || is_digit(text[p->at]) || text[p->at] == '.')
        p->at++;
    const int length = p->at - start;
    if (peek(p) == '(')
        return parse_call(p, start, length);
    if (length == 2 && !memcmp(text + start, "pi", 2))
        return add_number(p, start, 3.14159265358979f);
    for (size_t n = 0; n < sizeof(functions) / sizeof(functions[0]); n++)
        if (strlen(functions[n].name) == (size_t)length &&
            !memcmp(functions[n].name, text + start, (size_t)length))
            return fail(p, start + length, "%s is a function: a ( must follow", functions[n].name);
    return parse_input(p, start, length);
}

static int parse_group(struct parser *p)
{
    p->at++;
    const int node = parse_comparison(p);
    if (node < 0)
        return node;
    if (peek(p) != ')')
        return fail(p, p->at, "a ) is missing here");
    p->at++;
    return node;
}

static int parse_negative(struct parser *p);

static int parse_primary(struct parser *p)
{
    const char c = peek(p);
    if (is_digit(c) || c == '.')
        return parse_number(p);
    if (is_letter(c))
        return parse_name(p);
    if (c == '(')
        return parse_group(p);
    if (c == '-' || c == '+')
        return parse_negative(p);
    if (!c)
        return fail(p, p->at, "the expression ends where a value must follow");
    return fail(p, p->at, "a value must stand here: a number, a name, a function or (");
}

/* A value with its signs. Every way down passes here: the depth is counted here. */
static int parse_signed(struct parser *p)
{
    if (p->depth == TRL_EXPR_DEPTH_MAX)
        return fail(p, p->at, "parentheses, functions and signs nest more than %d deep",
                    TRL_EXPR_DEPTH_MAX);
    p->depth++;
    const int node = parse_primary(p);
    p->depth--;
    return node;
}

static int parse_negative(struct parser *p)
{
    const int position = p->at;
    const bool minus = p->expr->text[p->at++] == '-';
    const int node = parse_signed(p);
    if (node < 0 || !minus)
        return node;
    return add_operation(p, position, TRL_EXPR_NEGATE, 1, &node);
}

static int parse_product(struct parser *p)
{
    int args[2] = {parse_signed(p)};
    for (char c; args[0] >= 0 && ((c = peek(p)) == '*' || c == '/');) {
        const int position = p->at++;
        if (p->expr->text[p->at] == '*')
            return fail(p, p->at, "there are no powers; multiply, or use exp and log");
        if ((args[1] = parse_signed(p)) < 0)
            return args[1];
        args[0] = add_operation(p, position, c == '*' ? TRL_EXPR_MUL : TRL_EXPR_DIV, 2, args);
    }
    return args[0];
}

static int parse_sum(struct parser *p)
{
    int args[2] = {parse_product(p)};
    for (char c; args[0] >= 0 && ((c = peek(p)) == '+' || c == '-');) {
        const int position = p->at++;
        if ((args[1] = parse_product(p)) < 0)
            return args[1];
        args[0] = add_operation(p, position, c == '+' ? TRL_EXPR_ADD : TRL_EXPR_SUB, 2, args);
    }
    return args[0];
}

/* The comparison that begins here and how long it is, or 0. */
static int comparison_at(const char *text, enum trl_expr_op *op, bool *swap)
{
    const bool equal = text[0] && text[1] == '=';
    *swap = text[0] == '>';
    switch (text[0]) {
    case '<':
    case '>':
        *op = equal ? TRL_EXPR_LESS_EQUAL : TRL_EXPR_LESS;
        return equal ? 2 : 1;
    case '=':
        *op = TRL_EXPR_EQUAL;
        return equal ? 2 : 0;
    case '!':
        *op = TRL_EXPR_NOT_EQUAL;
        return equal ? 2 : 0;
    default:
        return 0;
    }
}

static int parse_comparison(struct parser *p)
{
    enum trl_expr_op op;
    bool swap;
    const int left = parse_sum(p);
    if (left < 0)
        return left;
    const char c = peek(p);
    int position = p->at;
    const int length = comparison_at(p->expr->text + position, &op, &swap);
    if (!length)
        return c == '=' ? fail(p, position, "equality is written ==") : left;
    p->at += length;
    const int right = parse_sum(p);
    if (right < 0)
        return right;
    peek(p);
    bool ignored;
    enum trl_expr_op next;
    if (comparison_at(p->expr->text + p->at, &next, &ignored))
        return fail(p, p->at, "comparisons do not chain; put one in parentheses");
    return add_operation(p, position, op, 2,
                         swap ? (const int[]){right, left} : (const int[]){left, right});
}

static int parse_whole(struct parser *p)
{
    const int result = parse_comparison(p);
    if (result < 0)
        return result;
    const char c = peek(p);
    if (c == ')')
        return fail(p, p->at, "there is no ( for this )");
    if (c)
        return fail(p, p->at, "an operator must stand here, or nothing");
    return 0;
}

int trl_expr_parse(struct trl_expr **out, struct trl_log *log, const char *text)
{
    *out = NULL;
    if (strlen(text) > TRL_EXPR_TEXT_MAX)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "expr: the expression has %zu bytes; at most %d are read", strlen(text),
                        TRL_EXPR_TEXT_MAX);
    struct trl_expr *expr = calloc(1, sizeof(*expr));
    if (!expr)
        return trl_fail_memory(log, "an expression", sizeof(*expr));
    strcpy(expr->text, text);
    struct parser parser = {.log = log, .expr = expr, .locale = newlocale(LC_ALL_MASK, "C", 0)};
    int ret = parser.locale ? parse_whole(&parser) : trl_fail_memory(log, "a locale", 0);
    if (parser.locale)
        freelocale(parser.locale);
    if (ret < 0) {
        free(expr);
        return ret;
    }
    *out = expr;
    return 0;
}

void trl_expr_destroy(struct trl_expr **expr)
{
    if (!expr)
        return;
    free(*expr);
    *expr = NULL;
}

static int position_of_input(const struct trl_expr *expr, int input)
{
    for (int n = 0; n < expr->node_count; n++)
        if (expr->node[n].op == TRL_EXPR_INPUT && expr->node[n].value == (uint32_t)input)
            return expr->node[n].position;
    return 0;
}

static int fail_input(const struct trl_expr *expr, struct trl_log *log, int input,
                      const char *const *names, int name_count)
{
    char list[160] = "", meant[TRL_EXPR_NAME_MAX + 32] = "", hint[TRL_EXPR_NAME_MAX + 32] = "";
    struct trl_word_nearest nearest = {.word = expr->input[input]};
    size_t length = 0;
    for (int n = 0; n < name_count; n++) {
        if (length < sizeof(list) - 1)
            length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s", n ? ", " : "",
                                       names[n] ? names[n] : "?");
        trl_word_offer(&nearest, names[n] ? names[n] : "");
        /* What an input is called that was given no name. */
        if (names[n] && !strcmp(names[n], "x"))
            snprintf(hint, sizeof(hint), "; %s=FILE gives an input this name", nearest.word);
    }
    if (nearest.best)
        snprintf(meant, sizeof(meant), "did you mean %s? ", nearest.best);
    return fail_at(log, expr->text, position_of_input(expr, input),
                   "there is no input named %s; %s%s %s %s%s", nearest.word, meant,
                   nearest.best ? "There" : "there", name_count == 1 ? "is" : "are",
                   name_count ? list : "none", hint);
}

int trl_expr_bind(const struct trl_expr *expr, struct trl_log *log, const char *const *names,
                  int name_count, int place[TRL_EXPR_INPUTS_MAX])
{
    for (int n = 0; n < expr->input_count; n++) {
        int at = 0;
        while (at < name_count && (!names[at] || strcmp(names[at], expr->input[n]) != 0))
            at++;
        place[n] = at;
        if (at == name_count)
            return fail_input(expr, log, n, names, name_count);
    }
    return 0;
}

/* ---- shapes ---- */

struct shape {
    int rank;
    int64_t size[TRL_RANK_MAX];
};

static void describe(const struct shape *shape, char *out, size_t size)
{
    size_t length = 0;
    for (int n = 0; n < shape->rank && length < size - 1; n++)
        length += (size_t)snprintf(out + length, size - length, "%s%lld", n ? "x" : "",
                                   (long long)shape->size[n]);
    if (!shape->rank)
        snprintf(out, size, "one value");
}

/* Widens a by b; false if they do not fit. */
static bool broadcast(struct shape *a, const struct shape *b)
{
    struct shape wide = a->rank >= b->rank ? *a : *b;
    const int shorter = a->rank < b->rank ? a->rank : b->rank;
    for (int n = 1; n <= shorter; n++) {
        const int64_t x = a->size[a->rank - n], y = b->size[b->rank - n];
        if (x != y && x != 1 && y != 1)
            return false;
        wide.size[wide.rank - n] = x == 1 ? y : x;
    }
    *a = wide;
    return true;
}

int trl_expr_shape(const struct trl_expr *expr, struct trl_log *log,
                   const struct trl_layout *inputs, int *rank, int64_t shape[TRL_RANK_MAX])
{
    struct shape shapes[TRL_EXPR_NODES_MAX];
    for (int n = 0; n < expr->node_count; n++) {
        const struct trl_expr_node *node = &expr->node[n];
        shapes[n] = (struct shape){0};
        if (node->op == TRL_EXPR_INPUT) {
            const struct trl_layout *layout = &inputs[node->value];
            shapes[n].rank = layout->rank;
            memcpy(shapes[n].size, layout->shape, (size_t)layout->rank * sizeof(int64_t));
        }
        for (int i = 0; i < node->arg_count; i++) {
            const struct shape *arg = &shapes[node->arg[i]];
            const struct shape before = shapes[n];
            if (broadcast(&shapes[n], arg))
                continue;
            char a[96], b[96];
            describe(&before, a, sizeof(a));
            describe(arg, b, sizeof(b));
            return fail_at(log, expr->text, node->position, "shapes %s and %s do not fit", a, b);
        }
    }
    const struct shape *result = &shapes[expr->node_count - 1];
    *rank = result->rank;
    memcpy(shape, result->size, sizeof(result->size));
    return 0;
}
