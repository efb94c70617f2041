#include "core/cel/compile.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/cel/checker.h"
#include "core/cel/parser.h"
#include "core/cel/program_builder.h"
#include "core/cel/utf8.h"

namespace premura::cel {
namespace {

void sort_by_place(std::vector<Problem>& problems) {
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& one, const Problem& two) {
        return one.place.offset < two.place.offset;
    });
}

std::vector<Problem> refused(std::string message) {
    return {{Place{}, std::move(message), {}}};
}

}  // namespace

Compiled compile(std::string_view source, const Environment& environment,
                 const std::optional<Type>& wanted, Checking checking) {
    if (source.size() > environment.limits.source_bytes_max) {
        return {nullptr, refused("the expression is too long")};
    }
    if (!is_utf8(source)) return {nullptr, refused("the expression is not UTF-8")};

    Compiled compiled;
    ProgramBuilder builder{std::string{source}, environment.limits, checking, compiled.problems};
    auto parsed =
        parse(builder.source(), environment.limits, builder.constants(), compiled.problems);
    if (parsed) {
        Checker{parsed->expressions, environment, builder.source(), checking, compiled.problems}
            .run(parsed->root, wanted);
    }
    if (parsed && compiled.problems.empty()) {
        compiled.program = builder.build(parsed->expressions, parsed->root);
    }
    if (!compiled.problems.empty()) compiled.program = nullptr;
    sort_by_place(compiled.problems);
    return compiled;
}

}  // namespace premura::cel
