#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace premura {

// The public keys of an identity provider (RFC 7517): RSA of 2048 bits and more, and EC on P-256. Others are passed over.
// Immutable, shared between threads.
class JsonWebKeys {
 public:
    // Nothing when the text is no key set.
    static std::optional<JsonWebKeys> parse(std::string_view text);

    // The claims of a token (RFC 7519) that one of these keys has signed, by RS256 or ES256 and nothing else: `none` and keys that
    // everybody knows are no signatures. Nothing when it is none of that; the claims themselves are not looked at.
    std::optional<boost::json::object> open(std::string_view token) const;
    // Is there a key that the token names? A provider that has changed its keys is asked for them anew.
    bool knows_key_of(std::string_view token) const;
    bool empty() const { return keys_.empty(); }

 private:
    struct Key {
        std::string id;
        std::string algorithm;  // RS256 or ES256
        std::shared_ptr<evp_pkey_st> key;
    };
    std::vector<Key> keys_;
};

}  // namespace premura
