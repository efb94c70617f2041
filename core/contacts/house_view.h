#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/contacts/customer.h"
#include "core/incidents/house_messages.h"
#include "core/rules/rule_set.h"

namespace premura {

// Reasons of a hold whose end the house decides.
constexpr std::string_view held_for_incident = "incident";
constexpr std::string_view held_for_rate = "rate_limit";
// Why a contact is not made: the order belongs to the share that is left alone.
constexpr std::string_view left_alone = "holdout";

// What late cases may have in common, as the facts of this one say it.
Cause cause_of(const Customer::OpenCase& open);

// Belongs the case to the share that is left alone? By its order, so that all rules say the same of it, and whatever
// becomes of rules; by its subject when it has no order.
bool is_held_out(std::string_view tenant, const Customer::OpenCase& open, double share);

// Which rates must let the contact go: those of its cases' rules, and of edits that opened them. Empty when one of its
// cases needs none: then it goes with that one.
std::vector<std::string> rates_of(const Customer& customer, const Customer::Contact& contact, const RuleSet& rules);

// The open incidents as a partition of the contacts stage knows them.
class HouseView {
 public:
    // The key of its state record. No customer is called so: their keys begin with a tenant, which rules name.
    static constexpr std::string_view state_key = "premura/house";
    // More open incidents than that are not followed.
    static constexpr std::size_t incidents_max = 10'000;

    // Takes over what an earlier run wrote; empty bytes: nothing.
    void restore(std::string_view bytes);
    std::string encoded() const;
    // Has anything changed that is not written yet?
    bool take_changed();

    void open(const IncidentCover& cover);
    void close(std::string_view incident);

    // The incident that holds this contact: one that covers all of its cases, and has not released it. Null: none.
    const IncidentCover* covering(const Customer& customer, const Customer::Contact& contact) const;
    // The incidents with a message that this case belongs to.
    std::vector<const IncidentCover*> with_message(std::string_view tenant, const Cause& cause) const;

 private:
    std::map<std::string, IncidentCover, std::less<>> covers_;  // by incident
    bool changed_ = false;
};

}  // namespace premura
