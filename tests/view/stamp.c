/* SPDX-License-Identifier: BSD-2-Clause */
#include "view/stamp.h"

#include "../gpu/device.h"
#include "base/frame.h"
#include "base/math.h"
#include "shared/scale.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct test_device test;

enum { VALUES = 8 };

struct bench {
    struct trl_stamp_params params;
    struct trl_stamp *stamp;
    struct trl_gpu_buffer *values, *readback;
    struct trl_gpu_cmd *cmd;
    uint64_t size;
};

static struct trl_gpu_buffer *create_buffer(uint64_t size, enum trl_gpu_memory memory)
{
    struct trl_gpu_buffer *buffer = NULL;
    const struct trl_gpu_buffer_params params = {"test", size, memory};
    assert_int_equal(trl_gpu_buffer_create(&buffer, test.device, &params), 0);
    return buffer;
}

static void bench_open(struct bench *b, const struct trl_stamp_params *params)
{
    *b = (struct bench){.params = *params};
    b->values = create_buffer(VALUES * 4, TRL_GPU_MEMORY_UPLOAD);
    b->params.values = b->values;
    assert_int_equal(trl_stamp_create(&b->stamp, test.device, &b->params), 0);
    const struct trl_picture *p = trl_stamp_picture(b->stamp);
    b->size = (uint64_t)p->cell_stride * (uint64_t)p->cell_rows * 2;
    b->readback = create_buffer(b->size, TRL_GPU_MEMORY_READBACK);
    assert_int_equal(trl_gpu_cmd_create(&b->cmd, test.device, TRL_GPU_QUEUE_MAIN), 0);
}

static void bench_close(struct bench *b)
{
    trl_stamp_destroy(&b->stamp);
    trl_gpu_buffer_destroy(&b->values);
    trl_gpu_buffer_destroy(&b->readback);
    trl_gpu_cmd_destroy(&b->cmd);
    assert_int_equal(test.messages, 0);
}

static const uint16_t *write_stamp(struct bench *b, const char *text, const uint32_t *values)
{
    struct trl_gpu_point done;
    memcpy(trl_gpu_buffer_map(b->values), values, VALUES * 4);
    assert_int_equal(trl_gpu_buffer_flush(b->values, 0, VALUES * 4), 0);
    assert_int_equal(trl_gpu_cmd_begin(b->cmd), 0);
    assert_int_equal(trl_stamp_record(b->stamp, b->cmd, text), 0);
    trl_gpu_cmd_copy(b->cmd, b->readback, 0, trl_stamp_picture(b->stamp)->cells, 0, b->size);
    trl_gpu_cmd_to_host(b->cmd, b->readback);
    assert_int_equal(trl_gpu_submit(b->cmd, NULL, 0, &done), 0);
    assert_int_equal(trl_gpu_wait(test.device, done, INT64_MAX), 0);
    assert_int_equal(trl_gpu_buffer_invalidate(b->readback, 0, b->size), 0);
    return trl_gpu_buffer_map(b->readback);
}

/* The stamp's pixels are those of the same text set by the host. */
static void check_stamp(struct bench *b, const char *text, const uint32_t *values,
                        const char *written)
{
    const uint16_t *cells = write_stamp(b, text, values);
    const struct trl_picture *p = trl_stamp_picture(b->stamp);
    const struct trl_stamp_params *params = &b->params;
    struct trl_shades s = {calloc((size_t)p->width, (size_t)p->height), p->width, p->height};
    const int base = (p->height + trl_text_metrics(params->text_size).cap + 1) / 2;
    const int x = params->align == TRL_ALIGN_LEFT
                      ? 0
                      : p->width / (params->align == TRL_ALIGN_CENTRE ? 2 : 1);
    assert_int_equal(trl_text_draw(&s, written, (struct trl_text_style){params->text_size, true}, x,
                                   base, params->align, false),
                     0);
    int wrong = 0, inked = 0;
    for (int row = 0; row < p->height; row++)
        for (int column = 0; column < p->width; column++) {
            const int shade = s.shade[row * p->width + column];
            const int should = shade ? TRL_PALETTE_TEXT + shade : TRL_PALETTE_BACKGROUND;
            const int is = cells[(size_t)row * p->cell_stride + (size_t)column];
            inked += shade > 0;
            if (is != should && wrong++ < 5)
                print_error("\"%s\": pixel %d,%d is %d, not %d\n", written, column, row, is,
                            should);
        }
    assert_true(inked > 0);
    assert_int_equal(wrong, 0);
    free(s.shade);
}

