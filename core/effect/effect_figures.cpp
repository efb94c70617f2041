#include "core/effect/effect_figures.h"

#include <algorithm>
#include <cmath>

namespace premura {
namespace {

double share_of(const Share& share) { return static_cast<double>(share.part) / static_cast<double>(share.whole); }

struct Interval {
    double low;
    double high;
};

// Wilson's score interval of one share.
Interval wilson(const Share& share, double z) {
    const auto n = static_cast<double>(share.whole);
    const double p = share_of(share);
    const double width = 1 + z * z / n;
    const double center = (p + z * z / (2 * n)) / width;
    const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / width;
    return {center - half, center + half};
}

// The value at that part of the way through, of values in order; the nearest rank.
std::optional<Milliseconds> quantile(const std::vector<Milliseconds>& sorted, double part) {
    if (sorted.empty()) return std::nullopt;
    const double rank = std::ceil(part * static_cast<double>(sorted.size()));
    return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

// Counts results one by one. Several cases of one order are one order, whose first word and first contact count.
class Count {
 public:
    void add(const CaseResult& result) {
        if (result.kind == CaseResult::Kind::promise) {
            ++figures_.promises_kept.whole;
            figures_.promises_kept.part += result.right ? 1 : 0;
            return;
        }
        ++figures_.precision.whole;
        figures_.precision.part += result.right ? 1 : 0;
        figures_.outreaches += result.outreaches;
        Order& order = orders_[{result.tenant, result.order}];
        order.late = order.late || result.right;
        order.holdout = order.holdout || result.holdout;
        order.spoke_at = std::min(order.spoke_at, result.spoke_at);
        order.inbound_at = std::min(order.inbound_at, result.inbound_at);
    }

    EffectFigures figures() {
        std::vector<Milliseconds> leads;
        for (const auto& [id, order] : orders_) {
            const bool spoke = order.spoke_at != instant_max;
            const bool came = order.inbound_at != instant_max;
            const bool first = spoke && order.spoke_at < order.inbound_at;
            if (spoke) {
                ++figures_.calls_back.whole;
                figures_.calls_back.part += came && order.inbound_at > order.spoke_at ? 1 : 0;
            }
            if (!order.late) continue;
            ++figures_.orders_delayed;
            Share& contacted_us = order.holdout ? figures_.contacted_us_holdout : figures_.contacted_us_treated;
            ++contacted_us.whole;
            contacted_us.part += came ? 1 : 0;
            if (order.holdout) continue;
            ++figures_.beat_rate.whole;
            figures_.beat_rate.part += first ? 1 : 0;
            if (first && came) leads.push_back(order.inbound_at - order.spoke_at);
        }
        std::sort(leads.begin(), leads.end());
        figures_.lead_time = {quantile(leads, 0.1), quantile(leads, 0.5), quantile(leads, 0.9),
                              static_cast<std::int64_t>(leads.size())};
        return figures_;
    }

 private:
    struct Order {
        bool late = false;
        bool holdout = false;
        Instant spoke_at = instant_max;
        Instant inbound_at = instant_max;
    };
    EffectFigures figures_;
    std::map<std::pair<std::string, std::string>, Order> orders_;
};

}  // namespace

ShareDifference difference_of(const Share& one, const Share& other, double z) {
    const double p1 = share_of(one);
    const double p2 = share_of(other);
    const Interval first = wilson(one, z);
    const Interval second = wilson(other, z);
    const double value = p1 - p2;
    return {value, value - std::hypot(p1 - first.low, second.high - p2), value + std::hypot(first.high - p1, p2 - second.low)};
}

std::optional<ShareDifference> EffectFigures::avoided_per_100() const {
    if (contacted_us_holdout.whole == 0 || contacted_us_treated.whole == 0) return std::nullopt;
    const ShareDifference difference = difference_of(contacted_us_holdout, contacted_us_treated);
    return ShareDifference{100 * difference.value, 100 * difference.low, 100 * difference.high};
}

bool EffectBook::add(CaseResult result) {
    if (!ids_.insert(result.id).second) return false;
    results_.push_back(std::move(result));
    if (results_.size() > results_max) {
        ids_.erase(results_.front().id);
        results_.pop_front();
    }
    return true;
}

template <typename Key>
auto EffectBook::by(const Question& question, Key key) const {
    std::map<decltype(key(results_.front())), Count> counts;
    for (const CaseResult& result : results_) {
        if (result.day < question.from || result.day > question.to) continue;
        const auto& tenants = question.tenants;
        if (std::find(tenants.begin(), tenants.end(), result.tenant) == tenants.end()) continue;
        counts[key(result)].add(result);
    }
    std::map<decltype(key(results_.front())), EffectFigures> figures;
    for (auto& [value, count] : counts) figures.emplace(value, count.figures());
    return figures;
}

EffectFigures EffectBook::figures(const Question& question) const {
    const auto all = by(question, [](const CaseResult&) { return 0; });
    return all.empty() ? EffectFigures{} : all.begin()->second;
}

std::map<std::pair<std::string, std::string>, EffectFigures> EffectBook::by_rule(const Question& question) const {
    auto rules = by(question, [](const CaseResult& result) { return std::pair{result.tenant, result.rule}; });
    // Promises have no rule of their own here.
    std::erase_if(rules, [](const auto& entry) { return entry.first.second.empty(); });
    return rules;
}

std::map<std::string, EffectFigures> EffectBook::by_day(const Question& question) const {
    return by(question, [](const CaseResult& result) { return result.day; });
}

}  // namespace premura
