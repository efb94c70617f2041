#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/backtest/result.h"
#include "core/findings/finding.h"

namespace premura {

// One case of a rule, from its first finding to its end.
struct BacktestCase {
    std::string rule;
    std::string tenant;
    std::string order;     // or what stands in for it
    std::string customer;  // its id, or what stands in for it
    Instant started;
    Instant deadline;  // as it was when somebody was last told
    std::optional<Instant> warned;
    std::optional<Instant> late;
    std::optional<Instant> closed;
    std::string reason;             // why it was closed
    std::optional<Instant> spoken;  // our first call or message about it

    // When the rule first said something.
    Instant alarmed() const { return warned ? *warned : late.value_or(instant_max); }
};

// Keeps all cases, and when customers contacted us, and judges alarms at the end.
class CaseBook {
 public:
    // The id of the rule that says what was true, under which it takes part a second time; see
    // truth_rule.
    static constexpr std::string_view truth_suffix = "#truth";

    // The case that the finding is about, as it is now.
    BacktestCase& take(const Finding& finding);
    BacktestCase* find(const std::string& case_id);
    // A customer contacted us. `order` may be empty.
    void inbound(std::string_view tenant, std::string_view order, std::string_view customer,
                 Instant at);
    // Adds up what became of the alarms of one rule, those in the period. `warns`: it has
    // early_warning.
    struct Period {
        Instant from;
        Instant to;
        bool contains(Instant at) const { return at >= from && at < to; }
    };
    void judge(BacktestRule& rule, bool warns, bool against_other, const Period& period);
    // Before judge: what was true, from the cases of the truth rule.
    void learn_truth();

    std::int64_t open_cases(std::string_view rule) const;

 private:
    struct Truth {
        bool broken = false;
        bool running = false;  // the recording ends before it is told
        Instant deadline = instant_max;
        bool caught = false;  // scratch of judge
    };
    enum class Class { right, wrong, undecided, apart };

    static Class class_of(const BacktestCase& each);
    void judge_by_itself(BacktestRule& rule, bool warns, const Period& period);
    void judge_by_truth(BacktestRule& rule, bool warns, const Period& period);
    void measure_inbound(BacktestRule& rule, const BacktestCase& each, Instant alarmed) const;
    std::optional<Instant> first_inbound(const BacktestCase& each) const;

    std::vector<BacktestCase> cases_;
    std::unordered_map<std::string, std::size_t> index_;
    std::map<std::string, std::vector<std::size_t>, std::less<>> by_rule_;
    std::unordered_map<std::string, std::vector<Instant>>
        inbound_;                          // by tenant and order, or tenant and customer
    std::map<std::string, Truth> truths_;  // by tenant and order
};

// A copy of the rule that only watches, and tells of each of its clocks as soon as it runs.
Rule truth_rule(const Rule& rule);

}  // namespace premura
