/* SPDX-License-Identifier: BSD-2-Clause */
#include "sink/sink.h"

#include "base/file.h"
#include "base/log.h"
#include "sink/name.h"

#include <string.h>

/* Kinds that a build may leave out keep their names, so that the message can say what to install.
 */
struct left_out {
    const char *endings[8];
    const char *packages;
};

static const struct trl_sink_class *const classes[] = {
    &trl_sink_null,  &trl_sink_y4m, &trl_sink_hash,
#if TRL_HAVE_PNG
    &trl_sink_png,
#endif
#if TRL_HAVE_LIBAV
    &trl_sink_libav,
#endif
};

static const struct left_out left_out[] = {
#if !TRL_HAVE_PNG
    {{".png"}, "libpng-dev and libdeflate-dev"},
#endif
#if !TRL_HAVE_LIBAV
    {{".mp4", ".mov", ".m4v", ".mkv", ".webm"},
     "libavcodec-dev, libavformat-dev and libavutil-dev"},
#endif
    {{NULL}, NULL},
};

int trl_sink_class_find(const struct trl_sink_class **out, struct trl_log *log, const char *path)
{
    *out = NULL;
    if (!path || !*path)
        return trl_fail(log, TRL_ERROR_USAGE, "the output has no name");
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (classes[i]->accepts(path)) {
            *out = classes[i];
            return 0;
        }
    }
    for (const struct left_out *kind = left_out; kind->packages; kind++) {
        if (trl_name_ends(path, kind->endings))
            return trl_fail(log, TRL_ERROR_UNSUPPORTED,
                            "%s: this build cannot write it; install %s and build again", path,
                            kind->packages);
    }
    return trl_fail(log, TRL_ERROR_USAGE,
                    "%s: the name does not say what to write; it can end in .mp4 .mov .m4v .mkv "
                    ".webm (film), .png (with %%05d or #### for the frame's number), .y4m, "
                    ".framehash, or be - (Y4M on standard output) or null: (nothing)",
                    path);
}

int trl_sink_check_file(struct trl_log *log, const struct trl_output_params *output)
{
    if (!strcmp(output->path, "-"))
        return 0;
    struct trl_part_file file;
    const int error = trl_part_file_open(&file, log, output->path, output->overwrite);
    trl_part_file_abandon(&file);
    return error;
}
