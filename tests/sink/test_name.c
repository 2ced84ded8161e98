/* SPDX-License-Identifier: BSD-2-Clause */
#include "frames.h"
#include "sink/name.h"

#include <tensorreel/error.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void expect_name(const char *path, int64_t index, const char *expected, bool numbered)
{
    struct trl_numbered_name name;
    assert_int_equal(trl_numbered_name_parse(&name, NULL, path), 0);
    assert_int_equal(name.numbered, numbered);
    char *text = trl_numbered_name_format(&name, index);
    assert_string_equal(text, expected);
    free(text);
    trl_numbered_name_clear(&name);
}

static void patterns_give_names(void **state)
{
    (void)state;
    expect_name("f_%d.png", 7, "f_7.png", true);
    expect_name("f_%05d.png", 7, "f_00007.png", true);
    expect_name("f_%5d.png", 7, "f_00007.png", true);
    expect_name("f_%05d.png", 1234567, "f_1234567.png", true);
    expect_name("f_%018d.png", 1, "f_000000000000000001.png", true);
    expect_name("f_%d.png", INT64_MAX, "f_9223372036854775807.png", true);
    expect_name("f####.png", 42, "f0042.png", true);
    expect_name("##.png", 1, "01.png", true);
    expect_name("%d", 3, "3", true);
    expect_name("a%%b%03d%%c.png", 5, "a%b005%c.png", true);
    expect_name("####_%02d.png", 5, "####_05.png", true); /* a percent place leaves # alone */
    expect_name("issue#3.png", 5, "issue#3.png", false);  /* one # is a name like any other */
    expect_name("plain.png", 5, "plain.png", false);
    expect_name("100%%.png", 5, "100%.png", false);
    expect_name("50%s/##%n/f.png", 5, "50%s/##%n/f.png", false); /* folders are as they are */
    expect_name("/%d/####/f%02d.png", 5, "/%d/####/f05.png", true);
    expect_name("", 5, "", false);
}

static void hostile_patterns_are_refused(void **state)
{
    static const char *const refused[] = {
        "%s.png",    "%n.png",
        "%x.png",    "%.png",
        "%",         "f%",
        "%99999d",   "%019d.png",
        "%-5d.png",  "%+d.png",
        "% d.png",   "%*d.png",
        "%ld.png",   "%1$d.png",
        "%5.3d.png", "%d%d.png",
        "%d_%s.png", "%d%n.png",
        "%%%s.png",  "%5%.png",
        "##_##.png", "%99999999999d",
        "%d%",       "%#d.png",
        "%hhn.png",  "%0",
        "%000s.png", "####################.png",
    };
    struct frames_log log;
    (void)state;
    frames_log_open(&log);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct trl_numbered_name name;
        assert_int_equal(trl_numbered_name_parse(&name, log.log, refused[i]), TRL_ERROR_USAGE);
        assert_int_equal(log.count[0], i + 1); /* said once each */
        assert_null(name.head);
    }
    frames_log_close(&log);
}

static void expect_class(const char *path, const char *expected)
{
    const struct trl_sink_class *impl;
    assert_int_equal(trl_sink_class_find(&impl, NULL, path), 0);
    assert_string_equal(impl->name, expected);
    assert_true(impl->accepts(path));
}

static void names_give_classes(void **state)
{
    (void)state;
    expect_class("-", "y4m");
    expect_class("a/b.y4m", "y4m");
    expect_class("B.Y4M", "y4m");
    expect_class("x.framehash", "framehash");
    expect_class("null:", "null");
    static const struct {
        const char *path, *name;
        bool present;
    } optional[] = {
        {"f_%05d.png", "png", TRL_HAVE_PNG}, {"one.PNG", "png", TRL_HAVE_PNG},
        {"a.mp4", "libav", TRL_HAVE_LIBAV},  {"a.mov", "libav", TRL_HAVE_LIBAV},
        {"a.m4v", "libav", TRL_HAVE_LIBAV},  {"a.mkv", "libav", TRL_HAVE_LIBAV},
        {"a.webm", "libav", TRL_HAVE_LIBAV},
    };
    for (size_t i = 0; i < sizeof(optional) / sizeof(optional[0]); i++) {
        const struct trl_sink_class *impl;
        if (optional[i].present) {
            expect_class(optional[i].path, optional[i].name);
            continue;
        }
        struct frames_log log;
        frames_log_open(&log);
        assert_int_equal(trl_sink_class_find(&impl, log.log, optional[i].path),
                         TRL_ERROR_UNSUPPORTED);
        assert_null(impl);
        assert_non_null(strstr(log.text[0], "-dev"));
        frames_log_close(&log);
    }
}

static void unknown_names_list_what_there_is(void **state)
{
    static const char *const unknown[] = {"film", "film.avi", ".mp4", "mp4",
                                          "null", "nullx:",   "--"};
    (void)state;
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        const struct trl_sink_class *impl;
        struct frames_log log;
        frames_log_open(&log);
        assert_int_equal(trl_sink_class_find(&impl, log.log, unknown[i]), TRL_ERROR_USAGE);
        assert_null(impl);
        assert_int_equal(log.count[0], 1);
        assert_non_null(strstr(log.text[0], ".mp4"));
        assert_non_null(strstr(log.text[0], ".png"));
        assert_non_null(strstr(log.text[0], ".y4m"));
        assert_non_null(strstr(log.text[0], ".framehash"));
        assert_non_null(strstr(log.text[0], "null:"));
        frames_log_close(&log);
    }
}

static void null_takes_all(void **state)
{
    (void)state;
    struct trl_palette palette;
    frames_fill_palette(&palette);
    const struct trl_output_params output = {.path = "null:"};
    const struct trl_sink_params params = {
        .output = &output, .width = 8, .height = 8, .fps_num = 30, .fps_den = 1};
    const struct frames_palette_options options = {
        .forms = TRL_PIXEL_BIT(TRL_PIXEL_PAL8), .palette = &palette, .index = frames_smooth};
    struct trl_sink *sink;
    assert_int_equal(frames_sink_create(&sink, &params), 0);
    assert_int_equal(sink->impl->pixel(&output, true), TRL_PIXEL_PAL8);
    assert_int_equal(sink->impl->pixel(&output, false), TRL_PIXEL_RGB24);
    struct trl_frame *frame = frames_make(0, 8, 8, &options);
    assert_int_equal(sink->impl->write(sink, frame), 0);
    trl_frame_unref(frame);
    assert_int_equal(frames_alive(), 0);
    assert_int_equal(sink->impl->finish(sink), 0);
    sink->impl->destroy(&sink);
    assert_null(sink);
    for (int i = 0; i < 3; i++) { /* destroy takes what was never made */
        const struct trl_sink_class *impl[] = {&trl_sink_null, &trl_sink_y4m, &trl_sink_hash};
        impl[i]->destroy(&sink);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_give_names), cmocka_unit_test(hostile_patterns_are_refused),
        cmocka_unit_test(names_give_classes),  cmocka_unit_test(unknown_names_list_what_there_is),
        cmocka_unit_test(null_takes_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
