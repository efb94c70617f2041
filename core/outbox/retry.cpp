#include "core/outbox/retry.h"

#include <algorithm>
#include <string>

#include "core/base/hash.h"

namespace premura {

Milliseconds RetryPolicy::pause_after(int tries, std::string_view id) const {
    constexpr int doublings_max = 30;  // beyond any longest pause, and far from an overflow
    constexpr std::int64_t grains = 1000;
    const int doublings = std::clamp(tries - 1, 0, doublings_max);
    const std::int64_t whole = std::min(first.count() << doublings, longest.count());
    const auto grain = static_cast<std::int64_t>(hash64({"retry", id, std::to_string(tries)}) % grains);
    return Milliseconds{whole / 2 + (whole - whole / 2) * grain / grains};
}

}  // namespace premura
