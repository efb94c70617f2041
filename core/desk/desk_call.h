#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/contacts/call.h"
#include "core/rules/rule_set.h"

namespace premura {

// A call task as its last record of the topic `call-tasks` tells it: what lists and orders need of it ready, its whole
// story as text.
struct DeskCall {
    enum class State : std::uint8_t {
        open,     // may be called
        waiting,  // not now: another attempt, or a call back
        over,     // merged, withdrawn or done
    };

    std::string task;
    std::string tenant;
    std::string customer;
    std::int64_t version = 0;
    State state = State::open;
    Instant decided_at;

    // While open or waiting:
    std::optional<Claim> claim;
    std::optional<CallBack> call_back;
    std::optional<Instant> retry_at;
    std::string last_outcome;
    std::string language;            // of the customer: ISO 639, lower case
    std::vector<std::string> zones;  // IANA names that are plausible for the customer; never empty
    std::string rule;                // of the first case; also when over, if the record says it
    Instant raised_at;               // also when over
    Instant free_since;              // since when somebody could have made it, but for the hours
    Instant due_at;                  // of the first case
    std::int64_t urgency = 0;        // see urgency_of(); lower is sooner
    std::string row;                 // members of CallRow but `brand` and `not_after`, as JSON without braces
    std::string body;                // the record's JSON

    // When over:
    std::string reason;              // why there is no need to call
    std::string event;               // what solved it, when an event did
    std::string merged_into;
    std::string outcome;             // of `done`
    std::optional<Person> by;        // of `done`
};

// Reads a record's JSON. Nothing when it is no call task; `error` says why, without its content. `rules` names what a
// customer's record does not say: the tenant's zone and language.
std::optional<DeskCall> desk_call_of(std::string_view json, const RuleSet& rules, std::string& error);

// What a call is ordered by.
struct Urgency {
    Instant raised_at;            // since when it waits
    Instant due_at;               // the promise that it is about
    std::string_view priority;    // low, normal, high, urgent
    double value = 0;             // what is at stake, in the tenant's currency
    int signs = 0;                // that the customer will call us next, see signs_of_a_call
};

// The moment, in milliseconds since 1970, by which the call should have been made; the earliest is made first. It does not
// depend on the time of day: what orders calls by the time left orders them alike at any moment, so that the order is kept
// in an index and never sorted anew, two daemons list alike, and whoever waits is overtaken only by what has a head start,
// for as long as that lasts.
//
//   halfway between raised_at and due_at     (due_at counts from 24 h before to 72 h after raised_at)
//   − 24 h urgent, − 8 h high, + 24 h low
//   − 1 h for each doubling of the value above 25, at most 6 h
//   − 2 h for each sign that the customer calls next, at most 6 h
std::int64_t urgency_of(const Urgency& urgency);

// The score of docs/openapi.yaml: higher is sooner. The minutes from that moment to the year 2100.
double score_of(std::int64_t urgency);

}  // namespace premura
