#include "core/story/story_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/story/story_world.h"

namespace premura {
namespace {

// More moments than any test can need: a story that never comes to rest ends here.
constexpr int moments_max = 100'000;

std::shared_ptr<const RuleSet> rules_for(const Story& story, const RuleSet& all) {
    auto rules = std::make_shared<RuleSet>(all);
    if (!story.rules.empty()) {
        std::erase_if(rules->rules, [&story](const Rule& rule) {
            return std::find(story.rules.begin(), story.rules.end(), rule.id) == story.rules.end();
        });
    }
    return rules;
}

// Finds for each expectation something that happened, so that as many as possible have one each.
// Source: the augmenting paths of Kuhn (1955), The Hungarian method for the assignment problem.
class Matching {
 public:
    Matching(const std::vector<StoryOutcome>& expected, const std::vector<StoryOutcome>& happened)
        : expected_{expected}, happened_{happened}, owners_(happened.size(), nobody) {
        for (std::size_t i = 0; i < expected.size(); ++i) {
            std::vector<bool> tried(happened.size(), false);
            matched_.push_back(assign(i, tried));
        }
    }

    std::vector<StoryOutcome> missing() const {
        std::vector<StoryOutcome> list;
        for (std::size_t i = 0; i < expected_.size(); ++i) {
            if (!matched_[i]) list.push_back(expected_[i]);
        }
        return list;
    }
    std::vector<StoryOutcome> unexpected() const {
        std::vector<StoryOutcome> list;
        for (std::size_t i = 0; i < happened_.size(); ++i) {
            if (owners_[i] == nobody) list.push_back(happened_[i]);
        }
        return list;
    }

 private:
    static constexpr std::size_t nobody = ~std::size_t{0};

    bool assign(std::size_t expectation, std::vector<bool>& tried) {
        for (std::size_t i = 0; i < happened_.size(); ++i) {
            if (tried[i] || !fits(expected_[expectation], happened_[i])) continue;
            tried[i] = true;
            if (owners_[i] == nobody || assign(owners_[i], tried)) {
                owners_[i] = expectation;
                return true;
            }
        }
        return false;
    }

    const std::vector<StoryOutcome>& expected_;
    const std::vector<StoryOutcome>& happened_;
    std::vector<std::size_t> owners_;  // by what happened: the expectation it was given to
    std::vector<bool> matched_;        // by expectation; once given something, it keeps something
};

std::string names_of(const EventSet& events) {
    std::string names;
    for (const EventDefinition& event : all_events()) {
        if (!events.contains(event.number)) continue;
        if (!names.empty()) names += " or ";
        names += event.name;
    }
    return names;
}

// Does the event's data name the fact, say "order.total"?
bool says(const StoryEvent& event, std::string_view fact_name) {
    const std::size_t dot = fact_name.find('.');
    const std::string group = fmt::format("\"{}\":{{", fact_name.substr(0, dot));
    const std::size_t begin = event.data.find(group);
    if (begin == std::string::npos) return false;
    const std::string field = fmt::format("\"{}\":", fact_name.substr(dot + 1));
    const std::size_t found = event.data.find(field, begin + group.size() - 1);
    return found != std::string::npos && found < event.data.find('}', begin);
}

// Why a rule of which something was expected may have been silent.
void explain_silence(const Story& story, const Rule& rule, std::vector<std::string>& notes) {
    if (rule.mode != Rule::Mode::live) {
        notes.push_back(fmt::format("the rule {} is {}", rule.id,
                                    rule.mode == Rule::Mode::trial ? "on trial" : "paused"));
    }
    const bool started = std::any_of(
        story.events.begin(), story.events.end(),
        [&rule](const StoryEvent& event) { return rule.when.contains(event.event); });
    if (!started) {
        notes.push_back(fmt::format("nothing in this test starts {}: it waits for {}", rule.id,
                                    names_of(rule.when)));
        return;
    }
    for (const Condition& condition : rule.where) {
        const std::string_view name = fact(condition.fact).name;
        const bool said =
            std::any_of(story.events.begin(), story.events.end(),
                        [name](const StoryEvent& event) { return says(event, name); });
        if (said || condition.comparison == Condition::Operator::none_of) continue;
        notes.push_back(fmt::format("no event of this test says {}, which {} asks for", name,
                                    rule.id));
    }
}

void add_notes(const Story& story, const RuleSet& rules, StoryResult& result) {
    for (const Rule& rule : rules.rules) {
        const auto is_about = [&rule](const StoryOutcome& outcome) {
            return std::find(outcome.rules.begin(), outcome.rules.end(), rule.id) !=
                   outcome.rules.end();
        };
        const bool lacks =
            std::any_of(result.missing.begin(), result.missing.end(), is_about);
        const bool spoke =
            std::any_of(result.happened.begin(), result.happened.end(), is_about);
        if (lacks && !spoke) explain_silence(story, rule, result.notes);
    }
}

}  // namespace

StoryResult run_story(const Story& story, const RuleSet& rules, StoryOptions options) {
    const auto own_rules = rules_for(story, rules);
    StoryWorld world{own_rules};
    std::size_t next_event = 0;
    int moments = 0;
    Instant now = instant_min;
    while (moments < moments_max) {
        Instant next = world.next_due().value_or(instant_max);
        if (next_event < story.events.size()) next = std::min(next, story.events[next_event].at);
        next = std::max(next, now);
        if (next >= story.until) break;
        ++moments;
        now = next;
        // What happens at the very deadline is in time: events come before what is due.
        for (; next_event < story.events.size() && story.events[next_event].at == now; ++next_event) {
            world.take(story.events[next_event], story.tenant, next_event);
        }
        world.fire(now);
        if (options.restart_between_moments) world.restart();
    }

    StoryResult result;
    result.happened = world.outcomes();
    const Matching matching{story.then, result.happened};
    result.missing = matching.missing();
    result.unexpected = matching.unexpected();
    result.notes.assign(world.problems().begin(), world.problems().end());
    if (moments == moments_max) result.notes.push_back("the test never came to rest");
    add_notes(story, *own_rules, result);
    return result;
}

}  // namespace premura
