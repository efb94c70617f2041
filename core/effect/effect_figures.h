#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/effect/case_result.h"

namespace premura {

// A part of a whole.
struct Share {
    std::int64_t part = 0;
    std::int64_t whole = 0;
    bool operator==(const Share&) const = default;
};

// A difference of two shares with its interval.
struct ShareDifference {
    double value = 0;
    double low = 0;
    double high = 0;
};

// `one` minus `other`, with an interval that holds the true difference with the confidence that `z` stands for (1.96: 95 %).
// Newcombe's hybrid score interval (R. G. Newcombe, Statistics in Medicine 17, 1998, method 10), which keeps its word for small
// groups and shares near 0 and 1. Both wholes must be above 0.
ShareDifference difference_of(const Share& one, const Share& other, double z = 1.959964);

// Does contacting first help? Counted over results. Where orders are meant, several cases of one order are one.
struct EffectFigures {
    std::int64_t orders_delayed = 0;
    std::int64_t outreaches = 0;
    Share beat_rate;       // of the delayed orders that were not left alone on purpose, those where we spoke first
    struct LeadTime {      // from our first word to the customer's own contact, of orders where we spoke first and they came
        std::optional<Milliseconds> p10, median, p90;
        std::int64_t count = 0;
    } lead_time;
    Share calls_back;      // of the orders we spoke about, those where the customer contacted us after
    Share precision;       // of the cases flagged, those that were late indeed
    // Orders of which the customer contacted us: those left alone, and those not. By what was meant to be done, so that a
    // call that reached nobody counts as well.
    Share contacted_us_holdout, contacted_us_treated;
    Share promises_kept;

    // Contacts avoided per 100 delayed orders; nothing without a holdout.
    std::optional<ShareDifference> avoided_per_100() const;
};

// All results that are remembered, to ask for figures. Knows no clock. One thread.
class EffectBook {
 public:
    // The oldest leave beyond so many.
    static constexpr std::size_t results_max = 1'000'000;

    // False for a repeat.
    bool add(CaseResult result);

    struct Question {
        std::vector<std::string> tenants;  // only these
        std::string from, to;              // days, both included: "2026-06-01"
    };
    EffectFigures figures(const Question& question) const;
    // By tenant and rule.
    std::map<std::pair<std::string, std::string>, EffectFigures> by_rule(const Question& question) const;
    // By day; days without a result are not there.
    std::map<std::string, EffectFigures> by_day(const Question& question) const;

    std::size_t size() const { return results_.size(); }

 private:
    template <typename Key>
    auto by(const Question& question, Key key) const;

    std::deque<CaseResult> results_;
    std::unordered_set<std::string> ids_;
};

}  // namespace premura
