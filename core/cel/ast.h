#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/cel/type.h"
#include "core/cel/value.h"

namespace premura::cel {

// What a node does: as it was written, then as the checker resolved it.
enum class Operation : std::uint8_t {
    // Written.
    constant,
    identifier,
    select,  // part 0 . name
    has,     // has(part 0 . name)
    call,    // name(parts); a method's receiver is part 0
    list,
    map,    // keys and values in turns
    index,  // part 0 [ part 1 ]
    in,
    logical_not,
    negate,
    add,
    subtract,
    multiply,
    divide,
    modulo,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    logical_and,  // two parts or more
    logical_or,
    conditional,
    // Macros: part 0 is the range, `name` the variable; then the predicate, then the
    // transformation.
    all,
    exists,
    exists_one,
    filter,
    transform,           // e.map(x, t)
    filtered_transform,  // e.map(x, p, t)
    // Resolved.
    local,         // slot: the depth of its macro
    variable,      // slot: its number
    field,         // slot and field: numbers of the variable and of its field
    has_variable,  // has(a.b), where a.b is a variable
    has_field,
    builtin,
    function,  // the embedder's
    same,      // part 0
    unknown,   // fails when evaluated; only where types are not checked
};

using ExpressionId = std::uint32_t;
struct Builtin;
struct Function;

struct Expression {
    Operation operation = Operation::unknown;
    bool absolute = false;  // written with a dot in front
    bool method = false;
    bool literal = false;     // a constant as it was written, not the name of a type
    std::uint32_t begin = 0;  // bytes of the source
    std::uint32_t end = 0;
    std::uint32_t point = 0;  // where the operator or the name stands
    std::string_view name;
    Value constant;
    std::vector<ExpressionId> parts;
    std::uint32_t depth = 1;
    // From the checker.
    std::uint32_t slot = 0;
    std::uint32_t field = 0;
    const Builtin* builtin = nullptr;
    std::vector<std::shared_ptr<const Function>> functions;  // those that may be meant
    Type type;
};

using Expressions = std::vector<Expression>;

}  // namespace premura::cel
