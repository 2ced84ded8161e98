/* SPDX-License-Identifier: BSD-2-Clause */
#include "frames.h"

#include <tensorreel/error.h>
#include <tensorreel/version.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct work {
    char *folder;
    struct frames_log log;
    struct trl_palette palette;
    struct trl_output_params output;
    struct trl_sink_params params;
    frames_index_fn index;
};

static int work_open(void **state)
{
    struct work *work = calloc(1, sizeof(*work));
    work->folder = frames_folder_make();
    frames_log_open(&work->log);
    frames_fill_palette(&work->palette);
    work->index = frames_smooth;
    work->params = (struct trl_sink_params){.log = work->log.log,
                                            .output = &work->output,
                                            .palette = &work->palette,
                                            .width = 37,
                                            .height = 21,
                                            .fps_num = 30,
                                            .fps_den = 1};
    *state = work;
    return 0;
}

static int work_close(void **state)
{
    struct work *work = *state;
    assert_int_equal(frames_alive(), 0);
    frames_log_close(&work->log);
    frames_folder_remove(work->folder);
    free(work);
    return 0;
}

/* Films the frames of so many indices, step apart, in the given form. */
static void film(struct work *work, const char *name, enum trl_pixel pixel, int count, int step)
{
    struct trl_sink *sink;
    const struct frames_palette_options options = {
        .forms = TRL_PIXEL_BIT(pixel), .palette = &work->palette, .index = work->index};
    work->output.path = frames_path(work->folder, name);
    assert_int_equal(frames_sink_create(&sink, &work->params), 0);
    for (int i = 0; i < count; i++) {
        struct trl_frame *frame =
            frames_make(i * step, work->params.width, work->params.height, &options);
        assert_int_equal(sink->impl->write(sink, frame), 0);
        trl_frame_unref(frame);
    }
    assert_int_equal(sink->impl->finish(sink), 0);
    sink->impl->destroy(&sink);
}

static char *read_text(const struct work *work, const char *name)
{
    size_t size;
    char *text = (char *)frames_read_file(frames_path(work->folder, name), &size);
    assert_non_null(text);
    return text;
}

static unsigned entry_300(int x, int y, int64_t frame)
{
    (void)x;
    (void)y;
    (void)frame;
    return 300;
}

/* FIPS 180-2 gives the hash of "abc": here it is one pixel, through a ninth bit. */
static void known_hash(void **state)
{
    struct work *work = *state;
    char expected[1024];
    work->params.width = work->params.height = 1;
    work->params.fps_num = 30000;
    work->params.fps_den = 1001;
    work->index = entry_300;
    memcpy(work->palette.rgb[300], "abc", 3);
    film(work, "a.framehash", TRL_PIXEL_PAL8, 2, 5);
    snprintf(expected, sizeof(expected),
             "#format: frame checksums\n#version: 2\n#hash: SHA256\n#software: tensorreel %s\n"
             "#tb 0: 1001/30000\n#media_type 0: video\n#codec_id 0: rawvideo\n"
             "#dimensions 0: 1x1\n#sar 0: 1/1\n"
             "#stream#, dts,        pts, duration,     size, hash\n"
             "0,          0,          0,        1,        3, "
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
             "0,          5,          5,        1,        3, "
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n",
             trl_version());
    char *text = read_text(work, "a.framehash");
    assert_string_equal(text, expected);
    free(text);
}

static void the_form_does_not_matter(void **state)
{
    struct work *work = *state;
    film(work, "pal.framehash", TRL_PIXEL_PAL8, 3, 1);
    film(work, "rgb.framehash", TRL_PIXEL_RGB24, 3, 1);
    film(work, "bgr.framehash", TRL_PIXEL_BGR0, 3, 1);
    char *pal = read_text(work, "pal.framehash"), *rgb = read_text(work, "rgb.framehash"),
         *bgr = read_text(work, "bgr.framehash");
    assert_string_equal(pal, rgb);
    assert_string_equal(pal, bgr);
    free(pal);
    free(rgb);
    free(bgr);
}

