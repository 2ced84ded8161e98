/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tensorreel/device.h>
#include <tensorreel/log.h>
#include <tensorreel/scene.h>
#include <tensorreel/sim.h>
#include <tensorreel/source.h>
#include <tensorreel/stream.h>

/*
 * The tables of subcommands and options. The parser, --help, the manual page and the completions
 * are all made from them, so an option that stands here exists everywhere.
 */

/* A bit a subcommand. */
enum trl_cli_command_bit {
    TRL_CLI_RENDER = 1 << 0,
    TRL_CLI_SIM = 1 << 1,
    TRL_CLI_DEVICES = 1 << 2,
    TRL_CLI_LIST = 1 << 3,
    TRL_CLI_VERSION = 1 << 4,
    TRL_CLI_HELP = 1 << 5,
    TRL_CLI_ALL = (1 << 6) - 1,
    TRL_CLI_FILM = TRL_CLI_RENDER | TRL_CLI_SIM,
};

enum trl_cli_section {
    TRL_CLI_SECTION_INPUT = 0,
    TRL_CLI_SECTION_SIMULATION,
    TRL_CLI_SECTION_PICTURE,
    TRL_CLI_SECTION_PANELS,
    TRL_CLI_SECTION_COLOUR,
    TRL_CLI_SECTION_OUTPUT,
    TRL_CLI_SECTION_RUN,
    TRL_CLI_SECTION_GENERAL,
    TRL_CLI_SECTION_COUNT,
};

/* What help generates. */
enum trl_cli_page {
    TRL_CLI_PAGE_HELP = 0,
    TRL_CLI_PAGE_MAN,
    TRL_CLI_PAGE_BASH,
    TRL_CLI_PAGE_ZSH,
    TRL_CLI_PAGE_FISH,
    TRL_CLI_PAGE_OPTIONS,
};

/* Words of the command line, borrowed from what was given. */
struct trl_cli_words {
    const char **items;
    int count;
};

struct trl_cli_given;
struct trl_cli_givens {
    struct trl_cli_given *items;
    int count, capacity;
};

/* Everything that the command line can say. The library's own structs hold what goes to it. */
struct trl_cli_settings {
    const struct trl_cli_command *command;
    struct trl_cli_givens given;   /* all of it, as words */
    struct trl_cli_words operands; /* what is not an option */
    struct trl_cli_words outputs;
    struct trl_source_params source;
    struct trl_stream_params stream;
    struct trl_output_params output; /* what all outputs have in common; no path */
    struct trl_scene_params scene;   /* no panels: these come from the words below */
    struct trl_cli_words panels;
    const char *view, *filters, *expr; /* of the panel of a film without --panel; or NULL */
    struct trl_cli_words frame_times;  /* NAME=TIME */
    struct trl_cli_words axes;         /* NAME=LETTERS; those of the others are in source */
    struct trl_sim_params sim;
    struct trl_sim_setting *sim_settings; /* names are owned */
    struct trl_device_params device;
    const char *channel;
    const char *network;     /* file or words; NULL: none */
    int64_t frame_count;     /* of a simulation; 0: not given */
    int64_t steps_per_frame; /* 0: not given */
    double seconds;          /* length of a simulation's film; 0: not given */
    const char *progress_path;
    const char *sheet_path; /* of a contact sheet; NULL: none */
    enum trl_cli_page page;
    int verbose; /* how often -v was given */
    bool quiet, json, dry_run, print_film, help, version;
    bool crf_given, percentile_given;
    bool robust; /* percentiles in place of extremes */
};

struct trl_cli_option;

/* A kind of value: how it is read, and what a message says that it wants. */
struct trl_cli_type {
    /* Reads text (NULL for flags, and for an optional value that is left out) into settings; false:
     * not a valid value. */
    bool (*read)(struct trl_cli_settings *settings, const struct trl_cli_option *option,
                 const char *text);
    const char *expects;
};

struct trl_cli_choice {
    const char *word; /* NULL ends a list */
    int value;
};

/* What becomes of an option that is given again. */
enum trl_cli_repeat {
    TRL_CLI_ONCE = 0, /* the last one counts */
    TRL_CLI_BY_NAME,  /* of NAME=VALUE the last one of a name */
    TRL_CLI_REPEATS,  /* all of them count */
    TRL_CLI_REPLACES, /* likewise, but those of the command line take the place of a description's
                       */
};

enum trl_cli_completion {
    TRL_CLI_COMPLETE_NOTHING = 0, /* or the choices, where there are any */
    TRL_CLI_COMPLETE_FILES,
    TRL_CLI_COMPLETE_CMAPS,
    TRL_CLI_COMPLETE_MODELS,
    TRL_CLI_COMPLETE_VIEWS,
};

struct trl_cli_option {
    const char *name;        /* without dashes: "fps" */
    const char *short_name;  /* without the dash: "o", "c:v"; or NULL */
    const char *placeholder; /* of the value; NULL: a flag */
    unsigned commands;       /* a mask of trl_cli_command_bit */
    enum trl_cli_section section;
    const struct trl_cli_type *type;
    size_t target; /* offset in struct trl_cli_settings, for the types that use one */
    int value;     /* what a flag stores */
    int64_t low, high;
    const struct trl_cli_choice *choices;
    enum trl_cli_completion completion; /* FILES: the value is a path */
    enum trl_cli_repeat repeat;
    bool optional; /* the value may be left out; a word that is none is left alone, so reading one
                      that is none must leave the settings as they are */
    bool hidden;   /* understood, but in no page */
    const char *help;
};

struct trl_cli_command {
    const char *name;
    const char *operands; /* "INPUT..." */
    const char *summary;  /* half a line */
    const char *description;
    const struct trl_cli_choice *choices;          /* of the operand; NULL: free */
    int (*run)(struct trl_cli_settings *settings); /* returns the exit code */
    enum trl_cli_command_bit bit;
    int operand_min, operand_max;
    enum trl_cli_completion completion;
};

/* Ends with name NULL. */
extern const struct trl_cli_option trl_cli_options[];
extern const struct trl_cli_command trl_cli_commands[];

/* The command of that name, or NULL. */
const struct trl_cli_command *trl_cli_command_find(const char *name);
/* The word of an option's choice of that value, the first that has it; NULL if none has. */
const char *trl_cli_choice_word(const char *option, int value);
/* "Input" and so on. */
const char *trl_cli_section_title(enum trl_cli_section section);

/* The subcommands. */
int trl_cli_render(struct trl_cli_settings *settings);
int trl_cli_sim(struct trl_cli_settings *settings);
int trl_cli_devices(struct trl_cli_settings *settings);
int trl_cli_list(struct trl_cli_settings *settings);
int trl_cli_version(struct trl_cli_settings *settings);
int trl_cli_help(struct trl_cli_settings *settings);
