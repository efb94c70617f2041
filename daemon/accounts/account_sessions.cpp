#include "daemon/accounts/account_sessions.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/accounts/secrets.h"
#include "daemon/accounts/sign_in_link.h"
#include "daemon/log/headers.h"

namespace premura {
namespace {

constexpr std::string_view cookie_name = "premura_session";
constexpr std::string_view session_purpose = "session";
constexpr std::string_view proxy_purpose = "proxy";
constexpr std::size_t id_bytes = 16;
// Browsers keep cookies of 4096 bytes, with their names and attributes.
constexpr std::size_t cookie_bytes_max = 3800;

// The only header of that name. A client's own beside that of the proxy is a forgery, and neither is believed.
std::optional<std::string_view> only_header(const HttpRequest& request, std::string_view name) {
    std::optional<std::string_view> found;
    for (const auto& [key, value] : request.headers) {
        if (key != name) continue;
        if (found) return std::nullopt;
        found = value;
    }
    return found;
}

std::vector<std::string> parts_of(std::string_view list) {
    std::vector<std::string> parts;
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        std::string_view part = list.substr(0, comma);
        list = comma == list.npos ? std::string_view{} : list.substr(comma + 1);
        while (part.starts_with(' ')) part.remove_prefix(1);
        while (part.ends_with(' ')) part.remove_suffix(1);
        if (!part.empty()) parts.emplace_back(part);
    }
    return parts;
}

// Only who holds the cookie knows the id, so nobody else can work this out. It follows from nothing else, so that it
// stays when a new key is put in front.
std::string csrf_token_of(const std::string& id) { return base64url(sha256("csrf " + id)); }

// An account goes before groups. A disabled one shuts its user out whatever groups they are in.
std::optional<Grant> grant_of(const Accounts& accounts, const std::string& user, const std::vector<std::string>& groups) {
    if (const Account* account = accounts.find(user)) {
        return account->disabled ? std::nullopt : std::optional{account->grant};
    }
    return accounts.grant_of(groups);
}

}  // namespace

AccountSessions::AccountSessions(AccountOptions options, Accounts accounts, CookieKeys keys, Callbacks callbacks)
    : options_{std::move(options)},
      callbacks_{std::move(callbacks)},
      state_{std::make_shared<State>(State{std::move(accounts), std::move(keys)})} {}

std::shared_ptr<const AccountSessions::State> AccountSessions::state() const {
    const std::lock_guard lock{mutex_};
    return state_;
}

void AccountSessions::use(Accounts accounts, CookieKeys keys) {
    auto next = std::make_shared<State>(State{std::move(accounts), std::move(keys)});
    const std::lock_guard lock{mutex_};
    state_ = std::move(next);
}

std::shared_ptr<const Session> AccountSessions::find(const HttpRequest& request) const {
    const auto state = this->state();
    if (const auto cookie = cookie_of(request, *state)) {
        if (auto session = by_cookie(*cookie, *state)) return session;
    }
    return by_proxy(request, *state);
}

std::optional<SessionCookie> AccountSessions::cookie_of(const HttpRequest& request, const State& state) const {
    const std::string_view value = cookie_in(request.header("cookie"), cookie_name);
    if (value.empty()) return std::nullopt;
    const auto content = state.keys.open(session_purpose, value);
    return content ? parse_session_cookie(*content) : std::nullopt;
}

std::shared_ptr<const Session> AccountSessions::by_cookie(const SessionCookie& cookie, const State& state) const {
    const Instant now = callbacks_.now();
    if (now >= cookie.expires_at || now >= cookie.ends_at || has_ended(cookie.id)) return nullptr;
    Identity who{cookie.user, cookie.name, cookie.groups};
    const Account* account = state.accounts.find(cookie.user);
    if (cookie.local) {
        if (account == nullptr || !equal_secrets(password_mark_of(*account), cookie.password_mark)) return nullptr;
    }
    if (account != nullptr) who.name = account->name;
    const auto grant = grant_of(state.accounts, cookie.user, cookie.groups);
    if (!grant) return nullptr;
    auto session = session_of(who, *grant, cookie.expires_at, cookie.ends_at);
    if (!session) return nullptr;
    Session complete = *session;
    complete.id = cookie.id;
    complete.csrf_token = csrf_token_of(cookie.id);
    return std::make_shared<const Session>(std::move(complete));
}

