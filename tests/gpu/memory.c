/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { LOCAL = 1, VISIBLE = 2, COHERENT = 4, CACHED = 8 };

static VkPhysicalDeviceMemoryProperties table(uint32_t count, const uint32_t *flags)
{
    VkPhysicalDeviceMemoryProperties out = {.memoryTypeCount = count};
    for (uint32_t n = 0; n < count; n++)
        out.memoryTypes[n].propertyFlags = flags[n];
    return out;
}

static void check(const VkPhysicalDeviceMemoryProperties *properties, bool unified, int device,
                  int upload, int readback)
{
    const uint32_t all = UINT32_MAX;
    assert_int_equal(trl_memory_type(properties, all, TRL_GPU_MEMORY_DEVICE, unified), device);
    assert_int_equal(trl_memory_type(properties, all, TRL_GPU_MEMORY_UPLOAD, unified), upload);
    assert_int_equal(trl_memory_type(properties, all, TRL_GPU_MEMORY_READBACK, unified), readback);
}

/* The tables of real devices, as their drivers report them. */
static void chooses_as_it_should(void **state)
{
    (void)state;
    const uint32_t nvidia[] = {0, LOCAL, VISIBLE | COHERENT, VISIBLE | COHERENT | CACHED,
                               LOCAL | VISIBLE | COHERENT};
    VkPhysicalDeviceMemoryProperties properties = table(5, nvidia);
    check(&properties, false, 1, 2, 3);
    const uint32_t amd[] = {LOCAL, VISIBLE | COHERENT, LOCAL | VISIBLE | COHERENT,
                            VISIBLE | COHERENT | CACHED};
    properties = table(4, amd);
    check(&properties, false, 0, 1, 3);
    const uint32_t intel[] = {LOCAL | VISIBLE | COHERENT, LOCAL | VISIBLE | COHERENT | CACHED};
    properties = table(2, intel);
    check(&properties, true, 0, 0, 1);
    const uint32_t software[] = {LOCAL | VISIBLE | COHERENT | CACHED};
    properties = table(1, software);
    check(&properties, true, 0, 0, 0);
    const uint32_t mali[] = {LOCAL | VISIBLE | COHERENT, LOCAL | VISIBLE | CACHED};
    properties = table(2, mali);
    check(&properties, true, 0, 0, 1);
}

static void respects_the_mask(void **state)
{
    (void)state;
    const uint32_t flags[] = {LOCAL, VISIBLE | COHERENT | CACHED};
    const VkPhysicalDeviceMemoryProperties properties = table(2, flags);
    assert_int_equal(trl_memory_type(&properties, 2, TRL_GPU_MEMORY_DEVICE, false), 1);
    assert_int_equal(trl_memory_type(&properties, 1, TRL_GPU_MEMORY_READBACK, false), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chooses_as_it_should),
        cmocka_unit_test(respects_the_mask),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
