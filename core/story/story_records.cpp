#include "core/story/story_records.h"

#include <algorithm>
#include <boost/json.hpp>
#include <tuple>

namespace premura {
namespace {

namespace json = boost::json;
using Kind = StoryOutcome::Kind;

std::string text_of(const json::object& body, std::string_view name) {
    const json::value* value = body.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()}
                                                  : std::string{};
}

// Which records of the contacts stage are outcomes. A new version of a call that is open already
// says nothing of its own: the case that was added or closed does.
std::optional<Kind> kind_of(std::string_view type, const json::object& body) {
    if (type == "premura.notification.v1") return Kind::notify;
    if (type == "premura.escalation.v1") return Kind::escalate;
    if (type == "premura.expedite.v1") return Kind::expedite;
    if (type == "premura.call-task.merged.v1") return Kind::merged;
    if (type == "premura.call-task.withdrawn.v1") return Kind::withdrawn;
    const json::value* version = body.if_contains("version");
    const bool first = version != nullptr && version->is_int64() && version->get_int64() == 1;
    const std::string reason = text_of(body, "reason");
    const bool again = reason == "retry" || reason == "call_back";
    if (type == "premura.call-task.open.v1" && (first || again)) return Kind::call;
    return std::nullopt;
}

std::string target_of(Kind kind, const json::object& body) {
    switch (kind) {
        case Kind::escalate:
            return text_of(body, "team");
        case Kind::expedite:
            return text_of(body, "system");
        case Kind::merged:
        case Kind::withdrawn:
            return "call";
        default:
            return "customer";
    }
}

std::string said_of(Kind kind, const json::object& body) {
    switch (kind) {
        case Kind::call:
            return text_of(body, "script");
        case Kind::notify:
            return text_of(body, "message");
        case Kind::expedite:
            return text_of(body, "request");
        default:
            return {};
    }
}

std::string channel_of(Kind kind, const json::object& body) {
    if (kind == Kind::call) return "call";
    if (kind != Kind::notify) return {};
    const std::string named = text_of(body, "channel");
    return named.empty() ? "message" : named;
}

bool same(const Customer::Decision& one, const Customer::Decision& other) {
    return std::tie(one.at, one.contact, one.outcome, one.reason) ==
           std::tie(other.at, other.contact, other.outcome, other.reason);
}

// How many of the new decisions were known: the list loses its oldest when it is full.
std::size_t known_of(const std::vector<Customer::Decision>& known,
                     const std::vector<Customer::Decision>& now) {
    for (std::size_t lost = 0; lost < known.size(); ++lost) {
        const std::size_t rest = known.size() - lost;
        if (rest > now.size()) continue;
        const auto from = known.begin() + static_cast<std::ptrdiff_t>(lost);
        if (std::equal(from, known.end(), now.begin(), same)) return rest;
    }
    return 0;
}

std::optional<Kind> suppressed_kind(const Customer::Decision& decision) {
    if (decision.outcome == "held") return Kind::held;
    if (decision.outcome == "dropped") return Kind::dropped;
    // A call that joins another one is told by a record of its own.
    const bool told = decision.verb == Step::Verb::call;
    if (decision.outcome == "merged" && !told) return Kind::merged;
    return std::nullopt;
}

}  // namespace

std::string_view header_value(const Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

std::optional<StoryOutcome> outcome_of(const Finding& finding) {
    StoryOutcome outcome;
    switch (finding.kind) {
        case Finding::Kind::step:
        case Finding::Kind::news:
            return std::nullopt;
        case Finding::Kind::warning:
            outcome.kind = Kind::early_warning;
            break;
        case Finding::Kind::late:
            outcome.kind = Kind::late;
            break;
        case Finding::Kind::closed:
            outcome.kind = Kind::closed;
            break;
    }
    outcome.at = finding.decided_at;
    outcome.due = finding.planned_at;
    outcome.what = finding.rule;
    outcome.rules = {finding.rule};
    outcome.reason = finding.reason;
    return outcome;
}

std::optional<StoryOutcome> outcome_of(const Output& output) {
    boost::system::error_code error;
    const json::value parsed = json::parse(output.value.value_or("{}"), error);
    if (error || !parsed.is_object()) return std::nullopt;
    const json::object& body = parsed.get_object();
    const auto kind = kind_of(header_value(output.headers, "ce_type"), body);
    if (!kind) return std::nullopt;

    StoryOutcome outcome;
    outcome.at = output.timestamp;
    outcome.kind = *kind;
    outcome.what = target_of(*kind, body);
    outcome.text = said_of(*kind, body);
    outcome.priority = text_of(body, "priority");
    outcome.channel = channel_of(*kind, body);
    outcome.reason = text_of(body, "reason");
    outcome.due = parse_rfc3339(text_of(body, "planned_at"));
    if (const json::value* cases = body.if_contains("cases"); cases && cases->is_array()) {
        for (const json::value& each : cases->get_array()) {
            if (each.is_object()) outcome.rules.push_back(text_of(each.get_object(), "rule"));
        }
    }
    return outcome;
}

void StoryDecisions::read(const std::string& key, std::string_view state,
                          std::vector<StoryOutcome>& news) {
    if (!decode(state, customer_)) return;
    std::vector<Customer::Decision>& known = known_[key];
    const std::vector<Customer::Decision>& now = customer_.decisions;
    for (std::size_t i = known_of(known, now); i < now.size(); ++i) {
        const Customer::Decision& decision = now[i];
        const auto kind = suppressed_kind(decision);
        if (!kind) continue;
        StoryOutcome outcome;
        outcome.at = decision.at;
        outcome.kind = *kind;
        outcome.what = name_of(decision.verb);
        if (!decision.rule.empty()) outcome.rules = {decision.rule};
        outcome.reason = decision.reason;
        for (const Customer::Contact& contact : customer_.contacts) {
            if (contact.id != decision.contact || *kind != Kind::held) continue;
            outcome.due = contact.planned_at;
            if (contact.hold_until != instant_max) outcome.until = contact.hold_until;
        }
        news.push_back(std::move(outcome));
    }
    known = now;
}

}  // namespace premura
