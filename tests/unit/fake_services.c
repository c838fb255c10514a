/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* dbus-daemon with a configuration of its own, and the services in a child of the test. */
#include "check.h"
#include "fake_parts.h"
#include "fake_services.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <time.h>
#include <unistd.h>

static char folder[32];
static pid_t daemon_pid;
static pid_t services_pid;

/* ---- What the services know. In the child -----------------------------------------------------
 */

enum { SERVERS = 8, DOMAINS = 8 };

static struct fakes behaviour;

static struct {
    struct {
        int family;
        uint8_t address[16];
        uint16_t port;
        char name[64];
    } servers[SERVERS];
    size_t server_count;
    struct {
        char name[256];
        int route_only;
    } domains[DOMAINS];
    size_t domain_count;
    char llmnr[16];
    char mdns[16];
} link_state;

void fake_check(int r, const char *what)
{
    if (r < 0) {
        (void)fprintf(stderr, "fake services: %s: errno %d\n", what, -r);
        _exit(1);
    }
}

static void know_server(int family, const void *address, size_t size, uint16_t port,
                        const char *name)
{
    if (link_state.server_count == SERVERS)
        _exit(1);
    link_state.servers[link_state.server_count].family = family;
    memcpy(link_state.servers[link_state.server_count].address, address, size);
    link_state.servers[link_state.server_count].port = port;
    (void)snprintf(link_state.servers[link_state.server_count++].name, 64, "%s", name);
}

static void know_domain(const char *name, int route_only)
{
    if (link_state.domain_count == DOMAINS)
        _exit(1);
    (void)snprintf(link_state.domains[link_state.domain_count].name, 256, "%s", name);
    link_state.domains[link_state.domain_count++].route_only = route_only;
}

static void know_first_state(void)
{
    static const uint8_t a[] = {192, 0, 2, 1};
    static const uint8_t b[16] = {0x20, 1, 0xd, 0xb8, [15] = 1};

    know_server(AF_INET, a, sizeof(a), 0, "");
    know_server(AF_INET6, b, sizeof(b), 853, "dns.test");
    know_domain("a.test", 0);
    know_domain("b.test", 1);
    (void)snprintf(link_state.llmnr, sizeof(link_state.llmnr), "yes");
    (void)snprintf(link_state.mdns, sizeof(link_state.mdns), "no");
}

/* ---- systemd-resolved -------------------------------------------------------------------------
 */

static int get_servers(sd_bus *bus, const char *path, const char *interface, const char *property,
                       sd_bus_message *reply, void *context, sd_bus_error *error)
{
    (void)bus, (void)path, (void)interface, (void)property, (void)context, (void)error;
    fake_check(sd_bus_message_open_container(reply, 'a', "(iiayqs)"), "servers");
    for (int ifindex = 0; ifindex <= 10; ifindex += 10)
        for (size_t i = 0; i < link_state.server_count; i++) {
            const int family = link_state.servers[i].family;

            fake_check(sd_bus_message_open_container(reply, 'r', "iiayqs"), "server");
            fake_check(sd_bus_message_append(reply, "ii", ifindex, family), "server");
            fake_check(sd_bus_message_append_array(reply, 'y', link_state.servers[i].address,
                                                   family == AF_INET ? 4 : 16),
                       "server");
            fake_check(sd_bus_message_append(reply, "qs", link_state.servers[i].port,
                                             link_state.servers[i].name),
                       "server");
            fake_check(sd_bus_message_close_container(reply), "server");
        }
    return sd_bus_message_close_container(reply);
}

static int get_domains(sd_bus *bus, const char *path, const char *interface, const char *property,
                       sd_bus_message *reply, void *context, sd_bus_error *error)
{
    (void)bus, (void)path, (void)interface, (void)property, (void)context, (void)error;
    fake_check(sd_bus_message_open_container(reply, 'a', "(isb)"), "domains");
    for (size_t i = 0; i < link_state.domain_count; i++)
        fake_check(sd_bus_message_append(reply, "(isb)", 10, link_state.domains[i].name,
                                         link_state.domains[i].route_only),
                   "domain");
    return sd_bus_message_close_container(reply);
}

int fake_get_garbage(sd_bus *bus, const char *path, const char *interface, const char *property,
                     sd_bus_message *reply, void *context, sd_bus_error *error)
{
    (void)bus, (void)path, (void)interface, (void)property, (void)context, (void)error;
    return sd_bus_message_append(reply, "a(is)", 1, 10, "garbage");
}

