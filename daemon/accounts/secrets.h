#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace premura {

// Small things around secrets, all from OpenSSL. Throw std::runtime_error when the library fails, which it does only when
// the system has no randomness or no memory.

// Takes the same time wherever the texts differ; their lengths are no secret.
bool equal_secrets(std::string_view left, std::string_view right);

// Random bytes of the system.
std::string random_bytes(std::size_t count);

// HMAC-SHA256 and SHA-256, 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view text);
std::string sha256(std::string_view text);

// base64url of RFC 4648, without padding. Reading: nothing when it is none.
std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

// base64 of RFC 4648 without padding, as PHC strings have it.
std::string base64_unpadded(std::string_view bytes);
std::optional<std::string> from_base64_unpadded(std::string_view text);

}  // namespace premura
