#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/yaml_reader.h"
#include "core/calendar/calendar.h"
#include "core/calendar/calendar_spec.h"

namespace premura {

// Places in a text by the paths that CalendarProblem uses: "open.monday" -> file, line, column.
using SpecPlaces = std::map<std::string, Place>;

struct LoadedCalendar {
    CalendarSpec spec;
    DaySpans avoid;        // taken out of the weekly hours when it is compiled (contact hours only)
    SpecPlaces places;     // "" is the calendar itself
    bool readable = true;  // false: errors were told already, and compiling would only repeat them
};

// Reads one entry of `calendars:`; the key is its name. What validate() asks is asked later, by
// compile_calendar, because it needs the holiday sets of all files.
LoadedCalendar load_calendar(const YamlEntry& entry, YamlReader& reader);

// Reads one entry of `holidays:`, and checks it.
HolidaySet load_holiday_set(const YamlEntry& entry, YamlReader& reader);

// Takes `avoid` out, validates and compiles; problems become diagnostics at the place that each is
// about. Null when there were any, or the calendar is not readable. On success `calendar.spec`
// holds the hours that are left.
std::shared_ptr<const Calendar> compile_calendar(LoadedCalendar& calendar, const HolidaySets& sets,
                                                 Diagnostics& diagnostics);

// Parts that the contact hours of a tenant share with calendars.

// `monday-friday: 09:00-20:00` and so on, into spec.open and places.
void load_weekly_hours(const YamlNode& node, LoadedCalendar& calendar, YamlReader& reader);
// One span or several. An empty list: none, which is closed.
DaySpans load_day_spans(const YamlNode& node, YamlReader& reader);
// `saturday`.
std::optional<std::chrono::weekday> load_weekday(const YamlNode& node, YamlReader& reader);

}  // namespace premura
