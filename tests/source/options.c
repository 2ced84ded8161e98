/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "source/axes.h"
#include "source/magic.h"
#include "source/paths.h"
#include "source/raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void raw_texts_are_parsed(void **state)
{
    struct fixture *f = *state;
    struct trl_raw raw;
    assert_int_equal(trl_raw_parse(&raw, f->log, "dtype=f4le,shape=480x640"), 0);
    assert_int_equal(raw.dtype, TRL_DTYPE_F32);
    assert_false(raw.big_endian);
    assert_int_equal(raw.rank, 2);
    assert_int_equal(raw.shape[0], 480);
    assert_int_equal(raw.shape[1], 640);
    assert_int_equal(raw.frames, 0);
    assert_int_equal(raw.offset, 0);
    assert_int_equal(trl_raw_parse(&raw, f->log, "offset=128,frames=10,shape=7,dtype=>u2"), 0);
    assert_int_equal(raw.dtype, TRL_DTYPE_U16);
    assert_true(raw.big_endian);
    assert_int_equal(raw.rank, 1);
    assert_int_equal(raw.frames, 10);
    assert_int_equal(raw.offset, 128);
    assert_int_equal(trl_raw_parse(&raw, f->log, "dtype=bf16,shape=1x2x3x4x5x6x7"), 0);
    assert_int_equal(raw.dtype, TRL_DTYPE_BF16);
    assert_int_equal(raw.rank, 7);
}

