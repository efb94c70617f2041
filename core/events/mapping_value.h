#pragma once

// Internal: see mapping_apply.h.
#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/events/event_builder.h"
#include "core/events/mapping.h"
#include "core/stage.h"

namespace premura {

// A value as a mapping found it, before conversion.
struct FoundValue {
    enum class Kind : std::uint8_t {
        missing,
        ignored,  // `otherwise: ignore`
        text,
        integer,  // `text` has its digits, `number` its value
        number,
        boolean,
        structure,  // an object or a list, in `element`
        broken,     // a header or key that is not UTF-8
    };

    Kind kind = Kind::missing;
    std::string_view text{};
    double number = 0;
    bool boolean = false;
    simdjson::dom::element element{};
    const ValuePath* path = nullptr;  // where it was found
};

// What paths look into: one record, and one element of its list.
struct MappingScope {
    const Record& record;
    std::optional<simdjson::dom::element> body;     // nothing: not JSON
    std::optional<simdjson::dom::element> element;  // of `for_each`
    TextArena& arena;
};

// Takes null, absent and empty texts for missing.
FoundValue find_value(const ValuePath& path, const MappingScope& scope);

// The value an expression makes, up to but without the conversion.
FoundValue evaluate(const ValueExpression& expression, const MappingScope& scope);

// The value as text: numbers in their shortest form, `true` and `false`. Nothing for a structure.
std::optional<std::string_view> text_of(const FoundValue& value, TextArena& arena);

// Converts by `expression.as`, or to `wanted` when that says nothing. Value::Kind::none: the value
// says nothing (no digit in a phone number). `default_zone` is for times without a zone.
struct Converted {
    Value value;
    FactError error = FactError::none;
};
Converted convert(const FoundValue& value, const ValueExpression& expression, FactKind wanted,
                  std::string_view default_zone, TimeZones& zones, TextArena& arena);

}  // namespace premura
