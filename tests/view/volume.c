/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Volumes on the device against rays on the host, in double and without any shortcut. Devices round
 * otherwise, and whether a ray that touches a surface, or an edge, has a sample there is up to the
 * last bit: a colour may differ by 2 of 255, a palette index by 1, and one pixel in
 * 200 by more (pictures here are small, their outlines long).
 */
#include "view/volume.h"

#include "base/math.h"
#include "reference.h"
#include "run.h"
#include "tensor/layout.h"
#include "view/orbit.h"
#include "view/transfer.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct test_device test;

static int open_device(void **state)
{
    (void)state;
    return test_device_open(&test);
}

static int close_device(void **state)
{
    (void)state;
    test_device_close(&test);
    return 0;
}

struct scene {
    struct trl_view_params view;
    struct trl_volume_params volume;
    struct trl_orbit orbit;
};

/* ---- the reference ---- */

struct reference {
    const struct scene *scene;
    struct trl_scale scale;
    struct trl_palette palette;
    struct trl_transfer transfer;
    struct trl_rays rays;
    double *codes;
    int64_t size[3]; /* x, y, z */
    double low, high, step;
};

/* The place of a voxel in codes, NaN for NaN. */
static double find_code(const struct reference *r, float value)
{
    if (isnan(value))
        return NAN;
    if ((double)value < r->low)
        return TRL_VOLUME_UNDER;
    if ((double)value > r->high)
        return TRL_VOLUME_OVER;
    return TRL_VOLUME_LOW + floor(trl_scale_place(&r->scale, value) * TRL_VOLUME_STEPS + 0.5);
}

static double value_at(const struct reference *r, const double at[3], double *part)
{
    int64_t i[3];
    double f[3], sum = 0, weight = 0;
    for (int n = 0; n < 3; n++) {
        const double p = fmin(fmax(at[n], 0), (double)(r->size[n] - 1));
        i[n] = (int64_t)p;
        f[n] = p - (double)i[n];
    }
    for (int corner = 0; corner < 8; corner++) {
        int64_t k[3];
        double w = 1;
        for (int n = 0; n < 3; n++) {
            k[n] = trl_min_i64(i[n] + (corner >> n & 1), r->size[n] - 1);
            w *= corner >> n & 1 ? f[n] : 1 - f[n];
        }
        const double code = r->codes[(k[2] * r->size[1] + k[1]) * r->size[0] + k[0]];
        if (isnan(code) || w == 0)
            continue;
        sum += w * code;
        weight += w;
    }
    *part = weight;
    return weight > 0 ? sum / weight : 0;
}

static void shade(const struct reference *r, double color[4], const double at[3], double value,
                  const double ray[3])
{
    double gradient[3], size = 0, facing = 0;
    for (int n = 0; n < 3; n++) {
        double side[2], part;
        for (int k = 0; k < 2; k++) {
            double p[3] = {at[0], at[1], at[2]};
            p[n] += k ? 1 : -1;
            side[k] = value_at(r, p, &part);
            side[k] = part > 0 ? side[k] : value;
        }
        gradient[n] = (side[1] - side[0]) * r->rays.voxels[n] / (2 * TRL_VOLUME_STEPS);
        size += gradient[n] * gradient[n];
        facing += gradient[n] * ray[n];
    }
    size = sqrt(size);
    if (size == 0)
        return;
    facing = fmin(fabs(facing) / size, 1);
    const double strength = size / (size + 0.006);
    for (int n = 0; n < 3; n++) {
        const double lit = color[n] * (0.3 + 0.8 * facing) + 0.35 * pow(facing, 16) * color[3];
        color[n] += (fmin(lit, color[3]) - color[n]) * strength;
    }
}

/* A ray of the pixel in voxels, from where it enters and per step; its direction in units. The
 * steps that it has within the volume, the last one in part; 0 or less where it misses. */
