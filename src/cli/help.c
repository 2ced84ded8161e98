/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/help.h"

#include "cli/exits.h"

#include <string.h>

enum { INDENT = 4, WIDTH = 80 };

void trl_cli_print_wrapped(FILE *out, const char *text, int indent)
{
    int column = 0;
    while (*text) {
        const int length = (int)strcspn(text, " ");
        if (column && column + 1 + length > WIDTH) {
            fputc('\n', out);
            column = 0;
        }
        if (column)
            fputc(' ', out);
        else
            fprintf(out, "%*s", indent, "");
        column = (column ? column + 1 : indent) + length;
        fwrite(text, 1, (size_t)length, out);
        text += length + (text[length] == ' ');
    }
    fputc('\n', out);
}

void trl_cli_option_values(const struct trl_cli_option *option, char *text, size_t size)
{
    *text = 0;
    if (!option->choices || option->type->expects) {
        snprintf(text, size, "%s", option->placeholder);
        return;
    }
    for (const struct trl_cli_choice *choice = option->choices; choice->word; choice++) {
        const size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%s", used ? "|" : "", choice->word);
    }
}

void trl_cli_option_spelling(const struct trl_cli_option *option, char *text, size_t size)
{
    char values[128] = "";
    if (option->placeholder)
        trl_cli_option_values(option, values, sizeof(values));
    const char *space = *values ? " " : "";
    if (option->short_name)
        snprintf(text, size, "-%s%s%s, --%s%s%s", option->short_name, space, values, option->name,
                 space, values);
    else
        snprintf(text, size, "--%s%s%s", option->name, space, values);
}

static void print_section(FILE *out, const struct trl_cli_command *command,
                          enum trl_cli_section section)
{
    bool titled = false;
    for (const struct trl_cli_option *option = trl_cli_options; option->name; option++) {
        if (option->section != section || option->hidden || !(option->commands & command->bit))
            continue;
        if (!titled)
            fprintf(out, "\n%s\n", trl_cli_section_title(section));
        titled = true;
        char spelling[256];
        trl_cli_option_spelling(option, spelling, sizeof(spelling));
        fprintf(out, "  %s\n", spelling);
        trl_cli_print_wrapped(out, option->help, 2 * INDENT);
    }
}

static void print_commands(FILE *out)
{
    fprintf(out,
            "usage: tensorreel COMMAND ...\n\n"
            "Films tensors: simulations and streams of tensors become MP4, PNG, Y4M or hashes,\n"
            "rendered on any Vulkan device without a screen.\n\n");
    for (const struct trl_cli_command *command = trl_cli_commands; command->name; command++)
        fprintf(out, "  %-8s %-28s %s\n", command->name, command->operands, command->summary);
    fprintf(out, "\ntensorreel COMMAND --help explains a command.\n\n"
                 "  tensorreel render field.npy -o field.mp4\n"
                 "  tensorreel render 'step_*.npy' --cmap plasma --fps 60 -o film.mp4\n"
                 "  simulate | tensorreel render - -o film.mp4\n");
}

void trl_cli_help_print(FILE *out, const struct trl_cli_command *command)
{
    if (!command) {
        print_commands(out);
        return;
    }
    fprintf(out, "usage: tensorreel %s%s%s [OPTION...]\n\n", command->name,
            *command->operands ? " " : "", command->operands);
    trl_cli_print_wrapped(out, command->description, 0);
    for (int section = 0; section < TRL_CLI_SECTION_COUNT; section++)
        print_section(out, command, section);
}

static void print_options(FILE *out)
{
    for (const struct trl_cli_command *command = trl_cli_commands; command->name; command++)
        for (const struct trl_cli_option *option = trl_cli_options; option->name; option++)
            if ((option->commands & command->bit) && !option->hidden)
                fprintf(out, "%s\t%s\t%s\t%s\n", command->name, option->name,
                        option->short_name ? option->short_name : "",
                        option->placeholder ? option->placeholder : "");
}

int trl_cli_help(struct trl_cli_settings *settings)
{
    const struct trl_cli_words *operands = &settings->operands;
    switch (settings->page) {
    case TRL_CLI_PAGE_HELP:
        trl_cli_help_print(stdout,
                           operands->count ? trl_cli_command_find(operands->items[0]) : NULL);
        break;
    case TRL_CLI_PAGE_MAN:
        trl_cli_man_print(stdout);
        break;
    case TRL_CLI_PAGE_BASH:
        trl_cli_bash_print(stdout);
        break;
    case TRL_CLI_PAGE_ZSH:
        trl_cli_zsh_print(stdout);
        break;
    case TRL_CLI_PAGE_FISH:
        trl_cli_fish_print(stdout);
        break;
    case TRL_CLI_PAGE_OPTIONS:
        print_options(stdout);
        break;
    }
    return TRL_CLI_EXIT_DONE;
}
