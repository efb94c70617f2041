#include "core/story/story_world.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace premura {
namespace {

namespace json = boost::json;
using Kind = StoryOutcome::Kind;

std::string_view header(const Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

std::string text_of(const json::object& body, std::string_view name) {
    const json::value* value = body.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()}
                                                  : std::string{};
}

Record record_of(const Output& output) {
    Record record;
    record.topic = output.topic;
    record.key = output.key;
    record.value = output.value.value_or("");
    record.tombstone = !output.value;
    record.headers = output.headers;
    record.timestamp = output.timestamp;
    return record;
}

// Which records of the contacts stage are outcomes. A new version of a call that is open already says
// nothing of its own: the case that was added or closed does.
std::optional<Kind> kind_of(std::string_view type, const json::object& body) {
    if (type == "premura.notification.v1") return Kind::notify;
    if (type == "premura.escalation.v1") return Kind::escalate;
    if (type == "premura.expedite.v1") return Kind::expedite;
    if (type == "premura.call-task.merged.v1") return Kind::merged;
    if (type == "premura.call-task.withdrawn.v1") return Kind::withdrawn;
    const json::value* version = body.if_contains("version");
    const bool first = version != nullptr && version->is_int64() && version->get_int64() == 1;
    if (type == "premura.call-task.open.v1" && first) return Kind::call;
    return std::nullopt;
}

std::string target_of(Kind kind, const json::object& body) {
    switch (kind) {
        case Kind::escalate: return text_of(body, "team");
        case Kind::expedite: return text_of(body, "system");
        case Kind::merged:
        case Kind::withdrawn: return "call";
        default: return "customer";
    }
}

std::string said_of(Kind kind, const json::object& body) {
    switch (kind) {
        case Kind::call: return text_of(body, "script");
        case Kind::notify: return text_of(body, "message");
        case Kind::expedite: return text_of(body, "request");
        default: return {};
    }
}

}  // namespace

StoryWorld::StoryWorld(std::shared_ptr<const RuleSet> rules) : rules_{std::move(rules)} {
    build();
}

void StoryWorld::build() {
    OrdersOptions orders;
    orders.replay = true;
    ContactsOptions contacts;
    contacts.replay = true;
    orders_ = std::make_unique<OrdersStage>(orders, rules_);
    contacts_ = std::make_unique<ContactsStage>(contacts, rules_);
}

void StoryWorld::take(const StoryEvent& event, const std::string& tenant, std::size_t number) {
    Record record;
    record.topic = "story";
    record.headers = {{"content-type", "application/cloudevents+json"}};
    record.timestamp = event.at;
    record.value = fmt::format(
        R"({{"specversion":"1.0","id":"{}","source":"/story","type":"{}","tenant":{},"time":"{}","data":{}}})",
        number, event_definition(event.event).name, json::serialize(json::string{tenant}),
        format_utc(event.at), event.data);
    orders_->apply(record, event.at, effects_);
    settle(event.at);
}

void StoryWorld::fire(Instant now) {
    orders_->fire({now, now, true}, effects_);
    settle(now);
    contacts_->fire({now, now, true}, effects_);
    settle(now);
}

std::optional<Instant> StoryWorld::next_due() const {
    const auto orders = orders_->next_due();
    const auto contacts = contacts_->next_due();
    if (orders && contacts) return std::min(*orders, *contacts);
    return orders ? orders : contacts;
}

void StoryWorld::restart() {
    keep_state(*orders_, orders_state_);
    keep_state(*contacts_, contacts_state_);
    build();
    for (const auto& [key, value] : orders_state_) orders_->restore(key, value);
    for (const auto& [key, value] : contacts_state_) contacts_->restore(key, value);
}

void StoryWorld::keep_state(Stage& stage, State& state) {
    Effects effects;
    stage.collect_state(effects);
    for (StateRecord& record : effects.state) {
        if (record.value) {
            state[record.key] = std::move(*record.value);
        } else {
            state.erase(record.key);
        }
    }
}

// Hands on what came out, and what comes out of that, until all is quiet.
void StoryWorld::settle(Instant now) {
    while (!effects_.outputs.empty() || !effects_.counts.empty()) {
        Effects next;
        for (const Effects::Count& count : effects_.counts) {
            if (count.name == "rule_errors" && count.label == "missing_calendar") {
                problems_.insert("no calendar is known for the order's warehouse");
            }
        }
        for (const Output& output : effects_.outputs) deliver(output, now, next);
        effects_ = std::move(next);
    }
}

void StoryWorld::deliver(const Output& output, Instant now, Effects& effects) {
    if (output.topic == "findings") {
        const Record record = record_of(output);
        note_finding(record);
        contacts_->apply(record, now, effects);
    } else if (output.topic == "intake") {
        orders_->apply(record_of(output), now, effects);
    } else if (output.topic == "quarantine") {
        problems_.insert(fmt::format("an event could not be read: {}",
                                     header(output.headers, "premura-rejection")));
    } else {
        note_contact(output);
    }
}

void StoryWorld::note_finding(const Record& record) {
    std::string error;
    const auto finding = finding_of(record, error);
    if (!finding) {
        problems_.insert(fmt::format("a finding could not be read: {}", error));
        return;
    }
    StoryOutcome outcome;
    outcome.at = finding->decided_at;
    switch (finding->kind) {
        case Finding::Kind::step: return;
        case Finding::Kind::warning: outcome.kind = Kind::early_warning; break;
        case Finding::Kind::late: outcome.kind = Kind::late; break;
        case Finding::Kind::closed: outcome.kind = Kind::closed; break;
    }
    outcome.what = finding->rule;
    outcome.rules = {finding->rule};
    outcome.reason = finding->reason;
    outcomes_.push_back(std::move(outcome));
}

void StoryWorld::note_contact(const Output& output) {
    boost::system::error_code error;
    const json::value parsed = json::parse(output.value.value_or("{}"), error);
    if (error || !parsed.is_object()) return;
    const json::object& body = parsed.get_object();
    const auto kind = kind_of(header(output.headers, "ce_type"), body);
    if (!kind) return;

    StoryOutcome outcome;
    outcome.at = output.timestamp;
    outcome.kind = *kind;
    outcome.what = target_of(*kind, body);
    outcome.text = said_of(*kind, body);
    outcome.priority = text_of(body, "priority");
    outcome.reason = text_of(body, "reason");
    if (const json::value* cases = body.if_contains("cases"); cases && cases->is_array()) {
        for (const json::value& each : cases->get_array()) {
            if (each.is_object()) outcome.rules.push_back(text_of(each.get_object(), "rule"));
        }
    }
    outcomes_.push_back(std::move(outcome));
}

}  // namespace premura
