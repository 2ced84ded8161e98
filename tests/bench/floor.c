/* SPDX-License-Identifier: BSD-2-Clause */
#include "floor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(clockid_t id)
{
    struct timespec time;
    clock_gettime(id, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

struct mark now(void)
{
    return (struct mark){seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

void result(int frames, const struct mark *start, const struct film *film)
{
    const struct mark end = now();
    printf("%d %.6f %.6f %zu\n", frames, end.wall - start->wall, end.cpu - start->cpu,
           film->frame_bytes * (size_t)film->count);
}

int complain(const char *what, const char *why)
{
    fprintf(stderr, "floor: %s: %s\n", what, why);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "field"))
        return field(atoi(argv[2]));
    if (argc == 6 && !strcmp(argv[1], "encode"))
        return encode(argv[2], argv[3], argv[4], atoi(argv[5]));
    if (argc >= 5 && !strcmp(argv[1], "png"))
        return png(argv[2], atoi(argv[3]), argc - 4, argv + 4);
    fprintf(stderr, "usage: floor field FRAMES\n"
                    "       floor encode FILM.y4m OUT.mp4 PRESET FRAMES\n"
                    "       floor png FOLDER FRAMES PICTURE.png...\n");
    return 2;
}
