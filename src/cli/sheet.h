/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "cli/options.h"

/* Draws the contact sheet of --sheet. Return the exit code. */
int trl_cli_sheet_cmaps(struct trl_cli_settings *settings);
int trl_cli_sheet_views(struct trl_cli_settings *settings);
int trl_cli_sheet_filters(struct trl_cli_settings *settings);
