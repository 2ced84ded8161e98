/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "../sink/film.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* From the tensor to the file and back. The reference is made here from the palette: the values are
 * such that the place on the map is known without the program. */

enum { SIDE = 32, FRAMES = 12 };

/* Place n of the map is [n / 256, (n + 1) / 256): its middle cannot be mistaken. */
static int place_of(int x, int y, int frame)
{
    return (3 * x + 2 * y + 5 * frame) % 256;
}

static struct trl_stream_params ramp_params(const struct trl_output_params *outputs, int count)
{
    return (struct trl_stream_params){
        .log = gpu.log,
        .view = {.cmap = "viridis", .vmin_set = true, .vmax_set = true, .vmax = 1, .scale = 1},
        .outputs = outputs,
        .output_count = count,
        .fps_num = 25,
        .fps_den = 1,
    };
}

static int push_ramp(struct trl_stream *stream, int frame)
{
    float values[SIDE * SIDE];
    struct trl_layout layout;
    for (int n = 0; n < SIDE * SIDE; n++)
        values[n] = ((float)place_of(n % SIDE, n / SIDE, frame) + 0.5f) / 256.0f;
    trl_layout_dense(&layout, TRL_DTYPE_F32, 2, (int64_t[]){SIDE, SIDE}, false);
    return trl_stream_push(stream, &layout, values, sizeof(values));
}

/* BT.709, limited range, in double. */
static double luma(const uint8_t *rgb)
{
    return 16 + 219 * (0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]) / 255;
}

static void check_lossy_frame(const AVFrame *frame, int number)
{
    uint8_t table[256][3];
    double sum = 0;
    trl_cmap_table("viridis", table);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const double error =
                frame->data[0][y * frame->linesize[0] + x] - luma(table[place_of(x, y, number)]);
            sum += error * error;
        }
    const double psnr = 10 * log10(255 * 255 / (sum / (SIDE * SIDE) + 1e-9));
    /* CRF 1 quantises so finely that little but rounding is lost. */
    if (psnr < 45)
        fail_msg("frame %d: %.1f dB", number, psnr);
}

static void an_mp4_holds_the_frames_at_their_times(void **state)
{
    (void)state;
    char *folder = folder_make();
    char path[512];
    snprintf(path, sizeof(path), "%s/film.mp4", folder);
    const struct trl_output_params output = {.path = path, .crf = 1, .preset = "ultrafast"};
    const struct trl_stream_params params = ramp_params(&output, 1);
    struct trl_stream *stream = stream_open(&params, false);
    for (int n = 0; n < FRAMES; n++)
        assert_int_equal(push_ramp(stream, n), 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    trl_stream_destroy(&stream);

    struct film film;
    film_open(&film, path, 25, 1);
    const AVCodecParameters *codec = film.format->streams[0]->codecpar;
    assert_int_equal(codec->width, SIDE);
    assert_int_equal(codec->height, SIDE);
    assert_int_equal(codec->color_space, AVCOL_SPC_BT709);
    assert_int_equal(codec->color_primaries, AVCOL_PRI_BT709);
    assert_int_equal(codec->color_range, AVCOL_RANGE_MPEG);
    assert_int_equal(film.frame_count, FRAMES);
    assert_int_equal(film.end, FRAMES);
    for (int n = 0; n < FRAMES; n++) {
        assert_int_equal(film.pts[n], n);
        check_lossy_frame(film.frames[n], n);
    }
    film_close(&film);
    folder_remove(folder);
}

/* The numbers of the frames that were kept, in a manifest. */
static int manifest_indices(const char *path, int64_t *indices, char hashes[][65])
{
    char *text = file_read(path);
    assert_non_null(text);
    int count = 0;
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n"));) {
        if (line[0] != '0' || count == FRAMES)
            continue;
        indices[count] = strtoll(strchr(line, ',') + 1, NULL, 10);
        snprintf(hashes[count], 65, "%s", strrchr(line, ' ') + 1);
        count++;
    }
    free(text);
    return count;
}

