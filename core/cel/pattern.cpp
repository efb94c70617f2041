#include "core/cel/pattern.h"

#include <re2/re2.h>

namespace premura::cel {
namespace {

constexpr std::size_t bytes_a_step = 16;
constexpr std::int64_t pattern_memory_bytes_max = 1 << 20;

RE2::Options options() {
    RE2::Options chosen;
    chosen.set_log_errors(false);
    chosen.set_max_mem(pattern_memory_bytes_max);
    return chosen;
}

}  // namespace

Pattern::Pattern(std::string_view written)
    : expression_(
          std::make_unique<RE2>(re2::StringPiece{written.data(), written.size()}, options())) {}

Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

bool Pattern::ok() const {
    return expression_->ok();
}

std::string Pattern::problem() const {
    return expression_->error();
}

Value Pattern::find_in(std::string_view text, Context& context) const {
    if (!context.spend(text.size() / bytes_a_step)) {
        return context.error(ErrorCode::too_many_steps);
    }
    const re2::StringPiece whole{text.data(), text.size()};
    return Value::boolean(expression_->Match(whole, 0, whole.size(), RE2::UNANCHORED, nullptr, 0));
}

}  // namespace premura::cel
