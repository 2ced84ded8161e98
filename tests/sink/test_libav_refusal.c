/* SPDX-License-Identifier: BSD-2-Clause */
#include "film.h"
#include "frames.h"

#include <tensorreel/error.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* What a film says no to, and what is left on the disk then. */
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
    frames_fill_palette(&work->palette);
    work->params = (struct trl_sink_params){.log = work->log.log,
                                            .output = &work->output,
                                            .width = 64,
                                            .height = 48,
                                            .fps_num = 30,
                                            .fps_den = 1};
    work->output.threads = 1;
    *state = work;
    return 0;
}

static int work_close(void **state)
{
    struct work *work = *state;
    assert_int_equal(frames_alive(), 0);
    assert_int_equal(frames_folder_count(work->folder), 0);
    frames_log_close(&work->log);
    frames_folder_remove(work->folder);
    free(work);
    return 0;
}

static int create(struct work *work, const char *name)
{
    work->output.path = frames_path(work->folder, name);
    return frames_sink_create(&work->sink, &work->params);
}

/* A pseudo-random picture, of which a lossless codec saves nothing. */
static unsigned noise(int x, int y, int64_t frame)
{
    uint32_t v =
        (uint32_t)x * 2654435761u ^ (uint32_t)y * 2246822519u ^ (uint32_t)frame * 3266489917u;
    v ^= v >> 15;
    v *= 2246822519u;
    return v >> 24;
}

static struct trl_frame *make(const struct work *work, int64_t index, frames_index_fn content,
                              enum trl_pixel pixel)
{
    const struct frames_palette_options options = {
        .forms = TRL_PIXEL_BIT(pixel), .palette = &work->palette, .index = content};
    return frames_make(index, work->params.width, work->params.height, &options);
}

static int write_content(struct work *work, int64_t index, frames_index_fn content)
{
    struct trl_frame *frame =
        make(work, index, content, work->sink->impl->pixel(&work->output, false));
    const int error = work->sink->impl->write(work->sink, frame);
    trl_frame_unref(frame);
    return error;
}

static void destroy(struct work *work)
{
    work->sink->impl->destroy(&work->sink);
    assert_null(work->sink);
}

static void without_finish_there_is_no_file(void **state)
{
    struct work *work = *state;
    static const char *const names[] = {"a.mp4", "b.mkv"};
    for (int i = 0; i < 2; i++) {
        work->output.lossless = i; /* FFV1 keeps a frame in hand */
        assert_int_equal(create(work, names[i]), 0);
        for (int k = 0; k < 30; k++)
            assert_int_equal(write_content(work, k, frames_smooth), 0);
        assert_int_equal(frames_folder_count(work->folder), 1);
        assert_int_equal(access(work->output.path, F_OK), -1);
        destroy(work);
        assert_int_equal(frames_folder_count(work->folder), 0);
        assert_int_equal(frames_alive(), 0);
    }
}

static void a_film_without_frames_is_no_file(void **state)
{
    struct work *work = *state;
    assert_int_equal(create(work, "empty.mp4"), 0);
    assert_int_equal(work->sink->impl->finish(work->sink), 0);
    destroy(work);
    assert_int_equal(work->log.count[1], 1);
    assert_non_null(strstr(work->log.text[1], "empty.mp4: no frames"));
}

struct refusal {
    const char *name;
    struct trl_output_params output;
    int error;
    const char *said;
};

