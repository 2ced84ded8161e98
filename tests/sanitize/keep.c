/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preloaded into sanitized programs: libraries stay loaded until the end, so that a leak inside a
 * driver is reported under the driver's name, by which leaks.supp can tell it from ours.
 */
int dlclose(void *library);

int dlclose(void *library)
{
    (void)library;
    return 0;
}
