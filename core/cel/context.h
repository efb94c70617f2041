#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/cel/arena.h"
#include "core/cel/facts.h"
#include "core/cel/limits.h"
#include "core/cel/value.h"

namespace premura::cel {

// What an operation may use while it runs: memory for what it makes, steps that it spends, and the
// place where it stands. One per evaluation, on one thread.
class Context {
 public:
    Context(Arena& arena, const Limits& limits, const Facts& facts)
        : arena_(arena), limits_(limits), facts_(facts), steps_left_(limits.steps_max) {}

    // An error at the place of the running operation. The note is copied; it says what is meant,
    // such as the key that was not found.
    Value error(ErrorCode code, std::string_view note = {}) const;

    // False when the evaluation has no steps left: answer `error(ErrorCode::too_many_steps)`.
    bool spend(std::size_t steps) {
        steps_left_ -= static_cast<std::int64_t>(steps);
        return steps_left_ >= 0;
    }
    bool exhausted() const { return steps_left_ < 0; }

    // A text that lives as long as the answer of the evaluation; or an error.
    Value make_string(std::string_view text) { return make_text(text, {}, false); }
    Value make_text(std::string_view first, std::string_view second, bool bytes);
    Value make_list(std::span<const Value> first, std::span<const Value> second = {});

    // What the evaluation reads: an embedder's function may ask its own kind of facts for more.
    const Facts& facts() const { return facts_; }
    Arena& arena() { return arena_; }
    const Limits& limits() const { return limits_; }
    void set_place(std::uint32_t place) { place_ = place; }

 private:
    Arena& arena_;
    const Limits& limits_;
    const Facts& facts_;
    std::int64_t steps_left_;
    std::uint32_t place_ = 0;
};

}  // namespace premura::cel
