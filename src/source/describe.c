/* SPDX-License-Identifier: BSD-2-Clause */
#include "source/state.h"

#include "base/log.h"
#include "base/math.h"
#include "source/magic.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_wide(enum trl_dtype dtype)
{
    return trl_dtype_size(dtype) == 8;
}

static const char *order_name(enum trl_dtype dtype, bool big_endian)
{
    return trl_dtype_size(dtype) == 1 ? "" : big_endian ? "be" : "le";
}

static int fix_shape(struct trl_source *source, const char *name, const struct trl_array *array,
                     const struct trl_frame_map *map)
{
    const uint64_t stored = (uint64_t)map->frame_elements * trl_dtype_size(array->dtype);
    if (stored > source->frame_bytes_max)
        return trl_fail(source->log, TRL_ERROR_INPUT,
                        "%s: a frame has %" PRIu64 " bytes, more than the limit of %" PRIu64
                        "; is the frame axis where --axes says?",
                        name, stored, source->frame_bytes_max);
    source->shape_known = true;
    source->stored_dtype = array->dtype;
    source->narrow = is_wide(array->dtype);
    source->frame_elements = map->frame_elements;
    source->info.dtype = source->narrow ? TRL_DTYPE_F32 : array->dtype;
    source->info.big_endian = array->big_endian && !source->narrow;
    source->stored_big_endian = array->big_endian;
    source->info.tiles = map->shape[0];
    source->info.rows = map->shape[1];
    source->info.columns = map->shape[2];
    if (source->narrow)
        trl_log_print(source->log, TRL_LOG_INFO,
                      "%s: %s is drawn as float32, of about seven digits", name,
                      trl_dtype_name(array->dtype));
    return 0;
}

int trl_source_agree(struct trl_source *source, const char *name, const struct trl_array *array,
                     const struct trl_frame_map *map)
{
    if (!source->shape_known)
        return fix_shape(source, name, array, map);
    const struct trl_source_info *info = &source->info;
    if (map->shape[0] != info->tiles || map->shape[1] != info->rows ||
        map->shape[2] != info->columns)
        return trl_fail(source->log, TRL_ERROR_INPUT,
                        "%s: has frames of %" PRId64 " x %" PRId64 " x %" PRId64
                        " (tiles, rows, columns), those before it have %" PRId64 " x %" PRId64
                        " x %" PRId64 "; all must agree",
                        name, map->shape[0], map->shape[1], map->shape[2], info->tiles, info->rows,
                        info->columns);
    if (array->dtype != source->stored_dtype || array->big_endian != source->stored_big_endian)
        return trl_fail(source->log, TRL_ERROR_INPUT,
                        "%s: has dtype %s%s, those before it have %s%s; all must agree", name,
                        trl_dtype_name(array->dtype), order_name(array->dtype, array->big_endian),
                        trl_dtype_name(source->stored_dtype),
                        order_name(source->stored_dtype, source->stored_big_endian));
    return 0;
}

/* Pictures of 3 or 4 channels, which by default become tiles of strips, or strips in time. */
static void warn_of_colours(const struct trl_source *source, const char *name,
                            const struct trl_array *array)
{
    const int rank = array->rank;
    const bool byte = array->dtype == TRL_DTYPE_U8;
    const bool real = array->dtype == TRL_DTYPE_F16 || array->dtype == TRL_DTYPE_F32 ||
                      array->dtype == TRL_DTYPE_F64;
    /* Of 3 axes only bytes: positions in space look the same as floats. */
    if (!(rank == 4 && (byte || real)) && !(rank == 3 && byte))
        return;
    const int64_t *last = array->shape + rank - 3;
    if ((last[2] != 3 && last[2] != 4) || last[0] < 8 || last[1] < 8)
        return;
    trl_log_print(
        source->log, TRL_LOG_WARN,
        "%s: %s of %" PRId64 " x %" PRId64 " with %" PRId64
        " channels? The last axis is drawn as columns; --view rgb draws colours, --axes %s "
        "each channel as a tile, --axes %s says that this is meant",
        name, rank == 4 ? "colour pictures" : "a colour picture", last[0], last[1], last[2],
        rank == 4 ? "THWC" : "HWC", rank == 4 ? "TNHW" : "THW");
}

