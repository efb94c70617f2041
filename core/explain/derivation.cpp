#include "core/explain/derivation.h"

#include <algorithm>

namespace premura {
namespace {

using std::chrono::days;
using std::chrono::local_days;

// No derivation looks at more days than that: a rule that names more has its lists shortened.
constexpr int days_looked_at_max = 800;

// The moment up to which the clock has counted, or will.
Instant end_of(const Clock& clock, const std::vector<ClockPause>& pauses) {
    if (clock.deadline != instant_max) return clock.deadline;
    return pauses.empty() ? clock.start : pauses.back().from;
}

void add_span(Derivation& derivation, Instant from, Instant until, const TimeZone* zone) {
    if (from >= until) return;
    if (derivation.spans.size() >= Derivation::lines_max) {
        derivation.shortened = true;
        return;
    }
    CountedSpan span;
    span.from = from;
    span.until = until;
    span.counted = until - from;
    span.sum = span.counted + (derivation.spans.empty() ? Milliseconds{0} : derivation.spans.back().sum);
    // Only within a day: over several days it is nobody's question.
    if (zone != nullptr && until - from <= std::chrono::hours{25}) {
        span.clock_change = zone->offset_at(until) - zone->offset_at(from);
    }
    derivation.spans.push_back(span);
}

// Open time, or all time without a calendar, from `from` to `until`.
void add_time(Derivation& derivation, const Calendar* calendar, Instant from, Instant until) {
    if (calendar == nullptr) {
        add_span(derivation, from, until, nullptr);
        return;
    }
    for (const OpenSpan& open : calendar->open_spans(from, until, Derivation::lines_max + 1)) {
        add_span(derivation, open.from, open.to, &calendar->zone());
    }
}

void add_days(Derivation& derivation, const Clock& clock, const std::vector<ClockPause>& pauses, Instant end) {
    int counted = 0;
    for (int day = 1; day <= days_looked_at_max && counted < derivation.within.days; ++day) {
        const Instant close = clock.calendar->add_business_days(clock.start, day);
        if (close > end) return;
        const bool paused = std::any_of(pauses.begin(), pauses.end(), [close](const ClockPause& pause) {
            return pause.from < close && close <= pause.until;
        });
        if (!paused) ++counted;
        if (derivation.days.size() >= Derivation::lines_max) {
            derivation.shortened = true;
            return;
        }
        derivation.days.push_back({close, paused ? 0 : counted});
    }
}

void add_special(Derivation& derivation, SpecialDays::Kind kind, LocalDate date, const std::string& name) {
    auto& list = derivation.special;
    if (!list.empty() && list.back().kind == kind && list.back().name == name &&
        local_days{list.back().last} + days{1} == local_days{date}) {
        list.back().last = date;
        return;
    }
    if (list.size() >= Derivation::lines_max) {
        derivation.shortened = true;
        return;
    }
    list.push_back({date, date, kind, name});
}

// Days without hours, and those with other ones, in the order of the calendar.
void look_at_days(Derivation& derivation, const Calendar& calendar, Instant from, Instant until) {
    const TimeZone& zone = calendar.zone();
    const std::vector<DayNote> notes = calendar.day_notes(from, until);
    auto note = notes.begin();
    const local_days last = zone.local_day(until);
    int looked_at = 0;
    for (local_days day = zone.local_day(from); day <= last; day += days{1}) {
        if (++looked_at > days_looked_at_max) {
            derivation.shortened = true;
            return;
        }
        const LocalDate date{day};
        if (note != notes.end() && note->date == format_date(date)) {
            const auto kind = note->kind == DayNote::Kind::closed          ? SpecialDays::Kind::closed
                              : note->kind == DayNote::Kind::special_hours ? SpecialDays::Kind::special_hours
                                                                           : SpecialDays::Kind::day_before_holiday;
            add_special(derivation, kind, date, note->name);
            ++note;
        } else if (calendar.open_spans(zone.start_of_day(day), zone.end_of_day(day), 1).empty()) {
            add_special(derivation, SpecialDays::Kind::weekly, date, {});
        }
    }
}

}  // namespace

ExplainedFact fact_as_known(const Entity& entity, FactNumber number, std::uint8_t subject, Instant at) {
    ExplainedFact explained;
    explained.fact = number;
    explained.hidden = fact(number).personal;
    for (std::size_t i = 0; i < subject_type_count; ++i) {
        const auto type = static_cast<SubjectType>(i);
        if (id_fact_of(type) != number) continue;
        const std::string_view id = entity.id_of(type, subject);
        explained.known = !id.empty();
        explained.value = std::string{id};
        return explained;
    }
    const Value* value = entity.fact_at(number, subject, at);
    explained.known = value != nullptr;
    if (value == nullptr || explained.hidden) return explained;
    switch (value->kind) {
        case Value::Kind::text: explained.value = std::string{value->text}; break;
        case Value::Kind::number: explained.value = value->number; break;
        case Value::Kind::boolean: explained.value = value->boolean; break;
        case Value::Kind::time: explained.value = value->as_time(); break;
        case Value::Kind::date: explained.date = LocalDate{value->as_date()}; break;
        case Value::Kind::none: explained.known = false; break;
    }
    return explained;
}

Derivation derive(const TenantRules& tenant, const Entity& entity, const Clock& clock) {
    const Rule& rule = *clock.rule->rule;
    Derivation derivation;
    derivation.result = clock.deadline;
    if (rule.by != 0) {
        derivation.kind = Derivation::Kind::fact;
        derivation.by = fact_as_known(entity, rule.by, clock.subject, clock.start);
        return derivation;
    }
    derivation.within = *rule.within;
    const std::vector<ClockPause> pauses = pauses_of(tenant, entity, clock);
    const Instant end = end_of(clock, pauses);
    for (const ClockPause& pause : pauses) {
        if (pause.from < end || pause.until == instant_max) derivation.pauses.push_back({pause.from, pause.until});
    }
    const Calendar* calendar = derivation.within.needs_calendar() ? clock.calendar : nullptr;
    if (calendar != nullptr) derivation.calendar = calendar->title().empty() ? calendar->name() : calendar->title();
    if (derivation.within.unit == Duration::Unit::business_days) {
        derivation.kind = Derivation::Kind::business_days;
        add_days(derivation, clock, pauses, end);
    } else {
        derivation.kind = calendar == nullptr ? Derivation::Kind::elapsed : Derivation::Kind::business_time;
        Instant from = clock.start;
        for (const ExplainedPause& pause : derivation.pauses) {
            add_time(derivation, calendar, from, std::min(pause.from, end));
            from = pause.until;
        }
        if (from < end) add_time(derivation, calendar, from, end);
    }
    // What comes out without any edit: an edit may have left the deadline where it was.
    if (calendar != nullptr) look_at_days(derivation, *calendar, clock.start, end);
    return derivation;
}

}  // namespace premura
