#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/password_input.h"
#include "daemon/accounts/accounts.h"
#include "daemon/accounts/accounts_edit.h"
#include "daemon/accounts/sign_in_link.h"
#include "daemon/settings/settings_accounts.h"

namespace premura {
namespace {

constexpr int exit_fine = 0;
constexpr int exit_failed = 1;

struct AccountArguments {
    std::string file = "/etc/premura/accounts.yaml";
    NewAccount account;
    std::vector<std::string> roles;
    bool without_password = false;
    std::string session_key_file;
    std::string address = "http://127.0.0.1:8470";
    int minutes = 10;
};
using Shared = std::shared_ptr<AccountArguments>;

std::string hash_of_typed_password() { return format_password_hash(hash_password(read_new_password())); }

int list_accounts(const AccountArguments& arguments) {
    Diagnostics diagnostics;
    const auto accounts = read_accounts(arguments.file, false, diagnostics);
    for (const Diagnostic& each : diagnostics.all()) std::cerr << format_text(each, false) << '\n';
    if (!accounts) return exit_failed;
    const auto line = [](std::string_view user, const Grant& grant, std::string_view rest) {
        std::string roles;
        for (const Role role : grant.roles) roles += fmt::format("{}{}", roles.empty() ? "" : ",", name_of(role));
        const std::string tenants = grant.all_tenants ? "*" : fmt::format("{}", fmt::join(grant.tenants, ","));
        fmt::print("{:<20} {:<14} {:<24} {}\n", user, roles, tenants, rest);
    };
    for (const auto& [user, account] : accounts->by_user) {
        const std::string_view state = account.disabled ? ", disabled" : !account.password ? ", no password" : "";
        line(user, account.grant, fmt::format("{}{}", account.name, state));
    }
    for (const AccountGroup& group : accounts->groups) line(group.group, group.grant, "(group)");
    return exit_fine;
}

int add_one(AccountArguments& arguments) {
    NewAccount& account = arguments.account;
    for (const std::string& role : arguments.roles) account.roles.push_back(*role_named(role));
    if (!arguments.without_password) account.password = hash_of_typed_password();
    edit_accounts_file(arguments.file, true, [&](const std::string& text) { return with_account(arguments.file, text, account); });
    std::cout << fmt::format("{} may sign in after premurad has read {} anew\n", account.user, arguments.file);
    return exit_fine;
}

int set_password(const AccountArguments& arguments) {
    const std::string hash = hash_of_typed_password();
    edit_accounts_file(arguments.file, false, [&](const std::string& text) {
        return with_password(arguments.file, text, arguments.account.user, hash);
    });
    std::cout << fmt::format("{} has a new password; open sessions end when premurad reads {} anew\n", arguments.account.user,
                             arguments.file);
    return exit_fine;
}

int set_disabled(const AccountArguments& arguments, bool disabled) {
    edit_accounts_file(arguments.file, false, [&](const std::string& text) {
        return with_disabled(arguments.file, text, arguments.account.user, disabled);
    });
    std::cout << fmt::format("{} is {} as soon as premurad has read {} anew\n", arguments.account.user,
                             disabled ? "disabled" : "enabled", arguments.file);
    return exit_fine;
}

int make_link(const AccountArguments& arguments) {
    Diagnostics diagnostics;
    const auto accounts = read_accounts(arguments.file, false, diagnostics);
    for (const Diagnostic& each : diagnostics.all()) std::cerr << format_text(each, false) << '\n';
    if (!accounts) return exit_failed;
    AccountOptions options;
    options.session_key_file = arguments.session_key_file;
    std::string reason;
    const auto keys = read_cookie_keys(options, reason);
    if (!keys) {
        std::cerr << reason << '\n';
        return exit_failed;
    }
    const Account* account = accounts->find(arguments.account.user);
    const Instant now = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    const Instant until = now + std::chrono::minutes{arguments.minutes};
    const auto link = account == nullptr ? std::nullopt : sign_in_link_of(*account, until);
    if (!link) {
        std::cerr << fmt::format("{} has no account with a password in {}, or is disabled\n", arguments.account.user, arguments.file);
        return exit_failed;
    }
    std::string_view address = arguments.address;
    while (address.ends_with('/')) address.remove_suffix(1);
    std::cout << address << "/#sign-in=" << format_sign_in_link(*link, *keys) << '\n';
    return exit_fine;
}

CLI::App* part_of(CLI::App* command, const std::string& name, const std::string& what, int& result,
                  const std::function<int()>& act) {
    CLI::App* part = command->add_subcommand(name, what);
    part->callback([&result, act] {
        try {
            result = act();
        } catch (const std::exception& error) {
            std::cerr << error.what() << '\n';
            result = exit_failed;
        }
    });
    return part;
}

}  // namespace

void add_account(CLI::App& app, const Terminal&, int& result) {
    const auto arguments = std::make_shared<AccountArguments>();
    CLI::App* command = app.add_subcommand("account", "Who may sign in to the desk, and what they may do there");
    command->require_subcommand(1);
    command->footer("Passwords are typed without being shown, or come as one line on the standard input. premurad reads the\n"
                    "file anew on SIGHUP (systemctl reload premurad).");
    const auto file = [&arguments](CLI::App* part) {
        part->add_option("--file", arguments->file, "The file of accounts")->capture_default_str();
    };
    const auto user = [&arguments, &file](CLI::App* part) {
        file(part);
        part->add_option("user", arguments->account.user, "How they sign in")->required();
    };
    CLI::App* add = part_of(command, "add", "Adds an account; makes the file when there is none", result,
                            [arguments] { return add_one(*arguments); });
    user(add);
    add->add_option("--name", arguments->account.name, "Whom colleagues see")->required();
    add->add_option("--role", arguments->roles, "agent, lead or ops; may be given again")
        ->required()
        ->allow_extra_args(false)
        ->check(CLI::IsMember({"agent", "lead", "ops"}));
    add->add_option("--tenant", arguments->account.tenants, "Whose calls; may be given again; '*' for all")
        ->required()
        ->allow_extra_args(false);
    add->add_option("--language", arguments->account.language, "Of the page")->capture_default_str();
    add->add_flag("--without-password", arguments->without_password, "A proxy or an identity provider says who they are");
    user(part_of(command, "password", "Sets a password", result, [arguments] { return set_password(*arguments); }));
    user(part_of(command, "disable", "Shuts somebody out; their sessions end", result,
                 [arguments] { return set_disabled(*arguments, true); }));
    user(part_of(command, "enable", "Takes that back", result, [arguments] { return set_disabled(*arguments, false); }));
    CLI::App* link = part_of(command, "link", "Prints an address that signs somebody in, once and soon", result,
                             [arguments] { return make_link(*arguments); });
    user(link);
    link->add_option("--session-key-file", arguments->session_key_file, "The key that premurad has (accounts.session_key_file)")
        ->required();
    link->add_option("--to", arguments->address, "Where the desk is")->capture_default_str();
    link->add_option("--minutes", arguments->minutes, "How long it counts")
        ->capture_default_str()
        ->check(CLI::Range(1, static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(SignInLink::valid_max).count())));
    file(part_of(command, "list", "Lists accounts and groups", result, [arguments] { return list_accounts(*arguments); }));
    part_of(command, "hash", "Prints the hash of a password", result, [] {
        std::cout << hash_of_typed_password() << '\n';
        return exit_fine;
    });
}

}  // namespace premura
