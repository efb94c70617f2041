#include "core/contacts/desk_answer.h"

#include <boost/json.hpp>

#include "core/contacts/call_json.h"

namespace premura {
namespace {

namespace json = boost::json;

json::object body_of(const DeskAnswer& answer) {
    json::object body{
        {"action", answer.action},
        {"kind", answer.kind},
        {"tenant", answer.tenant},
        {"result", answer.done() ? "done" : "refused"},
        {"decided_at", format_utc(answer.at)},
    };
    if (!answer.customer.empty()) body["customer"] = answer.customer;
    if (!answer.task.empty()) body["task"] = answer.task;
    if (!answer.problem.empty()) body["problem"] = answer.problem;
    if (!answer.reason.empty()) body["reason"] = answer.reason;
    if (!answer.event.empty()) body["event"] = answer.event;
    if (answer.withdrawn_at) body["at"] = format_utc(*answer.withdrawn_at);
    if (answer.claimed_by) body["claimed_by"] = to_json(*answer.claimed_by);
    if (answer.amount_max) body["amount_max"] = to_json(*answer.amount_max);
    if (answer.earliest) body["earliest"] = format_utc(*answer.earliest);
    if (answer.claim) body["claim"] = to_json(*answer.claim);
    if (answer.outcome) body["outcome"] = to_json(*answer.outcome, answer.task);
    if (answer.promise) body["promise"] = to_json(*answer.promise);
    if (answer.gesture) body["gesture"] = to_json(*answer.gesture);
    if (answer.do_not_contact) body["do_not_contact"] = to_json(*answer.do_not_contact);
    if (answer.version > 0) body["version"] = answer.version;
    if (!answer.incident.empty()) body["incident"] = json::parse(answer.incident);
    return body;
}

}  // namespace

std::string text_of(const DeskAnswer& answer) { return json::serialize(body_of(answer)); }

Output output_of(const DeskAnswer& answer) {
    Output output;
    output.topic = "desk-answers";
    output.key = answer.action;
    output.partition_key = answer.tenant + "/" + answer.customer;
    output.value = text_of(answer);
    output.timestamp = answer.at;
    output.headers = {
        {"ce_specversion", "1.0"},
        {"ce_type", "premura.desk-answer.v1"},
        {"ce_source", "/premura/contacts"},
        {"ce_id", answer.action},
        {"ce_time", format_utc(answer.at)},
        {"content-type", "application/json"},
    };
    return output;
}

std::optional<DeskAnswer> desk_answer_in(std::string_view text, std::string& error) {
    boost::system::error_code broken;
    const json::value body = json::parse(json::string_view{text.data(), text.size()}, broken);
    if (broken || !body.is_object()) {
        error = "the answer is not a JSON object";
        return std::nullopt;
    }
    std::string failed_at;
    JsonMembers members{body.get_object(), failed_at};
    DeskAnswer answer;
    answer.action = members.text("action");
    answer.kind = members.text("kind");
    answer.tenant = members.text("tenant");
    answer.customer = members.text_or_empty("customer");
    answer.task = members.text_or_empty("task");
    answer.at = members.time("decided_at");
    answer.problem = members.text_or_empty("problem");
    const bool refused = members.word("result", {"done", "refused"}) == "refused";
    if (refused == answer.problem.empty()) members.fail("problem");
    answer.reason = members.text_or_empty("reason");
    answer.event = members.text_or_empty("event");
    answer.withdrawn_at = members.time_if_there("at");
    answer.earliest = members.time_if_there("earliest");
    if (members.has("claimed_by")) answer.claimed_by = members.person("claimed_by");
    if (members.has("amount_max")) answer.amount_max = members.money("amount_max");
    if (members.has("claim")) answer.claim = members.claim("claim");
    if (members.has("outcome")) answer.outcome = members.outcome_result("outcome");
    if (members.has("promise")) answer.promise = members.promise("promise");
    if (members.has("gesture")) answer.gesture = members.gesture("gesture");
    if (members.has("do_not_contact")) answer.do_not_contact = members.do_not_contact("do_not_contact");
    if (members.has("version")) answer.version = static_cast<int>(members.number("version"));
    if (const json::value* incident = body.get_object().if_contains("incident"); incident != nullptr) {
        if (incident->is_object()) answer.incident = json::serialize(*incident);
        if (!incident->is_object()) members.fail("incident");
    }
    if (!failed_at.empty()) {
        error = "the answer has no valid '" + failed_at + "'";
        return std::nullopt;
    }
    return answer;
}

std::optional<DeskAnswer> desk_answer_of(const Record& record, std::string& error) {
    return desk_answer_in(record.value, error);
}

}  // namespace premura
