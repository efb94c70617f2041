#include "daemon/pipeline/progress_word.h"

#include <algorithm>
#include <charconv>

namespace premura {

std::optional<std::int64_t> time_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Said said_in(std::string_view text) {
    Said said;
    said.fill(instant_min);
    for (std::size_t i = 0; i < hops_max; ++i) {
        const std::size_t comma = text.find(',');
        const auto until = time_number(text.substr(0, comma));
        if (!until) break;
        std::fill(said.begin() + static_cast<std::ptrdiff_t>(i), said.end(), instant_of(*until));
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    return said;
}

std::string text_of(const Said& said) {
    std::string text;
    for (const Instant until : said) {
        if (!text.empty()) text += ',';
        text += std::to_string(milliseconds_of(until));
    }
    return text;
}

}  // namespace premura
