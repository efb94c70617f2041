#include "daemon/accounts/session_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <exception>

#include "daemon/accounts/oidc_routes.h"
#include "daemon/http/http_problem.h"
#include "daemon/log/headers.h"

namespace premura {
namespace {

namespace json = boost::json;

// As docs/openapi.yaml has them.
constexpr std::size_t user_bytes_max = 200;
constexpr std::size_t password_bytes_max = 1024;
constexpr std::size_t link_bytes_max = 1024;
constexpr std::string_view unknown_user = "(unknown)";

json::value text(std::string_view words) { return json::value(json::string{words}); }

// What somebody signs in with: user and password, or a link.
struct Typed {
    std::string user;
    std::string password;
    std::string link;
    std::optional<HttpResponse> problem;
};

std::string member(const json::object& body, std::string_view name, std::size_t most, Typed& typed) {
    const json::value* value = body.if_contains(name);
    const bool fits = value != nullptr && value->is_string() && !value->get_string().empty() &&
                      value->get_string().size() <= most;
    if (fits) return std::string{value->get_string()};
    if (!typed.problem) {
        typed.problem = problem(400, "invalid_request", fmt::format("'{}' is a text of 1 to {} bytes", name, most),
                                {{"field", fmt::format("/{}", name)}});
    }
    return {};
}

Typed typed_in(const HttpRequest& request) {
    Typed typed;
    // A form of another site cannot send this type without asking first.
    if (!lower_case(request.header("content-type")).starts_with("application/json")) {
        typed.problem = problem(415, "send application/json");
        return typed;
    }
    boost::system::error_code error;
    const json::value body = json::parse(request.body, error);
    if (error || !body.is_object()) {
        typed.problem = problem(400, "invalid_request", R"(the body is {"user":"...","password":"..."})");
        return typed;
    }
    if (body.get_object().contains("link")) {
        typed.link = member(body.get_object(), "link", link_bytes_max, typed);
        return typed;
    }
    typed.user = lower_case(member(body.get_object(), "user", user_bytes_max, typed));
    typed.password = member(body.get_object(), "password", password_bytes_max, typed);
    return typed;
}

HttpResponse too_many(Milliseconds wait) {
    HttpResponse response = problem(429, "too_many_attempts", "too many attempts: wait as long as Retry-After says");
    const auto seconds = std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(wait).count());
    response.headers.emplace_back("Retry-After", std::to_string(seconds));
    return response;
}

HttpResponse as_json(const json::object& body) {
    return {200, {{"Content-Type", "application/json"}}, json::serialize(body) + "\n"};
}

}  // namespace

SessionRoutes::SessionRoutes(AccountSessions& sessions, Journal& journal, Callbacks callbacks)
    : sessions_{sessions},
      journal_{journal},
      callbacks_{std::move(callbacks)},
      attempts_{sessions.options().attempts},
      jobs_{waiting_max} {}

void SessionRoutes::install(HttpServer& server) {
    server.handle("GET", "/v1/sign-in-ways", [this](HttpRequest, HttpServer::Answer answer) { answer(ways()); });
    server.handle("POST", "/v1/session", [this](const HttpRequest& request, HttpServer::Answer answer) {
        sign_in(request, std::move(answer));
    });
    server.handle("GET", "/v1/session",
                  [this](const HttpRequest& request, HttpServer::Answer answer) { answer(who_am_i(request)); });
    server.handle("DELETE", "/v1/session",
                  [this](const HttpRequest& request, HttpServer::Answer answer) { answer(sign_out(request)); });
    server.handle("POST", "/v1/session/renew",
                  [this](const HttpRequest& request, HttpServer::Answer answer) { answer(renew(request)); });
}

HttpResponse SessionRoutes::ways() const {
    json::array providers;
    if (sessions_.options().oidc.any()) {
        providers.push_back(json::object{{"name", text(sessions_.options().oidc.name)}, {"href", text(OidcRoutes::start_path)}});
    }
    return as_json({{"password", sessions_.has_passwords()}, {"providers", std::move(providers)}});
}

