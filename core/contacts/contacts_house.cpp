#include <algorithm>

#include "core/base/hash.h"
#include "core/contacts/contacts_stage.h"
#include "core/contacts/outputs.h"

// What the contacts stage tells the house, and what follows from what the house says.

namespace premura {

bool ContactsStage::asks_house() const { return !options_.replay; }

void ContactsStage::report(HouseReport report, Instant now, Effects& effects) {
    if (!asks_house()) return;
    report.tenant = customer_.tenant;
    report.customer = customer_.id;
    effects.outputs.push_back(output_of(report, now));
}

// Late cases are counted by the house: are they one story? Not those that an edit opened, and not those of a rule that
// nobody acts on.
void ContactsStage::tell_late(const Customer::OpenCase& open, const Finding& finding, Instant now, Effects& effects) {
    if (finding.mode != Rule::Mode::live || finding.by_edit || open.subject_type == SubjectType::promise) return;
    HouseReport late;
    late.kind = HouseReport::Kind::late_case;
    late.at = finding.planned_at;
    late.case_id = open.id;
    late.cause = cause_of(open);
    report(std::move(late), now, effects);
}

// A hold that the house will end: it must know of it.
void ContactsStage::hold_for_house(Customer::Contact& contact, const Verdict& verdict, Instant now, Effects& effects) {
    contact.has_permit = false;
    contact.held_for.clear();
    contact.held_by.clear();
    if (verdict.reason != held_for_incident && verdict.reason != held_for_rate) return;
    contact.held_for = verdict.reason;
    contact.held_by = verdict.by;
    HouseReport held;
    held.kind = verdict.reason == held_for_incident ? HouseReport::Kind::held : HouseReport::Kind::ask;
    held.at = contact.planned_at;
    held.contact = contact.id;
    held.verb = contact.verb;
    held.priority = contact.priority;
    held.incident = verdict.by;
    if (held.kind == HouseReport::Kind::ask) held.rates = rates_of(customer_, contact, *rules_);
    report(std::move(held), now, effects);
}

// A call on the list, or between two attempts, goes back until the incident lets it go.
void ContactsStage::hold_for_incident(Customer::Contact& call, const Verdict& verdict, Instant now, Effects& effects) {
    call.waiting = false;
    tell_task(call, {TaskState::withdrawn, std::string{held_for_incident}}, now, effects);
    call.state = Customer::Contact::State::held;
    call.hold_until = instant_max;
    hold_for_house(call, verdict, now, effects);
}

// It does not wait any more, for a reason of ours.
void ContactsStage::leave_house(Customer::Contact& contact, Instant now, Effects& effects) {
    if (contact.held_for.empty()) return;
    contact.held_for.clear();
    contact.held_by.clear();
    HouseReport gone;
    gone.kind = HouseReport::Kind::gone;
    gone.contact = contact.id;
    gone.verb = contact.verb;
    gone.at = contact.planned_at;
    report(std::move(gone), now, effects);
}

void ContactsStage::take_word(const HouseWord& word, Instant now, Effects& effects) {
    if (!asks_house()) return;
    switch (word.kind) {
        case HouseWord::Kind::opened:
            house_.open(word.cover);
            return for_each_open(word.cover.tenant, [&] { return take_cover(word.cover, now, effects); });
        case HouseWord::Kind::closed:
            house_.close(word.cover.incident);
            return for_each_open(word.cover.tenant, [&] { return drop_cover(word.cover.incident, now); });
        case HouseWord::Kind::go:
        case HouseWord::Kind::wait: return take_permit(word, now, effects);
    }
}

// Calls `change` with each customer at hand with whom something is open; true when it has changed the customer.
template <typename Change>
void ContactsStage::for_each_open(const std::string& tenant, Change change) {
    const std::vector<Key128> keys{open_.begin(), open_.end()};
    for (const Key128& key : keys) {
        if (!decode(store_.find(key), customer_) || customer_.tenant != tenant) continue;
        if (change()) keep_customer(key);
    }
}

// An incident has begun, or goes on with a message: calls that nobody has made yet are taken back and held.
bool ContactsStage::take_cover(const IncidentCover& cover, Instant now, Effects& effects) {
    bool changed = false;
    for (Customer::Contact& contact : customer_.contacts) {
        const bool raised = contact.state == Customer::Contact::State::raised;
        // What is held is asked again when its time comes; what an agent has at the phone goes on.
        if (!raised || contact.claim) continue;
        const IncidentCover* covering = house_.covering(customer_, contact);
        if (covering == nullptr) continue;
        note(contact, now, "withdrawn", held_for_incident, effects);
        customer_.forget_contact(contact.id);
        note(contact, now, "held", held_for_incident, effects);
        hold_for_incident(contact, {Verdict::Kind::hold, held_for_incident, instant_max, {}, covering->incident}, now, effects);
        changed = true;
    }
    return write_about(cover, now, effects) || changed;
}

// It is over: what it held is decided anew, as soon as the news are known.
bool ContactsStage::drop_cover(const std::string& incident, Instant now) {
    bool changed = false;
    for (Customer::Contact& contact : customer_.contacts) {
        if (contact.held_by != incident) continue;
        contact.held_for.clear();
        contact.held_by.clear();
        contact.hold_until = now;
        changed = true;
    }
    return changed;
}

void ContactsStage::take_permit(const HouseWord& word, Instant now, Effects& effects) {
    const Key128 key = key128({word.cover.tenant, word.customer});
    if (!decode(store_.find(key), customer_)) return;
    for (Customer::Contact& contact : customer_.contacts) {
        const bool waits = contact.id == word.contact && contact.held_by == word.by &&
                           contact.held_for == (word.by.empty() ? held_for_rate : held_for_incident);
        if (!waits) continue;
        if (word.kind == HouseWord::Kind::wait) {
            note(contact, now, "held", held_for_rate, effects);
        } else {
            contact.held_for.clear();
            contact.held_by.clear();
            if (word.by.empty()) contact.has_permit = true;
            if (!word.by.empty()) contact.released_from.push_back(word.by);
            contact.hold_until = now;
        }
        return keep_customer(key);
    }
}

// The message of an incident goes once to each customer in it, under the limits of the policy.
bool ContactsStage::write_about(const IncidentCover& cover, Instant now, Effects& effects) {
    auto& told = customer_.told_of;
    if (cover.message.empty() || std::find(told.begin(), told.end(), cover.incident) != told.end()) return false;
    Customer::Contact contact;
    for (const Customer::OpenCase& open : customer_.cases) {
        const Rule* rule = rules_->rule(open.rule);
        const bool acted_on = rule != nullptr && rule->mode == Rule::Mode::live;
        if (open.late && acted_on && cover.about.covers(cause_of(open))) contact.cases.push_back(open.id);
    }
    if (contact.cases.empty()) return false;
    // What is left alone is not told of beside what is not. When it is all there is, the policy says so.
    if (const Tenant* tenant = rules_->tenant(customer_.tenant)) {
        const auto left = std::stable_partition(
            contact.cases.begin(), contact.cases.end(),
            [&](const std::string& id) { return !is_left_alone(*tenant, *customer_.find_case(id)); });
        if (left != contact.cases.begin()) contact.cases.erase(left, contact.cases.end());
    }
    if (told.size() >= Customer::told_of_max) told.erase(told.begin());
    told.push_back(cover.incident);
    contact.id = derived_id({"incident-message", cover.incident, customer_.tenant, customer_.id});
    contact.verb = Step::Verb::notify;
    contact.target = "customer";
    contact.text = cover.message;
    contact.planned_at = now;
    contact.incident = cover.incident;
    contact.released_from = {cover.incident};
    act(std::move(contact), Rule::Mode::live, now, effects);
    return true;
}

}  // namespace premura
