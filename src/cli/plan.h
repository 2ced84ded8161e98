/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "cli/film.h"

/* What --dry-run says, as text or JSON on standard output. Returns the exit code. */
int trl_cli_plan_print(const struct trl_cli_film *film, const struct trl_cli_plan *plan);
