#include "core/orders/orders_stage.h"

#include <algorithm>

namespace premura {
namespace {

// Decoding needs an arrival time; in a replay nothing is in the future.
constexpr Instant year_9999 = instant_of(253'402'300'799'000);

Key128 key_of(std::string_view tenant, SubjectType kind, std::string_view id) {
    return key128({tenant, name_of(kind), id});
}

}  // namespace

OrdersStage::OrdersStage(OrdersOptions options, std::shared_ptr<const RuleSet> rules)
    : options_{options}, decoder_{options.decoder} {
    use(std::move(rules));
}

void OrdersStage::use(std::shared_ptr<const RuleSet> rules) {
    // Two edits without a moment between them are one.
    if (!old_rules_) {
        old_rules_ = std::move(rules_);
        old_tenants_ = std::move(tenants_);
    }
    tenants_.clear();
    rules_ = std::move(rules);
    for (const auto& [id, tenant] : rules_->tenants) {
        auto zone = zones_.find(tenant.timezone);
        if (zone == zones_.end()) {
            auto found = TimeZone::find(tenant.timezone);
            // The loader has refused unknown zones; should the machine lose one later, UTC stands in.
            if (!found) found = TimeZone::find("Etc/UTC");
            zone = zones_.emplace(tenant.timezone, std::move(*found)).first;
        }
        tenants_.emplace(id, rules_of(*rules_, tenant, zone->second));
    }
    rules_are_new_ = true;
    // Every deadline may have moved; a case may have lost its rule. Each entity is looked at with the next `fire`.
    for (const Key128& key : store_.keys()) store_.rearm(key, instant_min);
}

std::string_view OrdersStage::find(std::string_view tenant, SubjectType kind, std::string_view id) const {
    return store_.find(key_of(tenant, kind, id));
}

const TenantRules* OrdersStage::rules_of_tenant(std::string_view tenant) const {
    const auto found = tenants_.find(tenant);
    return found == tenants_.end() ? nullptr : &found->second;
}

void OrdersStage::restore(std::string_view state_key, std::string_view value) {
    if (state_key == RuleMemory::state_key) {
        memory_.restore(value);
        return;
    }
    if (!decode(value, entity_)) return;
    const Key128 key = key_of(entity_.tenant, entity_.kind, entity_.id);
    derive(nullptr);
    const bool changed = pin_cases();
    if (changed) encode(entity_, encoded_);
    // A case whose rule is gone is closed with the next `fire`, not when somebody happens to tell something.
    const bool is_orphaned = std::any_of(
        entity_.cases.begin(), entity_.cases.end(), [this](const Entity::Case& known) {
            return known.state != Entity::Case::State::closed && clock_of(known) == nullptr;
        });
    store_.restore(key, changed ? std::string_view{encoded_} : value,
                   is_orphaned ? instant_min : next_due_of_entity());
}

void OrdersStage::apply(const Record& record, Instant arrival, Effects& effects) {
    if (rules_are_new_) learn_rules(arrival, effects);
    const auto forced = subject_type_named(header_of(record, entity_header));
    // Whether an event is from the future is judged once, where it comes in.
    const DecodeResult decoded =
        decoder_.decode(record, *rules_, options_.replay || forced ? year_9999 : arrival);
    if (decoded.unknown_facts != 0) {
        effects.count("unknown_facts", {}, decoded.unknown_facts);
    }
    // Also parts of a record whose other parts are events.
    const bool is_ignored = decoded.outcome == DecodeResult::Outcome::ignored;
    if (is_ignored || decoded.ignored_events != 0) {
        effects.count("events_ignored", std::string{decoded.label}, std::max(decoded.ignored_events, 1u));
    }
    if (decoded.future_times != 0) effects.count("future_times", {}, decoded.future_times);
    switch (decoded.outcome) {
        case DecodeResult::Outcome::rejected:
            effects.count("events_quarantined", std::string{decoded.rejection.reason});
            effects.outputs.push_back(quarantined(record, decoded.rejection, arrival));
            return;
        case DecodeResult::Outcome::ignored: return;
        case DecodeResult::Outcome::clock:
            if (options_.replay) step_to(decoded.clock, effects);
            return;
        case DecodeResult::Outcome::events: break;
    }
    for (const Event& event : decoded.events) {
        if (take_erasure(event, record, options_.replay ? replay_clock_ : arrival, effects)) continue;
        // What was sent on from another partition tells that partition's time, which may be ahead of ours.
        if (options_.replay && !forced) step_to(event.time, effects);
        Target target = target_of(event);
        if (forced) target = {*forced, event.subject_id(*forced)};
        const bool elsewhere = !forced && options_.partitions > 1 && record.key != target.id;
        if (elsewhere) {
            effects.count("events_rekeyed");
            effects.outputs.push_back(forwarded(event, target));
        } else {
            apply_event(event, target, options_.replay ? replay_clock_ : arrival, effects);
        }
    }
    if (options_.replay) erase_customers(replay_clock_, effects);
}

// Everything that was due before this moment of the recorded time happens before what happened then.
void OrdersStage::step_to(Instant time, Effects& effects) {
    if (time <= replay_clock_) return;
    replay_clock_ = time;
    fire({time, time - Milliseconds{1}, true}, effects);
}

void OrdersStage::apply_event(const Event& event, Target target, Instant now, Effects& effects) {
    const Key128 key = key_of(event.tenant, target.kind, target.id);
    const std::string_view stored = store_.find(key);
    if (stored.empty() || !decode(stored, entity_)) {
        entity_.clear();
        entity_.tenant = event.tenant;
        entity_.kind = target.kind;
        entity_.id = target.id;
    }
    const std::size_t subjects_before = entity_.subjects.size();
    const Entity::AddResult added = entity_.add(event, options_.limits);
    if (added.outcome == Entity::Added::repeated) {
        ++repeated_;
        return;
    }
    if (!options_.replay) entity_.touched = std::max(entity_.touched, now);
    ++applied_[event.type];
    tell_news(event, now, effects);
    if (added.dropped != 0) effects.count("history_dropped", {}, added.dropped);

    if (target.kind == SubjectType::order) {
        forward_links(event, subjects_before, effects);
    } else if (target.kind != SubjectType::customer) {
        forward_to_order(event, effects);
    }
    // What is told of an erased customer's order later is told of nobody.
    if (entity_.is_erased()) entity_.erase_personal();
    derive(&effects);
    keep_deadlines();
    close_ended(now, effects);
    encode(entity_, encoded_);
    store_.put(key, encoded_, next_due_of_entity());
}

void OrdersStage::fire(const Horizon& horizon, Effects& effects) {
    if (rules_are_new_) learn_rules(horizon.now, effects);
    erase_customers(horizon.now, effects);
    // What was on its way for `settle` after a deadline counts as well, however late it is read: so both, the
    // clock and what is known of the input, must have passed that moment.
    Instant limit = std::min(horizon.now, horizon.complete_until);
    if (!horizon.stepping && limit > instant_min + options_.settle) limit -= options_.settle;
    while (const auto due = store_.pop_due(limit)) ring(due->key, due->at, horizon, effects);
}

void OrdersStage::ring(const Key128& key, Instant at, const Horizon& horizon, Effects& effects) {
    if (!decode(store_.find(key), entity_)) return;
    derive(nullptr);
    bool changed = pin_cases();
    if (at == instant_min && edit_is_known_) changed = take_edit(horizon.now, effects) || changed;
    changed = keep_deadlines() || changed;
    changed = close_ended(horizon.now, effects) || changed;
    // One planned moment at a time, so that what is due earlier elsewhere comes first.
    for (const Clock& clock : clocks_) {
        for (;;) {
            const Item item = next_item(clock, case_of(clock));
            if (item.kind == Item::Kind::none || item.planned > at) break;
            run(clock, item, horizon, effects);
            changed = true;
        }
    }
    const Instant next = next_due_of_entity();
    const bool kept_long_enough = next <= at;
    if (kept_long_enough) {
        store_.erase(key, state_key(store_.find(key)));
        return;
    }
    if (!changed) {
        store_.rearm(key, next);
        return;
    }
    encode(entity_, encoded_);
    store_.put(key, encoded_, next);
}

std::optional<Instant> OrdersStage::next_due() const {
    const auto due = store_.next_due();
    if (!due) return std::nullopt;
    // What must be looked at after a change of rules has no time: at once.
    return *due == instant_min ? *due : *due + (options_.replay ? Milliseconds{0} : options_.settle);
}

void OrdersStage::collect_state(Effects& effects) {
    store_.take_changes(
        [&effects](std::string_view bytes) {
            effects.state.push_back({state_key(bytes), std::string{bytes}});
        },
        [&effects](std::string removed) {
            effects.state.push_back({std::move(removed), std::nullopt});
        });
    if (memory_.take_changed()) {
        effects.state.push_back({std::string{RuleMemory::state_key}, memory_.encoded()});
    }
    for (std::size_t type = 0; type < applied_.size(); ++type) {
        if (applied_[type] == 0) continue;
        const auto number = static_cast<EventNumber>(type);
        effects.count("events", std::string{event_definition(number).name}, applied_[type]);
        applied_[type] = 0;
    }
    if (repeated_ != 0) effects.count("events_repeated", {}, repeated_);
    repeated_ = 0;
}

}  // namespace premura
