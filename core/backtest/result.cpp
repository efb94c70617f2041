#include "core/backtest/result.h"

#include <algorithm>
#include <cmath>

namespace premura {

void Lengths::sort() {
    std::sort(all_.begin(), all_.end());
}

Milliseconds Lengths::median() const {
    const std::size_t middle = all_.size() / 2;
    if (all_.size() % 2 == 1) return all_[middle];
    return (all_[middle - 1] + all_[middle]) / 2;
}

Milliseconds Lengths::quantile(double share) const {
    const double rank = std::ceil(share * static_cast<double>(all_.size()));
    const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
    return all_[std::min(index, all_.size() - 1)];
}

void BacktestCounts::add(const BacktestCounts& other) {
    warned += other.warned;
    opened += other.opened;
    closed += other.closed;
    calls += other.calls;
    merged += other.merged;
    withdrawn += other.withdrawn;
    messages += other.messages;
    requests += other.requests;
    escalations += other.escalations;
}

std::optional<double> BacktestVerdict::precision() const {
    if (right + wrong == 0) return std::nullopt;
    return static_cast<double>(right) / static_cast<double>(right + wrong);
}

std::optional<double> BacktestVerdict::recall() const {
    if (truths == 0 || !recall_means_something) return std::nullopt;
    return static_cast<double>(caught) / static_cast<double>(truths);
}

std::int64_t BacktestInput::rejected_total() const {
    std::int64_t total = 0;
    for (const auto& [reason, count] : rejected) total += count;
    return total;
}

double BacktestResult::staffed_hours() const {
    double hours = 0;
    for (const auto& [date, day] : days) hours += day.staffed_hours;
    return hours;
}

std::optional<double> BacktestResult::calls_per_agent_hour() const {
    const double hours = staffed_hours() * agents;
    if (hours <= 0) return std::nullopt;
    return static_cast<double>(total.calls) / hours;
}

std::optional<int> BacktestResult::agents_needed(const BacktestDay& day) const {
    if (calls_per_hour <= 0 || day.staffed_hours <= 0) return std::nullopt;
    const double capacity = calls_per_hour * day.staffed_hours;
    return static_cast<int>(std::ceil(static_cast<double>(day.counts.calls) / capacity));
}

const BacktestRule* BacktestResult::rule(std::string_view id) const {
    for (const BacktestRule& each : rules) {
        if (each.id == id) return &each;
    }
    return nullptr;
}

}  // namespace premura
