#include "daemon/accounts/accounts_edit.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/yaml.h"
#include "daemon/accounts/accounts.h"

namespace premura {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
    Lines lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::string text_of(const Lines& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    return text;
}

// In double quotes; what JSON escapes, YAML 1.2 escapes alike.
std::string in_double_quotes(std::string_view text) { return boost::json::serialize(boost::json::string{text}); }

YamlText read(const std::string& file, const std::string& text) {
    Diagnostics diagnostics;
    auto yaml = read_yaml(file, text, diagnostics);
    const bool loads = yaml && load_accounts(file, text, diagnostics);
    if (loads) return std::move(*yaml);
    std::string all = "the file has errors; mend them first";
    for (const Diagnostic& each : diagnostics.all()) all += '\n' + format_text(each, false);
    throw AccountsEditError(all);
}

// What the edit made must be read as what was meant.
std::string checked(const std::string& file, std::string text) {
    Diagnostics diagnostics;
    if (load_accounts(file, text, diagnostics)) return text;
    std::string all = "this cannot be an account";
    for (const Diagnostic& each : diagnostics.all()) {
        if (each.severity == Severity::error) all += fmt::format("\n  {}{}{}", each.message, each.hint.empty() ? "" : ": ", each.hint);
    }
    throw AccountsEditError(all);
}

const YamlEntry* account_in(const YamlText& yaml, std::string_view user) {
    const YamlNode* accounts = yaml.root().find("accounts");
    if (accounts == nullptr) return nullptr;
    for (const YamlEntry& entry : accounts->entries) {
        if (entry.key.text == user) return &entry;
    }
    return nullptr;
}

// One line of an account: put in place of the old one, or right below the user.
std::string with_line(const std::string& file, const std::string& text, std::string_view user, std::string_view key,
                      std::string_view value) {
    const YamlText yaml = read(file, text);
    const YamlEntry* account = account_in(yaml, user);
    if (account == nullptr) throw AccountsEditError(fmt::format("{} has no account '{}'", file, user));
    const YamlNode& first = account->value.entries.front().key;
    if (first.line <= account->key.line) {
        throw AccountsEditError(fmt::format("{}:{}: this account stands on one line; write each of its keys on a line of "
                                            "its own", file, account->key.line));
    }
    Lines lines = lines_of(text);
    const std::string line = fmt::format("{}{}: {}", std::string(static_cast<std::size_t>(first.column - 1), ' '), key, value);
    for (const YamlEntry& entry : account->value.entries) {
        if (entry.key.text != key) continue;
        lines[static_cast<std::size_t>(entry.key.line - 1)] = line;
        return checked(file, text_of(lines));
    }
    lines.insert(lines.begin() + account->key.line, line);
    return checked(file, text_of(lines));
}

class File {
 public:
    explicit File(int descriptor) : descriptor_{descriptor} {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int get() const { return descriptor_; }

 private:
    const int descriptor_;
};

[[noreturn]] void failed(const std::string& file) {
    throw AccountsEditError(fmt::format("{}: {}", file, std::strerror(errno)));
}

void replace(const fs::path& file, const std::string& text) {
    struct stat old {};
    const bool existed = ::stat(file.c_str(), &old) == 0;
    const std::string fresh = file.string() + ".new";
    ::unlink(fresh.c_str());
    {
        const File out{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
        if (out.get() < 0) failed(fresh);
        if (existed && ::geteuid() == 0 && ::fchown(out.get(), old.st_uid, old.st_gid) != 0) failed(fresh);
        std::string_view rest = text;
        while (!rest.empty()) {
            const ssize_t written = ::write(out.get(), rest.data(), rest.size());
            if (written < 0) failed(fresh);
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(out.get()) != 0) failed(fresh);
    }
    if (::rename(fresh.c_str(), file.c_str()) != 0) failed(file.string());
}

}  // namespace

std::string empty_accounts_text() {
    return "# Who may do what: docs/ACCOUNTS.md. Edited by hand or with `premura account`; premurad reads it anew on SIGHUP.\n"
           "version: 1\n\naccounts:\n";
}

std::string with_account(const std::string& file, const std::string& text, const NewAccount& account) {
    const YamlText yaml = read(file, text);
    if (account_in(yaml, account.user) != nullptr) {
        throw AccountsEditError(fmt::format("{} has an account '{}' already", file, account.user));
    }
    const YamlNode* list = yaml.root().find("accounts");
    const bool empty = list == nullptr || list->entries.empty();
    Lines lines = lines_of(text);
    std::size_t at = lines.size();
    if (list == nullptr) {
        lines.emplace_back("accounts:");
        at = lines.size();
    } else {
        // The end of the section: before the next key that stands at the margin.
        std::size_t key = 0;
        while (key < lines.size() && !lines[key].starts_with("accounts:")) ++key;
        if (empty && key < lines.size()) lines[key] = "accounts:";
        at = key + 1;
        for (std::size_t i = at; i < lines.size(); ++i) {
            const bool blank = lines[i].find_first_not_of(' ') == std::string::npos;
            if (!blank && lines[i][0] != ' ' && lines[i][0] != '#') break;
            if (!blank && lines[i][0] == ' ') at = i + 1;
        }
    }
    const std::string step(empty ? 2 : static_cast<std::size_t>(list->entries.front().key.column - 1), ' ');
    std::string roles;
    for (const Role role : account.roles) roles += fmt::format("{}{}", roles.empty() ? "" : ", ", name_of(role));
    std::string tenants;
    for (const std::string& tenant : account.tenants) tenants += (tenants.empty() ? "" : ", ") + in_double_quotes(tenant);
    const auto line = [&step](std::string_view key, std::string_view value) { return fmt::format("{}{}{}: {}", step, step, key, value); };
    // A user such as 007 or null is a text all the same.
    Lines more{fmt::format("{}{}:", step, in_double_quotes(account.user)), line("name", in_double_quotes(account.name)),
               line("roles", '[' + roles + ']'), line("tenants", '[' + tenants + ']'), line("language", account.language)};
    if (!account.password.empty()) more.push_back(line("password", account.password));
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
    return checked(file, text_of(lines));
}

std::string with_password(const std::string& file, const std::string& text, std::string_view user, std::string_view hash) {
    return with_line(file, text, user, "password", hash);
}

std::string with_disabled(const std::string& file, const std::string& text, std::string_view user, bool disabled) {
    return with_line(file, text, user, "disabled", disabled ? "true" : "false");
}

void edit_accounts_file(const std::string& name, bool create, const std::function<std::string(const std::string&)>& edit) {
    std::error_code problem;
    // What a link leads to is edited, not the link.
    const fs::path file = fs::exists(name, problem) ? fs::canonical(name, problem) : fs::path{name};
    const std::string folder = file.has_parent_path() ? file.parent_path().string() : ".";
    const File lock{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (lock.get() < 0) failed(folder);
    if (::flock(lock.get(), LOCK_EX) != 0) failed(folder);
    std::string text;
    if (fs::exists(file, problem)) {
        std::ifstream stream{file, std::ios::binary};
        if (!stream) failed(file.string());
        text.assign(std::istreambuf_iterator<char>{stream}, {});
    } else if (create) {
        text = empty_accounts_text();
    } else {
        throw AccountsEditError(fmt::format("there is no {}", file.string()));
    }
    replace(file, edit(text));
}

}  // namespace premura
