#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "daemon/accounts/accounts.h"
#include "daemon/accounts/session_cookie.h"

namespace premura {

// An address that signs somebody in, once and soon: for whoever sets Premura up, and for the demo. What signs it is the
// key of the sessions, so only who can read that key can make one.
struct SignInLink {
    // Nobody needs one for longer, and what was used is remembered until then.
    static constexpr Milliseconds valid_max = std::chrono::hours{24};

    std::string id;             // so that it counts once
    std::string user;
    std::string password_mark;  // another password, and the link is worth nothing
    Instant expires_at;
};

// The text that stands behind `#sign-in=`. A browser keeps what stands behind # to itself: it reaches no log and no proxy.
std::string format_sign_in_link(const SignInLink& link, const CookieKeys& keys);
// Nothing when none of the keys signed it. Whether it still counts is for who asks.
std::optional<SignInLink> parse_sign_in_link(std::string_view text, const CookieKeys& keys);

// Of an account that has a password, and is not disabled; else nothing.
std::optional<SignInLink> sign_in_link_of(const Account& account, Instant expires_at);

}  // namespace premura
