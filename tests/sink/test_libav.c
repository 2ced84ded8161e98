/* SPDX-License-Identifier: BSD-2-Clause */
#include "film.h"
#include "frames.h"

#include <tensorreel/error.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <fcntl.h>
#include <libavutil/crc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Quantiser 18 leaves errors of about one code value on smooth pictures, 48 dB or more. A wrong
 * plane, matrix, range or time gives less than 25 dB, so that 42 dB tells the two apart whatever
 * the version of the encoder.
 */
static const double psnr_bound = 42;

enum { PROFILE_HIGH = 100 }; /* profile_idc; libav's name for it depends on its version */

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
                                            .width = 320,
                                            .height = 180,
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

static struct trl_frame *make(const struct work *work, int64_t index, unsigned forms)
{
    const struct frames_palette_options options = {
        .forms = forms, .palette = &work->palette, .index = frames_smooth};
    return frames_make(index, work->params.width, work->params.height, &options);
}

static void create(struct work *work, const char *name)
{
    work->output.path = frames_path(work->folder, name);
    assert_int_equal(frames_sink_create(&work->sink, &work->params), 0);
}

static enum trl_pixel form(const struct work *work)
{
    return work->sink->impl->pixel(&work->output, false);
}

static void write_frame(struct work *work, int64_t index)
{
    struct trl_frame *frame = make(work, index, TRL_PIXEL_BIT(form(work)));
    assert_int_equal(work->sink->impl->write(work->sink, frame), 0);
    trl_frame_unref(frame);
}

static void finish(struct work *work)
{
    assert_int_equal(work->sink->impl->finish(work->sink), 0);
    work->sink->impl->destroy(&work->sink);
    assert_null(work->sink);
}

static double plane_error(const AVFrame *decoded, const struct trl_frame *frame,
                          enum trl_pixel pixel, int plane, double *samples)
{
    const struct trl_image_layout *layout = &frame->layout[pixel];
    const bool halved = pixel == TRL_PIXEL_I420 && plane;
    const int width = layout->width / (halved ? 2 : 1);
    double sum = 0;
    for (int y = 0; y < trl_image_plane_rows(layout, plane); y++) {
        const uint8_t *a = decoded->data[plane] + (ptrdiff_t)y * decoded->linesize[plane];
        const uint8_t *b = trl_frame_plane(frame, pixel, plane) + (size_t)y * layout->stride[plane];
        for (int x = 0; x < width; x++)
            sum += (a[x] - b[x]) * (a[x] - b[x]);
        *samples += width;
    }
    return sum;
}

/* Of one decoded frame against what went into the encoder; 99 if equal. */
static double psnr(const struct work *work, const AVFrame *decoded, int64_t index,
                   enum trl_pixel pixel)
{
    struct trl_frame *frame = make(work, index, TRL_PIXEL_BIT(pixel));
    double sum = 0, samples = 0;
    for (int plane = 0; plane < 3; plane++)
        sum += plane_error(decoded, frame, pixel, plane, &samples);
    trl_frame_unref(frame);
    return sum > 0 ? 10 * log10(255.0 * 255.0 * samples / sum) : 99;
}

/* What the process prints meanwhile goes into a file, whose size is returned. */
static int silence_begin(const struct work *work)
{
    fflush(NULL);
    const int kept = dup(STDERR_FILENO);
    const int file = open(frames_path(work->folder, "printed"), O_CREAT | O_RDWR | O_TRUNC, 0600);
    assert_true(kept >= 0 && file >= 0);
    dup2(file, STDERR_FILENO);
    close(file);
    return kept;
}

static int silence_end(const struct work *work, int kept)
{
    struct stat info;
    fflush(NULL);
    dup2(kept, STDERR_FILENO);
    close(kept);
    assert_int_equal(stat(frames_path(work->folder, "printed"), &info), 0);
    unlink(frames_path(work->folder, "printed"));
    return (int)info.st_size;
}

/* Offsets of the top-level boxes of an MP4 file. */
static size_t box_find(const uint8_t *data, size_t size, const char *type)
{
    size_t at = 0;
    while (at + 8 <= size) {
        const size_t length = (size_t)data[at] << 24 | (size_t)data[at + 1] << 16 |
                              (size_t)data[at + 2] << 8 | data[at + 3];
        if (!memcmp(data + at + 4, type, 4))
            return at;
        assert_true(length >= 8);
        at += length;
    }
    fail_msg("no %s box", type);
    return 0;
}

