#include "daemon/accounts/address_list.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>

namespace premura {
namespace {

// 4 or 16 bytes; empty when the text is no address.
std::string bytes_of(std::string_view text) {
    boost::system::error_code error;
    auto address = boost::asio::ip::make_address(text, error);
    if (error) return {};
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
    }
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    const auto bytes = address.to_v6().to_bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool same_bits(std::string_view left, std::string_view right, int bits) {
    for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
        const unsigned mask = bits >= 8 ? 0xffU : 0xffU << (8 - bits) & 0xffU;
        if (((static_cast<unsigned char>(left[i]) ^ static_cast<unsigned char>(right[i])) & mask) != 0) return false;
    }
    return true;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

bool AddressList::add(std::string_view text) {
    const std::size_t slash = text.find('/');
    std::string bytes = bytes_of(text.substr(0, slash));
    if (bytes.empty()) return false;
    int prefix = static_cast<int>(bytes.size()) * 8;
    if (slash != text.npos) {
        const std::string_view bits = text.substr(slash + 1);
        int number = -1;
        const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), number);
        if (error != std::errc{} || end != bits.data() + bits.size() || number < 0 || number > prefix) return false;
        prefix = number;
    }
    networks_.push_back({std::move(bytes), prefix});
    texts_.emplace_back(text);
    return true;
}

bool AddressList::contains(std::string_view address) const {
    const std::string bytes = bytes_of(address);
    return !bytes.empty() && std::any_of(networks_.begin(), networks_.end(), [&bytes](const Network& network) {
        return network.bytes.size() == bytes.size() && same_bits(network.bytes, bytes, network.prefix);
    });
}

std::string client_address(const HttpRequest& request, const AddressList& proxies) {
    if (!proxies.contains(request.remote)) return request.remote;
    std::string_view last = request.remote;
    // Proxies append; what stands before the first address that is not ours could be anybody's invention.
    for (auto header = request.headers.rbegin(); header != request.headers.rend(); ++header) {
        if (header->first != "x-forwarded-for") continue;
        std::string_view rest = header->second;
        while (!rest.empty()) {
            const std::size_t comma = rest.rfind(',');
            const std::string_view one = trimmed(comma == rest.npos ? rest : rest.substr(comma + 1));
            rest = comma == rest.npos ? std::string_view{} : rest.substr(0, comma);
            if (bytes_of(one).empty()) return std::string{last};
            if (!proxies.contains(one)) return std::string{one};
            last = one;
        }
    }
    return std::string{last};
}

}  // namespace premura
