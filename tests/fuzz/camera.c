/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "view/camera.h"

#include <math.h>
#include <string.h>

enum { TEXT_MAX = 4000 };

static void check(const struct trl_camera *camera)
{
    static const int64_t frames[] = {0, 1, 2, 3, 29, 30, 31, 59, 60, 61, 1000, 1 << 30, INT64_MAX};
    for (size_t n = 0; n < sizeof(frames) / sizeof(frames[0]); n++) {
        struct trl_camera_pose pose;
        trl_camera_pose(camera, frames[n], &pose);
        /* A power of the integer logarithm may be off by a few in 2^26. */
        fuzz_require(pose.zoom >= 0.0156 && pose.zoom <= 1048577);
        fuzz_require(fabs(pose.center_x) <= 16 && fabs(pose.center_y) <= 16);
        fuzz_require(pose.slice >= 0 && pose.slice <= 2147483647);
        fuzz_require(fabs(pose.azimuth) <= 1e6 && fabs(pose.elevation) <= 90);
    }
    fuzz_require(trl_camera_zoom_min(camera) >= 1.0 / 64);
}

/* A spec if it begins as one does, else the text of a file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[TEXT_MAX + 1];
    if (size < 2 || size > TEXT_MAX)
        return 0;
    memcpy(text, data, size);
    text[size] = 0;
    struct trl_camera *camera = NULL;
    const bool spec = (text[0] == 't' || text[0] == 'f') && text[1] == '=';
    const int error = spec ? trl_camera_create(&camera, NULL, text, 30000, 1001)
                           : trl_camera_parse_json(&camera, NULL, "camera", text, size, 60, 1);
    fuzz_require(!error == (camera != NULL));
    if (camera)
        check(camera);
    trl_camera_destroy(&camera);
    return 0;
}
