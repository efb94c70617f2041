#include "daemon/accounts/accounts.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "core/base/yaml_reader.h"
#include "daemon/accounts/secrets.h"
#include "files/read_files.h"

namespace premura {
namespace {

constexpr std::size_t user_bytes_max = 64;
constexpr std::size_t name_bytes_max = 100;
constexpr std::size_t group_bytes_max = 200;
constexpr std::size_t mark_bytes = 16;
constexpr std::string_view every_tenant = "*";

constexpr std::string_view file_keys[] = {"version", "accounts", "groups"};
constexpr std::string_view account_keys[] = {"name", "roles", "tenants", "language", "password", "disabled"};
constexpr std::string_view group_keys[] = {"roles", "tenants", "language"};
constexpr std::string_view roles[] = {"agent", "lead", "ops"};

bool is_language(std::string_view text) {
    return text.size() >= 2 && text.size() <= 8 && std::all_of(text.begin(), text.end(), [](char letter) {
               return (letter >= 'a' && letter <= 'z') || letter == '-' || (letter >= 'A' && letter <= 'Z');
           });
}

Grant load_grant(const YamlNode& node, std::string_view what, YamlReader& reader) {
    Grant grant;
    if (const YamlNode* list = reader.required(node, "roles", what)) {
        for (const YamlNode* item : reader.one_or_many(*list, "'roles'")) {
            const auto role = reader.word(*item, "a role", roles);
            if (role) grant.roles.push_back(static_cast<Role>(*role));
        }
        std::sort(grant.roles.begin(), grant.roles.end());
        grant.roles.erase(std::unique(grant.roles.begin(), grant.roles.end()), grant.roles.end());
    }
    if (const YamlNode* list = reader.required(node, "tenants", what)) {
        for (const YamlNode* item : reader.one_or_many(*list, "'tenants'")) {
            if (item->is_scalar() && item->text == every_tenant) {
                grant.all_tenants = true;
                continue;
            }
            const auto tenant = reader.name(*item, "a tenant");
            const bool known = tenant && std::find(grant.tenants.begin(), grant.tenants.end(), *tenant) != grant.tenants.end();
            if (tenant && !known) grant.tenants.push_back(*tenant);
        }
    }
    if (const YamlNode* language = node.find("language")) {
        const auto text = reader.text(*language, "'language'");
        if (text && !is_language(*text)) {
            reader.error("PR344", *language, fmt::format("'{}' is no language", *text), "write for example en or it");
        }
        if (text) grant.language = *text;
    }
    return grant;
}

std::optional<Account> load_account(const YamlEntry& entry, YamlReader& reader) {
    const YamlNode& node = entry.value;
    const std::string what = fmt::format("the account '{}'", entry.key.text);
    Account account;
    account.user = entry.key.text;
    if (!is_user(account.user)) {
        reader.error("PR340", entry.key, fmt::format("'{}' cannot be a user", account.user),
                     "use lower-case letters, digits and . _ @ - +, a letter or digit first, 64 at most");
    }
    if (!reader.map(node, what, account_keys)) return std::nullopt;
    account.name = reader.required_text(node, "name", what);
    if (account.name.size() > name_bytes_max) {
        reader.error("PR340", *node.find("name"), "the name is longer than 100 bytes");
    }
    account.grant = load_grant(node, what, reader);
    if (const YamlNode* password = node.find("password")) {
        const auto text = reader.text(*password, "'password'");
        if (text) account.password = parse_password_hash(*text);
        // The text is not repeated: it may be a password that somebody wrote here as it is. Nor does the line show.
        if (text && !account.password) {
            Place place = reader.place_of(*password);
            place.source.clear();
            reader.add(error_at(place, "PR341", "this is no hash of a password",
                                fmt::format("set it with: premura account password --file {} {}",
                                            reader.source().file(), account.user)));
        }
    }
    if (const YamlNode* disabled = node.find("disabled")) {
        account.disabled = reader.boolean(*disabled, "'disabled'").value_or(true);
    }
    return account;
}

void load_version(const YamlNode& root, YamlReader& reader) {
    const YamlNode* version = root.find("version");
    if (version == nullptr) {
        reader.error("PR014", root, "the file does not say its version", "add version: 1");
    } else if (version->text != "1") {
        reader.error("PR014", *version, fmt::format("version '{}' is not known", version->text), "write version: 1");
    }
}

}  // namespace

const Account* Accounts::find(std::string_view user) const {
    const auto found = by_user.find(user);
    return found == by_user.end() ? nullptr : &found->second;
}

std::optional<Grant> Accounts::grant_of(const std::vector<std::string>& names) const {
    std::optional<Grant> sum;
    for (const AccountGroup& each : groups) {
        if (std::find(names.begin(), names.end(), each.group) == names.end()) continue;
        if (!sum) {
            sum = each.grant;
            continue;
        }
        if (each.grant.roles != sum->roles) continue;
        sum->all_tenants = sum->all_tenants || each.grant.all_tenants;
        for (const std::string& tenant : each.grant.tenants) {
            if (std::find(sum->tenants.begin(), sum->tenants.end(), tenant) == sum->tenants.end()) {
                sum->tenants.push_back(tenant);
            }
        }
    }
    return sum;
}

ScryptCost Accounts::dearest_cost() const {
    const auto work = [](const ScryptCost& cost) { return static_cast<std::int64_t>(cost.r * cost.p) << cost.ln; };
    std::optional<ScryptCost> dearest;
    for (const auto& [user, account] : by_user) {
        if (account.password && (!dearest || work(account.password->cost) > work(*dearest))) dearest = account.password->cost;
    }
    return dearest.value_or(ScryptCost{});
}

// The hash has a random salt, so that nothing is told of the password.
std::string password_mark_of(const Account& account) {
    if (!account.password) return {};
    return base64url(sha256("password " + format_password_hash(*account.password))).substr(0, mark_bytes);
}

bool is_user(std::string_view text) {
    const auto plain = [](char letter) { return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9'); };
    return !text.empty() && text.size() <= user_bytes_max && plain(text[0]) &&
           std::all_of(text.begin(), text.end(), [&plain](char letter) {
               return plain(letter) || std::string_view{"._@-+"}.find(letter) != std::string_view::npos;
           });
}

std::optional<Accounts> load_accounts(const std::string& file, std::string text, Diagnostics& diagnostics) {
    const std::size_t errors = diagnostics.error_count();
    const auto yaml = read_yaml(file, std::move(text), diagnostics);
    if (!yaml) return std::nullopt;
    YamlReader reader{*yaml, diagnostics};
    const YamlNode& root = yaml->root();
    Accounts accounts;
    if (!reader.map(root, "the file", file_keys)) return std::nullopt;
    load_version(root, reader);
    const YamlNode* list = root.find("accounts");
    if (list != nullptr && list->kind != YamlNode::Kind::nothing && reader.map(*list, "'accounts'")) {
        for (const YamlEntry& entry : list->entries) {
            if (auto account = load_account(entry, reader)) accounts.by_user.emplace(account->user, std::move(*account));
        }
    }
    const YamlNode* groups = root.find("groups");
    if (groups != nullptr && groups->kind != YamlNode::Kind::nothing && reader.map(*groups, "'groups'")) {
        for (const YamlEntry& entry : groups->entries) {
            const std::string what = fmt::format("the group '{}'", entry.key.text);
            if (entry.key.text.size() > group_bytes_max || entry.key.text.find(',') != std::string::npos) {
                reader.error("PR343", entry.key, "this cannot be a group", "groups have no comma, and 200 bytes at most");
            }
            if (!reader.map(entry.value, what, group_keys)) continue;
            accounts.groups.push_back({entry.key.text, load_grant(entry.value, what, reader)});
        }
    }
    if (diagnostics.error_count() != errors) return std::nullopt;
    return accounts;
}

std::optional<Accounts> read_accounts(const std::string& file, bool guarded, Diagnostics& diagnostics) {
    struct stat status {};
    if (!guarded && ::stat(file.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
        diagnostics.add(error_at({file, 0, 0, {}}, "PR342", "others than its owner may read or write this file",
                                 fmt::format("chmod 600 {}", file)));
        return std::nullopt;
    }
    ReadFiles read = read_files({file});
    for (const Diagnostic& diagnostic : read.diagnostics.all()) diagnostics.add(diagnostic);
    if (read.texts.empty()) return std::nullopt;
    return load_accounts(file, std::move(read.texts.front().text), diagnostics);
}

}  // namespace premura