int trl_source_map_npy(struct trl_source *source, const char *name,
                       const struct trl_npy_header *header, struct trl_frame_map *map)
{
    struct trl_array array = {
        .dtype = header->dtype,
        .big_endian = header->big_endian,
        .fortran_order = header->fortran_order,
        .rank = header->rank,
    };
    memcpy(array.shape, header->shape, sizeof(array.shape));
    const char *axes = source->axes[0] ? source->axes : NULL;
    /* Of several arrays each is a vector. */
    if (!axes && source->vectors && array.rank == 1 && source->alone)
        axes = "T";
    else if (!axes && source->vectors && array.rank == 2)
        axes = "TW";
    else if (!axes && source->volumes && array.rank == 3)
        axes = "NHW";
    int error = trl_frame_map_create(map, source->log, name, &array, axes);
    if (error)
        return error;
    const bool first = !source->shape_known;
    error = trl_source_agree(source, name, &array, map);
    if (!error && first && !axes && !source->channels)
        warn_of_colours(source, name, &array);
    return error;
}

bool trl_source_raw_has_frames(const struct trl_source *source)
{
    return strpbrk(source->axes, "Tt") != NULL;
}

int trl_source_map_raw(struct trl_source *source, const char *name, int64_t frames,
                       struct trl_frame_map *map)
{
    static const char *const by_rank[] = {"", "TW", "THW", "TNHW"};
    const struct trl_raw *raw = &source->raw;
    struct trl_array array = {
        .dtype = raw->dtype, .big_endian = raw->big_endian, .rank = raw->rank};
    char axes[TRL_RANK_MAX + 2];
    if (trl_source_raw_has_frames(source)) {
        memcpy(array.shape, raw->shape, sizeof(array.shape));
        snprintf(axes, sizeof(axes), "%s", source->axes);
    } else {
        array.rank++;
        array.shape[0] = frames;
        memcpy(array.shape + 1, raw->shape, sizeof(array.shape) - sizeof(array.shape[0]));
        if (!source->axes[0] && raw->rank > 3)
            return trl_fail(source->log, TRL_ERROR_USAGE,
                            "--raw: a frame of %d axes needs --axes to name them, e.g. NCHW",
                            raw->rank);
        if (source->axes[0])
            snprintf(axes, sizeof(axes), "T%s", source->axes);
        else
            snprintf(axes, sizeof(axes), "%s", by_rank[raw->rank]);
    }
    const int error = trl_frame_map_create(map, source->log, name, &array, axes);
    return error ? error : trl_source_agree(source, name, &array, map);
}

/* Bytes as C would write them; four times as many, and a zero byte. */
static void quote(char *out, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const bool plain = bytes[i] >= ' ' && bytes[i] <= '~' && !strchr("\"\\", bytes[i]);
        out += plain ? sprintf(out, "%c", bytes[i]) : sprintf(out, "\\x%02x", bytes[i]);
    }
    *out = 0;
}

int trl_source_refuse_header(struct trl_source *source, const char *name, int64_t base,
                             const void *bytes, size_t size, const struct trl_npy_error *error)
{
    const char *advice =
        base ? "is no .npy record, as those before it are" : trl_magic_advice(bytes, size);
    if (error->byte == 0 && size) {
        char begin[4 * TRL_NPY_PREFIX_BYTES + 1];
        quote(begin, bytes, size < TRL_NPY_PREFIX_BYTES ? size : TRL_NPY_PREFIX_BYTES);
        return trl_fail(source->log, TRL_ERROR_INPUT,
                        "%s: byte %" PRId64 ": begins with \"%s\" and %s", name, base, begin,
                        advice ? advice
                               : "is no .npy array; write one with numpy.save('x.npy', array), or "
                                 "say what headerless data is with --raw dtype=f4,shape=HxW");
    }
    return trl_fail(source->log, TRL_ERROR_INPUT, "%s: byte %" PRId64 ": %s", name,
                    base + (int64_t)error->byte, error->text);
}

