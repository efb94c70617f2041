#include <algorithm>

#include "core/events/json_writer.h"
#include "core/events/text_codecs.h"
#include "core/orders/entity_facts.h"
#include "core/orders/orders_stage.h"

// The part of the orders stage that opens and closes cases and runs their ladders. The clocks say what is
// so; a case remembers only what was told already.

namespace premura {
namespace {

constexpr std::string_view contact_facts = "contact.";

std::string_view reason_of(const Clock& clock, const Entity::Case& open) {
    switch (clock.end) {
        case Clock::End::cancelled: return "cancelled";
        case Clock::End::restarted: return "restarted";
        case Clock::End::met:
            if (clock.ended_at > open.deadline) return "done_late";
            return open.state == Entity::Case::State::warned ? "met_in_time"
                                                             : "false_alarm_late_data";
        case Clock::End::running: break;
    }
    return "no_longer_applies";
}

// Nobody was told of it and nothing was left out: it stands for a deadline or a mark of an edit alone.
bool only_keeps_deadline(const Entity::Case& known) {
    return known.state == Entity::Case::State::warned && known.customer.empty() && known.warnings_done == 0 &&
           known.steps_done == 0;
}

}  // namespace

const TenantRules* OrdersStage::rules_of_entity() const {
    const auto found = tenants_.find(entity_.tenant);
    return found == tenants_.end() ? nullptr : &found->second;
}

// Something whose order is known is only a signpost to it: the clocks run with the order.
bool OrdersStage::linked_elsewhere() const {
    if (entity_.kind == SubjectType::order || entity_.kind == SubjectType::customer) return false;
    return std::any_of(
        entity_.subjects.begin(), entity_.subjects.end(),
        [](const Entity::Subject& subject) { return subject.type == SubjectType::order; });
}

void OrdersStage::derive(Effects* effects) {
    clocks_.clear();
    const TenantRules* rules = rules_of_entity();
    if (rules == nullptr || linked_elsewhere()) return;
    ClockProblems problems;
    derive_clocks(*rules, entity_, clocks_, problems);
    if (effects == nullptr) return;
    if (problems.missing_calendar != 0) {
        effects->count("rule_errors", "missing_calendar", problems.missing_calendar);
    }
    if (problems.failed_conditions != 0) {
        effects->count("rule_errors", "failed_condition", problems.failed_conditions);
    }
}

Entity::Case* OrdersStage::case_of(const Clock& clock) {
    for (Entity::Case& known : entity_.cases) {
        if (known.occurrence == clock.occurrence && known.subject == clock.subject &&
            is_case_of(known, *clock.rule->rule)) {
            return &known;
        }
    }
    return nullptr;
}

const Clock* OrdersStage::clock_of(const Entity::Case& known) const {
    for (const Clock& clock : clocks_) {
        if (clock.occurrence == known.occurrence && clock.subject == known.subject &&
            is_case_of(known, *clock.rule->rule)) {
            return &clock;
        }
    }
    return nullptr;
}

OrdersStage::Item OrdersStage::next_item(const Clock& clock, const Entity::Case* known) const {
    if (clock.end != Clock::End::running || clock.paused) return {};
    const Rule& rule = *clock.rule->rule;
    const Instant late_at = std::max(clock.start, clock.deadline);
    const bool opened = known != nullptr && known->state != Entity::Case::State::warned;
    if (known != nullptr && known->state == Entity::Case::State::closed) return {};
    if (opened) {
        if (known->steps_done >= rule.if_late.size()) return {};
        return {Item::Kind::step, known->steps_done,
                std::max(late_at, step_time(clock, known->steps_done))};
    }
    Item first{Item::Kind::late, 0, late_at};
    for (std::size_t i = 0; i < rule.early_warning.size(); ++i) {
        if (known != nullptr && ((known->warnings_done >> i) & 1) != 0) continue;
        const Instant planned = warning_time(clock, i);
        if (planned < first.planned) first = {Item::Kind::warning, i, planned};
    }
    return first;
}

Instant OrdersStage::next_due_of_entity() const {
    Instant next = instant_max;
    bool open = false;
    for (const Clock& clock : clocks_) {
        const Entity::Case* known = const_cast<OrdersStage*>(this)->case_of(clock);
        next = std::min(next, next_item(clock, known).planned);
        open = open || clock.paused;
    }
    for (const Entity::Case& known : entity_.cases) {
        open = open || known.state != Entity::Case::State::closed;
    }
    // An old order of which somebody tells only now is kept like one of now.
    const Instant last = std::max(entity_.last_event_time(), entity_.touched);
    if (next == instant_max) return last + (open ? options_.retention_open : options_.retention);
    // What an event says is acted upon when all that came before it is known too: what waited under a tracking
    // number until the event named its order is still on its way then. `fire` adds `settle`.
    if (entity_.touched == instant_min) return next;
    return std::max(next, entity_.touched - options_.settle);
}

bool OrdersStage::close_ended(Instant now, Effects& effects) {
    bool changed = std::erase_if(entity_.cases, [this](const Entity::Case& known) {
        if (!only_keeps_deadline(known)) return false;
        const Clock* clock = clock_of(known);
        return clock == nullptr || clock->end != Clock::End::running;
    }) != 0;
    for (Entity::Case& known : entity_.cases) {
        if (known.state == Entity::Case::State::closed) continue;
        if (const Clock* clock = clock_of(known)) {
            if (clock->end == Clock::End::running) continue;
            close(known, clock, reason_of(*clock, known), now, effects);
        } else {
            const Rule* rule = rules_->rule_or_successor(known.rule);
            if (rule != nullptr && rule->mode == Rule::Mode::paused && !entity_.is_erased()) continue;
            const std::string_view reason = entity_.is_erased() ? "erased"
                                            : linked_elsewhere() ? "linked"
                                            : rule == nullptr ? "rule_removed"
                                                              : "no_longer_applies";
            close(known, nullptr, reason, now, effects);
        }
        changed = true;
    }
    return changed;
}

void OrdersStage::close(Entity::Case& open, const Clock* clock, std::string_view reason,
                        Instant now, Effects& effects) {
    if (open.customer.empty()) {
        // All that happened to it is a warning that was left out: nobody has heard of it.
        open.state = Entity::Case::State::closed;
        return;
    }
    Finding finding = finding_for(clock, open, Finding::Kind::closed);
    finding.reason = reason;
    finding.deadline = open.deadline;
    finding.planned_at = now;
    if (clock != nullptr && clock->end != Clock::End::running) {
        finding.planned_at = clock->ended_at;
        for (const Entity::Entry& entry : entity_.history) {
            if (entry.time == clock->ended_at) finding.event = event_definition(entry.type).name;
        }
    }
    finding.decided_at = now;
    open.state = Entity::Case::State::closed;
    effects.count("cases_closed", finding.rule + "/" + finding.reason);
    tell(std::move(finding), nullptr, effects);
}

// Asks the conditions that are read when something is due, with the facts of now.
bool OrdersStage::is_still_wanted(const Clock& clock, const Item& item, Effects& effects) const {
    const Rule& rule = *clock.rule->rule;
    const Step* step = item.kind == Item::Kind::step      ? &rule.if_late[item.index]
                       : item.kind == Item::Kind::warning ? &rule.early_warning[item.index]
                                                          : nullptr;
    if (!rule.still_if.given() && (step == nullptr || !step->only_if.given())) return true;
    const EntityFacts facts{entity_, clock.subject,
                            {instant_max, item.planned, clock.started_by, clock.start},
                            *rules_of_entity()};
    int errors = 0;
    const bool wanted = holds(rule.still_if, facts, rule.on_error_match, errors) &&
                        (step == nullptr || holds(step->only_if, facts, rule.on_error_match, errors));
    if (errors != 0) effects.count("rule_errors", "failed_condition", errors);
    if (!wanted) effects.count("not_wanted_any_more", rule.id);
    return wanted;
}

// What a condition holds back has had its moment: it is remembered as done. A case that was told is closed.
void OrdersStage::forgo(const Clock& clock, const Item& item, Entity::Case* known, const Horizon& horizon,
                        Effects& effects) {
    const bool was_told = known != nullptr;
    if (!was_told) known = &entity_.cases.emplace_back(new_case(clock));
    switch (item.kind) {
        case Item::Kind::warning:
            known->warnings_done |= static_cast<std::uint8_t>(1u << item.index);
            break;
        case Item::Kind::step:
            ++known->steps_done;
            known->last_step = step_mark(clock.rule->rule->if_late[item.index]);
            break;
        case Item::Kind::late:
            if (was_told) {
                close(*known, nullptr, "no_longer_applies", horizon.stepping ? item.planned : horizon.now, effects);
            }
            known->state = Entity::Case::State::closed;
            break;
        case Item::Kind::none: break;
    }
}

Entity::Case OrdersStage::new_case(const Clock& clock) {
    Entity::Case opened;
    opened.rule = clock.rule->rule->id;
    opened.subject = clock.subject;
    opened.occurrence = clock.occurrence;
    opened.deadline = clock.deadline;
    opened.timing = clock.timing;
    return opened;
}

void OrdersStage::run(const Clock& clock, const Item& item, const Horizon& horizon,
                      Effects& effects) {
    const Rule& rule = *clock.rule->rule;
    Entity::Case* known = case_of(clock);
    if (!is_still_wanted(clock, item, effects)) {
        forgo(clock, item, known, horizon, effects);
        return;
    }
    if (known == nullptr) known = &entity_.cases.emplace_back(new_case(clock));
    const Instant decided = horizon.stepping ? item.planned : horizon.now;
    const auto say = [&](Finding::Kind kind, const Step* step) {
        if (known->customer.empty()) known->customer = customer_of_entity();
        Finding finding = finding_for(&clock, *known, kind);
        finding.planned_at = item.planned;
        finding.decided_at = decided;
        if (step != nullptr) {
            finding.warning_step = item.kind == Item::Kind::warning;
            finding.step = static_cast<int>(item.index);
            finding.verb = step->verb;
            finding.target = step->target;
            finding.text = step->text;
            finding.priority = step->priority;
        }
        tell(std::move(finding), step, effects);
    };
    switch (item.kind) {
        case Item::Kind::warning: {
            known->warnings_done |= static_cast<std::uint8_t>(1u << item.index);
            // After a stop, a warning whose deadline is past as well would only be noise.
            if (!horizon.stepping && clock.deadline <= horizon.now) break;
            if (known->customer.empty()) {
                effects.count("warnings", rule.id);
                say(Finding::Kind::warning, nullptr);
            }
            say(Finding::Kind::step, &rule.early_warning[item.index]);
            break;
        }
        case Item::Kind::late:
            known->state = Entity::Case::State::open;
            known->deadline = clock.deadline;
            known->on_trial = rule.mode == Rule::Mode::trial;
            effects.count("cases_opened", rule.id);
            say(Finding::Kind::late, nullptr);
            break;
        case Item::Kind::step:
            ++known->steps_done;
            known->last_step = step_mark(rule.if_late[item.index]);
            say(Finding::Kind::step, &rule.if_late[item.index]);
            break;
        case Item::Kind::none: break;
    }
}

// The id of the customer, or of what stands in for one that is not known: kept in the case, so that what
// is told later about it goes to the same place.
std::string_view OrdersStage::customer_of_entity() {
    for (const Entity::Subject& subject : entity_.subjects) {
        if (subject.type == SubjectType::customer && !subject.id.empty()) return subject.id;
    }
    stand_in_ = std::string{name_of(entity_.kind)} + "/" + std::string{entity_.id};
    return stand_in_;
}

Finding OrdersStage::finding_for(const Clock* clock, const Entity::Case& open,
                                 Finding::Kind kind) const {
    Finding finding;
    finding.kind = kind;
    finding.tenant = entity_.tenant;
    finding.rule = open.rule;
    finding.customer = open.customer;
    finding.order = entity_.id;
    // Under an earlier id of its rule a case keeps the name it was told by.
    const Rule* rule = rules_->rule_or_successor(open.rule);
    if (rule != nullptr) {
        finding.rule = rule->id;
        // A rule that goes live does not call about what became late while it was tried.
        finding.mode = open.on_trial ? Rule::Mode::trial : rule->mode;
        finding.subject_type = rule->subject;
    }
    finding.by_edit = open.by_edit;
    if (open.subject != Entity::no_subject) finding.subject = entity_.subjects[open.subject].id;
    if (clock != nullptr) {
        finding.started_at = clock->start;
        finding.deadline = clock->deadline;
    }
    const std::string_view whose =
        finding.subject.empty() ? std::string_view{finding.order} : std::string_view{finding.subject};
    finding.case_id = case_id_of(finding.tenant, open.rule, finding.subject_type, whose, open.occurrence);
    if (kind != Finding::Kind::closed) {
        finding.facts = facts_json(entity_, open.subject);
        finding.history = history_json(entity_);
    }
    return finding;
}

namespace {

// What an event said of the contact, and which promise it is about: {"contact":{"channel":"email"},"promise":{"id":"P1"}}.
std::string said_by(const Event& event) {
    std::string contact;
    JsonObjectWriter object{contact};
    for (const Fact& said : event.facts) {
        const std::string_view name = fact(said.number).name;
        if (name.starts_with(contact_facts) && said.value.kind == Value::Kind::text) {
            object.text(name.substr(contact_facts.size()), said.value.text);
        }
    }
    object.end();
    std::string json;
    JsonObjectWriter all{json};
    all.json("contact", contact);
    const std::string_view promise = event.subject_id(SubjectType::promise);
    if (!promise.empty()) {
        std::string id;
        JsonObjectWriter of_promise{id};
        of_promise.text("id", promise);
        of_promise.end();
        all.json("promise", id);
    }
    all.end();
    return json;
}

}  // namespace

// What is between the customer and us decides about contacts of all orders. Nobody is called because of it, so it does not
// wait for anything. What keeps a promise is told where somebody may have promised something.
void OrdersStage::tell_news(const Event& event, Instant now, Effects& effects) const {
    static const EventNumber inbound = event_named("contact.inbound")->number;
    static const EventNumber sent = event_named("contact.sent")->number;
    static const EventNumber call_done = event_named("contact.call_done")->number;
    std::string_view customer = event.subject_id(SubjectType::customer);
    bool has_promise = false;
    for (const Entity::Subject& subject : entity_.subjects) {
        if (customer.empty() && subject.type == SubjectType::customer) customer = subject.id;
        has_promise = has_promise || subject.type == SubjectType::promise;
    }
    const bool keeps_promise = has_promise && (event.type == sent || event.type == call_done);
    if (customer.empty() || (event.type != inbound && !keeps_promise)) return;
    effects.outputs.push_back(output_of(news_of(event, entity_.tenant, customer, now)));
}

Finding OrdersStage::news_of(const Event& event, std::string_view tenant, std::string_view customer, Instant now) {
    Finding finding;
    finding.kind = Finding::Kind::news;
    finding.id = derived_id({"news", hex64(event.identity), customer});
    finding.tenant = tenant;
    finding.customer = customer;
    finding.order = event.subject_id(SubjectType::order);
    finding.reason = event_definition(event.type).name;
    finding.started_at = finding.deadline = finding.planned_at = event.time;
    finding.decided_at = now;
    finding.facts = said_by(event);
    return finding;
}

void OrdersStage::tell(Finding finding, const Step* step, Effects& effects) const {
    finding.id = step != nullptr ? step_finding_id(finding.case_id, finding.warning_step, finding.step, step->id)
                                 : derived_id({finding.case_id, name_of(finding.kind)});
    effects.outputs.push_back(output_of(finding));
}

}  // namespace premura
