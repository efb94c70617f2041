#include "core/cel/program.h"

#include <fmt/format.h>

#include <utility>

#include "core/cel/code.h"
#include "core/cel/evaluator.h"

namespace premura::cel {

Program::Program(std::string source, const Limits& limits)
    : source_(std::move(source)),
      limits_(limits),
      constants_(limits.memory_bytes_max),
      code_(std::make_unique<Code>()) {}

Program::~Program() = default;

Value Program::evaluate(const Facts& facts, Scratch& scratch) const {
    scratch.arena_.clear();
    scratch.arena_.set_bytes_max(limits_.memory_bytes_max);
    Context context{scratch.arena_, limits_, facts};
    return Evaluator{*code_, facts, context}.evaluate(code_->root);
}

EvaluationError Program::explain(const Value& error) const {
    const SourceRange range = code_->ranges[error.place()];
    const std::string_view written =
        std::string_view{source_}.substr(range.begin, range.end - range.begin);
    EvaluationError told{error.code(), place_of(source_, range.begin, range.end), {}};
    const std::string_view text = text_of(error.code());
    const bool sentence =
        error.code() == ErrorCode::missing_value || error.code() == ErrorCode::no_such_overload;
    if (sentence) {
        told.message = fmt::format("'{}' {}", written, text);
    } else if (error.note() != nullptr) {
        told.message = fmt::format("{}: '{}', in '{}'", text, error.note(), written);
    } else {
        told.message = fmt::format("{}, in '{}'", text, written);
    }
    return told;
}

}  // namespace premura::cel
