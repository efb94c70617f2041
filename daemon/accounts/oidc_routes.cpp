#include "daemon/accounts/oidc_routes.h"

#include <fmt/format.h>


#include "daemon/accounts/secrets.h"

namespace premura {
namespace {

constexpr std::string_view cookie_name = "premura_sign_in";
constexpr std::string_view cookie_path = "/v1/sign-in";
constexpr std::string_view state_purpose = "sign-in";
constexpr Milliseconds flow_time = std::chrono::minutes{10};
constexpr std::size_t state_bytes = 24;
constexpr std::size_t code_bytes_max = 4096;

HttpResponse go_to(const std::string& address) { return {302, {{"Location", address}}, {}}; }

std::string asked(const HttpRequest& request, std::string_view name) {
    const auto found = request.query.find(name);
    return found == request.query.end() ? std::string{} : found->second;
}

}  // namespace

OidcRoutes::OidcRoutes(AccountSessions& sessions, Journal& journal, std::function<Instant()> now)
    : sessions_{sessions},
      journal_{journal},
      now_{std::move(now)},
      provider_{sessions.options().oidc, now_},
      jobs_{waiting_max} {}

OidcRoutes::~OidcRoutes() { provider_.give_up(); }

void OidcRoutes::install(HttpServer& server) {
    server.handle("GET", std::string{start_path},
                  [this](const HttpRequest&, const HttpServer::Answer& answer) { start(answer); });
    server.handle("GET", std::string{return_path}, [this](const HttpRequest& request, const HttpServer::Answer& answer) {
        come_back(request, answer);
    });
}

// The state is all that has to be kept, so several daemons serve one sign-in.
OidcProvider::Flow OidcRoutes::flow_of(const std::string& state) const {
    const CookieKeys keys = sessions_.keys();
    return {state, keys.derive("nonce", state), keys.derive("pkce", state)};
}

void OidcRoutes::start(const HttpServer::Answer& answer) {
    const bool waits = jobs_.run([this, answer] {
        const std::string state = base64url(random_bytes(state_bytes));
        const auto address = provider_.address_for(flow_of(state));
        if (const auto* failure = std::get_if<OidcProvider::Failure>(&address)) return answer(refused({}, failure->reason));
        HttpResponse response = go_to(std::get<std::string>(address));
        const std::string content = fmt::format("{} {}", milliseconds_of(now_() + flow_time), state);
        // Lax: it has to come along when the provider leads back here.
        response.headers.emplace_back(
            "Set-Cookie", fmt::format("{}; Max-Age={}",
                                      sessions_.cookie(cookie_name, sessions_.keys().sign(state_purpose, content), cookie_path, false),
                                      std::chrono::duration_cast<std::chrono::seconds>(flow_time).count()));
        answer(std::move(response));
    });
    if (!waits) answer(problem(503, "too many sign in at once: try again in a moment"));
}

void OidcRoutes::come_back(const HttpRequest& request, const HttpServer::Answer& answer) {
    const std::string address = client_address(request, sessions_.options().proxies);
    const auto content = sessions_.keys().open(state_purpose, cookie_in(request.header("cookie"), cookie_name));
    if (!content) return answer(refused(address, "no_state"));
    const std::size_t blank = content->find(' ');
    const std::string state = content->substr(blank + 1);
    if (milliseconds_of(now_()) >= std::stoll(content->substr(0, blank))) return answer(refused(address, "too_late"));
    // Who was led here by somebody else's link has another state (RFC 6749, 10.12) or comes from another provider (RFC 9207).
    if (!equal_secrets(asked(request, "state"), state)) return answer(refused(address, "wrong_state"));
    const std::string issuer = asked(request, "iss");
    if (!issuer.empty() && issuer != sessions_.options().oidc.issuer) return answer(refused(address, "wrong_issuer"));
    const std::string code = asked(request, "code");
    if (code.empty() || code.size() > code_bytes_max) return answer(refused(address, "provider_refused"));
    const bool waits = jobs_.run([this, flow = flow_of(state), code, address, answer] { finish(flow, code, address, answer); });
    if (!waits) answer(problem(503, "too many sign in at once: try again in a moment"));
}

void OidcRoutes::finish(const OidcProvider::Flow& flow, const std::string& code, const std::string& address,
                        const HttpServer::Answer& answer) {
    const auto identity = provider_.identity_for(flow, code);
    if (const auto* failure = std::get_if<OidcProvider::Failure>(&identity)) return answer(refused(address, failure->reason));
    const auto& who = std::get<Identity>(identity);
    const auto signed_in = sessions_.sign_in(who);
    if (!signed_in) return answer(refused(address, "no_account"));
    journal_.write(JournalFact::signed_in, {{"user", who.user}, {"by", "oidc"}, {"address", address}});
    HttpResponse response = go_to("/");
    response.headers.emplace_back("Set-Cookie", signed_in->set_cookie);
    response.headers.emplace_back("Set-Cookie", sessions_.cookie(cookie_name, "", cookie_path, false) + "; Max-Age=0");
    answer(std::move(response));
}

// A person sees this, in a browser that was led here.
HttpResponse OidcRoutes::refused(std::string_view address, std::string_view reason) {
    journal_.write(JournalFact::sign_in_refused, {{"by", "oidc"}, {"reason", reason}, {"address", address}});
    return {reason == "provider_unreachable" ? 503 : 403,
            {{"Content-Type", "text/plain; charset=utf-8"}},
            fmt::format("Signing in did not work ({}). Go back to the desk and try again; if it stays so, ask who runs Premura.\n",
                        reason)};
}

}  // namespace premura
