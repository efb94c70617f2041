// Answers expressions, for comparing with another implementation. The first line of standard input
// is {"bindings": {name: tagged value}}; every other is an expression as a JSON text. Each is
// answered by one line: {"value": tagged} or {"error": text}, or {"wrong": text} when the answer
// with checked types is not that without, or not of the type that the checker said.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>
#include <string>

#include "core/cel/compile.h"
#include "tests/cel/bound_facts.h"
#include "tests/cel/tagged_value.h"

namespace {

using namespace premura::cel;
namespace json = boost::json;

json::object answer_of(const Compiled& compiled, const Facts& facts, Scratch& scratch) {
    if (compiled.program == nullptr) return {{"error", compiled.problems.front().message}};
    const Value value = compiled.program->evaluate(facts, scratch);
    if (value.is_error()) return {{"error", compiled.program->explain(value).message}};
    return {{"value", write_tagged(value)}};
}

// An expression that the checker accepts must mean what it means without the checker.
std::string contradiction(const std::string& source, const Environment& environment,
                          const Facts& facts, const json::object& unchecked) {
    const Compiled compiled = compile(source, environment);
    if (compiled.program == nullptr) return {};
    Scratch scratch;
    const Value value = compiled.program->evaluate(facts, scratch);
    if (value.is_error() != unchecked.contains("error")) {
        return "an error with checked types or without, and not with the other";
    }
    if (value.is_error()) return {};
    if (write_tagged(value) != unchecked.at("value")) return "another value with checked types";
    if (!is_assignable(value.kind(), compiled.program->type().kind())) {
        return fmt::format("the checker said {}", compiled.program->type().name());
    }
    return {};
}

}  // namespace

int main() {
    std::ios::sync_with_stdio(false);
    TaggedValues values;
    BoundFacts facts;
    Environment environment;
    environment.limits.macro_nesting_max = Limits::macro_nesting_greatest;
    std::string line;
    std::getline(std::cin, line);
    const json::value first = json::parse(line);
    for (const auto& [name, tagged] : first.at("bindings").as_object()) {
        const Value value = values.read(tagged);
        environment.add_variable(name, type_of(value));
        facts.add(value);
    }
    Scratch scratch;
    while (std::getline(std::cin, line)) {
        const std::string source{json::parse(line).as_string()};
        json::object answer = answer_of(
            compile(source, environment, std::nullopt, Checking::nothing), facts, scratch);
        const std::string wrong = contradiction(source, environment, facts, answer);
        if (!wrong.empty()) answer = {{"wrong", wrong}};
        std::cout << json::serialize(answer) << '\n';
    }
    return 0;
}
