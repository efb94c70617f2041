#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace premura {

// What a scrypt hash costs (RFC 7914): memory is 128 * r * 2^ln bytes, time grows with all three. The default asks for
// 32 MiB three times over, one of the settings of the OWASP Password Storage Cheat Sheet.
struct ScryptCost {
    int ln = 15;
    int r = 8;
    int p = 3;
    bool operator==(const ScryptCost&) const = default;
};

// The hash of a password, with all that is needed to try another one against it.
struct PasswordHash {
    ScryptCost cost;
    std::string salt;  // bytes
    std::string key;   // bytes
};

// `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, salt and hash in base64 without padding, as PHC strings have it. Reading:
// nothing when it is no such text, or asks for more than 256 MiB or for less than protects anything.
std::string format_password_hash(const PasswordHash& hash);
std::optional<PasswordHash> parse_password_hash(std::string_view text);

// A new hash with a random salt. Works for a tenth of a second or so: not on a thread that serves.
PasswordHash hash_password(std::string_view password, const ScryptCost& cost = {});

// Is it the password? Takes the same time whether it is or not.
bool fits(std::string_view password, const PasswordHash& hash);

}  // namespace premura
