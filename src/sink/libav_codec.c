/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "sink/libav.h"
#include "sink/name.h"

#include <libavutil/error.h>
#include <libavutil/opt.h>
#include <stdio.h>
#include <string.h>

enum { CRF_DEFAULT = 18 };

/* Encoders whose options are known. Options are written key=value;key=value. */
struct known_encoder {
    const char *codec; /* FFmpeg's name of the format, chosen for this encoder */
    const char *name;
    const char *options;
    const char *preset;   /* NULL: it has no presets */
    const char *presets;  /* all of them; NULL: any that the encoder takes */
    int crf_max;          /* 0: it has no such quality */
    int size_max;         /* of width and height; 0: it says itself */
    const char *lossless; /* options for it; "" if it is always; NULL: it cannot */
};

static const char x26x_presets[] =
    "ultrafast superfast veryfast faster fast medium slow slower veryslow placebo";

static const struct known_encoder known_encoders[] = {
    {
        .codec = "h264",
        .name = "libx264",
        .options = "",
        .preset = "veryfast",
        .presets = x26x_presets,
        .crf_max = 51,
        .size_max = 16384,
        .lossless = "qp=0",
    },
    {
        .name = "libx264rgb",
        .options = "",
        .preset = "veryfast",
        .presets = x26x_presets,
        .crf_max = 51,
        .size_max = 16384,
        .lossless = "qp=0",
    },
    {
        .codec = "hevc",
        .name = "libx265",
        .options = "x265-params=log-level=none",
        .preset = "veryfast",
        .presets = x26x_presets,
        .crf_max = 51,
        .lossless = "x265-params=log-level=none:lossless=1",
    },
    {
        .codec = "av1",
        .name = "libsvtav1",
        .options = "",
        .preset = "8",
        .crf_max = 63,
    },
    {
        .codec = "vp9",
        .name = "libvpx-vp9",
        .options = "deadline=good;cpu-used=4;row-mt=1;b=0",
        .crf_max = 63,
        .lossless = "lossless=1",
    },
    {
        .codec = "ffv1",
        .name = "ffv1",
        .options = "level=3;slicecrc=1;g=1",
        .lossless = "",
    },
};

enum { KNOWN_COUNT = sizeof(known_encoders) / sizeof(known_encoders[0]) };

const char *trl_libav_text(int code, char text[TRL_LIBAV_TEXT_SIZE])
{
    av_strerror(code, text, TRL_LIBAV_TEXT_SIZE);
    return text;
}

const struct trl_libav_container *trl_libav_container_find(const char *path)
{
    static const struct trl_libav_container containers[] = {
        {".mp4", "mp4", "h264", "h264", true},  {".m4v", "mp4", "h264", "h264", true},
        {".mov", "mov", "h264", "h264", true},  {".mkv", "matroska", "h264", "ffv1", false},
        {".webm", "webm", "vp9", "vp9", false},
    };
    for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++) {
        if (trl_name_ends(path, (const char *const[]){containers[i].ending, NULL}))
            return &containers[i];
    }
    return NULL;
}

static const struct known_encoder *known_find(const char *name)
{
    if (!strcmp(name, "h265"))
        name = "hevc";
    for (int i = 0; i < KNOWN_COUNT; i++) {
        const struct known_encoder *known = &known_encoders[i];
        if (!strcmp(known->name, name) || (known->codec && !strcmp(known->codec, name)))
            return known;
    }
    return NULL;
}

/* "h264 (libx264), ffv1", as far as this libav has them. */
static void list_available(char *text, size_t size)
{
    size_t at = 0;
    text[0] = '\0';
    for (int i = 0; i < KNOWN_COUNT && at < size; i++) {
        const struct known_encoder *known = &known_encoders[i];
        if (!known->codec || !avcodec_find_encoder_by_name(known->name))
            continue;
        at += (size_t)snprintf(text + at, size - at, "%s%s (%s)", at ? ", " : "", known->codec,
                               known->name);
    }
}

