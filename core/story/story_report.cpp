#include "core/story/story_report.h"

#include <fmt/format.h>

#include <algorithm>

namespace premura {
namespace {

using Kind = StoryOutcome::Kind;

struct Line {
    const StoryOutcome* outcome = nullptr;
    bool missing = false;
    std::string remark;
};

struct Colours {
    std::string_view failed, minus, plus, faint, reset;
};
constexpr Colours plain{"", "", "", "", ""};
constexpr Colours ansi{"\x1b[1;31m", "\x1b[31m", "\x1b[32m", "\x1b[2m", "\x1b[0m"};

std::string duration_text(Milliseconds difference) {
    using namespace std::chrono;
    const auto minutes_in_all = duration_cast<minutes>(difference < 0ms ? -difference : difference);
    const auto days_part = duration_cast<days>(minutes_in_all);
    const auto hours_part = duration_cast<hours>(minutes_in_all - days_part);
    const auto minutes_part = minutes_in_all - days_part - hours_part;
    std::string text;
    const auto add = [&text](std::int64_t count, std::string_view unit) {
        if (count == 0) return;
        if (!text.empty()) text += ' ';
        text += fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
    };
    add(days_part.count(), "day");
    add(hours_part.count(), "hour");
    add(minutes_part.count(), "minute");
    if (text.empty()) text = "less than a minute";
    return text + (difference < 0ms ? " earlier" : " later");
}

std::string_view text_name_of(Kind kind) {
    if (kind == Kind::call) return "script";
    return kind == Kind::notify ? "message" : "request";
}

// What is known beside kind and target.
std::string details_of(const StoryOutcome& outcome) {
    std::string details;
    const auto add = [&details](std::string_view name, std::string_view value) {
        if (value.empty()) return;
        if (!details.empty()) details += ", ";
        details += fmt::format("{} {}", name, value);
    };
    for (const std::string& rule : outcome.rules) {
        if (rule != outcome.what) add("rule", rule);
    }
    add(text_name_of(outcome.kind), outcome.text);
    if (outcome.kind == Kind::call) add("priority", outcome.priority);
    add("reason", outcome.reason);
    return details;
}

// What was expected and what happened instead: the same thing at another time, or with other details.
std::string difference(const StoryOutcome& expected, const StoryOutcome& happened) {
    if (expected.at != happened.at) return duration_text(happened.at - expected.at);
    return "with other details";
}

// Of what happened unexpectedly, the nearest in time of the same kind and target.
const StoryOutcome* nearest(const StoryOutcome& expected,
                            const std::vector<StoryOutcome>& unexpected,
                            const std::vector<const StoryOutcome*>& taken) {
    const StoryOutcome* best = nullptr;
    const auto distance = [&expected](const StoryOutcome& other) {
        return std::chrono::abs(other.at - expected.at);
    };
    for (const StoryOutcome& other : unexpected) {
        if (other.kind != expected.kind || other.what != expected.what) continue;
        if (std::find(taken.begin(), taken.end(), &other) != taken.end()) continue;
        if (best == nullptr || distance(other) < distance(*best)) best = &other;
    }
    return best;
}

std::vector<Line> lines_of(const StoryResult& result) {
    std::vector<Line> lines;
    std::vector<const StoryOutcome*> taken;
    for (const StoryOutcome& expected : result.missing) {
        Line line{&expected, true, fmt::format("did not happen (line {})", expected.line)};
        const StoryOutcome* instead = nearest(expected, result.unexpected, taken);
        if (instead != nullptr) {
            taken.push_back(instead);
            line.remark = fmt::format("happened {} (line {})", difference(expected, *instead),
                                      expected.line);
        }
        lines.push_back(std::move(line));
    }
    for (const StoryOutcome& happened : result.unexpected) {
        lines.push_back({&happened, false, "was not expected"});
        if (std::find(taken.begin(), taken.end(), &happened) != taken.end()) {
            lines.back().remark = "happened";
        }
    }
    std::stable_sort(lines.begin(), lines.end(), [](const Line& one, const Line& other) {
        return one.outcome->at < other.outcome->at;
    });
    return lines;
}

}  // namespace

std::string format_local(Instant instant, const TimeZone& zone) {
    using namespace std::chrono;
    static constexpr std::string_view weekdays[] = {"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
    const seconds offset = zone.offset_at(instant);
    const Instant local = instant + offset;
    const auto midnight = floor<days>(local);
    const hh_mm_ss<Milliseconds> clock{local - midnight};
    std::string text =
        fmt::format("{} {} {:02}:{:02}", weekdays[weekday{midnight}.c_encoding()],
                    format_date(LocalDate{midnight}), clock.hours().count(),
                    clock.minutes().count());
    if (clock.seconds().count() != 0) text += fmt::format(":{:02}", clock.seconds().count());
    const local_seconds wall{floor<seconds>(local.time_since_epoch())};
    if (zone.first_instant(wall) != zone.last_instant(wall)) {
        const auto minutes_off = duration_cast<minutes>(offset).count();
        text += fmt::format("{}{:02}:{:02}", minutes_off < 0 ? '-' : '+',
                            std::abs(minutes_off) / 60, std::abs(minutes_off) % 60);
    }
    return text;
}

std::string format_text(const Story& story, const StoryResult& result, bool colour) {
    if (result.passed()) return {};
    const Colours& colours = colour ? ansi : plain;
    std::string text = fmt::format("{}FAILED{}  {}  {}({}:{}){}\n", colours.failed, colours.reset,
                                   story.name, colours.faint, story.file, story.line,
                                   colours.reset);
    for (const Line& line : lines_of(result)) {
        const StoryOutcome& outcome = *line.outcome;
        const std::string what = fmt::format("{}: {}", name_of(outcome.kind), outcome.what);
        const std::string details = details_of(outcome);
        text += fmt::format("  {}{} {}  {}{}  {}{}{}{}\n", line.missing ? colours.minus : colours.plus,
                            line.missing ? '-' : '+', format_local(outcome.at, *story.zone), what,
                            colours.reset, colours.faint, line.remark,
                            details.empty() ? "" : "; " + details, colours.reset);
    }
    for (const std::string& note : result.notes) text += fmt::format("  note: {}\n", note);
    return text;
}

}  // namespace premura
