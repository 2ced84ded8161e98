/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/exits.h"
#include "cli/help.h"

#include <tensorreel/filter.h>
#include <tensorreel/version.h>

/* One line of roff: text in which nothing is a command or an escape. */
static void print_text(FILE *out, const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", out);
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else
            fputc(*text, out);
    }
    fputc('\n', out);
}

static void print_bold_item(FILE *out, const char *text)
{
    fputs(".TP\n.B ", out);
    print_text(out, text);
}

static void print_commands(FILE *out)
{
    fputs(".SH COMMANDS\n", out);
    for (const struct trl_cli_command *command = trl_cli_commands; command->name; command++) {
        char line[128];
        snprintf(line, sizeof(line), "%s%s%s", command->name, *command->operands ? " " : "",
                 command->operands);
        print_bold_item(out, line);
        print_text(out, command->description);
    }
}

/* Names the commands that know an option, unless all do that make films. */
static void print_commands_of(FILE *out, const struct trl_cli_option *option)
{
    if ((option->commands & TRL_CLI_FILM) == TRL_CLI_FILM)
        return;
    fputs("Only for", out);
    const char *before = " ";
    for (const struct trl_cli_command *command = trl_cli_commands; command->name; command++)
        if (command->bit & option->commands) {
            fprintf(out, "%s%s", before, command->name);
            before = ", ";
        }
    fputs(".\n", out);
}

static void print_options(FILE *out)
{
    fputs(".SH OPTIONS\n", out);
    print_text(out, "--option=VALUE and --option VALUE are the same; -- ends the options.");
    for (int section = 0; section < TRL_CLI_SECTION_COUNT; section++) {
        fprintf(out, ".SS %s\n", trl_cli_section_title((enum trl_cli_section)section));
        for (const struct trl_cli_option *option = trl_cli_options; option->name; option++) {
            if ((int)option->section != section || option->hidden)
                continue;
            char spelling[256];
            trl_cli_option_spelling(option, spelling, sizeof(spelling));
            print_bold_item(out, spelling);
            print_text(out, option->help);
            print_commands_of(out, option);
        }
    }
}

static void print_panel_words(FILE *out, const char *title, const struct trl_panel_word *words)
{
    fprintf(out, ".SS %s\n", title);
    for (; words->word; words++) {
        char spelling[128];
        trl_cli_panel_spelling(words, spelling, sizeof(spelling));
        print_bold_item(out, spelling);
        print_text(out, words->help);
    }
}

static void print_panels(FILE *out)
{
    fputs(".SH PANELS\n", out);
    print_text(out, "A panel is a view with its options behind commas, as in "
                    "heatmap,cmap=hot,norm=log,filter=gaussian=2+abs. A comma within a value has a "
                    "backslash before it, or the value stands in double quotes. \"tensorreel list "
                    "views\" shows which view takes which option.");
    print_panel_words(out, "Views", trl_panel_views());
    print_panel_words(out, "Options of views", trl_panel_options());
    fputs(".SH FILTERS\n", out);
    print_text(out, "A chain of filters is carried out from left to right: gaussian=2,abs.");
    for (const struct trl_filter_info *filter = trl_filter_list(); filter->name; filter++) {
        char spelling[128];
        snprintf(spelling, sizeof(spelling), "%s%s", filter->name, filter->arguments);
        print_bold_item(out, spelling);
        print_text(out, filter->help);
    }
}

static void print_films(FILE *out)
{
    fputs(".SH FILM DESCRIPTIONS\n", out);
    print_text(out,
               "A description, as --film reads and --print-film writes it, is a JSON object. Its "
               "keys are names of options without dashes, their values strings, numbers, true "
               "for options that take no value, and arrays for options that may be repeated. "
               "Besides there are:");
    print_bold_item(out, "inputs");
    print_text(out, "For render: an array of paths, of texts NAME=PATH, or of objects with path, "
                    "name, axes and frame-time.");
    print_bold_item(out, "model");
    print_text(out, "For sim: the name of the model.");
    print_bold_item(out, "panels");
    print_text(out, "An array of objects with name, input, view and the options of views as keys, "
                    "or of texts as of --panel.");
    fputs(".PP\n", out);
    print_text(out,
               "Relative paths are relative to the folder of the description. The command line "
               "overrides options that are given once, and inputs of the same name; the others "
               "it adds to.");
    fputs(".PP\n.RS 4\n.EX\n", out);
    print_text(out, "{\"inputs\": [\"loss=loss.npy\"], \"title\": \"Loss\", \"fps\": 25,");
    print_text(out, " \"panels\": [{\"input\": \"loss\", \"view\": \"lines\", \"roll\": true}],");
    print_text(out, " \"output\": [\"loss.mp4\", \"loss.framehash\"]}");
    fputs(".EE\n.RE\n", out);
}

