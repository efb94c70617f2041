#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace premura {

// What is wrong with a Mustache template, or doubtful in it.
struct TemplateProblem {
    enum class Kind {
        broken,            // the text cannot be filled in
        unknown_variable,  // it would be filled in with nothing
    };
    Kind kind = Kind::broken;
    std::size_t tag = 0;  // the how-manyth `{{` of the text, from 0
    std::string message;
    std::string hint;
};

// Looks at the tags of a template: `{{name}}`, `{{{name}}}`, `{{&name}}`, sections `{{#name}}`,
// `{{^name}}` with `{{/name}}`, and `{{! comments}}`. Partials, other delimiters, and anything that
// is not a plain name are refused: what an ops person writes must never be able to call or include.
std::vector<TemplateProblem> scan_template(std::string_view text);

// Every name a template can use: the facts; `<fact>.day`, `.day_short` and `.time` for times,
// `.text` for numbers; `<event>_at` with the same ends for the time of an event; and what a contact
// adds: brand, agent, link, promise and so on.
std::span<const std::string_view> template_variables();

}  // namespace premura
