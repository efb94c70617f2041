#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/accounts/account_sessions.h"
#include "daemon/accounts/background_jobs.h"
#include "daemon/http/http_server.h"
#include "daemon/service/journal.h"

namespace premura {

// GET /v1/sign-in-ways; POST, GET and DELETE /v1/session; POST /v1/session/renew. Who signs in, is refused or signs out stands in
// the journal: with the user when there is such an account (what else is typed there may be a password), with the address,
// never with a password. Works on the server's thread and tries passwords on its own. Owned by the main thread; outlives
// the server, and ends before the sessions.
class SessionRoutes {
 public:
    struct Callbacks {
        std::function<Instant()> now;
        std::function<std::shared_ptr<const RuleSet>()> rules;
        // Somebody signs out: what they have claimed goes back. On the server's thread; may be empty.
        std::function<void(const Session&)> signed_out;
    };
    // People who wait for their password to be tried; the next ones are asked to come back.
    static constexpr std::size_t waiting_max = 64;

    SessionRoutes(AccountSessions& sessions, Journal& journal, Callbacks callbacks);

    // Before the server starts.
    void install(HttpServer& server);

 private:
    void sign_in(const HttpRequest& request, HttpServer::Answer answer);
    void try_password(const std::string& user, const std::string& password, const std::string& address,
                      const HttpServer::Answer& answer);
    HttpResponse sign_in_by_link(std::string_view link, const std::string& address);
    HttpResponse who_am_i(const HttpRequest& request) const;
    HttpResponse sign_out(const HttpRequest& request);
    HttpResponse renew(const HttpRequest& request) const;
    HttpResponse ways() const;
    HttpResponse answer_with(const Session& session, const std::string& set_cookie) const;
    void refused(std::string_view user, std::string_view address, std::string_view reason);

    AccountSessions& sessions_;
    Journal& journal_;
    const Callbacks callbacks_;
    Attempts attempts_;
    BackgroundJobs jobs_;  // last: what it does needs the others
};

}  // namespace premura
