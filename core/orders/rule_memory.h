#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/rules/rule_set.h"

namespace premura {

// What a partition remembers of the rules that it ran under, so that an edit is known as one, on SIGHUP and after
// a stop alike: since when each rule counts, what it said, and which steps it had. One state record beside the
// orders', written when it changes.
class RuleMemory {
 public:
    // The key of its state record. No order is called so: the keys of orders have three parts.
    static constexpr std::string_view state_key = "premura/rules";
    // A rule that comes back within this time goes on as if it had not been away.
    static constexpr Milliseconds removed_kept = std::chrono::days{7};

    // Takes over what an earlier run wrote. False when it is not of a version we know.
    bool restore(std::string_view bytes);
    std::string encoded() const;

    // Compares the rules with those it remembers, and remembers them. `now`: since when a rule counts that is new. The
    // rules of a memory that has none yet have been there for ever. True when there was something to compare with and
    // anything has changed in what rules say, not in what they are called.
    bool learn(const RuleSet& rules, Instant now);

    // Event time before which an event starts no clock of the rule; instant_min: none.
    Instant since(const Rule& rule) const;
    // Did the last `learn` find that the rule says something else about when a clock starts, ends or is late?
    bool was_edited(const Rule& rule) const;
    // Did it find that this step of if_late is new?
    bool is_new_step(const Rule& rule, std::size_t index) const;

    // Has `learn` changed anything that is not written yet?
    bool take_changed();

 private:
    struct Entry {
        Instant since = instant_min;
        Instant removed_at = instant_max;
        std::uint64_t definition = 0;
        std::vector<std::uint64_t> steps;  // marks of if_late's steps, in order
        // Of the last `learn`, not written.
        bool edited = false;
        std::vector<bool> new_steps;
    };
    const Entry* find(const Rule& rule) const;
    Entry* inherited(const Rule& rule);

    std::map<std::string, Entry, std::less<>> entries_;
    bool learned_ = false;
    bool changed_ = false;
};

// What the rule is about: its subject and the events that start it. An edit of it needs a new id, because the clocks
// that run are about something else then.
std::uint64_t start_digest(const Rule& rule);

// All that decides when a clock of the rule starts, ends and is late, the calendars of the rule set included.
std::uint64_t definition_digest(const Rule& rule, const RuleSet& rules);

// Names a step in a case: by its id, when it has one; else 0.
std::uint32_t step_mark(const Step& step);

}  // namespace premura
