#include "core/backtest/backtest.h"

#include <algorithm>

#include "core/calendar/calendar.h"
#include "core/rules/rule_set.h"

namespace premura {
namespace {

// Whether an event is from the future is judged by the stage, which knows its arrival.
constexpr Instant year_9999 = instant_of(253'402'300'799'000);
// Beyond this many days a table by days helps nobody, and outliers of years would make it that
// long.
constexpr std::chrono::days days_max{3660};

// The rules as they take part.
std::shared_ptr<const RuleSet> rules_for(const BacktestOptions& options,
                                         std::shared_ptr<const RuleSet> rules) {
    if (options.against.empty() && !options.trial_as_live) return rules;
    auto changed = std::make_shared<RuleSet>(*rules);
    if (options.trial_as_live) {
        for (Rule& rule : changed->rules) {
            if (rule.mode == Rule::Mode::trial) rule.mode = Rule::Mode::live;
        }
    }
    if (const Rule* truth = rules->rule(options.against))
        changed->rules.push_back(truth_rule(*truth));
    changed->digest += "/backtest";
    return changed;
}

std::map<std::string, TimeZone, std::less<>> zones_of(const RuleSet& rules) {
    std::map<std::string, TimeZone, std::less<>> zones;
    for (const auto& [id, tenant] : rules.tenants) {
        auto zone = TimeZone::find(tenant.timezone);
        if (!zone) zone = TimeZone::find("Etc/UTC");
        zones.emplace(id, std::move(*zone));
    }
    return zones;
}

}  // namespace

Backtest::Backtest(BacktestOptions options, std::shared_ptr<const RuleSet> rules)
    : options_{std::move(options)},
      rules_{rules_for(options_, std::move(rules))},
      zones_{zones_of(*rules_)},
      stages_{options_.order, rules_, *this} {
    result_.order = options_.order;
    result_.from = options_.from;
    result_.to = options_.to;
    result_.against = options_.against;
    result_.agents = options_.agents;
    result_.calls_per_hour = options_.calls_per_hour;
    result_.digest = rules_->digest;
    for (const Rule& rule : rules_->rules) {
        if (rule.mode == Rule::Mode::paused || rule.id.ends_with(CaseBook::truth_suffix)) continue;
        rule_index_.emplace(rule.id, result_.rules.size());
        BacktestRule& figures = result_.rules.emplace_back();
        figures.id = rule.id;
        figures.name = rule.name;
        figures.mode = name_of(rule.mode);
    }
}

Backtest::~Backtest() = default;

std::optional<Instant> Backtest::look(const Record& record, const std::string& place) {
    BacktestInput& input = result_.input;
    ++input.records;
    const DecodeResult decoded = decoder_.decode(record, *rules_, year_9999);
    switch (decoded.outcome) {
        case DecodeResult::Outcome::clock:
            ++input.left_out["premura.clock"];
            return std::nullopt;
        case DecodeResult::Outcome::ignored:
            ++input.left_out[decoded.label];
            return std::nullopt;
        case DecodeResult::Outcome::rejected:
            ++input.rejected[std::string{decoded.rejection.reason}];
            if (input.examples.size() < BacktestInput::examples_max) {
                std::string message = decoded.rejection.message;
                if (!decoded.rejection.place.empty()) message += " at " + decoded.rejection.place;
                input.examples.push_back(
                    {place, std::string{decoded.rejection.reason}, std::move(message)});
            }
            return std::nullopt;
        case DecodeResult::Outcome::events:
            break;
    }
    static const EventNumber inbound = event_named("contact.inbound")->number;
    Instant earliest = instant_max;
    bool ours = false;
    for (const Event& event : decoded.events) {
        if (!options_.tenant.empty() && event.tenant != options_.tenant) continue;
        ours = true;
        earliest = std::min(earliest, event.time);
        result_.first = std::min(result_.first, event.time);
        result_.last = std::max(result_.last, event.time);
        if (event.type != inbound) continue;
        cases_.inbound(event.tenant, event.subject_id(SubjectType::order),
                       event.subject_id(SubjectType::customer), event.time);
    }
    if (!ours) {
        ++input.outside;
        return std::nullopt;
    }
    input.events += static_cast<std::int64_t>(decoded.events.size());
    return earliest;
}

void Backtest::take(const Record& record, Instant arrival) {
    stages_.take(record, arrival);
}

BacktestResult Backtest::finish(Instant end) {
    stages_.run_on(end);
    result_.clock_ended = end;
    contacts_.finish(result_);
    cases_.learn_truth();
    const CaseBook::Period period{options_.from, options_.to};
    for (BacktestRule& figures : result_.rules) {
        const bool warns = !rules_->rule(figures.id)->early_warning.empty();
        const bool by_other = !options_.against.empty() && figures.id != options_.against;
        cases_.judge(figures, warns, by_other, period);
        figures.open_at_end = cases_.open_cases(figures.id);
        for (const auto& [date, counts] : figures.days) figures.total.add(counts);
    }
    fill_days(end);
    for (const auto& [date, day] : result_.days) result_.total.add(day.counts);
    return std::move(result_);
}

bool Backtest::finding(const Finding& finding) {
    if (finding.kind == Finding::Kind::news) return true;  // no case
    const BacktestCase before = [this, &finding] {
        const BacktestCase* known = cases_.find(finding.case_id);
        return known == nullptr ? BacktestCase{} : *known;
    }();
    const BacktestCase& now = cases_.take(finding);
    BacktestRule* rule = rule_of(finding.rule);
    if (rule == nullptr) return false;  // what was true is nobody's business
    const auto count_it = [&](std::int64_t BacktestCounts::*member) {
        tally(finding.tenant, rule, finding.decided_at, member);
    };
    if (now.warned && !before.warned) count_it(&BacktestCounts::warned);
    if (now.late && !before.late) count_it(&BacktestCounts::opened);
    if (now.closed && !before.closed) {
        count_it(&BacktestCounts::closed);
        if (reported(finding.decided_at)) ++rule->closed_by[now.reason];
    }
    return true;
}

void Backtest::output(const Output& output) {
    const auto action = action_of(output);
    if (!action) return;
    BacktestRule* rule = nullptr;
    for (const std::string& id : action->cases) {
        BacktestCase* known = cases_.find(id);
        if (known == nullptr) continue;
        if (rule == nullptr) rule = rule_of(known->rule);
        const bool heard = action->kind == BacktestAction::Kind::call ||
                           action->kind == BacktestAction::Kind::call_changed ||
                           action->kind == BacktestAction::Kind::message;
        if (heard && !known->spoken) known->spoken = action->at;
    }
    static constexpr std::int64_t BacktestCounts::*members[] = {
        &BacktestCounts::calls,      nullptr,
        &BacktestCounts::merged,     &BacktestCounts::withdrawn,
        &BacktestCounts::messages,   &BacktestCounts::requests,
        &BacktestCounts::escalations};
    const auto member = members[static_cast<std::size_t>(action->kind)];
    if (member != nullptr) tally(action->tenant, rule, action->at, member);
    if (options_.action && reported(action->at)) options_.action(*action);
}

void Backtest::decision(const Customer&, const Customer::Decision& decision) {
    contacts_.take(decision, reported(decision.at), rule_of(decision.rule));
}

void Backtest::count(const Effects::Count& count) {
    if (count.name == "events_repeated") result_.input.repeated += count.by;
    if (count.name == "rule_errors" && count.label == "missing_calendar") {
        result_.input.without_calendar += count.by;
    }
}

BacktestRule* Backtest::rule_of(std::string_view id) {
    const auto found = rule_index_.find(id);
    return found == rule_index_.end() ? nullptr : &result_.rules[found->second];
}

LocalDate Backtest::day_of(const std::string& tenant, Instant at) const {
    const auto zone = zones_.find(tenant);
    if (zone == zones_.end()) return LocalDate{std::chrono::floor<std::chrono::days>(at)};
    return LocalDate{zone->second.local_day(at)};
}

void Backtest::tally(const std::string& tenant, BacktestRule* rule, Instant at,
                     std::int64_t BacktestCounts::*member) {
    if (!reported(at)) return;
    const LocalDate day = day_of(tenant, at);
    ++(result_.days[day].counts.*member);
    if (rule != nullptr) ++(rule->days[day].*member);
}

// Every day of the period has its line and its hours, also when nothing happened.
void Backtest::fill_days(Instant end) {
    std::vector<std::shared_ptr<const Calendar>> hours;
    for (const auto& [id, tenant] : rules_->tenants) {
        if (!options_.tenant.empty() && id != options_.tenant) continue;
        if (result_.zone.empty()) result_.zone = tenant.timezone;
        if (result_.zone != tenant.timezone) result_.zone = "each brand's own";
        if (tenant.call_calendar) hours.push_back(tenant.call_calendar);
    }
    const TimeZone* zone = zones_.empty() ? nullptr : &zones_.begin()->second;
    if (const auto chosen = zones_.find(options_.tenant); chosen != zones_.end())
        zone = &chosen->second;
    if (zone == nullptr || result_.first > result_.last) return;
    const Instant from = std::max(options_.from, result_.first);
    const Instant to = std::min(options_.to, std::max(end, result_.last + Milliseconds{1}));
    if (from >= to) return;
    const std::chrono::local_days first = zone->local_day(from);
    // The clock may run on for long: days after the last event have a line when something happened
    // on them.
    std::chrono::local_days last =
        zone->local_day(std::min(options_.to, result_.last + Milliseconds{1}) - Milliseconds{1});
    if (!result_.days.empty()) {
        last = std::max(last, std::chrono::local_days{result_.days.rbegin()->first});
    }
    for (std::chrono::local_days day = first; day <= last && day - first < days_max;
         day += std::chrono::days{1}) {
        const Instant begins = std::max(from, zone->start_of_day(day));
        const Instant ends = std::min(to, zone->end_of_day(day));
        double widest = 0;
        for (const auto& calendar : hours) {
            const Milliseconds open = calendar->business_time_between(begins, ends);
            widest =
                std::max(widest, std::chrono::duration<double, std::ratio<3600>>(open).count());
        }
        result_.days[LocalDate{day}].staffed_hours = widest;
    }
}

}  // namespace premura
