#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "tests/simulation/cases.h"
#include "tests/simulation/checks.h"

namespace premura {
namespace {

// What the engine decided about one case was right by something that it could know, and by nothing less than
// it had to know.
class CaseCheck {
 public:
    CaseCheck(const Evidence& evidence, const Case& one, std::vector<Violation>& violations)
        : evidence_{evidence}, case_{one}, violations_{violations} {}

    void run() {
        if (!case_.story || !case_.key) {
            complain("2 never without a reason", "nothing that arrived could have started it");
            return;
        }
        const Committed<Finding>* last = nullptr;
        for (const Committed<Finding>* one : case_.findings) {
            check_order(last, *one);
            switch (one->content.kind) {
                case Finding::Kind::closed: check_closed(*one); break;
                case Finding::Kind::news: break;  // about no case; see check_news
                case Finding::Kind::late: check_late(*one); break;
                case Finding::Kind::warning: check_warning(*one, 0); break;
                case Finding::Kind::step:
                    if (one->content.warning_step) check_warning(*one, one->content.step);
                    else check_step(*one);
                    break;
            }
            last = one;
        }
    }

 private:
    void complain(std::string property, const std::string& text) {
        violations_.push_back({std::move(property), case_.story ? case_.story->name : std::string{},
                               fmt::format("{} of {}: {}", case_.findings[0]->content.rule,
                                           case_.findings[0]->content.subject, text)});
    }

    template <typename Test>
    bool explained(const Committed<Finding>& one, Instant complete_until, Test test) {
        return evidence_.knowledge.explains(*case_.story, case_.story->before(complete_until),
                                            case_.story->until(one.step), *case_.key, test);
    }

    void check_late(const Committed<Finding>& one) {
        const Finding& late = one.content;
        if (late.decided_at < late.planned_at + settle) {
            complain("2 never late before the deadline", "decided at " + format_utc(late.decided_at));
        }
        const auto is_late = [this, &late](const ModelClock* clock, Knowledge::Known) {
            return clock != nullptr && clock->ended.empty() && case_.is_home_of(*clock) &&
                   clock->start == late.started_at &&
                   (clock->deadline == late.deadline || clock->late_at == late.deadline) &&
                   clock->late_at == late.planned_at;
        };
        if (!explained(one, late.planned_at + settle, is_late)) {
            complain("2 never late when the end was known",
                     fmt::format("late at {}, deadline {}, decided {}", format_utc(late.planned_at),
                                 format_utc(late.deadline), format_utc(late.decided_at)));
        }
    }

    void check_step(const Committed<Finding>& one) {
        const Finding& step = one.content;
        if (step.decided_at < step.planned_at + settle) {
            complain("2 never a step before its time", "decided at " + format_utc(step.decided_at));
        }
        const auto is_due = [this, &step](const ModelClock* clock, Knowledge::Known) {
            const auto number = static_cast<std::size_t>(step.step);
            return clock != nullptr && clock->ended.empty() && case_.is_home_of(*clock) &&
                   number < clock->steps.size() && clock->steps[number] == step.planned_at;
        };
        if (!explained(one, step.planned_at + settle, is_due)) {
            complain("4 steps at their time, while the case is open",
                     fmt::format("step {} planned {}, decided {}", step.step, format_utc(step.planned_at),
                                 format_utc(step.decided_at)));
        }
    }

    void check_warning(const Committed<Finding>& one, int number) {
        const Finding& warning = one.content;
        if (warning.decided_at < warning.planned_at + settle) {
            complain("2 never a warning before its time", "decided at " + format_utc(warning.decided_at));
        }
        const auto is_due = [&](const ModelClock* clock, Knowledge::Known) {
            if (clock == nullptr || !clock->ended.empty() || clock->warnings.empty()) return false;
            if (!case_.is_home_of(*clock)) return false;
            if (warning.decided_at >= clock->deadline) return false;
            if (warning.kind == Finding::Kind::step) {
                return clock->warnings[static_cast<std::size_t>(number)] == warning.planned_at;
            }
            return std::count(clock->warnings.begin(), clock->warnings.end(), warning.planned_at) > 0;
        };
        if (!explained(one, warning.planned_at + settle, is_due)) {
            complain("4 warnings at their time, before the deadline",
                     fmt::format("warning {} planned {}, deadline {}, decided {}", number,
                                 format_utc(warning.planned_at), format_utc(warning.deadline),
                                 format_utc(warning.decided_at)));
        }
    }

