#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <map>
#include <set>

#include "tests/simulation/cases.h"
#include "tests/simulation/checks.h"

namespace premura {
namespace {

namespace json = boost::json;

enum class Kind { call, notification, escalation, expedite };

// What is in a record that left the contacts stage.
struct Contact {
    Kind kind = Kind::call;
    std::string id;  // of the event
    std::string task;
    std::string customer;
    std::vector<std::string> cases;
    std::set<std::string> zones;  // of the customer, as the cases know it; empty: not known
    int version = 1;
    std::string state;
    Instant decided_at;
    std::size_t step = 0;
};

std::string header(const Record& record, std::string_view name) {
    for (const auto& [key, value] : record.headers) {
        if (key == name) return value;
    }
    return {};
}

std::string text(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value == nullptr ? std::string{} : std::string{value->as_string()};
}

Contact read(const Committed<Record>& committed) {
    const Record& record = committed.content;
    const json::value parsed = json::parse(record.value);
    const json::object& object = parsed.as_object();
    Contact contact;
    const std::string type = header(record, "ce_type");
    if (type.starts_with("premura.expedite.")) contact.kind = Kind::expedite;
    if (type.starts_with("premura.notification.")) contact.kind = Kind::notification;
    if (type.starts_with("premura.escalation.")) contact.kind = Kind::escalation;
    contact.id = header(record, "ce_id");
    contact.customer = text(object, "customer");
    contact.decided_at = parse_rfc3339(text(object, "decided_at")).value();
    contact.step = committed.step;
    for (const json::value& one : object.at("cases").as_array()) {
        contact.cases.push_back(text(one.as_object(), "case"));
        const json::object& facts = one.at("facts").as_object();
        const json::value* customer = facts.if_contains("customer");
        contact.zones.insert(customer == nullptr ? std::string{} : text(customer->as_object(), "time_zone"));
    }
    if (contact.kind == Kind::call) {
        contact.task = text(object, "task");
        contact.version = static_cast<int>(object.at("version").as_int64());
        contact.state = text(object, "state");
    }
    return contact;
}

// A customer that nobody knows has the name of what stands in for one.
CaseName name_of_case(const Contact& contact, const std::string& case_id) {
    return {case_id, contact.customer.starts_with("shipment/")};
}

class ContactsCheck {
 public:
    ContactsCheck(const Evidence& evidence, std::vector<Violation>& violations)
        : evidence_{evidence}, violations_{violations} {
        for (const Committed<Record>& record : evidence.result.contacts) contacts_.push_back(read(record));
        for (Case& one : cases_of(evidence)) cases_.emplace(one.name, std::move(one));
    }

    void run() {
        std::set<std::string> ids;
        for (const Contact& contact : contacts_) {
            // Requests keep their id when a case goes over to its order, so that the second is known as a repeat.
            const bool is_heard = contact.kind == Kind::call || contact.kind == Kind::notification;
            const std::string home = is_heard ? std::string{} : contact.customer.substr(0, 9);
            if (!ids.insert(home + contact.id).second) complain("1 each contact once", contact, "came twice");
            check_grounds(contact);
            if (contact.kind == Kind::call) follow(contact);
            if (contact.state == "open" && contact.version == 1) check_hours(contact, rules().call_hours);
            if (contact.kind == Kind::notification) check_hours(contact, rules().message_hours);
            check_hold(contact);
        }
        check_open_tasks();
        check_states();
        check_every_step();
    }

 private:
    const SimulationRules& rules() const { return evidence_.rules; }

    void complain(std::string property, const Contact& contact, const std::string& text) {
        std::string story;
        for (const std::string& id : contact.cases) {
            const auto found = cases_.find(name_of_case(contact, id));
            if (found != cases_.end() && found->second.story) story = found->second.story->name;
        }
        violations_.push_back({std::move(property), story,
                               fmt::format("contact {} of {} at {}: {}", contact.id, contact.customer,
                                           format_utc(contact.decided_at), text)});
    }

