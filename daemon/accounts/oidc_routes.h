#pragma once

#include <functional>
#include <string>

#include "daemon/accounts/account_sessions.h"
#include "daemon/accounts/background_jobs.h"
#include "daemon/accounts/oidc.h"
#include "daemon/http/http_server.h"
#include "daemon/service/journal.h"

namespace premura {

// GET /v1/sign-in/start leads to the identity provider, GET /v1/sign-in/return comes back from it. Between the two the browser keeps a cookie
// with a signed state, for ten minutes. Works on the server's thread and asks the provider on its own. Owned by the main
// thread; outlives the server, and ends before the sessions.
class OidcRoutes {
 public:
    static constexpr std::string_view start_path = "/v1/sign-in/start";
    static constexpr std::string_view return_path = "/v1/sign-in/return";
    static constexpr std::size_t waiting_max = 64;

    OidcRoutes(AccountSessions& sessions, Journal& journal, std::function<Instant()> now);
    ~OidcRoutes();

    // Before the server starts.
    void install(HttpServer& server);

 private:
    void start(const HttpServer::Answer& answer);
    void come_back(const HttpRequest& request, const HttpServer::Answer& answer);
    void finish(const OidcProvider::Flow& flow, const std::string& code, const std::string& address,
                const HttpServer::Answer& answer);
    OidcProvider::Flow flow_of(const std::string& state) const;
    HttpResponse refused(std::string_view address, std::string_view reason);

    AccountSessions& sessions_;
    Journal& journal_;
    const std::function<Instant()> now_;
    OidcProvider provider_;
    BackgroundJobs jobs_;  // last: what it does needs the others
};

}  // namespace premura
