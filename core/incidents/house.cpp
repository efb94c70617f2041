#include "core/incidents/house.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 6> kinds{"count", "incident", "customer", "waiting", "grants", "answer"};

json::object parsed(std::string_view value) {
    boost::system::error_code error;
    const json::value body = json::parse(value, error);
    return !error && body.is_object() ? body.get_object() : json::object{};
}

json::array texts(const std::vector<std::string>& list) {
    json::array all;
    for (const std::string& each : list) all.push_back(json::value(each));
    return all;
}

json::object to_json(const WaitingContact& waiting) {
    return {{"customer", waiting.customer},  {"verb", name_of(waiting.verb)},         {"priority", name_of(waiting.priority)},
            {"at", format_utc(waiting.at)},  {"incident", waiting.incident},          {"rates", texts(waiting.rates)}};
}

WaitingContact waiting_in(const json::object& body, std::string contact) {
    WaitingContact waiting;
    waiting.contact = std::move(contact);
    waiting.customer = text_member(body, "customer");
    waiting.verb = text_member(body, "verb") == name_of(Step::Verb::notify) ? Step::Verb::notify : Step::Verb::call;
    waiting.priority = priority_named(text_member(body, "priority")).value_or(Priority::normal);
    waiting.at = parse_rfc3339(text_member(body, "at")).value_or(instant_min);
    waiting.incident = text_member(body, "incident");
    if (const json::value* rates = body.if_contains("rates"); rates != nullptr && rates->is_array()) {
        for (const json::value& rate : rates->get_array()) {
            if (rate.is_string()) waiting.rates.emplace_back(rate.get_string());
        }
    }
    return waiting;
}

// Of a customer's record: the incident, and the hash.
std::pair<std::string, std::uint64_t> customer_in(std::string_view name) {
    const std::size_t slash = name.rfind('/');
    std::uint64_t hash = 0;
    if (slash == name.npos) return {};
    std::from_chars(name.data() + slash + 1, name.data() + name.size(), hash);
    return {std::string{name.substr(0, slash)}, hash};
}

template <typename Map>
const typename Map::mapped_type* find(const Map& map, std::string_view name) {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : &found->second;
}

}  // namespace

std::vector<std::string> WaitingContact::waits_for() const {
    return incident.empty() ? rates : std::vector<std::string>{incident};
}

House::Place House::place_of(const WaitingContact& contact) {
    return {-static_cast<int>(contact.priority), contact.at, contact.contact};
}

void House::wait(WaitingContact contact) {
    go(contact.contact);
    for (const std::string& what : contact.waits_for()) queues_[what].insert(place_of(contact));
    const std::string id = contact.contact;
    waiting.insert_or_assign(id, std::move(contact));
}

void House::go(const std::string& contact) {
    const auto found = waiting.find(contact);
    if (found == waiting.end()) return;
    for (const std::string& what : found->second.waits_for()) {
        const auto queue = queues_.find(what);
        if (queue == queues_.end()) continue;
        queue->second.erase(place_of(found->second));
        if (queue->second.empty()) queues_.erase(queue);
    }
    waiting.erase(found);
}

std::vector<std::string> House::waiting_for(std::string_view what) const {
    std::vector<std::string> list;
    const auto queue = queues_.find(what);
    if (queue == queues_.end()) return list;
    for (const Place& place : queue->second) list.push_back(std::get<std::string>(place));
    return list;
}

bool House::any_waits_for(std::string_view what) const { return queues_.find(what) != queues_.end(); }

Incident* House::open_incident(std::string_view counted, std::string_view rate) {
    for (auto& [id, incident] : incidents) {
        if (incident.is_open() && incident.counted == counted && incident.rate == rate) return &incident;
    }
    return nullptr;
}

Incident* House::covering(const Cause& of_case) {
    for (auto& [id, incident] : incidents) {
        if (incident.is_open() && !incident.counted.empty() && incident.cause.covers(of_case)) return &incident;
    }
    return nullptr;
}

