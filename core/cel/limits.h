#pragma once

#include <cstddef>
#include <cstdint>

namespace premura::cel {

// What an expression may cost. Beyond a bound it does not compile, or its evaluation ends in an
// error that nothing absorbs.
struct Limits {
    // No level of macros past this, whatever is set: the locals of an evaluation have a fixed size.
    static constexpr std::size_t macro_nesting_greatest = 16;
    // Nor a depth past this, so that no stack is run out of.
    static constexpr std::size_t depth_greatest = 250;

    std::size_t source_bytes_max = 16 * 1024;
    std::size_t depth_max = 100;        // of parts within parts
    std::size_t macro_nesting_max = 2;  // a macro in the body of a macro
    std::size_t list_size_max = 1000;   // items of a list, entries of a map
    std::size_t pattern_bytes_max = 1000;
    std::int64_t steps_max = 100'000;            // about a node each
    std::size_t memory_bytes_max = 1024 * 1024;  // lists, maps and texts made on the way
};

}  // namespace premura::cel
