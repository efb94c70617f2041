#include "core/cel/context.h"

#include <algorithm>
#include <limits>

namespace premura::cel {
namespace {

// Bytes that are handled for the price of one step.
constexpr std::size_t bytes_a_step = 64;

}  // namespace

Value Context::error(ErrorCode code, std::string_view note) const {
    const char* kept = note.empty() ? nullptr : arena_.copy(note).data();
    return Value::error(code, place_, kept);
}

Value Context::make_text(std::string_view first, std::string_view second, bool bytes) {
    const std::size_t size = first.size() + second.size();
    if (!spend(size / bytes_a_step)) return error(ErrorCode::too_many_steps);
    auto* const begin = size > std::numeric_limits<std::uint32_t>::max()
                            ? nullptr
                            : static_cast<char*>(arena_.allocate(size));
    if (begin == nullptr) return error(ErrorCode::too_much_memory);
    std::copy(first.begin(), first.end(), begin);
    std::copy(second.begin(), second.end(), begin + first.size());
    return bytes ? Value::bytes({begin, size}) : Value::string({begin, size});
}

Value Context::make_list(std::span<const Value> first, std::span<const Value> second) {
    const std::size_t size = first.size() + second.size();
    if (size > limits_.list_size_max) return error(ErrorCode::list_too_long);
    if (!spend(size)) return error(ErrorCode::too_many_steps);
    Value* const begin = arena_.allocate_values(size);
    if (begin == nullptr) return error(ErrorCode::too_much_memory);
    std::copy(first.begin(), first.end(), begin);
    std::copy(second.begin(), second.end(), begin + first.size());
    return Value::list({begin, size});
}

}  // namespace premura::cel
