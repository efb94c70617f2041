#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/money.h"
#include "core/base/time.h"

namespace premura {

// What happens to a call in an agent's hands, as values that actions, answers, call tasks and the customer's state
// share. Names as docs/openapi.yaml has them.

// One of us.
struct Person {
    std::string user;
    std::string name;

    bool operator==(const Person&) const = default;
};

// A call is one agent's for a time: nobody else gets the customer until `expires_at`.
struct Claim {
    Person by;
    Instant since;
    Instant expires_at;

    bool operator==(const Claim&) const = default;
};

// When the customer asked to be called. Falls to that agent first for a quarter of an hour.
struct CallBack {
    Instant at;
    Person agreed_with;

    bool operator==(const CallBack&) const = default;
};

enum class CallOutcome : std::uint8_t {
    reached_resolved,
    reached_informed,
    reached_call_back,
    reached_wants_cancel,
    reached_wants_refund,
    reached_complaint,
    reached_other_person,
    refused_contact,
    no_answer,
    busy,
    voicemail,
    voicemail_left,
    wrong_number,
    number_dead,
};
std::string_view name_of(CallOutcome outcome);
std::span<const std::string_view> call_outcome_names();  // in the order of the enumeration
std::optional<CallOutcome> call_outcome_named(std::string_view name);
// Whether the customer was spoken to; another person at the phone is not the customer.
bool reached(CallOutcome outcome);

// What follows from an outcome.
enum class AfterCall : std::uint8_t { closed, retry, call_back, next_number, message, escalated, given_up };
std::string_view name_of(AfterCall next);
std::optional<AfterCall> after_call_named(std::string_view name);

struct OutcomeResult {
    CallOutcome outcome = CallOutcome::reached_resolved;
    AfterCall next = AfterCall::closed;
    std::optional<Instant> next_at;  // when it is tried again

    bool operator==(const OutcomeResult&) const = default;
};

// What was promised on a call.
struct CallPromise {
    std::string id;
    std::string kind;     // update, callback, delivery, refund
    std::string channel;
    Instant made_at;
    Person made_by;
    std::optional<Instant> due_at;  // nothing: the rule for its kind counts
    std::string text;
    std::string state = "running";  // running, kept, late, kept_late, withdrawn

    bool operator==(const CallPromise&) const = default;
};

// How a contact reached the one or the other, in the words of docs/openapi.yaml: phone, email, sms, chat, review, other.
// What a feed calls differently (e-mail, telephone) finds its word; what is not known is other.
std::string channel_named(std::string_view told);
// pleased, calm, worried, annoyed or angry; empty when it is none of them.
std::string mood_named(std::string_view told);

// A voucher or a refund that an agent asked for.
struct CallGesture {
    std::string id;
    std::string kind;     // voucher, refund
    Money amount;
    Instant requested_at;
    Person requested_by;
    std::string state = "requested";  // requested, done, refused
    std::string order;
    std::string note;

    bool operator==(const CallGesture&) const = default;
};

// What a customer does not want any more: calls; or calls and messages.
struct DoNotContact {
    std::string scope;  // calls, all
    std::string note;

    bool operator==(const DoNotContact&) const = default;
};

}  // namespace premura
