#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/contacts/call.h"
#include "core/stage.h"

namespace premura {

// What an agent wants to do with a call. The stage that owns the customer decides it and answers with a DeskAnswer; who
// asked by which daemon does not matter.
struct AgentAction {
    enum class Kind : std::uint8_t { claim, renew, release, outcome, promise, gesture, do_not_contact };

    std::string id;        // derived from user and Idempotency-Key: a repeat has the same
    Kind kind = Kind::claim;
    std::string tenant;
    std::string customer;  // as Finding::customer names them
    std::string task;
    Person by;
    bool lead = false;     // may give back anybody's call
    Instant at;            // when it was asked

    // Of `outcome`:
    CallOutcome outcome = CallOutcome::reached_resolved;
    std::optional<Instant> call_back_at;
    std::string mood;      // pleased, calm, worried, annoyed, angry, or empty
    std::string number;    // which one was called; empty: the first usable one
    // Of `promise`:
    std::string promise_kind;  // update, callback, delivery, refund
    std::string channel;       // phone, email, sms, chat, review, other
    std::optional<Instant> due_at;
    std::optional<std::chrono::seconds> within;
    std::string text;
    // Of `gesture`:
    std::string gesture_kind;  // voucher, refund
    Money amount;
    std::string order;
    // Of `do_not_contact`:
    std::string scope;     // calls, all

    std::string note;      // of outcome, gesture and do_not_contact

    bool operator==(const AgentAction&) const = default;
};

// The `ce_type` of its records.
constexpr std::string_view agent_action_type = "premura.agent-action.v1";

std::string_view name_of(AgentAction::Kind kind);

// A record of the topic `agent-actions`: CloudEvents in binary mode, JSON inside, keyed by tenant and customer as
// findings are.
Output output_of(const AgentAction& action);

// Nothing when the record is not an action of a version we know; `error` says why, without its content.
std::optional<AgentAction> agent_action_of(const Record& record, std::string& error);

}  // namespace premura
