/* SPDX-License-Identifier: BSD-2-Clause */
#include "frames.h"

#include <tensorreel/error.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLOR_TYPE_OFFSET = 25 }; /* in a file: signature, length, type, width, height, depth */

struct work {
    char *folder;
    struct frames_log log;
    struct trl_palette palette;
    struct trl_output_params output;
    struct trl_sink_params params;
    struct trl_sink *sink;
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
                                            .width = 77,
                                            .height = 53,
                                            .fps_num = 30,
                                            .fps_den = 1};
    work->output.threads = 3;
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

static struct trl_frame *make(const struct work *work, int64_t index)
{
    const struct frames_palette_options options = {
        .forms = TRL_PIXEL_BIT(work->params.palette ? TRL_PIXEL_PAL8 : TRL_PIXEL_RGB24),
        .palette = &work->palette,
        .index = work->index};
    return frames_make(index, work->params.width, work->params.height, &options);
}

static int create(struct work *work, const char *name)
{
    work->output.path = frames_path(work->folder, name);
    return frames_sink_create(&work->sink, &work->params);
}

static int write_frame(struct work *work, int64_t index)
{
    struct trl_frame *frame = make(work, index);
    const int error = work->sink->impl->write(work->sink, frame);
    trl_frame_unref(frame);
    return error;
}

static void destroy(struct work *work)
{
    work->sink->impl->destroy(&work->sink);
    assert_null(work->sink);
}

static void film(struct work *work, const char *name, int frame_count)
{
    assert_int_equal(create(work, name), 0);
    for (int i = 0; i < frame_count; i++)
        assert_int_equal(write_frame(work, i), 0);
    assert_int_equal(work->sink->impl->finish(work->sink), 0);
    destroy(work);
}

static void png_failed(png_structp png, png_const_charp message)
{
    (void)png;
    fail_msg("libpng: %s", message);
}

static const char *text_of(png_structp png, png_infop info, const char *keyword)
{
    png_textp texts;
    int count = 0;
    png_get_text(png, info, &texts, &count);
    for (int i = 0; i < count; i++) {
        if (!strcmp(texts[i].key, keyword))
            return texts[i].text;
    }
    return NULL;
}

static void expect_text(const char *text, const char *expected)
{
    if (expected)
        assert_string_equal(text, expected);
    else
        assert_null(text);
}

/* libpng reads the file without a word and finds the pixels of the frame. */
static void expect_png(struct work *work, const char *name, int64_t index, int color_type)
{
    size_t size;
    uint8_t *bytes = frames_read_file(frames_path(work->folder, name), &size);
    assert_non_null(bytes);
    assert_int_equal(bytes[COLOR_TYPE_OFFSET], color_type);
    free(bytes);

    FILE *file = fopen(frames_path(work->folder, name), "rb");
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, png_failed, png_failed);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file);
    png_read_png(png, info, PNG_TRANSFORM_EXPAND, NULL);
    assert_int_equal(png_get_image_width(png, info), work->params.width);
    assert_int_equal(png_get_image_height(png, info), work->params.height);
    int intent = -1;
    assert_true(png_get_sRGB(png, info, &intent));
    expect_text(text_of(png, info, "Title"), work->output.title);
    expect_text(text_of(png, info, "Comment"), work->output.comment);

    struct trl_frame *frame = make(work, index);
    const size_t row_bytes = (size_t)work->params.width * 3;
    uint8_t *expected = malloc(row_bytes);
    assert_int_equal(png_get_rowbytes(png, info), row_bytes);
    for (int y = 0; y < work->params.height; y++) {
        trl_frame_row_rgb24(frame, y, expected);
        assert_memory_equal(png_get_rows(png, info)[y], expected, row_bytes);
    }
    free(expected);
    trl_frame_unref(frame);
    png_destroy_read_struct(&png, &info, NULL);
    fclose(file);
}

static void palette_frames_are_palette_files(void **state)
{
    struct work *work = *state;
    work->output.title = "Wave";
    work->output.comment = "c = 3 \xc2\xb5m/s"; /* not ASCII: stays UTF-8 */
    film(work, "f_%03d.png", 5);
    assert_int_equal(frames_folder_count(work->folder), 5);
    expect_png(work, "f_000.png", 0, PNG_COLOR_TYPE_PALETTE);
    expect_png(work, "f_004.png", 4, PNG_COLOR_TYPE_PALETTE);
}

static void every_size_works(void **state)
{
    struct work *work = *state;
    work->output.overwrite = true;
    for (int width = 1; width <= 18; width++) {
        work->params.width = width;
        work->params.height = 1 + width % 3;
        film(work, "size.png", 1);
        expect_png(work, "size.png", 0, PNG_COLOR_TYPE_PALETTE);
    }
}

