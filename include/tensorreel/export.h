/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TENSORREEL_EXPORT_H
#define TENSORREEL_EXPORT_H

#if defined(__GNUC__)
#define TRL_API __attribute__((visibility("default")))
#define TRL_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#else
#define TRL_API
#define TRL_PRINTF(format_at, first_at)
#endif

#endif
