#include "core/story/story_world.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace premura {
namespace {

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

}  // namespace

std::unique_ptr<ContactsStage> story_contacts(std::shared_ptr<const RuleSet> rules) {
    return std::make_unique<ContactsStage>(ContactsOptions{}, std::move(rules));
}

StoryWorld::StoryWorld(std::shared_ptr<const RuleSet> rules,
                       std::unique_ptr<ContactsStage> contacts)
    : rules_{std::move(rules)} {
    build();
    if (contacts != nullptr) contacts_ = std::move(contacts);
    if (contacts_ == nullptr) contacts_ = story_contacts(rules_);
}

void StoryWorld::build() {
    OrdersOptions orders;
    orders.settle = Milliseconds{0};
    orders_ = std::make_unique<OrdersStage>(orders, rules_);
    house_ = std::make_unique<IncidentsStage>(IncidentsOptions{}, rules_);
}

void StoryWorld::take(const StoryEvent& event, const std::string& tenant, std::size_t number,
                      Instant now) {
    Record record;
    record.topic = "story";
    record.headers = {{"content-type", "application/cloudevents+json"}};
    record.timestamp = event.arrives;
    record.value = fmt::format(
        R"({{"specversion":"1.0","id":"{}","source":"/story","type":"{}","tenant":{},"time":"{}","data":{}}})",
        number, event_definition(event.event).name,
        boost::json::serialize(boost::json::string{tenant}), format_utc(event.at), event.data);
    orders_->apply(record, now, effects_);
    settle(now);
}

void StoryWorld::call(const StoryCall& call, std::size_t number, Instant now) {
    AgentAction action;
    for (const auto& [key, value] : contacts_state_) {
        Customer customer;
        if (!decode(value, customer)) continue;
        const Customer::Contact* open = customer.open_call();
        const bool is_free = open != nullptr && open->state == Customer::Contact::State::raised && !open->waiting;
        if (!is_free) continue;
        action.tenant = customer.tenant;
        action.customer = customer.id;
        action.task = open->id;
    }
    if (action.task.empty()) {
        problems_.insert(fmt::format("no call was open at {}", format_utc(now)));
        all_calls_made_ = false;
        return;
    }
    action.by = {"agent", "Agent"};
    action.at = now;
    for (const AgentAction::Kind kind : {AgentAction::Kind::claim, AgentAction::Kind::outcome}) {
        action.id = fmt::format("{}/{}", number, name_of(kind));
        action.kind = kind;
        if (kind == AgentAction::Kind::outcome) {
            action.outcome = call.ends;
            action.call_back_at = call.call_back_at;
        }
        contacts_->apply(record_of(output_of(action)), now, effects_);
        settle(now);
    }
}

void StoryWorld::fire(Instant now, Instant complete_until) {
    orders_->fire({now, complete_until, false}, effects_);
    settle(now);
    contacts_->fire({now, complete_until, false}, effects_);
    settle(now);
    house_->fire({now, complete_until, false}, effects_);
    settle(now);
}

std::optional<Instant> StoryWorld::next_due() const {
    std::optional<Instant> next;
    for (const auto& due : {orders_->next_due(), contacts_->next_due(), house_->next_due()}) {
        if (due && (!next || *due < *next)) next = due;
    }
    return next;
}

void StoryWorld::restart() {
    build();
    contacts_ = story_contacts(rules_);
    for (const auto& [key, value] : orders_state_) orders_->restore(key, value);
    for (const auto& [key, value] : contacts_state_) contacts_->restore(key, value);
    for (const auto& [key, value] : house_state_) house_->restore(key, value);
}

void StoryWorld::use(std::shared_ptr<const RuleSet> rules, const std::set<std::string>& changed,
                     Instant now) {
    rules_ = std::move(rules);
    changed_rules_.insert(changed.begin(), changed.end());
    orders_->use(rules_);
    contacts_->use(rules_);
    house_->use(rules_);
    settle(now);
}

