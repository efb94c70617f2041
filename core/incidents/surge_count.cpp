#include "core/incidents/surge_count.h"

#include <algorithm>

namespace premura {
namespace {

namespace json = boost::json;

std::int64_t day_of(Instant time) { return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count(); }

}  // namespace

void SurgeCount::add(Case late, Milliseconds in) {
    const auto place = std::upper_bound(cases_.begin(), cases_.end(), late,
                                        [](const Case& one, const Case& other) { return one.at < other.at; });
    cases_.insert(place, late);
    const Instant newest = cases_.back().at;
    while (cases_.size() > cases_max || cases_.front().at <= newest - in) cases_.pop_front();
}

bool SurgeCount::is_over(const Surge& surge) const {
    const auto count = static_cast<std::int64_t>(cases_.size());
    if (count <= surge.more_than) return false;
    if (surge.times_usual == 0) return true;
    const std::int64_t today = day_of(cases_.back().at);
    int usual = 0;
    for (const auto& [day, most] : busiest_) {
        if (day < today && day >= today - days_kept) usual = std::max(usual, most);
    }
    return count > std::int64_t{surge.times_usual} * usual;
}

void SurgeCount::remember_busiest() {
    if (cases_.empty()) return;
    const std::int64_t today = day_of(cases_.back().at);
    int& most = busiest_[today];
    most = std::max(most, static_cast<int>(cases_.size()));
    busiest_.erase(busiest_.begin(), busiest_.lower_bound(today - days_kept));
}

void SurgeCount::forget_today() {
    if (!cases_.empty()) busiest_.erase(day_of(cases_.back().at));
}

Instant SurgeCount::calm_at(int more_than, Milliseconds in) const {
    const auto half = static_cast<std::size_t>(more_than / 2);
    if (cases_.size() <= half) return instant_min;
    return cases_[cases_.size() - half - 1].at + in;
}

bool SurgeCount::is_idle(Instant now, Milliseconds in) const {
    const bool counts = !cases_.empty() && cases_.back().at > now - in;
    return !counts && (busiest_.empty() || busiest_.rbegin()->first < day_of(now) - days_kept);
}

json::object SurgeCount::to_json() const {
    json::array cases;
    for (const Case& each : cases_) {
        cases.push_back(milliseconds_of(each.at));
        cases.push_back(each.customer);
    }
    json::array busiest;
    for (const auto& [day, most] : busiest_) {
        busiest.push_back(day);
        busiest.push_back(most);
    }
    return {{"cases", std::move(cases)}, {"busiest", std::move(busiest)}};
}

SurgeCount SurgeCount::from_json(const json::object& body) {
    const auto numbers = [&body](std::string_view name) {
        std::vector<std::uint64_t> list;
        const json::value* value = body.if_contains(name);
        if (value == nullptr || !value->is_array()) return list;
        for (const json::value& each : value->get_array()) {
            if (each.is_int64()) list.push_back(static_cast<std::uint64_t>(each.get_int64()));
            if (each.is_uint64()) list.push_back(each.get_uint64());
        }
        return list;
    };
    SurgeCount count;
    const auto cases = numbers("cases");
    for (std::size_t i = 0; i + 1 < cases.size(); i += 2) {
        count.cases_.push_back({instant_of(static_cast<std::int64_t>(cases[i])), cases[i + 1]});
    }
    const auto busiest = numbers("busiest");
    for (std::size_t i = 0; i + 1 < busiest.size(); i += 2) {
        count.busiest_[static_cast<std::int64_t>(busiest[i])] = static_cast<int>(busiest[i + 1]);
    }
    return count;
}

}  // namespace premura