/* Of the right type, and wrong all the same: an IPv4 address of three bytes. */
static int get_short_address(sd_bus *bus, const char *path, const char *interface,
                             const char *property, sd_bus_message *reply, void *context,
                             sd_bus_error *error)
{
    (void)bus, (void)path, (void)interface, (void)property, (void)context, (void)error;
    return sd_bus_message_append(reply, "a(iiayqs)", 1, 10, AF_INET, 3, 192, 0, 2, 53, "");
}

static int get_word(sd_bus *bus, const char *path, const char *interface, const char *property,
                    sd_bus_message *reply, void *context, sd_bus_error *error)
{
    (void)bus, (void)path, (void)interface, (void)context, (void)error;
    return sd_bus_message_append(
        reply, "s", strcmp(property, "LLMNR") == 0 ? link_state.llmnr : link_state.mdns);
}

/* The link's own: as the manager has them, without its number. */
static int get_link_servers(sd_bus *bus, const char *path, const char *interface,
                            const char *property, sd_bus_message *reply, void *context,
                            sd_bus_error *error)
{
    (void)bus, (void)path, (void)interface, (void)property, (void)context, (void)error;
    fake_check(sd_bus_message_open_container(reply, 'a', "(iayqs)"), "servers");
    for (size_t i = 0; i < link_state.server_count; i++) {
        const int family = link_state.servers[i].family;

        fake_check(sd_bus_message_open_container(reply, 'r', "iayqs"), "server");
        fake_check(sd_bus_message_append(reply, "i", family), "server");
        fake_check(sd_bus_message_append_array(reply, 'y', link_state.servers[i].address,
                                               family == AF_INET ? 4 : 16),
                   "server");
        fake_check(sd_bus_message_append(reply, "qs", link_state.servers[i].port,
                                         link_state.servers[i].name),
                   "server");
        fake_check(sd_bus_message_close_container(reply), "server");
    }
    return sd_bus_message_close_container(reply);
}

static int get_link_domains(sd_bus *bus, const char *path, const char *interface,
                            const char *property, sd_bus_message *reply, void *context,
                            sd_bus_error *error)
{
    (void)bus, (void)path, (void)interface, (void)property, (void)context, (void)error;
    fake_check(sd_bus_message_open_container(reply, 'a', "(sb)"), "domains");
    for (size_t i = 0; i < link_state.domain_count; i++)
        fake_check(sd_bus_message_append(reply, "(sb)", link_state.domains[i].name,
                                         link_state.domains[i].route_only),
                   "domain");
    return sd_bus_message_close_container(reply);
}

/* Whether the call may change anything: 0, or the answer was an error. */
static int refuse(sd_bus_message *call, sd_bus_error *error)
{
    const bool of_networkd =
        sd_bus_message_is_method_call(call, "org.freedesktop.network1.Manager", NULL);

    if (behaviour.resolved == FAKE_REFUSES)
        return sd_bus_error_set(error,
                                "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
                                "Interactive authentication required.");
    if (behaviour.resolved == FAKE_OWNED || (behaviour.resolved == FAKE_BUSY && !of_networkd))
        return sd_bus_error_set(error, "org.freedesktop.resolve1.LinkBusy", "Link a0 is managed.");
    return 0;
}

static int get_link(sd_bus_message *call, void *context, sd_bus_error *error)
{
    int32_t ifindex;

    (void)context;
    fake_check(sd_bus_message_read(call, "i", &ifindex), "link");
    if (ifindex != 10)
        return sd_bus_error_set(error, "org.freedesktop.resolve1.NoSuchLink", "Link not known");
    return sd_bus_reply_method_return(call, "o", "/org/freedesktop/resolve1/link/_310");
}

static int set_servers(sd_bus_message *call, void *context, sd_bus_error *error)
{
    int32_t ifindex;
    int32_t family;
    const void *address;
    size_t size;
    uint16_t port;
    const char *name;
    int r = refuse(call, error);

    (void)context;
    if (r < 0)
        return r;
    link_state.server_count = 0;
    fake_check(sd_bus_message_read(call, "i", &ifindex), "servers");
    fake_check(sd_bus_message_enter_container(call, 'a', "(iayqs)"), "servers");
    while (sd_bus_message_enter_container(call, 'r', "iayqs") > 0) {
        fake_check(sd_bus_message_read(call, "i", &family), "server");
        fake_check(sd_bus_message_read_array(call, 'y', &address, &size), "server");
        fake_check(sd_bus_message_read(call, "qs", &port, &name), "server");
        fake_check(sd_bus_message_exit_container(call), "server");
        know_server(family, address, size, port, name);
    }
    return sd_bus_reply_method_return(call, "");
}

