/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "view/text.h"

#include <stdlib.h>
#include <string.h>

/* The first two bytes choose size and width; the rest is text, up to a zero. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 500)
        return 0;
    char text[512], shown[512];
    memcpy(text, data + 2, size - 2);
    text[size - 2] = '\0';
    const struct trl_text_style style = {.size = data[0] % 64, .steady = data[0] & 64};
    const char *at = text, *end = text + strlen(text);
    while (at != end) {
        const char *before = at;
        const uint32_t code = trl_utf8_next(&at, end);
        fuzz_require(at > before && at <= end);
        fuzz_require(code == TRL_TEXT_INVALID ? at == before + 1 : code <= 0x10ffff);
    }
    const int width = trl_text_fit(text, style, data[1], shown, sizeof(shown));
    fuzz_require(width <= data[1] || !shown[0]);
    fuzz_require(strlen(shown) <= strlen(text) + 3);
    struct trl_shades shades = {calloc(200, 60), 200, 60};
    if (!shades.shade)
        return 0;
    fuzz_require(!trl_text_draw(&shades, shown, style, data[1], 30, (enum trl_align)(data[1] % 3),
                                data[0] & 128));
    for (int n = 0; n < 200 * 60; n++)
        fuzz_require(shades.shade[n] < TRL_TEXT_SHADES);
    free(shades.shade);
    return 0;
}