static void print_exits(FILE *out)
{
    fputs(".SH EXIT STATUS\n", out);
    for (const struct trl_cli_exit_row *row = trl_cli_exit_rows; row->meaning; row++) {
        char code[16];
        snprintf(code, sizeof(code), "%d", row->code);
        print_bold_item(out, code);
        print_text(out, row->meaning);
    }
}

static void print_example(FILE *out, const char *what, const char *command)
{
    fputs(".PP\n", out);
    print_text(out, what);
    fputs(".PP\n.RS 4\n.EX\n", out);
    print_text(out, command);
    fputs(".EE\n.RE\n", out);
}

void trl_cli_man_print(FILE *out)
{
    fprintf(out, ".TH TENSORREEL 1 \"\" \"tensorreel %s\" \"User Commands\"\n", trl_version());
    fputs(".SH NAME\ntensorreel \\- films tensors\n", out);
    fputs(".SH SYNOPSIS\n", out);
    for (const struct trl_cli_command *command = trl_cli_commands; command->name; command++) {
        fprintf(out, ".B tensorreel %s\n", command->name);
        if (*command->operands)
            print_text(out, command->operands);
        fputs("[OPTION...]\n.br\n", out);
    }
    fputs(".SH DESCRIPTION\n", out);
    print_text(out, "Films tensors: simulations and streams of tensors are drawn on a Vulkan "
                    "device, without a screen, and become MP4 and other films, PNG sequences, Y4M "
                    "or hash manifests. Results go to standard output, everything else to "
                    "standard error. Files get their final names when they are complete.");
    print_commands(out);
    print_options(out);
    print_panels(out);
    print_films(out);
    print_exits(out);
    fputs(".SH FILES\n", out);
    print_bold_item(out, "NAME.part");
    print_text(out, "What an output is called while it is written. It gets its own name when it is "
                    "complete; one that is left over after a crash can be deleted. Every PNG file "
                    "of a sequence gets its name at once.");
    fputs(".SH ENVIRONMENT\n", out);
    print_bold_item(out, "NO_COLOR");
    print_text(out, "If set and not empty, messages and lists on a terminal have no colours.");
    print_bold_item(out, "VK_DRIVER_FILES, VK_ICD_FILENAMES");
    print_text(out, "The Vulkan drivers that the loader offers.");
    fputs(".SH SIGNALS\n", out);
    print_text(
        out,
        "The first SIGINT, SIGTERM or SIGHUP ends the film after the frame in hand and finishes "
        "the files; a second one ends the program at once and leaves no file under "
        "its final name.");
    fputs(".SH EXAMPLES\n", out);
    print_example(out, "A field over time, frames along the first axis:",
                  "tensorreel render field.npy -o field.mp4");
    print_example(out, "One file a frame, a fixed range, 60 frames a second:",
                  "tensorreel render 'step_*.npy' --vmin 0 --vmax 1 --fps 60 -o film.mp4");
    print_example(out, "A program that writes .npy records to its output:",
                  "simulate | tensorreel render - --range frame -o film.mp4");
    print_example(out, "Two tensors and their difference, side by side:",
                  "tensorreel render a=a.npy b=b.npy --panel a --panel b --panel 'diff=a-b' "
                  "-o film.mp4");
    print_example(out, "What a film description would make, and the film with another title:",
                  "tensorreel render --film film.json --title 'Second run' --dry-run");
    print_example(out, "PNG files and a manifest of hashes in one run:",
                  "tensorreel render field.npy -o frame_%05d.png -o field.framehash");
}