static unsigned few_and_special(int x, int y, int64_t frame)
{
    if ((x + y) % 11 == 0)
        return TRL_PALETTE_NAN + (unsigned)(x + frame) % 4;
    return (unsigned)(x % 40) * 3;
}

static unsigned all_but_one_and_special(int x, int y, int64_t frame)
{
    const unsigned i = (unsigned)(x + 77 * y) % 256;
    (void)frame;
    return i == 19 ? TRL_PALETTE_OVER : i;
}

static unsigned all_and_special(int x, int y, int64_t frame)
{
    const unsigned i = (unsigned)(x + 77 * y);
    (void)frame;
    return i == 2000 ? TRL_PALETTE_BACKGROUND : i % 256;
}

static unsigned only_special(int x, int y, int64_t frame)
{
    return TRL_PALETTE_NAN + (unsigned)(x + y + frame) % 256;
}

static void special_colors_take_free_places(void **state)
{
    struct work *work = *state;
    static const frames_index_fn contents[] = {few_and_special, all_but_one_and_special,
                                               only_special};
    for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
        work->index = contents[i];
        work->output.overwrite = true;
        film(work, "f_##.png", 2);
        expect_png(work, "f_00.png", 0, PNG_COLOR_TYPE_PALETTE);
        expect_png(work, "f_01.png", 1, PNG_COLOR_TYPE_PALETTE);
    }
}

static void special_color_of_the_map_needs_no_place(void **state)
{
    struct work *work = *state;
    work->index = all_and_special;
    memcpy(work->palette.rgb[TRL_PALETTE_BACKGROUND], work->palette.rgb[77], 3);
    film(work, "same.png", 1);
    expect_png(work, "same.png", 0, PNG_COLOR_TYPE_PALETTE);
}

static void a_257th_color_makes_the_file_rgb(void **state)
{
    struct work *work = *state;
    work->index = all_and_special;
    film(work, "many.png", 1);
    expect_png(work, "many.png", 0, PNG_COLOR_TYPE_RGB);
}

static void bits_beyond_the_row_mean_nothing(void **state)
{
    struct work *work = *state;
    assert_int_equal(create(work, "tail.png"), 0);
    struct trl_frame *frame = make(work, 0);
    const struct trl_image_layout *layout = &frame->layout[TRL_PIXEL_PAL8];
    uint8_t *ninth = (uint8_t *)(uintptr_t)trl_frame_plane(frame, TRL_PIXEL_PAL8, 1);
    for (int y = 0; y < 53; y++)
        ninth[(size_t)y * layout->stride[1] + 77 / 8] |= 0xe0; /* pixels 77 to 79 */
    assert_int_equal(work->sink->impl->write(work->sink, frame), 0);
    trl_frame_unref(frame);
    assert_int_equal(work->sink->impl->finish(work->sink), 0);
    destroy(work);
    expect_png(work, "tail.png", 0, PNG_COLOR_TYPE_PALETTE);
}

static void rgb_frames_are_rgb_files(void **state)
{
    struct work *work = *state;
    work->params.palette = NULL;
    work->index = few_and_special;
    film(work, "rgb_%d.png", 3);
    expect_png(work, "rgb_0.png", 0, PNG_COLOR_TYPE_RGB);
    expect_png(work, "rgb_2.png", 2, PNG_COLOR_TYPE_RGB);
}

static void many_writers_keep_the_numbers(void **state)
{
    struct work *work = *state;
    work->output.threads = 5;
    assert_int_equal(create(work, "n%04d.png"), 0);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(write_frame(work, i * 3), 0);
        assert_int_equal(frames_alive(), 0); /* the slot is free at once */
    }
    assert_int_equal(work->sink->impl->finish(work->sink), 0);
    destroy(work);
    assert_int_equal(frames_folder_count(work->folder), 40);
    for (int i = 0; i < 40; i++) {
        char name[32];
        snprintf(name, sizeof(name), "n%04d.png", i * 3);
        expect_png(work, name, i * 3, PNG_COLOR_TYPE_PALETTE);
    }
}

static void destroy_without_finish_leaves_whole_files(void **state)
{
    struct work *work = *state;
    assert_int_equal(create(work, "w%d.png"), 0);
    for (int i = 0; i < 7; i++)
        assert_int_equal(write_frame(work, i), 0);
    destroy(work);
    assert_int_equal(frames_folder_count(work->folder), 7);
    expect_png(work, "w6.png", 6, PNG_COLOR_TYPE_PALETTE);
}

