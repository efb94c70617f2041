#include "cli/watch_line.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "core/base/time.h"
#include "core/calendar/time_zone.h"
#include "core/story/story_report.h"

namespace premura {
namespace {

namespace json = boost::json;

// How each kind of record is shown.
struct Look {
    std::string_view type;    // the beginning of the event's type
    std::string_view word;
    std::string_view colour;  // ANSI
};
constexpr Look looks[] = {
    {"call-task.open", "CALL", "\x1b[1;31m"},
    {"call-task.withdrawn", "NO CALL", "\x1b[32m"},
    {"call-task.merged", "ONE CALL", "\x1b[2m"},
    {"notification", "WRITE", "\x1b[1;36m"},
    {"escalation", "TELL", "\x1b[1;35m"},
    {"expedite", "PRESS", "\x1b[1;33m"},
    {"incident", "INCIDENT", "\x1b[1;37;41m"},
};
constexpr std::string_view faint = "\x1b[2m";
constexpr std::string_view reset = "\x1b[0m";

std::string text_of(const json::object& body, std::string_view name) {
    const json::value* value = body.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()}
                                                  : std::string{};
}

std::string local_time(const json::object& body, const WatchStyle& style) {
    const auto instant = parse_rfc3339(text_of(body, "decided_at"));
    if (!instant) return "(no time)";
    std::string name = style.zone.empty() ? text_of(body, "time_zone") : style.zone;
    const auto zone = TimeZone::find(name.empty() ? "Etc/UTC" : name);
    if (!zone) return format_utc(*instant);
    const Instant minute = std::chrono::floor<std::chrono::minutes>(*instant);
    return format_local(minute, *zone) + (name.empty() ? " UTC" : "");
}

// What is asked for, and of whom; empty when nothing is.
std::string request_of(std::string_view type, const json::object& body) {
    if (type == "call-task.open") {
        const std::string script = text_of(body, "script");
        return fmt::format("{} priority, script {}", text_of(body, "priority"), script);
    }
    if (type == "notification") return fmt::format("message {}", text_of(body, "message"));
    if (type == "escalation") return fmt::format("team {}", text_of(body, "team"));
    if (type == "expedite") {
        return fmt::format("{}: {}", text_of(body, "system"), text_of(body, "request"));
    }
    return type.starts_with("incident") ? text_of(body, "about") : std::string{};
}

// "done_late" as people say it.
std::string spoken(std::string reason) {
    for (char& letter : reason) {
        if (letter == '_') letter = ' ';
    }
    return reason;
}

std::string sentence_of(std::string_view type, const json::object& body) {
    std::string sentence = text_of(body, "why");
    const std::string reason = text_of(body, "reason");
    if (type.starts_with("incident")) return reason;
    if (type == "call-task.withdrawn") {
        return fmt::format("no need to call any more ({}): {}", spoken(reason), sentence);
    }
    if (type == "call-task.merged") return fmt::format("joins an open call: {}", sentence);
    return sentence;
}

}  // namespace

std::optional<std::string> watch_line(std::string_view type, std::string_view data,
                                      const WatchStyle& style) {
    const Look* look = nullptr;
    for (const Look& candidate : looks) {
        if (type.starts_with(candidate.type)) look = &candidate;
    }
    if (look == nullptr) return std::nullopt;
    boost::system::error_code error;
    const json::value parsed = json::parse(data, error);
    if (error || !parsed.is_object()) return std::nullopt;
    const json::object& body = parsed.get_object();

    std::string_view word = look->word;
    const json::value* version = body.if_contains("version");
    if (type == "call-task.open" && version != nullptr && version->is_int64() &&
        version->get_int64() > 1) {
        word = "CHANGED";
    }
    if (type == "incident.closed") word = "SOLVED";
    std::string request = request_of(type, body);
    if (!request.empty()) request = " [" + request + "]";
    const std::string_view start = style.colour ? look->colour : "";
    const std::string_view pale = style.colour ? faint : "";
    const std::string_view end = style.colour ? reset : "";
    return fmt::format("{}  {}{:<8}{}  {}{}{}{}", local_time(body, style), start, word, end,
                       sentence_of(type, body), pale, request, end);
}

}  // namespace premura
