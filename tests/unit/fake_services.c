/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* dbus-daemon with a configuration of its own, and the services in a child of the test. */
#include "check.h"
#include "fake_services.h"

#include <errno.h>
#include <fcntl.h>
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

static char folder[] = "/tmp/iphlpapi-bus-XXXXXX";
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

static void check_bus(int r, const char *what)
{
    if (r < 0) {
        (void)fprintf(stderr, "fake services: %s: %s\n", what, strerror(-r));
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
    (void)strcpy(link_state.llmnr, "yes");
    (void)strcpy(link_state.mdns, "no");
}

/* ---- systemd-resolved -------------------------------------------------------------------------
 */

static int get_servers(sd_bus *bus, const char *path, const char *interface, const char *property,
                       sd_bus_message *reply, void *context, sd_bus_error *error)
{
    (void)bus, (void)path, (void)interface, (void)property, (void)context, (void)error;
    check_bus(sd_bus_message_open_container(reply, 'a', "(iiayqs)"), "servers");
    for (int ifindex = 0; ifindex <= 10; ifindex += 10)
        for (size_t i = 0; i < link_state.server_count; i++) {
            const int family = link_state.servers[i].family;

            check_bus(sd_bus_message_open_container(reply, 'r', "iiayqs"), "server");
            check_bus(sd_bus_message_append(reply, "ii", ifindex, family), "server");
            check_bus(sd_bus_message_append_array(reply, 'y', link_state.servers[i].address,
                                                  family == AF_INET ? 4 : 16),
                      "server");
            check_bus(sd_bus_message_append(reply, "qs", link_state.servers[i].port,
                                            link_state.servers[i].name),
                      "server");
            check_bus(sd_bus_message_close_container(reply), "server");
        }
    return sd_bus_message_close_container(reply);
}

static int get_domains(sd_bus *bus, const char *path, const char *interface, const char *property,
                       sd_bus_message *reply, void *context, sd_bus_error *error)
{
    (void)bus, (void)path, (void)interface, (void)property, (void)context, (void)error;
    check_bus(sd_bus_message_open_container(reply, 'a', "(isb)"), "domains");
    for (size_t i = 0; i < link_state.domain_count; i++)
        check_bus(sd_bus_message_append(reply, "(isb)", 10, link_state.domains[i].name,
                                        link_state.domains[i].route_only),
                  "domain");
    return sd_bus_message_close_container(reply);
}

static int get_garbage(sd_bus *bus, const char *path, const char *interface, const char *property,
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

static const sd_bus_vtable resolved_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("DNSEx", "a(iiayqs)", get_servers, 0, 0),
    SD_BUS_PROPERTY("Domains", "a(isb)", get_domains, 0, 0),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable resolved_garbage[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("DNSEx", "a(iiayqs)", get_short_address, 0, 0),
    SD_BUS_PROPERTY("Domains", "a(is)", get_garbage, 0, 0),
    SD_BUS_VTABLE_END,
};

/* ---- NetworkManager ---------------------------------------------------------------------------
 */

static int get_configuration(sd_bus *bus, const char *path, const char *interface,
                             const char *property, sd_bus_message *reply, void *context,
                             sd_bus_error *error)
{
    (void)bus, (void)path, (void)interface, (void)property, (void)context, (void)error;
    return sd_bus_message_append(reply, "aa{sv}", 3,                           /**/
                                 4, "nameservers", "as", 1, "192.0.2.3",       /**/
                                 "domains", "as", 2, "c.test", "~d.test",      /**/
                                 "interface", "s", "a0", "priority", "i", 100, /**/
                                 2, "nameservers", "as", 1, "2001:db8::3",     /**/
                                 "interface", "s", "a0",                       /**/
                                 2, "nameservers", "as", 1, "192.0.2.4",       /**/
                                 "interface", "s", "gone");
}

static const sd_bus_vtable manager_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Configuration", "aa{sv}", get_configuration, 0, 0),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable manager_garbage[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Configuration", "a(is)", get_garbage, 0, 0),
    SD_BUS_VTABLE_END,
};

