#include "core/outbox/message_hours.h"

#include <algorithm>

namespace premura {

Instant MessageHours::first_from(Instant time, const RuleSet& rules, const Tenant& tenant, std::string_view zone) {
    std::shared_ptr<const Calendar> hours = tenant.message_calendar;
    if (!zone.empty() && zone != tenant.timezone) {
        const std::string key = tenant.id + "/" + std::string{zone};
        auto found = hours_.find(key);
        if (found == hours_.end()) {
            CalendarSpec local = tenant.message_hours;
            local.timezone = zone;
            CalendarResult compiled = Calendar::compile(local, rules.holidays);
            found = hours_.emplace(key, compiled.calendar ? std::move(compiled.calendar) : tenant.message_calendar).first;
        }
        hours = found->second;
    }
    if (!hours || hours->is_open(time)) return time;
    return std::max(time, hours->next_open(time));
}

}  // namespace premura
