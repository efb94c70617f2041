#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/base/yaml_reader.h"
#include "daemon/settings/settings.h"

namespace premura {

// What reading a value may need: the settings so far, and where the value stands.
struct SettingsReading {
    Settings& settings;
    const Surroundings& surroundings;
    YamlReader& reader;
    std::filesystem::path folder;          // of the file: relative paths begin there
    std::map<std::string, Place>& places;  // where each key was last set
};

// One row for each key: how it is read and how it is shown. What is wrong with a value is told to
// the reader.
struct SettingsKey {
    std::string_view path;
    std::function<void(const YamlNode&, SettingsReading&)> read;
    std::function<std::string(const Settings&)> show;
};
std::span<const SettingsKey> settings_key_table();

}  // namespace premura
