#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/http_message.h"

namespace premura {

// Addresses and networks: `10.1.2.3`, `10.0.0.0/8`, `::1`, `fd00::/8`. Immutable.
class AddressList {
 public:
    // False when the text is none; nothing is added then.
    bool add(std::string_view text);
    // An IPv4 address that comes as IPv6 (::ffff:10.1.2.3) is the IPv4 address that it is.
    bool contains(std::string_view address) const;
    bool empty() const { return networks_.empty(); }
    const std::vector<std::string>& texts() const { return texts_; }

 private:
    struct Network {
        std::string bytes;  // 4 or 16
        int prefix;         // bits
    };
    std::vector<Network> networks_;
    std::vector<std::string> texts_;
};

// Who asks: the peer, or for a trusted proxy the last address of X-Forwarded-For that is not one of the proxies.
std::string client_address(const HttpRequest& request, const AddressList& proxies);

}  // namespace premura
