#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace premura {

// How often something happened, so that a simulation in which it never does cannot pass for a good one.
using Tally = std::map<std::string, std::int64_t>;

inline void add(Tally& sum, const Tally& more) {
    for (const auto& [what, times] : more) sum[what] += times;
}

}  // namespace premura
