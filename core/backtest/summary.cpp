#include "core/backtest/summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/backtest/texts.h"
#include "core/backtest/words.h"

namespace premura {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

void add(BacktestDay& sum, const BacktestDay& day) {
    sum.counts.add(day.counts);
    sum.staffed_hours += day.staffed_hours;
}

sys_days monday_of(sys_days day) {
    return day - (std::chrono::weekday{day} - std::chrono::Monday);
}

std::string usual_and_busiest_agents(const BacktestResult& result) {
    std::vector<int> needed;
    LocalDate busiest_day{};
    int most = 0;
    for (const auto& [date, day] : result.days) {
        const auto agents = result.agents_needed(day);
        if (!agents) continue;
        needed.push_back(*agents);
        if (*agents > most) {
            most = *agents;
            busiest_day = date;
        }
    }
    if (needed.empty() || most == 0) return {};
    std::sort(needed.begin(), needed.end());
    const int usual = needed[needed.size() / 2];
    return fmt::format("At {} calls an hour, {} needed on a usual day, {} on the busiest ({}).",
                       words::decimal(result.calls_per_hour),
                       usual == 1 ? "1 agent is" : fmt::format("{} agents are", usual), most,
                       words::day_long(busiest_day));
}

}  // namespace

const std::vector<CountedThing>& counted_things() {
    static const std::vector<CountedThing> things{
        {std::string{texts::late_cases}, "late", &BacktestCounts::opened},
        {std::string{texts::warnings}, "warned", &BacktestCounts::warned},
        {std::string{texts::calls}, "calls", &BacktestCounts::calls},
        {std::string{texts::calls_merged}, "joined", &BacktestCounts::merged},
        {std::string{texts::calls_withdrawn}, "withdrawn", &BacktestCounts::withdrawn},
        {std::string{texts::messages}, "messages", &BacktestCounts::messages},
        {std::string{texts::requests}, "requests", &BacktestCounts::requests},
        {std::string{texts::escalations}, "reports", &BacktestCounts::escalations},
    };
    return things;
}

std::optional<Busiest> busiest(const BacktestResult& result, std::int64_t BacktestCounts::*member) {
    std::optional<Busiest> most;
    for (const auto& [date, day] : result.days) {
        const std::int64_t count = day.counts.*member;
        if (count > (most ? most->count : 0)) most = Busiest{date, count};
    }
    return most;
}

std::vector<DayRow> rows_of_days(const BacktestResult& result, std::size_t rows_max) {
    const bool daily = result.days.size() <= rows_max;
    const bool weekly = result.days.size() <= rows_max * 7;
    std::vector<DayRow> rows;
    std::optional<sys_days> group;
    for (const auto& [date, day] : result.days) {
        const sys_days first = daily    ? sys_days{date}
                               : weekly ? monday_of(sys_days{date})
                                        : sys_days{date.year() / date.month() / 1};
        if (group != first) {
            group = first;
            rows.push_back({date, date, {}});
        }
        rows.back().to = date;
        add(rows.back().sums, day);
    }
    return rows;
}

bool says_something(const BacktestRule& rule, const BacktestResult& result) {
    const BacktestVerdict& verdict = rule.verdict;
    if (rule.id == result.against && !verdict.recall_means_something) return false;
    return verdict.alarms > 0 || verdict.truths > 0;
}

std::string scope(const BacktestReport& report) {
    const BacktestResult& result = *report.result;
    std::string text = words::number(result.input.events) + " events";
    if (!result.days.empty()) {
        text += fmt::format(
            ", {} to {} ({})", words::day(result.days.begin()->first),
            words::day(result.days.rbegin()->first),
            words::plural(static_cast<std::int64_t>(result.days.size()), "day", "days"));
    }
    if (!result.zone.empty()) text += ", days of " + result.zone;
    text += ", ";
    text += result.order == TimeOrder::arrival ? texts::by_arrival : texts::by_event_time;
    return text;
}

std::vector<std::string> headlines(const BacktestReport& report) {
    const BacktestResult& result = *report.result;
    std::vector<std::string> lines;
    const auto most_calls = busiest(result, &BacktestCounts::calls);
    if (most_calls) {
        lines.push_back(fmt::format(
            "{}: {} a day, at most {} ({}).", words::plural(result.total.calls, "call", "calls"),
            words::decimal(static_cast<double>(result.total.calls) /
                           static_cast<double>(result.days.size())),
            words::number(most_calls->count), words::day_long(most_calls->date)));
        const std::string agents = usual_and_busiest_agents(result);
        if (!agents.empty()) lines.push_back(agents);
        if (const auto rate = result.calls_per_agent_hour()) {
            lines.push_back(fmt::format(
                "{} calls per agent-hour, with {} in the {} hours in which customers may be "
                "called.",
                words::decimal(*rate),
                result.agents == 1 ? "1 agent" : words::decimal(result.agents) + " agents",
                words::number(static_cast<std::int64_t>(result.staffed_hours() + 0.5))));
        }
    } else {
        lines.push_back("No customer would have been called.");
    }
    std::int64_t inbound = 0;
    std::int64_t spoke = 0;
    std::int64_t knew = 0;
    for (const BacktestRule& rule : result.rules) {
        inbound += rule.inbound;
        spoke += rule.we_spoke_first;
        const auto& lead = rule.before_inbound.all();
        knew += std::count_if(lead.begin(), lead.end(),
                              [](Milliseconds each) { return each > Milliseconds{0}; });
    }
    if (inbound > 0) {
        const bool speaks = result.total.calls + result.total.messages > 0;
        const std::int64_t first = speaks ? spoke : knew;
        lines.push_back(
            fmt::format("Of {} whose customer contacted us, we {} first in {} ({}).",
                        words::plural(inbound, "alarm", "alarms"), speaks ? "had spoken" : "knew",
                        words::number(first),
                        words::share(static_cast<double>(first) / static_cast<double>(inbound))));
    }
    return lines;
}

std::vector<std::string> input_problems(const BacktestInput& input) {
    std::vector<std::string> lines;
    for (const auto& [reason, count] : input.rejected) {
        lines.push_back(fmt::format(
            "{}: {}", reason, words::plural(count, "record is no event", "records are no events")));
    }
    for (const BacktestInput::Example& each : input.examples) {
        lines.push_back(fmt::format("{}: {} [{}]", each.place, each.message, each.reason));
    }
    if (input.rejected_total() > static_cast<std::int64_t>(input.examples.size())) {
        lines.push_back(fmt::format(
            "... and {} more", words::number(input.rejected_total() -
                                             static_cast<std::int64_t>(input.examples.size()))));
    }
    for (const auto& [reason, count] : input.left_out) {
        lines.push_back(fmt::format("{}: {}", reason,
                                    words::plural(count, "record left out", "records left out")));
    }
    const auto add_line = [&lines](std::int64_t count, std::string_view one,
                                   std::string_view many) {
        if (count > 0) lines.push_back(words::plural(count, one, many));
    };
    add_line(input.repeated, "event came again and was known", "events came again and were known");
    add_line(input.without_calendar, "time a rule was left out: the warehouse has no calendar",
             "times a rule was left out: the warehouse has no calendar");
    return lines;
}

}  // namespace premura
