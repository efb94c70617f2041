#include "core/outbox/marks.h"

#include <fmt/format.h>

#include <charconv>

namespace premura {

std::string encode(const OutboxMark& mark) {
    return fmt::format("{} {} {}", static_cast<char>(mark.kind), milliseconds_of(mark.at), mark.name);
}

std::optional<OutboxMark> mark_of(std::string_view bytes) {
    if (bytes.size() < 4 || bytes[1] != ' ' || (bytes[0] != 'c' && bytes[0] != 't')) return std::nullopt;
    OutboxMark mark;
    mark.kind = static_cast<OutboxMark::Kind>(bytes[0]);
    std::int64_t at = 0;
    const char* end = bytes.data() + bytes.size();
    const auto [stopped, problem] = std::from_chars(bytes.data() + 2, end, at);
    if (problem != std::errc{} || stopped == end || *stopped != ' ') return std::nullopt;
    mark.at = instant_of(at);
    mark.name.assign(stopped + 1, end);
    return mark;
}

}  // namespace premura
