#include "core/story/story_coverage.h"

#include <fmt/format.h>

namespace premura {
namespace {

void add_steps(const std::vector<Step>& steps, bool warning,
               std::vector<StoryCoverage::StepCount>& counts) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
        counts.push_back({warning, static_cast<int>(i) + 1,
                          fmt::format("{}: {}", name_of(steps[i].verb), steps[i].target), 0});
    }
}

// What did not happen in any test, for people.
std::string_view lack_of(RuleBranch branch) {
    switch (branch) {
        case RuleBranch::where:
            return "in no test does 'where' turn a start away";
        case RuleBranch::only_if:
            return "in no test does 'only_if' turn a start away";
        case RuleBranch::exceptions:
            return "in no test does an exception turn a start away";
        case RuleBranch::still_if:
            return "in no test does 'still_if' or a step's 'only_if' hold something back";
        case RuleBranch::expect:
            return "in no test comes what is expected in time";
        case RuleBranch::expect_where:
            return "in no test does 'expect_where' turn an event away";
        case RuleBranch::unless:
            return "in no test is it called off by 'unless'";
        case RuleBranch::pause_between:
            return "in no test does 'pause_between' move the deadline";
        case RuleBranch::again:
            return "in no test is there a second start";
    }
    return {};
}

}  // namespace

StoryCoverage::StoryCoverage(const RuleSet& rules) {
    for (const Rule& rule : rules.rules) {
        // One that is paused does nothing, so nothing of it can be tested.
        if (rule.mode == Rule::Mode::paused) continue;
        OfRule counts;
        counts.rule = rule.id;
        counts.file = rule.file;
        counts.line = rule.line;
        add_steps(rule.early_warning, true, counts.steps);
        add_steps(rule.if_late, false, counts.steps);
        for (const RuleBranch branch : branches_of(rule, rules))
            counts.branches.push_back({branch, 0});
        rules_.push_back(std::move(counts));
    }
}

void StoryCoverage::add(const StoryResult& result) {
    for (OfRule& counts : rules_) {
        const auto trace = result.traces.find(counts.rule);
        if (trace != result.traces.end()) {
            if (trace->second.started) ++counts.tests;
            for (BranchCount& branch : counts.branches) {
                if (trace->second.branches.contains(branch.branch)) ++branch.tests;
            }
        }
        for (StepCount& step : counts.steps) {
            if (result.steps.contains({counts.rule, step.warning, step.number - 1})) ++step.tests;
        }
    }
}

StoryCoverage::Totals StoryCoverage::totals() const {
    Totals totals;
    for (const OfRule& counts : rules_) {
        ++totals.rules;
        if (counts.tests > 0) ++totals.rules_tested;
        for (const StepCount& step : counts.steps) {
            ++totals.steps;
            if (step.tests > 0) ++totals.steps_run;
        }
        for (const BranchCount& branch : counts.branches) {
            ++totals.branches;
            if (branch.tests > 0) ++totals.branches_taken;
        }
    }
    return totals;
}

std::vector<std::string> StoryCoverage::untested() const {
    std::vector<std::string> names;
    for (const OfRule& counts : rules_) {
        if (counts.tests == 0) names.push_back(counts.rule);
    }
    return names;
}

std::vector<std::string> StoryCoverage::gaps(const OfRule& rule) {
    std::vector<std::string> list;
    for (const StepCount& step : rule.steps) {
        if (step.tests > 0) continue;
        list.push_back(fmt::format("step {} of {} ({}) runs in no test", step.number,
                                   step.warning ? "early_warning" : "if_late", step.does));
    }
    for (const BranchCount& branch : rule.branches) {
        if (branch.tests == 0) list.emplace_back(lack_of(branch.branch));
    }
    return list;
}

}  // namespace premura
