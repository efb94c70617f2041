#include "core/contacts/customer.h"

#include <algorithm>
#include <tuple>

#include "core/base/hash.h"

namespace premura {

// A parcel's case that goes over to the order which turns out to be its own is still the same case to warehouse
// and courier, who are pressed once. But what was to be said to nobody in particular was taken back.
std::string contact_id_of(std::string_view finding_id, Step::Verb verb, std::string_view order) {
    const bool is_heard = verb == Step::Verb::call || verb == Step::Verb::notify;
    return is_heard ? derived_id({finding_id, name_of(verb), "1", order}) : derived_id({finding_id, name_of(verb), "1"});
}

Customer::OpenCase* Customer::find_case(std::string_view case_id) {
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
