#include "core/story/story_report.h"

#include <fmt/format.h>

#include <algorithm>

namespace premura {
namespace {

using Kind = StoryOutcome::Kind;

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
std::string details_of(const StoryOutcome& outcome, const TimeZone& zone) {
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
    if (outcome.until) add("until", format_local(*outcome.until, zone));
    // Of what happened it is worth a word only when it was decided late.
    const bool asked = outcome.line != 0;
    const bool told = outcome.kind != Kind::closed && outcome.kind != Kind::withdrawn &&
                      outcome.kind != Kind::merged;
    if (outcome.due && told && (asked || *outcome.due != outcome.at)) {
        add("due", format_local(*outcome.due, zone));
    }
    if (asked) add("channel", outcome.channel);
    return details;
}

// What was expected and what happened instead: the same thing at another time, or otherwise.
std::string difference(const StoryOutcome& expected, const StoryOutcome& happened,
                       const TimeZone& zone) {
    if (expected.at != happened.at) return duration_text(happened.at - expected.at);
    std::string other;
    const auto add = [&other](std::string_view name, std::string_view wanted, std::string_view is) {
        if (wanted.empty() || wanted == is) return;
        if (!other.empty()) other += ", ";
        other += is.empty() ? fmt::format("without {}", name) : fmt::format("with {} {}", name, is);
    };
    const auto time_text = [&zone](const std::optional<Instant>& time) {
        return time ? format_local(*time, zone) : std::string{};
    };
    const auto of_rule = [&happened](const std::string& rule) {
        return std::find(happened.rules.begin(), happened.rules.end(), rule) !=
               happened.rules.end();
    };
    if (!expected.rules.empty() && !of_rule(expected.rules.front())) {
        add("rule", expected.rules.front(), happened.rules.empty() ? "" : happened.rules.front());
    }
    add(text_name_of(expected.kind), expected.text, happened.text);
    add("priority", expected.priority, happened.priority);
    add("channel", expected.channel, happened.channel);
    add("reason", expected.reason, happened.reason);
    add("due", time_text(expected.due), time_text(happened.due));
    add("until", time_text(expected.until), time_text(happened.until));
    return other.empty() ? "for another line" : other;
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

std::string_view end_text(Clock::End end) {
    switch (end) {
        case Clock::End::running:
            return "still running";
        case Clock::End::met:
            return "met";
        case Clock::End::cancelled:
            return "called off";
        case Clock::End::restarted:
            return "replaced by a later start";
    }
    return {};
}

// `text` filled up with blanks.
std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

std::string what_of(const StoryOutcome& outcome) {
    return fmt::format("{}: {}", name_of(outcome.kind), outcome.what);
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
    std::string text = fmt::format("{} {} {:02}:{:02}", weekdays[weekday{midnight}.c_encoding()],
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

std::string format_clock(const StoryClock& clock, const TimeZone& zone) {
    std::string text = fmt::format("{} of {}: from {}", clock.rule, clock.subject,
                                   format_local(clock.start, zone));
    text += clock.paused ? ", paused" : fmt::format(", due {}", format_local(clock.deadline, zone));
    if (clock.end == Clock::End::running) return text;
    return text + fmt::format(", {} {}", end_text(clock.end), format_local(clock.ended_at, zone));
}

std::vector<StoryDifference> differences(const Story& story, const StoryResult& result) {
    // What belongs together is sorted by the earlier of its times.
    struct Group {
        Instant at;
        std::vector<StoryDifference> lines;
    };
    std::vector<Group> groups;
    std::vector<const StoryOutcome*> taken;
    for (const StoryOutcome& expected : result.missing) {
        Group group{expected.at, {}};
        const StoryOutcome* instead = nearest(expected, result.unexpected, taken);
        const std::string remark =
            instead == nullptr
                ? std::string{"did not happen"}
                : fmt::format("happened {}", difference(expected, *instead, *story.zone));
        group.lines.push_back({&expected, true, fmt::format("{} (line {})", remark, expected.line),
                               details_of(expected, *story.zone)});
        if (instead != nullptr) {
            taken.push_back(instead);
            group.at = std::min(group.at, instead->at);
            group.lines.push_back({instead, false, "happened", details_of(*instead, *story.zone)});
        }
        groups.push_back(std::move(group));
    }
    for (const StoryOutcome& happened : result.unexpected) {
        if (std::find(taken.begin(), taken.end(), &happened) != taken.end()) continue;
        groups.push_back(
            {happened.at,
             {{&happened, false, "was not expected", details_of(happened, *story.zone)}}});
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](const Group& one, const Group& other) { return one.at < other.at; });
    std::vector<StoryDifference> lines;
    for (Group& group : groups) {
        for (StoryDifference& line : group.lines) lines.push_back(std::move(line));
    }
    return lines;
}

std::string format_text(const Story& story, const StoryResult& result, bool colour) {
    if (result.passed()) return {};
    const Colours& colours = colour ? ansi : plain;
    std::string text =
        fmt::format("{}FAILED{}  {}  {}({}:{}){}\n", colours.failed, colours.reset, story.name,
                    colours.faint, story.file, story.line, colours.reset);
    const std::vector<StoryDifference> lines = differences(story, result);
    std::size_t when_width = 0;
    std::size_t what_width = 0;
    for (const StoryDifference& line : lines) {
        when_width = std::max(when_width, format_local(line.outcome->at, *story.zone).size());
        what_width = std::max(what_width, what_of(*line.outcome).size());
    }
    for (const StoryDifference& line : lines) {
        text += fmt::format("  {}{} {}  {}{}  {}{}{}{}\n",
                            line.missing ? colours.minus : colours.plus, line.missing ? '-' : '+',
                            padded(format_local(line.outcome->at, *story.zone), when_width),
                            padded(what_of(*line.outcome), what_width), colours.reset,
                            colours.faint, line.remark,
                            line.details.empty() ? "" : "; " + line.details, colours.reset);
    }
    for (const StoryClock& clock : result.clocks) {
        text += fmt::format("  clock: {}\n", format_clock(clock, *story.zone));
    }
    for (const std::string& note : result.notes) text += fmt::format("  note: {}\n", note);
    return text;
}

}  // namespace premura
