#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/cel/environment.h"
#include "core/cel/problem.h"
#include "core/cel/program.h"
#include "core/cel/type.h"

namespace premura::cel {

enum class Checking {
    types,    // what cannot work is a problem of the expression
    nothing,  // but its grammar and its bounds: the rest fails when it is evaluated
};

struct Compiled {
    std::shared_ptr<const Program> program;  // null when there are problems
    std::vector<Problem> problems;           // in the order of the text
};

// Compiles an expression of the Common Expression Language. `wanted` is the type that its value
// must have: bool for a condition. The environment need not outlive the program, except for its
// functions, which are kept. Pure; safe from any thread.
// Source: the language definition of cel-spec, without messages, optional values and the macros and
// functions of its extensions.
Compiled compile(std::string_view source, const Environment& environment,
                 const std::optional<Type>& wanted = std::nullopt,
                 Checking checking = Checking::types);

}  // namespace premura::cel
