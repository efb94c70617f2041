#include "core/events/vocabulary_loader.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/base/nearest.h"

namespace premura {
namespace {

template <typename Definitions>
std::vector<std::string_view> names_of(const Definitions& definitions) {
    std::vector<std::string_view> names;
    for (const auto& definition : definitions) names.push_back(definition.name);
    return names;
}

}  // namespace

std::optional<EventNumber> load_event(const YamlNode& node, YamlReader& reader) {
    const auto name = reader.text(node, "an event");
    if (!name) return std::nullopt;
    if (const EventDefinition* definition = event_named(*name)) return definition->number;
    std::string hint = did_you_mean(*name, names_of(all_events()));
    if (hint.empty() && fact_named(*name) != nullptr) {
        hint = "this is a fact; events are such as order.paid";
    }
    reader.error("PR105", node, fmt::format("there is no event '{}'", *name), std::move(hint));
    return std::nullopt;
}

EventSet load_events(const YamlNode& node, std::string_view what, YamlReader& reader) {
    EventSet events;
    for (const YamlNode* item : reader.one_or_many(node, what)) {
        const auto event = load_event(*item, reader);
        if (!event) continue;
        if (events.contains(*event)) {
            reader.error("PR111", *item, fmt::format("'{}' stands in {} twice", item->text, what));
        }
        events.insert(*event);
    }
    return events;
}

const FactDefinition* load_fact(const YamlNode& node, YamlReader& reader) {
    const auto name = reader.text(node, "a fact");
    if (!name) return nullptr;
    if (const FactDefinition* definition = fact_named(*name)) return definition;
    std::string hint = did_you_mean(*name, names_of(all_facts()));
    if (hint.empty() && event_named(*name) != nullptr) {
        hint = "this is an event; facts are such as order.total";
    }
    reader.error("PR106", node, fmt::format("there is no fact '{}'", *name), std::move(hint));
    return nullptr;
}

}  // namespace premura
