/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/options.h"

#include "cli/values.h"

#include <limits.h>
#include <string.h>

static const struct trl_cli_choice aspects[] = {
    {"equal", TRL_ASPECT_EQUAL}, {"auto", TRL_ASPECT_AUTO}, {0}};
static const struct trl_cli_choice origins[] = {
    {"upper", TRL_ORIGIN_UPPER}, {"lower", TRL_ORIGIN_LOWER}, {0}};
static const struct trl_cli_choice interpolations[] = {
    {"nearest", TRL_INTERPOLATION_NEAREST}, {"bilinear", TRL_INTERPOLATION_BILINEAR}, {0}};
static const struct trl_cli_choice reduces[] = {{"auto", TRL_REDUCE_AUTO},
                                                {"max", TRL_REDUCE_MAX},
                                                {"mean", TRL_REDUCE_MEAN},
                                                {"minmax", TRL_REDUCE_MINMAX},
                                                {0}};
static const struct trl_cli_choice ranges[] = {{"movie", TRL_RANGE_MOVIE},
                                               {"frame", TRL_RANGE_FRAME},
                                               {"percentile", TRL_RANGE_PERCENTILE_MOVIE},
                                               {"percentile-frame", TRL_RANGE_PERCENTILE_FRAME},
                                               {"running", TRL_RANGE_RUNNING},
                                               {0}};
static const struct trl_cli_choice equalizations[] = {
    {"global", TRL_EQUALIZE_GLOBAL}, {"clahe", TRL_EQUALIZE_CLAHE}, {0}};
static const struct trl_cli_choice norms[] = {{"linear", TRL_NORM_LINEAR},
                                              {"log", TRL_NORM_LOG},
                                              {"symlog", TRL_NORM_SYMLOG},
                                              {"power", TRL_NORM_POWER},
                                              {0}};
static const struct trl_cli_choice chromas[] = {
    {"420", TRL_CHROMA_420}, {"444", TRL_CHROMA_444}, {0}};
static const struct trl_cli_choice policies[] = {{"block", TRL_ON_FULL_BLOCK},
                                                 {"drop-newest", TRL_ON_FULL_DROP_NEWEST},
                                                 {"drop-oldest", TRL_ON_FULL_DROP_OLDEST},
                                                 {"fail", TRL_ON_FULL_FAIL},
                                                 {0}};
static const struct trl_cli_choice canvases[] = {
    {"auto", TRL_CANVAS_AUTO}, {"indexed", TRL_CANVAS_INDEXED}, {"rgba", TRL_CANVAS_RGBA}, {0}};
static const struct trl_cli_choice backends[] = {
    {"auto", TRL_BACKEND_AUTO}, {"cpu", TRL_BACKEND_CPU}, {"gpu", TRL_BACKEND_GPU}, {0}};
static const struct trl_cli_choice lists[] = {{"cmaps", 0},  {"views", 0},  {"filters", 0},
                                              {"models", 0}, {"codecs", 0}, {0}};
static const struct trl_cli_choice topics[] = {
    {"render", 0}, {"sim", 0}, {"devices", 0}, {"list", 0}, {"version", 0}, {"help", 0}, {0}};

#define AT(member) offsetof(struct trl_cli_settings, member)

