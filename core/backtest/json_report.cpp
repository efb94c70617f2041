#include "core/backtest/json_report.h"

#include <boost/json.hpp>

namespace premura {
namespace {

namespace json = boost::json;

json::value optional_time(Instant at) {
    if (at == instant_min || at == instant_max) return nullptr;
    return json::value(format_utc(at));
}

json::value optional_number(std::optional<double> number) {
    return number ? json::value(*number) : json::value(nullptr);
}

json::object counts_json(const BacktestCounts& counts) {
    return {{"warned", counts.warned},          {"opened", counts.opened},
            {"closed", counts.closed},          {"calls", counts.calls},
            {"merged", counts.merged},          {"withdrawn", counts.withdrawn},
            {"messages", counts.messages},      {"requests", counts.requests},
            {"escalations", counts.escalations}};
}

json::object map_json(const std::map<std::string, std::int64_t>& counts) {
    json::object object;
    for (const auto& [name, count] : counts) object[name] = count;
    return object;
}

json::value lengths_json(const Lengths& lengths) {
    json::object object{{"count", lengths.size()}};
    if (lengths.empty()) return object;
    object["median_ms"] = lengths.median().count();
    object["lower_quarter_ms"] = lengths.quantile(0.25).count();
    object["upper_quarter_ms"] = lengths.quantile(0.75).count();
    return object;
}

json::object rule_json(const BacktestRule& rule) {
    const BacktestVerdict& verdict = rule.verdict;
    json::array days;
    for (const auto& [date, counts] : rule.days) {
        json::object day = counts_json(counts);
        day["date"] = format_date(date);
        days.push_back(std::move(day));
    }
    return {{"rule", rule.id},
            {"name", rule.name},
            {"mode", rule.mode},
            {"counts", counts_json(rule.total)},
            {"closed_by", map_json(rule.closed_by)},
            {"open_at_end", rule.open_at_end},
            {"held_by", map_json(rule.held_by)},
            {"dropped_by", map_json(rule.dropped_by)},
            {"alarms", verdict.alarms},
            {"right", verdict.right},
            {"wrong", verdict.wrong},
            {"after", verdict.after},
            {"undecided", verdict.undecided},
            {"apart", verdict.apart},
            {"truths", verdict.truths},
            {"caught", verdict.caught},
            {"precision", optional_number(verdict.precision())},
            {"recall", optional_number(verdict.recall())},
            {"before_deadline", lengths_json(rule.before_deadline)},
            {"first_word_before_deadline", lengths_json(rule.word_to_deadline)},
            {"before_inbound", lengths_json(rule.before_inbound)},
            {"inbound", rule.inbound},
            {"we_spoke_first", rule.we_spoke_first},
            {"days", std::move(days)}};
}

json::object input_json(const BacktestInput& input) {
    json::array examples;
    for (const BacktestInput::Example& each : input.examples) {
        examples.push_back(json::object{
            {"place", each.place}, {"reason", each.reason}, {"message", each.message}});
    }
    return {{"records", input.records},
            {"events", input.events},
            {"outside", input.outside},
            {"repeated", input.repeated},
            {"without_calendar", input.without_calendar},
            {"left_out", map_json(input.left_out)},
            {"rejected", map_json(input.rejected)},
            {"rejected_examples", std::move(examples)}};
}

json::array texts(const std::vector<std::string>& list) {
    return json::array(list.begin(), list.end());
}

json::object result_json(const BacktestResult& result) {
    json::array rules;
    for (const BacktestRule& rule : result.rules) rules.push_back(rule_json(rule));
    json::array days;
    for (const auto& [date, day] : result.days) {
        json::object object = counts_json(day.counts);
        object["date"] = format_date(date);
        object["staffed_hours"] = day.staffed_hours;
        const auto agents = result.agents_needed(day);
        object["agents_needed"] = agents ? json::value(*agents) : json::value(nullptr);
        days.push_back(std::move(object));
    }
    json::object holds;
    for (const auto& [reason, hold] : result.holds) {
        holds[reason] = json::object{{"contacts", hold.contacts},
                                     {"made", hold.made},
                                     {"solved", hold.solved},
                                     {"joined", hold.joined}};
    }
    return {
        {"order", result.order == TimeOrder::arrival ? "arrival" : "event-time"},
        {"from", optional_time(result.from)},
        {"to", optional_time(result.to)},
        {"first_event", optional_time(result.first)},
        {"last_event", optional_time(result.last)},
        {"clock_ended", optional_time(result.clock_ended)},
        {"zone", result.zone},
        {"against", result.against.empty() ? json::value(nullptr) : json::value(result.against)},
        {"rules_digest", result.digest},
        {"agents", result.agents},
        {"staffed_hours", result.staffed_hours()},
        {"calls_per_agent_hour", optional_number(result.calls_per_agent_hour())},
        {"input", input_json(result.input)},
        {"total", counts_json(result.total)},
        {"holds", std::move(holds)},
        {"held_for", lengths_json(result.held_for)},
        {"rules", std::move(rules)},
        {"days", std::move(days)}};
}

}  // namespace

std::string json_report(const BacktestReport& report) {
    json::object object = result_json(*report.result);
    if (report.before != nullptr) object["before"] = result_json(*report.before);
    return json::serialize(object);
}

std::string json_line(const BacktestAction& action) {
    return json::serialize(json::object{{"at", format_utc(action.at)},
                                        {"kind", name_of(action.kind)},
                                        {"id", action.id},
                                        {"tenant", action.tenant},
                                        {"customer", action.customer},
                                        {"what", action.what},
                                        {"to", action.to},
                                        {"reason", action.reason},
                                        {"cases", texts(action.cases)},
                                        {"rules", texts(action.rules)},
                                        {"orders", texts(action.orders)}});
}

}  // namespace premura
