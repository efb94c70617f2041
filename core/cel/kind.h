#pragma once

#include <cstdint>
#include <string_view>

namespace premura::cel {

// What a value is. The last three are kinds of types alone: no value has them.
enum class Kind : std::uint8_t {
    absent,  // no value at all: what a fact is that nobody has told
    error,
    null,
    boolean,
    integer,           // 64 bits, signed
    unsigned_integer,  // 64 bits
    floating,          // 64 bits; every number of a JSON fact
    string,            // UTF-8
    bytes,
    timestamp,  // to the nanosecond, years 1 to 9999
    duration,   // to the nanosecond, within 64 bits
    list,
    map,
    type,
    dyn,       // known only when evaluated
    structure  // a variable whose fields are declared: `order` in `order.total`
};

// The name that the language gives it: "int", "double", "google.protobuf.Timestamp", ...
std::string_view name_of(Kind kind);

// Why an evaluation has no value.
enum class ErrorCode : std::uint8_t {
    missing_value,     // a fact that nobody has told
    unknown_name,      // only where types were not checked
    no_such_overload,  // an operator or a function was given what it does not take
    no_such_key,
    index_out_of_range,
    division_by_zero,
    overflow,
    out_of_range,    // no such number, moment or duration
    bad_conversion,  // the text is not one
    bad_pattern,
    unknown_zone,
    duplicate_key,
    unsupported_key,
    function_failed,
    // The rest are bounds. Nothing absorbs them: the evaluation ends.
    list_too_long,
    too_much_memory,
    too_many_steps,
};

constexpr bool ends_evaluation(ErrorCode code) {
    return code >= ErrorCode::list_too_long;
}

// A sentence without its full stop: "division by zero".
std::string_view text_of(ErrorCode code);

}  // namespace premura::cel
