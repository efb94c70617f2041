#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "daemon/accounts/account_options.h"
#include "daemon/accounts/account_sessions.h"
#include "daemon/accounts/json_web_token.h"
#include "daemon/senders/curl_handle.h"

namespace premura {

// An identity provider, asked by OpenID Connect Core 1.0 with the authorization code flow and PKCE (RFC 7636). What it says about itself
// (OpenID Connect Discovery 1.0) and its keys are kept for an hour, and asked for anew, once a minute at most, when a token names a key that is not among
// them. Blocks while it asks; for one thread of its own.
class OidcProvider {
 public:
    // What belongs to one sign-in: all of it follows from the state, so that only that has to be kept in the browser.
    struct Flow {
        std::string state;
        std::string nonce;
        std::string verifier;  // of PKCE
    };
    // Why it did not work: a word for the journal, such as `provider_unreachable`, `token_refused`, `wrong_nonce`.
    struct Failure {
        std::string reason;
    };

    OidcProvider(OidcOptions options, std::function<Instant()> now);

    // Where the browser goes to sign in.
    std::variant<std::string, Failure> address_for(const Flow& flow);
    // It came back with a code: who is it?
    std::variant<Identity, Failure> identity_for(const Flow& flow, const std::string& code);
    // Ends a question under way. Any thread.
    void give_up() { give_up_ = true; }

 private:
    struct Answer {
        long status = 0;  // 0: none
        std::string body;
    };
    Answer ask(const std::string& url, const std::string* form);
    bool learn();       // what the provider says about itself
    bool learn_keys();  // its keys
    std::optional<Failure> fault_of(const boost::json::object& claims, const Flow& flow) const;

    const OidcOptions options_;
    const std::function<Instant()> now_;
    std::atomic<bool> give_up_{false};
    CurlHandle curl_;
    struct Endpoints {
        std::string authorization;
        std::string token;
        std::string keys;
    };
    std::optional<Endpoints> endpoints_;
    JsonWebKeys keys_;
    Instant learned_at_ = instant_min;
    Instant keys_learned_at_ = instant_min;
};

}  // namespace premura
