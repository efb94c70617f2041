#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "core/cel/ast.h"
#include "core/cel/builtins.h"
#include "core/cel/environment.h"
#include "core/cel/moment.h"
#include "core/cel/pattern.h"
#include "core/cel/value.h"

namespace premura::cel {

using NodeNumber = std::uint32_t;

// One step of an evaluation, in 32 bytes. Its parts are numbers of other nodes, in a row of
// Code::parts.
struct Node {
    Operation operation = Operation::unknown;
    std::uint32_t first = 0;  // in Code::parts
    std::uint32_t count = 0;  // of parts
    union {
        Value constant;
        struct {
            std::uint32_t slot;  // of a local, a variable, a macro; a row of Code::functions
            std::uint32_t field;
        };
        struct {
            const Builtin* builtin;
            const void* prepared;  // a Pattern or a Zone, by the builtin's preparation; or null
        };
    };

    Node() : constant() {}
};

struct SourceRange {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

// An expression as it is evaluated: rows of small things, no pointers between the nodes.
struct Code {
    std::vector<Node> nodes;
    std::vector<NodeNumber> parts;
    std::vector<SourceRange> ranges;  // where a node was written
    std::vector<std::vector<std::shared_ptr<const Function>>> functions;
    // Neither moves what it holds.
    std::deque<Pattern> patterns;
    std::deque<Zone> zones;
    NodeNumber root = 0;
};

}  // namespace premura::cel
