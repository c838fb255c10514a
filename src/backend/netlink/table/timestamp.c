/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The query for timestamps. ethtool's netlink messages have what a driver can do, and only since
 * Linux 6.14 what is on; the ioctls have both. They go by names, so that a link that is renamed
 * meanwhile is not the one that has answered.
 */
#include "mib/query/timestamp.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NANOSECONDS = 1000000000 };

static struct ifreq request_of(const struct link *link, void *data)
{
    struct ifreq request = {.ifr_data = data};

    memcpy(request.ifr_name, link->name, strnlen(link->name, sizeof(request.ifr_name) - 1));
    return request;
}

static int ask(int fd, const struct link *link, unsigned long command, void *data)
{
    struct ifreq request = request_of(link, data);

    return ioctl(fd, command, &request) < 0 ? -errno : 0;
}

static int check_name(int fd, const struct link *link)
{
    struct ifreq request = request_of(link, NULL);

    if (ioctl(fd, SIOCGIFINDEX, &request) < 0)
        return -errno;
    return (uint32_t)request.ifr_ifindex == link->ifindex ? 0 : -ENODEV;
}

static bool has_all(uint32_t value, uint32_t bits)
{
    return (value & bits) == bits;
}

static uint32_t flags_of(const struct ethtool_ts_info *info)
{
    static const uint32_t ptp =
        1U << HWTSTAMP_FILTER_PTP_V2_EVENT | 1U << HWTSTAMP_FILTER_PTP_V2_L4_EVENT;
    const uint32_t so = info->so_timestamping;
    uint32_t flags = 0;

    if (has_all(so, SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE)) {
        if (info->rx_filters & 1U << HWTSTAMP_FILTER_ALL)
            flags |= MIB_TIMESTAMP_HARDWARE_RECEIVE;
        if (info->rx_filters & ptp)
            flags |= MIB_TIMESTAMP_HARDWARE_RECEIVE_PTP;
    }
    if (has_all(so, SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_TX_HARDWARE) &&
        (info->tx_types & 1U << HWTSTAMP_TX_ON))
        flags |= MIB_TIMESTAMP_HARDWARE_TRANSMIT;
    if (has_all(so, SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE))
        flags |= MIB_TIMESTAMP_SOFTWARE_RECEIVE;
    if (has_all(so, SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_TX_SOFTWARE))
        flags |= MIB_TIMESTAMP_SOFTWARE_TRANSMIT;
    return flags;
}

/* What is on of what the hardware can do. A driver that does not tell has nothing on. */
static int read_active(int fd, const struct link *link, uint32_t *ret_hardware)
{
    struct hwtstamp_config config = {.flags = 0};
    uint32_t hardware = 0;
    int r = ask(fd, link, SIOCGHWTSTAMP, &config);

    if (r < 0 && r != -EOPNOTSUPP && r != -EINVAL && r != -ENOTTY)
        return r;
    if (r < 0)
        config = (struct hwtstamp_config){.flags = 0};
    if (config.rx_filter == HWTSTAMP_FILTER_ALL)
        hardware |= MIB_TIMESTAMP_HARDWARE_RECEIVE;
    if (config.rx_filter == HWTSTAMP_FILTER_PTP_V2_EVENT ||
        config.rx_filter == HWTSTAMP_FILTER_PTP_V2_L4_EVENT)
        hardware |= MIB_TIMESTAMP_HARDWARE_RECEIVE_PTP;
    if (config.tx_type == HWTSTAMP_TX_ON)
        hardware |= MIB_TIMESTAMP_HARDWARE_TRANSMIT;
    *ret_hardware = hardware;
    return 0;
}

static int read_link(int fd, const struct link *link, struct mib_timestamp *timestamp)
{
    const uint32_t software = MIB_TIMESTAMP_SOFTWARE_RECEIVE | MIB_TIMESTAMP_SOFTWARE_TRANSMIT;
    struct ethtool_ts_info info = {.cmd = ETHTOOL_GET_TS_INFO, .phc_index = -1};
    uint32_t hardware = UINT32_MAX;
    int r = ask(fd, link, SIOCETHTOOL, &info);

    if (r == 0 && timestamp->is_active)
        r = read_active(fd, link, &hardware);
    if (r == 0)
        r = check_name(fd, link);
    if (r < 0)
        return r;
    timestamp->flags = flags_of(&info);
    if (timestamp->flags == 0)
        return -EOPNOTSUPP;
    timestamp->flags &= hardware | software;
    timestamp->clock_in_hz = info.phc_index >= 0 ? NANOSECONDS : 0;
    return 0;
}

int netlink_query_timestamp(void *params)
{
    struct mib_timestamp timestamp = *(const struct mib_timestamp *)params;
    struct link link;
    int r = netlink_read_whole_link(timestamp.ifindex, NULL, timestamp.iftype, &link);

    if (r < 0)
        return r;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    timestamp.iftype = link.iftype;
    r = read_link(fd, &link, &timestamp);
    close(fd);
    if (r == 0)
        *(struct mib_timestamp *)params = timestamp;
    return r;
}
