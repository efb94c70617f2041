#include "tests/simulation/knowledge.h"

#include <stdexcept>

namespace premura {

Knowledge::Known Knowledge::Story::before(Instant moment) const {
    Known known = 0;
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
        if (arrivals[i]->wall_seen < moment) known |= Known{1} << i;
    }
    return known;
}

Knowledge::Known Knowledge::Story::anonymous() const {
    Known known = 0;
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
        if (arrivals[i]->content.id_of(SubjectType::order).empty()) known |= Known{1} << i;
    }
    return known;
}

Knowledge::Known Knowledge::Story::until(std::size_t step) const {
    Known known = 0;
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
        if (arrivals[i]->step <= step) known |= Known{1} << i;
    }
    return known;
}

Knowledge::Knowledge(const RunResult& result, const SimulationRules& rules) : result_{result}, rules_{rules} {
    std::map<std::string, std::string> order_of_shipment;
    for (const Arrival& arrival : result.arrivals) {
        const std::string& shipment = arrival.content.id_of(SubjectType::shipment);
        const std::string& order = arrival.content.id_of(SubjectType::order);
        if (!order.empty() && !shipment.empty()) order_of_shipment[shipment] = order;
    }
    for (const Arrival& arrival : result.arrivals) {
        const std::string& shipment = arrival.content.id_of(SubjectType::shipment);
        std::string order = arrival.content.id_of(SubjectType::order);
        if (order.empty() && order_of_shipment.contains(shipment)) order = order_of_shipment[shipment];
        const std::string name = order.empty() ? "shipment/" + shipment : order;
        const auto [found, is_new] = story_of_order_.try_emplace(name, stories_.size());
        if (is_new) stories_.push_back({name, {}});
        if (!shipment.empty()) story_of_shipment_[shipment] = found->second;
        stories_[found->second].arrivals.push_back(&arrival);
        if (stories_[found->second].arrivals.size() > arrivals_max) throw std::length_error{"too long a story"};
    }
}

const Knowledge::Story* Knowledge::story_of(const Finding& finding) const {
    const bool by_shipment = finding.subject_type == SubjectType::shipment;
    const auto& stories = by_shipment ? story_of_shipment_ : story_of_order_;
    const auto found = stories.find(by_shipment ? finding.subject : finding.order);
    return found == stories.end() ? nullptr : &stories_[found->second];
}

std::optional<ClockKey> Knowledge::key_of(const Finding& finding) const {
    const Rule* rule = rules_.set->rule(finding.rule);
    const Story* story = story_of(finding);
    if (rule == nullptr || story == nullptr) return std::nullopt;
    if (rule->again == Rule::Again::once) return ClockKey{finding.rule, finding.subject, {}};
    for (const Arrival* arrival : story->arrivals) {
        if (arrival->content.time == finding.started_at && rule->when.contains(arrival->content.type)) {
            return ClockKey{finding.rule, finding.subject, arrival->content.id};
        }
    }
    return std::nullopt;
}

const std::map<ClockKey, ModelClock>& Knowledge::clocks(const Story& story, Known known) const {
    const auto [found, is_new] = readings_.try_emplace({&story, known});
    if (!is_new) return found->second;
    std::vector<const ModelEvent*> events;
    for (std::size_t i = 0; i < story.arrivals.size(); ++i) {
        if ((known >> i & 1U) != 0) events.push_back(&story.arrivals[i]->content);
    }
    for (ModelClock& clock : evaluate(events, rules_)) {
        ClockKey key{clock.rule->id, clock.subject, clock.occurrence};
        found->second.emplace(std::move(key), std::move(clock));
    }
    return found->second;
}

bool Knowledge::is_linked(const Story& story, Known known, const std::string& shipment) {
    for (std::size_t i = 0; i < story.arrivals.size(); ++i) {
        const ModelEvent& event = story.arrivals[i]->content;
        if ((known >> i & 1U) == 0 || event.id_of(SubjectType::shipment) != shipment) continue;
        if (!event.id_of(SubjectType::order).empty()) return true;
    }
    return false;
}

const ModelClock* Knowledge::clock(const Story& story, Known known, const ClockKey& key) const {
    const auto& all = clocks(story, known);
    const auto found = all.find(key);
    return found == all.end() ? nullptr : &found->second;
}

}  // namespace premura
