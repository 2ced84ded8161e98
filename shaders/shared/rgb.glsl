/* SPDX-License-Identifier: BSD-2-Clause */
/* Colours as means take them: red, green and blue times alpha, and alpha times 255, so that the full
 * value of each is 65025 and fits 16 bits. Two words: red and green, blue and alpha. */

const uint RGB_FULL = 65025u;

uvec4 rgb_of_word(uint word, uint nan_color, bool premultiplied)
{
    if (word == TRL_RGB_NAN)
        word = nan_color | TRL_RGB_OPAQUE;
    uint alpha = word >> 24;
    uint factor = premultiplied ? alpha : 255u;
    return uvec4((word & 0xffu) * factor, (word >> 8 & 0xffu) * factor, (word >> 16 & 0xffu) * factor,
                 alpha * 255u);
}

uvec4 rgb_of_pair(uvec2 pair)
{
    return uvec4(pair.x & 0xffffu, pair.x >> 16, pair.y & 0xffffu, pair.y >> 16);
}

uvec2 rgb_pair(uvec4 color)
{
    return uvec2(color.x | color.y << 16, color.z | color.w << 16);
}
