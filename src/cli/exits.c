/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/exits.h"

#include <tensorreel/error.h>

#include <signal.h>

const struct trl_cli_exit_row trl_cli_exit_rows[] = {
    {TRL_CLI_EXIT_DONE, "Done."},
    {TRL_CLI_EXIT_USAGE, "Wrong use: an option, a value or an argument is invalid."},
    {TRL_CLI_EXIT_INPUT,
     "An input is missing, truncated or not what it says it is. If it broke off after a frame, the "
     "films with the frames up to there are kept."},
    {TRL_CLI_EXIT_DEVICE,
     "No usable device, the device was lost, memory ran out, or this device or build does not "
     "support what was asked for."},
    {TRL_CLI_EXIT_OUTPUT, "An output could not be written, or exists and -y was not given."},
    {TRL_CLI_EXIT_DROPPED, "A frame would have been dropped under --on-full fail."},
    {TRL_CLI_EXIT_INTERNAL, "A bug in tensorreel."},
    {TRL_CLI_EXIT_SIGNAL + SIGINT, "Interrupted (SIGINT); the films so far were finished."},
    {TRL_CLI_EXIT_SIGNAL + SIGTERM, "Terminated (SIGTERM); the films so far were finished."},
    {0, NULL},
};

int trl_cli_exit_code(int error)
{
    switch ((enum trl_error)error) {
    case TRL_OK:
        return TRL_CLI_EXIT_DONE;
    case TRL_ERROR_USAGE:
        return TRL_CLI_EXIT_USAGE;
    case TRL_ERROR_INPUT:
        return TRL_CLI_EXIT_INPUT;
    case TRL_ERROR_DEVICE:
    case TRL_ERROR_DEVICE_LOST:
    case TRL_ERROR_DEVICE_MEMORY:
    case TRL_ERROR_MEMORY:
    case TRL_ERROR_UNSUPPORTED:
        return TRL_CLI_EXIT_DEVICE;
    case TRL_ERROR_OUTPUT:
        return TRL_CLI_EXIT_OUTPUT;
    case TRL_ERROR_DROPPED:
        return TRL_CLI_EXIT_DROPPED;
    case TRL_ERROR_CANCELLED:
        return TRL_CLI_EXIT_SIGNAL + SIGINT;
    case TRL_ERROR_INTERNAL:
        break;
    }
    return TRL_CLI_EXIT_INTERNAL;
}
