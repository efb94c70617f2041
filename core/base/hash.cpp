#include "core/base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <boost/container/small_vector.hpp>

namespace premura {
namespace {

using Bytes = boost::container::small_vector<char, 256>;

Bytes join(std::initializer_list<std::string_view> parts) {
    Bytes bytes;
    for (const std::string_view part : parts) {
        auto length = static_cast<std::uint32_t>(part.size());
        for (int i = 0; i < 4; ++i, length >>= 8) bytes.push_back(static_cast<char>(length & 0xff));
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    return bytes;
}

}  // namespace

std::uint64_t hash64(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

std::uint64_t hash64(std::initializer_list<std::string_view> parts) {
    const Bytes bytes = join(parts);
    return XXH3_64bits(bytes.data(), bytes.size());
}

Key128 key128(std::initializer_list<std::string_view> parts) {
    const Bytes bytes = join(parts);
    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
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
