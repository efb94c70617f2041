#pragma once

#include <optional>

#include "core/base/yaml_reader.h"
#include "core/calendar/calendar_loader.h"

namespace premura {

// Days and closures in YAML, for core/calendar/calendar_loader.cpp.

// `2026-11-27`.
std::optional<LocalDate> load_date(const YamlNode& node, YamlReader& reader);

// The list under `closed:`, into spec.closed and places. Each item is one of `holidays: <set>`, a
// day of every year (`day:` or `easter:`), a date (`date:`) or a range (`from:`, `to:`).
void load_closures(const YamlNode& node, LoadedCalendar& calendar, YamlReader& reader);

}  // namespace premura
