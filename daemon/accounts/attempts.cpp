#include "daemon/accounts/attempts.h"

#include <algorithm>

namespace premura {

std::optional<Milliseconds> Attempts::begin(std::string_view user, std::string_view address, Instant now) {
    const std::lock_guard lock{mutex_};
    const auto user_waits = wait_of(users_, user, options_.of_user_max, now);
    const auto address_waits = wait_of(addresses_, address, options_.of_address_max, now);
    if (user_waits || address_waits) {
        return std::max(user_waits.value_or(Milliseconds{0}), address_waits.value_or(Milliseconds{0}));
    }
    count(users_, user, options_.of_user_max, now);
    count(addresses_, address, options_.of_address_max, now);
    return std::nullopt;
}

void Attempts::succeeded(std::string_view user, std::string_view address) {
    const std::lock_guard lock{mutex_};
    // Who knows the password has made up for the failures before.
    if (const auto found = users_.find(user); found != users_.end()) users_.erase(found);
    take_back(addresses_, address, options_.of_address_max);
}

std::optional<Milliseconds> Attempts::wait_of(const Table& table, std::string_view key, int max, Instant now) const {
    const auto found = table.find(key);
    if (found == table.end()) return std::nullopt;
    const Milliseconds each = options_.window / max;
    const Milliseconds over = found->second + each - now - options_.window;
    return over > Milliseconds{0} ? std::optional{over} : std::nullopt;
}

void Attempts::count(Table& table, std::string_view key, int max, Instant now) {
    if (const auto found = table.find(key); found != table.end()) {
        found->second = std::max(found->second, now) + options_.window / max;
        return;
    }
    if (table.size() >= options_.entries_max) {
        std::erase_if(table, [now](const auto& entry) { return entry.second <= now; });
    }
    if (table.size() >= options_.entries_max) {
        table.erase(std::min_element(table.begin(), table.end(),
                                     [](const auto& left, const auto& right) { return left.second < right.second; }));
    }
    table.emplace(key, now + options_.window / max);
}

void Attempts::take_back(Table& table, std::string_view key, int max) {
    if (const auto found = table.find(key); found != table.end()) found->second -= options_.window / max;
}

}  // namespace premura
