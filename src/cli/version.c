/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/exits.h"
#include "cli/options.h"

#include <tensorreel/version.h>

#include <stdio.h>

int trl_cli_version(struct trl_cli_settings *settings)
{
    (void)settings;
    const char *features = trl_version_features();
    printf("tensorreel %d.%d.%d\n", TRL_VERSION_MAJOR, TRL_VERSION_MINOR, TRL_VERSION_PATCH);
    printf("library %s, API %d\n", trl_version(), trl_version_api());
    printf("built with: %s\n", *features ? features : "no optional part");
    return TRL_CLI_EXIT_DONE;
}