static int set_domains(sd_bus_message *call, void *context, sd_bus_error *error)
{
    int32_t ifindex;
    const char *name;
    int route_only;
    int r = refuse(call, error);

    (void)context;
    if (r < 0)
        return r;
    if (behaviour.resolved == FAKE_STALLS)
        return 1; /* and no answer */
    if (behaviour.resolved == FAKE_FAILS)
        return sd_bus_error_set(error, "org.freedesktop.resolve1.Odd", "No.");
    link_state.domain_count = 0;
    fake_check(sd_bus_message_read(call, "i", &ifindex), "domains");
    fake_check(sd_bus_message_enter_container(call, 'a', "(sb)"), "domains");
    while (sd_bus_message_read(call, "(sb)", &name, &route_only) > 0)
        know_domain(name, route_only);
    return sd_bus_reply_method_return(call, "");
}

static int set_word(sd_bus_message *call, void *context, sd_bus_error *error)
{
    int32_t ifindex;
    const char *word;
    int r = refuse(call, error);

    (void)context;
    if (r < 0)
        return r;
    fake_check(sd_bus_message_read(call, "is", &ifindex, &word), "word");
    (void)snprintf(strcmp(sd_bus_message_get_member(call), "SetLinkLLMNR") == 0 ? link_state.llmnr
                                                                                : link_state.mdns,
                   sizeof(link_state.llmnr), "%s", word);
    return sd_bus_reply_method_return(call, "");
}

/* What systemd-networkd has as well. */
#define SETTERS                                                                                    \
    SD_BUS_METHOD("SetLinkDNSEx", "ia(iayqs)", "", set_servers, SD_BUS_VTABLE_UNPRIVILEGED),       \
        SD_BUS_METHOD("SetLinkDomains", "ia(sb)", "", set_domains, SD_BUS_VTABLE_UNPRIVILEGED),    \
        SD_BUS_METHOD("SetLinkLLMNR", "is", "", set_word, SD_BUS_VTABLE_UNPRIVILEGED),             \
        SD_BUS_METHOD("SetLinkMulticastDNS", "is", "", set_word, SD_BUS_VTABLE_UNPRIVILEGED)

static const sd_bus_vtable networkd_table[] = {
    SD_BUS_VTABLE_START(0),
    SETTERS,
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable resolved_link_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("DNSEx", "a(iayqs)", get_link_servers, 0, 0),
    SD_BUS_PROPERTY("Domains", "a(sb)", get_link_domains, 0, 0),
    SD_BUS_PROPERTY("LLMNR", "s", get_word, 0, 0),
    SD_BUS_PROPERTY("MulticastDNS", "s", get_word, 0, 0),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable resolved_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("GetLink", "i", "o", get_link, SD_BUS_VTABLE_UNPRIVILEGED),
    SETTERS,
    SD_BUS_PROPERTY("DNSEx", "a(iiayqs)", get_servers, 0, 0),
    SD_BUS_PROPERTY("Domains", "a(isb)", get_domains, 0, 0),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable resolved_garbage[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("DNSEx", "a(iiayqs)", get_short_address, 0, 0),
    SD_BUS_PROPERTY("Domains", "a(is)", fake_get_garbage, 0, 0),
    SD_BUS_VTABLE_END,
};

/* ---- The child --------------------------------------------------------------------------------
 */

void fake_add_table(sd_bus *bus, const char *path, const char *interface,
                    const sd_bus_vtable *table)
{
    fake_check(sd_bus_add_object_vtable(bus, NULL, path, interface, table, NULL), interface);
}

/* Who hangs is served by nobody: a connection that has the name, and reads nothing. */
static void take_name(sd_bus *bus, const char *name, enum fake_behaviour how)
{
    if (how == FAKE_HANGS)
        fake_check(sd_bus_open_system(&bus), "bus");
    if (how != FAKE_ABSENT)
        fake_check(sd_bus_request_name(bus, name, 0), name);
}

static void run_services(int ready)
{
    sd_bus *bus;

    know_first_state();
    fake_check(sd_bus_open_system(&bus), "bus");
    fake_add_table(bus, "/org/freedesktop/resolve1", "org.freedesktop.resolve1.Manager",
                   behaviour.resolved == FAKE_GARBAGE ? resolved_garbage : resolved_table);
    fake_add_table(bus, "/org/freedesktop/resolve1/link/_310", "org.freedesktop.resolve1.Link",
                   resolved_link_table);
    fake_add_table(bus, "/org/freedesktop/network1", "org.freedesktop.network1.Manager",
                   networkd_table);
    fake_manager_begin(bus, behaviour.network_manager);
    take_name(bus, "org.freedesktop.network1",
              behaviour.resolved == FAKE_BUSY ? FAKE_ANSWERS : FAKE_ABSENT);
    take_name(bus, "org.freedesktop.resolve1", behaviour.resolved);
    take_name(bus, "org.freedesktop.NetworkManager", behaviour.network_manager);
    if (write(ready, "", 1) != 1)
        _exit(1);
    for (;;) {
        int r = sd_bus_process(bus, NULL);

        fake_check(r, "process");
        if (r == 0)
            fake_check(sd_bus_wait(bus, UINT64_MAX), "wait");
    }
}

/* ---- The test's side --------------------------------------------------------------------------
 */

static void end_process(pid_t *pid)
{
    if (*pid > 0) {
        (void)kill(*pid, SIGKILL);
        (void)waitpid(*pid, NULL, 0);
    }
    *pid = 0;
}

/* A byte, or a line, says that the child has come so far; false: it has ended. */
static bool await(int fd)
{
    char bytes[512];
    bool came = read(fd, bytes, sizeof(bytes)) > 0;

    (void)close(fd);
    return came;
}

static void write_configuration(void)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "%s/conf", folder);
    FILE *file = fopen(path, "we");
    check(file != NULL);
    check(fprintf(file,
                  "<busconfig><listen>unix:path=%s/bus</listen><auth>EXTERNAL</auth>"
                  "<policy context=\"default\"><allow user=\"*\"/><allow own=\"*\"/>"
                  "<allow send_destination=\"*\"/><allow receive_sender=\"*\"/></policy>"
                  "</busconfig>\n",
                  folder) > 0);
    check(fclose(file) == 0);
}

