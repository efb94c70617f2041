#include "core/story/story_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/story/story_edits.h"
#include "core/story/story_matching.h"
#include "core/story/story_notes.h"

namespace premura {
namespace {

// More moments than any test can need: a story that never comes to rest ends here.
constexpr int moments_max = 100'000;

// The rules that the story names, or all.
RuleSet chosen(RuleSet rules, const Story& story) {
    if (!story.rules.empty()) {
        std::erase_if(rules.rules, [&story](const Rule& rule) {
            return std::find(story.rules.begin(), story.rules.end(), rule.id) == story.rules.end();
        });
    }
    return rules;
}

// An event that no rule asks for carries what was known before.
std::optional<EventNumber> silent_event(const Story& story, const RuleSet& rules) {
    EventSet asked;
    const auto add = [&asked](const Rule& rule) {
        for (const EventSet* events :
             {&rule.when, &rule.expect, &rule.unless, &rule.pause_from, &rule.pause_until}) {
            asked |= *events;
        }
    };
    for (const Rule& rule : rules.rules) add(rule);
    for (const StoryEdit& edit : story.edits) {
        for (const Rule& rule : edit.rules) add(rule);
    }
    std::optional<EventNumber> silent;
    for (const EventDefinition& event : all_events()) {
        if (asked.contains(event.number) || event.final) continue;
        if (event.name == "order.changed") return event.number;
        if (!silent) silent = event.number;
    }
    return silent;
}

// Leads a world through the moments of one story.
class Play {
 public:
    Play(const Story& story, StoryOptions options, std::shared_ptr<const StoryRules> rules,
         StoryWorld& world, RuleTraces& traces)
        : story_{story},
          options_{options},
          rules_{std::move(rules)},
          world_{world},
          traces_{traces} {
        for (const StoryEvent& event : story.events) own_moments_.insert(read_at(event));
        for (const StoryEdit& edit : story.edits) own_moments_.insert(edited_at(edit));
        for (const StoryCall& call : story.calls) own_moments_.insert(free_from(call.at));
        for (const auto& span : {story.daemon_down, story.input_stalled}) {
            if (span) own_moments_.insert(span->to);
        }
    }

    // False when it does not come to rest.
    bool run() {
        tell_facts();
        for (int moment = 0; moment < moments_max; ++moment) {
            now_ = next_moment();
            if (now_ >= story_.until) {
                rules_->trace(world_.orders(), changed_, traces_);
                return true;
            }
            own_moments_.erase(now_);
            play();
            if (options_.restart_between_moments) world_.restart();
        }
        return false;
    }

    const StoryRules& rules() const { return *rules_; }
    bool rules_changed() const { return !changed_.empty(); }

 private:
    // The first moment from `time` on at which records are read and absence can be told.
    Instant free_from(Instant time) const {
        for (;;) {
            const Instant before = time;
            for (const auto& span : {story_.daemon_down, story_.input_stalled}) {
                if (span && span->holds(time)) time = span->to;
            }
            if (time == before) return time;
        }
    }
    Instant read_at(const StoryEvent& event) const { return free_from(event.arrives); }
    Instant edited_at(const StoryEdit& edit) const {
        const bool down = story_.daemon_down && story_.daemon_down->holds(edit.at);
        return down ? story_.daemon_down->to : edit.at;
    }

    Instant next_moment() const {
        const Instant due = world_.next_due().value_or(instant_max);
        const Instant next = free_from(std::max(due, now_));
        return own_moments_.empty() ? next : std::min(next, *own_moments_.begin());
    }

    void play() {
        const bool down = story_.daemon_down && story_.daemon_down->holds(now_);
        if (down) return;
        if (story_.daemon_down && story_.daemon_down->to == now_ && !started_again_) {
            // It comes back with what it had written, and reads all before it decides anything.
            started_again_ = true;
            world_.restart();
        }
        for (; next_edit_ < story_.edits.size(); ++next_edit_) {
            const StoryEdit& edit = story_.edits[next_edit_];
            if (edited_at(edit) != now_) break;
            change(edit);
        }
        // What happens at the very deadline is in time: events come before what is due.
        for (; next_event_ < story_.events.size(); ++next_event_) {
            const StoryEvent& event = story_.events[next_event_];
            if (read_at(event) != now_) break;
            world_.take(event, story_.tenant, next_event_, now_);
        }
        world_.fire(now_, complete_until());
        // A call that is raised at this moment can be made at it.
        for (; next_call_ < story_.calls.size(); ++next_call_) {
            const StoryCall& call = story_.calls[next_call_];
            if (free_from(call.at) != now_) break;
            world_.call(call, next_call_, now_);
            world_.fire(now_, complete_until());
        }
    }