static void settings_are_refused_by_name(void **state)
{
    struct work *work = *state;
    static const struct refusal refusals[] = {
        {"a.mp4", {.codec = "h26x"}, TRL_ERROR_UNSUPPORTED, "codec h26x"},
        {"a.mp4", {.codec = "h26x"}, TRL_ERROR_UNSUPPORTED, "h264 (libx264)"},
        {"a.mp4", {.codec = "aac"}, TRL_ERROR_UNSUPPORTED, "codec aac"},
        {"a.mp4", {.codec = ""}, TRL_ERROR_UNSUPPORTED, "no such encoder"},
        {"a.webm", {.codec = "h264"}, TRL_ERROR_USAGE, "webm files do not hold h264"},
        {"a.mp4", {.codec = "ffv1"}, TRL_ERROR_USAGE, "mp4 files do not hold ffv1"},
        {"a.mp4", {.preset = "quickest"}, TRL_ERROR_USAGE, "preset quickest"},
        {"a.mp4", {.preset = "fas"}, TRL_ERROR_USAGE, "veryslow"},
        {"a.mp4", {.preset = "fast slow"}, TRL_ERROR_USAGE, "preset"},
        {"a.mp4", {.preset = ""}, TRL_ERROR_USAGE, "preset"},
        {"a.mp4", {.crf = 52}, TRL_ERROR_USAGE, "libx264 takes 1 to 51"},
        {"a.mp4", {.crf = -3}, TRL_ERROR_USAGE, "crf -3"},
        {"a.mp4", {.threads = -1}, TRL_ERROR_USAGE, "-1 threads"},
        {"a.mkv", {.codec = "ffv1", .crf = 20}, TRL_ERROR_USAGE, "lossless and has none"},
        {"a.mkv", {.codec = "ffv1", .preset = "slow"}, TRL_ERROR_USAGE, "no presets"},
        {"a.mkv", {.codec = "mpeg4", .preset = "slow"}, TRL_ERROR_USAGE, "no option preset"},
        {"a.mkv", {.codec = "mpeg4", .lossless = true}, TRL_ERROR_USAGE, "lossless"},
        {"a.mkv", {.codec = "mpeg4", .chroma = TRL_CHROMA_444}, TRL_ERROR_UNSUPPORTED, "4:4:4"},
        {"no/a.mp4", {.codec = "h264"}, TRL_ERROR_OUTPUT, "there is no folder"},
    };
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct frames_log log;
        frames_log_open(&log);
        work->params.log = log.log;
        work->output = refusals[i].output;
        assert_int_equal(create(work, refusals[i].name), refusals[i].error);
        assert_null(work->sink);
        assert_int_equal(log.count[0], 1);
        assert_non_null(strstr(log.text[0], refusals[i].said));
        assert_non_null(strstr(log.text[0], refusals[i].name));
        assert_int_equal(frames_folder_count(work->folder), 0);
        frames_log_close(&log);
    }
}

static void too_large_pictures_are_refused(void **state)
{
    struct work *work = *state;
    work->params.width = 16386;
    assert_int_equal(create(work, "wide.mp4"), TRL_ERROR_UNSUPPORTED);
    assert_non_null(strstr(work->log.text[0], "16386x48: libx264 takes at most 16384x16384"));
    work->params.width = 70000;
    work->output.codec = "mpeg4"; /* says so itself */
    assert_int_equal(create(work, "wide.mp4"), TRL_ERROR_OUTPUT);
    assert_non_null(strstr(work->log.text[0], "mpeg4 refuses 70000x48"));
    assert_int_equal(work->log.count[0], 2);
}

static void wrong_frames_are_refused(void **state)
{
    struct work *work = *state;
    assert_int_equal(create(work, "a.mp4"), 0);
    assert_int_equal(write_content(work, 4, frames_smooth), 0);
    assert_int_equal(write_content(work, 4, frames_smooth), TRL_ERROR_INTERNAL);
    struct trl_frame *frame = make(work, 5, frames_smooth, TRL_PIXEL_RGB24);
    assert_int_equal(work->sink->impl->write(work->sink, frame), TRL_ERROR_INTERNAL);
    trl_frame_unref(frame);
    assert_int_equal(work->log.count[0], 2);
    destroy(work);
}

static void existing_files_stay(void **state)
{
    struct work *work = *state;
    struct film film;
    FILE *file = fopen(frames_path(work->folder, "a.mp4"), "w");
    fclose(file);
    assert_int_equal(create(work, "a.mp4"), TRL_ERROR_OUTPUT);
    assert_non_null(strstr(work->log.text[0], "a.mp4: exists already"));
    work->output.overwrite = true;
    assert_int_equal(create(work, "a.mp4"), 0);
    assert_int_equal(write_content(work, 0, frames_smooth), 0);
    assert_int_equal(work->sink->impl->finish(work->sink), 0);
    destroy(work);
    film_open(&film, work->output.path, 30, 1);
    assert_int_equal(film.frame_count, 1);
    film_close(&film);
    unlink(work->output.path);
}

