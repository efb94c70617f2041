#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace premura {

// Where a daemon listens: `http://127.0.0.1:8470`, the port being 8470 when none is written. Premura's daemon
// speaks plain HTTP behind loopback or a proxy, so https is refused.
struct Url {
    std::string host;
    std::string port;
};
std::optional<Url> parse_url(std::string_view text);

}  // namespace premura