int trl_libav_codec_find(const AVCodec **out, struct trl_log *log,
                         const struct trl_output_params *output)
{
    const struct trl_libav_container *container = trl_libav_container_find(output->path);
    const char *name = output->codec;
    if (!name)
        name = output->lossless ? container->lossless : container->codec;
    const struct known_encoder *known = known_find(name);
    *out = avcodec_find_encoder_by_name(known ? known->name : name);
    if (*out && (*out)->type == AVMEDIA_TYPE_VIDEO)
        return 0;
    *out = NULL;
    char available[256];
    list_available(available, sizeof(available));
    return trl_fail(log, TRL_ERROR_UNSUPPORTED,
                    "%s: codec %s: the FFmpeg libraries in use have no such encoder%s%s; there "
                    "are %s, and others of ffmpeg -encoders by their name",
                    output->path, name, known ? ", it is named " : "", known ? known->name : "",
                    available[0] ? available : "none of the usual ones");
}

enum AVPixelFormat trl_libav_pixel_format(enum trl_pixel pixel)
{
    static const enum AVPixelFormat formats[TRL_PIXEL_COUNT] = {
        [TRL_PIXEL_I420] = AV_PIX_FMT_YUV420P, [TRL_PIXEL_I444] = AV_PIX_FMT_YUV444P,
        [TRL_PIXEL_RGB24] = AV_PIX_FMT_RGB24,  [TRL_PIXEL_BGR0] = AV_PIX_FMT_BGR0,
        [TRL_PIXEL_PAL8] = AV_PIX_FMT_NONE, /* libav has no room for a ninth bit */
    };
    return formats[pixel];
}

bool trl_libav_codec_takes(const AVCodec *codec, enum trl_pixel pixel)
{
    const enum AVPixelFormat *format = NULL;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
    const void *formats = NULL;
    if (!avcodec_get_supported_config(NULL, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, &formats, NULL))
        format = formats;
#else
    format = codec->pix_fmts;
#endif
    for (; format && *format != AV_PIX_FMT_NONE; format++) {
        if (*format == trl_libav_pixel_format(pixel))
            return true;
    }
    return false;
}

enum trl_pixel trl_libav_codec_pixel(const AVCodec *codec, const struct trl_output_params *output)
{
    /* Lossless means the colours as they are, where the encoder can. Full chroma may come as RGB,
     * but is not given up for half. */
    static const enum trl_pixel exact[] = {TRL_PIXEL_BGR0, TRL_PIXEL_RGB24};
    static const enum trl_pixel full[] = {TRL_PIXEL_I444, TRL_PIXEL_BGR0, TRL_PIXEL_RGB24};
    static const enum trl_pixel any[] = {TRL_PIXEL_I420, TRL_PIXEL_I444, TRL_PIXEL_BGR0,
                                         TRL_PIXEL_RGB24};
    const struct known_encoder *known = known_find(codec->name);
    const bool always_lossless = known && known->lossless && !known->lossless[0];
    if (output->lossless || always_lossless) {
        for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++) {
            if (trl_libav_codec_takes(codec, exact[i]))
                return exact[i];
        }
    }
    const bool full_chroma = output->chroma == TRL_CHROMA_444;
    const enum trl_pixel *wishes = full_chroma ? full : any;
    const size_t count =
        full_chroma ? sizeof(full) / sizeof(full[0]) : sizeof(any) / sizeof(any[0]);
    for (size_t i = 0; i < count; i++) {
        if (trl_libav_codec_takes(codec, wishes[i]))
            return wishes[i];
    }
    return wishes[0];
}

static bool has_option(const AVCodec *codec, const char *name)
{
    return codec->priv_class && av_opt_find(&(const AVClass *){codec->priv_class}, name, NULL, 0,
                                            AV_OPT_SEARCH_FAKE_OBJ);
}

