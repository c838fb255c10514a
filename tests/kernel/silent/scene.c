/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

int scene_setup(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    void *world;

    if (!scene || world_setup(&world) != 0) {
        free(scene);
        return -1;
    }
    scene->world = world;
    scene->kind = *state;
    scene->lo = iface_get("lo");
    *state = scene;
    return 0;
}

int scene_teardown(void **state)
{
    struct scene *scene = *state;
    void *world = scene->world;

    listener_close(scene->listener);
    free(scene);
    return world_teardown(&world);
}

void scene_add_pairs(struct scene *scene)
{
    world_without_dad();
    world_add_pair(scene->world, "v0", "v1");
    world_add_pair(scene->world, "w0", "w1");
    ip_batch("addr add 10.0.0.1/24 dev v0\n"
             "addr add 10.0.1.1/24 dev w0\n"
             "addr add 2001:db8:1::1/64 dev v0\n"
             "addr add 2001:db8:1:1::1/64 dev w0\n");
    scene->v0 = iface_get("v0");
    scene->w0 = iface_get("w0");
}

void scene_add_kind(const struct link_kind *kind, const char *name)
{
    enum { NUMBER = 7 };

    if (link_kind_add(kind, name, "v0", NUMBER))
        return;
    print_message("left out: %s: %s\n", kind->name, link_kind_complaint());
    skip();
}

void scene_watch(struct scene *scene)
{
    scene->listener = listener_open();
    world_watch(scene->world);
    world_settle(scene->world);
}

void scene_begin(struct scene *scene)
{
    world_begin(scene->world);
    listener_begin(scene->listener);
}

void scene_set(struct scene *scene, const char *path, const char *value)
{
    scene_begin(scene);
    sysctl_write(path, value);
    listener_collect(scene->listener);
}

void scene_carrier(struct scene *scene, struct iface iface, const char *peer, bool on)
{
    scene_begin(scene);
    ip_in(world_beside(scene->world), "link set %s %s", peer, on ? "up" : "down");
    await_heard(scene->listener, HEARD_LINK, iface.index, on ? "C*U+" : "U*C+");
    world_await(scene->world, ROW_INTERFACE, interface_key(iface, AF_INET), "P");
}

void scene_cannot_play(const char *why)
{
    const char *ci = secure_getenv("CI");

    if (ci && strcmp(ci, "true") == 0)
        fail_test("cannot run here: %s", why);
    print_message("cannot run here: %s\n", why);
    skip();
}
