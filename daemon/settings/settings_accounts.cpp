#include "daemon/settings/settings_accounts.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "daemon/accounts/accounts.h"
#include "daemon/http/http_tls.h"
#include "daemon/log/headers.h"
#include "daemon/settings/settings_values.h"

namespace premura {
namespace {

constexpr std::size_t secret_bytes_min = 32;
constexpr std::size_t key_file_bytes_max = 64 * 1024;

bool is_loopback_url(std::string_view url) {
    return url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:") || url.starts_with("http://[::1]:");
}

// The path of a file that has to be there.
std::string existing_file(const YamlNode& node, std::string_view what, SettingsReading& reading) {
    const auto path = secret_path(node, what, reading);
    if (!path) return {};
    std::error_code problem;
    if (std::filesystem::exists(path->file, problem)) return path->file.string();
    reading.reader.error("PR330", node, fmt::format("there is no {}", path->file.string()),
                         "a name without a slash is looked for in $CREDENTIALS_DIRECTORY, then beside this file");
    return path->file.string();
}

}  // namespace

void read_accounts_file(const YamlNode& node, SettingsReading& reading) {
    const auto path = secret_path(node, "the file of accounts", reading);
    if (!path) return;
    reading.settings.accounts.file = path->file.string();
    reading.settings.accounts.file_guarded = path->is_credential;
}

void read_session_key(const YamlNode& node, SettingsReading& reading) {
    // Read once for its diagnostics, and anew when the daemon is asked to.
    if (!read_secret(node, reading)) return;
    reading.settings.accounts.session_key_file = secret_path(node, "a secret", reading)->file.string();
    std::string reason;
    if (!read_cookie_keys(reading.settings.accounts, reason)) {
        reading.reader.error("PR348", node, reason, "make one with: openssl rand -hex 32");
    }
}

std::optional<CookieKeys> read_cookie_keys(const AccountOptions& options, std::string& reason) {
    if (options.session_key_file.empty()) return CookieKeys::random();
    std::ifstream stream{options.session_key_file, std::ios::binary};
    std::string text(key_file_bytes_max, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    auto keys = CookieKeys::of(text);
    if (!keys) reason = fmt::format("each line of {} must be a key of 32 characters or more", options.session_key_file);
    return keys;
}

std::string read_header_name(const YamlNode& node, SettingsReading& reading) {
    const auto name = reading.reader.text(node, "the name of a header");
    if (!name) return {};
    const auto is_letter = [](char one) { return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z'); };
    const bool fits = is_letter(name->front()) && std::all_of(name->begin(), name->end(), [&is_letter](char one) {
        return is_letter(one) || (one >= '0' && one <= '9') || one == '-';
    });
    if (fits) return lower_case(*name);
    reading.reader.error("PR347", node, fmt::format("'{}' cannot be the name of a header", *name),
                         "use letters, digits and '-', a letter first");
    return {};
}

std::string read_proxy_secret(const YamlNode& node, SettingsReading& reading) {
    auto secret = read_secret(node, reading);
    if (!secret) return {};
    if (secret->size() >= secret_bytes_min) return std::move(*secret);
    reading.reader.error("PR347", node, "the secret of the proxy must have 32 characters or more",
                         "make one with: openssl rand -hex 32");
    return {};
}

void read_proxy_addresses(const YamlNode& node, SettingsReading& reading) {
    AddressList addresses;
    for (const YamlNode* item : reading.reader.one_or_many(node, "'http.proxy.addresses'")) {
        const auto text = reading.reader.text(*item, "an address");
        if (text && !addresses.add(*text)) {
            reading.reader.error("PR349", *item, fmt::format("'{}' is no address and no network", *text),
                                 "write for example 10.1.2.3 or 10.0.0.0/8");
        }
    }
    reading.settings.accounts.proxies = std::move(addresses);
}

std::string show_proxy_addresses(const Settings& settings) {
    return fmt::format("{}", fmt::join(settings.accounts.proxies.texts(), ", "));
}

void read_certificate(const YamlNode& node, SettingsReading& reading) {
    reading.settings.http.tls.certificate_file = existing_file(node, "the file of a certificate", reading);
}

void read_certificate_key(const YamlNode& node, SettingsReading& reading) {
    const std::string file = existing_file(node, "the file of a key", reading);
    reading.settings.http.tls.key_file = file;
    struct stat status {};
    const bool open = ::stat(file.c_str(), &status) == 0 && (status.st_mode & 07) != 0;
    if (open) {
        reading.reader.warning("PR312", node, fmt::format("everybody may read {}", file), fmt::format("chmod 600 {}", file));
    }
}

void read_oidc_address(const YamlNode& node, std::string& value, SettingsReading& reading) {
    const auto url = reading.reader.text(node, "an address of the web");
    if (!url) return;
    const bool fits = (url->starts_with("https://") || is_loopback_url(*url)) && url->find_first_of("?#@ ") == url->npos;
    if (!fits) {
        return reading.reader.error("PR351", node, fmt::format("'{}' is no https address", *url),
                                    "write for example https://login.example/realms/house");
    }
    value = *url;
}

void read_oidc_scopes(const YamlNode& node, SettingsReading& reading) {
    std::vector<std::string> scopes;
    for (const YamlNode* item : reading.reader.one_or_many(node, "'accounts.oidc.scopes'")) {
        if (auto scope = reading.reader.text(*item, "a scope")) scopes.push_back(*scope);
    }
    if (std::find(scopes.begin(), scopes.end(), "openid") == scopes.end()) scopes.insert(scopes.begin(), "openid");
    reading.settings.accounts.oidc.scopes = std::move(scopes);
}

void read_oidc_ca_file(const YamlNode& node, SettingsReading& reading) {
    reading.settings.accounts.oidc.ca_file = existing_file(node, "the file of certificates", reading);
}

void check_accounts(const Settings& settings, const std::map<std::string, Place>& places,
                    const std::filesystem::path& file, Diagnostics& diagnostics) {
    const auto place = [&places, &file](const std::string& key) {
        const auto found = places.find(key);
        return found == places.end() ? Place{file.string(), 0, 0, {}} : found->second;
    };
    const AccountOptions& accounts = settings.accounts;
    const HttpTlsOptions& tls = settings.http.tls;
    if (tls.certificate_file.empty() != tls.key_file.empty()) {
        const std::string_view missing = tls.key_file.empty() ? "http.tls.key_file" : "http.tls.certificate_file";
        const std::string_view there = tls.key_file.empty() ? "http.tls.certificate_file" : "http.tls.key_file";
        diagnostics.add(error_at(place(std::string{there}), "PR345", fmt::format("TLS needs '{}' as well", missing)));
    } else if (tls.any() && diagnostics.error_count() == 0) {
        std::string reason;
        if (!tls_context(tls, reason)) diagnostics.add(error_at(place("http.tls.certificate_file"), "PR345", reason));
    }
    if (accounts.any()) {
        if (!settings.http.is_loopback() && !tls.any() && !settings.proxy_tls) {
            diagnostics.add(error_at(place("http.listen"), "PR346",
                                     "passwords and customers would cross the network in the clear",
                                     "give 'http.tls.certificate_file' and 'http.tls.key_file', listen on 127.0.0.1, or say "
                                     "'http.proxy.tls: true' when a proxy in front does TLS"));
        }
        // A credential of the service manager is not there yet when somebody checks the settings by hand.
        read_accounts(accounts.file, accounts.file_guarded, diagnostics);
    }
    const auto needs_file = [&](bool wanted, const char* key) {
        if (wanted && !accounts.any()) {
            diagnostics.add(error_at(place(key), "PR351", "who may do what? There is no 'accounts.file'",
                                     "name the file with accounts and groups"));
        }
    };
    needs_file(accounts.proxy.any(), "accounts.proxy.user_header");
    needs_file(accounts.oidc.any(), "accounts.oidc.issuer");
    if (accounts.proxy.any() && (accounts.proxies.empty() || accounts.proxy.secret.empty())) {
        diagnostics.add(error_at(place("accounts.proxy.user_header"), "PR347",
                                 "anybody could write this header and be whom they like",
                                 "name the proxy in 'http.proxy.addresses', and in 'accounts.proxy.secret_file' a secret "
                                 "that it sends"));
    }
    const bool oidc_part = accounts.oidc.any() || !accounts.oidc.client_id.empty() || !accounts.oidc.redirect_url.empty();
    const bool oidc_whole = accounts.oidc.any() && !accounts.oidc.client_id.empty() && !accounts.oidc.redirect_url.empty();
    if (oidc_part && !oidc_whole) {
        diagnostics.add(error_at(place("accounts.oidc.issuer"), "PR351",
                                 "OpenID Connect needs 'issuer', 'client_id' and 'redirect_url'"));
    }
    if (accounts.session_longest < accounts.session_idle) {
        diagnostics.add(error_at(place("accounts.session_longest"), "PR350", "sessions would end before they are idle",
                                 "'accounts.session_longest' must not be less than 'accounts.session_idle'"));
    }
}

}  // namespace premura
