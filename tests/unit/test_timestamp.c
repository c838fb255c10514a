/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The query for timestamps, of the loopback link, about which the test says what drivers say. */
#include "mib/query/timestamp.h"
#include "backend/backend.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct {
    uint32_t so;
    uint32_t tx_types;
    uint32_t rx_filters;
    int32_t clock;
    int tx_type;
    int rx_filter;
    int config_error;
    int ifindex; /* of the name, at the end */
} driver;

int __wrap_ioctl(int fd, unsigned long command, struct ifreq *request);
int __wrap_ioctl(int fd, unsigned long command, struct ifreq *request)
{
    (void)fd;
    if (command == SIOCETHTOOL) {
        struct ethtool_ts_info *info = (void *)request->ifr_data;

        assert_string_equal(request->ifr_name, "lo");
        assert_int_equal(info->cmd, ETHTOOL_GET_TS_INFO);
        info->so_timestamping = driver.so;
        info->tx_types = driver.tx_types;
        info->rx_filters = driver.rx_filters;
        info->phc_index = driver.clock;
    } else if (command == SIOCGHWTSTAMP) {
        struct hwtstamp_config *config = (void *)request->ifr_data;

        errno = driver.config_error;
        if (errno)
            return -1;
        config->tx_type = driver.tx_type;
        config->rx_filter = driver.rx_filter;
    } else {
        assert_int_equal(command, SIOCGIFINDEX);
        request->ifr_ifindex = driver.ifindex;
    }
    return 0;
}

static void expect(bool is_active, int result, uint32_t flags, uint32_t clock)
{
    struct mib_timestamp timestamp = {.ifindex = 1, .is_active = is_active};

    assert_int_equal(backend_query(MIB_QUERY_TIMESTAMP, &timestamp), result);
    assert_int_equal(timestamp.flags, flags);
    assert_int_equal(timestamp.clock_in_hz, clock);
}

enum {
    SOFTWARE =
        SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_TX_SOFTWARE,
    HARDWARE =
        SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_TX_HARDWARE,
    OF_SOFTWARE = MIB_TIMESTAMP_SOFTWARE_RECEIVE | MIB_TIMESTAMP_SOFTWARE_TRANSMIT,
    OF_HARDWARE = MIB_TIMESTAMP_HARDWARE_RECEIVE | MIB_TIMESTAMP_HARDWARE_RECEIVE_PTP |
                  MIB_TIMESTAMP_HARDWARE_TRANSMIT,
};

static void hardware(void **state)
{
    (void)state;
    memset(&driver, 0, sizeof(driver));
    driver.ifindex = 1;
    driver.so = SOFTWARE | HARDWARE;
    driver.tx_types = 1U << HWTSTAMP_TX_OFF | 1U << HWTSTAMP_TX_ON;
    driver.rx_filters = 1U << HWTSTAMP_FILTER_NONE | 1U << HWTSTAMP_FILTER_ALL |
                        1U << HWTSTAMP_FILTER_PTP_V2_L4_EVENT;
    expect(false, 0, OF_SOFTWARE | OF_HARDWARE, 1000000000);
    expect(true, 0, OF_SOFTWARE, 1000000000);
    driver.tx_type = HWTSTAMP_TX_ON;
    expect(true, 0, OF_SOFTWARE | MIB_TIMESTAMP_HARDWARE_TRANSMIT, 1000000000);
    driver.rx_filter = HWTSTAMP_FILTER_ALL;
    expect(true, 0, OF_SOFTWARE | MIB_TIMESTAMP_HARDWARE_TRANSMIT | MIB_TIMESTAMP_HARDWARE_RECEIVE,
           1000000000);
    driver.rx_filter = HWTSTAMP_FILTER_PTP_V2_EVENT;
    driver.tx_type = HWTSTAMP_TX_OFF;
    expect(true, 0, OF_SOFTWARE | MIB_TIMESTAMP_HARDWARE_RECEIVE_PTP, 1000000000);
    driver.config_error = EOPNOTSUPP;
    expect(true, 0, OF_SOFTWARE, 1000000000);
    driver.config_error = EPERM;
    expect(true, -EPERM, 0, 0);
}

/* What a driver has of one kind without the other is none. */
static void parts(void **state)
{
    (void)state;
    memset(&driver, 0, sizeof(driver));
    driver.ifindex = 1;
    driver.clock = -1;
    expect(false, -EOPNOTSUPP, 0, 0);
    driver.so = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_RX_HARDWARE;
    driver.rx_filters = UINT32_MAX;
    expect(false, -EOPNOTSUPP, 0, 0);
    driver.so = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_TX_SOFTWARE;
    expect(false, 0, MIB_TIMESTAMP_SOFTWARE_TRANSMIT, 0);
    /* The name is another link's by now. */
    driver.ifindex = 2;
    expect(false, -ENODEV, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hardware),
        cmocka_unit_test(parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
