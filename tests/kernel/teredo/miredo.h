/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Miredo's client and server in namespaces of the test's own.
 *
 *     struct scene scene;
 *     scene_make(&scene);                   the server's namespace beside, a veth pair between
 *     scene_start_server(&scene);
 *     scene_start_client(&scene, "teredo", 40001);
 *     scene_await_qualified(&scene, "teredo");
 *     scene_end(&scene);
 *
 * What a test has started ends with it, however the test ends.
 */
#ifndef TESTS_KERNEL_TEREDO_MIREDO_H
#define TESTS_KERNEL_TEREDO_MIREDO_H

#include "netns.h"

#include <stdint.h>
#include <sys/types.h>

/* A program, all of its processes in a group; pid 0: not running. */
struct program {
    pid_t pid;
    pid_t keeper; /* ends the program when this process is gone */
    int lifeline; /* what the keeper waits on */
};

struct scene {
    int home;           /* the namespace of the client, and of the test */
    int beside;         /* that of the server */
    char directory[32]; /* for configurations and logs */
    struct program client;
    struct program server;
};

/*
 * Called after netns_begin(). Returns 0, or the code to exit with, having said what is missing:
 * Miredo, or tun devices.
 */
int miredo_begin(void);

/* In the thread's namespace, which is a new one. */
void scene_make(struct scene *scene);

/* Moves the thread to the scene's home, from another's. */
void scene_return(const struct scene *scene);

/* Ends what still runs. Accepts a zeroed or ended scene. */
void scene_end(struct scene *scene);

void scene_start_server(struct scene *scene);
void scene_stop_server(struct scene *scene);

/* Starts the client in the home namespace, and waits for nothing. */
void scene_start_client(struct scene *scene, const char *ifname, uint16_t port);

/* Starts Miredo as a relay for other hosts' clients instead. */
void scene_start_relay(struct scene *scene, const char *ifname);

/* Has the running client restart itself with another port. */
void scene_move_client(struct scene *scene, const char *ifname, uint16_t port);

/* Ends the client as an administrator does, or at once, all its processes. */
void scene_stop_client(struct scene *scene);
void scene_kill_client(struct scene *scene);

/*
 * Gives the client's host another address. Its server sees that at the next keepalive, and gives
 * the client another one in 2001::/32.
 */
void scene_readdress_client(struct scene *scene);
void scene_await_readdressed(struct scene *scene, const char *ifname, double seconds);

/* What the programs have said so far, on standard error. */
void scene_print_logs(const struct scene *scene);

/* Waits until the interface is there; until it has its address in 2001::/32; until it has none. */
void scene_await_tunnel(struct scene *scene, const char *ifname);
void scene_await_qualified(struct scene *scene, const char *ifname);
void scene_await_unqualified(struct scene *scene, const char *ifname, double seconds);

#endif
