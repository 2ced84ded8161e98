/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/glsl.h"

#include "device.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
    struct test_device *test = calloc(1, sizeof(*test));
    *state = test;
    return test ? test_device_open(test) : -1;
}

static int teardown(void **state)
{
    struct test_device *test = *state;
    test_device_close(test);
    const int messages = test->messages;
    free(test);
    return messages;
}

static void a_text_with_includes_becomes_a_kernel(void **state)
{
    static const char text[] = "#include \"shared/exact.h\"\n"
                               "layout(local_size_x = 4) in;\n"
                               "layout(constant_id = 0) const uint BITS = 0u;\n"
                               "layout(std430, binding = 0) buffer Words { uint words[]; };\n"
                               "void main()\n"
                               "{\n"
                               "    uint n = gl_GlobalInvocationID.x;\n"
                               "    words[n] = trl_exact_add(words[n], BITS);\n"
                               "}\n";
    struct test_device *test = *state;
    struct trl_gpu_buffer *buffer = NULL;
    struct trl_gpu_kernel *kernel = NULL;
    struct trl_gpu_cmd *cmd = NULL;
    struct trl_gpu_point done;
    uint32_t *words = NULL;
    size_t count = 0;
    /* The compiler is kept from one to the next. */
    for (int round = 0; round < 2; round++) {
        free(words);
        assert_int_equal(trl_glsl_compile(test->device, "sums", text, &words, &count), 0);
        assert_true(count > 5);
    }
    const uint32_t half = 0x3f000000;
    assert_int_equal(
        trl_gpu_kernel_create_module(
            &kernel, test->device,
            &(struct trl_gpu_module){
                .name = "sums", .words = words, .count = count, .spec = &half, .spec_count = 1}),
        0);
    free(words);
    assert_int_equal(trl_gpu_buffer_create(
                         &buffer, test->device,
                         &(struct trl_gpu_buffer_params){
                             .name = "test", .size_bytes = 16, .memory = TRL_GPU_MEMORY_READBACK}),
                     0);
    float *values = trl_gpu_buffer_map(buffer);
    const float before[] = {0, 1, -0.5f, 16777216}, after[] = {0.5f, 1.5f, 0, 16777216};
    memcpy(values, before, sizeof(before));
    assert_int_equal(trl_gpu_buffer_flush(buffer, 0, 16), 0);
    assert_int_equal(trl_gpu_cmd_create(&cmd, test->device, TRL_GPU_QUEUE_MAIN), 0);
    assert_int_equal(trl_gpu_cmd_begin(cmd), 0);
    trl_gpu_cmd_dispatch(cmd,
                         &(struct trl_gpu_call){.kernel = kernel,
                                                .bindings = {{.buffer = buffer, .write = true}},
                                                .binding_count = 1},
                         1, 1, 1);
    trl_gpu_cmd_to_host(cmd, buffer);
    assert_int_equal(trl_gpu_submit(cmd, NULL, 0, &done), 0);
    assert_int_equal(trl_gpu_wait(test->device, done, INT64_MAX), 0);
    assert_int_equal(trl_gpu_buffer_invalidate(buffer, 0, 16), 0);
    assert_memory_equal(values, after, sizeof(after));
    trl_gpu_cmd_destroy(&cmd);
    trl_gpu_buffer_destroy(&buffer);
    trl_gpu_kernel_destroy(&kernel);
}

static void a_wrong_text_is_one_line_of_error(void **state)
{
    static const struct {
        const char *text, *line;
    } cases[] = {
        {"void main() { nothing = 1; also = 2; }\n",
         "sums: the kernel does not compile: sums:1: error: 'nothing' : undeclared identifier"},
        {"#include \"shared/none.h\"\nvoid main() {}\n", "there is no such text"},
        {"", "sums: the kernel does not compile: "},
    };
    struct test_device *test = *state;
    for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
        uint32_t *words = NULL;
        size_t count = 0;
        test->quiet = true;
        test->messages = 0;
        assert_int_equal(trl_glsl_compile(test->device, "sums", cases[n].text, &words, &count),
                         TRL_ERROR_INTERNAL);
        assert_null(words);
        assert_int_equal(test->messages, 1);
        assert_non_null(strstr(test->last, cases[n].line));
        assert_null(strchr(test->last, '\n'));
    }
    test->quiet = false;
    test->messages = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_text_with_includes_becomes_a_kernel, setup, teardown),
        cmocka_unit_test_setup_teardown(a_wrong_text_is_one_line_of_error, setup, teardown),
    };
    if (!TRL_HAVE_SHADERC) {
        fprintf(stderr, "skipped: this build cannot compile kernels\n");
        return 77;
    }
    return cmocka_run_group_tests_name("glsl", tests, NULL, NULL);
}