// The proxy says it anew with every request, so there is neither a cookie nor an end of ours.
std::shared_ptr<const Session> AccountSessions::by_proxy(const HttpRequest& request, const State& state) const {
    const ProxySignInOptions& proxy = options_.proxy;
    if (!proxy.any() || !options_.proxies.contains(request.remote)) return nullptr;
    const auto secret = only_header(request, proxy.secret_header);
    const std::string user = lower_case(only_header(request, proxy.user_header).value_or(""));
    if (!secret || !equal_secrets(*secret, proxy.secret) || !is_user(user)) return nullptr;
    Identity who{user, user, {}};
    if (!proxy.name_header.empty()) {
        const auto name = only_header(request, proxy.name_header);
        if (name && !name->empty()) who.name = *name;
    }
    if (!proxy.groups_header.empty()) who.groups = parts_of(only_header(request, proxy.groups_header).value_or(""));
    if (const Account* account = state.accounts.find(who.user)) who.name = account->name;
    const auto grant = grant_of(state.accounts, who.user, who.groups);
    if (!grant) return nullptr;
    const Instant now = callbacks_.now();
    auto session = session_of(who, *grant, now + options_.session_idle, now + options_.session_longest);
    if (!session) return nullptr;
    Session complete = *session;
    complete.id = state.keys.derive(proxy_purpose, who.user);
    complete.csrf_token = csrf_token_of(complete.id);
    return std::make_shared<const Session>(std::move(complete));
}

// Without a tenant that exists there is nothing to do here.
std::shared_ptr<const Session> AccountSessions::session_of(const Identity& who, const Grant& grant, Instant expires,
                                                           Instant ends) const {
    const auto rules = callbacks_.rules();
    if (!rules) return nullptr;
    Session session;
    session.user = who.user;
    session.name = who.name;
    session.roles = grant.roles;
    session.language = grant.language;
    session.expires_at = expires;
    session.ends_at = ends;
    if (grant.all_tenants) {
        for (const auto& [id, tenant] : rules->tenants) session.tenants.push_back(id);
    } else {
        for (const std::string& id : grant.tenants) {
            if (rules->tenants.contains(id)) session.tenants.push_back(id);
        }
    }
    return session.tenants.empty() ? nullptr : std::make_shared<const Session>(std::move(session));
}

std::optional<AccountSessions::SignedIn> AccountSessions::sign_in(const std::string& user,
                                                                  const std::string& password) const {
    const auto state = this->state();
    const Account* account = state->accounts.find(user);
    const bool has_password = account != nullptr && account->password;
    // Somebody who is not there costs as much as a wrong password.
    const PasswordHash nobody{state->accounts.dearest_cost(), std::string(16, 'n'), std::string(32, '\0')};
    const bool right = fits(password, has_password ? *account->password : nobody);
    if (!right || !has_password || account->disabled) return std::nullopt;
    SessionCookie cookie;
    cookie.user = user;
    cookie.password_mark = password_mark_of(*account);
    return begin(std::move(cookie), *state);
}

std::optional<AccountSessions::SignedIn> AccountSessions::sign_in_by_link(std::string_view text) {
    const auto state = this->state();
    const auto link = parse_sign_in_link(text, state->keys);
    if (!link || callbacks_.now() >= link->expires_at || link->expires_at > callbacks_.now() + SignInLink::valid_max) return std::nullopt;
    const Account* account = state->accounts.find(link->user);
    const bool holds = account != nullptr && !account->disabled && account->password &&
                       equal_secrets(password_mark_of(*account), link->password_mark);
    if (!holds || !end(link->id, link->expires_at)) return std::nullopt;
    SessionCookie cookie;
    cookie.user = link->user;
    cookie.password_mark = link->password_mark;
    return begin(std::move(cookie), *state);
}

