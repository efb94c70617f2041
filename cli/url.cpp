#include "cli/url.h"

#include <charconv>

namespace premura {
namespace {

bool is_port(std::string_view text) {
    unsigned number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc{} && end == text.data() + text.size() && number > 0 &&
           number < 65536;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
    constexpr std::string_view scheme = "http://";
    if (!text.starts_with(scheme)) return std::nullopt;
    text.remove_prefix(scheme.size());
    while (text.ends_with('/')) text.remove_suffix(1);
    if (text.find_first_of("/?#@ ") != text.npos) return std::nullopt;

    Url url;
    if (text.starts_with('[')) {  // an IPv6 address
        const std::size_t end = text.find(']');
        if (end == text.npos) return std::nullopt;
        url.host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
        if (!text.empty() && text.front() != ':') return std::nullopt;
    } else {
        url.host = text.substr(0, text.find(':'));
        text.remove_prefix(url.host.size());
    }
    url.port = text.empty() ? "8470" : std::string{text.substr(1)};
    if (url.host.empty() || !is_port(url.port)) return std::nullopt;
    return url;
}

}  // namespace premura
