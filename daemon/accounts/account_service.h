#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/accounts/account_sessions.h"
#include "daemon/accounts/oidc_routes.h"
#include "daemon/accounts/session_routes.h"

namespace premura {

// Accounts, sessions and their routes, as the daemon has them. Owned by the main thread. Without a file of accounts nobody can sign
// in, and the routes say so.
class AccountService {
 public:
    struct Callbacks {
        std::function<Instant()> now;
        std::function<std::shared_ptr<const RuleSet>()> rules;
    };
    // Reads accounts and keys; false when they have errors, which stand in the journal. Nothing else before it was true.
    AccountService(AccountOptions options, Journal& journal, Callbacks callbacks);
    bool load();

    Sessions& sessions() { return *sessions_; }
    // Before the server starts. `signed_out`: as SessionRoutes::Callbacks has it.
    void install(HttpServer& server, std::function<void(const Session&)> signed_out);
    // Reads the files anew: all of them count from the next request on, or the old ones stay. What was found stands in the journal.
    bool reload();
    // Lets nobody wait any more. After the server has stopped.
    void stop() {
        oidc_.reset();
        routes_.reset();
    }

 private:
    struct Files {
        Accounts accounts;
        CookieKeys keys;
    };
    std::optional<Files> read();
    void tell_unknown_tenants();

    const AccountOptions options_;
    Journal& journal_;
    const Callbacks callbacks_;
    std::unique_ptr<AccountSessions> sessions_;
    std::unique_ptr<SessionRoutes> routes_;
    std::unique_ptr<OidcRoutes> oidc_;  // null: no identity provider
};

}  // namespace premura
