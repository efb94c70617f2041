#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/base/keyed_store.h"
#include "core/contacts/customer.h"
#include "core/contacts/customer_hours.h"
#include "core/contacts/desk_answer.h"
#include "core/contacts/house_view.h"
#include "core/contacts/outputs.h"
#include "core/contacts/policy.h"
#include "core/rules/rule_set.h"
#include "core/stage.h"

namespace premura {

struct ContactsOptions {
    // What happens waits for its place in time: in a replay, findings of several partitions come out of order.
    bool replay = false;
    // How long a customer with nothing open is remembered.
    Milliseconds retention = std::chrono::days{90};
};

// The second stage: findings and agents' actions in, call tasks, notifications, expedites and answers to agents out. Keyed by customer, so that
// three late orders of one person become one call.
class ContactsStage final : public Stage {
 public:
    ContactsStage(ContactsOptions options, std::shared_ptr<const RuleSet> rules);

    void restore(std::string_view key, std::string_view value) override;
    void apply(const Record& record, Instant arrival, Effects& effects) override;
    void fire(const Horizon& horizon, Effects& effects) override;
    std::optional<Instant> next_due() const override;
    void collect_state(Effects& effects) override;
    void use(std::shared_ptr<const RuleSet> rules) override;
    std::size_t size() const override { return store_.size(); }

    // For who asks between two steps: everything by key, and one customer (as Finding::customer names them), encoded
    // as decode() reads it; empty when there is none. Valid until the next step.
    const KeyedStore& store() const { return store_; }
    std::string_view find(std::string_view tenant, std::string_view customer) const;

 private:
    void advance(const Horizon& horizon, Effects& effects);
    void take(const Finding& finding, Instant now, Effects& effects);
    void open(const Finding& finding, Instant now, Effects& effects);
    void close(const Finding& finding, Instant now, Effects& effects);
    void step(const Finding& finding, Instant now, Effects& effects);
    void act(Customer::Contact contact, Rule::Mode mode, Instant now, Effects& effects);
    void merge(const Customer::Contact& contact, const std::string& into, Instant now,
               Effects& effects);
    void raise(Customer::Contact contact, Instant now, Effects& effects);
    void release(std::size_t index, Instant now, Effects& effects);
    void keep_customer(const Key128& key);
    void take_news(const Finding& finding, Instant now, Effects& effects);
    void tell_task(Customer::Contact& contact, TaskChange change, Instant now, Effects& effects);
    void end_call(std::size_t index, TaskChange change, Instant now, Effects& effects);
    void forget_tasks(Instant now, Effects& effects);
    void note(const Customer::Contact& contact, Instant at, std::string_view outcome,
              std::string_view reason, Effects& effects);
    PolicyContext context();
    void put_back(const Key128& key, Instant due);

    // contacts_house.cpp
    bool asks_house() const;
    void report(HouseReport report, Instant now, Effects& effects);
    void tell_late(const Customer::OpenCase& open, const Finding& finding, Instant now, Effects& effects);
    void hold_for_house(Customer::Contact& contact, const Verdict& verdict, Instant now, Effects& effects);
    void hold_for_incident(Customer::Contact& call, const Verdict& verdict, Instant now, Effects& effects);
    void leave_house(Customer::Contact& contact, Instant now, Effects& effects);
    void take_word(const HouseWord& word, Instant now, Effects& effects);
    template <typename Change>
    void for_each_open(const std::string& tenant, Change change);
    bool take_cover(const IncidentCover& cover, Instant now, Effects& effects);
    bool drop_cover(const std::string& incident, Instant now);
    void take_permit(const HouseWord& word, Instant now, Effects& effects);
    bool write_about(const IncidentCover& cover, Instant now, Effects& effects);

    Instant next_release() const;
    void tell_results(Instant until, Effects& effects);
    Instant next_due_of_customer() const;

    // What agents do with a call: call_claims.cpp.
    struct Act {
        const AgentAction& action;
        Instant now;
        DeskAnswer& answer;
        Effects& effects;
    };
    void apply_action(const Record& record, Instant arrival, Effects& effects);
    void take(const AgentAction& action, Instant now, Effects& effects);
    void claim(Act act);
    void renew(Act act);
    void give_back(Act act);
    Customer::Contact* own_call(Act act);
    void refuse_ended(Act act) const;
    Instant next_lease_end() const;
    void end_leases(Instant now, Effects& effects);
    Instant callable_from(Instant time);
    std::vector<std::string> zones();

    // How calls end, and what follows: call_outcomes.cpp.
    void record_outcome(Act act);
    void decide_outcome(Act act, std::size_t index, OutcomeResult& result);
    void try_again(Act act, std::size_t index, OutcomeResult& result);
    void try_next_number(Act act, std::size_t index, OutcomeResult& result);
    void finish(Act act, std::size_t index);
    bool write_instead(const Customer::Contact& call, Act act);
    void tell_team(const Customer::Contact& call, Act act);
    void call_again(std::size_t index, Instant now, Effects& effects);

    // What is promised, given and refused on a call: call_wishes.cpp.
    void make_promise(Act act);
    void ask_gesture(Act act);
    void stop_contacts(Act act);
    void stop(std::string_view scope, Act act);
    void follow_promises(const Finding& finding);

    ContactsOptions options_;
    std::shared_ptr<const RuleSet> rules_;
    KeyedStore store_;
    CustomerHours hours_;
    // Customers whose hold is over, but whose orders may have news that was not read yet.
    std::vector<KeyedStore::Due> waiting_;

    // Customers with whom something is open: those whom an incident may be about.
    struct KeyHash {
        using is_avalanching = void;
        std::size_t operator()(const Key128& key) const { return key.low; }
    };
    boost::unordered_flat_set<Key128, KeyHash> open_;
    HouseView house_;

    Customer customer_;  // the one at hand
    std::string encoded_;
};

}  // namespace premura
