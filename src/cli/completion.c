/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/help.h"

#include <string.h>

/* Prints the words that can stand for a value, each after a space. */
static void print_words(FILE *out, const struct trl_cli_choice *choices,
                        enum trl_cli_completion completion)
{
    for (const struct trl_cli_choice *choice = choices; choice && choice->word; choice++)
        fprintf(out, " %s", choice->word);
    if (completion == TRL_CLI_COMPLETE_CMAPS)
        for (const char *const *name = trl_cmap_names(); *name; name++)
            fprintf(out, " %s %s_r", *name, *name);
    if (completion == TRL_CLI_COMPLETE_VIEWS)
        for (const struct trl_panel_word *view = trl_panel_views(); view->word; view++)
            fprintf(out, " %s", view->word);
    if (completion == TRL_CLI_COMPLETE_MODELS)
        for (const struct trl_sim_model *const *model = trl_sim_models(); *model; model++)
            fprintf(out, " %s", (*model)->name);
}

/* The first sentence of a help text without its full stop, quoted for the inside of '...'. */
static void print_sentence(FILE *out, const char *help, bool zsh)
{
    const char *end = strstr(help, ". ");
    size_t length = end ? (size_t)(end - help) : strlen(help);
    if (length && help[length - 1] == '.')
        length--;
    for (size_t i = 0; i < length; i++) {
        if (help[i] == '\'')
            fputs("'\\''", out);
        else if (zsh && strchr(":[]", help[i]))
            fprintf(out, "\\%c", help[i]);
        else
            fputc(help[i], out);
    }
}

static bool belongs(const struct trl_cli_option *option, const struct trl_cli_command *command)
{
    return (option->commands & command->bit) && !option->hidden;
}

/* True for the first row of a name: two commands may each have an option of that name. */
static bool is_first(const struct trl_cli_option *option)
{
    const struct trl_cli_option *first = trl_cli_options;
    while (strcmp(first->name, option->name) != 0)
        first++;
    return first == option;
}

static void print_bash_pattern(FILE *out, const struct trl_cli_option *option, bool first)
{
    fprintf(out, "%s--%s", first ? "    " : " | ", option->name);
    if (option->short_name)
        fprintf(out, " | -%s", option->short_name);
}

static void print_bash_values(FILE *out)
{
    bool first = true;
    for (const struct trl_cli_option *option = trl_cli_options; option->name; option++) {
        if (!option->placeholder || option->optional || option->hidden || !is_first(option))
            continue;
        if (option->choices || option->completion)
            continue;
        print_bash_pattern(out, option, first);
        first = false;
    }
    fputs(") return ;;\n", out);
    for (const struct trl_cli_option *option = trl_cli_options; option->name; option++) {
        if (option->hidden || !(option->choices || option->completion))
            continue;
        print_bash_pattern(out, option, true);
        if (option->completion == TRL_CLI_COMPLETE_FILES) {
            fputs(")\n        compopt -o filenames 2>/dev/null\n"
                  "        COMPREPLY=($(compgen -f -- \"$cur\"))\n",
                  out);
        } else {
            fputs(")\n        COMPREPLY=($(compgen -W \"", out);
            print_words(out, option->choices, option->completion);
            fputs("\" -- \"$cur\"))\n", out);
        }
        fputs("        return\n        ;;\n", out);
    }
}

void trl_cli_bash_print(FILE *out)
{
    fputs("# bash completion for tensorreel\n"
          "_tensorreel()\n{\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} options words\n"
          "    COMPREPLY=()\n"
          "    if [[ $cur == \"=\" ]]; then\n"
          "        cur=\n"
          "    elif [[ $prev == \"=\" ]]; then\n"
          "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
          "    fi\n"
          "    if ((COMP_CWORD == 1)); then\n"
          "        COMPREPLY=($(compgen -W \"",
          out);
    for (const struct trl_cli_command *command = trl_cli_commands; command->name; command++)
        fprintf(out, "%s ", command->name);
    fputs("--help --version\" -- \"$cur\"))\n        return\n    fi\n    case $prev in\n", out);
    print_bash_values(out);
    fputs("    esac\n    case ${COMP_WORDS[1]} in\n", out);
    for (const struct trl_cli_command *command = trl_cli_commands; command->name; command++) {
        fprintf(out, "    %s)\n        options=\"", command->name);
        for (const struct trl_cli_option *option = trl_cli_options; option->name; option++)
            if (belongs(option, command))
                fprintf(out, option->short_name ? "--%s -%s " : "--%s ", option->name,
                        option->short_name);
        fputs("\"\n        words=\"", out);
        print_words(out, command->choices, command->completion);
        fputs("\"\n        ;;\n", out);
    }
    fputs("    *) return ;;\n    esac\n"
          "    if [[ $cur == -* ]]; then\n"
          "        COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
          "    elif [[ -n $words ]]; then\n"
          "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
          "    elif [[ ${COMP_WORDS[1]} == render ]]; then\n"
          "        compopt -o filenames 2>/dev/null\n"
          "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
          "    fi\n}\n"
          "complete -F _tensorreel tensorreel\n",
          out);
}

