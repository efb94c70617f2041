#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "daemon/http/http_message.h"

namespace premura {

// What somebody may do. An agent makes calls; a lead also gives back others' calls, exports and sees the ops view; ops
// see it, act on incidents and export.
enum class Role : std::uint8_t { agent, lead, ops };
std::string_view name_of(Role role);
std::optional<Role> role_named(std::string_view name);

// Somebody who is signed in, as one request found them. Immutable; shared between threads.
struct Session {
    std::string id;  // of the session; stands in no answer and no log line
    std::string user;
    std::string name;
    std::vector<Role> roles;
    std::vector<std::string> tenants;  // those that the rules know, in the order of the account
    std::string language;
    std::string csrf_token;
    Instant expires_at;  // unless the person does something before
    Instant ends_at;     // whatever is done

    bool is(Role role) const;
    bool holds(std::string_view tenant) const;
};

// What a request needs beside a session.
struct SessionNeeds {
    // It does something: X-Premura-CSRF, an Idempotency-Key, and no other site that asks.
    bool writes = false;
    // One of them; empty: whoever is signed in.
    std::vector<Role> any_of;
};

// The gate of every route that asks for a session. Nothing: the request may pass. Else what to answer: 401
// `not_signed_in`, 403 `wrong_csrf_token`, `wrong_role` or another site, 400 `invalid_request` without an Idempotency-Key.
std::optional<HttpResponse> admit(const HttpRequest& request, const std::shared_ptr<const Session>& session,
                                  const SessionNeeds& needs);

// A page of another site that has a browser act here: 403. Programs that are no browsers say nothing about sites.
std::optional<HttpResponse> refuse_other_sites(const HttpRequest& request);

// Paths whose routes ask for a session themselves, so that the token of machines is not asked for.
bool is_for_people(std::string_view path);

// The tenants that a request is about: the one that `?tenant=` names, else all of the session. A tenant that the session
// does not hold is refused as one that does not exist: 400 `invalid_request`.
struct TenantChoice {
    std::vector<std::string> tenants;
    std::optional<HttpResponse> refusal;
};
TenantChoice tenants_asked(const HttpRequest& request, const Session& session);

}  // namespace premura
