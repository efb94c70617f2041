#include <boost/json.hpp>

#include <algorithm>
#include <tuple>

#include "core/events/json_writer.h"
#include "core/orders/orders_stage.h"

namespace premura {
namespace {

namespace json = boost::json;

json::value json_of(const Value& value) {
    switch (value.kind) {
        case Value::Kind::none: return nullptr;
        case Value::Kind::text: return json::string{value.text};
        case Value::Kind::number: return value.number;
        case Value::Kind::boolean: return value.boolean;
        case Value::Kind::time: return json::string{format_utc(value.as_time())};
        case Value::Kind::date: return json::string{format_date(LocalDate{value.as_date()})};
    }
    return nullptr;
}

// "order.total" -> {"order", "total"}.
std::pair<std::string_view, std::string_view> split(std::string_view name) {
    const auto dot = name.find('.');
    return {name.substr(0, dot), name.substr(dot + 1)};
}

}  // namespace

std::string facts_json(const Entity& entity, std::uint8_t subject) {
    json::object groups;
    const auto group = [&groups](std::string_view name) -> json::object& {
        json::value& value = groups[name];
        if (!value.is_object()) value.emplace_object();
        return value.get_object();
    };
    // The subject at hand comes last, so that of two shipments its facts stand.
    for (const bool own : {false, true}) {
        for (std::size_t i = 0; i < entity.subjects.size(); ++i) {
            if ((i == subject) != own) continue;
            group(name_of(entity.subjects[i].type))["id"] = entity.subjects[i].id;
        }
    }
    for (const Entity::KnownFact& known : entity.facts) {
        const auto [name, field] = split(fact(known.number).name);
        const Value* latest = entity.fact_at(known.number, subject, instant_max);
        if (latest != nullptr) group(name)[field] = json_of(*latest);
    }
    return json::serialize(groups);
}

std::string history_json(const Entity& entity) {
    std::vector<const Entity::Entry*> entries;
    for (const Entity::Entry& entry : entity.history) entries.push_back(&entry);
    std::sort(entries.begin(), entries.end(), [](const auto* one, const auto* other) {
        return std::tie(one->time, one->identity) < std::tie(other->time, other->identity);
    });
    std::string list = "[";
    for (const Entity::Entry* entry : entries) {
        if (list.size() > 1) list += ',';
        JsonObjectWriter object{list};
        object.text("event", event_definition(entry->type).name);
        object.text("time", format_utc(entry->time));
        object.end();
    }
    list += ']';
    return list;
}

}  // namespace premura
