#pragma once

#include <optional>
#include <string_view>

#include "core/base/yaml_reader.h"
#include "core/events/mapping.h"

namespace premura {

// Where the paths of a value may lead.
enum class PathScope {
    record,   // body, header, key
    element,  // the element of `for_each`, too
};

// A path such as `/a/b`, `body./a/b`, `header.x`, `key`, `a/b`; an error when it is none or leads
// out of the scope.
std::optional<ValuePath> load_path(const YamlNode& node, std::string_view text, PathScope scope,
                                   YamlReader& reader);

// Is this written as a path that needs no element: with `/` or `header.` in front, or `key`?
bool is_record_path(std::string_view text);

// A whole value, as core/events/mapping_loader.h describes it. An empty expression after errors.
ValueExpression load_value_expression(const YamlNode& node, PathScope scope, YamlReader& reader);

}  // namespace premura
