#include "daemon/senders/signature.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace premura {

std::string signature_of(std::string_view secret, Instant time, std::string_view body) {
    const std::int64_t seconds = milliseconds_of(time) / 1000;
    const std::string text = fmt::format("{}.{}", seconds, body);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
    return fmt::format("t={},v1={}", seconds, hex);
}

}  // namespace premura
