/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernels.h"

#include "base/math.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tensorreel/device.h>
#include <tensorreel/log.h>

static const int64_t MIB = 1 << 20;

static void keep_line(void *user, enum trl_log_level level, const char *line)
{
    struct bench *b = user;
    if (level <= TRL_LOG_WARN)
        snprintf(b->why, sizeof(b->why), "%s", line);
}

static void make_noise(const void *user, uint64_t first, float *out, size_t count)
{
    (void)user;
    for (size_t n = 0; n < count; n++) {
        uint32_t x = (uint32_t)(first + n) * 2654435761U + 0x9e3779b9U;
        x = (x ^ x >> 16) * 0x85ebca6bU;
        x = (x ^ x >> 13) * 0xc2b2ae35U;
        out[n] = (float)((x ^ x >> 16) >> 8) * 0x1p-23F - 1;
    }
}

/* The tensor of the size asked for, or the largest that the device holds twice. */
static int open_noise(struct bench *b)
{
    const struct trl_device_info *info = trl_device_info(b->device);
    const int64_t picture = (int64_t)b->width * b->height * 4;
    const int64_t volume = (int64_t)b->side * b->side * b->side * 4;
    const int64_t most = (int64_t)trl_min_i64((int64_t)(info->memory_bytes / 4),
                                              (int64_t)info->allocation_bytes_max);
    int ret = -1;
    for (b->size = trl_min_i64(b->size, most / MIB * MIB); ret < 0 && b->size >= MIB;) {
        const uint64_t bytes = (uint64_t)trl_max_i64(b->size, trl_max_i64(picture, volume));
        ret = bench_buffer(b, &b->noise, "noise", bytes);
        if (ret == 0)
            return bench_fill(b, b->noise, bytes, &(struct bench_maker){make_noise, NULL, true});
        b->size = b->size / 2 / MIB * MIB;
    }
    return ret;
}

static int measure_all(struct bench *b)
{
    const struct trl_device_info *info = trl_device_info(b->device);
    int ret;
    if ((ret = trl_gpu_cmd_create(&b->cmd, b->device, TRL_GPU_QUEUE_MAIN)) < 0 ||
        (ret = open_noise(b)) < 0)
        return ret;
    b->clock = info->timestamp_period_ns > 0;
    printf("%s, %s: tensors of %lld MiB, pictures of %dx%d, volumes of %d^3, %d rounds%s\n",
           info->name, info->driver, (long long)(b->size / MIB), b->width, b->height, b->side,
           b->rounds, b->clock ? "" : "; no device clock, times are the host's");
    if ((ret = bench_ops(b)) < 0 || (ret = bench_pictures(b)) < 0 || (ret = bench_volumes(b)) < 0)
        return ret;
    return bench_charts(b);
}

static bool number(const char *text, int least, int most, int *out)
{
    char *end;
    const long value = strtol(text, &end, 10);
    *out = (int)value;
    return *text && !*end && value >= least && value <= most;
}

static bool options(struct bench *b, int argc, char **argv, const char **device)
{
    static const struct option known[] = {
        {"device", required_argument, NULL, 'd'}, {"size", required_argument, NULL, 's'},
        {"rounds", required_argument, NULL, 'r'}, {"picture", required_argument, NULL, 'p'},
        {"volume", required_argument, NULL, 'v'}, {0}};
    int option, mib = 0;
    bool fine = true;
    while (fine && (option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'd':
            *device = optarg;
            break;
        case 's':
            fine = number(optarg, 1, 1 << 16, &mib);
            break;
        case 'r':
            fine = number(optarg, 1, 1000, &b->rounds);
            break;
        case 'p':
            fine = sscanf(optarg, "%dx%d", &b->width, &b->height) == 2 && b->width >= 256 &&
                   b->height >= 144 && b->width <= 8192 && b->height <= 8192 && b->width % 2 == 0 &&
                   b->height % 2 == 0;
            break;
        case 'v':
            fine = number(optarg, 2, 2048, &b->side);
            break;
        default:
            return false;
        }
    }
    b->size = mib * MIB;
    if (!fine || optind < argc)
        fprintf(stderr, "usage: kernels [--device DEVICE] [--size MIB] [--rounds N] [--picture WxH]"
                        " [--volume SIDE]\n");
    return fine && optind == argc;
}

int main(int argc, char **argv)
{
    struct bench b = {.rounds = 10, .width = 1920, .height = 1080};
    const char *name = NULL;
    if (!options(&b, argc, argv, &name))
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    int ret = trl_log_create(&b.log, &(struct trl_log_params){.callback = keep_line, .user = &b});
    if (ret == 0)
        ret = trl_device_create(&b.device, &(struct trl_device_params){.log = b.log, .name = name});
    if (ret == 0) {
        const bool software = trl_device_info(b.device)->type == TRL_DEVICE_SOFTWARE;
        b.size = b.size ? b.size : (software ? 64 : 1024) * MIB;
        b.side = b.side ? b.side : software ? 64 : 512;
        ret = measure_all(&b);
    }
    trl_gpu_cmd_destroy(&b.cmd);
    trl_gpu_buffer_destroy(&b.noise);
    trl_device_destroy(&b.device);
    if (ret < 0)
        fprintf(stderr, "kernels: %s\n", b.why);
    trl_log_destroy(&b.log);
    return ret < 0;
}