static void a_plain_name_holds_one_frame(void **state)
{
    struct work *work = *state;
    assert_int_equal(create(work, "one.png"), 0);
    assert_int_equal(write_frame(work, 0), 0);
    assert_int_equal(write_frame(work, 1), TRL_ERROR_USAGE);
    assert_int_equal(work->log.count[0], 1);
    assert_non_null(strstr(work->log.text[0], "%05d"));
    assert_non_null(strstr(work->log.text[0], "two #"));
    destroy(work); /* no half a film */
    assert_int_equal(frames_folder_count(work->folder), 0);
    film(work, "one.png", 1);
    expect_png(work, "one.png", 0, PNG_COLOR_TYPE_PALETTE);
    assert_int_equal(frames_folder_count(work->folder), 1);
}

static void a_still_is_the_last_frame(void **state)
{
    struct work *work = *state;
    work->output.still = true;
    work->output.path = "last.png";
    assert_int_equal(trl_sink_png.expect(work->log.log, &work->output, 5), 0);
    film(work, "last.png", 5);
    expect_png(work, "last.png", 4, PNG_COLOR_TYPE_PALETTE);
    assert_int_equal(frames_folder_count(work->folder), 1);
    assert_int_equal(create(work, "none.png"), 0);
    assert_int_equal(write_frame(work, 0), 0);
    destroy(work); /* unfinished */
    film(work, "none.png", 0);
    assert_int_equal(frames_folder_count(work->folder), 1);
    film(work, "each_%d.png", 3); /* with a number it says nothing */
    assert_int_equal(frames_folder_count(work->folder), 4);
}

static void a_longer_film_needs_a_number(void **state)
{
    struct work *work = *state;
    static const struct {
        const char *name;
        int64_t frames;
        int error;
    } cases[] = {
        {"m.png", 1, 0},
        {"m.png", -1, 0},
        {"m.png", 2, TRL_ERROR_USAGE},
        {"fr#.png", 1, 0},
        {"fr#.png", 3, TRL_ERROR_USAGE},
        {"fr##.png", 1000, 0},
        {"fr%d.png", 1000, 0},
        {"fr%%.png", 2, TRL_ERROR_USAGE},
    };
    int errors = 0;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        const struct trl_output_params output = {.path = frames_path(work->folder, cases[n].name)};
        assert_int_equal(trl_output_check(work->log.log, &output, cases[n].frames), cases[n].error);
        errors += cases[n].error != 0;
        assert_int_equal(work->log.count[0], errors);
    }
    assert_int_equal(frames_folder_count(work->folder), 0);
}

static void put_file(const struct work *work, const char *name)
{
    FILE *file = fopen(frames_path(work->folder, name), "w");
    fputs("mine", file);
    fclose(file);
}

static void expect_untouched(const struct work *work, const char *name)
{
    size_t size;
    uint8_t *data = frames_read_file(frames_path(work->folder, name), &size);
    assert_string_equal((char *)data, "mine");
    free(data);
}

static void existing_files_stay(void **state)
{
    struct work *work = *state;
    put_file(work, "e0.png");
    assert_int_equal(create(work, "e%d.png"), TRL_ERROR_OUTPUT);
    assert_null(work->sink);
    unlink(frames_path(work->folder, "e0.png"));
    put_file(work, "e3.png");
    assert_int_equal(create(work, "e%d.png"), 0);
    int error = 0;
    for (int i = 0; i < 40 && !error; i++)
        error = write_frame(work, i);
    assert_int_equal(error, TRL_ERROR_OUTPUT); /* of a worker, seen by a later call */
    assert_int_equal(work->sink->impl->finish(work->sink), TRL_ERROR_OUTPUT);
    destroy(work);
    expect_untouched(work, "e3.png");
    expect_png(work, "e2.png", 2, PNG_COLOR_TYPE_PALETTE);
    assert_int_equal(work->log.count[0], 2); /* one a run */
    assert_non_null(strstr(work->log.text[0], "e3.png: exists already"));

    work->output.overwrite = true;
    film(work, "e%d.png", 5);
    expect_png(work, "e3.png", 3, PNG_COLOR_TYPE_PALETTE);
}

static void refusals_come_at_create(void **state)
{
    struct work *work = *state;
    assert_int_equal(create(work, "no-such-folder/f%d.png"), TRL_ERROR_OUTPUT);
    assert_null(work->sink);
    assert_int_equal(create(work, "f%s.png"), TRL_ERROR_USAGE);
    work->output.threads = -1;
    assert_int_equal(create(work, "f%d.png"), TRL_ERROR_USAGE);
    work->output.threads = 1;
    work->params.width = work->params.height = 32768;
    assert_int_equal(create(work, "f%d.png"), TRL_ERROR_UNSUPPORTED);
    assert_int_equal(work->log.count[0], 4);
    assert_int_equal(frames_folder_count(work->folder), 0);
}

