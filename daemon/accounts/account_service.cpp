#include "daemon/accounts/account_service.h"

#include <utility>

#include "daemon/settings/settings_accounts.h"

namespace premura {
namespace {

constexpr std::size_t diagnostics_told_max = 20;

}  // namespace

AccountService::AccountService(AccountOptions options, Journal& journal, Callbacks callbacks)
    : options_{std::move(options)}, journal_{journal}, callbacks_{std::move(callbacks)} {}

std::optional<AccountService::Files> AccountService::read() {
    Diagnostics diagnostics;
    std::string reason;
    auto keys = read_cookie_keys(options_, reason);
    std::optional<Accounts> accounts = Accounts{};
    if (options_.any()) accounts = read_accounts(options_.file, options_.file_guarded, diagnostics);
    std::size_t told = 0;
    for (const Diagnostic& each : diagnostics.all()) {
        if (++told > diagnostics_told_max) break;
        // The line itself is not told: there may be a password in it.
        journal_.write(JournalFact::accounts_problem, {{"place", each.file + ":" + std::to_string(each.line)},
                                                       {"code", each.code},
                                                       {"problem", each.message},
                                                       {"hint", each.hint}});
    }
    if (!keys) journal_.write(JournalFact::accounts_problem, {{"problem", reason}});
    if (!keys || !accounts) return std::nullopt;
    return Files{std::move(*accounts), std::move(*keys)};
}

bool AccountService::load() {
    auto files = read();
    if (!files) {
        journal_.write(JournalFact::accounts_refused, {{"file", options_.file}});
        return false;
    }
    const std::size_t count = files->accounts.by_user.size();
    sessions_ = std::make_unique<AccountSessions>(options_, std::move(files->accounts), std::move(files->keys),
                                                  AccountSessions::Callbacks{callbacks_.now, callbacks_.rules});
    if (!options_.any()) return true;
    journal_.write(JournalFact::accounts_loaded, {{"accounts", std::to_string(count)}, {"file", options_.file}});
    tell_unknown_tenants();
    return true;
}

bool AccountService::reload() {
    if (!options_.any()) return true;
    auto files = read();
    if (!files) {
        journal_.write(JournalFact::accounts_refused, {{"file", options_.file}});
        return false;
    }
    const std::size_t count = files->accounts.by_user.size();
    // A key of this process alone stays, or everybody would be signed out.
    CookieKeys keys = options_.session_key_file.empty() ? sessions_->keys() : std::move(files->keys);
    sessions_->use(std::move(files->accounts), std::move(keys));
    journal_.write(JournalFact::accounts_loaded, {{"accounts", std::to_string(count)}, {"file", options_.file}});
    tell_unknown_tenants();
    return true;
}

void AccountService::install(HttpServer& server, std::function<void(const Session&)> signed_out) {
    routes_ = std::make_unique<SessionRoutes>(
        *sessions_, journal_, SessionRoutes::Callbacks{callbacks_.now, callbacks_.rules, std::move(signed_out)});
    routes_->install(server);
    if (!options_.oidc.any()) return;
    oidc_ = std::make_unique<OidcRoutes>(*sessions_, journal_, callbacks_.now);
    oidc_->install(server);
}

void AccountService::tell_unknown_tenants() {
    for (const std::string& tenant : sessions_->unknown_tenants()) {
        journal_.write(JournalFact::accounts_problem,
                       {{"problem", "the rules know no such tenant"}, {"tenant", tenant}});
    }
}

}  // namespace premura
