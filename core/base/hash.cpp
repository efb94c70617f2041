#include "core/base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <bit>
#include <cstring>

namespace premura {
namespace {

constexpr std::size_t length_bytes = sizeof(std::uint32_t);

void join(std::initializer_list<std::string_view> parts, char* to) {
    static_assert(std::endian::native == std::endian::little);
    for (const std::string_view part : parts) {
        const auto length = static_cast<std::uint32_t>(part.size());
        std::memcpy(to, &length, length_bytes);
        if (!part.empty()) std::memcpy(to + length_bytes, part.data(), part.size());
        to += length_bytes + part.size();
    }
}

// Hashes the parts with their lengths before them, so that ("ab", "c") and ("a", "bc") differ.
template <typename Hash>
auto hash_joined(std::initializer_list<std::string_view> parts, Hash hash) {
    std::size_t size = 0;
    for (const std::string_view part : parts) size += length_bytes + part.size();
    std::array<char, 256> few;  // most are short, and every event has some
    if (size <= few.size()) {
        join(parts, few.data());
        return hash(few.data(), size);
    }
    std::string many(size, '\0');
    join(parts, many.data());
    return hash(many.data(), size);
}

}  // namespace

std::uint64_t hash64(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

std::uint64_t hash64(std::initializer_list<std::string_view> parts) {
    return hash_joined(parts, XXH3_64bits);
}

Key128 key128(std::initializer_list<std::string_view> parts) {
    const XXH128_hash_t hash = hash_joined(parts, XXH3_128bits);
    return {hash.low64, hash.high64};
}

std::string derived_id(std::initializer_list<std::string_view> parts) {
    static constexpr char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    const Key128 key = key128(parts);
    unsigned __int128 number = (static_cast<unsigned __int128>(key.high) << 64) | key.low;
    std::string text(26, '0');
    for (auto position = text.rbegin(); position != text.rend(); ++position) {
        *position = alphabet[static_cast<unsigned>(number & 31)];
        number >>= 5;
    }
    return text;
}

}  // namespace premura