/* An encoder with no entry in the table: by the names that FFmpeg's encoders share. */
static int generic_options(AVDictionary **options, const AVCodec *codec, struct trl_log *log,
                           const struct trl_output_params *output)
{
    const AVCodecDescriptor *about = avcodec_descriptor_get(codec->id);
    const bool lossy = about && about->props & AV_CODEC_PROP_LOSSY;
    if (output->lossless && lossy)
        return trl_fail(log, TRL_ERROR_USAGE,
                        "%s: how to make %s lossless is not known; use ffv1, or h264", output->path,
                        codec->name);
    if (output->preset)
        av_dict_set(options, "preset", output->preset, 0);
    if (output->crf || (lossy && has_option(codec, "crf"))) {
        av_dict_set_int(options, "crf", output->crf ? output->crf : CRF_DEFAULT, 0);
    } else if (lossy) {
        /* Or it would aim at 200 kbit/s. Quantiser 2 of 31 is good quality for its kind. */
        av_dict_set(options, "flags", "+qscale", 0);
        av_dict_set_int(options, "global_quality", 2 * FF_QP2LAMBDA, 0);
    }
    return 0;
}

/* Is the word one of those between the spaces? */
static bool list_has(const char *list, const char *word)
{
    const size_t size = strlen(word);
    while (*list) {
        const size_t item = strcspn(list, " ");
        if (item == size && !memcmp(list, word, size))
            return true;
        list += item + strspn(list + item, " ");
    }
    return false;
}

static int known_options(AVDictionary **options, const struct known_encoder *known,
                         const struct trl_sink_params *params)
{
    struct trl_log *log = params->log;
    const struct trl_output_params *output = params->output;
    if (known->size_max && (params->width > known->size_max || params->height > known->size_max))
        return trl_fail(log, TRL_ERROR_UNSUPPORTED, "%s: %dx%d: %s takes at most %dx%d",
                        output->path, params->width, params->height, known->name, known->size_max,
                        known->size_max);
    if (output->lossless && !known->lossless)
        return trl_fail(log, TRL_ERROR_USAGE, "%s: %s cannot be lossless; ffv1 and h264 can",
                        output->path, known->name);
    if (output->preset && !known->preset)
        return trl_fail(log, TRL_ERROR_USAGE, "%s: %s has no presets", output->path, known->name);
    /* x264 would print its own message. */
    if (output->preset && known->presets && !list_has(known->presets, output->preset))
        return trl_fail(log, TRL_ERROR_USAGE, "%s: preset %s: %s has %s", output->path,
                        output->preset, known->name, known->presets);
    if (output->crf && !output->lossless && output->crf > known->crf_max)
        return trl_fail(log, TRL_ERROR_USAGE, "%s: crf %d: %s %s%.0d", output->path, output->crf,
                        known->name, known->crf_max ? "takes 1 to " : "is lossless and has none",
                        known->crf_max);
    av_dict_parse_string(options, known->options, "=", ";", 0);
    if (known->preset)
        av_dict_set(options, "preset", output->preset ? output->preset : known->preset, 0);
    if (output->lossless)
        av_dict_parse_string(options, known->lossless, "=", ";", 0);
    else if (known->crf_max)
        av_dict_set_int(options, "crf", output->crf ? output->crf : CRF_DEFAULT, 0);
    return 0;
}

int trl_libav_codec_options(AVDictionary **options, const AVCodec *codec,
                            const struct trl_sink_params *params)
{
    const struct trl_output_params *output = params->output;
    const struct known_encoder *known = known_find(codec->name);
    if (output->crf < 0)
        return trl_fail(params->log, TRL_ERROR_USAGE, "%s: crf %d: it is 1 or more", output->path,
                        output->crf);
    if (known)
        return known_options(options, known, params);
    return generic_options(options, codec, params->log, output);
}
