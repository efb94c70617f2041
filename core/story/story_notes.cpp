#include "core/story/story_notes.h"

#include <fmt/format.h>

#include <algorithm>

namespace premura {
namespace {

constexpr std::size_t clocks_told_max = 4;

std::string names_of(const EventSet& events) {
    std::string names;
    for (const EventDefinition& event : all_events()) {
        if (!events.contains(event.number)) continue;
        if (!names.empty()) names += " or ";
        names += event.name;
    }
    return names;
}

// Does the data of an event name the fact, say "order.total"?
bool says(const std::string& data, std::string_view fact_name) {
    const std::size_t dot = fact_name.find('.');
    const std::string group = fmt::format("\"{}\":{{", fact_name.substr(0, dot));
    const std::size_t begin = data.find(group);
    if (begin == std::string::npos) return false;
    const std::string field = fmt::format("\"{}\":", fact_name.substr(dot + 1));
    const std::size_t found = data.find(field, begin + group.size() - 1);
    return found != std::string::npos && found < data.find('}', begin);
}

bool says(const Story& story, std::string_view fact_name) {
    const auto in_event = [fact_name](const StoryEvent& event) {
        return says(event.data, fact_name);
    };
    const auto in_facts = [fact_name](const std::string& data) { return says(data, fact_name); };
    return std::any_of(story.events.begin(), story.events.end(), in_event) ||
           std::any_of(story.facts.begin(), story.facts.end(), in_facts);
}

// Why a rule of which something was expected may have been silent.
void explain_silence(const Story& story, const Rule& rule, std::vector<std::string>& notes) {
    if (rule.mode != Rule::Mode::live) {
        notes.push_back(fmt::format("the rule {} is {}", rule.id,
                                    rule.mode == Rule::Mode::trial ? "on trial" : "paused"));
    }
    const bool started =
        std::any_of(story.events.begin(), story.events.end(),
                    [&rule](const StoryEvent& event) { return rule.when.contains(event.event); });
    if (!started) {
        notes.push_back(fmt::format("nothing in this test starts {}: it waits for {}", rule.id,
                                    names_of(rule.when)));
        return;
    }
    for (const Condition& condition : rule.where) {
        const std::string_view name = fact(condition.fact).name;
        if (says(story, name) || condition.comparison == Condition::Operator::none_of) continue;
        notes.push_back(
            fmt::format("no event of this test says {}, which {} asks for", name, rule.id));
    }
}

bool is_about(const StoryOutcome& outcome, const std::string& rule) {
    return std::find(outcome.rules.begin(), outcome.rules.end(), rule) != outcome.rules.end();
}

}  // namespace

std::vector<StoryClock> clocks_to_tell(std::vector<StoryClock> clocks,
                                       const std::vector<StoryOutcome>& missing,
                                       const std::vector<StoryOutcome>& unexpected) {
    const auto about_any = [](const std::vector<StoryOutcome>& outcomes, const StoryClock& clock) {
        return std::any_of(outcomes.begin(), outcomes.end(), [&clock](const StoryOutcome& outcome) {
            return is_about(outcome, clock.rule);
        });
    };
    // A line that names no rule may be about any of them.
    const bool named =
        std::none_of(missing.begin(), missing.end(),
                     [](const StoryOutcome& outcome) { return outcome.rules.empty(); });
    if (named) {
        std::erase_if(clocks, [&](const StoryClock& clock) {
            return !about_any(missing, clock) && !about_any(unexpected, clock);
        });
    }
    if (clocks.size() > clocks_told_max) clocks.resize(clocks_told_max);
    return clocks;
}

void add_notes(const Story& story, const RuleSet& rules, StoryResult& result) {
    for (const Rule& rule : rules.rules) {
        const auto about_rule = [&rule](const StoryOutcome& outcome) {
            return is_about(outcome, rule.id);
        };
        const bool lacks = std::any_of(result.missing.begin(), result.missing.end(), about_rule);
        const bool spoke = std::any_of(result.happened.begin(), result.happened.end(), about_rule);
        if (lacks && !spoke) explain_silence(story, rule, result.notes);
    }
}

}  // namespace premura
