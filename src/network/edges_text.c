/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/edges.h"

#include "base/log.h"

#include <inttypes.h>
#include <string.h>

struct text {
    struct trl_edges *edges;
    uint64_t line;       /* from 1 */
    uint64_t first_line; /* the first with numbers; 0: none yet */
    int columns;         /* of that one */
};

/* What was written, as far as it can be shown. */
struct shown {
    char text[41];
};

static struct shown show(const char *text, size_t size)
{
    struct shown shown = {0};
    for (size_t i = 0; i < size && i < sizeof(shown.text) - 1; i++)
        shown.text[i] = (char)(text[i] >= ' ' && text[i] < 127 ? text[i] : '?');
    return shown;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* A whole number, with zeros behind a point if need be: writers of float columns leave them. */
static bool parse_whole(const char *text, size_t size, int64_t *out)
{
    size_t at = size && (*text == '-' || *text == '+');
    int64_t value = 0;
    const size_t start = at;
    for (; at < size && text[at] >= '0' && text[at] <= '9'; at++) {
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, text[at] - '0', &value))
            return false;
    }
    if (at == start)
        return false;
    if (at < size && text[at] == '.')
        for (at++; at < size && text[at] == '0'; at++)
            continue;
    /* Numbers are counted downwards, since there is one more below zero than above. */
    if (*text != '-' && __builtin_sub_overflow(0, value, &value))
        return false;
    *out = value;
    return at == size;
}

/* Takes one field from [*at, size); separators are blanks, or one comma or semicolon in them. */
static size_t take_field(const char *line, size_t size, size_t *at)
{
    const size_t start = *at;
    while (*at < size && !is_space(line[*at]) && line[*at] != ',' && line[*at] != ';')
        ++*at;
    const size_t length = *at - start;
    while (*at < size && is_space(line[*at]))
        ++*at;
    if (*at < size && (line[*at] == ',' || line[*at] == ';')) {
        ++*at;
        while (*at < size && is_space(line[*at]))
            ++*at;
    }
    return length;
}

static int refuse_field(const struct text *text, const char *field, size_t length)
{
    return trl_fail(text->edges->params->log, TRL_ERROR_INPUT,
                    "%s: line %" PRIu64 ": '%s' is no whole number of 64 bits", text->edges->name,
                    text->line, show(field, length).text);
}

static int check_columns(struct text *text, int columns)
{
    struct trl_log *log = text->edges->params->log;
    if (columns < TRL_EDGE_COLUMNS_MIN || columns > TRL_EDGE_COLUMNS_MAX)
        return trl_fail(log, TRL_ERROR_INPUT,
                        "%s: line %" PRIu64 ": %s; source, target and at most weight, psp and "
                        "inhibitory are expected",
                        text->edges->name, text->line,
                        columns < TRL_EDGE_COLUMNS_MIN ? "a single number" : "more than 5 numbers");
    if (!text->first_line) {
        text->first_line = text->line;
        text->columns = columns;
    }
    if (columns == text->columns)
        return 0;
    return trl_fail(log, TRL_ERROR_INPUT,
                    "%s: line %" PRIu64 ": %d numbers, where line %" PRIu64 " has %d",
                    text->edges->name, text->line, columns, text->first_line, text->columns);
}

/* The names of the columns, which may stand above them. */
static bool is_header(const struct text *text, char first)
{
    return !text->first_line && !text->edges->count && !(first >= '0' && first <= '9') &&
           !strchr("+-,;.", first);
}

static int read_line(struct text *text, const char *line, size_t size, bool *headed)
{
    struct trl_edges *edges = text->edges;
    const char *comment = memchr(line, '#', size);
    size = comment ? (size_t)(comment - line) : size;
    while (size && is_space(line[size - 1]))
        size--;
    size_t at = 0;
    while (at < size && is_space(line[at]))
        at++;
    if (at == size)
        return 0;
    if (!*headed && is_header(text, line[at])) {
        *headed = true;
        return 0;
    }
    int error = trl_edges_reserve(edges, (uint64_t)edges->count + 1);
    int column = 0;
    for (; !error && at < size; column++) {
        int64_t value;
        const char *field = line + at;
        const size_t length = take_field(line, size, &at);
        if (column == TRL_EDGE_COLUMNS_MAX)
            return check_columns(text, column + 1);
        if (!parse_whole(field, length, &value))
            return refuse_field(text, field, length);
        error = trl_edges_set(edges, edges->count, column, value, text->line);
    }
    if (!error)
        error = check_columns(text, column);
    edges->count += !error;
    return error;
}

int trl_edges_read_text(struct trl_edges *edges, struct trl_reader *reader)
{
    struct text text = {.edges = edges};
    bool headed = false;
    edges->place = "line";
    int error = trl_reader_fill(reader, 3);
    if (!error && trl_reader_left(reader) >= 3 &&
        !memcmp(trl_reader_bytes(reader), "\xEF\xBB\xBF", 3))
        trl_reader_take(reader, 3);
    while (!error) {
        const uint8_t *bytes = trl_reader_bytes(reader);
        const uint8_t *end = memchr(bytes, '\n', trl_reader_left(reader));
        if (!end && !reader->over && trl_reader_left(reader) < TRL_READER_BYTES) {
            error = trl_reader_fill(reader, TRL_READER_BYTES);
            continue;
        }
        const size_t size = end ? (size_t)(end - bytes) : trl_reader_left(reader);
        if (!end && !size)
            break;
        text.line++;
        if (!end && !reader->over)
            return trl_fail(edges->params->log, TRL_ERROR_INPUT,
                            "%s: line %" PRIu64 ": longer than %d bytes", edges->name, text.line,
                            TRL_READER_BYTES);
        error = read_line(&text, (const char *)bytes, size, &headed);
        trl_reader_take(reader, size + (end != NULL));
    }
    return error;
}
