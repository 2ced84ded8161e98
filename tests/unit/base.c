/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/file.h"
#include "base/frame.h"
#include "base/log.h"
#include "base/math.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char folder[64];
    char path[96], part[104];
    struct trl_log *log;
    int lines;
    char line[512];
};

static void keep_line(void *user, enum trl_log_level level, const char *line)
{
    struct fixture *f = user;
    (void)level;
    f->lines++;
    snprintf(f->line, sizeof(f->line), "%s", line);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    snprintf(f->folder, sizeof(f->folder), "/tmp/tensorreel-base-XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    snprintf(f->path, sizeof(f->path), "%s/film", f->folder);
    snprintf(f->part, sizeof(f->part), "%s/film.part", f->folder);
    *state = f;
    return trl_log_create(&f->log, &(struct trl_log_params){.callback = keep_line, .user = f});
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    unlink(f->path);
    unlink(f->part);
    rmdir(f->folder);
    trl_log_destroy(&f->log);
    free(f);
    return 0;
}

static bool exists(const char *path)
{
    struct stat info;
    return !lstat(path, &info);
}

static void errors_have_names(void **state)
{
    (void)state;
    assert_string_equal(trl_error_name(0), "TRL_OK");
    assert_string_equal(trl_error_name(TRL_ERROR_INPUT), "TRL_ERROR_INPUT");
    assert_string_equal(trl_error_name(TRL_ERROR_DEVICE_LOST), "TRL_ERROR_DEVICE_LOST");
    assert_string_equal(trl_error_name(-999), "unknown error");
    assert_string_equal(trl_error_text(TRL_ERROR_CANCELLED), "cancelled");
    for (int error = -1; error >= TRL_ERROR_INTERNAL; error--)
        assert_string_not_equal(trl_error_text(error), "unknown error");
}

static void log_counts_levels(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(trl_fail(f->log, TRL_ERROR_DROPPED, "frame %d", 7), TRL_ERROR_DROPPED);
    assert_string_equal(f->line, "frame 7");
    trl_log_print(f->log, TRL_LOG_DEBUG, "too talkative");
    assert_int_equal(f->lines, 1);
    assert_int_equal(trl_fail_memory(NULL, "nothing", 5), TRL_ERROR_MEMORY);
}

static void part_file_appears_when_complete(void **state)
{
    struct fixture *f = *state;
    struct trl_part_file file;
    char text[8] = {0};
    assert_int_equal(trl_part_file_open(&file, f->log, f->path, 0), 0);
    assert_int_equal(trl_part_file_write(&file, "hello", 5), 0);
    assert_true(exists(f->part));
    assert_false(exists(f->path));
    assert_int_equal(trl_part_file_commit(&file), 0);
    assert_false(exists(f->part));
    const int fd = open(f->path, O_RDONLY);
    assert_int_equal(trl_read_all(fd, text, sizeof(text)), 5);
    assert_string_equal(text, "hello");
    assert_int_equal(trl_pread_all(fd, text, 3, 2), 3);
    assert_memory_equal(text, "llo", 3);
    close(fd);
    trl_part_file_abandon(&file);
    assert_true(exists(f->path));
}

static void part_file_refuses_to_overwrite(void **state)
{
    struct fixture *f = *state;
    struct trl_part_file file;
    struct stat info;
    close(open(f->path, O_CREAT | O_WRONLY, 0600));
    assert_int_equal(trl_part_file_open(&file, f->log, f->path, 0), TRL_ERROR_OUTPUT);
    assert_non_null(strstr(f->line, f->path));
    assert_false(exists(f->part));
    assert_int_equal(trl_part_file_open(&file, f->log, f->path, 1), 0);
    assert_int_equal(trl_part_file_write(&file, "new", 3), 0);
    assert_int_equal(trl_part_file_commit(&file), 0);
    assert_int_equal(stat(f->path, &info), 0);
    assert_int_equal(info.st_size, 3);
    assert_int_equal(trl_part_file_open(&file, f->log, f->folder, 1), TRL_ERROR_OUTPUT);
}

static void part_file_abandoned_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct trl_part_file file;
    assert_int_equal(trl_part_file_open(&file, f->log, f->path, 0), 0);
    trl_part_file_abandon(&file);
    assert_false(exists(f->part));
    assert_false(exists(f->path));
    trl_part_file_abandon(&file);
    file = (struct trl_part_file){0};
    trl_part_file_abandon(&file);
}