    // It is about cases that somebody found, and not for trial.
    void check_grounds(const Contact& contact) {
        if (contact.cases.empty()) complain("5 about a case", contact, "about nothing");
        for (const std::string& id : contact.cases) {
            const auto found = cases_.find(name_of_case(contact, id));
            if (found == cases_.end() || found->second.findings[0]->step > contact.step) {
                complain("5 about a case", contact, "about a case that nobody found");
            } else if (found->second.findings[0]->content.mode != Rule::Mode::live) {
                complain("6 trial is heard by nobody", contact, "for " + found->second.findings[0]->content.rule);
            }
        }
    }

    // Versions count up from 1, and a customer has one open call at most.
    void follow(const Contact& contact) {
        const auto [place, is_new] = tasks_.try_emplace(contact.task, &contact);
        if (is_new ? contact.version != 1 : contact.version != place->second->version + 1) {
            complain("1 versions without gaps", contact, fmt::format("version {}", contact.version));
        }
        if (!is_new && place->second->state != "open") {
            complain("1 nothing after a withdrawal", contact, "after " + place->second->state);
        }
        place->second = &contact;
        if (contact.state != "open") return;
        for (const auto& [task, other] : tasks_) {
            if (task != contact.task && other->customer == contact.customer && other->state == "open") {
                complain("5 one call a customer", contact, "beside " + task);
            }
        }
    }

    void check_hours(const Contact& contact, const std::map<std::string, NaiveCalendar>& hours) {
        const std::string& own = rules().set->tenant(SimulationRules::tenant)->timezone;
        const bool open = std::any_of(contact.zones.begin(), contact.zones.end(), [&](const std::string& zone) {
            return hours.at(zone.empty() ? own : zone).is_open(contact.decided_at);
        });
        if (!open) complain("5 inside the customer's hours", contact, "outside");
    }

    // What waited for its hours is let go only when what came before them is known.
    void check_hold(const Contact& contact) {
        if (contact.version != 1 || contact.state == "merged") return;
        const std::string& id = contact.kind == Kind::call ? contact.task : contact.id;
        for (const Customer& customer : evidence_.result.customers) {
            for (const Customer::Decision& decision : customer.decisions) {
                if (decision.contact != id || decision.outcome != "held") continue;
                check_hold(contact, decision.at);
            }
        }
    }
    void check_hold(const Contact& contact, Instant held_at) {
        const auto& hours = contact.kind == Kind::call ? rules().call_hours : rules().message_hours;
        const std::string& own = rules().set->tenant(SimulationRules::tenant)->timezone;
        const auto found = cases_.find(name_of_case(contact, contact.cases[0]));
        if (contact.zones.size() != 1 || found == cases_.end()) return;
        const std::string& zone = *contact.zones.begin();
        const NaiveCalendar& calendar = hours.at(zone.empty() ? own : zone);
        if (calendar.is_open(held_at)) return;
        const Instant opening = calendar.add_time(held_at, Milliseconds{1}, {}) - Milliseconds{1};
        const Case& one = found->second;
        if (!one.story || !one.key) return;
        const auto runs = [](const ModelClock* clock, Knowledge::Known) {
            return clock != nullptr && clock->ended.empty();
        };
        if (!evidence_.knowledge.explains(*one.story, one.story->before(opening), one.story->until(contact.step),
                                          *one.key, runs)) {
            complain("2 never a call when the end was known", contact, "held until " + format_utc(opening));
        }
    }

    bool is_open(const Contact& contact, const std::string& case_id) const {
        const auto found = cases_.find(name_of_case(contact, case_id));
        return found != cases_.end() && found->second.closed() == nullptr;
    }

    void check_open_tasks() {
        std::set<CaseName> called;
        for (const auto& [task, last] : tasks_) {
            if (last->state != "open") continue;
            for (const std::string& id : last->cases) {
                called.insert(name_of_case(*last, id));
                if (!is_open(*last, id)) complain("5 withdrawn when closed", *last, "is about a closed case at the end");
            }
        }
        for (const auto& [name, one] : cases_) {
            if (one.closed() != nullptr || one.findings[0]->content.mode != Rule::Mode::live) continue;
            for (const auto* finding : one.findings) {
                if (finding->content.kind != Finding::Kind::step || finding->content.verb != Step::Verb::call) continue;
                if (called.contains(name)) continue;
                violations_.push_back({"5 nobody waits for ever", finding->content.order,
                                       finding->content.rule + ": an open case whose call was never raised"});
            }
        }
    }

