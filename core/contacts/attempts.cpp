#include "core/contacts/attempts.h"

#include <algorithm>

namespace premura {
namespace {

// Until lunch is over, until work is over, and after.
constexpr Milliseconds part_starts[] = {std::chrono::hours{13}, std::chrono::hours{17}};

Milliseconds time_of_day(Instant time, const TimeZone& zone) {
    const Instant local = time + zone.offset_at(time);
    return local - std::chrono::floor<std::chrono::days>(local);
}

int part_of_day(Instant time, const TimeZone& zone) {
    const Milliseconds at = time_of_day(time, zone);
    return static_cast<int>(std::count_if(std::begin(part_starts), std::end(part_starts),
                                          [at](Milliseconds start) { return at >= start; }));
}

const std::vector<Duration>& pauses_after(CallOutcome outcome, const CallRules& rules) {
    switch (outcome) {
        case CallOutcome::busy: return rules.busy;
        case CallOutcome::voicemail: return rules.voicemail;
        default: return rules.no_answer;  // somebody else answered: as if nobody had
    }
}

Instant after(Instant start, const Duration& pause, const Calendar& calls) {
    switch (pause.unit) {
        case Duration::Unit::elapsed: return start + pause.time;
        case Duration::Unit::business_time: return calls.add_business_time(start, pause.time);
        case Duration::Unit::business_days: return calls.add_business_days(start, pause.days);
    }
    return start;
}

bool is_long(const Duration& pause) {
    return pause.unit == Duration::Unit::business_days || pause.time >= std::chrono::days{1};
}

// A later part of the same day that was not tried, when the customer may be called then; else the time itself.
Instant in_another_part(Instant time, const Customer::Contact& call, const AttemptTimes& times) {
    const auto tried = [&call, &times](Instant candidate) {
        return std::any_of(call.attempts.begin(), call.attempts.end(), [&](const Customer::Attempt& attempt) {
            return part_of_day(attempt.at, times.zone) == part_of_day(candidate, times.zone);
        });
    };
    if (!tried(time)) return time;
    const Milliseconds at = time_of_day(time, times.zone);
    for (const Milliseconds start : part_starts) {
        if (start <= at) continue;
        const Instant later = times.callable_from(time + (start - at));
        const bool same_day = later - time < std::chrono::days{1} - at;
        if (same_day && !tried(later)) return later;
    }
    return time;
}

}  // namespace

std::optional<Instant> next_attempt(const CallRules& rules, const Customer::Contact& call, Instant now,
                                    const AttemptTimes& times) {
    if (call.attempts.empty() || call.unreached() >= rules.attempts_max) return std::nullopt;
    const CallOutcome last = call.attempts.back().outcome;
    const std::vector<Duration>& pauses = pauses_after(last, rules);
    const auto alike = static_cast<std::size_t>(
        std::count_if(call.attempts.begin(), call.attempts.end(),
                      [last](const Customer::Attempt& attempt) { return attempt.outcome == last; }));
    const Duration& pause = pauses[std::min(alike, pauses.size()) - 1];
    const Instant next = times.callable_from(after(now, pause, times.calls));
    if (next == instant_max) return std::nullopt;
    return is_long(pause) ? in_another_part(next, call, times) : next;
}

}  // namespace premura