/* Of device a0, and of one that is none of DHCP's. */
static int get_objects(sd_bus_message *call, void *context, sd_bus_error *error)
{
    char expiry[32];

    (void)context, (void)error;
    if (!sd_bus_message_is_method_call(call, "org.freedesktop.DBus.ObjectManager",
                                       "GetManagedObjects"))
        return 0;
    if (behaviour.network_manager == FAKE_GARBAGE)
        return sd_bus_reply_method_return(call, "as", 1, "garbage");
    (void)snprintf(expiry, sizeof(expiry), "%lld", (long long)time(NULL) + 1000);
    return sd_bus_reply_method_return(
        call, "a{oa{sa{sv}}}", 4,                                                           /**/
        "/d/1", 2,                                                                          /**/
        "org.freedesktop.NetworkManager.Device", 4,                                         /**/
        "IpInterface", "s", "a0", "Dhcp4Config", "o", "/c4/1", "Dhcp6Config", "o", "/c6/1", /**/
        "Mtu", "u", 1500,                                                                   /**/
        "org.freedesktop.NetworkManager.Device.Veth", 0,                                    /**/
        "/d/2", 1,                                                                          /**/
        "org.freedesktop.NetworkManager.Device", 2,                                         /**/
        "IpInterface", "s", "a0.5", "Dhcp4Config", "o", "/",                                /**/
        "/c4/1", 1,                                                                         /**/
        "org.freedesktop.NetworkManager.DHCP4Config", 1,                                    /**/
        "Options", "a{sv}", 5, "ip_address", "s", "192.0.2.9", "dhcp_server_identifier", "s",
        "192.0.2.2", "dhcp_lease_time", "s", "3600", "expiry", "s", expiry, "odd", "u", 1, /**/
        "/c6/1", 1,                                                                        /**/
        "org.freedesktop.NetworkManager.DHCP6Config", 1,                                   /**/
        "Options", "a{sv}", 3, "ip6_address", "s", "2001:db8::9", "dhcp6_client_id", "s",
        "00:03:00:01:02", "iaid", "s", "00:00:01:02");
}

/* ---- The child --------------------------------------------------------------------------------
 */

static void add_table(sd_bus *bus, const char *path, const char *interface,
                      const sd_bus_vtable *table)
{
    check_bus(sd_bus_add_object_vtable(bus, NULL, path, interface, table, NULL), interface);
}

/* Who hangs is served by nobody: a connection that has the name, and reads nothing. */
static void take_name(sd_bus *bus, const char *name, enum fake_behaviour how)
{
    if (how == FAKE_HANGS)
        check_bus(sd_bus_open_system(&bus), "bus");
    if (how != FAKE_ABSENT)
        check_bus(sd_bus_request_name(bus, name, 0), name);
}

static void run_services(int ready)
{
    sd_bus *bus;

    know_first_state();
    check_bus(sd_bus_open_system(&bus), "bus");
    add_table(bus, "/org/freedesktop/resolve1", "org.freedesktop.resolve1.Manager",
              behaviour.resolved == FAKE_GARBAGE ? resolved_garbage : resolved_table);
    add_table(bus, "/org/freedesktop/NetworkManager/DnsManager",
              "org.freedesktop.NetworkManager.DnsManager",
              behaviour.network_manager == FAKE_GARBAGE ? manager_garbage : manager_table);
    check_bus(sd_bus_add_object(bus, NULL, "/org/freedesktop", get_objects, NULL), "objects");
    take_name(bus, "org.freedesktop.resolve1", behaviour.resolved);
    take_name(bus, "org.freedesktop.NetworkManager", behaviour.network_manager);
    if (write(ready, "", 1) != 1)
        _exit(1);
    for (;;) {
        int r = sd_bus_process(bus, NULL);

        check_bus(r, "process");
        if (r == 0)
            check_bus(sd_bus_wait(bus, UINT64_MAX), "wait");
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

    check(mkdtemp(folder) != NULL);
    write_configuration();
    (void)snprintf(text, sizeof(text), "unix:path=%s/bus", folder);
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
        run_services(ends[1]);
    }
    (void)close(ends[1]);
    check(await(ends[0]));
}

void fake_bus_stop(void)
{
    check(kill(daemon_pid, SIGSTOP) == 0);
}