static void part_file_has_one_writer(void **state)
{
    struct fixture *f = *state;
    struct trl_part_file file, second;
    char text[8] = {0};
    assert_int_equal(trl_part_file_open(&file, f->log, f->path, 1), 0);
    assert_int_equal(trl_part_file_write(&file, "first", 5), 0);
    assert_int_equal(trl_part_file_open(&second, f->log, f->path, 1), TRL_ERROR_OUTPUT);
    assert_int_equal(f->lines, 1);
    assert_non_null(strstr(f->line, "written already"));
    trl_part_file_abandon(&second);
    assert_true(exists(f->part));
    assert_int_equal(trl_part_file_commit(&file), 0);
    const int fd = open(f->path, O_RDONLY);
    assert_int_equal(trl_read_all(fd, text, sizeof(text)), 5);
    close(fd);
    assert_int_equal(trl_part_file_open(&second, f->log, f->path, 1), 0);
    trl_part_file_abandon(&second);
}

static void part_file_spares_what_appears_meanwhile(void **state)
{
    struct fixture *f = *state;
    struct trl_part_file file;
    struct stat info;
    assert_int_equal(trl_part_file_open(&file, f->log, f->path, 0), 0);
    assert_int_equal(trl_part_file_write(&file, "ours", 4), 0);
    close(open(f->path, O_CREAT | O_WRONLY, 0600));
    assert_int_equal(trl_part_file_commit(&file), TRL_ERROR_OUTPUT);
    assert_int_equal(stat(f->path, &info), 0);
    assert_int_equal(info.st_size, 0);
    assert_false(exists(f->part));
}

static void part_file_replaces_regular_files_only(void **state)
{
    struct fixture *f = *state;
    struct trl_part_file file;
    struct stat info;
    assert_int_equal(mkfifo(f->path, 0600), 0);
    assert_int_equal(trl_part_file_open(&file, f->log, f->path, 1), TRL_ERROR_OUTPUT);
    assert_non_null(strstr(f->line, "pipe"));
    assert_int_equal(lstat(f->path, &info), 0);
    assert_true(S_ISFIFO(info.st_mode));
    assert_false(exists(f->part));
}

static void part_file_says_when_the_disk_is_full(void **state)
{
    struct fixture *f = *state;
    struct trl_part_file file;
    if (symlink("/dev/full", f->part) || access("/dev/full", W_OK))
        skip();
    assert_int_equal(trl_part_file_open(&file, f->log, f->path, 0), 0);
    assert_int_equal(trl_part_file_write(&file, "x", 1), TRL_ERROR_OUTPUT);
    assert_int_equal(f->lines, 1);
    assert_non_null(strstr(f->line, f->path));
    assert_non_null(strstr(f->line, strerror(ENOSPC)));
    trl_part_file_abandon(&file);
    assert_false(exists(f->part));
}

static void part_file_names_a_missing_folder(void **state)
{
    struct fixture *f = *state;
    struct trl_part_file file;
    assert_int_equal(trl_part_file_open(&file, f->log, "/nowhere/at/all", 0), TRL_ERROR_OUTPUT);
    assert_non_null(strstr(f->line, "/nowhere/at/all"));
    trl_part_file_abandon(&file);
}

static void math_finds_overflow(void **state)
{
    (void)state;
    int64_t value;
    assert_true(trl_mul_i64(INT64_C(1) << 31, INT64_C(1) << 31, &value));
    assert_int_equal(value, INT64_C(1) << 62);
    assert_false(trl_mul_i64(INT64_C(1) << 32, INT64_C(1) << 31, &value));
    assert_false(trl_add_i64(INT64_MAX, 1, &value));
    assert_int_equal(trl_align_up(65, 64), 128);
    assert_int_equal(trl_align_up(128, 64), 128);
    assert_int_equal(trl_float_bits(-2.0f), 0xc0000000u);
}

/* Worked out by hand from the rules in the header. */
static void layout_of_i420_is_even(void **state)
{
    (void)state;
    struct trl_image_layout layout;
    trl_image_layout(&layout, TRL_PIXEL_I420, 131, 7);
    assert_int_equal(layout.width, 132);
    assert_int_equal(layout.height, 8);
    assert_int_equal(layout.plane_count, 3);
    assert_int_equal(layout.stride[0], 192);
    assert_int_equal(layout.stride[1], 128);
    assert_int_equal(layout.plane_offset[1], 192 * 8);
    assert_int_equal(layout.plane_offset[2], 192 * 8 + 128 * 4);
    assert_int_equal(layout.size, 192 * 8 + 2 * 128 * 4 + 64);
    assert_int_equal(trl_image_plane_rows(&layout, 0), 8);
    assert_int_equal(trl_image_plane_rows(&layout, 2), 4);
}