// What is idle is forgotten when its time is over; nothing is older than what was never touched. So
// the stage ends up as it began, but for the calendars it has compiled: these are why it is used
// again.
std::unique_ptr<ContactsStage> StoryWorld::give_back() {
    contacts_->restore(HouseView::state_key, "");
    std::string nobody;
    for (const auto& [key, value] : contacts_state_) {
        Customer customer;
        if (!decode(value, customer)) continue;
        Customer blank;
        blank.tenant = customer.tenant;
        blank.id = customer.id;
        encode(blank, nobody);
        contacts_->restore(key, nobody);
    }
    Effects effects;
    const Instant end = instant_max - Milliseconds{1};
    contacts_->fire({end, end, false}, effects);
    contacts_->collect_state(effects);
    return std::move(contacts_);
}

std::vector<std::string_view> StoryWorld::orders() const {
    std::vector<std::string_view> list{forgotten_orders_.begin(), forgotten_orders_.end()};
    for (const auto& [key, value] : orders_state_) list.push_back(value);
    return list;
}

// Takes over what has changed: it is what a new start would know.
void StoryWorld::keep_state() {
    Effects effects;
    orders_->collect_state(effects);
    for (StateRecord& record : effects.state) {
        if (record.value) {
            orders_state_[record.key] = std::move(*record.value);
        } else if (const auto node = orders_state_.extract(record.key)) {
            forgotten_orders_.push_back(node.mapped());
        }
    }
    effects.clear();
    contacts_->collect_state(effects);
    for (StateRecord& record : effects.state) {
        if (record.value) {
            decisions_.read(record.key, *record.value, suppressed_);
            contacts_state_[record.key] = std::move(*record.value);
        } else {
            contacts_state_.erase(record.key);
        }
    }
    effects.clear();
    house_->collect_state(effects);
    for (StateRecord& record : effects.state) {
        if (record.value) {
            house_state_[record.key] = std::move(*record.value);
        } else {
            house_state_.erase(record.key);
        }
    }
}

// Hands on what came out, and what comes out of that, until all is quiet.
void StoryWorld::settle(Instant now) {
    while (!effects_.outputs.empty() || !effects_.counts.empty()) {
        Effects next;
        for (const Effects::Count& count : effects_.counts) note_count(count);
        for (const Output& output : effects_.outputs) deliver(output, now, next);
        effects_ = std::move(next);
    }
    keep_state();
}

void StoryWorld::note_count(const Effects::Count& count) {
    if (count.name == "rule_errors" && count.label == "missing_calendar") {
        problems_.insert("no calendar is known for the order's warehouse");
    }
    if (count.name == "rule_errors" && count.label == "failed_condition") {
        problems_.insert("a condition could not be evaluated: a fact it asks for is not known");
    }
    if (count.name == "not_wanted_any_more" && !changed_rules_.contains(count.label)) {
        held_back_.insert(count.label);
    }
}

void StoryWorld::deliver(const Output& output, Instant now, Effects& effects) {
    if (output.topic == "findings") {
        const Record record = record_of(output);
        note_finding(record);
        contacts_->apply(record, now, effects);
    } else if (output.topic == "intake") {
        orders_->apply(record_of(output), now, effects);
    } else if (output.topic == "house") {
        house_->apply(record_of(output), now, effects);
    } else if (output.topic == "house-words") {
        contacts_->apply(record_of(output), now, effects);
    } else if (output.topic == "quarantine") {
        problems_.insert(fmt::format("an event could not be read: {}",
                                     header_value(output.headers, "premura-rejection")));
    } else if (output.topic == "desk-answers") {
        std::string error;
        const auto answer = desk_answer_of(record_of(output), error);
        if (answer && !answer->done() && answer->problem != "claim_lost") {
            all_calls_made_ = false;
            problems_.insert(fmt::format("the call at {} was refused: {}", format_utc(answer->at), answer->problem));
        }
    } else if (auto outcome = outcome_of(output)) {
        outcomes_.push_back(std::move(*outcome));
    }
}

void StoryWorld::note_finding(const Record& record) {
    std::string error;
    const auto finding = finding_of(record, error);
    if (!finding) {
        problems_.insert(fmt::format("a finding could not be read: {}", error));
        return;
    }
    if (auto outcome = outcome_of(*finding)) {
        outcomes_.push_back(std::move(*outcome));
    } else if (!changed_rules_.contains(finding->rule)) {
        steps_.insert({finding->rule, finding->warning_step, finding->step});
    }
}

}  // namespace premura
