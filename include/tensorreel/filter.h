/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_FILTER_H
#define TENSORREEL_FILTER_H

#include <tensorreel/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trl_log;

/* clang-format off */
/*
 * Filters change the values of a film before they are coloured. A chain of them is a text,
 *
 *     gaussian=2,abs,clip=0:5
 *
 * names with their arguments, separated by commas, carried out from left to right in float32.
 *
 *   gaussian=SIGMA          weights exp(-x^2 / (2 SIGMA^2)) up to floor(4 SIGMA + 1/2) elements
 *                           away, as scipy.ndimage.gaussian_filter has them; SIGMA at most 100
 *   box=N                   mean of N x N elements, as scipy.ndimage.uniform_filter: of an even N
 *                           one more lies before the element than behind; N at most 801
 *   median                  of 3 x 3 elements
 *   sobel                   sqrt(gx^2 + gy^2), gx and gy with weights 1 2 1, not divided by 8
 *   unsharp[=SIGMA[:AMOUNT]]  x + AMOUNT (x - gaussian(x)); 1 and 1 if not given
 *   smooth=ALPHA            y = y' + ALPHA (x - y'), where y' is y of the frame before; the first
 *                           frame is as it is; 0 < ALPHA <= 1
 *   decay=FACTOR            afterglow: x or FACTOR y', whichever is larger in magnitude (for
 *                           x >= 0 the maximum); 0 <= FACTOR <= 1
 *   diff                    x less x of the frame before; the first frame is 0
 *   abs                     magnitude
 *   clip=LO:HI              to LO..HI, infinities too; either may be left out
 *   log                     sign(x) ln(1 + |x|), which is defined everywhere and keeps the order
 *
 * Gaussian, box, median, sobel and unsharp work within a tile; beyond its edges the nearest element
 * repeats.
 *
 * NaN and infinities stay as they are at their own place and spread nowhere: a window takes its
 * finite elements only (the weights of those then sum to 1; rows are done first, then columns; the
 * median of an even number is the mean of the middle two; to sobel the others equal the centre).
 * Filters over time leave them out too: y' is that of the last frame that was finite there (decay
 * goes on fading it). clip turns infinities into LO and HI; abs gives +Inf.
 *
 * NaN comes out as 0x7fc00000, and magnitudes below 2^-125 (2.4e-38) are 0 wherever they arise. The
 * same bits come out of every device and of the CPU.
 */
/* clang-format on */

struct trl_filter_info {
    const char *name;
    const char *arguments; /* "=SIGMA"; empty if there are none */
    const char *help;      /* one line, no full stop */
};

/* All filters; ends with a NULL name. Static; any thread. */
TRL_API const struct trl_filter_info *trl_filter_list(void);

/* Checks the text of a chain. TRL_ERROR_USAGE: the line in the log shows the text, where it is
 * wrong, and what there is. log may be NULL. Any thread. */
TRL_API int trl_filter_check(struct trl_log *log, const char *text);

#ifdef __cplusplus
}
#endif

#endif
