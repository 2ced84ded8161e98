/* SPDX-License-Identifier: BSD-2-Clause */
#include "floor.h"

#include <math.h>
#include <stdio.h>

enum { SIDE = 256, WAVES = 5 };

static const double PI = 3.14159265358979323846;

/* Rings from five places run through one another, and come back after so many frames: the film can
 * be shown in a loop. */
static void draw(float cells[SIDE][SIDE], double turn)
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double sum = 0;
            for (int i = 0; i < WAVES; i++) {
                const double place = 2 * PI * i / WAVES + 0.4;
                const double far = hypot(x - 128 - 90 * cos(place), y - 128 - 90 * sin(place));
                sum += sin(far / (10 + 3 * i) - (1 + i) * turn);
            }
            cells[y][x] = (float)(0.5 + 0.5 * sum / WAVES);
        }
}

int field(int frames)
{
    static float cells[SIDE][SIDE];
    for (int frame = 0; frame < frames; frame++) {
        draw(cells, 2 * PI * frame / frames);
        if (fwrite(cells, sizeof(cells), 1, stdout) != 1)
            return complain("standard output", "cannot write");
    }
    return 0;
}