static void wrong_raw_texts_are_named(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[][2] = {
        {"", "unknown key ''"},
        {"dtype=f4", "shape is missing"},
        {"shape=4x4", "dtype is missing"},
        {"dtype=f4,shape=4x4,dtype=f4", "dtype is given twice"},
        {"dtype=f3,shape=4x4", "unknown dtype 'f3'"},
        {"dtype=float32littleendian,shape=4", "unknown dtype"},
        {"dtype,shape=4x4", "unknown dtype ''"},
        {"dtype=f4,shape=", "'' is no shape"},
        {"dtype=f4,shape=4x", "'4x' is no shape"},
        {"dtype=f4,shape=x4", "is no shape"},
        {"dtype=f4,shape=4xx4", "is no shape"},
        {"dtype=f4,shape=0x4", "is no shape"},
        {"dtype=f4,shape=-4x4", "is no shape"},
        {"dtype=f4,shape=4X4", "is no shape"},
        {"dtype=f4,shape=1x1x1x1x1x1x1x1", "at most 7 axes"},
        {"dtype=f4,shape=99999999999999999999", "is no shape"},
        {"dtype=f4,shape=4611686018427387904x4", "overflows"},
        {"dtype=f4,shape=4x4,frames=0", "'0' is no number of frames"},
        {"dtype=f4,shape=4x4,frames=a", "'a' is no number of frames"},
        {"dtype=f4,shape=4x4,offset=-1", "'-1' is no number of bytes"},
        {"dtype=f4,shape=4x4,,", "unknown key ''"},
        {"dtype=f4,shape=4x4,fps=3", "unknown key 'fps'"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct trl_raw raw;
        f->lines[TRL_LOG_ERROR] = 0;
        assert_int_equal(trl_raw_parse(&raw, f->log, bad[i][0]), TRL_ERROR_USAGE);
        assert_int_equal(f->lines[TRL_LOG_ERROR], 1);
        if (!strstr(f->line[TRL_LOG_ERROR], bad[i][1]))
            fail_msg("'%s' does not say '%s'", f->line[TRL_LOG_ERROR], bad[i][1]);
    }
}

static void wrong_axes_are_named(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[][2] = {
        {"", "1 to 8 letters"},       {"THWQ", "'Q' is no axis"}, {"HWH", "'H' is given twice"},
        {"HYW", "one row axis"},      {"WX", "one column axis"},  {"NCZ", "one tile axis"},
        {"TT", "'T' is given twice"}, {"THWNCTHW1", "1 to 8"},    {"hWH", "given twice"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(trl_axes_check(f->log, bad[i][0]), TRL_ERROR_USAGE);
        if (!strstr(f->line[TRL_LOG_ERROR], bad[i][1]))
            fail_msg("'%s' does not say '%s'", f->line[TRL_LOG_ERROR], bad[i][1]);
    }
    assert_int_equal(trl_axes_check(f->log, NULL), 0);
    assert_int_equal(trl_axes_check(f->log, "TNCHW"), 0);
    assert_int_equal(trl_axes_check(f->log, "xyt"), 0);
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void names_are_ordered_as_numbered(void **state)
{
    (void)state;
    static const char *const order[] = {
        "",
        "a",
        "a1b2",
        "a1b10",
        "a2b1",
        "frame",
        "frame_002",
        "frame_02",
        "frame_2",
        "frame_010",
        "frame_10",
        "frame_99999999999999999999",
        "frame_100000000000000000000",
        "framed",
    };
    enum { COUNT = sizeof(order) / sizeof(order[0]) };
    for (int i = 0; i < COUNT; i++) {
        for (int k = 0; k < COUNT; k++)
            assert_int_equal(sign(trl_natural_compare(order[i], order[k])), sign(i - k));
    }
}

static void patterns_and_lists_are_expanded(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"f1.npy", "f10.npy", "f2.npy", "g[1].npy"};
    struct trl_paths paths;
    char pattern[160], kept[4][160];
    for (int i = 0; i < 4; i++)
        snprintf(kept[i], sizeof(kept[i]), "%s", fixture_write(f, names[i], "", 0));
    snprintf(pattern, sizeof(pattern), "%s", fixture_path(f, "f*.npy"));
    const char *const with_pattern[] = {kept[3], pattern};
    assert_int_equal(trl_paths_expand(&paths, f->log, with_pattern, 2), 0);
    assert_int_equal(paths.count, 4);
    assert_string_equal(paths.names[0], kept[3]); /* exists, so its brackets are no pattern */
    assert_string_equal(paths.names[1], kept[0]);
    assert_string_equal(paths.names[2], kept[2]);
    assert_string_equal(paths.names[3], kept[1]);
    trl_paths_free(&paths);

    const char *const as_a_shell_gives_them[] = {kept[0], kept[1], kept[2]};
    assert_int_equal(trl_paths_expand(&paths, f->log, as_a_shell_gives_them, 3), 0);
    assert_string_equal(paths.names[1], kept[2]);
    assert_int_equal(f->lines[TRL_LOG_INFO], 1);
    trl_paths_free(&paths);

    const char *const chosen[] = {kept[1], kept[0], kept[2], kept[0]};
    assert_int_equal(trl_paths_expand(&paths, f->log, chosen, 4), 0);
    for (int i = 0; i < 4; i++)
        assert_string_equal(paths.names[i], chosen[i]);
    trl_paths_free(&paths);

    const char *nothing = fixture_path(f, "h*.npy");
    assert_int_equal(trl_paths_expand(&paths, f->log, &nothing, 1), TRL_ERROR_INPUT);
    assert_non_null(strstr(f->line[TRL_LOG_ERROR], nothing));
    assert_int_equal(paths.count, 0);
}

static void other_formats_are_recognised(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        const char *says;
    } known[] = {
        {"version https://git-lfs.github.com/spec/v1", "git lfs pull"},
        {"PK\x03\x04 and so on", ".npz"},
        {"\x89HDF\r\n\x1a\n----", "HDF5"},
        {"\x89PNG\r\n\x1a\n----", "PNG"},
        {"\x1f\x8b\x08---------", "gzip"},
        {"\x80\x02}q-----------", "pickle"},
        {"MATLAB 5.0 MAT-file", "MATLAB"},
        {"\x40\x01\x01\x01\x01\x01zz{\"--", NULL},
        {"II*\0--------", "tifffile"},
        {"MM\0*--------", "tifffile"},
        {"\0\0\0\x1c"
         "ftypisom",
         "rawvideo"},
        {"RIFF\x10\x10\x10\x10"
         "AVI ",
         "rawvideo"},
        {"\x1a\x45\xdf\xa3--------", "rawvideo"},
        {"x,y,value\n1,", "numpy.loadtxt"},
        {"1.5\t2.5\r\n3.5", "numpy.loadtxt"},
        {"\xef\xbb\xbfid;time;x;", "numpy.loadtxt"},
        {"1.5,\0 2.5, 3", NULL},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        const char *advice = trl_magic_advice(known[i].bytes, 12);
        if (!known[i].says)
            assert_null(advice);
        else
            assert_non_null(strstr(advice, known[i].says));
    }
    assert_non_null(strstr(trl_magic_advice("\x10\0\0\0\0\0\0\0{\"a\"", 12), "safetensors"));
    assert_null(trl_magic_advice("", 0));
    assert_null(trl_magic_advice("P", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(raw_texts_are_parsed, fixture_set_up, fixture_tear_down),
        cmocka_unit_test_setup_teardown(wrong_raw_texts_are_named, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(wrong_axes_are_named, fixture_set_up, fixture_tear_down),
        cmocka_unit_test(names_are_ordered_as_numbered),
        cmocka_unit_test_setup_teardown(patterns_and_lists_are_expanded, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test(other_formats_are_recognised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
