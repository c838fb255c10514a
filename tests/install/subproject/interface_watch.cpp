/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A Windows program's class that watches one interface: static members as callbacks, its this
 * pointer as context, wide literals. Run in a namespace where lo is down; ends with 0 when it was
 * told that lo is connected.
 */
#include <iphlpapi.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>

class interface_watch
{
  public:
    explicit interface_watch(LPCWSTR alias)
    {
        if (ConvertInterfaceAliasToLuid(alias, &luid) != NO_ERROR ||
            NotifyIpInterfaceChange(AF_INET, &interface_watch::on_change, this, TRUE, &handle) !=
                NO_ERROR)
            handle = nullptr;
    }

    ~interface_watch()
    {
        if (handle)
            CancelMibChangeNotify2(handle);
    }

    interface_watch(const interface_watch &) = delete;
    interface_watch &operator=(const interface_watch &) = delete;

    bool started()
    {
        std::lock_guard<std::mutex> guard(lock);
        return handle && initial;
    }

    bool wait_until_connected()
    {
        std::unique_lock<std::mutex> guard(lock);
        return changed.wait_for(guard, std::chrono::seconds(30), [this] { return connected; });
    }

  private:
    static VOID WINAPI on_change(PVOID context, PMIB_IPINTERFACE_ROW row,
                                 MIB_NOTIFICATION_TYPE type)
    {
        interface_watch *self = static_cast<interface_watch *>(context);
        std::lock_guard<std::mutex> guard(self->lock);
        if (type == MibInitialNotification)
            self->initial = row == nullptr;
        else if (row->InterfaceLuid.Value == self->luid.Value)
            self->connected = self->is_connected(*row);
        self->changed.notify_all();
    }

    bool is_connected(const MIB_IPINTERFACE_ROW &told) const
    {
        MIB_IPINTERFACE_ROW row = {};
        InitializeIpInterfaceEntry(&row);
        row.Family = told.Family;
        row.InterfaceLuid = luid;
        return told.InterfaceLuid.Info.IfType == IF_TYPE_SOFTWARE_LOOPBACK &&
               GetIpInterfaceEntry(&row) == NO_ERROR && row.Connected;
    }

    NET_LUID luid = {};
    HANDLE handle = nullptr;
    std::mutex lock;
    std::condition_variable changed;
    bool initial = false, connected = false;
};

int main()
{
    interface_watch watch(L"lo");

    if (!watch.started()) {
        std::fputs("no registration, or no initial call\n", stderr);
        return 1;
    }
    if (std::system("ip link set lo up") != 0 || !watch.wait_until_connected()) {
        std::fputs("not told that lo is connected\n", stderr);
        return 1;
    }
    return 0;
}