static double open_ray(const struct reference *r, int x, int y, double from[3], double along[3],
                       double direction[3])
{
    const struct trl_rays *rays = &r->rays;
    const double u = x + 0.5 - r->scene->view.width / 2.0;
    const double v = y + 0.5 - r->scene->view.height / 2.0;
    double length = 0, enter = 0, leave = 1e30;
    for (int n = 0; n < 3; n++) {
        const double aside = u * rays->right[n] + v * rays->down[n];
        from[n] = rays->eye[n] + (rays->perspective ? 0 : aside);
        direction[n] = rays->forward[n] + (rays->perspective ? aside : 0);
        length += direction[n] * direction[n];
    }
    for (int n = 0; n < 3; n++) {
        direction[n] /= sqrt(length);
        along[n] = direction[n] * rays->voxels[n];
        from[n] = from[n] * rays->voxels[n] + (double)(r->size[n] - 1) / 2;
        const double near = (-0.5 - from[n]) / along[n];
        const double far = ((double)r->size[n] - 0.5 - from[n]) / along[n];
        if (along[n] != 0) {
            enter = fmax(enter, fmin(near, far));
            leave = fmin(leave, fmax(near, far));
        } else if (from[n] < -0.5 || from[n] > (double)r->size[n] - 0.5) {
            leave = -1e30;
        }
    }
    for (int n = 0; n < 3; n++) {
        from[n] += enter * along[n];
        along[n] *= r->step;
    }
    return (leave - enter) / r->step;
}

static double sample(const struct reference *r, const double from[3], const double along[3],
                     double n, double at[3], double color[4], double *part)
{
    for (int k = 0; k < 3; k++)
        at[k] = from[k] + n * along[k];
    const double value = value_at(r, at, part);
    const double place = fmin(fmax((value - 1) / TRL_VOLUME_STEPS, 0), 1);
    const float *entry = r->transfer.colors[(int)(place * (TRL_VOLUME_COLORS - 1) + 0.5)];
    for (int k = 0; k < 4; k++)
        color[k] = (double)entry[k] * *part;
    return value;
}

static uint32_t largest(const struct reference *r, int x, int y)
{
    double from[3], along[3], direction[3], at[3], color[4], part, most = -1;
    const double steps = open_ray(r, x, y, from, along, direction);
    if (steps <= 0)
        return TRL_PALETTE_BACKGROUND;
    for (int n = 0; n <= (int)ceil(steps); n++) {
        const double value = sample(r, from, along, fmin(n, steps), at, color, &part);
        most = part >= 0.5 ? fmax(most, value) : most;
    }
    return most < 0     ? TRL_PALETTE_NAN
           : most < 0.5 ? TRL_PALETTE_UNDER
           : most > TRL_VOLUME_OVER - 0.5
               ? TRL_PALETTE_OVER
               : (uint32_t)fmin(255, (most - 1) * 256 / TRL_VOLUME_STEPS);
}

/* What the samples in the middle of the steps do to light. */
static void composite(const struct reference *r, int x, int y, double light[4])
{
    double from[3], along[3], direction[3];
    const double steps = open_ray(r, x, y, from, along, direction);
    bool clear = true;
    for (int n = 0; n < steps; n++) {
        const double length = fmin(steps - n, 1);
        double at[3], part, color[4], before = fmax(n - 0.5, 0), behind = n + length / 2;
        double value = sample(r, from, along, behind, at, color, &part);
        if (clear && color[3] > 0.5) {
            for (int turn = 0; turn < 6; turn++) {
                const double middle = (before + behind) / 2;
                sample(r, from, along, middle, at, color, &part);
                *(color[3] > 0.5 ? &behind : &before) = middle;
            }
            value = sample(r, from, along, behind, at, color, &part);
        }
        clear = color[3] <= 0.05;
        if (r->scene->volume.light && color[3] > 0)
            shade(r, color, at, value, direction);
        const double left = 1 - light[3];
        const double share = color[3] > 0 ? (1 - pow(1 - color[3], length)) / color[3] : 0;
        for (int k = 0; k < 4; k++)
            light[k] += left * color[k] * share;
    }
}

