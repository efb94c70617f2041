#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/events/vocabulary.h"

namespace premura {

// A mapping file as values: how a shop's or courier's own message becomes our events, without code.
// Format and operators: docs/EVENTS.md. Made and checked by core/events/mapping_loader.h; immutable
// once loaded.

// Where a value comes from. `/a/b` is a JSON Pointer (RFC 6901) into the body; `header.x` a header
// of the record; `key` the record's key; a path without `/` at its front is relative to the element
// of `for_each`, and is refused in a mapping that has none.
struct ValuePath {
    enum class Root : std::uint8_t { body, element, header, key, constant };
    Root root = Root::body;
    // For body and element a checked JSON Pointer with its leading `/` (`subtag` is stored as
    // `/subtag`); for a header its name in lower case; for key nothing; for a constant the value.
    std::string path;

    bool operator==(const ValuePath&) const = default;
};

// What of a value's text is used: all of it, only its digits, or one part between separators (of
// `gid://shop/Order/4507`, part -1 of `/` is `4507`). A part that is not there makes the value
// missing, and so does a text without digits.
struct Take {
    enum class What : std::uint8_t { all, digits, part };
    What what = What::all;
    std::string separator;  // not empty for `part`
    int part = 0;           // from 0; negative: counted from the end, -1 is the last

    bool operator==(const Take&) const = default;
};

// One piece of a text with paths in braces, `{/msg/id}:{subtag}`: either a path, or literal text.
struct TextPiece {
    std::string literal;
    std::optional<ValuePath> path;

    bool operator==(const TextPiece&) const = default;
};

// How one value is made, in this order: the first path of `first_of` that yields something (null,
// absent and empty text yield nothing), else the text of `text_pieces`; of that, what `take` says;
// then the table; then the conversion.
struct ValueExpression {
    enum class Conversion : std::uint8_t {
        none,
        text,
        number,
        time,         // RFC 3339, without a zone too, a bare date, or seconds or milliseconds
        phone,        // spaces and punctuation taken out, a leading 00 becomes +
        language,     // `it-IT` becomes `it`
        money_cents,  // a whole number of cents, or {centAmount, fractionDigits}, as an amount
    };
    std::vector<ValuePath> first_of;         // a constant stands alone in it
    // `text: "{/msg/id}:{subtag}"`, also as `otherwise: { text: ... }`. A value that is missing
    // makes the whole text missing. Empty: none.
    std::vector<TextPiece> text_pieces;
    Take take;
    std::map<std::string, std::string> map;  // exact values; empty: every value passes
    // For a value that is missing or not in the map; it is converted like one that was found.
    std::optional<std::string> otherwise;
    // `otherwise: ignore`: for a type or tenant the event is dropped and counted, a fact is left
    // out. Never together with `otherwise`.
    bool otherwise_ignore = false;
    Conversion as = Conversion::none;
    std::string zone;  // IANA; for times written without a zone; empty: the tenant's

    // False: nothing was written, there is no such value.
    bool given() const { return !first_of.empty() || !text_pieces.empty(); }
};

struct Mapping {
    struct Match {
        ValuePath path;                   // body, header or key
        std::vector<std::string> any_of;  // empty: it is enough that the path yields something
    };
    struct FactRule {
        FactNumber fact = 0;
        ValueExpression value;            // without `as`, the fact's kind says what to convert to
    };
    std::string name;
    std::vector<std::string> topics;  // empty: any
    std::vector<Match> match;         // all must hold
    std::string for_each;             // JSON Pointer to an array; empty: the message is one event
    ValueExpression type;             // given; constants and table entries are known events
    ValueExpression id;               // given
    ValueExpression time;             // not given: the record's time in the log; `as` is time
    ValueExpression tenant;           // not given: the tenant whose `topics:` has the topic
    std::vector<FactRule> facts;      // in the order written, each fact once
    std::string file;
    int line = 0;
};

}  // namespace premura
