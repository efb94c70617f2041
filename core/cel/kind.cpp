#include "core/cel/kind.h"

namespace premura::cel {

std::string_view name_of(Kind kind) {
    switch (kind) {
        case Kind::absent:
            return "absent";
        case Kind::error:
            return "error";
        case Kind::null:
            return "null_type";
        case Kind::boolean:
            return "bool";
        case Kind::integer:
            return "int";
        case Kind::unsigned_integer:
            return "uint";
        case Kind::floating:
            return "double";
        case Kind::string:
            return "string";
        case Kind::bytes:
            return "bytes";
        case Kind::timestamp:
            return "google.protobuf.Timestamp";
        case Kind::duration:
            return "google.protobuf.Duration";
        case Kind::list:
            return "list";
        case Kind::map:
            return "map";
        case Kind::type:
            return "type";
        case Kind::dyn:
            return "dyn";
        case Kind::structure:
            return "group of facts";
    }
    return {};
}

std::string_view text_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::missing_value:
            return "has no value";
        case ErrorCode::unknown_name:
            return "no such variable or function";
        case ErrorCode::no_such_overload:
            return "cannot be used with values of these types";
        case ErrorCode::no_such_key:
            return "no such key";
        case ErrorCode::index_out_of_range:
            return "the list is not that long";
        case ErrorCode::division_by_zero:
            return "division by zero";
        case ErrorCode::overflow:
            return "the number does not fit into 64 bits";
        case ErrorCode::out_of_range:
            return "out of range";
        case ErrorCode::bad_conversion:
            return "the text cannot be converted";
        case ErrorCode::bad_pattern:
            return "not a regular expression";
        case ErrorCode::unknown_zone:
            return "no such time zone";
        case ErrorCode::duplicate_key:
            return "the same key twice";
        case ErrorCode::unsupported_key:
            return "a key must be a bool, int, uint or string";
        case ErrorCode::function_failed:
            return "the function has no answer";
        case ErrorCode::list_too_long:
            return "the list is too long";
        case ErrorCode::too_much_memory:
            return "the evaluation needs too much memory";
        case ErrorCode::too_many_steps:
            return "the evaluation takes too many steps";
    }
    return {};
}

}  // namespace premura::cel
