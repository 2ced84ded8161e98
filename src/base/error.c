/* SPDX-License-Identifier: BSD-2-Clause */
#include <tensorreel/error.h>

const char *trl_error_name(int error)
{
    switch (error) {
#define TRL_ERROR_CASE(name, value, text)                                                          \
    case value:                                                                                    \
        return "TRL_ERROR_" #name;
        TRL_ERROR_MAP(TRL_ERROR_CASE)
#undef TRL_ERROR_CASE
    default:
        return error >= 0 ? "TRL_OK" : "unknown error";
    }
}

const char *trl_error_text(int error)
{
    switch (error) {
#define TRL_ERROR_CASE(name, value, text)                                                          \
    case value:                                                                                    \
        return text;
        TRL_ERROR_MAP(TRL_ERROR_CASE)
#undef TRL_ERROR_CASE
    default:
        return error >= 0 ? "no error" : "unknown error";
    }
}
