#include "daemon/service/service_manager.h"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <ctime>

namespace premura {
namespace {

// A state is lines of assignments, so a status is one line.
std::string one_line(std::string_view text) {
    std::string line{text};
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

std::int64_t monotonic_microseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

}  // namespace

// That nobody listens is no error: premurad also runs by hand.
void ServiceManager::notify(const std::string& state) const {
    ::sd_notify(0, state.c_str());
}

void ServiceManager::ready(std::string_view status) {
    notify("READY=1\nSTATUS=" + one_line(status));
}

void ServiceManager::status(std::string_view status) {
    notify("STATUS=" + one_line(status));
}

void ServiceManager::reloading() {
    notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()) +
           "\nSTATUS=reading the rules anew");
}

void ServiceManager::stopping(std::string_view status) {
    notify("STOPPING=1\nSTATUS=" + one_line(status));
}

void ServiceManager::extend_timeout(Milliseconds more) {
    notify("EXTEND_TIMEOUT_USEC=" +
           std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(more).count()));
}

std::optional<Milliseconds> ServiceManager::watchdog_interval() const {
    std::uint64_t microseconds = 0;
    if (::sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
    return std::max(Milliseconds{1}, Milliseconds{static_cast<std::int64_t>(microseconds / 2'000)});
}

bool ServiceManager::feed(const std::vector<std::uint64_t>& progress) {
    if (progress.size() == fed_.size()) {
        for (std::size_t i = 0; i < progress.size(); ++i) {
            if (progress[i] == fed_[i]) return false;
        }
    }
    fed_ = progress;
    notify("WATCHDOG=1");
    return true;
}

}  // namespace premura