static uint32_t pixel(const struct reference *r, int x, int y)
{
    if (r->scene->volume.mode == TRL_VOLUME_MIP)
        return largest(r, x, y);
    double light[4] = {0};
    composite(r, x, y, light);
    uint32_t word = 0;
    for (int n = 0; n < 3; n++) {
        const double behind = r->palette.rgb[TRL_PALETTE_BACKGROUND][n] / 255.0;
        word |= (uint32_t)(fmin(light[n] + (1 - light[3]) * behind, 1) * 255 + 0.5) << 8 * n;
    }
    return word;
}

/* ---- the check ---- */

struct work {
    struct trl_volume *volume;
    struct trl_gpu_tensor tensor;
    const struct trl_orbit *orbit;
};

static int record(void *user, struct trl_gpu_cmd *cmd)
{
    struct work *work = user;
    return trl_volume_record(work->volume, cmd, &work->tensor, work->orbit);
}

static int difference(const struct scene *scene, uint32_t a, uint32_t b)
{
    int most = 0;
    if (scene->volume.mode == TRL_VOLUME_MIP)
        return a > 255 || b > 255 ? (a == b ? 0 : 255) : abs((int)a - (int)b);
    for (int n = 0; n < 24; n += 8)
        most = (int)trl_max_i64(most, abs((int)(a >> n & 255) - (int)(b >> n & 255)));
    return most;
}

static void start_reference(struct reference *r, const struct scene *scene,
                            const struct trl_layout *layout, const void *data,
                            const struct trl_palette *palette)
{
    *r = (struct reference){.scene = scene, .palette = *palette};
    float low, high;
    assert_int_equal(trl_scale_init(&r->scale, test.log, &scene->view, NULL, NULL), 0);
    struct reference_values values = reference_read(layout, data);
    struct reference_run run = {0};
    uint32_t keys[257];
    reference_scale(&run, &scene->view, &r->scale, &values, &low, &high, keys);
    r->low = (double)low;
    r->high = (double)high;
    assert_int_equal(trl_orbit_rays(&r->rays, test.log, &scene->orbit, scene->view.origin,
                                    layout->shape, scene->volume.spacing, scene->view.width,
                                    scene->view.height),
                     0);
    r->step = scene->volume.step != 0 ? scene->volume.step : fmin(1, r->rays.extent / 64);
    assert_int_equal(trl_transfer_init(&r->transfer, test.log, &scene->volume, &r->scale, palette,
                                       r->step * 20 / r->rays.extent),
                     0);
    r->scale.setup[TRL_SETUP_LOW] = trl_float_bits(low);
    r->scale.setup[TRL_SETUP_HIGH] = trl_float_bits(high);
    for (int n = 0; n < 3; n++)
        r->size[n] = layout->shape[2 - n];
    const size_t voxels = (size_t)trl_layout_elements(layout);
    r->codes = malloc(voxels * sizeof(*r->codes));
    for (size_t n = 0; n < voxels; n++)
        r->codes[n] = find_code(r, values.value[n]);
    free(values.value);
}

static void check(const char *name, const struct scene *scene, const struct trl_layout *layout,
                  const void *data, size_t size)
{
    struct work work = {.tensor = run_tensor(&test, layout, data, size), .orbit = &scene->orbit};
    assert_int_equal(trl_volume_create(&work.volume, test.device, &scene->view, &scene->volume,
                                       layout->shape, NULL, NULL),
                     0);
    run_record(&test, record, &work);
    const struct trl_picture *picture = trl_volume_picture(work.volume);
    const struct trl_palette *palette = trl_volume_palette(work.volume);
    const int width = picture->width, height = picture->height;
    uint32_t *pixels = run_pixels(&test, picture);
    run_keep(name, pixels, width, height);
    const bool indexed = scene->volume.mode == TRL_VOLUME_MIP;
    assert_true(indexed == (picture->words == NULL));
    uint16_t *cells =
        indexed ? run_read(&test, picture->cells, (size_t)picture->cell_stride * (size_t)height * 2)
                : NULL;
    struct reference *r = malloc(sizeof(*r));
    start_reference(r, scene, layout, data, palette);
    int far = 0, worst = 0;
    double sum = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            const uint32_t is = indexed ? cells[(size_t)y * picture->cell_stride + (size_t)x]
                                        : pixels[y * width + x];
            const int d = difference(scene, is, pixel(r, x, y));
            far += d > (indexed ? 1 : 2);
            worst = d > worst ? d : worst;
            sum += d;
        }
    const double mean = sum / (width * height);
    if (far * 1000 > width * height || mean > 0.1)
        fail_msg("%s: worst %d, mean %.4f, %d of %d beyond the tolerance", name, worst, mean, far,
                 width * height);
    free(r->codes);
    free(r);
    free(cells);
    free(pixels);
    trl_gpu_buffer_destroy(&work.tensor.buffer);
    trl_volume_destroy(&work.volume);
    assert_int_equal(test.messages, 0);
}

