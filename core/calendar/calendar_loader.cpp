#include "core/calendar/calendar_loader.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "core/base/nearest.h"
#include "core/calendar/calendar_loader_days.h"

namespace premura {
namespace {

constexpr std::string_view calendar_keys[] = {"name", "timezone", "open", "closed", "special"};
constexpr std::string_view special_keys[] = {"date", "open", "name"};
constexpr std::array<std::string_view, 7> weekday_names = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

// `09:00` in minutes; 24:00 is the end of the day.
std::optional<int> parse_clock(std::string_view text) {
    const auto digit = [text](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    if (!digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
    const int hour = (text[0] - '0') * 10 + (text[1] - '0');
    const int minute = (text[3] - '0') * 10 + (text[4] - '0');
    if (minute > 59 || hour * 60 + minute > minutes_per_day) return std::nullopt;
    return hour * 60 + minute;
}

std::optional<MinuteSpan> parse_span(std::string_view text) {
    const std::size_t dash = text.find('-');
    if (dash == text.npos) return std::nullopt;
    const auto from = parse_clock(text.substr(0, dash));
    const auto to = parse_clock(text.substr(dash + 1));
    if (!from || !to) return std::nullopt;
    return MinuteSpan{*from, *to};
}

std::optional<std::size_t> weekday_position(std::string_view name) {
    for (std::size_t i = 0; i < weekday_names.size(); ++i) {
        if (weekday_names[i] == name) return i;
    }
    return std::nullopt;
}

struct WeekdayRange {
    std::size_t first = 0;
    std::size_t last = 0;
};

// `monday` or `monday-friday`.
std::optional<WeekdayRange> load_weekdays(const YamlNode& key, YamlReader& reader) {
    const std::string_view text = key.text;
    const std::size_t dash = text.find('-');
    const std::string_view parts[] = {text.substr(0, dash),
                                      dash == text.npos ? text : text.substr(dash + 1)};
    std::size_t positions[2] = {};
    for (int i = 0; i < 2; ++i) {
        const auto position = weekday_position(parts[i]);
        if (!position) {
            reader.error("PR151", key, fmt::format("'{}' is not a day of the week", parts[i]),
                         did_you_mean_or_list(parts[i], weekday_names));
            return std::nullopt;
        }
        positions[i] = *position;
    }
    if (positions[0] > positions[1]) {
        reader.error("PR151", key, fmt::format("'{}' runs backwards", text),
                     "the week begins on monday; write two lines");
        return std::nullopt;
    }
    return WeekdayRange{positions[0], positions[1]};
}

void load_special(const YamlNode& node, LoadedCalendar& calendar, YamlReader& reader) {
    if (!reader.list(node, "'special'")) return;
    for (const YamlNode& item : node.items) {
        if (!reader.map(item, "a special day", special_keys)) continue;
        const YamlNode* date_node = reader.required(item, "date", "the special day");
        const YamlNode* open = reader.required(item, "open", "the special day");
        const auto date = date_node == nullptr ? std::nullopt : load_date(*date_node, reader);
        if (!date || open == nullptr) continue;
        const std::string path = fmt::format("special[{}]", calendar.spec.special.size());
        calendar.places[path] = reader.place_of(item);
        calendar.places[path + ".date"] = reader.place_of(*date_node);
        calendar.places[path + ".open"] = reader.place_of(*open);
        calendar.spec.special.push_back(
            {*date, load_day_spans(*open, reader), reader.text_under(item, "name")});
    }
}

// The nearest place that a path leads to: itself, or what it is part of.
const Place& place_for(const SpecPlaces& places, std::string path) {
    while (!path.empty()) {
        const auto found = places.find(path);
        if (found != places.end()) return found->second;
        const std::size_t end = path.find_last_of(".[");
        path.erase(end == path.npos ? 0 : end);
    }
    return places.at("");
}

// validate() finds an unknown set, too, but has no names to suggest.
bool check_set_names(const LoadedCalendar& calendar, const HolidaySets& sets,
                     Diagnostics& diagnostics) {
    std::vector<std::string_view> known;
    for (const auto& [name, set] : sets) known.push_back(name);
    std::set<std::string> told;
    const auto check = [&](const std::string& name, std::string path) {
        if (sets.contains(name) || !told.insert(name).second) return;
        diagnostics.add(error_at(place_for(calendar.places, std::move(path)), "PR141",
                                 fmt::format("there is no holiday set '{}'", name),
                                 did_you_mean_or_list(name, known)));
    };
    for (std::size_t i = 0; i < calendar.spec.closed.size(); ++i) {
        const auto* reference = std::get_if<HolidaySetReference>(&calendar.spec.closed[i]);
        if (reference != nullptr) check(reference->set, fmt::format("closed[{}].holidays", i));
    }
    if (calendar.spec.day_before_holiday) {
        for (const std::string& name : calendar.spec.day_before_holiday->sets) {
            check(name, calendar.places.contains("holidays") ? "holidays" : "day_before_holiday");
        }
    }
    return told.empty();
}

void add_problems(const std::vector<CalendarProblem>& problems, const SpecPlaces& places,
                  Diagnostics& diagnostics) {
    for (const CalendarProblem& problem : problems) {
        diagnostics.add(error_at(place_for(places, problem.path), "PR153", problem.message));
    }
}

}  // namespace

DaySpans load_day_spans(const YamlNode& node, YamlReader& reader) {
    DaySpans spans;
    std::vector<const YamlNode*> items = {&node};
    if (node.is_list()) {
        items.clear();
        for (const YamlNode& item : node.items) items.push_back(&item);
    }
    for (const YamlNode* item : items) {
        const auto text = reader.text(*item, "hours");
        if (!text) continue;
        if (const auto span = parse_span(*text)) {
            spans.push_back(*span);
        } else {
            reader.error(
                "PR150", *item, fmt::format("'{}' are no hours", *text),
                "write for example 09:00-17:30; 24:00 is the end of the day, [] is closed");
        }
    }
    return spans;
}

std::optional<std::chrono::weekday> load_weekday(const YamlNode& node, YamlReader& reader) {
    const auto text = reader.text(node, "a day of the week");
    if (!text) return std::nullopt;
    const auto position = weekday_position(*text);
    if (position) return std::chrono::weekday{static_cast<unsigned>(*position) + 1};
    reader.error("PR151", node, fmt::format("'{}' is not a day of the week", *text),
                 did_you_mean_or_list(*text, weekday_names));
    return std::nullopt;
}

void load_weekly_hours(const YamlNode& node, LoadedCalendar& calendar, YamlReader& reader) {
    calendar.places["open"] = reader.place_of(node);
    if (!reader.map(node, "hours of the week")) return;
    std::array<bool, 7> given{};
    for (const YamlEntry& entry : node.entries) {
        const auto days = load_weekdays(entry.key, reader);
        const DaySpans spans = load_day_spans(entry.value, reader);
        if (!days) continue;
        for (std::size_t day = days->first; day <= days->last; ++day) {
            if (given[day]) {
                reader.error("PR151", entry.key,
                             fmt::format("{} has been given hours already", weekday_names[day]),
                             "give each day of the week once, with all its hours in a list");
                break;
            }
            given[day] = true;
            calendar.spec.open[day] = spans;
            const std::string path = fmt::format("open.{}", weekday_names[day]);
            calendar.places[path] = reader.place_of(entry.value);
            for (std::size_t i = 0; i < entry.value.items.size(); ++i) {
                calendar.places[fmt::format("{}[{}]", path, i)] =
                    reader.place_of(entry.value.items[i]);
            }
        }
    }
}

LoadedCalendar load_calendar(const YamlEntry& entry, YamlReader& reader) {
    const std::size_t errors_before = reader.error_count();
    LoadedCalendar calendar;
    calendar.places[""] = reader.place_of(entry.key);
    calendar.spec.name = reader.name(entry.key, "the name of a calendar").value_or("");
    const YamlNode& node = entry.value;
    if (!reader.map(node, fmt::format("the calendar '{}'", entry.key.text), calendar_keys)) {
        calendar.readable = false;
        return calendar;
    }
    const std::string what = fmt::format("the calendar '{}'", calendar.spec.name);
    calendar.spec.title = reader.text_under(node, "name");
    if (const YamlNode* zone = reader.required(node, "timezone", what)) {
        calendar.spec.timezone = reader.text(*zone, "'timezone'").value_or("");
        calendar.places["timezone"] = reader.place_of(*zone);
    }
    if (const YamlNode* open = reader.required(node, "open", what)) {
        load_weekly_hours(*open, calendar, reader);
    }
    if (const YamlNode* closed = node.find("closed")) load_closures(*closed, calendar, reader);
    if (const YamlNode* special = node.find("special")) load_special(*special, calendar, reader);
    calendar.readable = reader.error_count() == errors_before;
    return calendar;
}

std::shared_ptr<const Calendar> compile_calendar(LoadedCalendar& calendar, const HolidaySets& sets,
                                                 Diagnostics& diagnostics) {
    if (!calendar.readable || !check_set_names(calendar, sets, diagnostics)) return nullptr;
    const auto problems = validate(calendar.spec, sets);
    if (!problems.empty()) {
        add_problems(problems, calendar.places, diagnostics);
        return nullptr;
    }
    // Only now, because hours that end before they start cannot be subtracted from.
    calendar.spec.open = subtract_spans(calendar.spec.open, calendar.avoid);
    const CalendarResult result = Calendar::compile(calendar.spec, sets);
    add_problems(result.problems, calendar.places, diagnostics);
    return result.calendar;
}

}  // namespace premura
