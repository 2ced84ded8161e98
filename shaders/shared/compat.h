/* SPDX-License-Identifier: BSD-2-Clause */
/* Lets a header of constants, structures and integer functions be read by C and by GLSL. */
#ifndef TRL_SHARED_COMPAT_H
#define TRL_SHARED_COMPAT_H

#ifdef VULKAN
#define TRL_INLINE
#define TRL_U32 uint
#define TRL_I32 int
#define TRL_TO_U32(x) uint(x)
#define TRL_TO_I32(x) int(x)
#else
#include <stdint.h>
#define TRL_INLINE static inline
#define TRL_U32 uint32_t
#define TRL_I32 int32_t
#define TRL_TO_U32(x) ((uint32_t)(x))
#define TRL_TO_I32(x) ((int32_t)(x))
#endif

#endif
