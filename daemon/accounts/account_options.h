#pragma once

#include <string>
#include <vector>

#include "core/base/time.h"
#include "daemon/accounts/address_list.h"
#include "daemon/accounts/attempts.h"

namespace premura {

// A proxy in front of us that has signed people in. It says who they are in headers; only to peers of
// `AccountOptions::proxies` that know the secret it is believed.
struct ProxySignInOptions {
    std::string user_header;  // in lower case, as the others; empty: no proxy signs in
    std::string name_header;
    std::string groups_header;  // groups with commas
    std::string secret_header = "x-premura-proxy-secret";
    std::string secret;

    bool any() const { return !user_header.empty(); }
};

// An identity provider that we ask ourselves, by OpenID Connect: authorization code with PKCE.
struct OidcOptions {
    std::string name = "single sign-on";  // on the button
    std::string issuer;                   // https://...; empty: none
    std::string client_id;
    std::string client_secret;  // empty: a public client, which PKCE alone protects
    std::string redirect_url;   // https://desk.example/v1/sign-in/return
    std::vector<std::string> scopes{"openid", "profile", "email"};
    std::string user_claim = "sub";
    std::string name_claim = "name";
    std::string groups_claim = "groups";
    std::string ca_file;
    Milliseconds timeout = std::chrono::seconds{5};  // of one request to the provider

    bool any() const { return !issuer.empty(); }
};

// Who may sign in, and how. All from the settings.
struct AccountOptions {
    std::string file;           // the accounts; empty: nobody signs in
    bool file_guarded = false;  // it is a credential of the service manager
    std::string session_key_file;  // empty: a key of this process alone
    Milliseconds session_idle = std::chrono::minutes{30};
    Milliseconds session_longest = std::chrono::hours{12};
    AttemptOptions attempts;
    AddressList proxies;  // http.proxy.addresses
    ProxySignInOptions proxy;
    OidcOptions oidc;
    bool secure = false;  // pages come by TLS, from us or from a proxy: cookies are for that alone

    bool any() const { return !file.empty(); }
};

}  // namespace premura
