#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/contacts/customer.h"
#include "core/contacts/customer_hours.h"
#include "core/contacts/house_view.h"
#include "core/rules/rule_set.h"

namespace premura {

// Contact policy: between "a step is due" and "act" stand ordered stages. The first that does not say go
// decides, and its reason is stored and shown. docs/ARCHITECTURE.md has the list.

// What is asked for: a step of a case, at a moment.
struct ContactRequest {
    Step::Verb verb = Step::Verb::call;
    std::string_view case_id;
    std::string_view contact_id;
    Rule::Mode mode = Rule::Mode::live;
    Instant at;  // now, or the moment a hold ends
    const Customer::Contact* contact = nullptr;
};

struct Verdict {
    enum class Kind : std::uint8_t { go, hold, merge, drop };
    Kind kind = Kind::go;
    std::string_view reason;     // "quiet_hours", ...; empty for go
    Instant until = instant_max; // of hold
    std::string into;            // of merge: the contact that takes the case in
    std::string by{};            // of hold for an incident: which one
};

// What stages may look at.
struct PolicyContext {
    const Tenant* tenant = nullptr;        // null: not in the rule set any more
    Customer* customer = nullptr;
    OpenHours call_hours;  // wherever the customer may be
    OpenHours message_hours;
    // Told with any order of the customer that something is open about.
    bool do_not_call = false;
    bool do_not_write = false;
    // What the house says; null in a replay, where nobody asks it.
    const HouseView* house = nullptr;
    const RuleSet* rules = nullptr;
};

struct PolicyStage {
    std::string_view name;
    Verdict (*decide)(const ContactRequest& request, const PolicyContext& context);
};

// The case is of the share that the tenant's holdout leaves alone.
bool is_left_alone(const Tenant& tenant, const Customer::OpenCase& open);

// In their order.
std::span<const PolicyStage> policy_stages();

// The first verdict that is not go; go when all agree.
Verdict decide(const ContactRequest& request, const PolicyContext& context);

}  // namespace premura
