#pragma once

#include <array>
#include <cstdint>

#include "core/cel/code.h"
#include "core/cel/context.h"
#include "core/cel/facts.h"
#include "core/cel/limits.h"
#include "core/cel/value.h"

namespace premura::cel {

// One evaluation of one expression. Recursive, as deep as the expression is.
class Evaluator {
 public:
    Evaluator(const Code& code, const Facts& facts, Context& context)
        : code_(code), facts_(facts), context_(context) {}

    // A value or an error, never absent.
    Value evaluate(NodeNumber number);

 private:
    Value part(const Node& node, std::uint32_t index) {
        return evaluate(code_.parts[node.first + index]);
    }
    Value fail(NodeNumber number, ErrorCode code) const { return Value::error(code, number); }

    template <typename Operator>
    Value binary(NodeNumber number, const Node& node, Operator operation);
    Value compare(NodeNumber number, const Node& node);
    Value logical(NodeNumber number, const Node& node, bool decisive);
    Value conditional(NodeNumber number, const Node& node);
    Value select(NodeNumber number, const Node& node);
    Value make_list(NodeNumber number, const Node& node);
    Value make_map(NodeNumber number, const Node& node);
    // The values of all parts; the first error instead. They stand in the context's memory when
    // there are many.
    template <typename Use>
    Value with_arguments(NodeNumber number, const Node& node, Use use);
    Value builtin(NodeNumber number, const Node& node);
    Value time_part(std::span<const Value> arguments, const Node& node);
    Value function(NodeNumber number, const Node& node);

    // Macros: evaluator_macros.cpp.
    Value macro(NodeNumber number, const Node& node);
    Value quantify(NodeNumber number, const Node& node, const Value& range, bool decisive);
    Value exactly_one(NodeNumber number, const Node& node, const Value& range);
    Value collect(NodeNumber number, const Node& node, const Value& range);
    // The answer of a predicate: a boolean or an error.
    Value predicate(NodeNumber number, const Node& node);

    const Code& code_;
    const Facts& facts_;
    Context& context_;
    // Set before they are read: a macro's variable is only named within its body.
    std::array<Value, Limits::macro_nesting_greatest> locals_;
};

}  // namespace premura::cel
