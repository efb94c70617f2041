#include "core/calendar/calendar_loader_days.h"

#include <fmt/format.h>

namespace premura {
namespace {

constexpr std::string_view yearly_keys[] = {"day", "easter", "name", "since", "until"};
constexpr std::string_view closure_keys[] = {"holidays", "day",   "easter", "date", "from",
                                             "to",       "since", "until",  "name"};
constexpr std::string_view kinds[] = {"holidays", "day", "easter", "date", "from"};

// `12-07`: month and day.
std::optional<std::chrono::month_day> load_month_day(const YamlNode& node, YamlReader& reader) {
    const auto text = reader.text(node, "'day'");
    if (!text) return std::nullopt;
    // The year is a leap year, so that 02-29 is a day.
    if (const auto date = parse_date("2000-" + *text)) return date->month() / date->day();
    reader.error("PR152", node, fmt::format("'{}' is not a day of the year", *text),
                 "write month and day, for example 12-25");
    return std::nullopt;
}

void load_year(const YamlNode& map, std::string_view key, int& year, YamlReader& reader) {
    const YamlNode* node = map.find(key);
    if (node == nullptr) return;
    year = reader.whole_number(*node, fmt::format("'{}'", key), 1900, 2200).value_or(year);
}

// With exactly one of `day` and `easter` in the map.
std::optional<YearlyDay> load_yearly_day(const YamlNode& node, YamlReader& reader) {
    YearlyDay yearly;
    yearly.name = reader.text_under(node, "name");
    load_year(node, "since", yearly.since, reader);
    load_year(node, "until", yearly.until, reader);
    if (const YamlNode* day = node.find("day")) {
        const auto month_day = load_month_day(*day, reader);
        if (!month_day) return std::nullopt;
        yearly.day = *month_day;
        return yearly;
    }
    const auto days =
        reader.whole_number(*node.find("easter"), "'easter'", easter_offset_min, easter_offset_max);
    if (!days) return std::nullopt;
    yearly.day = EasterOffset{*days};
    return yearly;
}

std::optional<DateRange> load_range(const YamlNode& node, YamlReader& reader) {
    const YamlNode* from_node = node.find("date");
    const YamlNode* to_node = from_node;
    if (from_node == nullptr) {
        from_node = node.find("from");
        to_node = reader.required(node, "to", "the closure");
    }
    const auto from = load_date(*from_node, reader);
    const auto to = to_node == nullptr || to_node == from_node ? from : load_date(*to_node, reader);
    if (!from || !to) return std::nullopt;
    return DateRange{*from, *to, reader.text_under(node, "name")};
}

std::optional<Closure> load_closure(const YamlNode& node, YamlReader& reader) {
    int count = 0;
    for (const std::string_view kind : kinds) count += node.find(kind) != nullptr;
    if (count != 1) {
        reader.error("PR152", node,
                     count == 0 ? "the closure says no day" : "the closure says several things",
                     "give one of: holidays: italy; day: 12-25; easter: 1; date: 2026-08-14; "
                     "from: 2026-08-10 with to: 2026-08-21");
        return std::nullopt;
    }
    if (const YamlNode* set = node.find("holidays")) {
        const auto name = reader.name(*set, "the name of a holiday set");
        return name ? std::optional<Closure>{HolidaySetReference{*name}} : std::nullopt;
    }
    if (node.find("day") != nullptr || node.find("easter") != nullptr) {
        const auto yearly = load_yearly_day(node, reader);
        return yearly ? std::optional<Closure>{*yearly} : std::nullopt;
    }
    const auto range = load_range(node, reader);
    return range ? std::optional<Closure>{*range} : std::nullopt;
}

}  // namespace

std::optional<LocalDate> load_date(const YamlNode& node, YamlReader& reader) {
    const auto text = reader.text(node, "a date");
    if (!text) return std::nullopt;
    const auto date = parse_date(*text);
    if (!date) {
        reader.error("PR152", node, fmt::format("'{}' is not a date", *text),
                     "write year, month and day, for example 2026-11-27");
    }
    return date;
}

void load_closures(const YamlNode& node, LoadedCalendar& calendar, YamlReader& reader) {
    if (!reader.list(node, "'closed'")) return;
    for (const YamlNode& item : node.items) {
        if (!reader.map(item, "a closure", closure_keys)) continue;
        auto closure = load_closure(item, reader);
        if (!closure) continue;
        const std::string path = fmt::format("closed[{}]", calendar.spec.closed.size());
        calendar.places[path] = reader.place_of(item);
        for (const YamlEntry& entry : item.entries) {
            calendar.places[path + "." + entry.key.text] = reader.place_of(entry.value);
        }
        calendar.spec.closed.push_back(std::move(*closure));
    }
}

HolidaySet load_holiday_set(const YamlEntry& entry, YamlReader& reader) {
    HolidaySet set;
    set.name = reader.name(entry.key, "the name of a holiday set").value_or("");
    if (!reader.list(entry.value, fmt::format("the holiday set '{}'", entry.key.text))) return set;
    for (const YamlNode& item : entry.value.items) {
        if (!reader.map(item, "a holiday", yearly_keys)) continue;
        if ((item.find("day") == nullptr) == (item.find("easter") == nullptr)) {
            reader.error("PR152", item, "a holiday has either 'day' or 'easter'",
                         "write for example { day: 12-25, name: Natale } or { easter: 1 }");
            continue;
        }
        const auto day = load_yearly_day(item, reader);
        if (!day) continue;
        // Only what a loader cannot see by itself is left for validate(), and it is about the item.
        HolidaySet alone{set.name, {*day}};
        for (const CalendarProblem& problem : validate(alone)) {
            reader.error("PR153", item, problem.message);
        }
        set.days.push_back(*day);
    }
    return set;
}

}  // namespace premura
