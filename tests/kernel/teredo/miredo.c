/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "miredo.h"

#include "check.h"
#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <net/if.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIENT "/usr/sbin/miredo"
#define SERVER "/usr/sbin/miredo-server"

/* For documentation, and yet no private ones, which Teredo does without. */
#define SERVER_ADDRESS "203.0.113.1"
#define SERVER_SECOND "203.0.113.2"
#define CLIENT_ADDRESS "203.0.113.9"
#define CLIENT_OTHER "203.0.113.77"

/* How an address in 2001::/32 ends then: the client's own, inverted (RFC 4380, 4). */
#define OTHER_INVERTED "34ff8eb2"

int miredo_begin(void)
{
    char why[256];

    if (access(CLIENT, X_OK) < 0 || access(SERVER, X_OK) < 0)
        return namespace_unavailable("no Miredo; Debian's packages are miredo and miredo-server");
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (fd < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) {
        (void)snprintf(why, sizeof(why), "no tun devices: /dev/net/tun: %s",
                       strerrordesc_np(errno));
        return namespace_unavailable(why);
    }
    close(fd);
    return 0;
}

void scene_make(struct scene *scene)
{
    *scene = (struct scene){.home = netns_current()};
    (void)snprintf(scene->directory, sizeof(scene->directory), "/tmp/iphlpapi-XXXXXX");
    if (!mkdtemp(scene->directory))
        fail_test("mkdtemp: %s", strerrordesc_np(errno));
    scene->beside = netns_create();
    ip("link add client type veth peer name server");
    ip("link set server netns /proc/%d/fd/%d", (int)getpid(), scene->beside);
    /* No addresses that are tentative for a while, as far as Teredo's are to be seen alone. */
    sysctl_write("net/ipv6/conf/client/disable_ipv6", "1");
    ip("addr add " CLIENT_ADDRESS "/24 dev client");
    ip("link set client up");
    ip_in(scene->beside, "addr add " SERVER_ADDRESS "/24 dev server");
    ip_in(scene->beside, "addr add " SERVER_SECOND "/24 dev server");
    ip_in(scene->beside, "link set server up");
}

void scene_return(const struct scene *scene)
{
    netns_enter(scene->home);
}

void scene_readdress_client(struct scene *scene)
{
    ip_in(scene->home, "addr del " CLIENT_ADDRESS "/24 dev client");
    ip_in(scene->home, "addr add " CLIENT_OTHER "/24 dev client");
}

/* ---- Programs ---------------------------------------------------------------------------- */

/*
 * A process that outlives this one just long enough to end the group. It holds the lifelines of
 * those before it as well, so that the last of them goes first.
 */
static void start_keeper(struct program *program)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        fail_test("socketpair: %s", strerrordesc_np(errno));
    program->keeper = fork();
    if (program->keeper < 0)
        fail_test("fork: %s", strerrordesc_np(errno));
    if (program->keeper == 0) {
        char nothing;

        close(ends[0]);
        if (read(ends[1], &nothing, 1) == 0)
            (void)kill(-program->pid, SIGKILL);
        _exit(0);
    }
    close(ends[1]);
    program->lifeline = ends[0];
}

