#include "daemon/accounts/json_web_token.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <boost/json.hpp>

#include "daemon/accounts/secrets.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::size_t keys_max = 32;
constexpr int rsa_bits_min = 2048;
constexpr std::size_t p256_bytes = 32;  // of a coordinate, and of half a signature (RFC 7518, 3.4)

template <typename Type, void (*release)(Type*)>
struct Free {
    void operator()(Type* value) const { release(value); }
};
using Number = std::unique_ptr<BIGNUM, Free<BIGNUM, BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM, OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX, EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG, ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string text_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

Number number_of(std::string_view bytes) {
    return Number{BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr)};
}

std::shared_ptr<EVP_PKEY> key_from(const char* type, const Builder& builder) {
    const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
    const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
    EVP_PKEY* key = nullptr;
    const bool made = parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
    std::shared_ptr<EVP_PKEY> shared{key, EVP_PKEY_free};
    return made ? shared : nullptr;
}

std::shared_ptr<EVP_PKEY> rsa_key(const json::object& object) {
    const auto modulus = from_base64url(text_in(object, "n"));
    const auto exponent = from_base64url(text_in(object, "e"));
    if (!modulus || !exponent || modulus->empty() || exponent->empty()) return nullptr;
    const Number n = number_of(*modulus);
    const Number e = number_of(*exponent);
    if (!n || !e || BN_num_bits(n.get()) < rsa_bits_min) return nullptr;
    const Builder builder{OSSL_PARAM_BLD_new()};
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    return key_from("RSA", builder);
}

std::shared_ptr<EVP_PKEY> p256_key(const json::object& object) {
    const auto x = from_base64url(text_in(object, "x"));
    const auto y = from_base64url(text_in(object, "y"));
    const bool fits = text_in(object, "crv") == "P-256" && x && y && x->size() == p256_bytes && y->size() == p256_bytes;
    if (!fits) return nullptr;
    const std::string point = '\x04' + *x + *y;  // uncompressed (SEC 1, 2.3.3)
    const Builder builder{OSSL_PARAM_BLD_new()};
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    return key_from("EC", builder);
}

// A token has the two numbers one after the other; OpenSSL wants them in DER.
std::string der_of(std::string_view raw) {
    if (raw.size() != 2 * p256_bytes) return {};
    const Signature signature{ECDSA_SIG_new()};
    Number r = number_of(raw.substr(0, p256_bytes));
    Number s = number_of(raw.substr(p256_bytes));
    if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.release(), s.release()) != 1) return {};
    unsigned char* bytes = nullptr;
    const int length = i2d_ECDSA_SIG(signature.get(), &bytes);
    if (length <= 0) return {};
    std::string der{reinterpret_cast<char*>(bytes), static_cast<std::size_t>(length)};
    OPENSSL_free(bytes);
    return der;
}

bool has_signed(EVP_PKEY* key, std::string_view text, std::string_view signature) {
    const DigestContext context{EVP_MD_CTX_new()};
    return context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
}

std::optional<json::object> object_in(std::string_view encoded) {
    const auto text = from_base64url(encoded);
    if (!text) return std::nullopt;
    boost::system::error_code error;
    json::value value = json::parse(*text, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

struct Parts {
    json::object header;
    std::string_view signed_text;
    std::string_view content;
    std::string signature;
};
std::optional<Parts> parts_of(std::string_view token) {
    const std::size_t first = token.find('.');
    const std::size_t second = first == token.npos ? first : token.find('.', first + 1);
    if (second == token.npos) return std::nullopt;
    auto header = object_in(token.substr(0, first));
    auto signature = from_base64url(token.substr(second + 1));
    // `crit` names extensions that must be understood (RFC 7515, 4.1.11); none are.
    if (!header || !signature || header->contains("crit")) return std::nullopt;
    return Parts{std::move(*header), token.substr(0, second), token.substr(first + 1, second - first - 1),
                 std::move(*signature)};
}

}  // namespace

std::optional<JsonWebKeys> JsonWebKeys::parse(std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    const json::value* list = value.get_object().if_contains("keys");
    if (list == nullptr || !list->is_array()) return std::nullopt;
    JsonWebKeys keys;
    for (const json::value& each : list->get_array()) {
        if (!each.is_object() || keys.keys_.size() >= keys_max) continue;
        const json::object& object = each.get_object();
        const std::string use = text_in(object, "use");
        const std::string type = text_in(object, "kty");
        if (!use.empty() && use != "sig") continue;
        Key key;
        key.id = text_in(object, "kid");
        key.algorithm = type == "RSA" ? "RS256" : type == "EC" ? "ES256" : "";
        const std::string algorithm = text_in(object, "alg");
        if (key.algorithm.empty() || (!algorithm.empty() && algorithm != key.algorithm)) continue;
        key.key = type == "RSA" ? rsa_key(object) : p256_key(object);
        if (key.key) keys.keys_.push_back(std::move(key));
    }
    return keys;
}

bool JsonWebKeys::knows_key_of(std::string_view token) const {
    const auto parts = parts_of(token);
    if (!parts) return false;
    const std::string id = text_in(parts->header, "kid");
    for (const Key& key : keys_) {
        if (id.empty() || key.id == id) return true;
    }
    return false;
}

std::optional<json::object> JsonWebKeys::open(std::string_view token) const {
    const auto parts = parts_of(token);
    if (!parts) return std::nullopt;
    const std::string id = text_in(parts->header, "kid");
    const std::string algorithm = text_in(parts->header, "alg");
    for (const Key& key : keys_) {
        // The key says by which algorithm it signs; what the token says must agree.
        if (key.algorithm != algorithm || (!id.empty() && key.id != id)) continue;
        const std::string signature = algorithm == "ES256" ? der_of(parts->signature) : parts->signature;
        if (!signature.empty() && has_signed(key.key.get(), parts->signed_text, signature)) return object_in(parts->content);
    }
    return std::nullopt;
}

}  // namespace premura