static int check_npy(struct trl_source *source, struct trl_source_file *file,
                     struct trl_input *input)
{
    uint8_t bytes[TRL_NPY_HEADER_BYTES];
    struct trl_npy_error refusal;
    struct trl_npy_header header;
    size_t size = (size_t)trl_min_i64(input->size, TRL_NPY_PREFIX_BYTES);
    int error = trl_input_read_at(input, bytes, size, 0);
    if (error)
        return error;
    const size_t needed = trl_npy_header_bytes(bytes, size, &refusal);
    if (needed > size) {
        size = (size_t)trl_min_i64(input->size, (int64_t)needed);
        error = trl_input_read_at(input, bytes, size, 0);
        if (error)
            return error;
    }
    if (!needed || !trl_npy_parse(&header, bytes, size, &refusal))
        return trl_source_refuse_header(source, file->path, 0, bytes, size, &refusal);
    file->data_offset = (int64_t)header.header_bytes;
    const int64_t present = input->size - file->data_offset;
    if (present < header.data_bytes)
        return trl_fail(source->log, TRL_ERROR_INPUT,
                        "%s: byte %" PRId64 ": is truncated: the header promises %" PRId64
                        " bytes of data, %" PRId64 " are there",
                        file->path, input->size, header.data_bytes, present);
    error = trl_source_map_npy(source, file->path, &header, &file->map);
    if (!error && present > header.data_bytes)
        trl_log_print(source->log, TRL_LOG_WARN,
                      "%s: byte %" PRId64 ": %" PRId64 " bytes after the array are ignored; if it "
                      "holds several .npy records, film it with: tensorreel render - < FILE",
                      file->path, file->data_offset + header.data_bytes,
                      present - header.data_bytes);
    return error;
}

/* The frames of a headerless file are counted by its size. */
static int check_raw(struct trl_source *source, struct trl_source_file *file,
                     struct trl_input *input)
{
    const struct trl_raw *raw = &source->raw;
    struct trl_layout layout;
    trl_layout_dense(&layout, raw->dtype, raw->rank, raw->shape, false);
    const int64_t unit = trl_layout_elements(&layout) * (int64_t)trl_dtype_size(raw->dtype);
    const int64_t present = trl_max_i64(input->size - raw->offset, 0);
    const int64_t whole = present / unit;
    const int64_t wanted = trl_source_raw_has_frames(source) ? 1 : raw->frames;
    if (whole < wanted || (!wanted && !whole))
        return trl_fail(source->log, TRL_ERROR_INPUT,
                        "%s: byte %" PRId64 ": is truncated: --raw asks for %" PRId64
                        " times %" PRId64 " bytes from byte %" PRId64 ", %" PRId64 " are there",
                        file->path, input->size, trl_max_i64(wanted, 1), unit, raw->offset,
                        present);
    if (!wanted && present % unit)
        return trl_fail(source->log, TRL_ERROR_INPUT,
                        "%s: byte %" PRId64 ": ends inside frame %" PRId64 " (%" PRId64
                        " of %" PRId64 " bytes); correct dtype or shape of --raw, or give "
                        "frames=%" PRId64,
                        file->path, input->size, whole, present % unit, unit, whole);
    file->data_offset = raw->offset;
    const int error = trl_source_map_raw(source, file->path, wanted ? wanted : whole, &file->map);
    if (!error && wanted && present > wanted * unit)
        trl_log_print(source->log, TRL_LOG_WARN,
                      "%s: byte %" PRId64 ": %" PRId64 " bytes after the frames are ignored",
                      file->path, raw->offset + wanted * unit, present - wanted * unit);
    return error;
}

int trl_source_check_file(struct trl_source *source, struct trl_source_file *file,
                          struct trl_input *input)
{
    if (input->size == 0)
        return trl_fail(source->log, TRL_ERROR_INPUT, "%s: byte 0: the file is empty", file->path);
    return source->is_raw ? check_raw(source, file, input) : check_npy(source, file, input);
}
