#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"

namespace premura {

// What premurad tells systemd (sd_notify(3)). Without a service manager every call does nothing.
// Main thread.
class ServiceManager {
 public:
    // Everything runs; also the end of `reloading`.
    void ready(std::string_view status);
    // One line for `systemctl status`.
    void status(std::string_view status);
    void reloading();
    void stopping(std::string_view status);
    // Starting, or stopping, takes longer than usual: do not give up before that.
    void extend_timeout(Milliseconds more);

    // How often `feed` should be called: half of what the service manager allows. Nothing: it does
    // not watch.
    std::optional<Milliseconds> watchdog_interval() const;
    // `progress` holds a counter for each loop that must move. The watchdog is fed only when every
    // one of them has moved since it was last fed, so that a loop that stands ends in a restart,
    // however lively the others are. True when it was fed (or nobody watches).
    bool feed(const std::vector<std::uint64_t>& progress);

 private:
    void notify(const std::string& state) const;

    std::vector<std::uint64_t> fed_;
};

}  // namespace premura