static void texts_and_numbers(void **state)
{
    (void)state;
    struct bench b;
    bench_open(
        &b, &(struct trl_stamp_params){
                .width = 701,
                .height = 32,
                .text_size = 20,
                .characters = "\xc2\xb5\xc3\x97\xc2\xb7",
                .numbers = {{2, 0, 0}, {0, TRL_STAMP_REAL, 0}, {1, TRL_STAMP_REAL, 9}, {3, 0, 8}},
                .number_count = 4,
            });
    const uint32_t values[VALUES] = {trl_float_bits(-1.5e-7F), trl_float_bits(0.1F), 4711, 65535};
    check_stamp(&b, "frame 000123  t = 1.234 s  spikes \x01", values,
                "frame 000123  t = 1.234 s  spikes 4711");
    check_stamp(&b, "\x02 \xc2\xb5V \xc3\x97 \x01", values,
                "\xe2\x88\x92"
                "1.5e\xe2\x88\x92"
                "07 \xc2\xb5V \xc3\x97 4711");
    check_stamp(&b, "[\x03][\x04]", values,
                "[\xe2\x80\x87\xe2\x80\x87\xe2\x80\x87\xe2\x80\x87\xe2\x80\x87\xe2\x80\x87"
                "0.1]"
                "[\xe2\x80\x87\xe2\x80\x87\xe2\x80\x87"
                "65535]");
    check_stamp(&b, "unknown: \xe6\x97\xa5 \xff", values, "unknown: \xe6\x97\xa5 \xff");
    check_stamp(&b, "jfi|WAVE Ty.,", values, "jfi|WAVE Ty.,");
    bench_close(&b);
}

static void sizes_and_alignment(void **state)
{
    (void)state;
    static const int sizes[] = {6, 11, 24, 61};
    const uint32_t values[VALUES] = {12345};
    for (int n = 0; n < 12; n++) {
        struct bench b;
        bench_open(&b, &(struct trl_stamp_params){
                           .width = 333 - n,
                           .height = 90 + n,
                           .text_size = sizes[n % 4],
                           .align = (enum trl_align)(n / 4),
                           .numbers = {{0, 0, 6}},
                           .number_count = 1,
                       });
        check_stamp(&b, "n = \x01", values,
                    "n = \xe2\x80\x87"
                    "12345");
        check_stamp(&b, "too long for it, at least where text is large", values,
                    "too long for it, at least where text is large");
        bench_close(&b);
    }
}

/* The device writes floats as printf does; the host's copy of the code is tested over millions. */
static void floats_on_the_device(void **state)
{
    (void)state;
    struct trl_stamp_params params = {
        .width = 1000, .height = 18, .text_size = 12, .number_count = VALUES};
    for (uint32_t k = 0; k < VALUES; k++)
        params.numbers[k] = (struct trl_stamp_number){k, TRL_STAMP_REAL, 0};
    struct bench b;
    bench_open(&b, &params);
    uint64_t seed = 3;
    for (int n = 0; n < 60; n++) {
        uint32_t values[VALUES];
        char written[256] = "";
        for (int k = 0; k < VALUES; k++) {
            seed = seed * 6364136223846793005U + 1442695040888963407U;
            values[k] = n % 3 ? (uint32_t)(seed >> 32)
                              : trl_float_bits((float)(int32_t)(seed >> 44) / 1024.0F);
            const float value = trl_float_from_bits(values[k]);
            char number[32], *end = written + strlen(written);
            snprintf(number, sizeof(number), isnan(value) ? "nan" : "%.4g", (double)value);
            for (const char *at = number; *at; at++)
                end += sprintf(end, "%.*s", *at == '-' ? 3 : 1, *at == '-' ? "\xe2\x88\x92" : at);
            snprintf(end, 2, " ");
        }
        check_stamp(&b, "\x01 \x02 \x03 \x04 \x05 \x06 \x07 \x08 ", values, written);
    }
    bench_close(&b);
}

