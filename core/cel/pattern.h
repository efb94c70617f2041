#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/cel/context.h"
#include "core/cel/value.h"

namespace re2 {
class RE2;
}

namespace premura::cel {

// A regular expression of the RE2 syntax: no look-around and no back references, and in exchange
// the time for a match grows with the length of the text alone. Safe to use from any thread.
class Pattern {
 public:
    explicit Pattern(std::string_view written);
    Pattern(Pattern&&) noexcept;
    Pattern& operator=(Pattern&&) noexcept;
    ~Pattern();

    bool ok() const;
    // What is wrong with it.
    std::string problem() const;
    // A boolean: does a part of the text match?
    Value find_in(std::string_view text, Context& context) const;

 private:
    std::unique_ptr<re2::RE2> expression_;
};

}  // namespace premura::cel
