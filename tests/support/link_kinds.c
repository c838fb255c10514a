/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "link_kinds.h"

#include "check.h"
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <iphlpapi.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/ppp-ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINK_KIND(kind, module, type, traits, command) {#kind, module, type, traits, command},
const struct link_kind link_kinds[] = {
#include "link_kinds.def"
};
_Static_assert(ARRAY_SIZE(link_kinds) <= LINK_KINDS_MAX, "more kinds than there is room for");
const size_t link_kinds_count = ARRAY_SIZE(link_kinds);

const struct link_kind *link_kind_named(const char *name)
{
    for (size_t i = 0; i < link_kinds_count; i++)
        if (strcmp(link_kinds[i].name, name) == 0)
            return &link_kinds[i];
    fail_test("no such kind of link: %s", name);
}

static char complaint[1024];

static bool complain(const char *what, int error)
{
    (void)snprintf(complaint, sizeof(complaint), "%s: %s", what, strerrordesc_np(error));
    return false;
}

const char *link_kind_complaint(void)
{
    return complaint;
}

/* ---- Links that `ip` makes ----------------------------------------------------------------- */

bool link_kind_command(const struct link_kind *kind, const char *name, const char *lower,
                       unsigned number, char *command, size_t size)
{
    char digits[16];
    const struct {
        const char *placeholder;
        const char *text;
    } words[] = {{"{name}", name}, {"{lower}", lower}, {"{number}", digits}};
    size_t length = 0;

    (void)snprintf(digits, sizeof(digits), "%u", number);
    for (const char *from = kind->command; *from;) {
        const char *text = from;
        size_t count = 1;
        size_t taken = 1;

        for (size_t i = 0; i < ARRAY_SIZE(words); i++)
            if (strncmp(from, words[i].placeholder, strlen(words[i].placeholder)) == 0) {
                text = words[i].text;
                count = strlen(text);
                taken = strlen(words[i].placeholder);
            }
        if (length + count >= size)
            fail_test("too long: %s", kind->command);
        memcpy(command + length, text, count);
        length += count;
        from += taken;
    }
    command[length] = '\0';
    return strchr(kind->command, ' ');
}

/* ---- PPP ----------------------------------------------------------------------------------- */

/* The descriptor stays open: it holds the link. */
static bool add_ppp(const char *name)
{
    int unit = -1;
    int fd = open("/dev/ppp", O_RDWR | O_CLOEXEC);

    if (fd < 0)
        return complain("/dev/ppp", errno);
    if (ioctl(fd, PPPIOCNEWUNIT, &unit) < 0) {
        (void)complain("PPPIOCNEWUNIT", errno);
        close(fd);
        return false;
    }
    ip("link set ppp%d name %s", unit, name);
    return true;
}

/* ---- Wireless links ------------------------------------------------------------------------ */

/* drivers/net/wireless/virtual/mac80211_hwsim.h */
#define HWSIM_FAMILY "MAC80211_HWSIM"
enum { HWSIM_CMD_NEW_RADIO = 4, HWSIM_ATTR_MLO_SUPPORT = 25 };

struct generic_message {
    struct nlmsghdr header;
    struct genlmsghdr command;
    char attributes[1024];
};

/* Sends a command with at most one attribute, a string or, if that is empty, a flag; the answer, or
 * 0 or a negative errno. */
static int ask(int fd, uint16_t family, uint8_t command, uint16_t type, const char *text,
               struct generic_message *answer)
{
    struct generic_message message = {
        .header = {.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN), .nlmsg_type = family},
        .command = {.cmd = command, .version = 1},
    };
    message.header.nlmsg_flags = NLM_F_REQUEST | (answer ? 0 : NLM_F_ACK);
    if (text) {
        size_t length = *text ? strlen(text) + 1 : 0;
        struct nlattr head = {.nla_len = (uint16_t)(NLA_HDRLEN + length), .nla_type = type};
        memcpy(message.attributes, &head, sizeof(head));
        memcpy(message.attributes + NLA_HDRLEN, text, length);
        message.header.nlmsg_len += NLA_ALIGN(head.nla_len);
    }
    struct generic_message reply = {0};
    if (send(fd, &message, message.header.nlmsg_len, 0) < 0 ||
        recv(fd, &reply, sizeof(reply), 0) < 0)
        return -errno;
    if (reply.header.nlmsg_type == NLMSG_ERROR) {
        int error;
        memcpy(&error, &reply.command, sizeof(error)); /* struct nlmsgerr */
        return error < 0 ? error : 0;
    }
    if (answer)
        *answer = reply;
    return 0;
}

static uint16_t family_in(const struct generic_message *answer)
{
    size_t end = answer->header.nlmsg_len - offsetof(struct generic_message, attributes);

    for (size_t at = 0; at + NLA_HDRLEN < end;) {
        struct nlattr head;
        uint16_t family;

        memcpy(&head, answer->attributes + at, sizeof(head));
        if (head.nla_type == CTRL_ATTR_FAMILY_ID) {
            memcpy(&family, answer->attributes + at + NLA_HDRLEN, sizeof(family));
            return family;
        }
        at += NLA_ALIGN(head.nla_len);
    }
    return 0;
}

/* The radio's link is the first wireless one here. */
static bool add_wireless(const char *name, bool wifi7)
{
    struct generic_message answer = {0};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
    int r = fd < 0 ? -errno
                   : ask(fd, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME, HWSIM_FAMILY,
                         &answer);

    if (r == 0)
        r = ask(fd, family_in(&answer), HWSIM_CMD_NEW_RADIO, HWSIM_ATTR_MLO_SUPPORT,
                wifi7 ? "" : NULL, NULL);
    if (fd >= 0)
        close(fd);
    if (r < 0)
        return complain(HWSIM_FAMILY, -r);
    ip("link set wlan0 name %s", name);
    return true;
}

/* ---- Any ----------------------------------------------------------------------------------- */

bool link_kind_add(const struct link_kind *kind, const char *name, const char *lower,
                   unsigned number)
{
    char command[256];
    char module[64];

    (void)snprintf(module, sizeof(module), "/sys/module/%s", kind->module);
    if (access(module, F_OK) < 0) {
        (void)snprintf(complaint, sizeof(complaint), "the module %s is not loaded", kind->module);
        return false;
    }
    if (link_kind_command(kind, name, lower, number, command, sizeof(command))) {
        bool made = ip_try("%s", command);
        (void)snprintf(complaint, sizeof(complaint), "%.*s", (int)strcspn(netns_complaint(), "\n"),
                       netns_complaint());
        return made;
    }
    return strcmp(command, "ppp") == 0 ? add_ppp(name)
                                       : add_wireless(name, strcmp(command, "wireless-7") == 0);
}

bool link_kind_offered(const struct link_kind *kind)
{
    int outer = netns_current();

    netns_enter_new();
    ip("link add lower type veth peer name beside");
    bool offered = link_kind_add(kind, "probe", "lower", 7);
    netns_enter(outer);
    close(outer);
    if (!offered)
        print_message("left out: %s: %s\n", kind->name, complaint);
    return offered;
}
