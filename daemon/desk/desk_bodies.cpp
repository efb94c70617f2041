#include "daemon/desk/desk_bodies.h"

#include <boost/json.hpp>
#include <limits>

#include "core/contacts/call_json.h"
#include "daemon/desk/desk_problems.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::size_t outcome_note_max = 1'000;  // characters
constexpr std::size_t note_max = 500;
constexpr std::int64_t within_min = 60;
constexpr std::int64_t within_max = 2'592'000;  // 30 days

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (const char byte : text) count += (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
    return count;
}

// The object that a body is; nothing, and `refusal` is set, when it is none.
std::optional<json::object> object_of(std::string_view body, std::optional<HttpResponse>& refusal) {
    boost::system::error_code error;
    json::value value = json::parse({body.data(), body.size()}, error);
    if (!error && value.is_object()) return std::move(value.get_object());
    refusal = invalid("", "the body is no JSON object");
    return std::nullopt;
}

std::optional<HttpResponse> fault_at(const std::string& member) {
    if (member.empty()) return std::nullopt;
    return invalid(member, "'" + member + "' is missing or is not as docs/openapi.yaml has it");
}

std::string note_of(JsonMembers& members, std::size_t characters_max) {
    std::string note = members.text_or_empty("note");
    if (characters(note) > characters_max) members.fail("note");
    return note;
}

}  // namespace

std::optional<HttpResponse> read_outcome(std::string_view body, AgentAction& action) {
    std::optional<HttpResponse> refusal;
    const auto object = object_of(body, refusal);
    if (!object) return refusal;
    std::string failed_at;
    JsonMembers members{*object, failed_at};
    const auto outcome = call_outcome_named(members.text("outcome"));
    if (!outcome) members.fail("outcome");
    action.outcome = outcome.value_or(CallOutcome::reached_resolved);
    action.call_back_at = members.time_if_there("call_back_at");
    // Required by the one outcome, and meant for it alone.
    if ((action.outcome == CallOutcome::reached_call_back) != action.call_back_at.has_value()) members.fail("call_back_at");
    if (members.has("mood")) action.mood = members.word("mood", {"pleased", "calm", "worried", "annoyed", "angry"});
    action.number = members.text_or_empty("number");
    action.note = note_of(members, outcome_note_max);
    return fault_at(failed_at);
}

std::optional<HttpResponse> read_promise(std::string_view body, AgentAction& action) {
    std::optional<HttpResponse> refusal;
    const auto object = object_of(body, refusal);
    if (!object) return refusal;
    std::string failed_at;
    JsonMembers members{*object, failed_at};
    action.promise_kind = members.word("kind", {"update", "callback", "delivery", "refund"});
    action.channel = members.word("channel", {"phone", "email", "sms", "chat", "review", "other"});
    action.due_at = members.time_if_there("due_at");
    if (members.has("within_seconds")) {
        const std::int64_t within = members.number("within_seconds");
        if (within < within_min || within > within_max || action.due_at) members.fail("within_seconds");
        action.within = std::chrono::seconds{within};
    }
    action.text = members.text_or_empty("text");
    if (characters(action.text) > note_max) members.fail("text");
    return fault_at(failed_at);
}

std::optional<HttpResponse> read_gesture(std::string_view body, AgentAction& action) {
    std::optional<HttpResponse> refusal;
    const auto object = object_of(body, refusal);
    if (!object) return refusal;
    std::string failed_at;
    JsonMembers members{*object, failed_at};
    action.gesture_kind = members.word("kind", {"voucher", "refund"});
    action.amount = members.money("amount");
    const auto amount = ten_thousandths(action.amount.amount);
    if (!amount || *amount <= 0) members.fail("amount");
    action.order = members.text_or_empty("order");
    action.note = note_of(members, note_max);
    return fault_at(failed_at);
}

std::optional<HttpResponse> read_do_not_contact(std::string_view body, AgentAction& action) {
    std::optional<HttpResponse> refusal;
    const auto object = object_of(body, refusal);
    if (!object) return refusal;
    std::string failed_at;
    JsonMembers members{*object, failed_at};
    action.scope = members.word("scope", {"calls", "all"});
    action.note = note_of(members, note_max);
    return fault_at(failed_at);
}

std::optional<HttpResponse> read_incident_act(std::string_view body, IncidentAction& action) {
    using Kind = IncidentAction::Kind;
    if (body.empty() && action.kind != Kind::message) return std::nullopt;
    std::optional<HttpResponse> refusal;
    const auto object = object_of(body, refusal);
    if (!object) return refusal;
    std::string failed_at;
    JsonMembers members{*object, failed_at};
    if (action.kind == Kind::release && members.has("calls_max")) {
        const std::int64_t most = members.number("calls_max");
        if (most < 1 || most > std::numeric_limits<int>::max()) members.fail("calls_max");
        action.calls_max = static_cast<int>(most);
    }
    if (action.kind == Kind::close) action.note = note_of(members, note_max);
    if (action.kind == Kind::message) action.message = members.text("message");
    return fault_at(failed_at);
}

std::optional<HttpResponse> read_next(std::string_view body, NextWish& wish) {
    std::optional<HttpResponse> refusal;
    const auto object = object_of(body, refusal);
    if (!object) return refusal;
    std::string failed_at;
    JsonMembers members{*object, failed_at};
    wish.tenant = members.text_or_empty("tenant");
    if (members.has("languages")) {
        const json::value& languages = object->at("languages");
        if (!languages.is_array()) members.fail("languages");
        if (languages.is_array()) {
            for (const json::value& language : languages.get_array()) {
                if (!language.is_string()) members.fail("languages");
                if (language.is_string()) wish.languages.emplace_back(language.get_string());
            }
        }
    }
    return fault_at(failed_at);
}

}  // namespace premura