static void layouts_keep_odd_sizes_elsewhere(void **state)
{
    (void)state;
    struct trl_image_layout layout;
    trl_image_layout(&layout, TRL_PIXEL_RGB24, 5, 3);
    assert_int_equal(layout.stride[0], 64);
    assert_int_equal(layout.size, 3 * 64 + 64);
    trl_image_layout(&layout, TRL_PIXEL_PAL8, 513, 2);
    assert_int_equal(layout.plane_count, 2);
    assert_int_equal(layout.stride[0], 576);
    assert_int_equal(layout.stride[1], 128);
    trl_image_layout(&layout, TRL_PIXEL_I444, 3, 5);
    assert_int_equal(layout.width, 3);
    assert_int_equal(layout.plane_offset[2], 2 * 5 * 64);
    trl_image_layout(&layout, TRL_PIXEL_BGR0, 17, 1);
    assert_int_equal(layout.stride[0], 128);
}

static void row_of_every_form_becomes_rgb(void **state)
{
    (void)state;
    static uint8_t memory[1024];
    static struct trl_palette palette;
    struct trl_frame frame = {.width = 10, .height = 2, .palette = &palette};
    uint8_t rgb[30];

    trl_image_layout(&frame.layout[TRL_PIXEL_PAL8], TRL_PIXEL_PAL8, 10, 2);
    frame.data[TRL_PIXEL_PAL8] = memory;
    const struct trl_image_layout *pal = &frame.layout[TRL_PIXEL_PAL8];
    for (int i = 0; i < TRL_PALETTE_SIZE; i++) {
        palette.rgb[i][0] = (uint8_t)i;
        palette.rgb[i][1] = (uint8_t)(i >> 8);
        palette.rgb[i][2] = 77;
    }
    memory[pal->stride[0] + 9] = 3;                        /* row 1, pixel 9: entry 259 */
    memory[pal->plane_offset[1] + pal->stride[1] + 1] = 2; /* ninth bit of pixel 9 */
    memory[pal->stride[0] + 1] = 255;
    trl_frame_row_rgb24(&frame, 1, rgb);
    assert_memory_equal(rgb + 27, ((uint8_t[]){3, 1, 77}), 3);
    assert_memory_equal(rgb + 3, ((uint8_t[]){255, 0, 77}), 3);
    assert_memory_equal(rgb, ((uint8_t[]){0, 0, 77}), 3);

    trl_image_layout(&frame.layout[TRL_PIXEL_BGR0], TRL_PIXEL_BGR0, 10, 2);
    frame.data[TRL_PIXEL_BGR0] = memory;
    memory[64 + 4] = 1;
    memory[64 + 5] = 2;
    memory[64 + 6] = 9;
    trl_frame_row_rgb24(&frame, 1, rgb);
    assert_memory_equal(rgb + 3, ((uint8_t[]){9, 2, 1}), 3);

    trl_image_layout(&frame.layout[TRL_PIXEL_RGB24], TRL_PIXEL_RGB24, 10, 2);
    frame.data[TRL_PIXEL_RGB24] = memory;
    trl_frame_row_rgb24(&frame, 1, rgb);
    assert_memory_equal(rgb, memory + 64, 30);
}

static void count_release(struct trl_frame *frame)
{
    (*(int *)frame->owner)++;
}

static void last_reference_releases(void **state)
{
    (void)state;
    int released = 0;
    struct trl_frame frame = {.references = 1, .release = count_release, .owner = &released};
    assert_ptr_equal(trl_frame_ref(&frame), &frame);
    trl_frame_unref(&frame);
    assert_int_equal(released, 0);
    trl_frame_unref(&frame);
    assert_int_equal(released, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_have_names),
        cmocka_unit_test_setup_teardown(log_counts_levels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(part_file_appears_when_complete, set_up, tear_down),
        cmocka_unit_test_setup_teardown(part_file_refuses_to_overwrite, set_up, tear_down),
        cmocka_unit_test_setup_teardown(part_file_abandoned_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(part_file_has_one_writer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(part_file_spares_what_appears_meanwhile, set_up, tear_down),
        cmocka_unit_test_setup_teardown(part_file_replaces_regular_files_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(part_file_says_when_the_disk_is_full, set_up, tear_down),
        cmocka_unit_test_setup_teardown(part_file_names_a_missing_folder, set_up, tear_down),
        cmocka_unit_test(math_finds_overflow),
        cmocka_unit_test(layout_of_i420_is_even),
        cmocka_unit_test(layouts_keep_odd_sizes_elsewhere),
        cmocka_unit_test(row_of_every_form_becomes_rgb),
        cmocka_unit_test(last_reference_releases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
