/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_VERSION_H
#define TENSORREEL_VERSION_H

#include <tensorreel/export.h>

#define TRL_VERSION_MAJOR 0
#define TRL_VERSION_MINOR 1
#define TRL_VERSION_PATCH 0
/* Grows with every incompatible change; the shared library's name carries it. */
#define TRL_API_VERSION 0

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0", of the library that is running. Static string. */
TRL_API const char *trl_version(void);
TRL_API int trl_version_api(void);
/* What this build can do: "libav png shaderc", say. Static string. */
TRL_API const char *trl_version_features(void);

#ifdef __cplusplus
}
#endif

#endif
