#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <map>
#include <set>

#include "tests/simulation/policy_checks.h"

namespace premura {
namespace {

using std::chrono::days;

class WaitsCheck {
 public:
    WaitsCheck(const PolicyEvidence& evidence, std::vector<Violation>& violations)
        : evidence_{evidence}, result_{evidence.result}, violations_{violations} {}

    void run() { check_steps(); }

 private:
    void complain(std::string property, const std::string& customer, const std::string& what) {
        violations_.push_back({std::move(property), customer, what});
    }

    // Each step that was found due was raised, sent, merged or dropped with a reason that is kept; what is held will go on,
    // unless nobody knows where the customer is.
    void check_steps() {
        std::map<std::string, const Customer*> customers;
        for (const Customer& customer : result_.customers) customers[customer.id] = &customer;
        for (const auto& committed : result_.findings) {
            const Finding& finding = committed.content;
            if (finding.kind != Finding::Kind::step) continue;
            const auto found = customers.find(finding.customer);
            if (found == customers.end()) {
                complain("13 nobody waits for ever", finding.customer, "is forgotten");
                continue;
            }
            const Customer& customer = *found->second;
            if (customer.decisions.size() >= Customer::decisions_max) continue;
            const std::string id = contact_id_of(finding.id, finding.verb, finding.order);
            const Customer::Decision* last = nullptr;
            for (const auto& decision : customer.decisions) {
                if (decision.contact == id) last = &decision;
            }
            const bool waits = std::any_of(customer.contacts.begin(), customer.contacts.end(), [&](const auto& contact) {
                return contact.id == id && contact.state == Customer::Contact::State::held;
            });
            const bool has_reason = last != nullptr && (last->outcome == "raised" || last->outcome == "sent" || !last->reason.empty());
            if (!waits && (!has_reason || last->outcome == "held")) {
                complain("13 nobody waits for ever", finding.customer,
                         fmt::format("step {} of {} planned {}: {}", finding.step, finding.rule, format_utc(finding.planned_at),
                                     last == nullptr ? "no answer" : last->outcome + " " + last->reason));
            }
        }
        for (const Customer& customer : result_.customers) {
            if (!customer.inbox.empty()) complain("13 nobody waits for ever", customer.id, "has findings nobody looked at");
            for (const Customer::Contact& contact : customer.contacts) check_waiting(customer, contact);
        }
    }

    void check_waiting(const Customer& customer, const Customer::Contact& contact) {
        if (contact.claim && contact.claim->expires_at <= result_.wall_end) {
            complain("13 nobody waits for ever", customer.id, "is kept by " + contact.claim->by.user + ", whose lease ran out at " +
                                                                  format_utc(contact.claim->expires_at));
        }
        const bool held = contact.state == Customer::Contact::State::held;
        const Instant until = held ? contact.hold_until : contact.waiting ? contact.retry_at : instant_max;
        if (!held && !contact.waiting) return;
        std::string reason;
        for (const auto& decision : customer.decisions) {
            if (decision.contact == contact.id) reason = decision.reason;
        }
        const bool is_young = contact.planned_at + days{30} > result_.wall_end;
        // Limits of a few days, and a night after them.
        if (is_young && until > result_.wall_end && until < result_.wall_end + days{9}) return;
        if (reason == "quiet_hours" && is_needed(customer, contact, until)) return;
        if (until == instant_max && reason == "time_zone_unknown" && contact.held_for.empty() && nowhere(customer)) return;
        complain("13 nobody waits for ever", customer.id,
                 fmt::format("{} {} planned {} waits until {}: {} {} {}", name_of(contact.verb), contact.id,
                             format_utc(contact.planned_at), until == instant_max ? "told otherwise" : format_utc(until),
                             reason, contact.held_for, contact.held_by));
    }

    // No hour before it suits every place where the customer may be. Hours begin and end with quarters.
    bool is_needed(const Customer& customer, const Customer::Contact& contact, Instant until) const {
        const Tenant& tenant = evidence_.tenant();
        const CalendarSpec& hours = contact.verb == Step::Verb::call ? tenant.call_hours : tenant.message_hours;
        const std::vector<std::string> zones = plausible_zones(evidence_.place_of(customer.id));
        if (zones.size() < 2 || until == instant_max) return false;
        for (Instant at = std::chrono::ceil<std::chrono::hours>(result_.wall_end); at < until; at += std::chrono::minutes{15}) {
            const bool suits = std::all_of(zones.begin(), zones.end(),
                                           [&](const std::string& zone) { return naive_is_open(hours, zone, at); });
            if (suits) return false;
        }
        return true;
    }

    // Nothing tells where the customer is, or no hour suits.
    bool nowhere(const Customer& customer) const {
        const Whereabouts most = evidence_.place_of(customer.id);
        return most.country == "RU" || evidence_.tenant().hold_unknown_zone;
    }

    const PolicyEvidence& evidence_;
    const RunResult& result_;
    std::vector<Violation>& violations_;
};

}  // namespace

void check_waits(const PolicyEvidence& evidence, std::vector<Violation>& violations) {
    WaitsCheck{evidence, violations}.run();
}

}  // namespace premura