/* ---- along the rays ---- */

static uint32_t *draw(const struct scene *scene, int side, const float *data)
{
    struct trl_layout layout;
    const size_t size = (size_t)side * (size_t)side * (size_t)side * sizeof(*data);
    assert_int_equal(
        trl_layout_dense(&layout, TRL_DTYPE_F32, 3, (int64_t[]){side, side, side}, false), 0);
    struct work work = {.tensor = run_tensor(&test, &layout, data, size), .orbit = &scene->orbit};
    assert_int_equal(trl_volume_create(&work.volume, test.device, &scene->view, &scene->volume,
                                       layout.shape, NULL, NULL),
                     0);
    run_record(&test, record, &work);
    uint32_t *pixels = run_pixels(&test, trl_volume_picture(work.volume));
    trl_gpu_buffer_destroy(&work.tensor.buffer);
    trl_volume_destroy(&work.volume);
    return pixels;
}

static struct scene small_scene(void)
{
    return (struct scene){
        .view = {.width = 120,
                 .height = 120,
                 .cmap = "gray",
                 .vmin_set = true,
                 .vmax_set = true,
                 .vmax = 1,
                 .background = {0, 0, 0, true}},
        .orbit = {.zoom = 1},
    };
}

/* The way through a square turned by an angle, this far from its middle. */
static double chord(double side, double angle, double away)
{
    const double s = sin(angle), c = cos(angle);
    return fmin(fmax((side / 2 * (s + c) - fabs(away)) / (s * c), 0), side / c);
}

static void check_matter(double degrees, bool lift, double step)
{
    static const struct trl_opacity_point point = {0, 0.1};
    float matter[64];
    for (int n = 0; n < 64; n++)
        matter[n] = 1;
    struct scene s = small_scene();
    *(lift ? &s.orbit.elevation : &s.orbit.azimuth) = degrees;
    s.volume = (struct trl_volume_params){.opacity = TRL_OPACITY_POINTS,
                                          .on_map = true,
                                          .points = &point,
                                          .point_count = 1,
                                          .step = step};
    uint32_t *pixels = draw(&s, 4, matter);
    for (int n = 0; n < 120 * 120; n++) {
        const int column = n % 120, row = n / 120;
        const double x = (column + 0.5) / 60 - 1, y = (row + 0.5) / 60 - 1;
        const double u = x * sqrt(12), v = y * sqrt(12); /* the ball around it fills the picture */
        double length = chord(4, degrees * 3.14159265358979 / 180, lift ? v : u);
        length *= fabs(lift ? u : v) < 2;
        /* A slab is a fifth of a voxel. Floats round what lies between two codes. */
        const double red = 255 * (1 - pow(0.9, 5 * length));
        if (fabs((pixels[n] & 255) - red) > 0.6)
            fail_msg("%g degrees, step %g: %d is %u, not %.2f", degrees, step, n, pixels[n] & 255,
                     red);
    }
    free(pixels);
}

static void opacity_depends_on_the_way_alone(void **state)
{
    (void)state;
    static const double steps[] = {0, 0.3, 1, 3};
    for (int n = 0; n < 4; n++) {
        check_matter(0, false, steps[n]);
        check_matter(45, false, steps[n]);
        check_matter(20, true, steps[n]);
    }
}