    void check_closed(const Committed<Finding>& one) {
        const Finding& closed = one.content;
        const bool was_late = case_.late() != nullptr;
        const auto is_over = [this, &closed, was_late](const ModelClock* clock, Knowledge::Known known) {
            // Its order is known: the case goes on there, if it goes on.
            const bool moved = case_.name.standing_in && Knowledge::is_linked(*case_.story, known, closed.subject);
            if (moved || closed.reason == "linked") return moved && closed.reason == "linked";
            if (clock == nullptr) return closed.reason == lost_ground;
            if (clock->ended != "met") return clock->ended == closed.reason;
            if (clock->ended_at > closed.deadline) return closed.reason == "done_late";
            return closed.reason == (was_late ? "false_alarm_late_data" : "met_in_time");
        };
        if (!evidence_.knowledge.explains(*case_.story, 0, case_.story->until(one.step), *case_.key, is_over)) {
            complain("3 closed with the right reason", "closed as " + closed.reason);
        }
    }

    void check_order(const Committed<Finding>* last, const Committed<Finding>& next) {
        const Finding& finding = next.content;
        const auto seen = [this](Finding::Kind kind, bool warning, int step) {
            return case_.find(kind, warning, step) != nullptr;
        };
        if (last != nullptr && rank_of(finding) <= rank_of(last->content)) {
            complain("4 in order", fmt::format("{} {} after {} {}", name_of(finding.kind), finding.step,
                                               name_of(last->content.kind), last->content.step));
        }
        if (last == nullptr && finding.kind == Finding::Kind::closed) {
            complain("3 closed only when it was open", "closed as " + finding.reason);
        }
        if (finding.kind != Finding::Kind::step) return;
        if (finding.warning_step ? !seen(Finding::Kind::warning, false, 0)
                                 : !seen(Finding::Kind::late, false, 0)) {
            complain("4 in order", "a step of a case that is not open");
        }
        if (!finding.warning_step && finding.step > 0 && !seen(Finding::Kind::step, false, finding.step - 1)) {
            complain("4 in order", fmt::format("step {} without the one before", finding.step));
        }
    }

    const Evidence& evidence_;
    const Case& case_;
    std::vector<Violation>& violations_;
};

void check_identity(const Evidence& evidence, const std::vector<Case>& cases, std::vector<Violation>& violations) {
    std::set<std::pair<std::string, bool>> ids;
    for (const auto& finding : evidence.result.findings) {
        const bool standing_in = name_of_case(finding.content).standing_in;
        if (ids.insert({finding.content.id, standing_in}).second) continue;
        violations.push_back({"1 each finding once", finding.content.order,
                              fmt::format("{} {} of {} twice", name_of(finding.content.kind), finding.content.rule,
                                          finding.content.subject)});
    }
    std::set<std::pair<ClockKey, bool>> keys;
    for (const Case& one : cases) {
        if (!one.key || keys.insert({*one.key, one.name.standing_in}).second) continue;
        violations.push_back({"1 one case a clock", one.findings[0]->content.order,
                              one.key->rule + " of " + one.key->subject + " has two cases"});
    }
}

// What happened between a customer and us is told once, as it arrived.
void check_news(const Evidence& evidence, std::vector<Violation>& violations) {
    std::set<std::string> ids;
    for (const Committed<Finding>& one : evidence.result.news) {
        const Finding& news = one.content;
        const auto told = [&](const Arrival& arrival) {
            return event_definition(arrival.content.type).name == news.reason && arrival.content.time == news.started_at &&
                   arrival.step <= one.step && arrival.content.id_of(SubjectType::order) == news.order;
        };
        const auto& arrivals = evidence.result.arrivals;
        if (std::none_of(arrivals.begin(), arrivals.end(), told)) {
            violations.push_back({"8 news as they came", news.order, news.reason + " of which nothing arrived"});
        }
        if (!ids.insert(news.id).second) violations.push_back({"8 news as they came", news.order, news.reason + " told twice"});
    }
}

}  // namespace

void check_findings(const Evidence& evidence, std::vector<Violation>& violations) {
    const std::vector<Case> cases = cases_of(evidence);
    check_identity(evidence, cases, violations);
    check_news(evidence, violations);
    for (const Case& one : cases) CaseCheck{evidence, one, violations}.run();
}

}  // namespace premura
