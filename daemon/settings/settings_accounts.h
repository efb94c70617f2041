#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "daemon/accounts/session_cookie.h"
#include "daemon/settings/settings_keys.h"

namespace premura {

// Values under `accounts:`, `http.tls` and `http.proxy` that are more than a number or a word. What is wrong is told to the reader.
void read_accounts_file(const YamlNode& node, SettingsReading& reading);
void read_session_key(const YamlNode& node, SettingsReading& reading);
// A header's name, kept in lower case.
std::string read_header_name(const YamlNode& node, SettingsReading& reading);
std::string read_proxy_secret(const YamlNode& node, SettingsReading& reading);
void read_proxy_addresses(const YamlNode& node, SettingsReading& reading);
std::string show_proxy_addresses(const Settings& settings);
void read_certificate(const YamlNode& node, SettingsReading& reading);
void read_certificate_key(const YamlNode& node, SettingsReading& reading);
void read_oidc_address(const YamlNode& node, std::string& value, SettingsReading& reading);
void read_oidc_scopes(const YamlNode& node, SettingsReading& reading);
void read_oidc_ca_file(const YamlNode& node, SettingsReading& reading);

// What holds between these keys. A key that was not set stands at the file.
void check_accounts(const Settings& settings, const std::map<std::string, Place>& places,
                    const std::filesystem::path& file, Diagnostics& diagnostics);

// The keys that sign sessions, from their file; nothing, with a reason, when it cannot serve.
std::optional<CookieKeys> read_cookie_keys(const AccountOptions& options, std::string& reason);

}  // namespace premura
