#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/stage.h"

namespace premura {

// What became of one case, or of one promise, told once when enough time has passed to know: the measure of whether
// contacting first helps. Names nobody: the order is a hash, and no customer is told. Records of the topic `case-results`.
struct CaseResult {
    enum class Kind : std::uint8_t { delay, promise };

    Kind kind = Kind::delay;
    std::string id;           // of the case; of the promise
    std::string tenant;
    std::string rule;         // of a delay
    std::string order;        // hash of tenant and order: tells orders apart, and no more
    std::string day;          // "2026-06-04": when it became late, or was promised, on the tenant's calendar
    Instant late_at;          // the deadline; of a promise when it was due
    bool right = true;        // it was late indeed; of a promise: it was kept in time
    bool holdout = false;     // left alone on purpose, for comparison
    int outreaches = 0;       // calls that reached somebody, and messages, that were first of all about this case
    Instant spoke_at = instant_max;    // our first word to the customer about it
    Instant inbound_at = instant_max;  // the customer's first own contact after it started

    // We spoke, and the customer had not contacted us before.
    bool spoke_first() const { return spoke_at != instant_max && spoke_at < inbound_at; }
    // The customer contacted us although we had spoken.
    bool called_back() const { return spoke_at != instant_max && inbound_at != instant_max && inbound_at > spoke_at; }
    bool operator==(const CaseResult&) const = default;
};

// The record, on the partition of `partition_key`. Its CloudEvents id is the result's: a repeat is recognised.
Output output_of(const CaseResult& result, std::string_view partition_key, Instant now);
// Counts it for metrics: cases by whether they were right, orders by who spoke first, and so on. Without anybody's id.
void count_result(const CaseResult& result, Effects& effects);
// Nothing when the record is no result of a version we know; `error` says why.
std::optional<CaseResult> case_result_of(const Record& record, std::string& error);

}  // namespace premura
