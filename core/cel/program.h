#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/cel/arena.h"
#include "core/cel/facts.h"
#include "core/cel/limits.h"
#include "core/cel/problem.h"
#include "core/cel/type.h"
#include "core/cel/value.h"

namespace premura::cel {

struct Code;

// Memory for evaluations, used again and again; one per thread. The answer of an evaluation may
// point into it, and is valid until the next one.
class Scratch {
 public:
    Scratch() : arena_(0) {}

 private:
    friend class Program;
    Arena arena_;
};

// Why an evaluation has no value, for people.
struct EvaluationError {
    ErrorCode code = ErrorCode::missing_value;
    Place place;
    std::string message;  // "'order.total' has no value"
};

// A variable or a field that an expression names.
struct Reading {
    VariableNumber variable = 0;
    std::optional<FieldNumber> field;
};

// A compiled expression. Immutable; evaluated from any number of threads, each with a scratch of
// its own. Made by `compile`.
class Program {
 public:
    Program(std::string source, const Limits& limits);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    // A value of the checked type, or an error: never throws, never reads a clock. Allocates only
    // when it makes lists, maps or texts larger than ever before with this scratch.
    Value evaluate(const Facts& facts, Scratch& scratch) const;
    // Of an error that this program's evaluation answered, before the next one.
    EvaluationError explain(const Value& error) const;

    const Type& type() const { return type_; }
    std::string_view source() const { return source_; }
    // Each once, in the order of the text.
    std::span<const Reading> readings() const { return readings_; }

 private:
    friend class ProgramBuilder;

    std::string source_;
    Limits limits_;
    Arena constants_;
    std::unique_ptr<Code> code_;
    std::vector<Reading> readings_;
    Type type_;
};

}  // namespace premura::cel
