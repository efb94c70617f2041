#include "core/contacts/customer.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/base/hash.h"

namespace premura {

// A parcel's case that goes over to the order which turns out to be its own is still the same case to warehouse
// and courier, who are pressed once. But what was to be said to nobody in particular was taken back.
std::string contact_id_of(std::string_view finding_id, Step::Verb verb, std::string_view order) {
    const bool is_heard = verb == Step::Verb::call || verb == Step::Verb::notify;
    return is_heard ? derived_id({finding_id, name_of(verb), "1", order}) : derived_id({finding_id, name_of(verb), "1"});
}

Customer::OpenCase* Customer::find_case(std::string_view case_id) {
    return const_cast<OpenCase*>(std::as_const(*this).find_case(case_id));
}

const Customer::OpenCase* Customer::find_case(std::string_view case_id) const {
    const auto found = std::find_if(cases.begin(), cases.end(), [case_id](const OpenCase& open) {
        return open.id == case_id;
    });
    return found == cases.end() ? nullptr : &*found;
}

Customer::Contact* Customer::open_call() {
    const auto found = std::find_if(
        contacts.begin(), contacts.end(),
        [](const Contact& contact) { return contact.verb == Step::Verb::call; });
    return found == contacts.end() ? nullptr : &*found;
}

bool Customer::was_closed(std::string_view case_id) const {
    return std::find(closed_cases.begin(), closed_cases.end(), case_id) != closed_cases.end();
}

void Customer::remember_closed(std::string case_id) {
    if (closed_cases.size() >= closed_cases_max) closed_cases.erase(closed_cases.begin());
    closed_cases.push_back(std::move(case_id));
}

void Customer::decide(Decision decision) {
    if (decisions.size() >= decisions_max) decisions.erase(decisions.begin());
    decisions.push_back(std::move(decision));
}

void Customer::remember_contact(const Contact& contact, Instant at) {
    if (past.size() >= past_max) past.erase(past.begin());
    past.push_back({at, contact.verb, contact.id, contact.cases});
}

void Customer::forget_contact(std::string_view contact_id) {
    const auto last = std::find_if(past.rbegin(), past.rend(),
                                   [contact_id](const Past& each) { return each.contact == contact_id; });
    if (last != past.rend()) past.erase(std::next(last).base());
}

int Customer::Contact::unreached() const {
    return static_cast<int>(std::count_if(attempts.begin(), attempts.end(), [](const Attempt& attempt) {
        switch (attempt.outcome) {
            case CallOutcome::no_answer:
            case CallOutcome::busy:
            case CallOutcome::voicemail:
            case CallOutcome::reached_other_person: return true;
            default: return false;
        }
    }));
}

Customer::Contact* Customer::find_call(std::string_view task) {
    const auto found = std::find_if(contacts.begin(), contacts.end(), [task](const Contact& contact) {
        return contact.verb == Step::Verb::call && contact.state == Contact::State::raised && contact.id == task;
    });
    return found == contacts.end() ? nullptr : &*found;
}

const std::string* Customer::answer_to(std::string_view action_id) const {
    const auto found = std::find_if(answers.begin(), answers.end(),
                                    [action_id](const Answered& each) { return each.action == action_id; });
    return found == answers.end() ? nullptr : &found->answer;
}

bool Customer::was_told(std::string_view case_id) const {
    return std::find(told_cases.begin(), told_cases.end(), case_id) != told_cases.end();
}

void Customer::take_in(AgentAction action) {
    if (actions.size() >= actions_max) actions.erase(actions.begin());
    const auto position = std::upper_bound(actions.begin(), actions.end(), action,
                                           [](const AgentAction& one, const AgentAction& other) { return one.at < other.at; });
    actions.insert(position, std::move(action));
}

void Customer::take_in(Finding finding) {
    const auto place = [](const Finding& item) {
        return std::make_tuple(item.decided_at, std::string_view{item.case_id}, rank_of(item));
    };
    const auto before = [&place](const Finding& one, const Finding& other) {
        return place(one) < place(other);
    };
    const auto position = std::upper_bound(inbox.begin(), inbox.end(), finding, before);
    inbox.insert(position, std::move(finding));
}

}  // namespace premura
