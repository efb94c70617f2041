#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/accounts/session.h"

namespace premura {

// Edits of the text of an accounts file that leave all else, comments too, as it is. Each returns the new text, which
// load_accounts reads without errors, or throws AccountsEditError.
class AccountsEditError : public std::exception {
 public:
    explicit AccountsEditError(std::string message) : message_{std::move(message)} {}
    const char* what() const noexcept override { return message_.c_str(); }

 private:
    std::string message_;
};

struct NewAccount {
    std::string user;
    std::string name;
    std::vector<Role> roles;
    std::vector<std::string> tenants;  // `*`: all
    std::string language = "en";
    std::string password;  // its hash as text; empty: no password
};

// The text of a file without accounts.
std::string empty_accounts_text();
std::string with_account(const std::string& file, const std::string& text, const NewAccount& account);
std::string with_password(const std::string& file, const std::string& text, std::string_view user, std::string_view hash);
std::string with_disabled(const std::string& file, const std::string& text, std::string_view user, bool disabled);

// Reads the file, has it edited and puts the new text in its place at once: mode 0600, the old owner. A second edit at the same
// time waits. A missing file is an empty one when `create`. Throws AccountsEditError.
void edit_accounts_file(const std::string& file, bool create, const std::function<std::string(const std::string& text)>& edit);

}  // namespace premura
