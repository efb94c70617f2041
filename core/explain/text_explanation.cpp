#include "core/explain/text_explanation.h"

#include <boost/json.hpp>

#include "core/explain/sentences.h"

namespace premura {
namespace {

namespace json = boost::json;
using fmt::arg;
using Verdict = ExplainedRule::Verdict;

const TimeZone& utc() {
    static const TimeZone zone = *TimeZone::find("Etc/UTC");
    return zone;
}

struct Telling {
    explicit Telling(const Explanation& explanation, Language language)
        : zone{TimeZone::find(explanation.time_zone).value_or(utc())}, phrasing{language, zone} {}
    TimeZone zone;
    Phrasing phrasing;
};

std::string title_of(const Explanation& explanation, const Phrasing& phrasing) {
    const ExplainWords& words = phrasing.words();
    return Phrasing::say(explanation.number.empty() ? words.title : words.title_number,
                         arg("subject", capitalised(phrasing.subject(explanation.kind))),
                         arg("order", explanation.order), arg("number", explanation.number),
                         arg("tenant", explanation.tenant));
}

std::string as_of(const Explanation& explanation, const Phrasing& phrasing) {
    const ExplainWords& words = phrasing.words();
    const bool complete = explanation.complete_until >= explanation.at;
    return Phrasing::say(complete ? words.as_of : words.as_of_incomplete, arg("time", phrasing.moment(explanation.at)),
                         arg("zone", explanation.time_zone),
                         arg("until", complete ? std::string{} : phrasing.moment(explanation.complete_until)));
}

const std::string& name_of(const ExplainedRule& rule, const Phrasing& phrasing) {
    const auto own = rule.names.find(std::string{code_of(phrasing.language())});
    return own == rule.names.end() ? rule.name : own->second;
}

std::string head_of(const ExplainedRule& rule, const Phrasing& phrasing) {
    const ExplainWords& words = phrasing.words();
    const bool own = rule.subject_type == SubjectType::order || rule.subject.empty();
    return Phrasing::say(own ? words.rule_head : words.rule_head_subject, arg("rule", rule.rule),
                         arg("name", name_of(rule, phrasing)), arg("subject", phrasing.subject(rule.subject_type)),
                         arg("id", rule.subject));
}

json::value json_time(Instant at) {
    if (at == instant_max || at == instant_min) return nullptr;
    return json::string{format_utc(at)};
}

json::value json_fact(const ExplainedFact& explained) {
    json::object object{{"fact", fact(explained.fact).name}, {"known", explained.known}};
    if (explained.hidden) object["hidden"] = true;
    if (!explained.known || explained.hidden) return object;
    if (explained.date) {
        object["value"] = format_date(*explained.date);
    } else if (const auto* text = std::get_if<std::string>(&explained.value)) {
        object["value"] = *text;
    } else if (const auto* number = std::get_if<double>(&explained.value)) {
        object["value"] = *number;
    } else if (const auto* boolean = std::get_if<bool>(&explained.value)) {
        object["value"] = *boolean;
    } else {
        object["value"] = json_time(std::get<Instant>(explained.value));
    }
    return object;
}

json::object json_derivation(const Derivation& derivation) {
    constexpr std::array<std::string_view, 4> kinds{"elapsed", "business_time", "business_days", "fact"};
    constexpr std::array<std::string_view, 4> day_kinds{"weekly", "closed", "special_hours", "day_before_holiday"};
    json::object object{{"kind", kinds[static_cast<std::size_t>(derivation.kind)]}};
    if (derivation.kind == Derivation::Kind::fact) {
        object["by"] = json_fact(derivation.by);
        return object;
    }
    object["within"] = format(derivation.within);
    if (!derivation.calendar.empty()) object["calendar"] = derivation.calendar;
    json::array spans;
    for (const CountedSpan& span : derivation.spans) {
        spans.push_back(json::object{{"from", json_time(span.from)},
                                     {"until", json_time(span.until)},
                                     {"seconds", span.counted.count() / 1000},
                                     {"sum_seconds", span.sum.count() / 1000},
                                     {"clock_change_seconds", span.clock_change.count() / 1000}});
    }
    json::array days;
    for (const CountedDay& day : derivation.days) {
        days.push_back(json::object{{"close", json_time(day.close)}, {"number", day.number}});
    }
    json::array special;
    for (const SpecialDays& days_off : derivation.special) {
        special.push_back(json::object{{"first", format_date(days_off.first)},
                                       {"last", format_date(days_off.last)},
                                       {"kind", day_kinds[static_cast<std::size_t>(days_off.kind)]},
                                       {"name", days_off.name}});
    }
    json::array pauses;
    for (const ExplainedPause& pause : derivation.pauses) {
        pauses.push_back(json::object{{"from", json_time(pause.from)}, {"until", json_time(pause.until)}});
    }
    object["spans"] = std::move(spans);
    object["days"] = std::move(days);
    object["special_days"] = std::move(special);
    object["pauses"] = std::move(pauses);
    object["shortened"] = derivation.shortened;
    return object;
}

json::object json_step(const ExplainedStep& step, const Phrasing& phrasing) {
    constexpr std::array<std::string_view, 5> states{"planned", "due", "done", "left_out", "never"};
    json::array decisions;
    for (const ExplainedStep::Decision& decision : step.decisions) {
        decisions.push_back(json::object{
            {"at", json_time(decision.at)}, {"outcome", decision.outcome}, {"reason", decision.reason}});
    }
    json::object object{{"verb", name_of(step.verb)},
                        {"target", step.target},
                        {"text", step.text},
                        {"early_warning", step.warning},
                        {"state", states[static_cast<std::size_t>(step.state)]},
                        {"planned_at", json_time(step.planned)},
                        {"decisions", std::move(decisions)},
                        {"sentence", step_sentence(step, phrasing)}};
    if (step.held_until) object["held_until"] = json_time(*step.held_until);
    return object;
}

json::object json_rule(const Explanation& explanation, const ExplainedRule& rule, const Phrasing& phrasing) {
    json::object object{{"rule", rule.rule},
                        {"name", name_of(rule, phrasing)},
                        {"mode", name_of(rule.mode)},
                        {"subject_type", name_of(rule.subject_type)},
                        {"subject", rule.subject},
                        {"verdict", name_of(rule.verdict)},
                        {"sentence", verdict_sentence(explanation, rule, phrasing)}};
    json::array facts;
    for (const ExplainedFact& each : rule.facts) facts.push_back(json_fact(each));
    if (!facts.empty()) object["facts"] = std::move(facts);
    if (!rule.exception.empty()) object["exception"] = rule.exception;
    if (!rule.condition_text.empty()) object["condition"] = rule.condition_text;
    if (rule.started_by != 0) {
        object["started_by"] = event_definition(rule.started_by).name;
        object["started_at"] = json_time(rule.start);
    }
    if (!rule.has_clock()) return object;
    object["deadline"] = json_time(rule.deadline);
    if (rule.ended_by != 0) object["ended_by"] = event_definition(rule.ended_by).name;
    if (rule.ended_at != instant_max) object["ended_at"] = json_time(rule.ended_at);
    object["warned"] = rule.warned;
    object["edited"] = rule.edited;
    object["by_edit"] = rule.by_edit;
    if (rule.derivation) object["derivation"] = json_derivation(*rule.derivation);
    json::array steps;
    for (const ExplainedStep& step : rule.steps) steps.push_back(json_step(step, phrasing));
    object["steps"] = std::move(steps);
    return object;
}

}  // namespace

std::string_view name_of(ExplainedRule::Verdict verdict) {
    constexpr std::array<std::string_view, 23> names{
        "rule_paused", "added_later",       "waits_for_start", "filtered_out",     "exception",    "condition_said_no",
        "condition_failed",  "deadline_unknown", "calendar_unknown", "rule_removed", "no_longer_applies",
        "running",           "stands_still",     "due",              "waits_for_input", "late",
        "done_before",       "met",              "false_alarm",      "done_late",    "cancelled",
        "restarted",         "not_wanted"};
    return names[static_cast<std::size_t>(verdict)];
}

std::string_view name_of(Explanation::Call call) {
    constexpr std::array<std::string_view, 7> names{"none", "planned", "dropped", "merged",
                                                    "held", "withdrawn", "raised"};
    return names[static_cast<std::size_t>(call)];
}

std::string answer_of(const Explanation& explanation, Language language) {
    const Telling telling{explanation, language};
    return answer_sentence(explanation, telling.phrasing);
}

std::string text_of(const Explanation& explanation, Language language) {
    const Telling telling{explanation, language};
    const Phrasing& phrasing = telling.phrasing;
    const ExplainWords& words = phrasing.words();
    std::string text = title_of(explanation, phrasing) + "\n" + as_of(explanation, phrasing) + "\n" +
                       answer_sentence(explanation, phrasing) + "\n";
    if (!explanation.decisions_known) text += std::string{words.decisions_unknown} + "\n";

    text += "\n" + std::string{words.history} + "\n";
    for (const ExplainedEvent& event : explanation.history) {
        std::vector<std::string> subjects;
        for (const auto& subject : event.subjects) subjects.push_back(phrasing.subject(subject.type) + " " + subject.id);
        text += fmt::format("  {}  {}", phrasing.moment(event.time), capitalised(phrasing.past(event.type)));
        text += subjects.empty() ? "\n" : fmt::format(" ({})\n", fmt::join(subjects, ", "));
    }
    if (!explanation.rules.empty()) text += "\n" + std::string{words.rules} + "\n";
    std::string not_begun;
    for (const ExplainedRule& rule : explanation.rules) {
        const std::string head = head_of(rule, phrasing);
        const std::string verdict = verdict_sentence(explanation, rule, phrasing);
        if (rule.verdict == Verdict::waits_for_start) {
            not_begun += fmt::format("  {}\n    {}\n", head, verdict);
            continue;
        }
        text += fmt::format("  {}\n    {}\n", head, verdict);
        if (!rule.derivation) continue;
        text += "    " + derivation_sentence(rule, phrasing) + "\n";
        for (const std::string& line : derivation_lines(*rule.derivation, phrasing)) text += "      " + line + "\n";
        for (const ExplainedStep& step : rule.steps) text += "    " + step_sentence(step, phrasing) + "\n";
    }
    if (!not_begun.empty()) text += "\n" + std::string{words.not_begun} + "\n" + not_begun;
    return text;
}

std::string json_of(const Explanation& explanation, Language language) {
    const Telling telling{explanation, language};
    const Phrasing& phrasing = telling.phrasing;
    json::array history;
    for (const ExplainedEvent& event : explanation.history) {
        json::array about;
        for (const auto& subject : event.subjects) {
            about.push_back(json::object{{"type", name_of(subject.type)}, {"id", subject.id}});
        }
        history.push_back(json::object{{"event", event_definition(event.type).name},
                                       {"time", json_time(event.time)},
                                       {"about", std::move(about)}});
    }
    json::array rules;
    for (const ExplainedRule& rule : explanation.rules) rules.push_back(json_rule(explanation, rule, phrasing));
    const json::object object{
        {"tenant", explanation.tenant},
        {"time_zone", explanation.time_zone},
        {"kind", name_of(explanation.kind)},
        {"id", explanation.order},
        {"number", explanation.number},
        {"customer", explanation.customer},
        {"at", json_time(explanation.at)},
        {"complete_until", json_time(explanation.complete_until)},
        {"decisions_known", explanation.decisions_known},
        {"call", json::object{{"outcome", name_of(explanation.call)},
                              {"rule", explanation.call_rule},
                              {"at", json_time(explanation.call_at)},
                              {"reason", explanation.call_reason}}},
        {"answer", answer_sentence(explanation, phrasing)},
        {"history", std::move(history)},
        {"rules", std::move(rules)},
    };
    return json::serialize(object);
}

}  // namespace premura
