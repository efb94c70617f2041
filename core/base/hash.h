#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace premura {

// XXH3 over the bytes, 64 bits. Stable across machines and releases: it is stored in state records.
std::uint64_t hash64(std::string_view text);

// The same over several parts; each part's length goes in too, so ("ab","c") differs from ("a","bc").
std::uint64_t hash64(std::initializer_list<std::string_view> parts);

// A key for hash tables that hold millions of entries: 128 bits, so that two different texts never
// meet in practice.
struct Key128 {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    bool operator==(const Key128&) const = default;
};
Key128 key128(std::initializer_list<std::string_view> parts);

// The name of an effect or a case: 26 lower-case letters and digits (128 bits, Crockford's base 32), a
// pure function of its parts. Whoever repeats the decision repeats the name, so a repeat is recognised.
std::string derived_id(std::initializer_list<std::string_view> parts);

}  // namespace premura
