#include "core/story/story_times.h"

#include <fmt/format.h>

namespace premura {
namespace {

void warn_about_clock_change(const LocalTime& local, const std::string& text, const YamlNode& node,
                             const TimeZone& zone, YamlReader& reader) {
    const std::chrono::local_seconds wall =
        std::chrono::local_days{local.date} +
        std::chrono::floor<std::chrono::seconds>(local.time_of_day);
    if (zone.first_instant(wall) == zone.last_instant(wall)) return;
    reader.warning("PR180", node,
                   fmt::format("the clocks go back: {} comes twice, and the first is taken", text),
                   "write the offset, for example 2026-10-25T02:30+01:00");
}

}  // namespace

std::optional<Instant> load_story_time(const YamlNode& node, std::string_view what,
                                       const TimeZone& zone, YamlReader& reader) {
    const auto text = reader.text(node, what);
    if (!text) return std::nullopt;
    if (const auto instant = parse_rfc3339(*text)) return instant;
    const auto local = parse_local_time(*text);
    if (!local) {
        reader.error("PR180", node, fmt::format("'{}' is not a time", *text),
                     "write for example 2026-06-01 11:00, which is the tenant's time");
        return std::nullopt;
    }
    warn_about_clock_change(*local, *text, node, zone, reader);
    return zone.instant_of_local(*local);
}

std::optional<StorySpan> load_story_span(const YamlNode& node, std::string_view key,
                                         const TimeZone& zone, YamlReader& reader) {
    const std::string hint =
        fmt::format("write for example {}: [2026-06-01 11:00, 2026-06-01 13:00]", key);
    if (!node.is_list() || node.items.size() != 2) {
        reader.error("PR185", node, fmt::format("'{}' is not two times", key), hint);
        return std::nullopt;
    }
    const auto from =
        load_story_time(node.items[0], fmt::format("the begin of '{}'", key), zone, reader);
    const auto to =
        load_story_time(node.items[1], fmt::format("the end of '{}'", key), zone, reader);
    if (!from || !to) return std::nullopt;
    if (*from >= *to) {
        reader.error("PR185", node.items[1], fmt::format("'{}' ends before it begins", key), hint);
        return std::nullopt;
    }
    return StorySpan{*from, *to};
}

}  // namespace premura
