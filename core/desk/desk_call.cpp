#include "core/desk/desk_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "core/contacts/call_json.h"
#include "core/desk/known_json.h"

namespace premura {
namespace {

namespace json = boost::json;
using namespace known;

constexpr int attempts_by_default = 3;
constexpr Milliseconds recently = std::chrono::days{7};

DeskCall::State state_named(std::string_view word) {
    if (word == "open") return DeskCall::State::open;
    if (word == "waiting") return DeskCall::State::waiting;
    return DeskCall::State::over;
}

// What the orders of the cases are worth together, each order once; null when nobody told, or in several currencies.
std::optional<std::pair<double, std::string>> value_of(const json::array& cases) {
    std::set<std::string> orders;
    std::optional<std::pair<double, std::string>> sum;
    for (const json::value& one : cases) {
        const json::object& open = object_in(one);
        const json::object& order = object_in(object_in(open, "facts"), "order");
        const json::value* total = order.if_contains("total");
        const std::string currency{text_in(order, "currency")};
        if (total == nullptr || !total->is_number() || currency.size() != 3) continue;
        if (!orders.emplace(text_in(open, "order")).second) continue;
        if (sum && sum->second != currency) return std::nullopt;
        if (!sum) sum.emplace(0, currency);
        sum->first += total->to_number<double>();
    }
    return sum;
}

// What makes a call from the customer likely: several things have gone wrong, it is a promise of ours that was not kept,
// they have contacted us of late, and they were not pleased.
int signs_of_a_call(const json::object& body, const json::array& cases, Instant now) {
    int signs = cases.size() > 1 ? 1 : 0;
    signs += std::ranges::any_of(cases, [](const json::value& one) {
        return text_in(object_in(one), "subject_type") == "promise";
    });
    bool was_in_touch = false;
    bool was_annoyed = false;
    for (const json::value& one : array_in(body, "contacts")) {
        const json::object& contact = object_in(one);
        const auto time = parse_rfc3339(text_in(contact, "time"));
        if (text_in(contact, "direction") != "inbound" || !time || *time + recently < now) continue;
        const std::string_view mood = text_in(contact, "mood");
        was_in_touch = true;
        was_annoyed = was_annoyed || mood == "worried" || mood == "annoyed" || mood == "angry";
    }
    return signs + (was_in_touch ? 1 : 0) + (was_annoyed ? 1 : 0);
}

// "Anna Rossi" is "A… R…".
std::string masked_name(std::string_view name) {
    std::string masked;
    const auto add_first_letter = [&masked](std::string_view word) {
        if (word.empty()) return;
        std::size_t length = 1;
        while (length < word.size() && (static_cast<unsigned char>(word[length]) & 0xc0) == 0x80) ++length;
        masked += fmt::format("{}{}…", masked.empty() ? "" : " ", word.substr(0, length));
    };
    const auto first = name.substr(0, name.find(' '));
    add_first_letter(first);
    if (const auto last = name.rfind(' '); last != name.npos) add_first_letter(name.substr(last + 1));
    return masked.empty() ? "…" : masked;
}

// Records of before there was a `why_masked` name the customer first: "Anna Rossi, order 100045: ...".
std::string why_masked(const json::object& body, std::string_view name) {
    const std::string_view masked = text_in(body, "why_masked");
    if (!masked.empty()) return std::string{masked};
    std::string why{text_in(body, "why")};
    const std::string prefix = std::string{name} + ", ";
    if (!name.empty() && why.starts_with(prefix)) why.erase(0, prefix.size());
    if (!why.empty() && why[0] >= 'a' && why[0] <= 'z') why[0] = static_cast<char>(why[0] - 'a' + 'A');
    return why;
}

json::object why_words(const json::object& body, std::string_view name) {
    json::object why{{"text", why_masked(body, name)}, {"language", "en"}};
    if (const json::object& elsewhere = object_in(body, "why_masked_in"); !elsewhere.empty()) why["in"] = elsewhere;
    return why;
}

json::value value_json(const std::optional<std::pair<double, std::string>>& value) {
    if (!value) return nullptr;
    return json::object{{"amount", fmt::format("{:.2f}", value->first)}, {"currency", value->second}};
}

json::value text_or_null(std::string_view text) {
    if (text.empty()) return nullptr;
    return json::value(std::string(text));
}

void read_end(const json::object& body, DeskCall& call) {
    call.reason = text_in(body, "reason");
    const std::string_view state = text_in(body, "state");
    if (state == "done") call.reason = "done";
    if (call.reason.empty()) call.reason = state;
    call.event = text_in(body, "event");
    call.merged_into = text_in(body, "merged_into");
    call.outcome = text_in(body, "outcome");
    if (call.outcome.empty()) call.outcome = text_in(object_in(body, "outcome"), "outcome");
    if (call.outcome.empty() && state == "done") call.outcome = text_in(body, "last_outcome");
    const json::object& by = object_in(body, "by");
    if (!by.empty()) call.by = Person{std::string{text_in(by, "user")}, std::string{text_in(by, "name")}};
}

void read_zones(const json::object& body, const json::object& customer, const Tenant* tenant, DeskCall& call) {
    for (const json::value& zone : array_in(body, "zones")) {
        if (zone.is_string()) call.zones.emplace_back(zone.get_string());
    }
    if (call.zones.empty() && !text_in(customer, "time_zone").empty()) {
        call.zones.emplace_back(text_in(customer, "time_zone"));
    }
    if (call.zones.empty()) call.zones.push_back(tenant == nullptr ? "UTC" : tenant->timezone);
}

}  // namespace

std::optional<DeskCall> desk_call_of(std::string_view text, const RuleSet& rules, std::string& error) {
    boost::system::error_code fault;
    const json::value parsed = json::parse({text.data(), text.size()}, fault);
    if (fault || !parsed.is_object()) {
        error = "it is no JSON object";
        return std::nullopt;
    }
    const json::object& body = parsed.get_object();
    JsonMembers members{body, error};
    DeskCall call;
    call.task = members.text("task");
    call.tenant = members.text("tenant");
    call.customer = members.text_or_empty("customer");
    call.version = members.number("version");
    call.state = state_named(members.text("state"));
    call.decided_at = members.time("decided_at");
    if (!error.empty()) return std::nullopt;
    const json::array& cases = array_in(body, "cases");
    if (call.state == DeskCall::State::over) {
        read_end(body, call);
        call.raised_at = parse_rfc3339(text_in(body, "raised_at")).value_or(call.decided_at);
        if (!cases.empty()) call.rule = text_in(object_in(cases[0]), "rule");
        return call;
    }

    if (cases.empty()) {
        error = "cases";
        return std::nullopt;
    }
    const json::object& first = object_in(cases[0]);
    const json::object& facts = object_in(first, "facts");
    const json::object& customer = object_in(facts, "customer");
    const Tenant* tenant = rules.tenant(call.tenant);
    call.raised_at = members.time("raised_at");
    call.due_at = parse_rfc3339(text_in(first, "deadline")).value_or(call.raised_at);
    const std::int64_t attempt = members.has("attempt") ? members.number("attempt") : 1;
    call.free_since = attempt > 1 ? call.decided_at : call.raised_at;
    if (members.has("claim")) call.claim = members.claim("claim");
    if (members.has("call_back")) {
        JsonMembers inner{object_in(body, "call_back"), error};
        call.call_back = CallBack{inner.time("at"), inner.person("agreed_with")};
    }
    call.retry_at = members.time_if_there("retry_at");
    call.last_outcome = members.text_or_empty("last_outcome");
    if (!error.empty()) return std::nullopt;
    call.rule = text_in(first, "rule");
    call.language = language_of(customer, tenant);
    read_zones(body, customer, tenant, call);

    const auto value = value_of(cases);
    const std::string priority{text_in(body, "priority")};
    call.urgency = urgency_of({call.raised_at, call.due_at, priority, value ? value->first : 0,
                               signs_of_a_call(body, cases, call.decided_at)});
    const std::string name = name_of_customer(customer);
    const auto number_or = [&members](std::string_view member, std::int64_t otherwise) {
        return members.has(member) ? members.number(member) : otherwise;
    };
    const json::object row{
        {"task", call.task},
        {"version", call.version},
        {"tenant", call.tenant},
        {"kind", call.call_back ? "call_back" : "call"},
        {"priority", priority.empty() ? "normal" : priority},
        {"score", score_of(call.urgency)},
        {"why", why_words(body, name)},
        {"order_number", text_or_null(text_in(object_in(facts, "order"), "number"))},
        {"cases_count", cases.size()},
        {"raised_at", format_utc(call.raised_at)},
        {"due_at", format_utc(call.due_at)},
        {"time_zone", call.zones.size() == 1 || tenant == nullptr ? call.zones.front() : tenant->timezone},
        {"value", value_json(value)},
        {"attempt", number_or("attempt", 1)},
        {"attempts_max", number_or("attempts_max", attempts_by_default)},
        {"last_outcome", text_or_null(call.last_outcome)},
        {"call_back", call.call_back ? json::value(to_json(*call.call_back)) : json::value(nullptr)},
        {"claim", call.claim ? json::value(to_json(*call.claim)) : json::value(nullptr)},
        {"customer", json::object{{"masked", true}, {"name", masked_name(name)}, {"language", call.language}}},
    };
    if (!error.empty()) return std::nullopt;
    const std::string written = json::serialize(row);
    call.row = written.substr(1, written.size() - 2);
    call.body = text;
    return call;
}

}  // namespace premura
