#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/backtest/result.h"
#include "core/contacts/customer.h"
#include "core/stage.h"

namespace premura {

// A record that left the contacts stage, in short.
struct BacktestAction {
    enum class Kind : std::uint8_t {
        call,
        call_changed,
        merged,
        withdrawn,
        message,
        request,
        escalation
    };

    Instant at;
    Kind kind = Kind::call;
    std::string id;  // of the task, message or request: what the daemon calls it
    std::string tenant;
    std::string customer;
    std::string what;  // script, message, request
    std::string to;    // customer, a team, a system
    std::string reason;
    std::vector<std::string> cases;
    std::vector<std::string> rules;   // of the cases that are still open
    std::vector<std::string> orders;  // the same
};
std::string_view name_of(BacktestAction::Kind kind);

// The record as an action; nothing when it is none (quarantine, incidents).
std::optional<BacktestAction> action_of(const Output& output);

// What contacts had to wait for, and what became of them.
class ContactBook {
 public:
    // One decision of the policy. `reported`: it lies in the period. `rule` may be null.
    void take(const Customer::Decision& decision, bool reported, BacktestRule* rule);
    void finish(BacktestResult& result);

 private:
    struct Held {
        Instant since;
        std::set<std::string> reasons;
    };
    std::unordered_map<std::string, Held> held_;  // contacts that are waiting, by id
    std::set<std::string> waited_;                // contact and reason, each counted once
    std::map<std::string, BacktestHold> holds_;
    Lengths held_for_;
};

}  // namespace premura
