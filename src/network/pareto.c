/* SPDX-License-Identifier: BSD-2-Clause */
#include "network/pareto.h"

#include <math.h>

static const double ln2 = 0.6931471805599453;

/* The C library's pow differs from one to the next in the last bit, and with it the network. */
static double logarithm(double x)
{
    int exponent;
    double m = frexp(x, &exponent);
    if (m < 0.7071067811865476) {
        m *= 2;
        exponent--;
    }
    const double s = (m - 1) / (m + 1);
    double sum = 0;
    for (int k = 27; k >= 1; k -= 2)
        sum = sum * (s * s) + 1.0 / k;
    return 2 * s * sum + exponent * ln2;
}

static double exponential(double x)
{
    const double whole = floor(x / ln2 + 0.5);
    const double r = x - whole * ln2;
    double sum = 1;
    for (int k = 18; k >= 1; k--)
        sum = 1 + sum * r / k;
    return ldexp(sum, (int)whole);
}

static double power(double x, double y)
{
    return exponential(y * logarithm(x));
}

static double mean_of(double tail, double low, double high)
{
    const double beyond = power(low / high, tail);
    return tail / (tail - 1) * (low - high * beyond) / (1 - beyond);
}

struct trl_pareto trl_pareto_make(double exponent, double mean, double high)
{
    const double tail = exponent - 1;
    double below = 0;
    double above = mean;
    /* The mean rises with low, and lies between low and high. */
    for (int i = 0; i < 100; i++) {
        const double middle = (below + above) / 2;
        if (mean_of(tail, middle, high) > mean)
            above = middle;
        else
            below = middle;
    }
    return (struct trl_pareto){
        .tail = tail, .low = above, .high = high, .beyond = power(above / high, tail)};
}

double trl_pareto_value(const struct trl_pareto *pareto, double u)
{
    const double left = 1 - u * (1 - pareto->beyond);
    const double value = pareto->low * power(left, -1 / pareto->tail);
    return value < pareto->high ? value : pareto->high;
}
