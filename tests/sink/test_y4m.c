/* SPDX-License-Identifier: BSD-2-Clause */
#include "frames.h"

#include <tensorreel/error.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct work {
    char *folder;
    struct frames_log log;
    struct trl_palette palette;
    struct trl_output_params output;
    struct trl_sink_params params;
    struct trl_sink *sink;
};

static int work_open(void **state)
{
    struct work *work = calloc(1, sizeof(*work));
    work->folder = frames_folder_make();
    frames_log_open(&work->log);
    /* Black, white and red, whose limited-range BT.709 values are well known. */
    work->palette = (struct trl_palette){.rgb = {{0, 0, 0}, {255, 255, 255}, {255, 0, 0}}};
    work->params = (struct trl_sink_params){.log = work->log.log,
                                            .output = &work->output,
                                            .width = 4,
                                            .height = 2,
                                            .fps_num = 30000,
                                            .fps_den = 1001};
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

static int create(struct work *work, const char *name)
{
    work->output.path = strcmp(name, "-") != 0 ? frames_path(work->folder, name) : name;
    return frames_sink_create(&work->sink, &work->params);
}

/* A film of white with a black left half, and then red. */
static unsigned halves_then_red(int x, int y, int64_t frame)
{
    (void)y;
    if (frame)
        return 2;
    return x < 2 ? 0 : 1;
}

static int write_frame(struct work *work, int64_t index)
{
    const struct frames_palette_options options = {
        .forms = TRL_PIXEL_BIT(trl_sink_y4m.pixel(&work->output, true)),
        .palette = &work->palette,
        .index = halves_then_red};
    struct trl_frame *frame = frames_make(index, work->params.width, work->params.height, &options);
    const int error = trl_sink_y4m.write(work->sink, frame);
    trl_frame_unref(frame);
    return error;
}

static void film(struct work *work, const char *name)
{
    assert_int_equal(create(work, name), 0);
    assert_int_equal(write_frame(work, 0), 0);
    assert_int_equal(write_frame(work, 1), 0);
    assert_int_equal(trl_sink_y4m.finish(work->sink), 0);
    trl_sink_y4m.destroy(&work->sink);
}

static void expect_file(const struct work *work, const char *name, const void *expected,
                        size_t expected_size)
{
    size_t size;
    uint8_t *data = frames_read_file(frames_path(work->folder, name), &size);
    assert_non_null(data);
    assert_int_equal(size, expected_size);
    assert_memory_equal(data, expected, size);
    free(data);
}

/* The second chroma sample of a black and white edge: (black + 2 white + white) / 4, all grey. */
static const char film_420[] =
    "YUV4MPEG2 W4 H2 F30000:1001 Ip A1:1 C420mpeg2 XYSCSS=420MPEG2 XCOLORRANGE=LIMITED\n"
    "FRAME\n"
    "\x10\x10\xeb\xeb\x10\x10\xeb\xeb"
    "\x80\x80"
    "\x80\x80"
    "FRAME\n"
    "\x3f\x3f\x3f\x3f\x3f\x3f\x3f\x3f"
    "\x66\x66"
    "\xf0\xf0";

static void bytes_of_420(void **state)
{
    struct work *work = *state;
    film(work, "a.y4m");
    expect_file(work, "a.y4m", film_420, sizeof(film_420) - 1);
    assert_int_equal(frames_folder_count(work->folder), 1);
    assert_int_equal(work->log.count[0] + work->log.count[1] + work->log.count[2], 0);
}

static void bytes_of_444_with_odd_size(void **state)
{
    static const char expected[] =
        "YUV4MPEG2 W3 H1 F30000:1001 Ip A1:1 C444 XYSCSS=444 XCOLORRANGE=LIMITED\n"
        "FRAME\n\x10\x10\xeb\x80\x80\x80\x80\x80\x80"
        "FRAME\n\x3f\x3f\x3f\x66\x66\x66\xf0\xf0\xf0";
    struct work *work = *state;
    work->params.width = 3;
    work->params.height = 1;
    work->output.chroma = TRL_CHROMA_444;
    film(work, "a.y4m");
    expect_file(work, "a.y4m", expected, sizeof(expected) - 1);
    assert_int_equal(work->log.count[2], 0);
}

static void odd_sizes_are_padded_and_told(void **state)
{
    struct work *work = *state;
    static const char expected[] = "YUV4MPEG2 W4 H2 ";
    size_t size;
    work->params.width = 3;
    work->params.height = 1;
    film(work, "odd.y4m");
    uint8_t *data = frames_read_file(frames_path(work->folder, "odd.y4m"), &size);
    assert_memory_equal(data, expected, sizeof(expected) - 1);
    free(data);
    assert_int_equal(work->log.count[1], 1);
    assert_non_null(strstr(work->log.text[1], "odd.y4m: 3x1 padded to 4x2"));
}

static void gaps_are_told_once(void **state)
{
    struct work *work = *state;
    assert_int_equal(create(work, "gap.y4m"), 0);
    assert_int_equal(write_frame(work, 0), 0);
    assert_int_equal(write_frame(work, 3), 0);
    assert_int_equal(write_frame(work, 9), 0);
    assert_int_equal(trl_sink_y4m.finish(work->sink), 0);
    trl_sink_y4m.destroy(&work->sink);
    assert_int_equal(work->log.count[1], 1);
    assert_non_null(strstr(work->log.text[1], "frame 1 is missing"));
}

/* Puts fd in the place of standard output; gives the old one. */
static int stdout_replace(int fd)
{
    fflush(stdout);
    const int kept = dup(STDOUT_FILENO);
    dup2(fd, STDOUT_FILENO);
    close(fd);
    return kept;
}

static void minus_is_standard_output(void **state)
{
    struct work *work = *state;
    const int kept = stdout_replace(open(frames_path(work->folder, "out"), O_CREAT | O_RDWR, 0600));
    film(work, "-");
    close(stdout_replace(kept));
    expect_file(work, "out", film_420, sizeof(film_420) - 1);
}

static void a_reader_that_left_is_an_error(void **state)
{
    struct work *work = *state;
    int ends[2];
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(ends), 0);
    const int kept = stdout_replace(ends[1]);
    const int created = create(work, "-");
    close(ends[0]);
    const int written = write_frame(work, 0);
    const int finished = trl_sink_y4m.finish(work->sink);
    trl_sink_y4m.destroy(&work->sink);
    close(stdout_replace(kept));
    assert_int_equal(created, 0);
    assert_int_equal(written, TRL_ERROR_OUTPUT);
    assert_int_equal(finished, TRL_ERROR_OUTPUT);
    assert_int_equal(work->log.count[0], 1);
    assert_non_null(strstr(work->log.text[0], "standard output: the program that read it is gone"));
}

