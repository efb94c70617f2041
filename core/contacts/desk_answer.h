#pragma once

#include <optional>
#include <string>

#include "core/contacts/agent_action.h"
#include "core/contacts/call.h"
#include "core/stage.h"

namespace premura {

// What became of an action of the desk, said by the stage that decided it. Exactly one for each action, and the same one
// for its repeats.
struct DeskAnswer {
    std::string action;    // whose answer it is
    std::string kind;      // as the action names it
    std::string tenant;
    std::string customer;  // empty when it was about no customer
    std::string task;
    Instant at;            // when it was decided
    // Empty: done. Else why not: claimed_by_other, claim_lost, withdrawn, not_found, over_discretion, not_offered,
    // time_not_callable; already_closed of an incident.
    std::string problem;
    std::optional<Person> claimed_by;    // of claimed_by_other, and of claim_lost when somebody has it now
    std::string reason;                  // of withdrawn: why there is no need to call
    std::string event;                   // of withdrawn: what solved it, when an event did
    std::optional<Instant> withdrawn_at; // of withdrawn
    std::optional<Money> amount_max;     // of over_discretion
    std::optional<Instant> earliest;     // of time_not_callable

    std::optional<Claim> claim;
    std::optional<OutcomeResult> outcome;
    std::optional<CallPromise> promise;
    std::optional<CallGesture> gesture;
    std::optional<DoNotContact> do_not_contact;
    int version = 0;                     // of the call task after it; 0: unchanged
    std::string incident;                // JSON: as it is after an act of ops; empty: it was about no incident

    bool done() const { return problem.empty(); }
    bool operator==(const DeskAnswer&) const = default;
};

// A record of the topic `desk-answers`: CloudEvents in binary mode, JSON inside. Its key is the action, its partition that
// of the customer.
Output output_of(const DeskAnswer& answer);

// Nothing when the record is not an answer of a version we know; `error` says why, without its content.
std::optional<DeskAnswer> desk_answer_of(const Record& record, std::string& error);

// The same without the record around it, for a state that keeps answers.
std::string text_of(const DeskAnswer& answer);
std::optional<DeskAnswer> desk_answer_in(std::string_view json, std::string& error);

}  // namespace premura
