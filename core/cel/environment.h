#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/cel/context.h"
#include "core/cel/facts.h"
#include "core/cel/limits.h"
#include "core/cel/type.h"
#include "core/cel/value.h"

namespace premura::cel {

// What a function of the embedder does. Called with as many arguments as it has parameters, each of
// the declared type and never an error. It must be pure (same arguments, same answer, no clock) and
// safe on every thread that evaluates. What it answers must be of the declared type, or an error
// made by `context.error(ErrorCode::function_failed, "why")`.
using Implementation = std::function<Value(std::span<const Value> arguments, Context& context)>;

struct Function {
    std::string name;
    std::vector<Type> parameters;  // a method's receiver first
    Type result;
    Implementation implementation;
    bool method = false;  // called as `a.name(b)` instead of `name(a, b)`
};

struct Variable {
    std::string name;  // may have dots
    Type type;
};

// What expressions may name. Filled once, then only read: compiling is safe from any thread.
class Environment {
 public:
    // Numbers count up from 0; names and their structures must be unique.
    VariableNumber add_variable(std::string name, Type type);
    // The same name may be given several times, with other parameters.
    void add_function(Function function);
    // Names are looked up in it first: in the container `a.b`, `x` is `a.b.x`, `a.x`, then `x`.
    void set_container(std::string container) { container_ = std::move(container); }

    Limits limits;

    std::optional<VariableNumber> find_variable(std::string_view name) const;
    const Variable& variable(VariableNumber number) const { return variables_[number]; }
    std::span<const Variable> variables() const { return variables_; }
    // Programs keep the functions that they call alive.
    std::span<const std::shared_ptr<const Function>> functions() const { return functions_; }
    // `name` with each prefix of the container, the longest first; alone when it is absolute.
    std::vector<std::string> candidates(std::string_view name, bool absolute) const;

 private:
    std::vector<Variable> variables_;
    std::vector<std::shared_ptr<const Function>> functions_;
    std::string container_;
};

}  // namespace premura::cel