static void without_finish_there_is_no_file(void **state)
{
    struct work *work = *state;
    assert_int_equal(create(work, "a.y4m"), 0);
    assert_int_equal(write_frame(work, 0), 0);
    assert_int_equal(frames_folder_count(work->folder), 1); /* a.y4m.part */
    assert_int_equal(access(work->output.path, F_OK), -1);
    trl_sink_y4m.destroy(&work->sink);
    assert_int_equal(frames_folder_count(work->folder), 0);
}

static void existing_files_stay(void **state)
{
    struct work *work = *state;
    film(work, "a.y4m");
    assert_int_equal(create(work, "a.y4m"), TRL_ERROR_OUTPUT);
    assert_null(work->sink);
    expect_file(work, "a.y4m", film_420, sizeof(film_420) - 1);
    work->output.overwrite = true;
    film(work, "a.y4m");
    expect_file(work, "a.y4m", film_420, sizeof(film_420) - 1);
}

static void a_full_disk_is_an_error(void **state)
{
    struct work *work = *state;
    assert_int_equal(symlink("/dev/full", frames_path(work->folder, "a.y4m.part")), 0);
    assert_int_equal(create(work, "a.y4m"), TRL_ERROR_OUTPUT);
    assert_null(work->sink);
    assert_non_null(strstr(work->log.text[0], "a.y4m: cannot be written: No space left"));
    assert_int_equal(work->log.count[0], 1);
    assert_int_equal(frames_folder_count(work->folder), 0);
}

static void a_size_limit_is_an_error(void **state)
{
    struct work *work = *state;
    struct rlimit kept, small;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &kept);
    small = kept;
    small.rlim_cur = 110; /* the header fits, and half a frame */
    assert_int_equal(create(work, "a.y4m"), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const int first = write_frame(work, 0), second = write_frame(work, 1);
    const int finished = trl_sink_y4m.finish(work->sink);
    trl_sink_y4m.destroy(&work->sink);
    setrlimit(RLIMIT_FSIZE, &kept);
    assert_int_equal(first, 0);
    assert_int_equal(second, TRL_ERROR_OUTPUT);
    assert_int_equal(finished, TRL_ERROR_OUTPUT);
    assert_int_equal(frames_folder_count(work->folder), 0);
    assert_int_equal(work->log.count[0], 1);
    assert_non_null(strstr(work->log.text[0], "File too large"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bytes_of_420, work_open, work_close),
        cmocka_unit_test_setup_teardown(bytes_of_444_with_odd_size, work_open, work_close),
        cmocka_unit_test_setup_teardown(odd_sizes_are_padded_and_told, work_open, work_close),
        cmocka_unit_test_setup_teardown(gaps_are_told_once, work_open, work_close),
        cmocka_unit_test_setup_teardown(minus_is_standard_output, work_open, work_close),
        cmocka_unit_test_setup_teardown(a_reader_that_left_is_an_error, work_open, work_close),
        cmocka_unit_test_setup_teardown(without_finish_there_is_no_file, work_open, work_close),
        cmocka_unit_test_setup_teardown(existing_files_stay, work_open, work_close),
        cmocka_unit_test_setup_teardown(a_full_disk_is_an_error, work_open, work_close),
        cmocka_unit_test_setup_teardown(a_size_limit_is_an_error, work_open, work_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