static void print_zsh_action(FILE *out, const struct trl_cli_choice *choices,
                             enum trl_cli_completion completion)
{
    if (completion == TRL_CLI_COMPLETE_FILES) {
        fputs("_files", out);
    } else if (choices || completion) {
        fputc('(', out);
        print_words(out, choices, completion);
        fputs(" )", out);
    } else {
        fputc(' ', out);
    }
}

static void print_zsh_spec(FILE *out, const struct trl_cli_option *option, const char *name,
                           const char *dashes)
{
    fprintf(out, "        '*%s", dashes);
    for (; *name; name++)
        fprintf(out, *name == ':' ? "\\%c" : "%c", *name);
    if (option->placeholder && dashes[1])
        fputc('=', out);
    fputc('[', out);
    print_sentence(out, option->help, true);
    fputc(']', out);
    if (option->placeholder) {
        fprintf(out, option->optional ? "::%s:" : ":%s:", option->name);
        print_zsh_action(out, option->choices, option->completion);
    }
    fputs("'\n", out);
}

void trl_cli_zsh_print(FILE *out)
{
    fputs("#compdef tensorreel\n"
          "_tensorreel() {\n"
          "  local -a commands specs\n"
          "  commands=(\n",
          out);
    for (const struct trl_cli_command *command = trl_cli_commands; command->name; command++)
        fprintf(out, "    '%s:%s'\n", command->name, command->summary);
    fputs("  )\n"
          "  if (( CURRENT == 2 )); then\n"
          "    _describe command commands\n"
          "    return\n"
          "  fi\n"
          "  local command=$words[2]\n"
          "  shift words\n"
          "  (( CURRENT-- ))\n"
          "  case $command in\n",
          out);
    for (const struct trl_cli_command *command = trl_cli_commands; command->name; command++) {
        fprintf(out, "    %s)\n      specs=(\n", command->name);
        for (const struct trl_cli_option *option = trl_cli_options; option->name; option++) {
            if (!belongs(option, command))
                continue;
            print_zsh_spec(out, option, option->name, "--");
            if (option->short_name)
                print_zsh_spec(out, option, option->short_name, "-");
        }
        if (command->operand_max) {
            fputs("        '*:operand:", out);
            print_zsh_action(out, command->choices, command->completion);
            fputs("'\n", out);
        }
        fputs("      ) ;;\n", out);
    }
    fputs("  esac\n"
          "  _arguments $specs\n"
          "}\n"
          "_tensorreel \"$@\"\n",
          out);
}

static void print_fish_option(FILE *out, const struct trl_cli_command *command,
                              const struct trl_cli_option *option)
{
    fprintf(out, "complete -c tensorreel -n '__fish_seen_subcommand_from %s' -l %s", command->name,
            option->name);
    if (option->short_name)
        fprintf(out, " -%c %s", option->short_name[1] ? 'o' : 's', option->short_name);
    if (option->placeholder && option->completion == TRL_CLI_COMPLETE_FILES) {
        fputs(" -r -F", out);
    } else if (option->placeholder && !option->optional) {
        fputs(" -x", out);
        if (option->choices || option->completion) {
            fputs(" -a '", out);
            print_words(out, option->choices, option->completion);
            fputc('\'', out);
        }
    }
    fputs(" -d '", out);
    print_sentence(out, option->help, false);
    fputs("'\n", out);
}

void trl_cli_fish_print(FILE *out)
{
    fputs("# fish completion for tensorreel\ncomplete -c tensorreel -f\n", out);
    for (const struct trl_cli_command *command = trl_cli_commands; command->name; command++) {
        fprintf(out, "complete -c tensorreel -n __fish_use_subcommand -a %s -d '%s'\n",
                command->name, command->summary);
        for (const struct trl_cli_option *option = trl_cli_options; option->name; option++)
            if (belongs(option, command))
                print_fish_option(out, command, option);
        if (command->completion == TRL_CLI_COMPLETE_FILES) {
            fprintf(out, "complete -c tensorreel -n '__fish_seen_subcommand_from %s' -F\n",
                    command->name);
        } else if (command->operand_max) {
            fprintf(out, "complete -c tensorreel -n '__fish_seen_subcommand_from %s' -a '",
                    command->name);
            print_words(out, command->choices, command->completion);
            fputs("'\n", out);
        }
    }
}
