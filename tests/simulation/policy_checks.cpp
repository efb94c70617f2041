#include "tests/simulation/policy_checks.h"

#include <boost/json.hpp>
#include <map>

namespace premura {
namespace {

namespace json = boost::json;

std::string text(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value == nullptr || !value->is_string() ? std::string{} : std::string{value->get_string()};
}

std::string fact_in(const json::object& facts, std::string_view group, std::string_view name) {
    const json::value* of_group = facts.if_contains(group);
    return of_group == nullptr || !of_group->is_object() ? std::string{} : text(of_group->get_object(), name);
}

bool flag_in(const json::object& facts, std::string_view group, std::string_view name) {
    const json::value* of_group = facts.if_contains(group);
    if (of_group == nullptr || !of_group->is_object()) return false;
    const json::value* value = of_group->get_object().if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

Outreach read(const Committed<Record>& committed) {
    const json::value parsed = json::parse(committed.content.value);
    const json::object& body = parsed.as_object();
    Outreach contact;
    contact.is_call = body.contains("task");
    contact.id = text(body, contact.is_call ? "task" : "notification");
    contact.message = text(body, "message");
    contact.customer = text(body, "customer");
    contact.state = text(body, "state");
    contact.reason = text(body, "reason");
    if (contact.is_call) contact.version = static_cast<int>(body.at("version").as_int64());
    contact.at = parse_rfc3339(text(body, "decided_at")).value();
    contact.step = committed.step;
    for (const json::value& each : body.at("cases").as_array()) {
        const json::object& one = each.as_object();
        contact.cases.push_back(text(one, "case"));
        Outreach::About about{text(one, "case"), text(one, "rule"), text(one, "order"), text(one, "subject"),
                              text(one, "subject_type"), {}, {}, false};
        if (const json::value* by_edit = one.if_contains("by_edit")) about.by_edit = by_edit->as_bool();
        const json::value* facts = one.if_contains("facts");
        if (facts != nullptr && facts->is_object()) {
            about.warehouse = fact_in(facts->get_object(), "order", "warehouse");
            about.courier = fact_in(facts->get_object(), "shipment", "courier");
        }
        contact.about.push_back(std::move(about));
        if (facts == nullptr || !facts->is_object()) continue;
        const auto take = [&](std::string& into, std::string_view group, std::string_view name) {
            if (into.empty()) into = fact_in(facts->get_object(), group, name);
        };
        take(contact.told.zone, "customer", "time_zone");
        take(contact.told.country, "customer", "country");
        take(contact.told.phone, "customer", "phone");
        take(contact.told.ships_to, "order", "country");
        contact.do_not_call |= flag_in(facts->get_object(), "customer", "do_not_call");
        contact.do_not_write |= flag_in(facts->get_object(), "customer", "do_not_write");
    }
    if (const json::value* claim = body.if_contains("claim"); claim != nullptr && claim->is_object()) {
        contact.claimed_by = text(claim->at("claimed_by").as_object(), "user");
        contact.expires_at = parse_rfc3339(text(claim->as_object(), "expires_at")).value();
    }
    return contact;
}

std::vector<std::string> zones_of(const std::string& country) {
    static const std::map<std::string, std::vector<std::string>> known{
        {"IT", {"Europe/Rome"}},
        {"GB", {"Europe/London"}},
        {"PT", {"Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores"}},
        {"ES", {"Europe/Madrid", "Africa/Ceuta", "Atlantic/Canary"}},
        {"RU", {"Europe/Kaliningrad", "Asia/Anadyr"}},  // hours are one stretch: what suits both ends suits all between
    };
    const auto found = known.find(country);
    return found == known.end() ? std::vector<std::string>{} : found->second;
}

}  // namespace

std::string header_in(const Record& record, std::string_view name) {
    for (const auto& [key, value] : record.headers) {
        if (key == name) return value;
    }
    return {};
}

std::vector<Outreach> outreaches_of(const RunResult& result) {
    std::vector<Outreach> all;
    for (const auto& record : result.contacts) {
        const std::string type = header_in(record.content, "ce_type");
        if (type.starts_with("premura.call-task.") || type.starts_with("premura.notification.")) all.push_back(read(record));
    }
    return all;
}

std::vector<std::string> plausible_zones(const Whereabouts& told) {
    if (!told.zone.empty()) return {told.zone};
    if (!told.country.empty()) return zones_of(told.country);
    std::string by_phone;
    if (told.phone.starts_with("+39")) by_phone = "IT";
    if (told.phone.starts_with("+44")) by_phone = "GB";
    if (told.phone.starts_with("+351")) by_phone = "PT";
    std::vector<std::string> zones = zones_of(by_phone);
    for (std::string& zone : zones_of(told.ships_to)) zones.push_back(std::move(zone));
    return zones;
}

Whereabouts PolicyEvidence::place_of(const std::string& name) const {
    constexpr std::string_view by_order = "order/";
    std::string customer = name;
    for (const WorldEvent& event : world.events) {
        const bool names_it = name.starts_with(by_order) &&
                              event.content.id_of(SubjectType::order) == name.substr(by_order.size());
        const std::string& whose = event.content.id_of(SubjectType::customer);
        if (names_it && !whose.empty()) customer = whose;
    }
    const auto place = world.customers.find(customer);
    return place == world.customers.end() ? Whereabouts{} : place->second;
}

}  // namespace premura