static void start(struct program *program, int netns, char *const argv[], const char *log)
{
    /* By its name alone: a list of paths is separated by spaces, too. */
    static char preload[] = "LD_PRELOAD=" KEEP_USER;
    static char folder[] = "LD_LIBRARY_PATH=" KEEP_USER_FOLDER;
    static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    char *const environment[] = {preload, folder, path, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int outer = netns_current();

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    netns_enter(netns);
    int rc = posix_spawn(&program->pid, argv[0], &actions, &attributes, argv, environment);
    netns_enter(outer);
    close(outer);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (rc != 0)
        fail_test("%s cannot be started: %s", argv[0], strerrordesc_np(rc));
    start_keeper(program);
}

static void print_log(const struct scene *scene, const char *name)
{
    char path[64];
    char text[4096];

    (void)snprintf(path, sizeof(path), "%s/%s.log", scene->directory, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
    if (fd >= 0)
        close(fd);
    text[length > 0 ? length : 0] = '\0';
    print_error("%s's log:\n%s\n", name, text);
}

void scene_print_logs(const struct scene *scene)
{
    print_log(scene, "server");
    print_log(scene, "client");
}

static bool has_ended(pid_t pid, const struct timespec *deadline)
{
    for (;;) {
        int status;

        if (waitpid(pid, &status, WNOHANG) != 0)
            return true;
        if (check_deadline_passed(deadline))
            return false;
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
}

/* Sends the signal to the program, or to all of its processes, and waits for its end. */
static bool end(struct program *program, int signal, bool all)
{
    struct timespec deadline = check_deadline();

    if (program->pid == 0)
        return true;
    (void)kill(all ? -program->pid : program->pid, signal);
    bool ended = has_ended(program->pid, &deadline);

    (void)kill(-program->pid, SIGKILL); /* what is left of it */
    (void)kill(program->keeper, SIGKILL);
    (void)waitpid(program->keeper, NULL, 0);
    close(program->lifeline);
    while (waitpid(-program->pid, NULL, 0) > 0) /* grandchildren are children by now */
        ;
    *program = (struct program){0};
    return ended;
}

void scene_end(struct scene *scene)
{
    static const char *const files[] = {"client.conf", "server.conf", "client.log",
                                        "server.log",  "client.pid",  "server.pid"};

    if (scene->directory[0] == '\0')
        return;
    (void)end(&scene->client, SIGKILL, true);
    (void)end(&scene->server, SIGKILL, true);
    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        char path[64];

        (void)snprintf(path, sizeof(path), "%s/%s", scene->directory, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(scene->directory);
    close(scene->home);
    close(scene->beside);
    *scene = (struct scene){0};
}

/* ---- Miredo ------------------------------------------------------------------------------ */

static void configure(const struct scene *scene, const char *name, const char *text)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "%s/%s.conf", scene->directory, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    size_t length = strlen(text);
    if (fd < 0 || write(fd, text, length) != (ssize_t)length)
        fail_test("%s: %s", path, strerrordesc_np(errno));
    close(fd);
}

static void configure_client(const struct scene *scene, const char *ifname, uint16_t port)
{
    char text[256];

    (void)snprintf(text, sizeof(text),
                   "InterfaceName %s\nServerAddress " SERVER_ADDRESS "\nBindPort %u\n", ifname,
                   port);
    configure(scene, "client", text);
}

static void start_miredo(struct scene *scene, struct program *program, const char *path,
                         const char *name)
{
    char conf[64];
    char pid[64];
    char log[64];
    char *argv[] = {(char *)path, "-f", "-u", "nobody", "-c", conf, "-p", pid, NULL};

    assert_int_equal(program->pid, 0);
    (void)snprintf(conf, sizeof(conf), "%s/%s.conf", scene->directory, name);
    (void)snprintf(pid, sizeof(pid), "%s/%s.pid", scene->directory, name);
    (void)snprintf(log, sizeof(log), "%s/%s.log", scene->directory, name);
    start(program, program == &scene->server ? scene->beside : scene->home, argv, log);
}

void scene_start_server(struct scene *scene)
{
    configure(scene, "server", "ServerBindAddress " SERVER_ADDRESS "\n");
    start_miredo(scene, &scene->server, SERVER, "server");
}

void scene_stop_server(struct scene *scene)
{
    if (!end(&scene->server, SIGTERM, false))
        fail_test("the server does not end");
}

void scene_start_client(struct scene *scene, const char *ifname, uint16_t port)
{
    configure_client(scene, ifname, port);
    start_miredo(scene, &scene->client, CLIENT, "client");
}

void scene_start_relay(struct scene *scene, const char *ifname)
{
    char text[128];

    (void)snprintf(text, sizeof(text), "RelayType cone\nInterfaceName %s\n", ifname);
    configure(scene, "client", text);
    start_miredo(scene, &scene->client, CLIENT, "client");
}

void scene_move_client(struct scene *scene, const char *ifname, uint16_t port)
{
    configure_client(scene, ifname, port);
    (void)kill(scene->client.pid, SIGHUP);
}

void scene_stop_client(struct scene *scene)
{
    if (!end(&scene->client, SIGTERM, false))
        fail_test("the client does not end");
}

void scene_kill_client(struct scene *scene)
{
    (void)end(&scene->client, SIGKILL, true);
}

/* ---- Waiting ----------------------------------------------------------------------------- */

static bool is_there(const char *ifname)
{
    return if_nametoindex(ifname) != 0;
}

/*
 * Whether it has an address in 2001::/32 that ends so, in hexadecimal, and can be used: although no
 * duplicates are looked for on a tunnel, every address is tentative until a thread of the kernel's
 * has come to it.
 */
static bool has_address(const char *ifname, const char *ending)
{
    char line[256];
    bool found = false;
    FILE *file = fopen("/proc/thread-self/net/if_inet6", "re");

    if (!file)
        fail_test("if_inet6: %s", strerrordesc_np(errno));
    while (!found && fgets(line, sizeof(line), file)) {
        char address[33];
        char name[IF_NAMESIZE];
        unsigned flags;

        found = sscanf(line, "%32s %*s %*s %*s %x %15s", address, &flags, name) == 3 &&
                strncmp(address, "20010000", 8) == 0 &&
                strcmp(address + strlen(address) - strlen(ending), ending) == 0 &&
                strcmp(name, ifname) == 0 && !(flags & IFA_F_TENTATIVE);
    }
    (void)fclose(file);
    return found;
}

static bool is_qualified(const char *ifname)
{
    return has_address(ifname, "");
}

static bool is_readdressed(const char *ifname)
{
    return has_address(ifname, OTHER_INVERTED);
}

static void await(struct scene *scene, const char *ifname, bool (*condition)(const char *ifname),
                  bool value, double seconds)
{
    struct timespec deadline = check_deadline_in(seconds);
    int outer = netns_current();

    netns_enter(scene->home);
    bool met = condition(ifname) == value;
    while (!met && !check_deadline_passed(&deadline)) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        met = condition(ifname) == value;
    }
    netns_enter(outer);
    close(outer);
    if (met)
        return;
    scene_print_logs(scene);
    fail_test("%s did not come to be what it should", ifname);
}

void scene_await_tunnel(struct scene *scene, const char *ifname)
{
    await(scene, ifname, is_there, true, CHECK_DEADLINE_SECONDS);
}

void scene_await_qualified(struct scene *scene, const char *ifname)
{
    await(scene, ifname, is_qualified, true, 2.0 * CHECK_DEADLINE_SECONDS);
}

void scene_await_unqualified(struct scene *scene, const char *ifname, double seconds)
{
    await(scene, ifname, is_qualified, false, seconds);
}

void scene_await_readdressed(struct scene *scene, const char *ifname, double seconds)
{
    await(scene, ifname, is_readdressed, true, seconds);
}
