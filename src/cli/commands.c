/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/options.h"

#include <limits.h>
#include <string.h>

static const struct trl_cli_choice lists[] = {
    {"cmaps", 0}, {"views", 0}, {"filters", 0}, {"models", 0}, {"networks", 0}, {"codecs", 0}, {0}};
static const struct trl_cli_choice topics[] = {{"render", 0}, {"sim", 0},   {"devices", 0},
                                               {"list", 0},   {"bench", 0}, {"version", 0},
                                               {"help", 0},   {0}};
static const struct trl_cli_choice subjects[] = {{"burst", 0}, {0}};

const struct trl_cli_command trl_cli_commands[] = {
    {.name = "render",
     .bit = TRL_CLI_RENDER,
     .operands = "INPUT... -o OUT",
     .summary = "films tensors",
     .description = "Draws every frame of the inputs and writes them as a film. INPUT is one or "
                    "several .npy files in the order of the film, a pattern such as 'step_*.npy', "
                    "which is expanded in natural order, or - for .npy records one after another "
                    "on standard input. NAME=PATH gives an input a name, for panels and "
                    "expressions; panels may name files themselves.",
     .operand_min = 0,
     .operand_max = INT_MAX,
     .completion = TRL_CLI_COMPLETE_FILES,
     .run = trl_cli_render},
    {.name = "sim",
     .bit = TRL_CLI_SIM,
     .operands = "MODEL -o OUT",
     .summary = "films a simulation",
     .description = "Runs a model on the device and films one of its tensors. \"tensorreel list "
                    "models\" names the models, their channels and their settings.",
     .operand_min = 1,
     .operand_max = 1,
     .completion = TRL_CLI_COMPLETE_MODELS,
     .run = trl_cli_sim},
    {.name = "devices",
     .bit = TRL_CLI_DEVICES,
     .operands = "",
     .summary = "shows the devices",
     .description = "Shows the Vulkan devices of this machine, which one the program will use, the "
                    "limits that matter, and why those that cannot be used are refused.",
     .run = trl_cli_devices},
    {.name = "list",
     .bit = TRL_CLI_LIST,
     .operands = "cmaps|views|filters|models|networks|codecs",
     .summary = "lists what can be named",
     .description =
         "Lists the colour maps, the views of panels with their options, the filters, "
         "the models with their channels and settings, the kinds of networks that can be "
         "generated, or the kinds of output of this build.",
     .operand_min = 1,
     .operand_max = 1,
     .choices = lists,
     .run = trl_cli_list},
    {.name = "bench",
     .bit = TRL_CLI_BENCH,
     .operands = "[burst]",
     .summary = "measures this machine",
     .description = "Measures how long bursts of spiking networks take that keep themselves "
                    "firing, on the processor and on the device: medians and quartiles over "
                    "rounds, times of the device, bytes and waits between it and the host, and "
                    "what the cost model had expected by which a backend is chosen.",
     .operand_max = 1,
     .choices = subjects,
     .run = trl_cli_bench},
    {.name = "version",
     .bit = TRL_CLI_VERSION,
     .operands = "",
     .summary = "shows the version",
     .description = "Shows the version of the program and of the library, and what was built in.",
     .run = trl_cli_version},
    {.name = "help",
     .bit = TRL_CLI_HELP,
     .operands = "[COMMAND]",
     .summary = "explains a command",
     .description = "Prints the options of a command, or the list of commands.",
     .operand_max = 1,
     .choices = topics,
     .run = trl_cli_help},
    {0},
};

const struct trl_cli_command *trl_cli_command_find(const char *name)
{
    for (const struct trl_cli_command *command = trl_cli_commands; command->name; command++)
        if (!strcmp(command->name, name))
            return command;
    return NULL;
}
