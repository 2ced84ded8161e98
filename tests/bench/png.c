/* SPDX-License-Identifier: BSD-2-Clause */
#include "floor.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int load(struct film *film, const char *path)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_file(&image, path))
        return complain(path, image.message);
    image.format = PNG_FORMAT_RGB;
    if (!film->count) {
        film->width = (int)image.width;
        film->height = (int)image.height;
        film->frame_bytes = PNG_IMAGE_SIZE(image);
    }
    uint8_t *more = realloc(film->data, film->frame_bytes * (size_t)(film->count + 1));
    if (more)
        film->data = more;
    if (!more || film->frame_bytes != PNG_IMAGE_SIZE(image) ||
        !png_image_finish_read(&image, NULL, more + film->frame_bytes * (size_t)film->count, 0,
                               NULL)) {
        png_image_free(&image);
        return complain(path, "cannot read");
    }
    film->count++;
    return 0;
}

static int write_picture(const struct film *film, int number, const char *path)
{
    const uint8_t *data = film->data + film->frame_bytes * (size_t)(number % film->count);
    const size_t stride = (size_t)film->width * 3;
    FILE *file = fopen(path, "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!file || !info || setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        if (file)
            fclose(file);
        return complain(path, "cannot write");
    }
    png_init_io(png, file);
    png_set_IHDR(png, info, (png_uint_32)film->width, (png_uint_32)film->height, 8,
                 PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (int row = 0; row < film->height; row++)
        png_write_row(png, data + stride * (size_t)row);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return fclose(file) ? complain(path, "cannot write") : 0;
}

int png(const char *folder, int frames, int count, char **files)
{
    struct film film = {0};
    char path[4096];
    int failed = 0;
    for (int i = 0; !failed && i < count; i++)
        failed = load(&film, files[i]);
    const struct mark start = now();
    for (int i = 0; !failed && i < frames; i++) {
        snprintf(path, sizeof(path), "%s/%05d.png", folder, i);
        failed = write_picture(&film, i, path);
    }
    if (!failed)
        result(frames, &start, &film);
    free(film.data);
    return failed;
}