    void check_states() {
        for (const Customer& customer : evidence_.result.customers) {
            for (const Customer::Contact& contact : customer.contacts) {
                const bool waits = contact.state == Customer::Contact::State::held;
                if (waits && contact.hold_until <= evidence_.result.wall_end) {
                    violations_.push_back({"5 nobody waits for ever", {},
                                           customer.id + " holds a contact since " + format_utc(contact.planned_at)});
                }
            }
            if (!customer.inbox.empty()) {
                violations_.push_back({"5 nobody waits for ever", {}, customer.id + " has findings nobody looked at"});
            }
        }
    }

    // Each step of a case leads to one thing done or to one reason why not.
    void check_every_step() {
        std::map<std::pair<std::string, Step::Verb>, int> balance;
        for (const auto& [name, one] : cases_) {
            for (const auto* finding : one.findings) {
                const Finding& step = finding->content;
                if (step.kind == Finding::Kind::step) ++balance[{step.customer, step.verb}];
            }
        }
        for (const Contact& contact : contacts_) {
            if (contact.version == 1) --balance[{contact.customer, verb_of(contact.kind)}];
        }
        for (const Customer& customer : evidence_.result.customers) {
            if (customer.decisions.size() >= Customer::decisions_max) return;
            std::set<std::string> raised;
            for (const Customer::Decision& decision : customer.decisions) {
                if (decision.outcome == "raised" || decision.outcome == "sent") raised.insert(decision.contact);
            }
            for (const Customer::Decision& decision : customer.decisions) {
                // A call that joins another one leaves a task of its own, which was counted above.
                const bool joined = decision.outcome == "merged" && decision.verb != Step::Verb::call;
                const bool ended = joined || decision.outcome == "dropped" || decision.outcome == "withdrawn";
                if (ended && !raised.contains(decision.contact)) --balance[{customer.id, decision.verb}];
            }
        }
        for (const auto& [who, open] : balance) {
            if (open == 0) continue;
            violations_.push_back({"5 every step is answered", {},
                                   fmt::format("{}: {} of {} {}{}", who.first, name_of(who.second), std::abs(open),
                                               open > 0 ? "unanswered" : "too many", what_is_kept_of(who.first))});
        }
    }

    // For people: what waits for a customer, and what was decided.
    std::string what_is_kept_of(const std::string& name) const {
        std::string kept;
        for (const Customer& customer : evidence_.result.customers) {
            if (customer.id != name) continue;
            for (const Customer::Contact& contact : customer.contacts) {
                kept += fmt::format("\n  kept: {} {} planned {} held until {} {}", name_of(contact.verb), contact.id,
                                    format_utc(contact.planned_at),
                                    contact.hold_until == instant_max ? "told otherwise" : format_utc(contact.hold_until),
                                    contact.held_for);
            }
            for (const Customer::Decision& decision : customer.decisions) {
                kept += fmt::format("\n  decided: {} {} {} {} {}", format_utc(decision.at), decision.contact,
                                    name_of(decision.verb), decision.outcome, decision.reason);
            }
        }
        return kept;
    }

    static Step::Verb verb_of(Kind kind) {
        switch (kind) {
            case Kind::call: return Step::Verb::call;
            case Kind::notification: return Step::Verb::notify;
            case Kind::escalation: return Step::Verb::escalate;
            case Kind::expedite: return Step::Verb::expedite;
        }
        return Step::Verb::call;
    }

    const Evidence& evidence_;
    std::vector<Violation>& violations_;
    std::vector<Contact> contacts_;
    std::map<CaseName, Case> cases_;
    std::map<std::string, const Contact*> tasks_;  // the last version of each
};

}  // namespace

void check_contacts(const Evidence& evidence, std::vector<Violation>& violations) {
    ContactsCheck{evidence, violations}.run();
}

}  // namespace premura
