#include "daemon/log/headers.h"

#include <algorithm>

#include "core/base/bytes.h"

namespace premura {

std::string lower_case(std::string_view name) {
    std::string lower{name};
    std::ranges::transform(lower, lower.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return lower;
}

std::string encode_headers(const Headers& headers) {
    std::string bytes;
    ByteWriter writer{bytes};
    for (const auto& [name, value] : headers) {
        writer.text(lower_case(name));
        writer.text(value);
    }
    return bytes;
}

Headers decode_headers(std::string_view bytes) {
    Headers headers;
    ByteReader reader{bytes};
    while (!reader.at_end()) {
        const std::string_view name = reader.text();
        const std::string_view value = reader.text();
        if (!reader.ok()) break;
        headers.emplace_back(name, value);
    }
    return headers;
}

}  // namespace premura