const struct trl_cli_option trl_cli_options[] = {
    /* input */
    {.name = "raw",
     .placeholder = "SPEC",
     .commands = TRL_CLI_RENDER,
     .section = TRL_CLI_SECTION_INPUT,
     .type = &trl_cli_type_text,
     .target = AT(source.raw),
     .help =
         "Read headerless data, one frame after another: dtype=f4le,shape=480x640 (rows x "
         "columns), then ,frames=N for no more than so many and ,offset=BYTES where they begin. "
         "Types: b1 i1 u1 i2 u2 i4 u4 i8 u8 f2 bf16 f4 f8, le or be behind them (le is the "
         "default), or numpy's names: float32, <f4."},
    {.name = "axes",
     .placeholder = "LETTERS",
     .commands = TRL_CLI_RENDER,
     .section = TRL_CLI_SECTION_INPUT,
     .type = &trl_cli_type_text,
     .target = AT(source.axes),
     .help = "What each axis is, slowest first: T frame, H or Y row, W or X column, N Z B C tile. "
             "Two tile axes may lie side by side, as in TNCHW. Default: W, HW, THW or TNHW by the "
             "number of axes; TW of two with --scroll."},
    {.name = "frames",
     .placeholder = "A:B:STEP",
     .commands = TRL_CLI_RENDER,
     .section = TRL_CLI_SECTION_INPUT,
     .type = &trl_cli_type_frames,
     .help = "Take every STEPth frame from A on, below B, counted from 0. Each may be left out; "
             "a number alone is one frame."},
    /* simulation */
    {.name = "channel",
     .placeholder = "NAME",
     .commands = TRL_CLI_SIM,
     .section = TRL_CLI_SECTION_SIMULATION,
     .type = &trl_cli_type_text,
     .target = AT(channel),
     .help = "The tensor of the model to film. Default: its first; \"tensorreel list models\" "
             "names them."},
    {.name = "frames",
     .placeholder = "N",
     .commands = TRL_CLI_SIM,
     .section = TRL_CLI_SECTION_SIMULATION,
     .type = &trl_cli_type_int64,
     .target = AT(frame_count),
     .low = 1,
     .high = INT64_MAX,
     .help = "Length of the film in frames. Default: 300."},
    {.name = "seconds",
     .placeholder = "S",
     .commands = TRL_CLI_SIM,
     .section = TRL_CLI_SECTION_SIMULATION,
     .type = &trl_cli_type_positive,
     .target = AT(seconds),
     .help = "Length of the film in seconds as it plays, instead of --frames."},
    {.name = "steps-per-frame",
     .placeholder = "K",
     .commands = TRL_CLI_SIM,
     .section = TRL_CLI_SECTION_SIMULATION,
     .type = &trl_cli_type_int64,
     .target = AT(steps_per_frame),
     .low = 1,
     .high = INT_MAX,
     .help = "Steps of the model between two frames. Default: one millisecond of the model's time, "
             "at least one step."},
    {.name = "sheet",
     .placeholder = "WxH",
     .commands = TRL_CLI_SIM,
     .section = TRL_CLI_SECTION_SIMULATION,
     .type = &trl_cli_type_size,
     .target = AT(sim.width),
     .low = 1,
     .high = INT_MAX,
     .help = "Size of the simulated sheet in elements. Default: the model's."},
    {.name = "seed",
     .placeholder = "N",
     .commands = TRL_CLI_SIM,
     .section = TRL_CLI_SECTION_SIMULATION,
     .type = &trl_cli_type_seed,
     .target = AT(sim.seed),
     .help = "Seed of the random numbers. The same seed gives the same film. Default: 0."},
    {.name = "set",
     .placeholder = "NAME=VALUE",
     .commands = TRL_CLI_SIM,
     .section = TRL_CLI_SECTION_SIMULATION,
     .type = &trl_cli_type_set,
     .help = "Change a setting of the model; may be repeated."},
    {.name = "backend",
     .placeholder = "WHERE",
     .commands = TRL_CLI_SIM,
     .section = TRL_CLI_SECTION_SIMULATION,
     .type = &trl_cli_type_choice,
     .target = AT(sim.backend),
     .choices = backends,
     .help = "Where the simulation runs. Default: auto."},
    /* picture */
    {.name = "size",
     .placeholder = "WxH",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_PICTURE,
     .type = &trl_cli_type_size,
     .target = AT(stream.view.width),
     .low = 1,
     .high = 65535,
     .help = "Size of the picture in pixels; the tensor is fitted into it. Default: as many whole "
             "pixels a cell as fit into 1920x1080; a pixel a cell up to 3840x2160; larger ones are "
             "reduced to 1920x1080; never thinner than 64 pixels."},
    {.name = "scale",
     .placeholder = "N",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_PICTURE,
     .type = &trl_cli_type_int,
     .target = AT(stream.view.scale),
     .low = 1,
     .high = 4096,
     .help = "Pixels a cell, instead of --size; 1 is the bare tensor."},
    {.name = "aspect",
     .placeholder = "HOW",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_PICTURE,
     .type = &trl_cli_type_choice,
     .target = AT(stream.view.aspect),
     .choices = aspects,
     .help = "Square cells (but for pictures that would be thinner than 64 pixels where neither "
             "--size nor --scale is given), or cells that fill the picture. Default: equal."},
    {.name = "origin",
     .placeholder = "WHERE",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_PICTURE,
     .type = &trl_cli_type_choice,
     .target = AT(stream.view.origin),
     .choices = origins,
     .help = "Where row 0 lies. Default: upper."},
    {.name = "interpolation",
     .placeholder = "HOW",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_PICTURE,
     .type = &trl_cli_type_choice,
     .target = AT(stream.view.interpolation),
     .choices = interpolations,
     .help = "Between elements. Default: nearest."},
    {.name = "reduce",
     .placeholder = "HOW",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_PICTURE,
     .type = &trl_cli_type_choice,
     .target = AT(stream.view.reduce),
     .choices = reduces,
     .help = "What a pixel shows that stands for several elements. Default: auto, which is max, so "
             "that single spikes do not vanish."},
    {.name = "scroll",
     .placeholder = "N",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_PICTURE,
     .type = &trl_cli_type_int,
     .target = AT(stream.view.scroll),
     .low = 1,
     .high = 65535,
     .help =
         "Frames are 1-D: draw the last N as columns, the newest at the right. The rows of a 2-D "
         "array are then its frames."},
    {.name = "camera",
     .placeholder = "KEYFRAMES",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_PICTURE,
     .type = &trl_cli_type_text,
     .target = AT(stream.view.camera),
     .completion = TRL_CLI_COMPLETE_FILES,
     .help = "Move over the picture: \"t=0:zoom=1;t=2:zoom=4,center=0.25x0.75\", t in seconds or "
             "f in frames, or a JSON file of such. Names: zoom, center=XxY (parts of columns and "
             "rows), pause=on|off, ease=smooth|linear|hold until the next keyframe, and for "
             "volumes slice, azimuth, elevation."},
    /* colour */
    {.name = "cmap",
     .placeholder = "NAME",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_COLOUR,
     .type = &trl_cli_type_cmap,
     .target = AT(stream.view.cmap),
     .completion = TRL_CLI_COMPLETE_CMAPS,
     .help =
         "Colour map; a trailing _r reverses it; \"tensorreel list cmaps\" names them. Default: "
         "viridis, or the one that suits the channel of a simulation."},
    {.name = "vmin",
     .placeholder = "X",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_COLOUR,
     .type = &trl_cli_type_vmin,
     .help = "The value of the first colour. Default: by --range."},
    {.name = "vmax",
     .placeholder = "X",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_COLOUR,
     .type = &trl_cli_type_vmax,
     .help = "The value of the last colour. Default: by --range."},
    {.name = "range",
     .placeholder = "HOW",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_COLOUR,
     .type = &trl_cli_type_range,
     .choices = ranges,
     .help = "Take the range from all frames (movie), from each (frame), or let it run after the "
             "frames: running[:FRAMES] follows what lasts, widens in a few frames, shrinks by and "
             "by in FRAMES (default 30), and does not see an outlier of up to four frames. "
             "percentile and percentile-frame are movie and frame with --robust. A pipe and a "
             "simulation cannot be read twice, so there is no movie of them. Default: movie "
             "for files, frame for a pipe, the channel's own range for a simulation; running with "
             "--equalize."},
    {.name = "robust",
     .placeholder = "[LOW:HIGH]",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_COLOUR,
     .type = &trl_cli_type_robust,
     .optional = true,
     .help = "Take percentiles in place of the extremes, 2:98 if none are given, in whatever way "
             "--range looks for them."},
    {.name = "percentile",
     .placeholder = "LOW,HIGH",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_COLOUR,
     .type = &trl_cli_type_percentile,
     .help = "The percentiles that --range percentile takes, which this implies; percentile-frame "
             "for a pipe and a simulation. Default: 2,98."},
    {.name = "center",
     .placeholder = "X",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_COLOUR,
     .type = &trl_cli_type_center,
     .help = "Make the range symmetric about X: as far to both sides as it goes to the farther. "
             "With one of --vmin and --vmax the other follows. Diverging maps such as coolwarm and "
             "RdBu_r go with it."},
    {.name = "equalize",
     .placeholder = "[HOW]",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_COLOUR,
     .type = &trl_cli_type_equalize,
     .choices = equalizations,
     .optional = true,
     .help = "Spread the colours evenly over the elements within the range: global (the default) "
             "over all, clahe[=CLIP[:TILES]] in TILES times TILES fields of the picture (default "
             "8), with contrast limited to CLIP times the mean (default 3)."},
    {.name = "norm",
     .placeholder = "NORM",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_COLOUR,
     .type = &trl_cli_type_norm,
     .choices = norms,
     .help = "How values spread over the colours: linear; log, for values above 0; "
             "symlog[:LINTHRESH], a logarithm on both sides of 0 and linear below LINTHRESH "
             "(default 1); power[:GAMMA], the place in the range to the power of GAMMA (default "
             "0.5). Default: linear."},
    {.name = "nan-color",
     .placeholder = "COLOR",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_COLOUR,
     .type = &trl_cli_type_color,
     .target = AT(stream.view.nan_color),
     .help = "Colour of NaN: #rgb, #rrggbb or black, white, gray, silver, red, lime, green, blue, "
             "navy, yellow, orange, cyan, teal, magenta, purple, pink or brown. Default: gray."},
    {.name = "under",
     .placeholder = "COLOR",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_COLOUR,
     .type = &trl_cli_type_color,
     .target = AT(stream.view.under_color),
     .help = "Colour below the range. Default: the map's first."},
    {.name = "over",
     .placeholder = "COLOR",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_COLOUR,
     .type = &trl_cli_type_color,
     .target = AT(stream.view.over_color),
     .help = "Colour above the range. Default: the map's last."},
    {.name = "background",
     .placeholder = "COLOR",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_COLOUR,
     .type = &trl_cli_type_color,
     .target = AT(stream.view.background),
     .help = "Colour around and between pictures. Default: black."},
    /* output */
    {.name = "output",
     .short_name = "o",
     .placeholder = "OUT",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_OUTPUT,
     .type = &trl_cli_type_output,
     .completion = TRL_CLI_COMPLETE_FILES,
     .help = "Where the film goes, by its name: .mp4 .m4v .mov .mkv .webm, frame_%05d.png or "
             "frame_####.png (at least two #; a name without a number is one picture), .y4m, "
             ".framehash, - (Y4M on standard output), null:. May be repeated."},
    {.name = "sheet",
     .placeholder = "FILE",
     .commands = TRL_CLI_LIST,
     .section = TRL_CLI_SECTION_OUTPUT,
     .type = &trl_cli_type_text,
     .target = AT(sheet_path),
     .completion = TRL_CLI_COMPLETE_FILES,
     .help =
         "Instead of listing the colour maps or the views, draw all of them as a contact sheet: "
         "sheet.png."},
    {.name = "overwrite",
     .short_name = "y",
     .commands = TRL_CLI_FILM | TRL_CLI_LIST,
     .section = TRL_CLI_SECTION_OUTPUT,
     .type = &trl_cli_type_flag,
     .target = AT(output.overwrite),
     .help = "Overwrite files that exist."},
    {.name = "fps",
     .placeholder = "RATE",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_OUTPUT,
     .type = &trl_cli_type_fps,
     .help = "Frames a second: a whole number, a decimal number or a ratio such as 30000/1001. "
             "Default: 30."},
    {.name = "codec",
     .short_name = "c:v",
     .placeholder = "CODEC",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_OUTPUT,
     .type = &trl_cli_type_text,
     .target = AT(output.codec),
     .help = "Video encoder: h264, hevc, av1, vp9, ffv1, or any other of ffmpeg -encoders that the "
             "file can hold. Default: h264; vp9 for .webm; ffv1 for .mkv with --lossless."},
    {.name = "crf",
     .placeholder = "N",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_OUTPUT,
     .type = &trl_cli_type_crf,
     .target = AT(output.crf),
     .low = 0,
     .high = 63,
     .help = "Quality: less is better and larger, 0 is --lossless. Default: 18."},
    {.name = "preset",
     .placeholder = "NAME",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_OUTPUT,
     .type = &trl_cli_type_text,
     .target = AT(output.preset),
     .help = "Speed of the encoder, from ultrafast to veryslow. Default: veryfast."},
    {.name = "lossless",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_OUTPUT,
     .type = &trl_cli_type_flag,
     .target = AT(output.lossless),
     .help = "Encode without loss. .mkv takes FFV1, which keeps every pixel exact. .mp4 and .webm "
             "lose nothing of what they are given, but that is YUV, in 4:2:0 with one colour for "
             "four pixels; and H.264 of this kind (High 4:4:4 Predictive) does not play "
             "everywhere."},
    {.name = "chroma",
     .placeholder = "HOW",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_OUTPUT,
     .type = &trl_cli_type_choice,
     .target = AT(output.chroma),
     .choices = chromas,
     .help = "Colour resolution: 420 plays everywhere, 444 keeps a colour for every pixel, which "
             "browsers and many players do not play. Default: 420."},
    {.name = "threads",
     .placeholder = "N",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_OUTPUT,
     .type = &trl_cli_type_int,
     .target = AT(output.threads),
     .low = 1,
     .high = 1024,
     .help = "Threads of the encoder or PNG writer. Default: by the number of cores."},
    {.name = "title",
     .placeholder = "TEXT",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_OUTPUT,
     .type = &trl_cli_type_text,
     .target = AT(output.title),
     .help = "Title in the file's metadata."},
    {.name = "comment",
     .placeholder = "TEXT",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_OUTPUT,
     .type = &trl_cli_type_text,
     .target = AT(output.comment),
     .help = "Comment in the file's metadata."},
    /* running */
    {.name = "on-full",
     .placeholder = "POLICY",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_RUN,
     .type = &trl_cli_type_choice,
     .target = AT(stream.on_full),
     .choices = policies,
     .help = "What happens to a frame when the outputs fall behind: wait, drop it, drop an older "
             "one, or stop with exit code 6. Default: block."},
    {.name = "canvas",
     .placeholder = "KIND",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_RUN,
     .type = &trl_cli_type_choice,
     .target = AT(stream.canvas),
     .choices = canvases,
     .help = "Form of the picture on the device: palette indices take the fewest bytes. Default: "
             "auto."},
    {.name = "ledger",
     .placeholder = "FILE",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_RUN,
     .type = &trl_cli_type_text,
     .target = AT(stream.ledger_path),
     .completion = TRL_CLI_COMPLETE_FILES,
     .help = "Write what became of each frame as a line of JSON."},
    {.name = "device",
     .placeholder = "DEVICE",
     .commands = TRL_CLI_FILM | TRL_CLI_DEVICES | TRL_CLI_LIST,
     .section = TRL_CLI_SECTION_RUN,
     .type = &trl_cli_type_text,
     .target = AT(device.name),
     .help = "Vulkan device by number, part of its name, UUID, or cpu for the first software "
             "driver. Default: auto, the first discrete one, else integrated, else software."},
    {.name = "max-memory",
     .placeholder = "SIZE",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_RUN,
     .type = &trl_cli_type_bytes,
     .target = AT(device.memory_budget_bytes),
     .help = "Device memory that may be taken, in bytes or with K, M, G or T. Default: no limit."},
    {.name = "validate",
     .commands = TRL_CLI_FILM | TRL_CLI_DEVICES | TRL_CLI_LIST,
     .section = TRL_CLI_SECTION_RUN,
     .type = &trl_cli_type_flag,
     .target = AT(device.validation),
     .hidden = true,
     .help = "Switch the Vulkan validation layers on."},
    {.name = "dry-run",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_RUN,
     .type = &trl_cli_type_flag,
     .target = AT(dry_run),
     .help = "Print what would be done: input, frames, picture size, colours, outputs. Reads no "
             "data, opens no device and leaves no file."},
    {.name = "progress",
     .placeholder = "FILE",
     .commands = TRL_CLI_FILM,
     .section = TRL_CLI_SECTION_RUN,
     .type = &trl_cli_type_progress,
     .target = AT(progress_path),
     .completion = TRL_CLI_COMPLETE_FILES,
     .help =
         "Write the progress as lines KEY=VALUE, the last of each block being progress=continue "
         "or progress=end."},
    /* general */
    {.name = "json",
     .commands = TRL_CLI_FILM | TRL_CLI_DEVICES | TRL_CLI_LIST,
     .section = TRL_CLI_SECTION_GENERAL,
     .type = &trl_cli_type_flag,
     .target = AT(json),
     .help = "Print the result as JSON on standard output."},
    {.name = "quiet",
     .short_name = "q",
     .commands = TRL_CLI_FILM | TRL_CLI_DEVICES,
     .section = TRL_CLI_SECTION_GENERAL,
     .type = &trl_cli_type_flag,
     .target = AT(quiet),
     .help = "Print errors only."},
    {.name = "verbose",
     .short_name = "v",
     .commands = TRL_CLI_FILM | TRL_CLI_DEVICES,
     .section = TRL_CLI_SECTION_GENERAL,
     .type = &trl_cli_type_count,
     .target = AT(verbose),
     .help =
         "Print the choices that are made: driver, range of the movie, types that are "
         "converted. Twice, -v -v: also what helps to find out why something is slow or wrong."},
    {.name = "help",
     .short_name = "h",
     .commands = TRL_CLI_ALL,
     .section = TRL_CLI_SECTION_GENERAL,
     .type = &trl_cli_type_flag,
     .target = AT(help),
     .help = "Print the options and exit."},
    {.name = "version",
     .commands = TRL_CLI_ALL,
     .section = TRL_CLI_SECTION_GENERAL,
     .type = &trl_cli_type_flag,
     .target = AT(version),
     .help = "Print the version and exit."},
    /* what the build asks for */
    {.name = "man",
     .commands = TRL_CLI_HELP,
     .section = TRL_CLI_SECTION_GENERAL,
     .type = &trl_cli_type_store,
     .target = AT(page),
     .value = TRL_CLI_PAGE_MAN,
     .hidden = true,
     .help = "Print the manual page."},
    {.name = "bash",
     .commands = TRL_CLI_HELP,
     .section = TRL_CLI_SECTION_GENERAL,
     .type = &trl_cli_type_store,
     .target = AT(page),
     .value = TRL_CLI_PAGE_BASH,
     .hidden = true,
     .help = "Print the completions for bash."},
    {.name = "zsh",
     .commands = TRL_CLI_HELP,
     .section = TRL_CLI_SECTION_GENERAL,
     .type = &trl_cli_type_store,
     .target = AT(page),
     .value = TRL_CLI_PAGE_ZSH,
     .hidden = true,
     .help = "Print the completions for zsh."},
    {.name = "fish",
     .commands = TRL_CLI_HELP,
     .section = TRL_CLI_SECTION_GENERAL,
     .type = &trl_cli_type_store,
     .target = AT(page),
     .value = TRL_CLI_PAGE_FISH,
     .hidden = true,
     .help = "Print the completions for fish."},
    {.name = "options",
     .commands = TRL_CLI_HELP,
     .section = TRL_CLI_SECTION_GENERAL,
     .type = &trl_cli_type_store,
     .target = AT(page),
     .value = TRL_CLI_PAGE_OPTIONS,
     .hidden = true,
     .help = "Print one line an option: command, name, short name, placeholder, by tabs."},
    {0},
};

