#include "core/contacts/callable_hours.h"

#include <algorithm>

namespace premura {
namespace {

// Zones lie at most 26 hours apart, so hours of a working week meet within a few steps or never.
constexpr int steps_max = 100;
// Hours that do not close for so long do not close.
constexpr Milliseconds open_for_good = std::chrono::days{366};

}  // namespace

CallableHours::Answer CallableHours::at(const std::string& tenant_id, const std::vector<std::string>& zones,
                                        Instant now) {
    const Tenant* tenant = rules_->tenant(tenant_id);
    if (tenant == nullptr) return {};
    std::vector<const Calendar*> calendars;
    for (const std::string& zone : zones) {
        if (const Calendar* known = calendar(*tenant, zone)) calendars.push_back(known);
    }
    if (calendars.empty()) return {};

    Instant open = now;
    for (int step = 0; step < steps_max; ++step) {
        Instant later = open;
        for (const Calendar* one : calendars) later = std::max(later, one->next_open(open));
        if (later == open || later == instant_max) break;
        open = later;
    }
    const bool open_in_all =
        std::ranges::all_of(calendars, [open](const Calendar* one) { return one->is_open(open); });
    if (!open_in_all) return {false, instant_max};
    if (open != now) return {false, open};
    Instant close = instant_max;
    for (const Calendar* one : calendars) close = std::min(close, one->next_close(now));
    // Open all week long: it closes at the end of all time, or never.
    return {true, close < now + open_for_good ? close : instant_max};
}

const Calendar* CallableHours::calendar(const Tenant& tenant, const std::string& zone) {
    auto found = calendars_.find(tenant.id + "/" + zone);
    if (found == calendars_.end()) {
        CalendarSpec local = tenant.call_hours;
        local.timezone = zone;
        CalendarResult compiled = Calendar::compile(local, rules_->holidays);
        // A zone that this machine does not know: the tenant's own stands in.
        found = calendars_.emplace(tenant.id + "/" + zone,
                                   compiled.calendar ? compiled.calendar : tenant.call_calendar).first;
    }
    return found->second.get();
}

}  // namespace premura
