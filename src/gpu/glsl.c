/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/glsl.h"

#include "base/log.h"
#include "gpu/device.h"

#include <shaderc/shaderc.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/error.h>

int trl_glsl_check(const char *name, struct trl_log *log)
{
    (void)name;
    (void)log;
    return 0;
}

enum { DEPTH_MAX = 16 };

/* Of texts that are being read, by how deep they lie. */
struct includes {
    shaderc_include_result at[DEPTH_MAX];
};

static shaderc_include_result *open_include(void *user, const char *name, int type,
                                            const char *from, size_t depth)
{
    (void)type;
    (void)from;
    struct includes *includes = user;
    shaderc_include_result *result = &includes->at[depth < DEPTH_MAX ? depth : 0];
    const struct trl_glsl_text *text = trl_glsl_texts;
    while (text->name && (depth >= DEPTH_MAX || strcmp(text->name, name) != 0))
        text++;
    /* An empty name says that the content is a message. */
    result->source_name = text->name ? text->name : "";
    result->source_name_length = strlen(result->source_name);
    result->content = text->name ? text->text : "there is no such text";
    result->content_length = strlen(result->content);
    return result;
}

static void close_include(void *user, shaderc_include_result *result)
{
    (void)user;
    (void)result;
}

static int take_words(const char *name, shaderc_compilation_result_t result, struct trl_log *log,
                      uint32_t **words, size_t *count)
{
    if (shaderc_result_get_compilation_status(result) != shaderc_compilation_status_success) {
        const char *why = shaderc_result_get_error_message(result);
        return trl_fail(log, TRL_ERROR_INTERNAL, "%s: the kernel does not compile: %.*s", name,
                        (int)strcspn(why, "\n"), why);
    }
    const size_t size_bytes = shaderc_result_get_length(result);
    *words = malloc(size_bytes);
    if (!*words)
        return trl_fail_memory(log, name, size_bytes);
    memcpy(*words, shaderc_result_get_bytes(result), size_bytes);
    *count = size_bytes / sizeof(**words);
    return 0;
}

int trl_glsl_compile(struct trl_device *device, const char *name, const char *text,
                     uint32_t **words, size_t *count)
{
    struct includes includes;
    shaderc_compilation_result_t result = NULL;
    *words = NULL;
    if (!device->compiler)
        device->compiler = shaderc_compiler_initialize();
    const shaderc_compile_options_t options = shaderc_compile_options_initialize();
    if (device->compiler && options) {
        shaderc_compile_options_set_target_env(options, shaderc_target_env_vulkan,
                                               shaderc_env_version_vulkan_1_3);
        /* The built-in functions of later versions take twice as long to set up. A text that does
         * not say its version would make the compiler print to standard output. */
        shaderc_compile_options_set_forced_version_profile(options, 430, shaderc_profile_core);
        shaderc_compile_options_set_optimization_level(options, shaderc_optimization_level_zero);
        shaderc_compile_options_set_include_callbacks(options, open_include, close_include,
                                                      &includes);
        result = shaderc_compile_into_spv(device->compiler, text, strlen(text),
                                          shaderc_compute_shader, name, "main", options);
    }
    const int ret = result ? take_words(name, result, device->log, words, count)
                           : trl_fail_memory(device->log, "a compiler", 0);
    shaderc_result_release(result);
    shaderc_compile_options_release(options);
    return ret;
}

void trl_glsl_finish(struct trl_device *device)
{
    shaderc_compiler_release(device->compiler);
    device->compiler = NULL;
}
