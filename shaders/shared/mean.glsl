/* SPDX-License-Identifier: BSD-2-Clause */
/* Means that are the same on every device: the sum of finite values as float bits, and a word with
 * their count and whether infinities were met (shared/view.h). */

/* 1 / count within 2^-22, by Newton's steps alone: division is not the same on every device. */
float reciprocal(uint count)
{
    precise float d = float(count);
    precise float r = uintBitsToFloat(0x7ef311c7u - floatBitsToUint(d));
    for (int i = 0; i < 4; i++) {
        precise float error = 2.0 - d * r;
        r = r * error;
    }
    return r;
}

/* True if the count's word alone says what mean and sum are. */
bool mean_special(uint count, out uint bits)
{
    uint infinities = count & ~TRL_MEAN_COUNT;
    bits = 0x7fc00000u;
    if (infinities == TRL_MEAN_POS_INF)
        bits = 0x7f800000u;
    if (infinities == TRL_MEAN_NEG_INF)
        bits = 0xff800000u;
    return infinities != 0u || (count & TRL_MEAN_COUNT) == 0u;
}

uint mean_bits(uint sum, uint count)
{
    uint bits;
    if (mean_special(count, bits))
        return bits;
    if ((count & TRL_MEAN_COUNT) == 1u)
        return sum;
    precise float mean = uintBitsToFloat(sum) * reciprocal(count & TRL_MEAN_COUNT);
    return floatBitsToUint(mean);
}
