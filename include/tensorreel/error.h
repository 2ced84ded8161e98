/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_ERROR_H
#define TENSORREEL_ERROR_H

#include <tensorreel/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Every function that can fail returns 0 or one of these negative codes. The line that says what
 * happened (file, byte, option or limit, and what to do) goes to the log exactly once, at
 * TRL_LOG_ERROR, where the failure is first known; callers only pass the code on.
 */
#define TRL_ERROR_MAP(X)                                                                           \
    X(USAGE, -1, "wrong use: an argument or option is invalid")                                    \
    X(INPUT, -2, "the input cannot be read")                                                       \
    X(DEVICE, -3, "no usable device, or the device refused")                                       \
    X(DEVICE_LOST, -4, "the device was lost")                                                      \
    X(DEVICE_MEMORY, -5, "out of device memory")                                                   \
    X(MEMORY, -6, "out of host memory")                                                            \
    X(UNSUPPORTED, -7, "not supported by this device or build")                                    \
    X(OUTPUT, -8, "the output cannot be written")                                                  \
    X(DROPPED, -9, "a frame would have been dropped")                                              \
    X(CANCELLED, -10, "cancelled")                                                                 \
    X(INTERNAL, -11, "a bug in tensorreel")

enum trl_error {
    TRL_OK = 0,
#define TRL_ERROR_ENUM(name, value, text) TRL_ERROR_##name = (value),
    TRL_ERROR_MAP(TRL_ERROR_ENUM)
#undef TRL_ERROR_ENUM
};

/* Name of a code ("TRL_ERROR_INPUT") and one sentence about it. Static strings; any thread. */
TRL_API const char *trl_error_name(int error);
TRL_API const char *trl_error_text(int error);

#ifdef __cplusplus
}
#endif

#endif
