#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "core/calendar/calendar_spec.h"
#include "core/calendar/covered_time.h"
#include "core/calendar/time_zone.h"

namespace premura {
namespace {

using Problems = std::vector<CalendarProblem>;

constexpr std::array<std::string_view, 7> weekday_names = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

std::string clock_text(int minute_of_day) {
    return fmt::format("{:02}:{:02}", minute_of_day / 60, minute_of_day % 60);
}

std::string span_text(const MinuteSpan& span) {
    return clock_text(span.from) + "-" + clock_text(span.to);
}

void check_spans(const DaySpans& spans, const std::string& path, Problems& problems) {
    for (std::size_t i = 0; i < spans.size(); ++i) {
        const MinuteSpan& span = spans[i];
        const std::string here = fmt::format("{}[{}]", path, i);
        if (span.from < 0 || span.to > minutes_per_day) {
            problems.push_back({here, "hours lie between 00:00 and 24:00"});
            continue;
        }
        if (span.from == span.to) {
            problems.push_back(
                {here,
                 fmt::format("{} is empty; for the whole day write 00:00-24:00", span_text(span))});
            continue;
        }
        if (span.from > span.to) {
            problems.push_back(
                {here, fmt::format("{} ends before it starts; hours over midnight are two spans, "
                                   "{}-24:00 and, on the next day, 00:00-{}",
                                   span_text(span), clock_text(span.from), clock_text(span.to))});
            continue;
        }
        for (std::size_t earlier = 0; earlier < i; ++earlier) {
            if (span.from < spans[earlier].to && spans[earlier].from < span.to) {
                problems.push_back({here, fmt::format("{} overlaps {}", span_text(span),
                                                      span_text(spans[earlier]))});
            }
        }
    }
}

// Says whether the date is one that a calendar can hold.
bool check_date(const LocalDate& date, const std::string& path, Problems& problems) {
    if (!date.ok()) {
        problems.push_back({path, "there is no such date"});
        return false;
    }
    const int year = static_cast<int>(date.year());
    if (year < first_covered_year || year > last_covered_year) {
        problems.push_back(
            {path, fmt::format("{} lies outside the years {} to {}, which calendars "
                               "cover",
                               format_date(date), first_covered_year, last_covered_year)});
        return false;
    }
    return true;
}

void check_yearly(const YearlyDay& yearly, const std::string& path, Problems& problems) {
    if (const auto* offset = std::get_if<EasterOffset>(&yearly.day)) {
        if (offset->days < easter_offset_min || offset->days > easter_offset_max) {
            problems.push_back(
                {path + ".easter", fmt::format("days after Easter lie between {} and {}",
                                               easter_offset_min, easter_offset_max)});
        }
    } else if (!std::get<std::chrono::month_day>(yearly.day).ok()) {
        problems.push_back({path + ".day", "no year has that day"});
    }
    if (yearly.since > yearly.until) {
        problems.push_back({path + ".until", fmt::format("until {} is before since {}",
                                                         yearly.until, yearly.since)});
    }
}

void check_set_name(const std::string& name, const std::string& path, const HolidaySets& sets,
                    Problems& problems) {
    if (sets.contains(name)) return;
    problems.push_back({path, fmt::format("there is no holiday set '{}'", name)});
}

void check_closure(const Closure& closure, const std::string& path, const HolidaySets& sets,
                   Problems& problems) {
    if (const auto* reference = std::get_if<HolidaySetReference>(&closure)) {
        check_set_name(reference->set, path + ".holidays", sets, problems);
    } else if (const auto* yearly = std::get_if<YearlyDay>(&closure)) {
        check_yearly(*yearly, path, problems);
    } else {
        const auto& range = std::get<DateRange>(closure);
        const bool from_ok = check_date(range.from, path + ".from", problems);
        const bool to_ok = check_date(range.to, path + ".to", problems);
        if (from_ok && to_ok && range.to < range.from) {
            problems.push_back({path + ".to", fmt::format("{} is before {}", format_date(range.to),
                                                          format_date(range.from))});
        }
    }
}

void check_special(const std::vector<SpecialDay>& special, Problems& problems) {
    std::set<LocalDate> seen;
    for (std::size_t i = 0; i < special.size(); ++i) {
        const std::string path = fmt::format("special[{}]", i);
        if (check_date(special[i].date, path + ".date", problems) &&
            !seen.insert(special[i].date).second) {
            problems.push_back({path + ".date", fmt::format("{} has been given hours already",
                                                            format_date(special[i].date))});
        }
        check_spans(special[i].open, path + ".open", problems);
    }
}

bool has_hours(const CalendarSpec& spec) {
    const auto any = [](const DaySpans& spans) { return !spans.empty(); };
    return std::any_of(spec.open.begin(), spec.open.end(), any) ||
           std::any_of(spec.special.begin(), spec.special.end(),
                       [](const SpecialDay& day) { return !day.open.empty(); });
}

}  // namespace

std::vector<CalendarProblem> validate(const CalendarSpec& spec, const HolidaySets& sets) {
    Problems problems;
    if (spec.timezone.empty()) {
        problems.push_back({"timezone", "a time zone is required, for example Europe/Rome"});
    } else if (!TimeZone::find(spec.timezone)) {
        problems.push_back(
            {"timezone", fmt::format("there is no time zone '{}'; write an IANA name, "
                                     "for example Europe/Rome",
                                     spec.timezone)});
    }
    for (std::size_t i = 0; i < spec.open.size(); ++i) {
        check_spans(spec.open[i], fmt::format("open.{}", weekday_names[i]), problems);
    }
    for (std::size_t i = 0; i < spec.closed.size(); ++i) {
        check_closure(spec.closed[i], fmt::format("closed[{}]", i), sets, problems);
    }
    check_special(spec.special, problems);
    if (spec.day_before_holiday) {
        const DayBeforeHoliday& rule = *spec.day_before_holiday;
        if (!rule.hours_of.ok()) {
            problems.push_back({"day_before_holiday.hours_of", "there is no such weekday"});
        }
        for (std::size_t i = 0; i < rule.sets.size(); ++i) {
            check_set_name(rule.sets[i], fmt::format("day_before_holiday.sets[{}]", i), sets,
                           problems);
        }
    }
    if (!has_hours(spec)) {
        problems.push_back({"open", "the calendar never opens: no day has hours"});
    }
    return problems;
}

std::vector<CalendarProblem> validate(const HolidaySet& set) {
    Problems problems;
    for (std::size_t i = 0; i < set.days.size(); ++i) {
        check_yearly(set.days[i], fmt::format("days[{}]", i), problems);
    }
    return problems;
}

}  // namespace premura
