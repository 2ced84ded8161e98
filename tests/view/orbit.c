/* SPDX-License-Identifier: BSD-2-Clause */
/* The camera's rays against where they must be. */
#include "view/orbit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <tensorreel/error.h>

static const int64_t cube[3] = {10, 10, 10};
static const double even[3] = {0};

static void is(const double got[3], double x, double y, double z)
{
    const double should[3] = {x, y, z};
    for (int n = 0; n < 3; n++)
        if (!(fabs(got[n] - should[n]) < 1e-12))
            fail_msg("%g %g %g is not %g %g %g", got[0], got[1], got[2], x, y, z);
}

static struct trl_rays rays_of(struct trl_orbit orbit)
{
    struct trl_rays rays;
    assert_int_equal(trl_orbit_rays(&rays, NULL, &orbit, TRL_ORIGIN_UPPER, cube, even, 400, 300),
                     0);
    return rays;
}

static void quarters_look_along_the_axes(void **state)
{
    (void)state;
    struct trl_rays r = rays_of((struct trl_orbit){0});
    const double pixel = r.radius / 150;
    assert_true(fabs(r.radius - 5 * sqrt(3)) < 1e-12);
    assert_true(fabs(r.extent - 10) < 1e-12);
    is(r.forward, 0, 0, 1);
    is(r.right, pixel, 0, 0);
    is(r.down, 0, pixel, 0);
    is(r.eye, 0, 0, -2 * r.radius);
    /* From the right side, where x is largest. */
    r = rays_of((struct trl_orbit){.azimuth = 90});
    is(r.forward, -1, 0, 0);
    is(r.right, 0, 0, pixel);
    is(r.down, 0, pixel, 0);
    r = rays_of((struct trl_orbit){.azimuth = 180 - 3 * 360});
    is(r.forward, 0, 0, -1);
    is(r.right, -pixel, 0, 0);
    r = rays_of((struct trl_orbit){.azimuth = -90});
    is(r.forward, 1, 0, 0);
    /* From above, where y is smallest. */
    r = rays_of((struct trl_orbit){.elevation = 90});
    is(r.forward, 0, 1, 0);
    is(r.right, pixel, 0, 0);
    is(r.down, 0, 0, -pixel);
    r = rays_of((struct trl_orbit){.elevation = -90, .azimuth = 90, .zoom = 2});
    is(r.forward, 0, -1, 0);
    is(r.right, 0, 0, pixel / 2);
    is(r.down, -pixel / 2, 0, 0);
}

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void all_angles_give_a_right_handed_frame(void **state)
{
    (void)state;
    for (int azimuth = -400; azimuth <= 400; azimuth += 37)
        for (int elevation = -90; elevation <= 90; elevation += 15) {
            const struct trl_rays r = rays_of(
                (struct trl_orbit){.azimuth = azimuth, .elevation = elevation, .zoom = 0.5});
            const double pixel = r.radius / 75;
            const double cross[3] = {r.right[1] * r.down[2] - r.right[2] * r.down[1],
                                     r.right[2] * r.down[0] - r.right[0] * r.down[2],
                                     r.right[0] * r.down[1] - r.right[1] * r.down[0]};
            assert_true(fabs(dot(r.forward, r.forward) - 1) < 1e-12);
            assert_true(fabs(dot(r.right, r.right) - pixel * pixel) < 1e-12);
            assert_true(fabs(dot(r.forward, r.down)) < 1e-12);
            is(cross, r.forward[0] * pixel * pixel, r.forward[1] * pixel * pixel,
               r.forward[2] * pixel * pixel);
        }
}

static void perspective_fits_the_ball(void **state)
{
    (void)state;
    const struct trl_rays r = rays_of((struct trl_orbit){.angle = 60, .azimuth = 30});
    assert_true(r.perspective);
    /* The ray at the edge of the shorter side touches the ball around the volume. */
    double edge[3], length, along;
    for (int n = 0; n < 3; n++)
        edge[n] = r.forward[n] + 150 * r.down[n];
    length = sqrt(dot(edge, edge));
    along = dot(r.eye, edge) / length;
    assert_true(fabs(sqrt(dot(r.eye, r.eye) - along * along) - r.radius) < 1e-9);
    assert_true(fabs(dot(edge, r.forward) / length - cos(30 * 0.017453292519943295)) < 1e-12);
}

static void spacings_centres_and_origins(void **state)
{
    (void)state;
    const int64_t shape[3] = {4, 6, 10};
    const double spacing[3] = {1.5, 0, 0.5};
    const struct trl_orbit orbit = {.centre = {0.5, 0.25, -0.5}};
    struct trl_rays r;
    assert_int_equal(trl_orbit_rays(&r, NULL, &orbit, TRL_ORIGIN_UPPER, shape, spacing, 100, 100),
                     0);
    /* In units of 0.5: x 10 of 1, y 6 of 2, z 4 of 3. */
    is(r.voxels, 1, 0.5, 1.0 / 3);
    assert_true(fabs(r.radius - sqrt(100 + 144 + 144) / 2) < 1e-12);
    is(r.eye, -5, 3, 6 - 2 * r.radius);
    assert_int_equal(trl_orbit_rays(&r, NULL, &orbit, TRL_ORIGIN_LOWER, shape, spacing, 100, 100),
                     0);
    is(r.voxels, 1, -0.5, 1.0 / 3);
    is(r.eye, -5, -3, 6 - 2 * r.radius);
}

static void what_is_out_of_range_is_refused(void **state)
{
    (void)state;
    static const struct trl_orbit bad[] = {
        {.azimuth = NAN},    {.azimuth = INFINITY},
        {.elevation = 90.1}, {.elevation = -91},
        {.elevation = NAN},  {.zoom = -1},
        {.zoom = NAN},       {.angle = 180},
        {.angle = -5},       {.centre = {0, INFINITY}},
        {.zoom = 1e9},       {.angle = NAN},
    };
    struct trl_rays r;
    for (size_t n = 0; n < sizeof(bad) / sizeof(bad[0]); n++)
        assert_int_equal(trl_orbit_rays(&r, NULL, &bad[n], TRL_ORIGIN_UPPER, cube, even, 400, 300),
                         TRL_ERROR_USAGE);
    const double spacing[3] = {1, -1, 1};
    assert_int_equal(
        trl_orbit_rays(&r, NULL, &(struct trl_orbit){0}, TRL_ORIGIN_UPPER, cube, spacing, 400, 300),
        TRL_ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quarters_look_along_the_axes),
        cmocka_unit_test(all_angles_give_a_right_handed_frame),
        cmocka_unit_test(perspective_fits_the_ball),
        cmocka_unit_test(spacings_centres_and_origins),
        cmocka_unit_test(what_is_out_of_range_is_refused),
    };
    return cmocka_run_group_tests_name("orbit", tests, NULL, NULL);
}
