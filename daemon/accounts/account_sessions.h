#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/rules/rule_set.h"
#include "daemon/accounts/account_options.h"
#include "daemon/accounts/accounts.h"
#include "daemon/accounts/session_cookie.h"
#include "daemon/accounts/sessions.h"

namespace premura {

// Somebody whose identity is proven by others than us.
struct Identity {
    std::string user;
    std::string name;
    std::vector<std::string> groups;
};

// Sessions without a store: a cookie says who somebody is and until when, signed with a key; what they may do is looked
// up in the accounts with every request. So several daemons with the same key and the same file of accounts serve the
// same session, it survives a restart, and a disabled account's sessions end with the reload that disables it. What is
// remembered here is who signed out, until their session would have ended (docs/decisions/0010-sessions-without-a-store.md).
class AccountSessions final : public Sessions {
 public:
    struct Callbacks {
        std::function<Instant()> now;
        std::function<std::shared_ptr<const RuleSet>()> rules;  // null while there are none yet
    };
    // Signed out sessions and used links that are remembered; when there are more, the one that would end first is forgotten.
    static constexpr std::size_t ended_max = 100'000;

    AccountSessions(AccountOptions options, Accounts accounts, CookieKeys keys, Callbacks callbacks);

    std::shared_ptr<const Session> find(const HttpRequest& request) const override;

    struct SignedIn {
        std::shared_ptr<const Session> session;
        std::string set_cookie;  // the header's value; empty for who comes by a proxy
    };
    // Tries a password. Works for a tenth of a second or so. Nothing: user and password do not fit together, which takes
    // the same time whichever of them is wrong, or the account is disabled or holds no tenant that the rules know.
    std::optional<SignedIn> sign_in(const std::string& user, const std::string& password) const;
    // Whom an identity provider has proven. Nothing when neither account nor group says what they may do.
    std::optional<SignedIn> sign_in(const Identity& identity) const;
    // Who holds such a link, which counts once on this daemon. Nothing when it is not ours, over, used, or of an account that
    // has another password by now or is shut out.
    std::optional<SignedIn> sign_in_by_link(std::string_view text);
    // They have done something.
    std::optional<SignedIn> renew(const HttpRequest& request) const;
    // Ends it, and returns the value of Set-Cookie that takes the cookie back.
    std::string sign_out(const Session& session);

    // New accounts and keys, from the next request on.
    void use(Accounts accounts, CookieKeys keys);

    bool knows_user(std::string_view user) const;
    // Can anybody sign in with a password?
    bool has_passwords() const;
    // Users and groups whose tenants the rules do not know, for the journal.
    std::vector<std::string> unknown_tenants() const;
    const AccountOptions& options() const { return options_; }
    CookieKeys keys() const { return state()->keys; }
    // A Set-Cookie for this server; `strict`: never sent when another site leads here.
    std::string cookie(std::string_view name, std::string_view value, std::string_view path, bool strict) const;

 private:
    struct State {
        Accounts accounts;
        CookieKeys keys;
    };
    std::shared_ptr<const State> state() const;
    std::optional<SessionCookie> cookie_of(const HttpRequest& request, const State& state) const;
    std::shared_ptr<const Session> by_cookie(const SessionCookie& cookie, const State& state) const;
    std::shared_ptr<const Session> by_proxy(const HttpRequest& request, const State& state) const;
    std::shared_ptr<const Session> session_of(const Identity& who, const Grant& grant, Instant expires, Instant ends) const;
    std::optional<SignedIn> begin(SessionCookie cookie, const State& state) const;
    // Remembers that a session, or a link, counts no more; false when it was so already.
    bool end(const std::string& id, Instant until);
    bool has_ended(const std::string& id) const;

    const AccountOptions options_;
    const Callbacks callbacks_;
    mutable std::mutex mutex_;
    std::shared_ptr<const State> state_;
    std::map<std::string, Instant> ended_;  // by the id of a session or a link, until when
};

}  // namespace premura
