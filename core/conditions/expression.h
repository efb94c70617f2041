#pragma once

#include <memory>

namespace premura {

namespace cel {
class Program;
}

// A condition of a rule, written in CEL (Common Expression Language) and compiled. Immutable, shared
// by all threads. Without a program nothing was written, and nothing is asked.
struct Expression {
    std::shared_ptr<const cel::Program> program;
    bool given() const { return program != nullptr; }
};

}  // namespace premura