/* What the ffmpeg program says about a file; NULL if there is no such program. */
static char *ffmpeg_hash(const struct work *work, const char *input)
{
    char command[512];
    if (system("command -v ffmpeg >/dev/null"))
        return NULL;
    snprintf(command, sizeof(command),
             "cd '%s' && ffmpeg -v error -nostdin %s -pix_fmt rgb24 -f framehash -y theirs.txt",
             work->folder, input);
    assert_int_equal(system(command), 0);
    return read_text(work, "theirs.txt");
}

/* Cuts the line that names the program. */
static void cut_software(char *text)
{
    char *line = strstr(text, "#software");
    assert_non_null(line);
    memmove(line, strchr(line, '\n') + 1, strlen(strchr(line, '\n') + 1) + 1);
}

static void ffmpeg_writes_the_same_of_png(void **state)
{
    struct work *work = *state;
    if (!TRL_HAVE_PNG)
        skip();
    film(work, "ours.framehash", TRL_PIXEL_PAL8, 4, 1);
    film(work, "f%02d.png", TRL_PIXEL_PAL8, 4, 1);
    char *theirs = ffmpeg_hash(work, "-framerate 30 -i f%02d.png -vf setsar=1");
    if (!theirs) {
        print_message("the ffmpeg program is not installed: skipped\n");
        skip();
        return;
    }
    char *ours = read_text(work, "ours.framehash");
    cut_software(ours);
    cut_software(theirs);
    assert_string_equal(ours, theirs);
    free(ours);
    free(theirs);
}

/* The hash column, 64 digits, of frame i. */
static const char *hash_column(const char *text, int i)
{
    const char *line = strstr(text, "\n0,") + 1;
    while (i--)
        line = strchr(line, '\n') + 1;
    return strchr(line, '\n') - 64;
}

static void ffmpeg_finds_the_same_in_ffv1(void **state)
{
    struct work *work = *state;
    if (!TRL_HAVE_LIBAV)
        skip();
    film(work, "ours.framehash", TRL_PIXEL_RGB24, 5, 3);
    work->output.lossless = true;
    film(work, "f.mkv", TRL_PIXEL_BGR0, 5, 3);
    char *theirs = ffmpeg_hash(work, "-i f.mkv -vsync passthrough");
    if (!theirs) {
        print_message("the ffmpeg program is not installed: skipped\n");
        skip();
        return;
    }
    char *ours = read_text(work, "ours.framehash");
    for (int i = 0; i < 5; i++)
        assert_memory_equal(hash_column(ours, i), hash_column(theirs, i), 64);
    assert_memory_not_equal(hash_column(ours, 0), hash_column(ours, 1), 64);
    free(ours);
    free(theirs);
}

static void without_finish_there_is_no_file(void **state)
{
    struct work *work = *state;
    struct trl_sink *sink;
    work->output.path = frames_path(work->folder, "a.framehash");
    assert_int_equal(frames_sink_create(&sink, &work->params), 0);
    sink->impl->destroy(&sink);
    assert_int_equal(frames_folder_count(work->folder), 0);

    assert_int_equal(symlink("/dev/full", frames_path(work->folder, "a.framehash.part")), 0);
    assert_int_equal(frames_sink_create(&sink, &work->params), TRL_ERROR_OUTPUT);
    assert_null(sink);
    assert_int_equal(frames_folder_count(work->folder), 0);
    assert_non_null(strstr(work->log.text[0], "a.framehash: cannot be written: No space left"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(known_hash, work_open, work_close),
        cmocka_unit_test_setup_teardown(the_form_does_not_matter, work_open, work_close),
        cmocka_unit_test_setup_teardown(ffmpeg_writes_the_same_of_png, work_open, work_close),
        cmocka_unit_test_setup_teardown(ffmpeg_finds_the_same_in_ffv1, work_open, work_close),
        cmocka_unit_test_setup_teardown(without_finish_there_is_no_file, work_open, work_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