static void mp4_index_is_in_front(const char *path)
{
    size_t size;
    uint8_t *data = frames_read_file(path, &size);
    assert_non_null(data);
    const size_t moov = box_find(data, size, "moov"), mdat = box_find(data, size, "mdat");
    assert_true(moov < mdat);
    /* Not only in the elementary stream: the container's own colour box, and its text. */
    const uint8_t *colr = memmem(data + moov, mdat - moov, "colrnclx", 8);
    assert_non_null(colr);
    assert_memory_equal(colr + 8, "\0\1\0\1\0\1\0", 7); /* 709, 709, 709, limited */
    free(data);
}

static const char *metadata(const struct film *film, const char *key)
{
    const AVDictionaryEntry *entry = av_dict_get(film->format->metadata, key, NULL, 0);
    return entry ? entry->value : "";
}

static void mp4_is_as_described(void **state)
{
    struct work *work = *state;
    struct film film;
    work->output.title = "Wave in a box";
    work->output.comment = "dt = 0.1 ms; 3 dropped \xc2\xb5";
    const int kept = silence_begin(work);
    create(work, "film.mp4");
    assert_int_equal(form(work), TRL_PIXEL_I420);
    for (int i = 0; i < 60; i++) {
        write_frame(work, i < 20 ? i : i + 3); /* three are dropped */
        assert_int_equal(frames_alive(), 0);   /* x264 has copied it: the slot is free again */
        assert_int_equal(access(work->output.path, F_OK), -1);
    }
    finish(work);
    assert_int_equal(silence_end(work, kept), 0);
    assert_int_equal(frames_folder_count(work->folder), 1);
    mp4_index_is_in_front(work->output.path);

    film_open(&film, work->output.path, 30, 1);
    assert_int_equal(film.frame_count, 60);
    assert_int_equal(film.end, 63);
    for (int i = 0; i < 60; i++) {
        assert_int_equal(film.pts[i], i < 20 ? i : i + 3);
        assert_int_equal(film.frames[i]->width, 320);
        assert_int_equal(film.frames[i]->height, 180);
        assert_true(psnr(work, film.frames[i], film.pts[i], TRL_PIXEL_I420) > psnr_bound);
    }
    assert_int_equal(film.decoder->codec_id, AV_CODEC_ID_H264);
    assert_int_equal(film.decoder->profile, PROFILE_HIGH);
    assert_int_equal(film.frames[0]->format, AV_PIX_FMT_YUV420P);
    assert_int_equal(film.frames[0]->color_primaries, AVCOL_PRI_BT709);
    assert_int_equal(film.frames[0]->color_trc, AVCOL_TRC_BT709);
    assert_int_equal(film.frames[0]->colorspace, AVCOL_SPC_BT709);
    assert_int_equal(film.frames[0]->color_range, AVCOL_RANGE_MPEG);
    assert_int_equal(film.frames[0]->chroma_location, AVCHROMA_LOC_LEFT);
    assert_string_equal(metadata(&film, "title"), work->output.title);
    assert_string_equal(metadata(&film, "comment"), work->output.comment);
    film_close(&film);
    assert_int_equal(work->log.count[0] + work->log.count[1], 0);
}

/* The last frame is shown for one frame's time, though a gap came before it. */
static void the_last_frame_has_its_duration(void **state)
{
    struct work *work = *state;
    struct film film;
    work->output.preset = "ultrafast";
    create(work, "end.mp4");
    write_frame(work, 0);
    write_frame(work, 1);
    write_frame(work, 6);
    finish(work);
    film_open(&film, work->output.path, 30, 1);
    assert_int_equal(film.frame_count, 3);
    assert_int_equal(film.pts[2], 6);
    assert_int_equal(film.end, 7);
    film_close(&film);
}

