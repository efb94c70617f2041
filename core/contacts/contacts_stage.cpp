#include "core/contacts/contacts_stage.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/contacts/outputs.h"

namespace premura {
namespace {

Key128 key_of(std::string_view tenant, std::string_view customer) {
    return key128({tenant, customer});
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
void ContactsStage::keep(const Key128& key, Instant due) {
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
    std::string error;
    std::optional<Finding> finding = finding_of(record, error);
    if (!finding) {
        effects.count("findings_rejected");
        Output output;
        output.topic = "quarantine";
        output.key = record.topic + "/" + std::to_string(record.partition) + "/" +
                     std::to_string(record.offset);
        output.partition_key = output.key;
        output.value = record.value;
        output.headers = record.headers;
        output.headers.emplace_back("premura-rejection", error);
        output.timestamp = arrival;
        effects.outputs.push_back(std::move(output));
        return;
    }
    const Key128 key = key_of(finding->tenant, finding->customer);
    const std::string_view stored = store_.find(key);
    if (stored.empty() || !decode(stored, customer_)) {
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
    keep(key, next_due_of_customer());
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
        if (customer_.idle() && next <= limit) {
            store_.erase(due->key, customer_.tenant + "/" + customer_.id);
            open_.erase(due->key);
            continue;
        }
        keep(due->key, next <= limit ? instant_max : next);
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
    for (;;) {
        const Instant news =
            customer_.inbox.empty() ? instant_max : customer_.inbox.front().decided_at;
        const Instant held = next_release();
        if (news <= news_until && news <= held) {
            const Finding finding = std::move(customer_.inbox.front());
            customer_.inbox.erase(customer_.inbox.begin());
            take(finding, horizon.stepping ? news : horizon.now, effects);
        } else if (held <= release_until) {
            const auto contact = std::find_if(
                customer_.contacts.begin(), customer_.contacts.end(),
                [held](const Customer::Contact& candidate) {
                    return candidate.state == Customer::Contact::State::held &&
                           candidate.hold_until == held;
                });
            release(static_cast<std::size_t>(contact - customer_.contacts.begin()),
                    horizon.stepping ? held : horizon.now, effects);
        } else {
            return;
        }
    }
}

Instant ContactsStage::next_release() const {
    Instant next = instant_max;
    for (const Customer::Contact& contact : customer_.contacts) {
        if (contact.state == Customer::Contact::State::held) {
            next = std::min(next, contact.hold_until);
        }
    }
    return next;
}

Instant ContactsStage::next_due_of_customer() const {
    Instant next = next_release();
    if (!customer_.inbox.empty()) next = std::min(next, customer_.inbox.front().decided_at);
    if (customer_.idle()) next = customer_.touched + options_.retention;
    return next;
}

void ContactsStage::take(const Finding& finding, Instant now, Effects& effects) {
    customer_.touched = std::max(customer_.touched, now);
    switch (finding.kind) {
        case Finding::Kind::warning:
        case Finding::Kind::late: open(finding, now, effects); return;
        case Finding::Kind::step: step(finding, now, effects); return;
        case Finding::Kind::closed: close(finding, now, effects); return;
        case Finding::Kind::news: customer_.inbound_at = std::max(customer_.inbound_at, finding.started_at); return;
    }
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
        const bool last = contact.cases.size() == 1;
        if (!last) contact.cases.erase(own);
        if (raised) {
            ++contact.version;
            effects.outputs.push_back(call_task(customer_, contact,
                                                last ? TaskState::withdrawn : TaskState::open,
                                                finding.reason, *rules_, now));
        }
        if (!last) {
            ++i;
            continue;
        }
        note(contact, now, raised ? "withdrawn" : "dropped", finding.reason, effects);
        leave_house(contact, now, effects);
        if (raised) customer_.forget_contact(contact.id);
        customer_.contacts.erase(customer_.contacts.begin() + static_cast<std::ptrdiff_t>(i));
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
            ++open.version;
            effects.outputs.push_back(
                call_task(customer_, open, TaskState::open, "case_added", *rules_, now));
        }
    }
    if (contact.verb != Step::Verb::call) return;
    Customer::Contact merged = contact;
    merged.version = 1;
    merged.raised_at = now;
    effects.outputs.push_back(call_task(customer_, merged, TaskState::merged,
                                        "one_call_for_all_open_cases", *rules_, now));
}

void ContactsStage::raise(Customer::Contact contact, Instant now, Effects& effects) {
    contact.state = Customer::Contact::State::raised;
    contact.raised_at = now;
    ++contact.version;  // one that an incident took back goes on counting
    contact.has_permit = false;
    contact.hold_until = instant_max;
    switch (contact.verb) {
        case Step::Verb::call: {
            effects.outputs.push_back(
                call_task(customer_, contact, TaskState::open, "", *rules_, now));
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
            if (!contact.incident.empty()) {
                HouseReport told;
                told.kind = HouseReport::Kind::told;
                told.incident = contact.incident;
                told.at = now;
                report(std::move(told), now, effects);
            }
            break;
        case Step::Verb::escalate:
            effects.outputs.push_back(escalation(customer_, contact, *rules_, now));
            break;
        case Step::Verb::expedite:
            effects.outputs.push_back(expedite(customer_, contact, *rules_, now));
            break;
    }
    note(contact, now, "sent", "", effects);
}

// A hold is over: everything is asked again, as if it were new.
void ContactsStage::release(std::size_t index, Instant now, Effects& effects) {
    customer_.touched = std::max(customer_.touched, now);
    Customer::Contact contact = customer_.contacts[index];
    customer_.contacts.erase(customer_.contacts.begin() + static_cast<std::ptrdiff_t>(index));
    act(std::move(contact), Rule::Mode::live, now, effects);
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
    context.do_not_call = told.do_not_call;
    context.do_not_write = told.do_not_write;
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
