#include "daemon/accounts/session.h"

#include <algorithm>
#include <array>

#include "daemon/accounts/secrets.h"
#include "daemon/http/http_problem.h"
#include "daemon/log/headers.h"

namespace premura {
namespace {

constexpr std::array<std::string_view, 3> role_names{"agent", "lead", "ops"};
// As docs/openapi.yaml has it.
constexpr std::size_t key_bytes_min = 8;
constexpr std::size_t key_bytes_max = 128;

}  // namespace

std::string_view name_of(Role role) { return role_names[static_cast<std::size_t>(role)]; }

std::optional<Role> role_named(std::string_view name) {
    for (std::size_t i = 0; i < role_names.size(); ++i) {
        if (role_names[i] == name) return static_cast<Role>(i);
    }
    return std::nullopt;
}

bool Session::is(Role role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }

bool Session::holds(std::string_view tenant) const {
    return std::find(tenants.begin(), tenants.end(), tenant) != tenants.end();
}

std::optional<HttpResponse> admit(const HttpRequest& request, const std::shared_ptr<const Session>& session,
                                  const SessionNeeds& needs) {
    if (!session) return problem(401, "not_signed_in", "sign in first: POST /v1/session");
    if (needs.writes) {
        if (auto refusal = refuse_other_sites(request)) return refusal;
        if (!equal_secrets(request.header("x-premura-csrf"), session->csrf_token)) {
            return problem(403, "wrong_csrf_token", "send the csrf_token of GET /v1/session as X-Premura-CSRF");
        }
        const std::size_t key = request.header("idempotency-key").size();
        if (key < key_bytes_min || key > key_bytes_max) {
            return problem(400, "invalid_request", "send an Idempotency-Key of 8 to 128 characters, new for each act");
        }
    }
    const bool fits = needs.any_of.empty() || std::any_of(needs.any_of.begin(), needs.any_of.end(),
                                                          [&session](Role role) { return session->is(role); });
    if (!fits) return problem(403, "wrong_role", "your account's roles do not include this");
    return std::nullopt;
}

std::optional<HttpResponse> refuse_other_sites(const HttpRequest& request) {
    const std::string site = lower_case(request.header("sec-fetch-site"));
    const std::string_view origin = request.header("origin");
    const std::size_t slashes = origin.find("://");
    const bool other_origin = !origin.empty() && (slashes == origin.npos || origin.substr(slashes + 3) != request.header("host"));
    if (site != "cross-site" && site != "same-site" && !other_origin) return std::nullopt;
    return problem(403, "pages of other sites may not act for you");
}

bool is_for_people(std::string_view path) {
    static constexpr std::array<std::string_view, 6> areas{"/v1/session", "/v1/sign-in", "/v1/calls",
                                                           "/v1/incidents", "/v1/ops", "/v1/desk"};
    return std::any_of(areas.begin(), areas.end(), [path](std::string_view area) {
        if (!path.starts_with(area)) return false;
        const std::string_view rest = path.substr(area.size());
        return rest.empty() || rest[0] == '/' || rest[0] == '.' || rest[0] == '-';
    });
}

TenantChoice tenants_asked(const HttpRequest& request, const Session& session) {
    const auto named = request.query.find("tenant");
    if (named == request.query.end()) return {session.tenants, std::nullopt};
    if (session.holds(named->second)) return {{named->second}, std::nullopt};
    return {{}, problem(400, "invalid_request", "that is no tenant of yours", {{"field", "/tenant"}})};
}

}  // namespace premura
