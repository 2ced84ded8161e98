/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/*
 * The Pareto distribution of density x^-exponent between low and high, which is found so that the
 * mean is as wanted. Computed by correctly rounded operations alone: the same on every machine.
 */
struct trl_pareto {
    double tail; /* exponent - 1 */
    double low, high;
    double beyond; /* what the tail would hold above high: (low / high)^tail */
};

/* exponent > 2; 0 < mean <= high. */
struct trl_pareto trl_pareto_make(double exponent, double mean, double high);
/* The value below which the share u of all lie, 0 <= u < 1. */
double trl_pareto_value(const struct trl_pareto *pareto, double u);