    // Up to when all that came has been read.
    Instant complete_until() const {
        if (!story_.input_stalled || !story_.input_stalled->holds(now_)) return now_;
        Instant stopped = story_.input_stalled->from;
        if (story_.daemon_down && story_.daemon_down->holds(stopped)) {
            stopped = story_.daemon_down->from;
        }
        // What came at the very begin was not read either.
        return stopped - Milliseconds{1};
    }

    void change(const StoryEdit& edit) {
        rules_->trace(world_.orders(), changed_, traces_);
        for (const Rule& rule : edit.rules) changed_.insert(rule.id);
        changed_.insert(edit.remove.begin(), edit.remove.end());
        const auto after =
            std::make_shared<RuleSet>(chosen(*edited(*rules_->rule_set(), edit), story_));
        rules_ = std::make_shared<StoryRules>(after, story_.tenant, story_.zone);
        world_.use(after, changed_, now_);
    }

    void tell_facts() {
        if (story_.facts.empty() || own_moments_.empty()) return;
        const auto silent = silent_event(story_, *rules_->rule_set());
        if (!silent) return;
        Instant before = *own_moments_.begin();
        for (const StoryEvent& event : story_.events) before = std::min(before, event.at);
        before -= Milliseconds{1};
        std::size_t number = story_.events.size();
        for (const std::string& data : story_.facts) {
            world_.take({before, before, *silent, data}, story_.tenant, number++, before);
        }
    }

    const Story& story_;
    StoryOptions options_;
    std::shared_ptr<const StoryRules> rules_;
    StoryWorld& world_;
    RuleTraces& traces_;
    std::set<Instant> own_moments_;  // that the story itself names, and that are still to come
    std::set<std::string> changed_;  // rules that are not those of the rule set any more
    Instant now_ = instant_min;
    std::size_t next_event_ = 0;
    std::size_t next_edit_ = 0;
    std::size_t next_call_ = 0;
    bool started_again_ = false;
};

}  // namespace

std::shared_ptr<const StoryRules> StoryRunner::rules_for(const Story& story) {
    std::string names = story.tenant;
    for (const std::string& rule : story.rules) names += '\n' + rule;
    std::shared_ptr<const StoryRules>& found = by_names_[names];
    if (found == nullptr) {
        found = std::make_shared<StoryRules>(std::make_shared<RuleSet>(chosen(*rules_, story)),
                                             story.tenant, story.zone);
    }
    return found;
}

StoryResult StoryRunner::run(const Story& story, StoryOptions options) {
    const auto rules = rules_for(story);
    if (contacts_ == nullptr) contacts_ = story_contacts(rules_);
    StoryWorld world{rules->rule_set(), std::move(contacts_)};
    StoryResult result;
    Play play{story, options, rules, world, result.traces};
    const bool rests = play.run();

    result.happened = world.outcomes();
    result.suppressed = world.suppressed();
    result.steps = world.steps();
    result.all_calls_made = world.all_calls_made();
    for (const std::string& rule : world.held_back()) {
        result.traces[rule].branches.insert(RuleBranch::still_if);
    }
    const StoryMatching done{story.then, result.happened};
    done.add_missing(result.missing);
    done.add_unexpected(result.unexpected);
    if (story.suppressed) {
        const StoryMatching not_done{*story.suppressed, result.suppressed};
        not_done.add_missing(result.missing);
        not_done.add_unexpected(result.unexpected);
    }
    result.notes.assign(world.problems().begin(), world.problems().end());
    if (!rests) result.notes.push_back("the test never came to rest");
    if (!result.passed()) {
        result.clocks =
            clocks_to_tell(play.rules().clocks(world.orders()), result.missing, result.unexpected);
        add_notes(story, *rules->rule_set(), result);
    }
    const bool as_before =
        !play.rules_changed() && !story.daemon_down && !options.restart_between_moments;
    if (as_before) contacts_ = world.give_back();
    return result;
}

StoryResult run_story(const Story& story, const RuleSet& rules, StoryOptions options) {
    return StoryRunner{rules}.run(story, options);
}

}  // namespace premura
