#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace premura {

// The only source of chance in a simulated world: the same seed gives the same numbers on every machine.
// Source of the steps: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (2014), "SplitMix64".
class Random {
 public:
    explicit Random(std::uint64_t seed) : state_{seed * 0x9e3779b97f4a7c15 + 0x632be59bd9b4e019} {}

    std::uint64_t next() {
        std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
    // From `least` to `most`, both included.
    std::int64_t between(std::int64_t least, std::int64_t most) {
        const auto range = static_cast<std::uint64_t>(most - least) + 1;
        return least + static_cast<std::int64_t>(next() % range);
    }
    // True so many times in a hundred.
    bool chance(int percent) { return between(0, 99) < percent; }
    template <typename Item>
    const Item& pick(const std::vector<Item>& items) {
        return items[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(items.size()) - 1))];
    }

 private:
    std::uint64_t state_;
};

}  // namespace premura