bool House::recount(Incident& incident) const {
    std::int64_t calls = 0;
    std::set<std::string_view> waiting_customers;
    for (const std::string& id : waiting_for(incident.rate.empty() ? incident.id : incident.rate)) {
        const WaitingContact& contact = waiting.at(id);
        calls += contact.verb == Step::Verb::call ? 1 : 0;
        waiting_customers.insert(contact.customer);
    }
    const auto* known = find(customers, incident.id);
    const auto count = static_cast<std::int64_t>(!incident.rate.empty() ? waiting_customers.size()
                                                 : known == nullptr     ? 0
                                                                        : known->size());
    const bool changed = calls != incident.calls_held || count != incident.customers;
    incident.calls_held = calls;
    incident.customers = count;
    return changed;
}

std::string text_of(const HouseKey& key) {
    return "house/" + std::string{kinds.at(static_cast<std::size_t>(key.kind))} + "/" + key.tenant + "/" + key.name;
}

std::optional<HouseKey> house_key_of(std::string_view text) {
    std::array<std::string_view, 3> parts;
    for (std::string_view& part : parts) {
        const std::size_t slash = text.find('/');
        if (slash == text.npos) return std::nullopt;
        part = text.substr(0, slash);
        text.remove_prefix(slash + 1);
    }
    const auto* const kind = std::find(kinds.begin(), kinds.end(), parts[1]);
    if (parts[0] != "house" || kind == kinds.end()) return std::nullopt;
    return HouseKey{static_cast<HouseKey::Kind>(kind - kinds.begin()), std::string{parts[2]}, std::string{text}};
}

std::optional<std::string> encode(const House& house, const HouseKey& key) {
    switch (key.kind) {
        case HouseKey::Kind::count:
            if (const auto* count = find(house.counts, key.name)) return json::serialize(count->to_json());
            return std::nullopt;
        case HouseKey::Kind::incident:
            if (const auto* incident = find(house.incidents, key.name)) return json::serialize(incident->to_json());
            return std::nullopt;
        case HouseKey::Kind::customer: {
            const auto [incident, hash] = customer_in(key.name);
            const auto* known = find(house.customers, incident);
            if (known == nullptr || !known->contains(hash)) return std::nullopt;
            return "{}";
        }
        case HouseKey::Kind::waiting:
            if (const auto* waiting = find(house.waiting, key.name)) return json::serialize(to_json(*waiting));
            return std::nullopt;
        case HouseKey::Kind::grants: {
            const auto* grants = find(house.grants, key.name);
            if (grants == nullptr || grants->empty()) return std::nullopt;
            json::array times;
            for (const Instant time : *grants) times.push_back(milliseconds_of(time));
            return json::serialize(json::object{{"grants", std::move(times)}});
        }
        case HouseKey::Kind::answer:
            if (const auto* answer = find(house.answers, key.name)) return *answer;
            return std::nullopt;
    }
    return std::nullopt;
}

void decode(House& house, const HouseKey& key, std::string_view value) {
    const json::object body = parsed(value);
    switch (key.kind) {
        case HouseKey::Kind::count: house.counts.insert_or_assign(key.name, SurgeCount::from_json(body)); return;
        case HouseKey::Kind::incident:
            if (auto incident = Incident::from_json(body)) house.incidents.insert_or_assign(key.name, std::move(*incident));
            return;
        case HouseKey::Kind::customer: {
            const auto [incident, hash] = customer_in(key.name);
            house.customers[incident].insert(hash);
            return;
        }
        case HouseKey::Kind::waiting: house.wait(waiting_in(body, key.name)); return;
        case HouseKey::Kind::grants: {
            const json::value* times = body.if_contains("grants");
            if (times == nullptr || !times->is_array()) return;
            auto& grants = house.grants[key.name];
            for (const json::value& time : times->get_array()) {
                if (time.is_int64()) grants.push_back(instant_of(time.get_int64()));
            }
            return;
        }
        case HouseKey::Kind::answer:
            house.answers.insert_or_assign(key.name, std::string{value});
            house.answered.push_back(key.name);
            return;
    }
}

}  // namespace premura