/* With this preset nothing comes out before some forty frames are in. */
static void frames_in_the_encoder_are_not_lost(void **state)
{
    struct work *work = *state;
    struct film film;
    work->params.width = 64;
    work->params.height = 48;
    work->output.preset = "medium";
    for (int count = 1; count <= 50; count += 7) {
        work->output.overwrite = true;
        create(work, "late.mkv");
        for (int i = 0; i < count; i++)
            write_frame(work, 2 * i);
        finish(work);
        film_open(&film, work->output.path, 30, 1);
        assert_int_equal(film.decoder->codec_id, AV_CODEC_ID_H264);
        assert_int_equal(film.frame_count, count);
        for (int i = 0; i < count; i++)
            assert_int_equal(film.pts[i], 2 * i);
        film_close(&film);
    }
}

static void odd_sizes_are_padded_and_told(void **state)
{
    struct work *work = *state;
    struct film film;
    work->params.width = 161;
    work->params.height = 91;
    work->params.fps_num = 30000;
    work->params.fps_den = 1001;
    create(work, "odd.mov");
    for (int i = 0; i < 5; i++)
        write_frame(work, i);
    finish(work);
    film_open(&film, work->output.path, 30000, 1001);
    assert_int_equal(film.frame_count, 5);
    assert_int_equal(film.pts[4], 4);
    assert_int_equal(film.frames[0]->width, 162);
    assert_int_equal(film.frames[0]->height, 92);
    assert_true(psnr(work, film.frames[4], 4, TRL_PIXEL_I420) > psnr_bound);
    film_close(&film);
    assert_int_equal(work->log.count[1], 1);
    assert_non_null(
        strstr(work->log.text[1], "odd.mov: 161x91 padded to 162x92 for 4:2:0 (edge repeated)"));
}

static void chroma_444_keeps_odd_sizes(void **state)
{
    struct work *work = *state;
    struct film film;
    work->params.width = 161;
    work->params.height = 91;
    work->output.chroma = TRL_CHROMA_444;
    work->output.preset = "ultrafast";
    work->output.threads = 1;
    create(work, "full.mp4");
    assert_int_equal(form(work), TRL_PIXEL_I444);
    for (int i = 0; i < 5; i++)
        write_frame(work, i);
    finish(work);
    film_open(&film, work->output.path, 30, 1);
    assert_int_equal(film.frame_count, 5);
    assert_int_equal(film.frames[0]->format, AV_PIX_FMT_YUV444P);
    assert_int_equal(film.frames[0]->width, 161);
    assert_int_equal(film.frames[0]->height, 91);
    assert_int_equal(film.frames[0]->colorspace, AVCOL_SPC_BT709);
    assert_true(psnr(work, film.frames[4], 4, TRL_PIXEL_I444) > psnr_bound);
    film_close(&film);
}

/* FFV1 ends a slice with its size (3 bytes), a status and a checksum, over which with all before it
 * the remainder is zero. */
static void last_slice_has_a_checksum(const struct work *work)
{
    AVFormatContext *format = NULL;
    AVPacket *packet = av_packet_alloc();
    assert_int_equal(avformat_open_input(&format, work->output.path, NULL, NULL), 0);
    assert_int_equal(av_read_frame(format, packet), 0);
    const uint8_t *end = packet->data + packet->size;
    const size_t size = (size_t)(end[-8] << 16 | end[-7] << 8 | end[-6]) + 8;
    assert_true(size > 8 && size <= (size_t)packet->size);
    assert_int_equal(av_crc(av_crc_get_table(AV_CRC_32_IEEE), 0, end - size, size), 0);
    av_packet_free(&packet);
    avformat_close_input(&format);
}

static void lossless_mkv_is_ffv1_to_the_bit(void **state)
{
    struct work *work = *state;
    struct film film;
    work->params.width = 161;
    work->params.height = 91;
    work->output.lossless = true;
    work->output.title = "exact";
    const int kept = silence_begin(work);
    create(work, "exact.mkv");
    assert_int_equal(form(work), TRL_PIXEL_BGR0);
    for (int i = 0; i < 6; i++)
        write_frame(work, 2 * i);
    finish(work);
    assert_int_equal(silence_end(work, kept), 0);
    last_slice_has_a_checksum(work);

    film_open(&film, work->output.path, 30, 1);
    assert_int_equal(film.decoder->codec_id, AV_CODEC_ID_FFV1);
    assert_int_equal(film.frame_count, 6);
    assert_string_equal(metadata(&film, "title"), "exact");
    for (int i = 0; i < 6; i++) {
        struct trl_frame *frame = make(work, 2 * i, TRL_PIXEL_BIT(TRL_PIXEL_BGR0));
        assert_int_equal(film.pts[i], 2 * i);
        assert_int_equal(film.frames[i]->format, AV_PIX_FMT_BGR0);
        assert_int_equal(film.frames[i]->pict_type, AV_PICTURE_TYPE_I);
        for (int y = 0; y < 91; y++) {
            const uint8_t *a = film.frames[i]->data[0] + (ptrdiff_t)y * film.frames[i]->linesize[0];
            const uint8_t *b = trl_frame_plane(frame, TRL_PIXEL_BGR0, 0) +
                               (size_t)y * frame->layout[TRL_PIXEL_BGR0].stride[0];
            for (int x = 0; x < 161; x++)
                assert_memory_equal(a + 4 * x, b + 4 * x, 3);
        }
        trl_frame_unref(frame);
    }
    film_close(&film);
}

