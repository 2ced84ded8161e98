/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_OPS_H
#define TENSORREEL_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tensorreel/export.h>
#include <tensorreel/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Arithmetic on tensors in host memory: expressions, element by element, and reductions. With a
 * device it is done there, without one (NULL) on the processor: the bits of the result are the
 * same. Elements of any dtype are taken as float32; f64, i64 and u64 are rounded to it first.
 *
 * All calls block until the result lies in the caller's memory. A device belongs to one thread at a
 * time; without one, calls on different threads do not disturb each other.
 */
struct trl_log;
struct trl_device;

/* A tensor in host memory, borrowed for a call. */
struct trl_ops_tensor {
    const char *name; /* in the expression; reductions need none */
    struct trl_layout layout;
    const void *data;  /* what layout.offset counts from */
    size_t size_bytes; /* of data; the layout must stay inside */
};

/* ---- expressions ---- */

struct trl_ops_expression;

/*
 * Parses an expression over named tensors:
 *
 *     log1p(abs(a - b))        where(v > -50, v, 0) * 2.5e-3        clamp(x, 0, 1) / pi
 *
 * By rising strength: one comparison (< <= > >= == !=, which gives 1 or 0), + and -, * and /, a
 * sign, then numbers, pi, names, parentheses and abs sqrt exp expm1 log log1p (x), min max (a, b),
 * clamp (x, low, high), where (c, a, b). Names begin with a letter or _ and may hold digits and
 * dots. At most 6 different tensors, 256 different parts and 2000 bytes.
 *
 * + - * / and sqrt are IEEE 754, rounded to nearest even, denormals kept. exp, expm1, log and log1p
 * are within 0.55 units in the last place of the true value. min, max and clamp give NaN where an
 * argument is NaN, and of two zeros the first; comparisons with NaN are 0, != is 1; where takes NaN
 * for true. Every NaN of a result is 7fc00000 (7e00 as f16, 7fc0 as bf16).
 *
 * device may be NULL; it must outlive the expression. Errors: TRL_ERROR_USAGE, with the expression
 * in the log line and a caret under the place; TRL_ERROR_MEMORY.
 */
TRL_API int trl_ops_expression_create(struct trl_ops_expression **out, struct trl_log *log,
                                      struct trl_device *device, const char *text);
TRL_API void trl_ops_expression_destroy(struct trl_ops_expression **expression);

/* The names of the tensors in the order in which they first appear; NULL at the end. They live as
 * long as the expression. */
TRL_API const char *const *trl_ops_expression_inputs(const struct trl_ops_expression *expression);

/*
 * The layout of the result: dense, in C order, of the dtype (F32, F16 or BF16; NONE is F32).
 * Shapes are broadcast as numpy's: axes are counted from the last, and one that is missing or has
 * one element repeats. inputs may hold tensors that the expression does not name. Errors:
 * TRL_ERROR_USAGE (a name that is missing, shapes that do not fit).
 */
TRL_API int trl_ops_expression_layout(const struct trl_ops_expression *expression,
                                      const struct trl_ops_tensor *inputs, int input_count,
                                      enum trl_dtype dtype, struct trl_layout *out);

/*
 * Evaluates into size_bytes bytes of out, which must be those of that layout. gpu_ns, where it is
 * not NULL, becomes the nanoseconds that the kernels took on the device by its own clock, without
 * copies; 0 without a device or where it has no clock. The first evaluation on a device with new
 * dtypes makes the driver compile (some 50 ms). Errors: TRL_ERROR_USAGE, _MEMORY, _DEVICE_MEMORY,
 * _DEVICE_LOST, _UNSUPPORTED (strides that a device cannot walk).
 */
TRL_API int trl_ops_expression_evaluate(struct trl_ops_expression *expression,
                                        const struct trl_ops_tensor *inputs, int input_count,
                                        enum trl_dtype dtype, void *out, size_t size_bytes,
                                        int64_t *gpu_ns);

/* ---- reductions ---- */

enum trl_ops_reduction {
    TRL_OPS_SUM = 1,
    TRL_OPS_MEAN,
    TRL_OPS_MIN,
    TRL_OPS_MAX,
    TRL_OPS_ARGMIN,   /* where the least is: the first of several; uint32 */
    TRL_OPS_ARGMAX,   /* where the greatest is */
    TRL_OPS_NORM,     /* square root of the sum of squares */
    TRL_OPS_VARIANCE, /* mean of the squared distances from the mean */
};

struct trl_ops_reduce_params {
    struct trl_log *log;
    struct trl_device *device; /* NULL: the processor */
    enum trl_ops_reduction reduction;
    bool along_axis; /* false: over all elements, in C order */
    int axis;        /* that is reduced, and is missing from the result; negative: from the last */
};

/*
 * The result is the same for every device, strides and number of threads: elements are added in an
 * order that only their number decides (shaders/shared/ops.h), and what rounding takes away is
 * added too. A sum is that of 48 bits rounded to 24, unless its terms cancel almost wholly; mean,
 * norm and variance are within 2 units in the last place. Sums that leave float32's range are
 * infinite, but norm and variance are scaled and do not; they take elements of less than 2^-50 of
 * the largest for it, or as much off the mean, for nothing.
 *
 * A NaN makes every result NaN, and is both least and greatest to ARGMIN and ARGMAX, which tell the
 * first one's place. An infinity makes norm infinite and variance NaN. A sum, least or greatest
 * that is zero is +0.
 *
 * The layout of the result: dense, in C order, F32, or U32 for ARGMIN and ARGMAX; rank 0 over all.
 * Errors: TRL_ERROR_USAGE (no such axis or reduction, no elements, more than 2^32 - 1 to one).
 */
TRL_API int trl_ops_reduce_layout(const struct trl_ops_reduce_params *params,
                                  const struct trl_layout *input, struct trl_layout *out);
/* Reduces into size_bytes bytes of out, those of that layout. gpu_ns and errors as above. */
TRL_API int trl_ops_reduce(const struct trl_ops_reduce_params *params,
                           const struct trl_ops_tensor *input, void *out, size_t size_bytes,
                           int64_t *gpu_ns);

#ifdef __cplusplus
}
#endif

#endif
