/* SPDX-License-Identifier: BSD-2-Clause */
#include "gpu/device.h"

#include "base/log.h"
#include "gpu/spirv.h"

#include <stdlib.h>
#include <string.h>

enum {
    SPIRV_HEADER_WORDS = 5,
    OP_EXECUTION_MODE = 16,
    OP_CAPABILITY = 17,
    CAPABILITY_NAN_PRESERVE = 4466,
    CAPABILITY_RTE = 4467,
    MODE_NAN_PRESERVE = 4461,
    MODE_RTE = 4462,
};

static bool is_float_declaration(const uint32_t *instruction)
{
    switch (*instruction & 0xffff) {
    case OP_CAPABILITY:
        return instruction[1] == CAPABILITY_NAN_PRESERVE || instruction[1] == CAPABILITY_RTE;
    case OP_EXECUTION_MODE:
        return instruction[2] == MODE_NAN_PRESERVE || instruction[2] == MODE_RTE;
    default:
        return false;
    }
}

static size_t strip_float_declarations(uint32_t *out, const uint32_t *words, size_t count)
{
    size_t kept = SPIRV_HEADER_WORDS;
    memcpy(out, words, SPIRV_HEADER_WORDS * sizeof(*words));
    for (size_t at = SPIRV_HEADER_WORDS; at < count; at += words[at] >> 16) {
        const size_t length = words[at] >> 16;
        if (is_float_declaration(&words[at]))
            continue;
        memcpy(&out[kept], &words[at], length * sizeof(*words));
        kept += length;
    }
    return kept;
}

static int create_module(struct trl_device *device, const struct trl_shader_code *code,
                         VkShaderModule *out)
{
    const uint32_t *words = code->words;
    size_t size = code->size_bytes;
    uint32_t *stripped = NULL;
    if (!device->float_controls) {
        stripped = malloc(size);
        if (!stripped)
            return trl_fail_memory(device->log, code->name, size);
        size = strip_float_declarations(stripped, words, size / 4) * 4;
        words = stripped;
    }
    const VkShaderModuleCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
        .codeSize = size,
        .pCode = words,
    };
    const int error = trl_vk_check(
        device, device->vk.CreateShaderModule(device->handle, &info, NULL, out), code->name);
    free(stripped);
    return error;
}

int trl_shader_module_create(struct trl_device *device, enum trl_shader shader, VkShaderModule *out)
{
    return create_module(device, &trl_shader_codes[shader], out);
}

static int create_layouts(struct trl_gpu_kernel *kernel)
{
    struct trl_device *device = kernel->device;
    VkDescriptorSetLayoutBinding bindings[TRL_GPU_BINDING_MAX];
    for (uint32_t n = 0; n < kernel->binding_count; n++)
        bindings[n] = (VkDescriptorSetLayoutBinding){
            .binding = n,
            .descriptorType = kernel->texel_mask >> n & 1 ? VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER
                                                          : VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
            .descriptorCount = 1,
            .stageFlags = kernel->stages,
        };
    int error =
        trl_vk_check(device,
                     device->vk.CreateDescriptorSetLayout(
                         device->handle,
                         &(VkDescriptorSetLayoutCreateInfo){
                             .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
                             .flags = VK_DESCRIPTOR_SET_LAYOUT_CREATE_PUSH_DESCRIPTOR_BIT_KHR,
                             .bindingCount = kernel->binding_count,
                             .pBindings = bindings,
                         },
                         NULL, &kernel->set_layout),
                     "vkCreateDescriptorSetLayout");
    if (error)
        return error;
    const VkPushConstantRange push = {.stageFlags = kernel->stages, .size = TRL_GPU_PUSH_MAX};
    return trl_vk_check(
        device,
        device->vk.CreatePipelineLayout(device->handle,
                                        &(VkPipelineLayoutCreateInfo){
                                            .sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
                                            .setLayoutCount = 1,
                                            .pSetLayouts = &kernel->set_layout,
                                            .pushConstantRangeCount = 1,
                                            .pPushConstantRanges = &push,
                                        },
                                        NULL, &kernel->layout),
        "vkCreatePipelineLayout");
}

static int create_compute(struct trl_gpu_kernel *kernel,
                          const VkPipelineShaderStageCreateInfo *stage)
{
    struct trl_device *device = kernel->device;
    const VkComputePipelineCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
        .stage = *stage,
        .layout = kernel->layout,
    };
    return trl_vk_check(device,
                        device->vk.CreateComputePipelines(device->handle, device->cache, 1, &info,
                                                          NULL, &kernel->pipeline),
                        "vkCreateComputePipelines");
}

