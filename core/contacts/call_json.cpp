#include "core/contacts/call_json.h"

#include <algorithm>

namespace premura {
namespace json = boost::json;

json::value time_or_null(const std::optional<Instant>& time) {
    if (!time) return nullptr;
    json::value text;
    text = format_utc(*time);
    return text;
}

json::object to_json(const Person& person) { return {{"user", person.user}, {"name", person.name}}; }

json::object to_json(const Money& money) { return {{"amount", money.amount}, {"currency", money.currency}}; }

json::object to_json(const Claim& claim) {
    return {{"claimed_by", to_json(claim.by)},
            {"since", format_utc(claim.since)},
            {"expires_at", format_utc(claim.expires_at)}};
}

json::object to_json(const CallBack& call_back) {
    return {{"at", format_utc(call_back.at)}, {"agreed_with", to_json(call_back.agreed_with)}};
}

json::object to_json(const OutcomeResult& result, std::string_view task) {
    return {{"task", task},
            {"outcome", name_of(result.outcome)},
            {"next", name_of(result.next)},
            {"next_at", time_or_null(result.next_at)}};
}

json::object to_json(const CallPromise& promise) {
    return {{"promise", promise.id},
            {"kind", promise.kind},
            {"channel", promise.channel},
            {"made_at", format_utc(promise.made_at)},
            {"made_by", to_json(promise.made_by)},
            {"due_at", time_or_null(promise.due_at)},
            {"text", promise.text},
            {"state", promise.state}};
}

json::object to_json(const CallGesture& gesture) {
    return {{"gesture", gesture.id},
            {"kind", gesture.kind},
            {"amount", to_json(gesture.amount)},
            {"requested_at", format_utc(gesture.requested_at)},
            {"requested_by", to_json(gesture.requested_by)},
            {"state", gesture.state},
            {"order", gesture.order}};
}

json::object to_json(const DoNotContact& wish) {
    json::object object{{"scope", wish.scope}};
    if (!wish.note.empty()) object["note"] = wish.note;
    return object;
}

void JsonMembers::fail(std::string_view name) {
    if (failed_at_.empty()) failed_at_ = name;
}

bool JsonMembers::has(std::string_view name) const {
    const json::value* value = object_.if_contains(name);
    return value != nullptr && !value->is_null();
}

std::string JsonMembers::text_or_empty(std::string_view name) {
    if (!has(name)) return {};
    const json::value& value = object_.at(name);
    if (!value.is_string()) {
        fail(name);
        return {};
    }
    return std::string{value.get_string()};
}

std::string JsonMembers::text(std::string_view name) {
    std::string text = text_or_empty(name);
    if (text.empty()) fail(name);
    return text;
}

std::string JsonMembers::word(std::string_view name, std::initializer_list<std::string_view> words) {
    std::string word = text_or_empty(name);
    if (std::find(words.begin(), words.end(), word) == words.end()) fail(name);
    return word;
}

bool JsonMembers::flag(std::string_view name) {
    if (!has(name)) return false;
    const json::value& value = object_.at(name);
    if (!value.is_bool()) fail(name);
    return value.is_bool() && value.get_bool();
}

std::int64_t JsonMembers::number(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    boost::system::error_code error;
    const std::int64_t number = value == nullptr ? 0 : value->to_number<std::int64_t>(error);
    if (value == nullptr || error) fail(name);
    return error ? 0 : number;
}

Instant JsonMembers::time(std::string_view name) {
    const auto parsed = parse_rfc3339(text_or_empty(name));
    if (!parsed) fail(name);
    return parsed.value_or(Instant{});
}

std::optional<Instant> JsonMembers::time_if_there(std::string_view name) {
    if (!has(name)) return std::nullopt;
    return time(name);
}

const json::object& JsonMembers::nested(std::string_view name) {
    static const json::object none;
    const json::value* value = object_.if_contains(name);
    if (value != nullptr && value->is_object()) return value->get_object();
    fail(name);
    return none;
}

Person JsonMembers::person(std::string_view name) {
    JsonMembers members{nested(name), failed_at_};
    return {members.text("user"), members.text_or_empty("name")};
}

Money JsonMembers::money(std::string_view name) {
    JsonMembers members{nested(name), failed_at_};
    Money money{members.text("amount"), members.text("currency")};
    if (!is_money(money)) fail(name);
    return money;
}

Claim JsonMembers::claim(std::string_view name) {
    JsonMembers members{nested(name), failed_at_};
    Claim claim;
    claim.by = members.person("claimed_by");
    claim.since = members.time("since");
    claim.expires_at = members.time("expires_at");
    return claim;
}

OutcomeResult JsonMembers::outcome_result(std::string_view name) {
    JsonMembers members{nested(name), failed_at_};
    OutcomeResult result;
    const auto outcome = call_outcome_named(members.text("outcome"));
    const auto next = after_call_named(members.text("next"));
    if (!outcome || !next) fail(name);
    result.outcome = outcome.value_or(CallOutcome::reached_resolved);
    result.next = next.value_or(AfterCall::closed);
    result.next_at = members.time_if_there("next_at");
    return result;
}

CallPromise JsonMembers::promise(std::string_view name) {
    JsonMembers members{nested(name), failed_at_};
    CallPromise promise;
    promise.id = members.text("promise");
    promise.kind = members.text("kind");
    promise.channel = members.text("channel");
    promise.made_at = members.time("made_at");
    promise.made_by = members.person("made_by");
    promise.due_at = members.time_if_there("due_at");
    promise.text = members.text_or_empty("text");
    promise.state = members.text("state");
    return promise;
}

CallGesture JsonMembers::gesture(std::string_view name) {
    JsonMembers members{nested(name), failed_at_};
    CallGesture gesture;
    gesture.id = members.text("gesture");
    gesture.kind = members.text("kind");
    gesture.amount = members.money("amount");
    gesture.requested_at = members.time("requested_at");
    gesture.requested_by = members.person("requested_by");
    gesture.state = members.text("state");
    gesture.order = members.text_or_empty("order");
    return gesture;
}

DoNotContact JsonMembers::do_not_contact(std::string_view name) {
    JsonMembers members{nested(name), failed_at_};
    DoNotContact wish;
    wish.scope = members.word("scope", {"calls", "all"});
    wish.note = members.text_or_empty("note");
    return wish;
}

}  // namespace premura
