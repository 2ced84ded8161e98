/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/signals.h"

#include "cli/exits.h"

#include <tensorreel/stream.h>

#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* A handler has no argument of ours: what it needs can only be static. */
static _Atomic(struct trl_stream *) watched;
static atomic_int caught;
static atomic_bool holding;

static void cancel(void)
{
    struct trl_stream *stream = atomic_load(&watched);
    if (stream)
        trl_stream_cancel(stream);
}

static void handle(int number)
{
    if (!atomic_load(&holding) || atomic_exchange(&caught, number))
        _exit(TRL_CLI_EXIT_SIGNAL + number);
    cancel();
}

void trl_cli_signals_install(void)
{
    struct sigaction action = {.sa_handler = handle};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* A terminal that is closed; nohup lets it be ignored. */
    struct sigaction hangup;
    if (!sigaction(SIGHUP, NULL, &hangup) && hangup.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

void trl_cli_signals_hold(void)
{
    atomic_store(&holding, true);
}

void trl_cli_signals_watch(struct trl_stream *stream)
{
    atomic_store(&watched, stream);
    if (atomic_load(&caught))
        cancel();
}

int trl_cli_signals_caught(void)
{
    return atomic_load(&caught);
}