/* vertex is VK_NULL_HANDLE for the one big triangle. */
static int create_pass(struct trl_gpu_kernel *kernel, const VkPipelineShaderStageCreateInfo *stage,
                       VkShaderModule vertex, enum trl_gpu_format target)
{
    struct trl_device *device = kernel->device;
    const VkPipelineShaderStageCreateInfo stages[2] = {
        {.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
         .stage = VK_SHADER_STAGE_VERTEX_BIT,
         .module = vertex ? vertex : device->fill_vertex,
         .pName = "main",
         .pSpecializationInfo = vertex ? stage->pSpecializationInfo : NULL},
        *stage,
    };
    const VkFormat format = trl_gpu_vk_format(target);
    const VkPipelineRenderingCreateInfo rendering = {
        .sType = VK_STRUCTURE_TYPE_PIPELINE_RENDERING_CREATE_INFO,
        .colorAttachmentCount = 1,
        .pColorAttachmentFormats = &format,
    };
    const VkDynamicState dynamic[] = {VK_DYNAMIC_STATE_VIEWPORT, VK_DYNAMIC_STATE_SCISSOR};
    const VkPipelineColorBlendAttachmentState blend = {
        .colorWriteMask = VK_COLOR_COMPONENT_R_BIT | VK_COLOR_COMPONENT_G_BIT |
                          VK_COLOR_COMPONENT_B_BIT | VK_COLOR_COMPONENT_A_BIT};
    const VkGraphicsPipelineCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO,
        .pNext = &rendering,
        .stageCount = 2,
        .pStages = stages,
        .pVertexInputState =
            &(VkPipelineVertexInputStateCreateInfo){
                .sType = VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_STATE_CREATE_INFO},
        .pInputAssemblyState =
            &(VkPipelineInputAssemblyStateCreateInfo){
                .sType = VK_STRUCTURE_TYPE_PIPELINE_INPUT_ASSEMBLY_STATE_CREATE_INFO,
                .topology = vertex ? VK_PRIMITIVE_TOPOLOGY_POINT_LIST
                                   : VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST},
        .pViewportState =
            &(VkPipelineViewportStateCreateInfo){
                .sType = VK_STRUCTURE_TYPE_PIPELINE_VIEWPORT_STATE_CREATE_INFO,
                .viewportCount = 1,
                .scissorCount = 1},
        .pRasterizationState =
            &(VkPipelineRasterizationStateCreateInfo){
                .sType = VK_STRUCTURE_TYPE_PIPELINE_RASTERIZATION_STATE_CREATE_INFO,
                .polygonMode = VK_POLYGON_MODE_FILL,
                .cullMode = VK_CULL_MODE_NONE,
                .lineWidth = 1.0f},
        .pMultisampleState =
            &(VkPipelineMultisampleStateCreateInfo){
                .sType = VK_STRUCTURE_TYPE_PIPELINE_MULTISAMPLE_STATE_CREATE_INFO,
                .rasterizationSamples = VK_SAMPLE_COUNT_1_BIT},
        .pColorBlendState =
            &(VkPipelineColorBlendStateCreateInfo){
                .sType = VK_STRUCTURE_TYPE_PIPELINE_COLOR_BLEND_STATE_CREATE_INFO,
                .attachmentCount = 1,
                .pAttachments = &blend},
        .pDynamicState =
            &(VkPipelineDynamicStateCreateInfo){
                .sType = VK_STRUCTURE_TYPE_PIPELINE_DYNAMIC_STATE_CREATE_INFO,
                .dynamicStateCount = 2,
                .pDynamicStates = dynamic},
        .layout = kernel->layout,
    };
    return trl_vk_check(device,
                        device->vk.CreateGraphicsPipelines(device->handle, device->cache, 1, &info,
                                                           NULL, &kernel->pipeline),
                        "vkCreateGraphicsPipelines");
}

_Static_assert(TRL_SHADER_FILL_VERT == 0, "a pass that names no vertex shader has this one");

/* What the shaders of a kernel see. */
static void describe(struct trl_gpu_kernel *kernel, const struct trl_shader_code *code,
                     const struct trl_gpu_kernel_params *params)
{
    kernel->fragment = code->fragment;
    kernel->binding_count = code->binding_count;
    kernel->texel_mask = code->texel_mask;
    kernel->stages = code->fragment ? VK_SHADER_STAGE_FRAGMENT_BIT : VK_SHADER_STAGE_COMPUTE_BIT;
    kernel->sync_stages = code->fragment ? VK_PIPELINE_STAGE_2_FRAGMENT_SHADER_BIT
                                         : VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT;
    if (!params->vertex)
        return;
    const struct trl_shader_code *vertex = &trl_shader_codes[params->vertex];
    if (vertex->binding_count > kernel->binding_count)
        kernel->binding_count = vertex->binding_count;
    kernel->texel_mask |= vertex->texel_mask;
    kernel->stages |= VK_SHADER_STAGE_VERTEX_BIT;
    kernel->sync_stages |= VK_PIPELINE_STAGE_2_VERTEX_SHADER_BIT;
}