/* A ball of 8 x 8 x 8 voxels: brightness falls from its middle to its outline, and no finer step
 * shows anything else. */
static void few_voxels_have_no_rings(void **state)
{
    (void)state;
    float ball[512];
    for (int n = 0; n < 512; n++) {
        const int row = n / 8 % 8, sheet = n / 64;
        const double x = n % 8 - 3.5, y = row - 3.5, z = sheet - 3.5;
        ball[n] = (float)fmax(0, 1 - sqrt(x * x + y * y + z * z) / 4);
    }
    struct scene s = small_scene();
    s.orbit.azimuth = 35;
    s.orbit.elevation = 25;
    s.volume.density = 0.5;
    uint32_t *pixels = draw(&s, 8, ball);
    s.volume.step = 0.04;
    uint32_t *fine = draw(&s, 8, ball);
    double sum[60] = {0};
    int met[60] = {0};
    for (int n = 0; n < 120 * 120; n++) {
        const int column = n % 120, row = n / 120;
        const double x = column - 59.5, y = row - 59.5, r = sqrt(x * x + y * y);
        if (abs((int)(pixels[n] & 255) - (int)(fine[n] & 255)) > 2)
            fail_msg("%d is %u, in finer steps %u", n, pixels[n] & 255, fine[n] & 255);
        if (r < 60) {
            sum[(int)r] += pixels[n] & 255;
            met[(int)r]++;
        }
    }
    assert_true(sum[0] / met[0] > 60);
    assert_true(sum[59] == 0);
    for (int r = 1; r < 60; r++)
        if (sum[r] / met[r] > sum[r - 1] / met[r - 1] + 0.5)
            fail_msg("%d pixels away %.2f, then %.2f", r, sum[r - 1] / met[r - 1], sum[r] / met[r]);
    free(pixels);
    free(fine);
}

/* ---- scenes ---- */

static const int64_t shape[3] = {30, 38, 45};
static const size_t count = (size_t)30 * 38 * 45;

/* A ball with a ring around it, from polynomials alone; 0 to 1 and far outside empty. */
static float *make_planet(void)
{
    float *out = malloc(count * sizeof(*out));
    for (size_t n = 0; n < count; n++) {
        const double x = ((double)(n % 45) - 22) / 22, y = ((double)(n / 45 % 38) - 18.5) / 22;
        const double z = ((double)(n / 45 / 38) - 14.5) / 22;
        const double r2 = x * x + y * y + z * z, tilt = y + 0.3 * x;
        const double ball = fmax(0, 1 - 4 * r2) * (0.8 + 0.2 * x);
        const double ring = fmax(0, 1 - 60 * (r2 - 0.6) * (r2 - 0.6) - 120 * tilt * tilt);
        out[n] = (float)fmax(ball, 0.6 * ring);
    }
    return out;
}

static struct trl_layout dense(bool fortran)
{
    struct trl_layout layout;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 3, shape, fortran), 0);
    return layout;
}

static struct scene scene_of(double azimuth, double elevation)
{
    return (struct scene){
        .view = {.width = 120,
                 .height = 90,
                 .cmap = "inferno",
                 .vmin_set = true,
                 .vmax_set = true,
                 .vmax = 1},
        .orbit = {.azimuth = azimuth, .elevation = elevation, .zoom = 1.3},
    };
}

