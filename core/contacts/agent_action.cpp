#include "core/contacts/agent_action.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "core/contacts/call_json.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 7> kind_names{"claim",   "renew",   "release",       "outcome",
                                                     "promise", "gesture", "do_not_contact"};

void write_payload(const AgentAction& action, json::object& body) {
    switch (action.kind) {
        case AgentAction::Kind::claim:
        case AgentAction::Kind::renew:
        case AgentAction::Kind::release: return;
        case AgentAction::Kind::outcome:
            body["outcome"] = name_of(action.outcome);
            if (action.call_back_at) body["call_back_at"] = format_utc(*action.call_back_at);
            if (!action.mood.empty()) body["mood"] = action.mood;
            if (!action.number.empty()) body["number"] = action.number;
            if (!action.note.empty()) body["note"] = action.note;
            return;
        case AgentAction::Kind::promise:
            body["promise_kind"] = action.promise_kind;
            body["channel"] = action.channel;
            if (action.due_at) body["due_at"] = format_utc(*action.due_at);
            if (action.within) body["within_seconds"] = action.within->count();
            if (!action.text.empty()) body["text"] = action.text;
            return;
        case AgentAction::Kind::gesture:
            body["gesture_kind"] = action.gesture_kind;
            body["amount"] = to_json(action.amount);
            if (!action.order.empty()) body["order"] = action.order;
            if (!action.note.empty()) body["note"] = action.note;
            return;
        case AgentAction::Kind::do_not_contact:
            body["scope"] = action.scope;
            if (!action.note.empty()) body["note"] = action.note;
            return;
    }
}

void read_payload(JsonMembers& members, AgentAction& action) {
    switch (action.kind) {
        case AgentAction::Kind::claim:
        case AgentAction::Kind::renew:
        case AgentAction::Kind::release: return;
        case AgentAction::Kind::outcome: {
            const auto outcome = call_outcome_named(members.text("outcome"));
            if (!outcome) members.fail("outcome");
            action.outcome = outcome.value_or(CallOutcome::reached_resolved);
            action.call_back_at = members.time_if_there("call_back_at");
            const bool asks_for_a_time = action.outcome == CallOutcome::reached_call_back;
            if (asks_for_a_time != action.call_back_at.has_value()) members.fail("call_back_at");
            action.mood = members.word("mood", {"", "pleased", "calm", "worried", "annoyed", "angry"});
            action.number = members.text_or_empty("number");
            action.note = members.text_or_empty("note");
            return;
        }
        case AgentAction::Kind::promise:
            action.promise_kind = members.word("promise_kind", {"update", "callback", "delivery", "refund"});
            action.channel = members.word("channel", {"phone", "email", "sms", "chat", "review", "other"});
            action.due_at = members.time_if_there("due_at");
            if (members.has("within_seconds")) action.within = std::chrono::seconds{members.number("within_seconds")};
            action.text = members.text_or_empty("text");
            return;
        case AgentAction::Kind::gesture:
            action.gesture_kind = members.word("gesture_kind", {"voucher", "refund"});
            action.amount = members.money("amount");
            action.order = members.text_or_empty("order");
            action.note = members.text_or_empty("note");
            return;
        case AgentAction::Kind::do_not_contact:
            action.scope = members.word("scope", {"calls", "all"});
            action.note = members.text_or_empty("note");
            return;
    }
}

}  // namespace

std::string_view name_of(AgentAction::Kind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

Output output_of(const AgentAction& action) {
    json::object body{
        {"action", action.id},     {"kind", name_of(action.kind)}, {"tenant", action.tenant},
        {"customer", action.customer}, {"task", action.task},      {"by", to_json(action.by)},
        {"lead", action.lead},     {"at", format_utc(action.at)},
    };
    write_payload(action, body);
    Output output;
    output.topic = "agent-actions";
    output.key = action.tenant + "/" + action.customer;
    output.partition_key = output.key;
    output.value = json::serialize(body);
    output.timestamp = action.at;
    output.headers = {
        {"ce_specversion", "1.0"},
        {"ce_type", std::string{agent_action_type}},
        {"ce_source", "/premura/desk"},
        {"ce_id", action.id},
        {"ce_time", format_utc(action.at)},
        {"content-type", "application/json"},
    };
    return output;
}

std::optional<AgentAction> agent_action_of(const Record& record, std::string& error) {
    boost::system::error_code broken;
    const json::value body = json::parse(record.value, broken);
    if (broken || !body.is_object()) {
        error = "the agent's action is not a JSON object";
        return std::nullopt;
    }
    std::string failed_at;
    JsonMembers members{body.get_object(), failed_at};
    AgentAction action;
    action.id = members.text("action");
    const std::string kind = members.text("kind");
    const auto known = std::find(kind_names.begin(), kind_names.end(), kind);
    if (known == kind_names.end()) {
        members.fail("kind");
    } else {
        action.kind = static_cast<AgentAction::Kind>(known - kind_names.begin());
    }
    action.tenant = members.text("tenant");
    action.customer = members.text("customer");
    action.task = members.text("task");
    action.by = members.person("by");
    action.lead = members.flag("lead");
    action.at = members.time("at");
    if (failed_at.empty()) read_payload(members, action);
    if (!failed_at.empty()) {
        error = "the agent's action has no valid '" + failed_at + "'";
        return std::nullopt;
    }
    return action;
}

}  // namespace premura