static void a_full_disk_leaves_no_half_file(void **state)
{
    struct work *work = *state;
    assert_int_equal(create(work, "full%d.png"), 0);
    assert_int_equal(symlink("/dev/full", frames_path(work->folder, "full1.png.part")), 0);
    int error = 0;
    for (int i = 0; i < 40 && !error; i++)
        error = write_frame(work, i);
    assert_int_equal(error, TRL_ERROR_OUTPUT);
    assert_int_equal(work->sink->impl->finish(work->sink), TRL_ERROR_OUTPUT);
    destroy(work);
    assert_int_equal(access(frames_path(work->folder, "full1.png"), F_OK), -1);
    assert_int_equal(access(frames_path(work->folder, "full1.png.part"), F_OK), -1);
    assert_non_null(strstr(work->log.text[0], "full1.png: cannot be written: No space left"));
    assert_int_equal(work->log.count[0], 1);
}

static void writers_that_fail_together_say_it_once(void **state)
{
    struct work *work = *state;
    enum { WRITERS = 8 };
    work->output.threads = WRITERS;
    assert_int_equal(create(work, "full%d.png"), 0);
    for (int i = 0; i < 40; i++) {
        char name[32];
        snprintf(name, sizeof(name), "full%d.png.part", i);
        assert_int_equal(symlink("/dev/full", frames_path(work->folder, name)), 0);
    }
    for (int i = 0; i < WRITERS; i++)
        write_frame(work, i);
    assert_int_equal(work->sink->impl->finish(work->sink), TRL_ERROR_OUTPUT);
    destroy(work);
    assert_int_equal(work->log.count[0], 1);
}

static void another_form_is_refused(void **state)
{
    struct work *work = *state;
    assert_int_equal(create(work, "f%d.png"), 0);
    work->params.palette = NULL; /* the next frame is RGB24 */
    assert_int_equal(write_frame(work, 0), TRL_ERROR_INTERNAL);
    destroy(work);
    assert_int_equal(frames_folder_count(work->folder), 0);
}

/* The first of many cannot be written: those after it, on other threads, do not appear. */
static void nothing_follows_a_file_that_failed(void **state)
{
    struct work *work = *state;
    for (int round = 0; round < 8; round++) {
        assert_int_equal(create(work, "g_##.png"), 0);
        char part[4096];
        snprintf(part, sizeof(part), "%s", frames_path(work->folder, "g_00.png.part"));
        assert_int_equal(symlink("/dev/full", part), 0);
        int error = 0;
        for (int n = 0; n < 6 && !error; n++)
            error = write_frame(work, n);
        const int last = work->sink->impl->finish(work->sink);
        assert_int_equal(error ? error : last, TRL_ERROR_OUTPUT);
        destroy(work);
        for (int n = 0; n < 6; n++) {
            char name[16];
            snprintf(name, sizeof(name), "g_%02d.png", n);
            assert_int_not_equal(access(frames_path(work->folder, name), F_OK), 0);
        }
        unlink(part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(palette_frames_are_palette_files, work_open, work_close),
        cmocka_unit_test_setup_teardown(every_size_works, work_open, work_close),
        cmocka_unit_test_setup_teardown(special_colors_take_free_places, work_open, work_close),
        cmocka_unit_test_setup_teardown(special_color_of_the_map_needs_no_place, work_open,
                                        work_close),
        cmocka_unit_test_setup_teardown(a_257th_color_makes_the_file_rgb, work_open, work_close),
        cmocka_unit_test_setup_teardown(bits_beyond_the_row_mean_nothing, work_open, work_close),
        cmocka_unit_test_setup_teardown(rgb_frames_are_rgb_files, work_open, work_close),
        cmocka_unit_test_setup_teardown(many_writers_keep_the_numbers, work_open, work_close),
        cmocka_unit_test_setup_teardown(destroy_without_finish_leaves_whole_files, work_open,
                                        work_close),
        cmocka_unit_test_setup_teardown(a_plain_name_holds_one_frame, work_open, work_close),
        cmocka_unit_test_setup_teardown(a_still_is_the_last_frame, work_open, work_close),
        cmocka_unit_test_setup_teardown(a_longer_film_needs_a_number, work_open, work_close),
        cmocka_unit_test_setup_teardown(existing_files_stay, work_open, work_close),
        cmocka_unit_test_setup_teardown(refusals_come_at_create, work_open, work_close),
        cmocka_unit_test_setup_teardown(a_full_disk_leaves_no_half_file, work_open, work_close),
        cmocka_unit_test_setup_teardown(writers_that_fail_together_say_it_once, work_open,
                                        work_close),
        cmocka_unit_test_setup_teardown(nothing_follows_a_file_that_failed, work_open, work_close),
        cmocka_unit_test_setup_teardown(another_form_is_refused, work_open, work_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