static void lossless_h264_is_exact_and_warned_of(void **state)
{
    struct work *work = *state;
    struct film film;
    work->output.lossless = true;
    create(work, "exact.mp4");
    for (int i = 0; i < 5; i++)
        write_frame(work, i);
    finish(work);
    film_open(&film, work->output.path, 30, 1);
    assert_int_equal(film.frame_count, 5);
    for (int i = 0; i < 5; i++)
        assert_true(psnr(work, film.frames[i], i, TRL_PIXEL_I420) == 99);
    film_close(&film);
    assert_non_null(strstr(work->log.text[2], "browsers"));
}

static void film_with(struct work *work, const char *codec, const char *name, enum AVCodecID id,
                      enum trl_pixel pixel)
{
    struct film film;
    if (codec && !avcodec_find_encoder(id)) {
        print_message("no encoder for %s: skipped\n", codec);
        return;
    }
    work->output.codec = codec;
    create(work, name);
    assert_int_equal(form(work), pixel);
    for (int i = 0; i < 12; i++)
        write_frame(work, i);
    finish(work);
    film_open(&film, work->output.path, 30, 1);
    assert_int_equal(film.decoder->codec_id, id);
    assert_int_equal(film.frame_count, 12);
    assert_int_equal(film.pts[11], 11);
    if (pixel == TRL_PIXEL_I420)
        assert_true(psnr(work, film.frames[11], 11, pixel) > 38); /* quantisers differ by codec */
    film_close(&film);
}

static void other_codecs_work(void **state)
{
    struct work *work = *state;
    work->output.threads = 1;
    const int kept = silence_begin(work);
    film_with(work, "hevc", "hevc.mp4", AV_CODEC_ID_HEVC, TRL_PIXEL_I420);
    film_with(work, "vp9", "vp9.webm", AV_CODEC_ID_VP9, TRL_PIXEL_I420);
    film_with(work, "ffv1", "ffv1.mkv", AV_CODEC_ID_FFV1, TRL_PIXEL_BGR0);
    film_with(work, "mpeg4", "mpeg4.mkv", AV_CODEC_ID_MPEG4, TRL_PIXEL_I420);
    film_with(work, "libx264rgb", "rgb.mkv", AV_CODEC_ID_H264, TRL_PIXEL_BGR0);
    assert_int_equal(silence_end(work, kept), 0);
    /* SVT-AV1 writes about itself to standard error, with no way to stop it but the environment. */
    const int kept_again = silence_begin(work);
    film_with(work, "av1", "av1.mp4", AV_CODEC_ID_AV1, TRL_PIXEL_I420);
    silence_end(work, kept_again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(mp4_is_as_described, work_open, work_close),
        cmocka_unit_test_setup_teardown(the_last_frame_has_its_duration, work_open, work_close),
        cmocka_unit_test_setup_teardown(frames_in_the_encoder_are_not_lost, work_open, work_close),
        cmocka_unit_test_setup_teardown(odd_sizes_are_padded_and_told, work_open, work_close),
        cmocka_unit_test_setup_teardown(chroma_444_keeps_odd_sizes, work_open, work_close),
        cmocka_unit_test_setup_teardown(lossless_mkv_is_ffv1_to_the_bit, work_open, work_close),
        cmocka_unit_test_setup_teardown(lossless_h264_is_exact_and_warned_of, work_open,
                                        work_close),
        cmocka_unit_test_setup_teardown(other_codecs_work, work_open, work_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