static int create_kernel(struct trl_gpu_kernel **out, struct trl_device *device,
                         const struct trl_shader_code *code,
                         const struct trl_gpu_kernel_params *params)
{
    *out = NULL;
    if (code->binding_count > TRL_GPU_BINDING_MAX ||
        trl_shader_codes[params->vertex].binding_count > TRL_GPU_BINDING_MAX ||
        params->spec_count > TRL_GPU_SPEC_MAX)
        return trl_fail(device->log, TRL_ERROR_INTERNAL, "%s: too many bindings", code->name);
    struct trl_gpu_kernel *kernel = calloc(1, sizeof(*kernel));
    if (!kernel)
        return trl_fail_memory(device->log, code->name, sizeof(*kernel));
    kernel->device = device;
    describe(kernel, code, params);
    VkSpecializationMapEntry entries[TRL_GPU_SPEC_MAX];
    for (uint32_t n = 0; n < params->spec_count; n++)
        entries[n] = (VkSpecializationMapEntry){n, n * 4, 4};
    const VkSpecializationInfo spec = {
        .mapEntryCount = params->spec_count,
        .pMapEntries = entries,
        .dataSize = params->spec_count * sizeof(params->spec[0]),
        .pData = params->spec,
    };
    VkShaderModule module = VK_NULL_HANDLE, vertex = VK_NULL_HANDLE;
    int error = create_module(device, code, &module);
    if (!error && params->vertex)
        error = trl_shader_module_create(device, params->vertex, &vertex);
    if (!error)
        error = create_layouts(kernel);
    if (!error) {
        const VkPipelineShaderStageCreateInfo stage = {
            .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
            .stage = kernel->fragment ? VK_SHADER_STAGE_FRAGMENT_BIT : VK_SHADER_STAGE_COMPUTE_BIT,
            .module = module,
            .pName = "main",
            .pSpecializationInfo = &spec,
        };
        error = kernel->fragment ? create_pass(kernel, &stage, vertex, params->target)
                                 : create_compute(kernel, &stage);
    }
    device->vk.DestroyShaderModule(device->handle, module, NULL);
    device->vk.DestroyShaderModule(device->handle, vertex, NULL);
    if (error) {
        trl_gpu_kernel_destroy(&kernel);
        return error;
    }
    trl_device_name(device, VK_OBJECT_TYPE_PIPELINE, (uint64_t)kernel->pipeline, code->name);
    *out = kernel;
    return 0;
}

int trl_gpu_kernel_create(struct trl_gpu_kernel **out, struct trl_device *device,
                          const struct trl_gpu_kernel_params *params)
{
    return create_kernel(out, device, &trl_shader_codes[params->shader], params);
}

int trl_gpu_kernel_create_module(struct trl_gpu_kernel **out, struct trl_device *device,
                                 const struct trl_gpu_module *module)
{
    *out = NULL;
    struct trl_spirv spirv;
    struct trl_gpu_kernel_params params = {.spec_count = module->spec_count};
    if (module->spec_count > TRL_GPU_SPEC_MAX)
        return trl_fail(device->log, TRL_ERROR_INTERNAL, "%s: too many constants", module->name);
    for (uint32_t n = 0; n < module->spec_count; n++)
        params.spec[n] = module->spec[n];
    const char *wrong = trl_spirv_prepare(&spirv, module->words, module->count);
    if (wrong && !strcmp(wrong, "memory"))
        return trl_fail_memory(device->log, module->name, module->count * sizeof(uint32_t));
    if (wrong)
        return trl_fail(device->log, TRL_ERROR_INPUT, "%s: not a kernel: %s", module->name, wrong);
    const struct trl_shader_code code = {
        .name = module->name,
        .words = spirv.words,
        .size_bytes = spirv.size_bytes,
        .binding_count = spirv.binding_count,
        .texel_mask = spirv.texel_mask,
    };
    const int error = create_kernel(out, device, &code, &params);
    trl_spirv_free(&spirv);
    return error;
}

void trl_gpu_kernel_destroy(struct trl_gpu_kernel **out)
{
    if (!out || !*out)
        return;
    struct trl_gpu_kernel *kernel = *out;
    struct trl_device *device = kernel->device;
    device->vk.DestroyPipeline(device->handle, kernel->pipeline, NULL);
    device->vk.DestroyPipelineLayout(device->handle, kernel->layout, NULL);
    device->vk.DestroyDescriptorSetLayout(device->handle, kernel->set_layout, NULL);
    free(kernel);
    *out = NULL;
}
