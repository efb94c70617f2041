#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "daemon/settings/settings_keys.h"

namespace premura {

// Values under `senders:` that are more than a number or a word. What is wrong is told to the reader.
void read_smtp_host(const YamlNode& node, SettingsReading& reading);
void read_smtp_ca_file(const YamlNode& node, SettingsReading& reading);
void read_smtp_user(const YamlNode& node, SettingsReading& reading);
void read_smtp_password(const YamlNode& node, SettingsReading& reading);
void read_smtp_from(const YamlNode& node, SettingsReading& reading);
void read_webhooks(const YamlNode& node, SettingsReading& reading);
std::string show_webhooks(const Settings& settings);
void read_ops_email(const YamlNode& node, SettingsReading& reading);
void read_ops_webhook(const YamlNode& node, SettingsReading& reading);

// What holds between the keys under `senders:`. A key that was not set stands at the file.
void check_senders(const Settings& settings, const std::map<std::string, Place>& places,
                   const std::filesystem::path& file, Diagnostics& diagnostics);

}  // namespace premura
