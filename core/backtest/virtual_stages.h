#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/contacts/contacts_stage.h"
#include "core/contacts/customer.h"
#include "core/findings/finding.h"
#include "core/incidents/incidents_stage.h"
#include "core/orders/orders_stage.h"

namespace premura {

// Which time decides.
enum class TimeOrder : std::uint8_t {
    // Records come as they came, each at its arrival, and what is not there is not known: what the
    // daemon
    // does on a wall clock whose input is complete.
    arrival,
    // Records come in the order in which things happened, as if nobody had ever lagged: what the
    // daemon does
    // with `clock: replay`.
    event_time,
};

// Hears what the stages decide, each thing once, in the order decided.
class DecisionListener {
 public:
    virtual ~DecisionListener() = default;
    // False: the contacts stage does not hear of it.
    virtual bool finding(const Finding& finding) = 0;
    // A call task, a message or a request, as it is written to its topic.
    virtual void output(const Output& output) = 0;
    // Every yes and no of the contact policy, with its reason.
    virtual void decision(const Customer& customer, const Customer::Decision& decision) = 0;
    virtual void count(const Effects::Count& count) = 0;
};

// The stages with what lies between them, in virtual time, one partition each. The house has its say by arrival only, as
// in a daemon. Owned by a
// Backtest, on its thread.
class VirtualStages {
 public:
    VirtualStages(TimeOrder order, std::shared_ptr<const RuleSet> rules,
                  DecisionListener& listener);

    // Does all that is due before `arrival`, then takes the record. In the order of arrival,
    // `arrival` must not go back; by event time the record's own time counts.
    void take(const Record& record, Instant arrival);
    // Does all that is due before that moment.
    void run_on(Instant until);
    // What they know by now.
    const OrdersStage& orders() const { return orders_; }
    const ContactsStage& contacts() const { return contacts_; }

 private:
    void run_arrivals_on(Instant until);
    void fire(const Horizon& horizon);
    void settle(Instant now);
    void deliver(const Output& output, Instant now, Effects& effects);
    void hear_decisions();

    const TimeOrder order_;
    DecisionListener& listener_;
    OrdersStage orders_;
    ContactsStage contacts_;
    IncidentsStage house_;
    Effects effects_;
    Instant now_ = instant_min;
    Instant contacts_until_ = instant_min;
    std::size_t since_collected_ = 0;
    bool decided_ = false;  // a decision was counted that was not heard yet
    // The newest decision that was heard of each customer. Customers keep a bounded list, oldest
    // first.
    std::map<std::string, std::uint64_t, std::less<>> heard_;
    Customer customer_;  // scratch
};

}  // namespace premura
