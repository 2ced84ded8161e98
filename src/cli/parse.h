/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "cli/options.h"

/*
 * Reads the command line into settings (zeroed by the caller; trl_cli_settings_clear afterwards,
 * whatever came back). "--opt=value" and "--opt value" are the same, "--" ends the options, "-" is
 * an operand. Returns 0, or an exit code with the reason printed in one line. A call for --help or
 * --version asks for no operands.
 */
int trl_cli_parse(struct trl_cli_settings *settings, int argc, char **argv);
void trl_cli_settings_clear(struct trl_cli_settings *settings);