/* Lines stand where they shall, each with its own number; a scale tells its numbers apart. */
static void check_scale(const uint32_t *values, uint32_t form, const char *const written[5])
{
    struct trl_stamp_params params = {
        .width = 90, .height = 141, .text_size = 12, .align = TRL_ALIGN_RIGHT};
    params.line_count = params.number_count = 5;
    for (int n = 0; n < 5; n++) {
        params.lines[n] = (struct trl_stamp_line){2 * n, 120 - 28 * n, 80, 14 + n % 2};
        params.numbers[n] = (struct trl_stamp_number){
            (uint32_t)n, form | (n % 4 ? TRL_STAMP_KEY : TRL_STAMP_REAL) | TRL_STAMP_SCALE, 0};
    }
    struct bench b;
    bench_open(&b, &params);
    const uint16_t *cells = write_stamp(&b, "\x01\n\x02\n\x03\n\x04\n\x05", values);
    struct trl_shades s = {calloc(90, 141), 90, 141};
    for (int n = 0; n < 5; n++) {
        const struct trl_stamp_line *line = &params.lines[n];
        const int base = line->y + (line->height + trl_text_metrics(12).cap + 1) / 2;
        assert_int_equal(trl_text_draw(&s, written[n], (struct trl_text_style){12, true},
                                       line->x + line->width, base, TRL_ALIGN_RIGHT, false),
                         0);
    }
    for (int n = 0; n < 90 * 141; n++)
        assert_int_equal(cells[n],
                         s.shade[n] ? TRL_PALETTE_TEXT + s.shade[n] : TRL_PALETTE_BACKGROUND);
    free(s.shade);
    bench_close(&b);
}

static void scales(void **state)
{
    (void)state;
    const uint32_t values[VALUES] = {trl_float_bits(1000), trl_float_key(trl_float_bits(1000.025F)),
                                     trl_float_key(trl_float_bits(1000.05F)),
                                     trl_float_key(trl_float_bits(1000.075F)),
                                     trl_float_bits(1000.1F)};
    check_scale(values, 0,
                (const char *const[]){"1000", "1000.025", "1000.05", "1000.075", "1000.1"});
    const uint32_t even[VALUES] = {trl_float_bits(-1), trl_float_key(trl_float_bits(-0.5F)),
                                   trl_float_key(trl_float_bits(1e-9F)),
                                   trl_float_key(trl_float_bits(0.5F)), trl_float_bits(1)};
    check_scale(even, 0,
                (const char *const[]){"\xe2\x88\x92"
                                      "1",
                                      "\xe2\x88\x92"
                                      "0.5",
                                      "0", "0.5", "1"});
    /* A range of one value has its thresholds above it. */
    const uint32_t three = trl_float_bits(3), above = trl_float_key(three) + 1;
    const uint32_t single[VALUES] = {three, above, above, above, three};
    check_scale(single, 0, (const char *const[]){"3", "", "", "", "3"});
    check_scale(single, TRL_STAMP_AXIS, (const char *const[]){"", "", "3", "", ""});
}

static void refused(void **state)
{
    (void)state;
    struct trl_gpu_buffer *values = create_buffer(256, TRL_GPU_MEMORY_UPLOAD);
    const struct trl_stamp_params cases[] = {
        {.width = 0, .height = 10, .text_size = 10},
        {.width = 10, .height = 20000, .text_size = 10},
        {.width = 10, .height = 10, .text_size = 5},
        {.width = 10, .height = 10, .text_size = 10, .number_count = 1},
        {.width = 10, .height = 10, .text_size = 10, .number_count = 9, .values = values},
        {.width = 10,
         .height = 10,
         .text_size = 10,
         .number_count = 1,
         .values = values,
         .numbers = {{64, 0, 0}}},
        {.width = 10, .height = 10, .text_size = 10, .line_count = 9},
        {.width = 10, .height = 10, .text_size = 10, .line_count = 1, .lines = {{1, 0, 4, 4}}},
        {.width = 10, .height = 10, .text_size = 10, .line_count = 1, .lines = {{2, 0, 10, 4}}},
    };
    test.quiet = true;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        struct trl_stamp *stamp;
        assert_int_equal(trl_stamp_create(&stamp, test.device, &cases[n]), TRL_ERROR_USAGE);
        assert_null(stamp);
        assert_int_equal(test.messages, 1);
        test.messages = 0;
    }
    test.quiet = false;
    trl_gpu_buffer_destroy(&values);
}

static int open_device(void **state)
{
    (void)state;
    return test_device_open(&test);
}

static int close_device(void **state)
{
    (void)state;
    test_device_close(&test);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_and_numbers),
        cmocka_unit_test(sizes_and_alignment),
        cmocka_unit_test(floats_on_the_device),
        cmocka_unit_test(scales),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, open_device, close_device);
}
