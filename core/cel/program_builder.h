#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/cel/arena.h"
#include "core/cel/ast.h"
#include "core/cel/code.h"
#include "core/cel/compile.h"
#include "core/cel/limits.h"
#include "core/cel/problem.h"
#include "core/cel/program.h"

namespace premura::cel {

// Turns checked expressions into nodes. What is constant is evaluated here, once; patterns are
// compiled and time zones looked up where they are literals.
class ProgramBuilder {
 public:
    ProgramBuilder(std::string source, const Limits& limits, Checking checking,
                   std::vector<Problem>& problems);

    // Of the program that is being made, so that names and literals may point into it.
    std::string_view source() const { return program_->source_; }
    Arena& constants() { return program_->constants_; }

    // At most once.
    std::shared_ptr<const Program> build(const Expressions& expressions, ExpressionId root);

 private:
    NodeNumber emit(ExpressionId id);
    NodeNumber append(const Node& node, const Expression& expression);
    NodeNumber append_constant(const Value& value, const Expression& expression);
    void fill(Node& node, const Expression& expression);
    void prepare(Node& node, const Expression& expression, const std::vector<NodeNumber>& parts);
    bool is_constant(NodeNumber number) const;
    void fold(NodeNumber& number, std::size_t nodes_before, std::size_t parts_before,
              const Expression& expression);
    void wrong_literal(const Expression& expression, const Value& literal);
    void remember(VariableNumber variable, std::optional<FieldNumber> field);

    std::shared_ptr<Program> program_;
    Code& code_;
    Checking checking_;
    std::vector<Problem>& problems_;
    const Expressions* expressions_ = nullptr;
};

}  // namespace premura::cel