static void a_full_disk_is_said_once(void **state)
{
    struct work *work = *state;
    assert_int_equal(symlink("/dev/full", frames_path(work->folder, "full.mkv.part")), 0);
    int error = create(work, "full.mkv");
    if (!error)
        error = write_content(work, 0, noise);
    if (!error)
        error = work->sink->impl->finish(work->sink);
    assert_int_equal(error, TRL_ERROR_OUTPUT);
    if (work->sink)
        destroy(work);
    assert_int_equal(work->log.count[0], 1);
    assert_non_null(strstr(work->log.text[0], "full.mkv: cannot be written: No space left"));
}

static void after_a_failed_write_all_calls_fail(void **state)
{
    struct work *work = *state;
    struct rlimit kept, small;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &kept);
    small = kept;
    small.rlim_cur = 300000; /* more than the output's buffer, less than ten frames */
    work->params.width = 320;
    work->params.height = 240;
    work->output.lossless = true;
    assert_int_equal(create(work, "full.mkv"), 0);
    setrlimit(RLIMIT_FSIZE, &small);
    int error = 0;
    for (int i = 0; i < 20 && !error; i++)
        error = write_content(work, i, noise);
    const int again = write_content(work, 30, noise);
    const int finished = work->sink->impl->finish(work->sink);
    setrlimit(RLIMIT_FSIZE, &kept);
    destroy(work);
    assert_int_equal(error, TRL_ERROR_OUTPUT);
    assert_int_equal(again, TRL_ERROR_OUTPUT);
    assert_int_equal(finished, TRL_ERROR_OUTPUT);
    assert_int_equal(work->log.count[0], 1);
    assert_non_null(strstr(work->log.text[0], "full.mkv: cannot be written: File too large"));
}

/* Films eight frames where files may have so many bytes; the result of the first call to fail. */
static int film_within(struct work *work, const char *name, uint64_t bytes)
{
    struct rlimit kept, small;
    getrlimit(RLIMIT_FSIZE, &kept);
    small = kept;
    small.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &small);
    int error = create(work, name);
    for (int i = 0; i < 8 && !error; i++)
        error = write_content(work, i, noise);
    if (!error)
        error = work->sink->impl->finish(work->sink);
    if (work->sink)
        destroy(work);
    setrlimit(RLIMIT_FSIZE, &kept);
    return error;
}

/* Wherever the bytes run out - frames, index, its move to the front - there is a whole film or
 * none, and a message. */
static void every_limit_gives_all_or_nothing(void **state)
{
    struct work *work = *state;
    static const char *const names[] = {"a.mp4", "a.mkv"};
    signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < 2; i++) {
        work->output.overwrite = true;
        assert_int_equal(film_within(work, names[i], 1 << 20), 0);
        size_t size;
        free(frames_read_file(work->output.path, &size));
        assert_true(size > 2000);
        unlink(work->output.path);
        for (int part = 0; part < 12; part++) {
            struct frames_log log;
            frames_log_open(&log);
            work->params.log = log.log;
            /* The last one lacks a single byte. */
            const uint64_t bytes = part < 11 ? size * (size_t)part / 11 : size - 1;
            assert_int_equal(film_within(work, names[i], bytes), TRL_ERROR_OUTPUT);
            assert_int_equal(frames_folder_count(work->folder), 0);
            assert_int_equal(log.count[0], 1);
            assert_non_null(strstr(log.text[0], "cannot be written: File too large"));
            frames_log_close(&log);
        }
        work->params.log = work->log.log;
        assert_int_equal(film_within(work, names[i], size), 0);
        unlink(work->output.path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_finish_there_is_no_file, work_open, work_close),
        cmocka_unit_test_setup_teardown(a_film_without_frames_is_no_file, work_open, work_close),
        cmocka_unit_test_setup_teardown(settings_are_refused_by_name, work_open, work_close),
        cmocka_unit_test_setup_teardown(too_large_pictures_are_refused, work_open, work_close),
        cmocka_unit_test_setup_teardown(wrong_frames_are_refused, work_open, work_close),
        cmocka_unit_test_setup_teardown(existing_files_stay, work_open, work_close),
        cmocka_unit_test_setup_teardown(a_full_disk_is_said_once, work_open, work_close),
        cmocka_unit_test_setup_teardown(after_a_failed_write_all_calls_fail, work_open, work_close),
        cmocka_unit_test_setup_teardown(every_limit_gives_all_or_nothing, work_open, work_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