bool fake_bus_begin(void)
{
    char text[96];
    int ends[2];

    (void)snprintf(folder, sizeof(folder), "/tmp/iphlpapi-bus-XXXXXX");
    check(mkdtemp(folder) != NULL);
    write_configuration();
    (void)snprintf(text, sizeof(text), "unix:path=%s/bus", folder);
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): no threads */
    check(setenv("DBUS_SYSTEM_BUS_ADDRESS", text, 1) == 0);
    (void)snprintf(text, sizeof(text), "--config-file=%s/conf", folder);
    check(pipe(ends) == 0);
    daemon_pid = fork();
    if (daemon_pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        (void)execlp("dbus-daemon", "dbus-daemon", text, "--nofork", "--nopidfile",
                     "--print-address", NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    if (await(ends[0]))
        return true;
    fake_bus_end();
    return false;
}

void fake_bus_end(void)
{
    char path[64];

    end_process(&services_pid);
    end_process(&daemon_pid);
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, i == 0 ? "conf" : "bus");
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

void fake_services_begin(struct fakes fakes)
{
    int ends[2];

    end_process(&services_pid);
    check(pipe(ends) == 0);
    services_pid = fork();
    if (services_pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)close(ends[0]);
        behaviour = fakes;
        if (fakes.resolved == FAKE_ELSEWHERE) {
            check(unshare(CLONE_NEWNET) == 0);
            behaviour = (struct fakes){FAKE_ANSWERS, FAKE_ANSWERS};
        }
        run_services(ends[1]);
    }
    (void)close(ends[1]);
    check(await(ends[0]));
}

/* Whether a service comes before the child ends. */
static bool await_service(const char *name)
{
    const struct timespec deadline = check_deadline();
    sd_bus *bus;
    bool came = false;

    fake_check(sd_bus_open_system(&bus), "bus");
    while (!came && waitpid(services_pid, NULL, WNOHANG) == 0) {
        sd_bus_message *reply = NULL;
        int owned = 0;

        fake_check(sd_bus_call_method(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                      "org.freedesktop.DBus", "NameHasOwner", NULL, &reply, "s",
                                      name),
                   name);
        fake_check(sd_bus_message_read(reply, "b", &owned), name);
        (void)sd_bus_message_unref(reply);
        came = owned;
        check(!check_deadline_passed(&deadline));
        (void)usleep(1000);
    }
    (void)sd_bus_close_unref(bus);
    return came;
}

bool real_resolved_begin(void)
{
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): no environment is set meanwhile */
    const char *path = getenv("IPHLPAPI_TEST_RESOLVED");

    if (!path)
        path = "/lib/systemd/systemd-resolved";
    end_process(&services_pid);
    if (access(path, X_OK) < 0) {
        (void)printf("there is no %s\n", path);
        return false;
    }
    services_pid = fork();
    if (services_pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)execl("/usr/bin/env", "env", "SYSTEMD_LOG_TARGET=console",
                    "SYSTEMD_LOG_LEVEL=warning", path, NULL);
        _exit(127);
    }
    if (await_service("org.freedesktop.resolve1"))
        return true;
    (void)printf("%s has ended\n", path);
    services_pid = 0;
    return false;
}

void fake_bus_stop(void)
{
    check(kill(daemon_pid, SIGSTOP) == 0);
}
