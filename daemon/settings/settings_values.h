#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "daemon/settings/settings_keys.h"

namespace premura {

// Values of settings that are more than a number or a word. What is wrong is told to the reader.

// A duration as everywhere in Premura, without calendars: `2 minutes`.
std::optional<Milliseconds> read_duration(const YamlNode& node, SettingsReading& reading);
std::string show_duration(Milliseconds time);

// Where a file with a secret lies. A name without a slash is looked for among the service manager's credentials first.
struct SecretPath {
    std::filesystem::path file;
    bool is_credential = false;
};
std::optional<SecretPath> secret_path(const YamlNode& node, std::string_view what, SettingsReading& reading);

// What stands in the file that is named, without the end of its last line. A name without a slash
// is looked for among the service manager's credentials first. Nothing, and an error at the node,
// when it cannot be read; a warning when others than the owner may read it.
std::optional<std::string> read_secret(const YamlNode& node, SettingsReading& reading);

// Stands for a secret wherever settings are shown.
constexpr std::string_view hidden_secret = "(secret)";

void read_instance(const YamlNode& node, SettingsReading& reading);
void read_rules(const YamlNode& node, SettingsReading& reading);
std::string show_rules(const Settings& settings);
void read_sources(const YamlNode& node, SettingsReading& reading);
std::string show_sources(const Settings& settings);
void read_topic_prefix(const YamlNode& node, SettingsReading& reading);
void read_file(const YamlNode& node, SettingsReading& reading);
void read_bootstrap(const YamlNode& node, SettingsReading& reading);
void read_properties(const YamlNode& node, SettingsReading& reading);
std::string show_properties(const Settings& settings);
void read_listen(const YamlNode& node, SettingsReading& reading);
std::string show_listen(const Settings& settings);
void read_token(const YamlNode& node, SettingsReading& reading);
void read_host_names(const YamlNode& node, SettingsReading& reading);

}  // namespace premura
