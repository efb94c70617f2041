#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/rules/rule_set.h"
#include "core/story/story_runner.h"

namespace premura {

// What the tests made the rules do, counted from what really ran. One number a line: in how many
// tests.
class StoryCoverage {
 public:
    struct StepCount {
        bool warning = false;
        int number = 0;    // in its ladder, from 1
        std::string does;  // "call: customer"
        int tests = 0;
    };
    struct BranchCount {
        RuleBranch branch = RuleBranch::expect;
        int tests = 0;
    };
    struct OfRule {
        std::string rule;
        std::string file;
        int line = 0;
        int tests = 0;  // that started it
        std::vector<StepCount> steps;
        std::vector<BranchCount> branches;
    };
    struct Totals {
        int rules = 0;
        int rules_tested = 0;
        int steps = 0;
        int steps_run = 0;
        int branches = 0;
        int branches_taken = 0;
        bool complete() const {
            return rules == rules_tested && steps == steps_run && branches == branches_taken;
        }
    };

    explicit StoryCoverage(const RuleSet& rules);

    void add(const StoryResult& result);

    const std::vector<OfRule>& rules() const { return rules_; }
    Totals totals() const;
    // Rules that no test started.
    std::vector<std::string> untested() const;
    // What no test did with a rule that was tested, as sentences.
    static std::vector<std::string> gaps(const OfRule& rule);

 private:
    std::vector<OfRule> rules_;  // in the order of the rule set
};

}  // namespace premura
