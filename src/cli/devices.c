/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/exits.h"
#include "cli/message.h"
#include "cli/report.h"
#include "cli/summary.h"

#include <tensorreel/error.h>

#include <stdio.h>
#include <stdlib.h>

static const char *type_name(enum trl_device_type type)
{
    switch (type) {
    case TRL_DEVICE_DISCRETE:
        return "discrete";
    case TRL_DEVICE_INTEGRATED:
        return "integrated";
    case TRL_DEVICE_VIRTUAL:
        return "virtual";
    case TRL_DEVICE_SOFTWARE:
        return "software";
    case TRL_DEVICE_OTHER:
        break;
    }
    return "other";
}

/* Vulkan's encoding: variant 3 bits, major 7, minor 10, patch 12. */
static void api_version(uint32_t version, char text[static 32])
{
    snprintf(text, 32, "%u.%u.%u", version >> 22 & 0x7f, version >> 12 & 0x3ff, version & 0xfff);
}

static void print_bytes(const char *what, uint64_t bytes)
{
    const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    double value = (double)bytes;
    for (; value >= 1024 && unit < 4; unit++)
        value /= 1024;
    printf("   %-18s %.4g %s\n", what, value, units[unit]);
}

static void print_device(const struct trl_device_info *info, bool chosen)
{
    char version[32];
    api_version(info->api_version, version);
    printf("%d  %s (%s)%s\n", info->index, info->name, type_name(info->type),
           chosen ? ", will be used" : "");
    if (*info->reason)
        printf("   %-18s %s\n", "cannot be used", info->reason);
    printf("   %-18s %s\n   %-18s %s\n   %-18s %s\n", "driver", info->driver, "Vulkan", version,
           "UUID", info->uuid);
    print_bytes("memory", info->memory_bytes);
    print_bytes("largest allocation", info->allocation_bytes_max);
    print_bytes("largest buffer", info->storage_buffer_bytes_max);
    printf("   %-18s %u pixels a side\n", "largest picture", info->image_size_max);
    printf("   %-18s %u invocations, subgroups of %u\n", "work group",
           info->workgroup_invocations_max, info->subgroup_size);
    printf("   %-18s %s\n", "compute queue",
           info->async_compute ? "its own" : "shared with graphics");
    printf("   %-18s %s\n", "float rounding",
           info->rounding_rte ? "to even, declared" : "not declared");
    if (info->timestamp_period_ns > 0)
        printf("   %-18s every %g ns\n", "timestamps", info->timestamp_period_ns);
    else
        printf("   %-18s none\n", "timestamps");
}

static json_t *device_json(const struct trl_device_info *info)
{
    char version[32];
    api_version(info->api_version, version);
    json_t *reason = *info->reason ? json_string(info->reason) : json_null();
    return json_pack("{s:i,s:s,s:s,s:s,s:s,s:s,s:o,s:s,s:b,s:b,s:I,s:I,s:I,s:i,s:i,s:i,s:f}",
                     "index", info->index, "name", info->name, "type", type_name(info->type),
                     "driver", info->driver, "uuid", info->uuid, "key", info->key, "reason", reason,
                     "vulkan", version, "async_compute", info->async_compute, "rounding_rte",
                     info->rounding_rte, "memory_bytes", (json_int_t)info->memory_bytes,
                     "allocation_bytes_max", (json_int_t)info->allocation_bytes_max,
                     "storage_buffer_bytes_max", (json_int_t)info->storage_buffer_bytes_max,
                     "image_size_max", (int)info->image_size_max, "workgroup_invocations_max",
                     (int)info->workgroup_invocations_max, "subgroup_size",
                     (int)info->subgroup_size, "timestamp_period_ns", info->timestamp_period_ns);
}

/* The device that a film would use: the choice is the library's, so it is asked. */
static int choose(const struct trl_cli_settings *settings, struct trl_log *log, int *index)
{
    struct trl_device *device = NULL;
    struct trl_device_params params = settings->device;
    params.log = log;
    const int error = trl_device_create(&device, &params);
    *index = error ? -1 : trl_device_info(device)->index;
    trl_device_destroy(&device);
    return error;
}

static int print_all(const struct trl_cli_settings *settings, const struct trl_device_info *infos,
                     int count, int chosen)
{
    if (!settings->json) {
        for (int i = 0; i < count; i++)
            print_device(&infos[i], infos[i].index == chosen);
        return TRL_CLI_EXIT_DONE;
    }
    json_t *devices = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(devices, device_json(&infos[i]));
    json_t *index = chosen < 0 ? json_null() : json_integer(chosen);
    return trl_cli_json_print(json_pack("{s:o,s:o}", "chosen", index, "devices", devices));
}

int trl_cli_devices(struct trl_cli_settings *settings)
{
    enum { CAPACITY = 64 };
    struct trl_cli_report *report = NULL;
    struct trl_device_info *infos = NULL;
    int code = trl_cli_report_create(&report, settings);
    if (code)
        goto done;
    infos = calloc(CAPACITY, sizeof(infos[0]));
    const int count =
        infos ? trl_device_list(trl_cli_report_log(report), infos, CAPACITY) : TRL_ERROR_MEMORY;
    if (count < 0) {
        code = trl_cli_exit_code(count);
        goto done;
    }
    int chosen;
    const int error = choose(settings, trl_cli_report_log(report), &chosen);
    code = print_all(settings, infos, count < CAPACITY ? count : CAPACITY, chosen);
    if (error)
        code = trl_cli_exit_code(error);
done:
    free(infos);
    trl_cli_report_destroy(&report);
    return code;
}
