/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/describe.h"
#include "cli/exits.h"
#include "cli/help.h"
#include "cli/message.h"
#include "cli/parse.h"
#include "cli/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A closed standard descriptor would be given to the next file that is opened, and what is meant
 * for a terminal would end up in a film. The stand-ins fail every use, as a closed one does. */
static void guard_descriptors(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
            _exit(TRL_CLI_EXIT_OUTPUT);
}

static int run(struct trl_cli_settings *settings, int argc, char **argv)
{
    const int code = trl_cli_parse(settings, argc, argv);
    if (code)
        return code;
    if (settings->help) {
        trl_cli_help_print(stdout, settings->command);
        return TRL_CLI_EXIT_DONE;
    }
    if (settings->version)
        return trl_cli_version(settings);
    return settings->print_film ? trl_cli_description_print(settings)
                                : settings->command->run(settings);
}

/* A reader that has seen enough: help | head -1. */
static bool reader_is_gone(void)
{
    struct pollfd end = {.fd = STDOUT_FILENO};
    return poll(&end, 1, 0) == 1 && end.revents & POLLERR;
}

/* Commands whose result is text for people, not the account of a film. */
static bool only_tells(const struct trl_cli_settings *settings)
{
    return settings->help || settings->version ||
           (settings->command && !(settings->command->bit & TRL_CLI_FILM));
}

int main(int argc, char **argv)
{
    guard_descriptors();
    trl_cli_signals_install();
    struct trl_cli_settings settings = {0};
    int code = run(&settings, argc, argv);
    const bool tells = only_tells(&settings);
    trl_cli_settings_clear(&settings);
    if ((fflush(stdout) || ferror(stdout)) && !code && !(tells && reader_is_gone())) {
        char line[256];
        snprintf(line, sizeof(line), "standard output: cannot be written: %s", strerror(errno));
        trl_cli_message(TRL_LOG_ERROR, line);
        code = TRL_CLI_EXIT_OUTPUT;
    }
    return code;
}