#undef AT

const struct trl_cli_command trl_cli_commands[] = {
    {.name = "render",
     .bit = TRL_CLI_RENDER,
     .operands = "INPUT... -o OUT",
     .summary = "films tensors",
     .description = "Draws every frame of the inputs and writes them as a film. INPUT is one or "
                    "several .npy files in the order of the film, a pattern such as 'step_*.npy', "
                    "which is expanded in natural order, or - for .npy records one after another "
                    "on standard input.",
     .operand_min = 1,
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
     .operands = "cmaps|views|filters|models|codecs",
     .summary = "lists what can be named",
     .description = "Lists the colour maps, the views of panels with their options, the filters, "
                    "the models with their channels and settings, or the kinds of output of this "
                    "build.",
     .operand_min = 1,
     .operand_max = 1,
     .choices = lists,
     .run = trl_cli_list},
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

const char *trl_cli_choice_word(const char *name, int value)
{
    for (const struct trl_cli_option *option = trl_cli_options; option->name; option++)
        for (const struct trl_cli_choice *choice = option->choices; choice && choice->word;
             choice++)
            if (!strcmp(option->name, name) && choice->value == value)
                return choice->word;
    return NULL;
}

const char *trl_cli_section_title(enum trl_cli_section section)
{
    static const char *const titles[TRL_CLI_SECTION_COUNT] = {
        [TRL_CLI_SECTION_INPUT] = "Input",     [TRL_CLI_SECTION_SIMULATION] = "Simulation",
        [TRL_CLI_SECTION_PICTURE] = "Picture", [TRL_CLI_SECTION_COLOUR] = "Colour",
        [TRL_CLI_SECTION_OUTPUT] = "Output",   [TRL_CLI_SECTION_RUN] = "Running",
        [TRL_CLI_SECTION_GENERAL] = "General",
    };
    return titles[section];
}
