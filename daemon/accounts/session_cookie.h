#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"

namespace premura {

// The keys that sign cookies: the first signs, all are believed, so that a new one can be put in front of the old one.
// Daemons that serve the same pages have the same keys. Immutable.
class CookieKeys {
 public:
    // One key a line, each of 32 characters or more. Nothing when there is none, or a short one.
    static std::optional<CookieKeys> of(std::string_view text);
    // One that nobody else has and that ends with this process.
    static CookieKeys random();

    // `<content>.<signature>`, both base64url. `purpose` keeps a text that was signed for one thing from being believed
    // for another.
    std::string sign(std::string_view purpose, std::string_view content) const;
    std::optional<std::string> open(std::string_view purpose, std::string_view text) const;
    // A secret that follows from `text` and is the same for all who have the first key; base64url.
    std::string derive(std::string_view purpose, std::string_view text) const;

 private:
    std::vector<std::string> keys_;
};

// What the cookie premura_session says. What somebody may do is not in it: that stands in the file of accounts, which is
// asked anew with each request.
struct SessionCookie {
    std::string id;
    std::string user;
    bool local = true;                // by password; else an identity provider said who it is
    std::string password_mark;        // of local ones: another password ends the session
    std::string name;                 // of others
    std::vector<std::string> groups;  // of others: those that the file of accounts knows
    Instant expires_at;
    Instant ends_at;
};

// Its content in JSON. Reading: nothing when it is none.
std::string format_session_cookie(const SessionCookie& cookie);
std::optional<SessionCookie> parse_session_cookie(std::string_view text);

// The value of one cookie of a Cookie header; empty when there is none, or more than one of that name.
std::string_view cookie_in(std::string_view header, std::string_view name);

}  // namespace premura
