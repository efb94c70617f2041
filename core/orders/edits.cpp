#include <algorithm>

#include "core/orders/orders_stage.h"

// The part of the orders stage that knows what an edit of the rules means for orders that are on their way: the table
// in docs/RULES.md. Clocks need nothing, because they are derived; what was told already is in the cases.

namespace premura {
namespace {

bool reaches_customer(const Step& step) {
    return step.verb == Step::Verb::call || step.verb == Step::Verb::notify;
}

// Was the customer told anything about the case? Early warnings are left out: what they said was of a danger.
bool customer_was_contacted(const Rule& rule, const Entity::Case& known) {
    const std::size_t done = std::min<std::size_t>(known.steps_done, rule.if_late.size());
    return std::any_of(rule.if_late.begin(), rule.if_late.begin() + static_cast<std::ptrdiff_t>(done),
                       reaches_customer);
}

}  // namespace

// Called with the first time that is known after the rules were set: `use` has none.
void OrdersStage::learn_rules(Instant now, Effects& effects) {
    rules_are_new_ = false;
    const bool edited = memory_.learn(*rules_, now);
    for (auto& [id, tenant] : tenants_) {
        for (TenantRule& rule : tenant.rules) rule.since = memory_.since(*rule.rule);
    }
    edit_is_known_ = edited;
    if (edited) {
        for (const Key128& key : store_.keys()) store_.rearm(key, instant_min);
    }
    // All orders are looked at now, before anything happens to them under the new rules. Nothing becomes due by that.
    while (const auto due = store_.pop_due(instant_min)) ring(due->key, due->at, {now, now, false}, effects);
    old_rules_.reset();
    old_tenants_.clear();
}

// An edit that says `on_edit: keep` keeps the deadlines that were counted by the rule it edits, whatever that said.
bool OrdersStage::keep_old_deadlines() {
    const auto old_rules = old_tenants_.find(entity_.tenant);
    if (old_rules == old_tenants_.end()) return false;
    bool changed = false;
    std::vector<Clock> old_clocks;
    for (const Clock& clock : clocks_) {
        const bool is_new_here = clock.timing != 0 && !clock.kept && memory_.was_edited(*clock.rule->rule);
        if (!is_new_here || case_of(clock) != nullptr) continue;
        if (old_clocks.empty()) {
            ClockProblems problems;
            derive_clocks(old_rules->second, entity_, old_clocks, problems);
        }
        for (const Clock& old : old_clocks) {
            const Rule& rule = *clock.rule->rule;
            const std::string& id = old.rule->rule->id;
            const bool same_rule = id == rule.id || std::find(rule.was.begin(), rule.was.end(), id) != rule.was.end();
            const bool same_clock = same_rule && old.subject == clock.subject && old.start == clock.start;
            if (!same_clock || old.paused || old.deadline == clock.deadline) continue;
            Entity::Case carrier = new_case(clock);
            carrier.deadline = old.deadline;
            carrier.timing = ~clock.timing;  // not how it is counted now
            entity_.cases.push_back(carrier);
            changed = true;
            break;
        }
    }
    if (changed) derive(nullptr);
    return changed;
}

// A case that lost its clock though no event came since, lost it by an edit of the rule's conditions. What was told
// goes on to its end. Says whether there is one.
bool OrdersStage::pin_cases() {
    bool any = false;
    for (Entity::Case& known : entity_.cases) {
        const bool was_told = !known.customer.empty() || known.warnings_done != 0;
        if (known.state == Entity::Case::State::closed || !was_told || known.pinned || linked_elsewhere()) continue;
        if (clock_of(known) != nullptr || rules_->rule_or_successor(known.rule) == nullptr) continue;
        known.pinned = any = true;
    }
    if (any) derive(nullptr);
    return any;
}

// Writes down the deadline of each clock whose rule says `on_edit: keep`, as long as the rule is as it was.
bool OrdersStage::keep_deadlines() {
    bool changed = false;
    for (const Clock& clock : clocks_) {
        if (clock.timing == 0 || clock.kept || clock.paused || clock.end != Clock::End::running) continue;
        Entity::Case* known = case_of(clock);
        if (known == nullptr) {
            entity_.cases.push_back(new_case(clock));
            changed = true;
        } else if (known->state == Entity::Case::State::warned &&
                   (known->timing != clock.timing || known->deadline != clock.deadline)) {
            known->timing = clock.timing;
            known->deadline = clock.deadline;
            changed = true;
        }
    }
    return changed;
}

// Steps that have run stay run, matched by their id, else by their position. A step that is new does not run in the
// past.
bool OrdersStage::take_new_ladder(const Clock& clock, Entity::Case& known, Instant now) const {
    const Rule& rule = *clock.rule->rule;
    const std::uint8_t before = known.steps_done;
    const auto same = std::find_if(rule.if_late.begin(), rule.if_late.end(), [&known](const Step& step) {
        return known.last_step != 0 && step_mark(step) == known.last_step;
    });
    if (same != rule.if_late.end()) {
        known.steps_done = static_cast<std::uint8_t>(same - rule.if_late.begin() + 1);
    }
    while (known.steps_done < rule.if_late.size() && memory_.is_new_step(rule, known.steps_done) &&
           step_time(clock, known.steps_done) <= now) {
        ++known.steps_done;
    }
    return known.steps_done != before;
}

// Once for each order after an edit.
bool OrdersStage::take_edit(Instant now, Effects& effects) {
    bool changed = keep_old_deadlines();
    bool closed_again = false;
    for (const Clock& clock : clocks_) {
        if (clock.end != Clock::End::running || clock.paused) continue;
        const Rule& rule = *clock.rule->rule;
        Entity::Case* known = case_of(clock);
        const bool is_open = known != nullptr && known->state == Entity::Case::State::open;
        if (is_open) changed = take_new_ladder(clock, *known, now) || changed;
        if (!memory_.was_edited(rule)) continue;
        if (is_open && clock.deadline > now && !customer_was_contacted(rule, *known)) {
            // It is not late any more. When it is again, it is told again, and steps that have run are not repeated.
            close(*known, &clock, "deadline_moved", now, effects);
            known->state = Entity::Case::State::warned;
            known->customer = {};
            known->by_edit = false;
            // It opens again only when it still meets the rule.
            known->pinned = false;
            changed = closed_again = true;
        }
        const bool waits = known == nullptr || known->state == Entity::Case::State::warned;
        if (waits && std::max(clock.start, clock.deadline) <= now) {
            if (known == nullptr) known = &entity_.cases.emplace_back(new_case(clock));
            known->by_edit = changed = true;
        }
    }
    if (closed_again) derive(nullptr);
    return changed;
}

}  // namespace premura
