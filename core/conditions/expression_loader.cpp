#include "core/conditions/expression_loader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/cel/compile.h"

namespace premura {
namespace {

// Names of lists and conditions stand in expressions, where '-' is a minus.
bool is_expression_name(std::string_view name) {
    constexpr std::size_t length_max = 64;
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && name.size() <= length_max && is_lower(name.front()) &&
           std::all_of(name.begin(), name.end(), [is_lower](char c) {
               return is_lower(c) || (c >= '0' && c <= '9') || c == '_';
           });
}

bool take_name(const YamlEntry& entry, std::string_view what, const Definitions& definitions,
               YamlReader& reader) {
    const std::string& name = entry.key.text;
    if (!is_expression_name(name)) {
        reader.error("PR110", entry.key, fmt::format("'{}' cannot be the name of {}", name, what),
                     "use lower-case letters, digits and '_', a letter first");
        return false;
    }
    if (definitions.knows(name)) {
        reader.error("PR111", entry.key, fmt::format("'{}' means something already", name),
                     "lists and conditions share their names with each other and with order, now, ...");
        return false;
    }
    return true;
}

// The place of an expression's part in the file: the text of a block has other columns than its file.
Place place_in_file(const YamlNode& node, const cel::Place& place, YamlReader& reader) {
    if (place.length == 0) return reader.place_of(node);
    const std::string_view text = node.text;
    const std::string_view part = text.substr(place.offset, place.length);
    // A part over several lines is found by its first line.
    const std::string_view needle = part.substr(0, part.find_first_of(" \n", 1));
    std::size_t before = 0;
    for (std::size_t at = text.find(needle); at < place.offset; at = text.find(needle, at + needle.size())) {
        ++before;
    }
    return reader.source().place_inside(node, needle, before);
}

}  // namespace

Expression load_expression(const YamlNode& node, std::string_view what, const Definitions& definitions,
                           YamlReader& reader) {
    if (!node.is_scalar() || node.text.empty()) {
        reader.error("PR103", node, fmt::format("{} must be a condition", what),
                     "write for example: \"order.total >= 100.0\"");
        return {};
    }
    const cel::Compiled compiled =
        cel::compile(node.text, definitions.environment(), cel::Type{cel::Kind::boolean});
    for (cel::Problem problem : compiled.problems) {
        if (problem.hint.empty() && problem.message.starts_with("'return'")) {
            problem.hint = "the facts of a return are written returned.outcome, returned.amount, ...";
        }
        reader.add(error_at(place_in_file(node, problem.place, reader), "PR135", problem.message, problem.hint));
    }
    return {compiled.program};
}

void load_lists(const YamlNode& node, Definitions& definitions, YamlReader& reader) {
    if (!reader.map(node, "'lists'")) return;
    for (const YamlEntry& entry : node.entries) {
        if (!take_name(entry, "a list", definitions, reader)) continue;
        if (!reader.list(entry.value, fmt::format("the list '{}'", entry.key.text))) continue;
        NamedList list;
        list.name = entry.key.text;
        const auto is_number = [](const YamlNode& item) {
            return item.is_scalar() && !item.quoted && !item.text.empty() &&
                   item.text.find_first_not_of("-.0123456789") == std::string::npos;
        };
        const bool numbers = !entry.value.items.empty() &&
                             std::all_of(entry.value.items.begin(), entry.value.items.end(), is_number);
        if (entry.value.items.empty()) {
            reader.error("PR103", entry.value, fmt::format("the list '{}' is empty", list.name));
            continue;
        }
        for (const YamlNode& item : entry.value.items) {
            if (numbers) {
                if (const auto number = reader.number(item, "an item of a list")) list.numbers.push_back(*number);
            } else if (const auto text = reader.text(item, "an item of a list")) {
                list.texts.push_back(*text);
            }
        }
        definitions.add_list(std::move(list));
    }
}

void declare_conditions(const YamlNode& node, Definitions& definitions, YamlReader& reader) {
    if (!reader.map(node, "'conditions'")) return;
    for (const YamlEntry& entry : node.entries) {
        if (take_name(entry, "a condition", definitions, reader)) definitions.declare_condition(entry.key.text);
    }
}

void load_conditions(const YamlNode& node, Definitions& definitions, YamlReader& reader) {
    for (const YamlEntry& entry : node.entries) {
        definitions.set_condition(entry.key.text,
                                  load_expression(entry.value, fmt::format("the condition '{}'", entry.key.text),
                                                  definitions, reader));
    }
}

}  // namespace premura
