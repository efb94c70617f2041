#include "core/contacts/contacts_stage.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/contacts/outputs.h"
#include "core/contacts/put_aside.h"
#include "core/orders/routing.h"

namespace premura {
namespace {

Key128 key_of(std::string_view tenant, std::string_view customer) {
    return key128({tenant, customer});
}

// When a contact that waits is looked at again: one that is held, or a call that is tried later.
Instant waits_until(const Customer::Contact& contact) {
    if (contact.state == Customer::Contact::State::held) return contact.hold_until;
    return contact.waiting ? contact.retry_at : instant_max;
}

}  // namespace

ContactsStage::ContactsStage(ContactsOptions options, std::shared_ptr<const RuleSet> rules)
    : options_{options} {
    use(std::move(rules));
}

void ContactsStage::use(std::shared_ptr<const RuleSet> rules) {
    rules_ = std::move(rules);
    hours_.use(rules_);
}

std::string_view ContactsStage::find(std::string_view tenant, std::string_view customer) const {
    return store_.find(key_of(tenant, customer));
}

void ContactsStage::restore(std::string_view state_key, std::string_view value) {
    if (state_key == HouseView::state_key) {
        house_.restore(value);
        return;
    }
    if (!decode(value, customer_)) return;
    const Key128 key = key_of(customer_.tenant, customer_.id);
    store_.restore(key, value, next_due_of_customer());
    if (customer_.idle()) {
        open_.erase(key);
    } else {
        open_.insert(key);
    }
}

// Stores the customer at hand.
void ContactsStage::put_back(const Key128& key, Instant due) {
    encode(customer_, encoded_);
    store_.put(key, encoded_, due);
    if (customer_.idle()) {
        open_.erase(key);
    } else {
        open_.insert(key);
    }
}

void ContactsStage::apply(const Record& record, Instant arrival, Effects& effects) {
    if (record.topic.find("house-words") != record.topic.npos) {
        if (const auto word = house_word_of(record)) return take_word(*word, arrival, effects);
    }
    if (header_of(record, "ce_type") == agent_action_type) return apply_action(record, arrival, effects);
    std::string error;
    std::optional<Finding> finding = finding_of(record, error);
    if (!finding) {
        effects.count("findings_rejected");
        effects.outputs.push_back(put_aside(record, error, arrival));
        return;
    }
    const Key128 key = key_of(finding->tenant, finding->customer);
    const std::string_view stored = store_.find(key);
    if (stored.empty() || !decode(stored, customer_)) {
        // What ends with an erased customer is told after they are forgotten.
        if (finding->kind == Finding::Kind::closed && finding->reason == "erased") return;
        customer_ = Customer{};
        customer_.tenant = finding->tenant;
        customer_.id = finding->customer;
    }
    const Instant decided = finding->decided_at;
    // On a wall clock what was decided is acted upon as it comes; in a replay it waits for those that were decided
    // earlier elsewhere.
    const bool at_once = !options_.replay && decided <= arrival && customer_.inbox.empty();
    if (at_once) {
        take(*finding, arrival, effects);
    } else {
        customer_.take_in(std::move(*finding));
    }
    keep_customer(key);
}

// What stands of the customer at hand goes back; nothing of one whose data must go.
void ContactsStage::keep_customer(const Key128& key) {
    if (!customer_.erased) return put_back(key, next_due_of_customer());
    store_.erase(key, customer_.tenant + "/" + customer_.id);
    open_.erase(key);
}

void ContactsStage::fire(const Horizon& horizon, Effects& effects) {
    for (const KeyedStore::Due& due : waiting_) store_.rearm(due.key, due.at);
    waiting_.clear();
    const Instant limit =
        horizon.stepping ? std::min(horizon.now, horizon.complete_until) : horizon.now;
    while (const auto due = store_.pop_due(limit)) {
        if (!decode(store_.find(due->key), customer_)) continue;
        advance(horizon, effects);
        const Instant next = next_due_of_customer();
        if (customer_.erased || (customer_.idle() && customer_.watches.empty() && next <= limit)) {
            forget_tasks(horizon.now, effects);
            store_.erase(due->key, customer_.tenant + "/" + customer_.id);
            open_.erase(due->key);
            continue;
        }
        put_back(due->key, next <= limit ? instant_max : next);
        if (next <= limit) waiting_.push_back({due->key, next});
    }
}

std::optional<Instant> ContactsStage::next_due() const {
    std::optional<Instant> next = store_.next_due();
    for (const KeyedStore::Due& due : waiting_) {
        if (!next || due.at < *next) next = due.at;
    }
    return next;
}

// Takes what came in and what was held, in the order of time. News come before the end of a hold at the same
// moment, so that a call about what was just solved is not made.
void ContactsStage::advance(const Horizon& horizon, Effects& effects) {
    const Instant news_until =
        horizon.stepping ? std::min(horizon.now, horizon.complete_until) : horizon.now;
    const Instant release_until = std::min(horizon.now, horizon.complete_until);
    while (!customer_.erased) {
        const Instant news =
            customer_.inbox.empty() ? instant_max : customer_.inbox.front().decided_at;
        const Instant held = next_release();
        const Instant action = customer_.actions.empty() ? instant_max : customer_.actions.front().at;
        const Instant lease = next_lease_end();
        if (news <= news_until && news <= std::min({held, action, lease})) {
            const Finding finding = std::move(customer_.inbox.front());
            customer_.inbox.erase(customer_.inbox.begin());
            take(finding, horizon.stepping ? news : horizon.now, effects);
        } else if (action <= news_until && action <= std::min(held, lease)) {
            const AgentAction next = std::move(customer_.actions.front());
            customer_.actions.erase(customer_.actions.begin());
            take(next, action, effects);
        } else if (lease <= news_until && (lease <= held || !horizon.stepping)) {
            // It runs out by the clock alone, whatever is still to be read.
            end_leases(horizon.stepping ? lease : horizon.now, effects);
        } else if (held <= release_until) {
            const auto contact = std::find_if(
                customer_.contacts.begin(), customer_.contacts.end(),
                [held](const Customer::Contact& candidate) { return waits_until(candidate) == held; });
            release(static_cast<std::size_t>(contact - customer_.contacts.begin()),
                    horizon.stepping ? held : horizon.now, effects);
        } else {
            tell_results(release_until, effects);
            return;
        }
    }
}

// What became of cases of which nothing more will be heard.
void ContactsStage::tell_results(Instant until, Effects& effects) {
    if (case_watch::next_end(customer_) > until) return;
    const Tenant* tenant = rules_->tenant(customer_.tenant);
    if (tenant == nullptr || !tenant->call_calendar) {
        customer_.watches.clear();  // of a brand that is gone
        return;
    }
    for (const CaseResult& result : case_watch::take_results(customer_, *tenant->call_calendar, until)) {
        count_result(result, effects);
        effects.outputs.push_back(output_of(result, customer_.tenant + "/" + customer_.id, until));
    }
}

Instant ContactsStage::next_release() const {
    Instant next = instant_max;
    for (const Customer::Contact& contact : customer_.contacts) next = std::min(next, waits_until(contact));
    return next;
}

Instant ContactsStage::next_due_of_customer() const {
    Instant next = std::min(next_release(), next_lease_end());
    if (!customer_.inbox.empty()) next = std::min(next, customer_.inbox.front().decided_at);
    if (!customer_.actions.empty()) next = std::min(next, customer_.actions.front().at);
    next = std::min(next, case_watch::next_end(customer_));
    // Who does not want to hear from us is remembered for as long as they are not erased.
    if (customer_.idle() && customer_.watches.empty()) next = customer_.stop ? instant_max : customer_.touched + options_.retention;
    return next;
}

void ContactsStage::take(const Finding& finding, Instant now, Effects& effects) {
    customer_.touched = std::max(customer_.touched, now);
    case_watch::take(customer_, finding, now);
    switch (finding.kind) {
        case Finding::Kind::warning:
        case Finding::Kind::late:
            follow_promises(finding);
            open(finding, now, effects);
            return;
        case Finding::Kind::step: step(finding, now, effects); return;
        case Finding::Kind::closed:
            follow_promises(finding);
            close(finding, now, effects);
            return;
        case Finding::Kind::news: take_news(finding, now, effects); return;
    }
}

// What happened between the customer and us, by whatever way.
void ContactsStage::take_news(const Finding& finding, Instant now, Effects& effects) {
    if (finding.reason == "customer.erased") {
        for (std::size_t i = customer_.contacts.size(); i-- > 0;) {
            const bool raised = customer_.contacts[i].state == Customer::Contact::State::raised;
            note(customer_.contacts[i], now, raised ? "withdrawn" : "dropped", "erased", effects);
            leave_house(customer_.contacts[i], now, effects);
        }
        forget_tasks(now, effects);
        customer_.erased = true;
        return;
    }
    const auto states = [this] {
        std::vector<std::string> all;
        for (const auto& made : customer_.promises) all.push_back(made.promise.state);
        return all;
    };
    const auto before = states();
    follow_promises(finding);
    if (finding.reason != "contact.inbound") {
        // Whoever has the call before them sees that it is kept.
        Customer::Contact* open = states() == before ? nullptr : customer_.open_call();
        if (open != nullptr && open->state == Customer::Contact::State::raised) {
            tell_task(*open, {TaskState::open, "promise"}, now, effects);
        }
        return;
    }
    customer_.inbound_at = std::max(customer_.inbound_at, finding.started_at);
    case_watch::contacted_us(customer_, finding.order, finding.started_at);
    boost::system::error_code error;
    const boost::json::value facts = boost::json::parse(finding.facts, error);
    const auto said = [&facts](std::string_view pointer) {
        boost::system::error_code unknown;
        const auto* value = facts.find_pointer(pointer, unknown);
        return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
    };
    const std::string channel = channel_named(said("/contact/channel"));
    keep(customer_.talks, {finding.started_at, true, channel, {}, said("/contact/outcome"), mood_named(said("/contact/mood")), {}},
         Customer::talks_max);
    std::string text = said("/contact/text");
    if (!text.empty()) keep(customer_.told, {finding.started_at, channel, std::move(text)}, Customer::told_max);
    Customer::Contact* call = customer_.open_call();
    if (call == nullptr || call->state != Customer::Contact::State::raised) return;
    tell_task(*call, {TaskState::open, "customer_in_touch"}, now, effects);
}

void ContactsStage::open(const Finding& finding, Instant now, Effects& effects) {
    if (customer_.was_closed(finding.case_id)) return;
    Customer::OpenCase* known = customer_.find_case(finding.case_id);
    if (known == nullptr) known = &customer_.cases.emplace_back();
    const bool is_newly_late = finding.kind == Finding::Kind::late && !known->late;
    known->id = finding.case_id;
    known->rule = finding.rule;
    known->order = finding.order;
    known->subject_type = finding.subject_type;
    known->subject = finding.subject;
    known->late = finding.kind == Finding::Kind::late;
    known->started_at = finding.started_at;
    known->deadline = finding.deadline;
    known->facts = finding.facts;
    known->history = finding.history;
    known->by_edit = finding.by_edit;
    if (!is_newly_late || !asks_house()) return;
    tell_late(*known, finding, now, effects);
    if (finding.mode != Rule::Mode::live) return;
    for (const IncidentCover* cover : house_.with_message(customer_.tenant, cause_of(*known))) {
        write_about(*cover, now, effects);
    }
}

// What was expected came: whatever was asked for this case alone is taken back at once, at any hour.
void ContactsStage::close(const Finding& finding, Instant now, Effects& effects) {
    const auto is_case = [&finding](const std::string& id) { return id == finding.case_id; };
    for (std::size_t i = 0; i < customer_.contacts.size();) {
        Customer::Contact& contact = customer_.contacts[i];
        const auto own = std::find_if(contact.cases.begin(), contact.cases.end(), is_case);
        if (own == contact.cases.end()) {
            ++i;
            continue;
        }
        const bool raised = contact.state == Customer::Contact::State::raised;
        if (contact.cases.size() > 1) {
            contact.cases.erase(own);
            if (raised) tell_task(contact, {TaskState::open, finding.reason}, now, effects);
            ++i;
            continue;
        }
        note(contact, now, raised ? "withdrawn" : "dropped", finding.reason, effects);
        leave_house(contact, now, effects);
        if (raised) {
            // Whoever has it at the phone has made the call.
            if (!contact.claim) customer_.forget_contact(contact.id);
            end_call(i, {TaskState::withdrawn, finding.reason, finding.event}, now, effects);
        } else {
            customer_.contacts.erase(customer_.contacts.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
    const auto gone = std::remove_if(
        customer_.cases.begin(), customer_.cases.end(),
        [&finding](const Customer::OpenCase& open) { return open.id == finding.case_id; });
    customer_.cases.erase(gone, customer_.cases.end());
    // One that was closed because its order became known may open again there; one that is not late after an edit may be
    // late again.
    const bool goes_on = finding.reason == "linked" || finding.reason == "deadline_moved";
    if (!goes_on && !customer_.was_closed(finding.case_id)) {
        customer_.remember_closed(finding.case_id);
    }
}

void ContactsStage::step(const Finding& finding, Instant now, Effects& effects) {
    Customer::Contact contact;
    contact.verb = finding.verb;
    contact.id = contact_id_of(finding.id, finding.verb, finding.order);
    contact.target = finding.target;
    contact.text = finding.text;
    contact.priority = finding.priority;
    contact.planned_at = finding.planned_at;
    contact.cases = {finding.case_id};
    // A step brings the newest facts along.
    if (Customer::OpenCase* known = customer_.find_case(finding.case_id)) {
        known->facts = finding.facts;
        known->history = finding.history;
    }
    act(std::move(contact), finding.mode, now, effects);
}

void ContactsStage::act(Customer::Contact contact, Rule::Mode mode, Instant now,
                        Effects& effects) {
    const ContactRequest request{contact.verb, contact.cases.front(), contact.id, mode, now, &contact};
    const Verdict verdict = decide(request, context());
    switch (verdict.kind) {
        case Verdict::Kind::drop:
            note(contact, now, "dropped", verdict.reason, effects);
            if (verdict.reason == left_alone) case_watch::left_alone(customer_, contact.cases);
            return;
        case Verdict::Kind::merge:
            note(contact, now, "merged", verdict.reason, effects);
            merge(contact, verdict.into, now, effects);
            return;
        case Verdict::Kind::hold:
            // Whether a rule makes it wait at all, the house will say.
            if (verdict.reason != held_for_rate) note(contact, now, "held", verdict.reason, effects);
            hold_for_house(contact, verdict, now, effects);
            contact.hold_until = verdict.until;
            contact.state = Customer::Contact::State::held;
            customer_.contacts.push_back(std::move(contact));
            return;
        case Verdict::Kind::go: raise(std::move(contact), now, effects); return;
    }
}

// The case joins the call that is open or held already. The call of its own that it would have been leaves
// a record, so that every task that was ever due can be found.
void ContactsStage::merge(const Customer::Contact& contact, const std::string& into, Instant now,
                          Effects& effects) {
    for (Customer::Contact& open : customer_.contacts) {
        if (open.id != into) continue;
        for (const std::string& id : contact.cases) {
            if (std::find(open.cases.begin(), open.cases.end(), id) == open.cases.end()) {
                open.cases.push_back(id);
            }
        }
        open.priority = std::max(open.priority, contact.priority);
        // With this case it may not have to wait any more.
        if (!open.held_for.empty() && open.verb == Step::Verb::call) {
            leave_house(open, now, effects);
            open.hold_until = now;
        }
        if (open.state == Customer::Contact::State::raised) {
            tell_task(open, {TaskState::open, "case_added"}, now, effects);
        }
    }
    if (contact.verb != Step::Verb::call) return;
    Customer::Contact merged = contact;
    merged.raised_at = now;
    tell_task(merged, {TaskState::merged, "one_call_for_all_open_cases"}, now, effects);
}

void ContactsStage::raise(Customer::Contact contact, Instant now, Effects& effects) {
    contact.state = Customer::Contact::State::raised;
    contact.raised_at = now;
    contact.has_permit = false;
    contact.hold_until = instant_max;
    switch (contact.verb) {
        case Step::Verb::call: {
            tell_task(contact, {}, now, effects);
            note(contact, now, "raised", "", effects);
            customer_.remember_contact(contact, now);
            // Messages that wait for the same customer are left to the call.
            for (std::size_t i = customer_.contacts.size(); i-- > 0;) {
                Customer::Contact& other = customer_.contacts[i];
                if (other.verb != Step::Verb::notify) continue;
                leave_house(other, now, effects);
                note(other, now, "merged", "one_call_for_all_open_cases", effects);
                customer_.contacts.erase(customer_.contacts.begin() +
                                         static_cast<std::ptrdiff_t>(i));
            }
            customer_.contacts.push_back(std::move(contact));
            return;
        }
        case Step::Verb::notify:
            effects.outputs.push_back(notification(customer_, contact, *rules_, now));
            customer_.remember_contact(contact, now);
            case_watch::spoke(customer_, contact.cases, now);
            if (!contact.incident.empty()) {
                HouseReport told;
                told.kind = HouseReport::Kind::told;
                told.incident = contact.incident;
                told.at = now;
                report(std::move(told), now, effects);
            }
            keep(customer_.deeds, {now, "message", contact.target, contact.text}, Customer::deeds_max);
            break;
        case Step::Verb::escalate:
            effects.outputs.push_back(escalation(customer_, contact, *rules_, now));
            keep(customer_.deeds, {now, "escalation", contact.target, contact.text}, Customer::deeds_max);
            break;
        case Step::Verb::expedite:
            effects.outputs.push_back(expedite(customer_, contact, *rules_, now));
            keep(customer_.deeds, {now, "expedite", contact.target, contact.text}, Customer::deeds_max);
            break;
    }
    note(contact, now, "sent", "", effects);
}

// A hold is over: everything is asked again, as if it were new.
void ContactsStage::release(std::size_t index, Instant now, Effects& effects) {
    customer_.touched = std::max(customer_.touched, now);
    if (customer_.contacts[index].waiting) return call_again(index, now, effects);
    Customer::Contact contact = customer_.contacts[index];
    customer_.contacts.erase(customer_.contacts.begin() + static_cast<std::ptrdiff_t>(index));
    act(std::move(contact), Rule::Mode::live, now, effects);
}

// Every record of a call task is the next version of it. The topic keeps the newest of each task; the oldest task that
// is over leaves it when a customer has too many.
void ContactsStage::tell_task(Customer::Contact& contact, TaskChange change, Instant now, Effects& effects) {
    ++contact.version;
    change.zones = zones();
    effects.outputs.push_back(call_task(customer_, contact, change, *rules_, now));
    std::vector<std::string>& tasks = customer_.tasks;
    if (std::find(tasks.begin(), tasks.end(), contact.id) != tasks.end()) return;
    if (tasks.size() >= Customer::tasks_max) {
        const auto over = std::find_if(tasks.begin(), tasks.end(), [this](const std::string& task) {
            return customer_.find_call(task) == nullptr;
        });
        if (over != tasks.end()) {
            effects.outputs.push_back(forgotten_task(customer_, *over, now));
            tasks.erase(over);
        }
    }
    tasks.push_back(contact.id);
}

void ContactsStage::end_call(std::size_t index, TaskChange change, Instant now, Effects& effects) {
    Customer::Contact call = std::move(customer_.contacts[index]);
    customer_.contacts.erase(customer_.contacts.begin() + static_cast<std::ptrdiff_t>(index));
    call.claim.reset();
    call.waiting = false;
    keep(customer_.ended_calls, {call.id, change.state == TaskState::done ? "done" : change.reason, change.event, now},
         Customer::ended_calls_max);
    tell_task(call, std::move(change), now, effects);
}

void ContactsStage::forget_tasks(Instant now, Effects& effects) {
    for (const std::string& task : customer_.tasks) effects.outputs.push_back(forgotten_task(customer_, task, now));
    customer_.tasks.clear();
}

void ContactsStage::note(const Customer::Contact& contact, Instant at, std::string_view outcome,
                         std::string_view reason, Effects& effects) {
    std::string rule;
    if (const Customer::OpenCase* open = customer_.find_case(contact.cases.front())) {
        rule = open->rule;
    }
    std::string label{name_of(contact.verb)};
    label += '/';
    label += outcome;
    if (!reason.empty()) label += '/' + std::string{reason};
    effects.count("contacts", std::move(label));
    customer_.decide({at, contact.id, contact.verb, std::move(rule), std::string{outcome},
                      std::string{reason}});
}

PolicyContext ContactsStage::context() {
    PolicyContext context;
    context.customer = &customer_;
    context.tenant = rules_->tenant(customer_.tenant);
    context.rules = rules_.get();
    if (asks_house()) context.house = &house_;
    if (context.tenant == nullptr) return context;
    const ToldOfCustomer told = told_of(customer_);
    context.do_not_call = told.do_not_call || customer_.stop.has_value();
    context.do_not_write = told.do_not_write || (customer_.stop && customer_.stop->scope == "all");
    context.call_hours = hours_.of(*context.tenant, CustomerHours::Channel::call, told);
    context.message_hours = hours_.of(*context.tenant, CustomerHours::Channel::message, told);
    return context;
}

void ContactsStage::collect_state(Effects& effects) {
    store_.take_changes(
        [this, &effects](std::string_view bytes) {
            if (decode(bytes, customer_)) {
                effects.state.push_back(
                    {customer_.tenant + "/" + customer_.id, std::string{bytes}});
            }
        },
        [&effects](std::string removed) {
            effects.state.push_back({std::move(removed), std::nullopt});
        });
    if (house_.take_changed()) effects.state.push_back({std::string{HouseView::state_key}, house_.encoded()});
}

}  // namespace premura