static void dropped_frames_leave_gaps_in_time(void **state)
{
    (void)state;
    char *folder = folder_make();
    char paths[2][512];
    snprintf(paths[0], sizeof(paths[0]), "%s/film.mp4", folder);
    snprintf(paths[1], sizeof(paths[1]), "%s/film.framehash", folder);
    const struct trl_output_params outputs[] = {{.path = paths[0], .crf = 1, .preset = "ultrafast"},
                                                {.path = paths[1]}};
    struct trl_stream_params params = ramp_params(outputs, 2);
    params.on_full = TRL_ON_FULL_DROP_NEWEST;
    struct trl_stream *stream = stream_open(&params, false);
    int64_t kept[FRAMES], kept_count = 0;
    struct trl_slot *taken[TRL_RING_SLOTS];
    for (int n = 0; n < FRAMES; n++) {
        /* Frames 4 to 6 find every slot taken. */
        int count = 0;
        if (n >= 4 && n <= 6)
            while (count < TRL_RING_SLOTS)
                if (trl_ring_acquire(stream->ring, true, &taken[count]) == 0)
                    count++;
        assert_int_equal(push_ramp(stream, n), 0);
        while (count)
            trl_ring_abandon(stream->ring, taken[--count]);
        /* The others find one free. */
        if (trl_ring_acquire(stream->ring, true, &taken[0]) == 0)
            trl_ring_abandon(stream->ring, taken[0]);
        if (n < 4 || n > 6)
            kept[kept_count++] = n;
    }
    assert_int_equal(trl_stream_finish(stream), 0);
    assert_int_equal(stats_of(stream).dropped, 3);
    trl_stream_destroy(&stream);

    int64_t indices[FRAMES];
    char hashes[FRAMES][65];
    assert_int_equal(manifest_indices(paths[1], indices, hashes), kept_count);
    struct film film;
    film_open(&film, paths[0], 25, 1);
    assert_int_equal(film.frame_count, kept_count);
    for (int64_t n = 0; n < kept_count; n++) {
        assert_int_equal(indices[n], kept[n]);
        assert_int_equal(film.pts[n], kept[n]);
        check_lossy_frame(film.frames[n], (int)kept[n]);
    }
    assert_int_equal(film.end, FRAMES);
    film_close(&film);
    folder_remove(folder);
}

/* R G B of a lossless frame, whichever of FFV1's forms it has. */
static void check_lossless_frame(const AVFrame *frame, int number)
{
    uint8_t table[256][3];
    trl_cmap_table("viridis", table);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const uint8_t *rgb = table[place_of(x, y, number)];
            const uint8_t *packed = frame->data[0] + y * frame->linesize[0] + 4 * x;
            switch (frame->format) {
            case AV_PIX_FMT_BGR0:
                assert_true(packed[2] == rgb[0] && packed[1] == rgb[1] && packed[0] == rgb[2]);
                break;
            case AV_PIX_FMT_GBRP:
                assert_true(frame->data[2][y * frame->linesize[2] + x] == rgb[0] &&
                            frame->data[0][y * frame->linesize[0] + x] == rgb[1] &&
                            frame->data[1][y * frame->linesize[1] + x] == rgb[2]);
                break;
            case AV_PIX_FMT_PAL8: {
                const uint8_t *entry =
                    frame->data[1] + 4 * frame->data[0][y * frame->linesize[0] + x];
                assert_true(entry[2] == rgb[0] && entry[1] == rgb[1] && entry[0] == rgb[2]);
                break;
            }
            case AV_PIX_FMT_RGB24:
                assert_memory_equal(frame->data[0] + y * frame->linesize[0] + 3 * x, rgb, 3);
                break;
            default:
                fail_msg("pixel format %d", frame->format);
            }
        }
}

static void lossless_files_hold_the_colours_of_the_map(void **state)
{
    (void)state;
    char *folder = folder_make();
    char paths[2][512];
    snprintf(paths[0], sizeof(paths[0]), "%s/film.mkv", folder);
    snprintf(paths[1], sizeof(paths[1]), "%s/film-%%03d.png", folder);
    const struct trl_output_params outputs[] = {{.path = paths[0], .lossless = true},
                                                {.path = paths[1]}};
    const struct trl_stream_params params = ramp_params(outputs, 2);
    struct trl_stream *stream = stream_open(&params, false);
    for (int n = 0; n < FRAMES; n++)
        assert_int_equal(push_ramp(stream, n), 0);
    assert_int_equal(trl_stream_finish(stream), 0);
    trl_stream_destroy(&stream);

    struct film film;
    film_open(&film, paths[0], 25, 1);
    assert_int_equal(film.frame_count, FRAMES);
    for (int n = 0; n < FRAMES; n++) {
        assert_int_equal(film.pts[n], n);
        check_lossless_frame(film.frames[n], n);
    }
    film_close(&film);
    for (int n = 0; n < FRAMES; n++) {
        char name[32];
        snprintf(name, sizeof(name), "film-%03d.png", n);
        film_open(&film, path_in(folder, name), 25, 1);
        assert_int_equal(film.frame_count, 1);
        check_lossless_frame(film.frames[0], n);
        film_close(&film);
    }
    folder_remove(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_begin, test_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_mp4_holds_the_frames_at_their_times),
        TEST(dropped_frames_leave_gaps_in_time),
        TEST(lossless_files_hold_the_colours_of_the_map),
    };
    return cmocka_run_group_tests_name("encode", tests, gpu_open, gpu_close);
}