static void colours_are_those_of_rays_on_the_host(void **state)
{
    (void)state;
    float *planet = make_planet();
    const size_t size = count * sizeof(*planet);
    const struct trl_layout layout = dense(false);
    struct scene s = scene_of(0, 0);
    check("volume-front", &s, &layout, planet, size);
    s = scene_of(35, 25);
    s.view.background = (struct trl_color){20, 24, 40, true};
    check("volume-turned", &s, &layout, planet, size);
    s.orbit.angle = 50;
    s.volume.light = true;
    check("volume-perspective", &s, &layout, planet, size);
    s.view.origin = TRL_ORIGIN_LOWER;
    s.volume.step = 0.5;
    s.volume.spacing[0] = 2;
    s.volume.spacing[2] = 0.75;
    s.volume.density = 2;
    check("volume-spaced", &s, &layout, planet, size);
    s = scene_of(-120, -40);
    s.volume.opacity = TRL_OPACITY_THRESHOLD;
    s.volume.threshold = 0.2;
    s.volume.light = true;
    check("volume-threshold", &s, &layout, planet, size);
    static const struct trl_opacity_point points[] = {
        {0.1, 0}, {0.2, 0.3}, {0.3, 0}, {0.7, 0}, {0.7, 1}};
    s.volume.opacity = TRL_OPACITY_POINTS;
    s.volume.points = points;
    s.volume.point_count = 5;
    s.volume.on_map = true;
    s.view.vmin_set = s.view.vmax_set = false;
    s.view.norm = TRL_NORM_POWER;
    check("volume-points", &s, &layout, planet, size);
    free(planet);
}

static void the_largest_value_is_indexed(void **state)
{
    (void)state;
    float *planet = make_planet();
    const size_t size = count * sizeof(*planet);
    const struct trl_layout layout = dense(false);
    struct scene s = scene_of(20, 40);
    s.volume.mode = TRL_VOLUME_MIP;
    check("volume-mip", &s, &layout, planet, size);
    s.view.width = 119;
    s.view.vmax = 0.5;
    s.view.vmin = 0.01;
    s.view.over_color = (struct trl_color){0, 255, 0, true};
    s.view.under_color = (struct trl_color){0, 0, 90, true};
    s.orbit.angle = 40;
    check("volume-mip-over", &s, &layout, planet, size);
    free(planet);
}

static void nan_is_transparent(void **state)
{
    (void)state;
    float *planet = make_planet();
    const size_t size = count * sizeof(*planet);
    const struct trl_layout layout = dense(false);
    for (size_t n = 0; n < count; n++)
        if (n % 45 > 22 && n / 45 % 38 < 19)
            planet[n] = NAN;
    planet[count / 2] = INFINITY;
    planet[count / 2 + 700] = -INFINITY;
    struct scene s = scene_of(30, 20);
    s.volume.light = true;
    check("volume-nan", &s, &layout, planet, size);
    s.volume.mode = TRL_VOLUME_MIP;
    check("volume-mip-nan", &s, &layout, planet, size);
    for (size_t n = 0; n < count; n++)
        planet[n] = NAN;
    s.view.vmin_set = s.view.vmax_set = false;
    check("volume-mip-all-nan", &s, &layout, planet, size);
    s.volume.mode = TRL_VOLUME_COMPOSITE;
    check("volume-all-nan", &s, &layout, planet, size);
    free(planet);
}

static void any_layout_and_norm_is_drawn(void **state)
{
    (void)state;
    float *planet = make_planet();
    const size_t size = count * sizeof(*planet);
    const struct trl_layout c_order = dense(false);
    struct trl_layout layout = dense(true);
    float *turned = malloc(size);
    for (size_t n = 0; n < count; n++)
        turned[(int64_t)(n % 45) * layout.stride[2] + (int64_t)(n / 45 % 38) * layout.stride[1] +
               (int64_t)(n / 45 / 38)] = planet[n];
    struct scene s = scene_of(70, -30);
    s.view.norm = TRL_NORM_LOG;
    s.view.vmin = 0.01;
    s.volume.light = true;
    check("volume-fortran-log", &s, &layout, turned, size);
    /* Backwards along z and x, as bytes. */
    uint8_t *bytes = malloc(count);
    for (size_t n = 0; n < count; n++)
        bytes[n] = (uint8_t)(planet[count - 1 - n] * 255);
    layout = c_order;
    layout.dtype = TRL_DTYPE_U8;
    layout.offset = 29 * layout.stride[0] + 44;
    layout.stride[0] = -layout.stride[0];
    layout.stride[2] = -1;
    s = scene_of(5, 60);
    s.view.range = TRL_RANGE_FRAME;
    s.view.vmin_set = s.view.vmax_set = false;
    check("volume-bytes", &s, &layout, bytes, count);
    free(bytes);
    free(turned);
    free(planet);
}

