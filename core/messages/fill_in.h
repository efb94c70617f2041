#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/messages/values.h"

namespace premura {

enum class Escape { none, html };
// What stands where a value is not known: nothing, or the variable's name in brackets for who can tell what is meant.
enum class Gap { empty, named };

// A template with its values. `missing` names what was to stand in the text and is not known: such a text has a gap,
// and must not go to a person.
struct FilledIn {
    std::string text;
    std::vector<std::string> missing;  // each once, in their order
    bool complete() const { return missing.empty(); }
};

// Mustache as core/rules/template_scan.h allows it. What stands in a section that does not hold is not asked for. With
// Escape::html every value is escaped, those in {{{ }}} too.
FilledIn fill_in(std::string_view text, const MessageValues& values, Escape escape, Gap gap = Gap::empty);

}  // namespace premura
