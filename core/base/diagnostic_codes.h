#pragma once

#include <span>
#include <string_view>

namespace premura {

// One kind of mistake. A code never changes its meaning, and is not used again when it falls away:
// people search for it.
struct DiagnosticCode {
    std::string_view id;           // "PR104"
    std::string_view title;        // a few words
    std::string_view explanation;  // what is wrong, why it matters, what to do
};

// Sorted by id. PR00x: a file as YAML; PR10x: any value; PR12x, PR13x: a rule; PR14x: names across
// files; PR15x: calendars; PR16x: tenants; PR17x: messages; PR18x: rule tests; PR19x: mappings.
std::span<const DiagnosticCode> all_diagnostic_codes();

// Null when there is no such code.
const DiagnosticCode* diagnostic_code(std::string_view id);

}  // namespace premura