static void thin_and_single_voxels(void **state)
{
    (void)state;
    const float value[12] = {1, 0.5F, 0.2F, 0.9F, 1, 0.1F, 0, 0.7F, 1, 1, 0.3F, 0.6F};
    struct trl_layout layout;
    struct scene s = scene_of(20, 10);
    s.view.width = s.view.height = 41;
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 3, (int64_t[]){1, 1, 1}, false), 0);
    s.volume.step = 0.1;
    check("volume-one", &s, &layout, value, sizeof(value));
    assert_int_equal(trl_layout_dense(&layout, TRL_DTYPE_F32, 3, (int64_t[]){1, 3, 4}, false), 0);
    check("volume-sheet", &s, &layout, value, sizeof(value));
    s.view.width = s.view.height = 1;
    s.volume.mode = TRL_VOLUME_MIP;
    check("volume-pixel", &s, &layout, value, sizeof(value));
}

static void a_scan_is_drawn(void **state)
{
    (void)state;
    struct trl_layout layout;
    void *data;
    size_t size;
    if (!run_scan(&layout, &data, &size))
        skip();
    struct scene s = {
        .view = {.width = 200, .height = 200, .cmap = "gray", .range = TRL_RANGE_PERCENTILE_FRAME},
        .orbit = {.azimuth = 60, .elevation = 20, .zoom = 1.4},
        .volume = {.light = true},
    };
    check("volume-scan", &s, &layout, data, size);
    free(data);
}

static void refuse(const struct scene *scene, const char *message)
{
    struct trl_volume *volume = NULL;
    test.quiet = true;
    assert_int_equal(
        trl_volume_create(&volume, test.device, &scene->view, &scene->volume, shape, NULL, NULL),
        TRL_ERROR_USAGE);
    if (!strstr(test.last, message))
        fail_msg("'%s' is not in '%s'", message, test.last);
    assert_null(volume);
    assert_int_equal(test.messages, 1);
    test.quiet = false;
    test.messages = 0;
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    static const struct trl_opacity_point falling[] = {{0.5, 0}, {0.4, 1}}, much[] = {{0.5, 1.5}};
    struct scene s = scene_of(0, 0);
    s.volume.step = -1;
    refuse(&s, "step -1");
    s = scene_of(0, 0);
    s.view.width = 0;
    refuse(&s, "0 x 90 pixels");
    s = scene_of(0, 0);
    s.volume.spacing[1] = -2;
    refuse(&s, "spacing -2 of axis 1");
    s = scene_of(0, 0);
    s.volume.opacity = TRL_OPACITY_POINTS;
    refuse(&s, "0 points");
    s.volume.points = falling;
    s.volume.point_count = 2;
    refuse(&s, "must rise");
    s.volume.points = much;
    s.volume.point_count = 1;
    refuse(&s, "alpha 1.5");
    s = scene_of(0, 0);
    s.view.vmin_set = false;
    s.volume.opacity = TRL_OPACITY_THRESHOLD;
    refuse(&s, "give --vmin and --vmax");
    s = scene_of(0, 0);
    s.volume.density = NAN;
    refuse(&s, "density");
    s = scene_of(0, 0);
    s.volume.mode = (enum trl_volume_mode)5;
    refuse(&s, "mode 5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opacity_depends_on_the_way_alone),
        cmocka_unit_test(few_voxels_have_no_rings),
        cmocka_unit_test(colours_are_those_of_rays_on_the_host),
        cmocka_unit_test(the_largest_value_is_indexed),
        cmocka_unit_test(nan_is_transparent),
        cmocka_unit_test(any_layout_and_norm_is_drawn),
        cmocka_unit_test(thin_and_single_voxels),
        cmocka_unit_test(a_scan_is_drawn),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("volume", tests, open_device, close_device);
}
