#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "tests/simulation/cases.h"
#include "tests/simulation/checks.h"

namespace premura {
namespace {

struct Line {
    std::size_t step = 0;
    std::string text;
};

std::string said(const ModelEvent& event) {
    std::string text;
    for (const auto& [number, value] : event.facts) {
        text += fmt::format(" {}", fact(number).name);
        if (const auto* words = std::get_if<std::string>(&value)) text += '=' + *words;
        if (const auto* amount = std::get_if<double>(&value)) text += fmt::format("={}", *amount);
        if (const auto* truth = std::get_if<bool>(&value)) text += *truth ? "=true" : "=false";
        if (const auto* time = std::get_if<Instant>(&value)) text += '=' + format_utc(*time);
        if (const auto* date = std::get_if<std::chrono::sys_days>(&value)) {
            text += '=' + format_date(std::chrono::year_month_day{*date});
        }
    }
    return text;
}

std::string line_of(const Arrival& arrival) {
    std::string ids;
    for (const std::string& id : arrival.content.ids) {
        if (!id.empty()) ids += ' ' + id;
    }
    return fmt::format("{}  event    {}{}, happened {}{} ({})", format_utc(arrival.wall),
                       event_definition(arrival.content.type).name, ids, format_utc(arrival.content.time),
                       said(arrival.content), arrival.content.id);
}

std::string line_of(const Finding& finding) {
    std::string what{name_of(finding.kind)};
    if (finding.kind == Finding::Kind::step) {
        what = fmt::format("{} {} {}", finding.warning_step ? "warning step" : "step", finding.step,
                           name_of(finding.verb));
    }
    return fmt::format("{}  finding  {} {} of {}, planned {}, started {}, deadline {} {}({})",
                       format_utc(finding.decided_at), finding.rule, what, finding.subject,
                       format_utc(finding.planned_at), format_utc(finding.started_at),
                       format_utc(finding.deadline), finding.reason.empty() ? "" : finding.reason + ' ',
                       finding.customer);
}

std::string line_of(const Record& record) {
    const boost::json::value body = boost::json::parse(record.value);
    std::string type;
    for (const auto& [name, value] : record.headers) {
        if (name == "ce_type") type = value;
    }
    std::string cases;
    for (const auto& one : body.at("cases").as_array()) {
        cases += fmt::format(" {}/{}", std::string_view{one.at("rule").as_string()},
                             std::string_view{one.at("subject").as_string()});
    }
    const boost::json::value* version = body.as_object().if_contains("version");
    return fmt::format("{}  contact  {} {}{} about{}", std::string_view{body.at("decided_at").as_string()}, type,
                       record.key, version == nullptr ? "" : fmt::format(" v{}", version->as_int64()), cases);
}

std::string fault_line(const Fault& fault) {
    return fmt::format("{}  fault    {}: worker {}, stage {}, partition {}, {} s", format_utc(fault.at),
                       name_of(fault.kind), fault.worker, fault.stage, fault.partition,
                       fault.length.count() / 1000);
}

// What the model makes of a clock when everything is known.
std::string line_of(const ModelClock& clock) {
    const auto time_of = [](Instant instant) {
        return instant == instant_max ? std::string{"never"} : format_utc(instant);
    };
    std::string steps;
    for (const Instant planned : clock.steps) steps += ' ' + format_utc(planned);
    return fmt::format("{} of {}, started {}, deadline {}, {}, steps{}", clock.rule->id, clock.subject,
                       format_utc(clock.start), time_of(clock.deadline),
                       clock.ended.empty() ? std::string{"runs"}
                                           : fmt::format("{} at {}", clock.ended, format_utc(clock.ended_at)),
                       steps.empty() ? std::string{" none"} : steps);
}

}  // namespace

std::string timeline(const Evidence& evidence, const std::string& story) {
    std::vector<Line> lines;
    std::string customer;
    for (const Knowledge::Story& one : evidence.knowledge.stories()) {
        if (one.name != story && !story.empty()) continue;
        for (const Arrival* arrival : one.arrivals) lines.push_back({arrival->step, line_of(*arrival)});
    }
    std::vector<std::string> customers;
    for (const auto& finding : evidence.result.findings) {
        const Knowledge::Story* about = evidence.knowledge.story_of(finding.content);
        if (!story.empty() && (about == nullptr || about->name != story)) continue;
        lines.push_back({finding.step, line_of(finding.content)});
        customers.push_back(finding.content.customer);
    }
    for (const auto& contact : evidence.result.contacts) {
        const boost::json::value body = boost::json::parse(contact.content.value);
        const std::string whose{body.at("customer").as_string()};
        if (std::count(customers.begin(), customers.end(), whose) == 0) continue;
        lines.push_back({contact.step, line_of(contact.content)});
    }
    std::stable_sort(lines.begin(), lines.end(), [](const Line& one, const Line& other) { return one.step < other.step; });
    std::string text;
    for (const Knowledge::Story& one : evidence.knowledge.stories()) {
        if (one.name != story || story.empty()) continue;
        for (const auto& [key, clock] : evidence.knowledge.clocks(one, one.all())) {
            text += fmt::format("  expected in the end: {}\n", line_of(clock));
        }
    }
    for (const Line& line : lines) text += fmt::format("  {:4} {}\n", line.step, line.text);
    for (const Fault& fault : evidence.world.faults) text += fmt::format("       {}\n", fault_line(fault));
    return text;
}

}  // namespace premura
