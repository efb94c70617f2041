#include "cli/moment.h"

#include "core/calendar/time_zone.h"

namespace premura {

std::optional<Instant> moment_on_clock(const std::string& text, const RuleSet& rules, const std::string& tenant) {
    if (const auto moment = parse_rfc3339(text)) return moment;
    const Tenant* chosen = rules.tenant(tenant);
    if (chosen == nullptr && !rules.tenants.empty()) chosen = &rules.tenants.begin()->second;
    const auto zone = TimeZone::find(chosen == nullptr ? "Etc/UTC" : chosen->timezone);
    if (!zone) return std::nullopt;
    if (const auto local = parse_local_time(text)) return zone->instant_of_local(*local);
    if (const auto date = parse_date(text)) return zone->start_of_day(std::chrono::local_days{*date});
    return std::nullopt;
}

}  // namespace premura
