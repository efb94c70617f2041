#include "core/contacts/house_view.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/base/hash.h"

namespace premura {
namespace {

namespace json = boost::json;

std::string text_at(const json::value& facts, std::string_view pointer) {
    boost::system::error_code unknown;
    const json::value* value = facts.find_pointer(pointer, unknown);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

bool holds(const IncidentCover& cover, Step::Verb verb) {
    return verb == Step::Verb::call ? cover.holds_calls : verb == Step::Verb::notify && cover.holds_messages;
}

}  // namespace

Cause cause_of(const Customer::OpenCase& open) {
    Cause cause;
    cause.rule = open.rule;
    boost::system::error_code error;
    const json::value facts = json::parse(open.facts, error);
    if (error) return cause;
    cause.warehouse = text_at(facts, "/order/warehouse");
    cause.courier = text_at(facts, "/shipment/courier");
    return cause;
}

bool is_held_out(std::string_view tenant, const Customer::OpenCase& open, double share) {
    const std::string& whose = open.order.empty() ? open.subject : open.order;
    constexpr double all = 18446744073709551616.0;  // 2^64
    return static_cast<double>(hash64({"holdout", tenant, whose})) < share * all;
}

std::vector<std::string> rates_of(const Customer& customer, const Customer::Contact& contact, const RuleSet& rules) {
    const bool is_call = contact.verb == Step::Verb::call;
    std::vector<std::string> rates;
    if (!is_call && contact.verb != Step::Verb::notify) return rates;
    for (const std::string& id : contact.cases) {
        const Customer::OpenCase* open = customer.find_case(id);
        if (open == nullptr) continue;
        const Rule* rule = rules.rule(open->rule);
        const bool governed = is_call && rule != nullptr && rule->calls_at_most;
        if (!governed && !open->by_edit) return {};
        if (open->by_edit) rates.push_back(rate_of_edit(open->rule));
        if (governed) rates.push_back(rate_of_rule(open->rule));
    }
    std::sort(rates.begin(), rates.end());
    rates.erase(std::unique(rates.begin(), rates.end()), rates.end());
    return rates;
}

void HouseView::restore(std::string_view bytes) {
    covers_.clear();
    boost::system::error_code error;
    const json::value list = json::parse(bytes, error);
    if (error || !list.is_array()) return;
    for (const json::value& each : list.get_array()) {
        if (!each.is_object()) continue;
        IncidentCover cover = cover_in(each.get_object());
        std::string id = cover.incident;
        covers_.insert_or_assign(std::move(id), std::move(cover));
    }
}

std::string HouseView::encoded() const {
    json::array list;
    for (const auto& [id, cover] : covers_) list.push_back(json_of(cover));
    return json::serialize(list);
}

bool HouseView::take_changed() {
    const bool changed = changed_;
    changed_ = false;
    return changed;
}

void HouseView::open(const IncidentCover& cover) {
    if (covers_.size() >= incidents_max && !covers_.contains(cover.incident)) return;
    covers_.insert_or_assign(cover.incident, cover);
    changed_ = true;
}

void HouseView::close(std::string_view incident) {
    const auto found = covers_.find(incident);
    if (found == covers_.end()) return;
    covers_.erase(found);
    changed_ = true;
}

const IncidentCover* HouseView::covering(const Customer& customer, const Customer::Contact& contact) const {
    if (covers_.empty()) return nullptr;
    std::vector<Cause> causes;
    for (const std::string& id : contact.cases) {
        const Customer::OpenCase* open = customer.find_case(id);
        if (open == nullptr) continue;
        // What we have promised is kept whatever is going on.
        if (open->subject_type == SubjectType::promise) return nullptr;
        causes.push_back(cause_of(*open));
    }
    if (causes.empty()) return nullptr;
    for (const auto& [id, cover] : covers_) {
        const auto& released = contact.released_from;
        const bool may_hold = cover.tenant == customer.tenant && holds(cover, contact.verb) &&
                              std::find(released.begin(), released.end(), id) == released.end();
        const bool all = may_hold && std::all_of(causes.begin(), causes.end(),
                                                 [&about = cover.about](const Cause& cause) { return about.covers(cause); });
        if (all) return &cover;
    }
    return nullptr;
}

std::vector<const IncidentCover*> HouseView::with_message(std::string_view tenant, const Cause& cause) const {
    std::vector<const IncidentCover*> list;
    for (const auto& [id, cover] : covers_) {
        if (cover.tenant == tenant && !cover.message.empty() && cover.about.covers(cause)) list.push_back(&cover);
    }
    return list;
}

}  // namespace premura
