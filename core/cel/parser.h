#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/cel/arena.h"
#include "core/cel/ast.h"
#include "core/cel/limits.h"
#include "core/cel/problem.h"

namespace premura::cel {

struct Parsed {
    Expressions expressions;
    ExpressionId root = 0;
};

// Reads an expression, macros included. Names are views of `source`, texts of literals views of
// `arena`; both must outlive the result. Nothing when there are problems: everything that is wrong
// with its tokens, and the first place where it is no expression.
// Source: the grammar of cel-spec, "Syntax"; messages (`Name{field: 1}`) are not read.
std::optional<Parsed> parse(std::string_view source, const Limits& limits, Arena& arena,
                            std::vector<Problem>& problems);

}  // namespace premura::cel
