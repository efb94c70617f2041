#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/money.h"
#include "core/base/time.h"
#include "core/rules/rule.h"

namespace premura {

// How a tenant's calls are made: for how long one is an agent's, and what follows when nobody answers.
struct CallRules {
    Milliseconds lease = std::chrono::minutes{10};  // of a claim, renewed by the open page
    // Attempts at one call that reached nobody; after the last of them it is given up.
    int attempts_max = 3;
    // The pause after the first attempt that ended so, after the second, and so on; the last one counts for all further
    // ones. Never empty. Business time is that of the hours in which customers may be called.
    std::vector<Duration> no_answer = {elapsed(std::chrono::hours{2}), elapsed(std::chrono::days{1})};
    std::vector<Duration> busy = {elapsed(std::chrono::minutes{15}), elapsed(std::chrono::hours{2})};
    std::vector<Duration> voicemail = {elapsed(std::chrono::days{1})};
    // What is written to the customer instead of more calls; empty: the message whose script the call has.
    std::string then_message;
    // Who hears that a customer wants to cancel, wants a refund or complains, and that no number is right.
    std::string wishes_to = "customer-care";

    static Duration elapsed(Milliseconds time) { return {Duration::Unit::elapsed, time, 0}; }
    bool operator==(const CallRules&) const = default;
};

// What an agent may offer on a call without asking anybody.
struct Discretion {
    std::optional<Money> voucher;  // of one call together; nothing: none may be offered
    std::optional<Money> refund;
    std::string system = "payments";  // that is asked for it, as an expedite is

    bool operator==(const Discretion&) const = default;
};

}  // namespace premura
