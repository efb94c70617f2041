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

// `of return there are: return.requested, return.received, ...`, or an empty text when the first word is unknown.
std::string events_about(std::string_view written) {
    const std::size_t dot = written.find('.');
    if (dot == std::string_view::npos) return {};
    const std::string_view first = written.substr(0, dot + 1);
    std::vector<std::string_view> names;
    for (const EventDefinition& definition : all_events()) {
        if (definition.name.starts_with(first)) names.push_back(definition.name);
    }
    if (names.empty()) return {};
    return fmt::format("of {} there are: {}", written.substr(0, dot), join_names(names));
}

std::string same_word_elsewhere(std::string_view written) {
    const std::size_t dot = written.find('.');
    const std::string_view word = dot == std::string_view::npos ? written : written.substr(dot + 1);
    std::string found;
    for (const FactDefinition& definition : all_facts()) {
        const std::size_t own_dot = definition.name.find('.');
        if (word == "id" || definition.name.substr(own_dot + 1) != word) continue;
        if (!found.empty()) return {};  // several: none of them is meant for sure
        found = fmt::format("did you mean '{}'?", definition.name);
    }
    return found;
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
    // The nearest name may be the opposite of what was meant: who knows them all chooses right.
    const std::string siblings = fact_named(*name) != nullptr ? std::string{} : events_about(*name);
    if (!siblings.empty()) hint += (hint.empty() ? "" : "; ") + siblings;
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
    // The right word of the wrong thing is likelier than a misspelt word: order.segment means customer.segment.
    std::string hint = same_word_elsewhere(*name);
    if (hint.empty()) hint = did_you_mean(*name, names_of(all_facts()));
    if (hint.empty() && event_named(*name) != nullptr) {
        hint = "this is an event; facts are such as order.total";
    }
    reader.error("PR106", node, fmt::format("there is no fact '{}'", *name), std::move(hint));
    return nullptr;
}

}  // namespace premura
