#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostics.h"
#include "daemon/accounts/password.h"
#include "daemon/accounts/session.h"

namespace premura {

// What somebody may do, and for whom.
struct Grant {
    std::vector<Role> roles;
    std::vector<std::string> tenants;  // in the order written, each once
    bool all_tenants = false;          // `tenants: '*'`
    std::string language = "en";
};

// One of us, as the file has them.
struct Account {
    std::string user;
    std::string name;
    Grant grant;
    std::optional<PasswordHash> password;  // without: only an identity provider or a proxy says who it is
    bool disabled = false;
};

// A group of an identity provider and what those in it may do.
struct AccountGroup {
    std::string group;
    Grant grant;
};

// The file of accounts: who may do what. Immutable once loaded.
struct Accounts {
    std::map<std::string, Account, std::less<>> by_user;
    std::vector<AccountGroup> groups;  // in the order written

    const Account* find(std::string_view user) const;
    // Of somebody without an account: the first group of the file that they are in says their roles; groups with the same
    // roles add their tenants. Others do not count, so that nobody is agent here and lead there and becomes lead of both.
    std::optional<Grant> grant_of(const std::vector<std::string>& groups) const;
    // The dearest cost of all passwords, at which a wrong user is tried.
    ScryptCost dearest_cost() const;
};

// Changes with the password, and tells nothing of it; empty without one.
std::string password_mark_of(const Account& account);

// How a user may be called: lower-case letters, digits and . _ @ - +, a letter or digit first, 64 at most.
bool is_user(std::string_view text);

// Reads the text of such a file. Nothing when there is an error among the diagnostics.
std::optional<Accounts> load_accounts(const std::string& file, std::string text, Diagnostics& diagnostics);

// Reads the file itself. One that others than its owner may read or write is an error: who reads it tries passwords, who
// writes it is lead. `guarded`: it is a credential of the service manager, which keeps it to itself.
std::optional<Accounts> read_accounts(const std::string& file, bool guarded, Diagnostics& diagnostics);

}  // namespace premura