void SessionRoutes::sign_in(const HttpRequest& request, HttpServer::Answer answer) {
    if (auto refusal = refuse_other_sites(request)) return answer(std::move(*refusal));
    Typed typed = typed_in(request);
    if (typed.problem) return answer(std::move(*typed.problem));
    const std::string address = client_address(request, sessions_.options().proxies);
    if (!typed.link.empty()) return answer(sign_in_by_link(typed.link, address));
    if (jobs_.is_full()) return answer(too_many(std::chrono::seconds{1}));
    if (const auto wait = attempts_.begin(typed.user, address, callbacks_.now())) {
        refused(typed.user, address, "too_many_attempts");
        return answer(too_many(*wait));
    }
    // The server's thread is the only one that adds, so there is still room.
    jobs_.run([this, user = std::move(typed.user), password = std::move(typed.password), address,
               answer = std::move(answer)] { try_password(user, password, address, answer); });
}

void SessionRoutes::try_password(const std::string& user, const std::string& password, const std::string& address,
                                 const HttpServer::Answer& answer) {
    std::optional<AccountSessions::SignedIn> signed_in;
    try {
        signed_in = sessions_.sign_in(user, password);
    } catch (const std::exception& error) {
        journal_.write(JournalFact::failed, {{"error", error.what()}});
        return answer(problem(500, "the password could not be tried"));
    }
    if (!signed_in) {
        refused(user, address, "wrong_credentials");
        return answer(problem(401, "wrong_credentials", "user and password do not fit together"));
    }
    attempts_.succeeded(user, address);
    journal_.write(JournalFact::signed_in, {{"user", user}, {"by", "password"}, {"address", address}});
    answer(answer_with(*signed_in->session, signed_in->set_cookie));
}

// No attempts are counted: what is signed is not guessed.
HttpResponse SessionRoutes::sign_in_by_link(std::string_view link, const std::string& address) {
    const auto signed_in = sessions_.sign_in_by_link(link);
    if (!signed_in) {
        refused({}, address, "link_over");
        return problem(401, "link_over", "the link has been used, is over, or is none of ours: premura account link makes another");
    }
    journal_.write(JournalFact::signed_in, {{"user", signed_in->session->user}, {"by", "link"}, {"address", address}});
    return answer_with(*signed_in->session, signed_in->set_cookie);
}

HttpResponse SessionRoutes::who_am_i(const HttpRequest& request) const {
    const auto session = sessions_.find(request);
    if (auto refusal = admit(request, session, {})) return *refusal;
    return answer_with(*session, {});
}

HttpResponse SessionRoutes::sign_out(const HttpRequest& request) {
    const auto session = sessions_.find(request);
    if (auto refusal = admit(request, session, {.writes = true, .any_of = {}})) return *refusal;
    const std::string set_cookie = sessions_.sign_out(*session);
    journal_.write(JournalFact::signed_out, {{"user", session->user},
                                             {"address", client_address(request, sessions_.options().proxies)}});
    if (callbacks_.signed_out) callbacks_.signed_out(*session);
    return {204, {{"Set-Cookie", set_cookie}}, {}};
}

HttpResponse SessionRoutes::renew(const HttpRequest& request) const {
    if (auto refusal = admit(request, sessions_.find(request), {.writes = true, .any_of = {}})) return *refusal;
    const auto renewed = sessions_.renew(request);
    if (!renewed) return problem(401, "not_signed_in", "sign in first: POST /v1/session");
    return answer_with(*renewed->session, renewed->set_cookie);
}

HttpResponse SessionRoutes::answer_with(const Session& session, const std::string& set_cookie) const {
    json::array roles;
    for (const Role role : session.roles) roles.push_back(text(name_of(role)));
    json::array tenants;
    const auto rules = callbacks_.rules();
    for (const std::string& id : session.tenants) {
        const auto tenant = rules->tenants.find(id);
        if (tenant == rules->tenants.end()) continue;  // gone between two looks
        tenants.push_back(json::object{
            {"tenant", text(id)}, {"brand", text(tenant->second.brand)}, {"time_zone", text(tenant->second.timezone)}});
    }
    HttpResponse response = as_json({{"user", text(session.user)},
                                     {"name", text(session.name)},
                                     {"roles", std::move(roles)},
                                     {"tenants", std::move(tenants)},
                                     {"language", text(session.language)},
                                     {"csrf_token", text(session.csrf_token)},
                                     {"expires_at", text(format_utc(session.expires_at))},
                                     {"ends_at", text(format_utc(session.ends_at))}});
    if (!set_cookie.empty()) response.headers.emplace_back("Set-Cookie", set_cookie);
    return response;
}

void SessionRoutes::refused(std::string_view user, std::string_view address, std::string_view reason) {
    journal_.write(JournalFact::sign_in_refused, {{"user", sessions_.knows_user(user) ? user : unknown_user},
                                                  {"reason", reason},
                                                  {"address", address}});
}

}  // namespace premura
