#include "daemon/accounts/password.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <charconv>
#include <stdexcept>

#include "daemon/accounts/secrets.h"

namespace premura {
namespace {

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t key_bytes = 32;
constexpr std::string_view scheme = "$scrypt$";
constexpr std::uint64_t memory_max = std::uint64_t{256} << 20;

std::uint64_t memory_of(const ScryptCost& cost) {
    return std::uint64_t{128} * static_cast<std::uint64_t>(cost.r) << cost.ln;
}

std::string derive(std::string_view password, std::string_view salt, const ScryptCost& cost, std::size_t length) {
    std::string key(length, '\0');
    // OpenSSL counts some blocks of its own on top of the table.
    const std::uint64_t allowed = memory_of(cost) + (std::uint64_t{1} << 20) +
                                  std::uint64_t{128} * static_cast<std::uint64_t>(cost.r) * static_cast<std::uint64_t>(cost.p);
    const int done = EVP_PBE_scrypt(password.data(), password.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                                    salt.size(), std::uint64_t{1} << cost.ln, static_cast<std::uint64_t>(cost.r),
                                    static_cast<std::uint64_t>(cost.p), allowed,
                                    reinterpret_cast<unsigned char*>(key.data()), key.size());
    if (done != 1) throw std::runtime_error("scrypt failed: is there too little memory?");
    return key;
}

// Takes `name=number` and the character after it off the text.
bool take_number(std::string_view& text, std::string_view name, char after, int least, int most, int& number) {
    if (!text.starts_with(name)) return false;
    text.remove_prefix(name.size());
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end == text.data() + text.size() || *end != after) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return number >= least && number <= most;
}

}  // namespace

std::string format_password_hash(const PasswordHash& hash) {
    return fmt::format("{}ln={},r={},p={}${}${}", scheme, hash.cost.ln, hash.cost.r, hash.cost.p,
                       base64_unpadded(hash.salt), base64_unpadded(hash.key));
}

std::optional<PasswordHash> parse_password_hash(std::string_view text) {
    if (!text.starts_with(scheme)) return std::nullopt;
    text.remove_prefix(scheme.size());
    PasswordHash hash;
    const bool has_cost = take_number(text, "ln=", ',', 10, 20, hash.cost.ln) &&
                          take_number(text, "r=", ',', 8, 32, hash.cost.r) &&
                          take_number(text, "p=", '$', 1, 16, hash.cost.p);
    if (!has_cost || memory_of(hash.cost) > memory_max) return std::nullopt;
    const std::size_t middle = text.find('$');
    if (middle == text.npos) return std::nullopt;
    auto salt = from_base64_unpadded(text.substr(0, middle));
    auto key = from_base64_unpadded(text.substr(middle + 1));
    if (!salt || salt->size() < salt_bytes || !key || key->size() < key_bytes || key->size() > 64) return std::nullopt;
    hash.salt = std::move(*salt);
    hash.key = std::move(*key);
    return hash;
}

PasswordHash hash_password(std::string_view password, const ScryptCost& cost) {
    PasswordHash hash{cost, random_bytes(salt_bytes), {}};
    hash.key = derive(password, hash.salt, cost, key_bytes);
    return hash;
}

bool fits(std::string_view password, const PasswordHash& hash) {
    return equal_secrets(derive(password, hash.salt, hash.cost, hash.key.size()), hash.key);
}

}  // namespace premura
