#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "tests/simulation/cases.h"
#include "tests/simulation/checks.h"

namespace premura {
namespace {

// By clock, and whether it is a case under the number of a parcel whose order is not known.
using Cases = std::map<std::pair<ClockKey, bool>, Case>;

Cases cases_by_key(const Evidence& evidence) {
    Cases all;
    for (Case& one : cases_of(evidence)) {
        if (one.key) all.emplace(std::make_pair(*one.key, one.name.standing_in), std::move(one));
    }
    return all;
}

// Where the clock runs; null when there is no case.
const Case* case_of(const Cases& cases, const ClockKey& key, const ModelClock& clock) {
    const auto found = cases.find({key, clock.order.empty()});
    return found == cases.end() ? nullptr : &found->second;
}

bool is_due(const ModelClock& clock, Instant planned, Instant end) {
    return clock.ended.empty() && clock.deadline != instant_max && planned + settle <= end;
}

// A case that runs on must be open, with all its steps taken. One that closed before something else came and
// spoke for it stays closed.
void check_running(const ModelClock& clock, const Case* known, const std::string& story, Instant end,
                   std::vector<Violation>& violations) {
    if (known != nullptr && known->closed() != nullptr) return;
    const auto complain = [&](const std::string& text) {
        violations.push_back({"3 late at the end", story, clock.rule->id + " of " + clock.subject + ": " + text});
    };
    if (!is_due(clock, clock.late_at, end)) return;
    if (known == nullptr || known->late() == nullptr) {
        complain("should be late since " + format_utc(clock.late_at));
        return;
    }
    for (std::size_t i = 0; i < clock.steps.size(); ++i) {
        if (!is_due(clock, clock.steps[i], end)) continue;
        if (known->find(Finding::Kind::step, false, static_cast<int>(i)) == nullptr) {
            complain(fmt::format("step {} is missing, planned at {}", i, format_utc(clock.steps[i])));
        }
    }
}

struct Interval {
    Instant from;   // the clock when the last of what is known came
    Instant until;  // when something else comes
};

// How soon something must be decided by a worker that has nothing else to do.
constexpr Milliseconds soon{100};

// What is due between two arrivals must be decided then.
void check_interval(const ModelClock& clock, const Case* known, Interval interval, const std::string& story,
                    std::vector<Violation>& violations) {
    const auto complain = [&](std::string_view what, Instant moment) {
        violations.push_back({"3 decided when it is due", story,
                              fmt::format("{} of {}: {} at {}", clock.rule->id, clock.subject, what,
                                          format_utc(moment))});
    };
    const auto decided_by = [&](Finding::Kind kind, bool warning, std::size_t step, Instant moment) {
        const auto* one = known == nullptr ? nullptr : known->find(kind, warning, static_cast<int>(step));
        return one != nullptr && one->content.decided_at <= moment + soon;
    };
    const auto* closed = known == nullptr ? nullptr : known->closed();
    if (!clock.ended.empty()) {
        const bool open = known != nullptr && known->findings[0]->content.decided_at < interval.from;
        if (open && (closed == nullptr || closed->content.decided_at > interval.from + soon)) {
            complain("not closed", interval.from);
        }
        return;
    }
    if (closed != nullptr && closed->content.decided_at < interval.from) return;
    if (clock.deadline == instant_max) return;
    const auto moment_of = [&](Instant planned) { return std::max(planned + settle, interval.from); };
    const auto within = [&](Instant moment) { return moment + soon < interval.until; };
    for (std::size_t i = 0; i < clock.warnings.size(); ++i) {
        const Instant moment = moment_of(clock.warnings[i]);
        // Nobody is warned of what was late already, though something told later should move the deadline.
        const bool was_late = decided_by(Finding::Kind::late, false, 0, moment);
        if (was_late || !within(moment) || moment + soon >= clock.deadline) continue;
        if (!decided_by(Finding::Kind::step, true, i, moment)) complain("no warning", moment);
    }
    const Instant late = moment_of(clock.late_at);
    if (within(late) && !decided_by(Finding::Kind::late, false, 0, late)) complain("not late", late);
    for (std::size_t i = 0; i < clock.steps.size(); ++i) {
        const Instant moment = moment_of(clock.steps[i]);
        if (!within(moment) || decided_by(Finding::Kind::step, false, i, moment)) continue;
        complain(fmt::format("no step {}", i), moment);
    }
}

// A clock when everything is known, in the other run.
const ModelClock* last_clock(const Evidence& evidence, const std::string& story, const ClockKey& key) {
    for (const Knowledge::Story& one : evidence.knowledge.stories()) {
        if (one.name == story) return evidence.knowledge.clock(one, one.all(), key);
    }
    return nullptr;
}

// Whoever decides, and when: the same decision has the same id.
void check_same_ids(const Case& one, const Case& other, std::vector<Violation>& violations) {
    for (const auto* finding : one.findings) {
        const Finding& here = finding->content;
        const auto* there = other.find(here.kind, here.warning_step, here.step);
        if (there == nullptr || there->content.id == here.id) continue;
        violations.push_back({"7 the same ids as in calm", one.story->name,
                              fmt::format("{} {} of {} is called {} and {}", here.rule, name_of(here.kind),
                                          here.subject, there->content.id, here.id)});
    }
}

}  // namespace

void check_end(const Evidence& evidence, std::vector<Violation>& violations) {
    const auto cases = cases_by_key(evidence);
    for (const Knowledge::Story& story : evidence.knowledge.stories()) {
        for (const auto& [key, clock] : evidence.knowledge.clocks(story, story.all())) {
            const Case* known = case_of(cases, key, clock);
            if (clock.ended.empty()) {
                check_running(clock, known, story.name, evidence.result.wall_end, violations);
            } else if (known != nullptr && known->closed() == nullptr) {
                violations.push_back({"3 closed at the end", story.name,
                                      fmt::format("{} of {} is still open: {}", key.rule, key.subject, clock.ended)});
            }
        }
    }
    for (const auto& [name, one] : cases) {
        const ModelClock* clock = evidence.knowledge.clock(*one.story, one.story->all(), name.first);
        if (one.closed() || (clock != nullptr && one.is_home_of(*clock))) continue;
        violations.push_back({"3 closed at the end", one.story->name,
                              fmt::format("{} of {} is open without a clock", name.first.rule, name.first.subject)});
    }
}

void check_promptness(const Evidence& evidence, std::vector<Violation>& violations) {
    if (evidence.weather != Weather::calm || !evidence.steady_clock) return;
    const auto cases = cases_by_key(evidence);
    for (const Knowledge::Story& story : evidence.knowledge.stories()) {
        for (std::size_t count = 1; count <= story.arrivals.size(); ++count) {
            const bool is_last = count == story.arrivals.size();
            const Interval interval{story.arrivals[count - 1]->wall,
                                    is_last ? evidence.result.wall_end : story.arrivals[count]->wall};
            for (const auto& [key, clock] : evidence.knowledge.clocks(story, story.first(count))) {
                check_interval(clock, case_of(cases, key, clock), interval, story.name, violations);
            }
        }
    }
}

void check_same_end(const Evidence& calm, const Evidence& stormy, std::vector<Violation>& violations) {
    const auto in_calm = cases_by_key(calm);
    const auto in_storm = cases_by_key(stormy);
    for (const auto& [name, one] : in_storm) {
        const auto other = in_calm.find(name);
        if (other != in_calm.end() && one.story != nullptr) check_same_ids(one, other->second, violations);
    }
    for (const Knowledge::Story& story : stormy.knowledge.stories()) {
        for (const auto& [key, clock] : stormy.knowledge.clocks(story, story.all())) {
            if (!is_due(clock, clock.late_at, std::min(calm.result.wall_end, stormy.result.wall_end))) continue;
            const Case* one = case_of(in_calm, key, clock);
            const Case* other = case_of(in_storm, key, clock);
            const bool late_in_calm = one != nullptr && one->late() != nullptr;
            const bool late_in_storm = other != nullptr && other->late() != nullptr;
            if (late_in_calm == late_in_storm) continue;
            // An event of the future is dated by when it was read, which may have been sooner in one of the two.
            const ModelClock* clock_in_calm = last_clock(calm, story.name, key);
            if (clock_in_calm == nullptr || clock_in_calm->late_at != clock.late_at || !clock_in_calm->ended.empty()) {
                continue;
            }
            violations.push_back({"7 the same end as in calm", story.name,
                                  fmt::format("{} of {} is late only {}", key.rule, key.subject,
                                              late_in_calm ? "in calm" : "in the storm")});
        }
    }
}

}  // namespace premura