std::optional<AccountSessions::SignedIn> AccountSessions::sign_in(const Identity& identity) const {
    const auto state = this->state();
    SessionCookie cookie;
    cookie.local = false;
    cookie.user = identity.user;
    cookie.name = identity.name;
    for (const AccountGroup& known : state->accounts.groups) {
        const bool in_it = std::find(identity.groups.begin(), identity.groups.end(), known.group) != identity.groups.end();
        if (in_it) cookie.groups.push_back(known.group);
    }
    return begin(std::move(cookie), *state);
}

std::optional<AccountSessions::SignedIn> AccountSessions::begin(SessionCookie cookie, const State& state) const {
    const Instant now = callbacks_.now();
    cookie.id = base64url(random_bytes(id_bytes));
    cookie.ends_at = now + options_.session_longest;
    cookie.expires_at = std::min(now + options_.session_idle, cookie.ends_at);
    auto session = by_cookie(cookie, state);
    if (!session) return std::nullopt;
    std::string value = state.keys.sign(session_purpose, format_session_cookie(cookie));
    if (value.size() > cookie_bytes_max) return std::nullopt;
    return SignedIn{std::move(session), this->cookie(cookie_name, value, "/", true)};
}

std::optional<AccountSessions::SignedIn> AccountSessions::renew(const HttpRequest& request) const {
    const auto state = this->state();
    auto cookie = cookie_of(request, *state);
    if (!cookie || !by_cookie(*cookie, *state)) {
        auto session = by_proxy(request, *state);
        return session ? std::optional{SignedIn{std::move(session), {}}} : std::nullopt;
    }
    cookie->expires_at = std::min(callbacks_.now() + options_.session_idle, cookie->ends_at);
    const std::string value = state->keys.sign(session_purpose, format_session_cookie(*cookie));
    return SignedIn{by_cookie(*cookie, *state), this->cookie(cookie_name, value, "/", true)};
}

std::string AccountSessions::sign_out(const Session& session) {
    // Whom a proxy signs in is signed in again with the next request: the end of that is the proxy's.
    if (session.id != state()->keys.derive(proxy_purpose, session.user)) end(session.id, session.ends_at);
    return fmt::format("{}; Max-Age=0", cookie(cookie_name, "", "/", true));
}

bool AccountSessions::end(const std::string& id, Instant until) {
    const Instant now = callbacks_.now();
    const std::lock_guard lock{mutex_};
    if (ended_.size() >= ended_max) std::erase_if(ended_, [now](const auto& entry) { return entry.second <= now; });
    if (ended_.size() >= ended_max) {
        ended_.erase(std::min_element(ended_.begin(), ended_.end(), [](const auto& left, const auto& right) {
            return left.second < right.second;
        }));
    }
    return ended_.emplace(id, until).second;
}

bool AccountSessions::has_ended(const std::string& id) const {
    const std::lock_guard lock{mutex_};
    return ended_.contains(id);
}

bool AccountSessions::knows_user(std::string_view user) const { return state()->accounts.find(user) != nullptr; }

bool AccountSessions::has_passwords() const {
    const auto state = this->state();
    const auto& all = state->accounts.by_user;
    return std::any_of(all.begin(), all.end(), [](const auto& entry) { return entry.second.password.has_value(); });
}

std::vector<std::string> AccountSessions::unknown_tenants() const {
    const auto state = this->state();
    const auto rules = callbacks_.rules();
    std::vector<std::string> unknown;
    if (!rules) return unknown;
    const auto look = [&](const Grant& grant) {
        for (const std::string& tenant : grant.tenants) {
            const bool told = std::find(unknown.begin(), unknown.end(), tenant) != unknown.end();
            if (!rules->tenants.contains(tenant) && !told) unknown.push_back(tenant);
        }
    };
    for (const auto& [user, account] : state->accounts.by_user) look(account.grant);
    for (const AccountGroup& group : state->accounts.groups) look(group.grant);
    return unknown;
}

std::string AccountSessions::cookie(std::string_view name, std::string_view value, std::string_view path,
                                    bool strict) const {
    return fmt::format("{}={}; HttpOnly; SameSite={}; Path={}{}", name, value, strict ? "Strict" : "Lax", path,
                       options_.secure ? "; Secure" : "");
}

}  // namespace premura
