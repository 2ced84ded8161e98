/* SPDX-License-Identifier: BSD-2-Clause */
#include <tensorreel/version.h>

#define TRL_TEXT_OF(x) #x
#define TRL_TEXT(x) TRL_TEXT_OF(x)

const char *trl_version(void)
{
    return TRL_TEXT(TRL_VERSION_MAJOR) "." TRL_TEXT(TRL_VERSION_MINOR) "." TRL_TEXT(
        TRL_VERSION_PATCH);
}

int trl_version_api(void)
{
    return TRL_API_VERSION;
}

const char *trl_version_features(void)
{
    return TRL_FEATURES;
}
