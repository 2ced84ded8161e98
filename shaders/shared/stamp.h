/* SPDX-License-Identifier: BSD-2-Clause */
/* What the stamp's kernel and the host that feeds it agree on. */
#ifndef TRL_SHARED_STAMP_H
#define TRL_SHARED_STAMP_H

#include "shared/portable.h"

/* Words of the table, which the host writes once. */
#define TRL_STAMP_STRIDE 0u /* words from one row of cells to the next */
#define TRL_STAMP_ALIGN 1u  /* 0 left, 1 centre, 2 right */
#define TRL_STAMP_SHADES 2u /* word at which the shades of all glyphs begin */
#define TRL_STAMP_NUMBER_COUNT 3u
#define TRL_STAMP_NUMBERS 4u /* for each: word of the values, its form, characters at least */
#define TRL_STAMP_LINES                                                                            \
    28u /* for each: first word and row, columns and rows, row of the baseline */
#define TRL_STAMP_LINE_WORDS 5u
#define TRL_STAMP_CODES 68u /* glyphs of the characters of numbers */
#define TRL_STAMP_GLYPHS 100u

/* Forms of a number: uint32 if no bit is set. */
#define TRL_STAMP_REAL 1u  /* float32 */
#define TRL_STAMP_KEY 2u   /* the key of a float32 */
#define TRL_STAMP_SCALE 4u /* float32 or key: one of a scale with those before and after it */
#define TRL_STAMP_AXIS 8u  /* and where the ends are the same, they are in the middle */

/* Words of a glyph. */
#define TRL_STAMP_ADVANCE 0u
#define TRL_STAMP_LEFT 1u /* signed */
#define TRL_STAMP_TOP 2u  /* signed: rows above the baseline */
#define TRL_STAMP_BOX_WIDTH 3u
#define TRL_STAMP_BOX_HEIGHT 4u
#define TRL_STAMP_OFFSET                                                                           \
    5u /* of its first shade; eight shades are a word, the lowest bits first                       \
        */
#define TRL_STAMP_GLYPH_WORDS 6u

#define TRL_STAMP_NUMBERS_MAX 8u
#define TRL_STAMP_LINES_MAX 8u
#define TRL_STAMP_FIRST_NUMBER 248u /* codes from here on are numbers */
#define TRL_STAMP_NEXT_LINE 247u    /* and those below glyphs */
#define TRL_STAMP_CODES_MAX 124u
#define TRL_STAMP_RUN_MAX 192u /* glyphs, numbers written out */
#define TRL_STAMP_INDEX 260u   /* TRL_PALETTE_TEXT */
#define TRL_STAMP_BACKGROUND 259u

struct trl_stamp_push {
    trl_u32 count;
    trl_u32 codes[31]; /* four in a word, the lowest byte first */
};

#endif
