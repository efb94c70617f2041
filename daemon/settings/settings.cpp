#include "daemon/settings/settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "core/base/nearest.h"
#include "daemon/settings/settings_accounts.h"
#include "daemon/settings/settings_keys.h"
#include "daemon/settings/settings_senders.h"
#include "files/read_files.h"

namespace premura {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view conf_folder = "conf.d";
constexpr std::string_view default_database = "premura.db";

const SettingsKey* find_key(std::string_view path) {
    for (const SettingsKey& key : settings_key_table()) {
        if (key.path == path) return &key;
    }
    return nullptr;
}

// What may stand in a section: for "log." it is kind, topic_prefix, sqlite, ...
std::vector<std::string_view> names_in(std::string_view section) {
    std::vector<std::string_view> names;
    for (const SettingsKey& key : settings_key_table()) {
        if (!key.path.starts_with(section)) continue;
        std::string_view name = key.path.substr(section.size());
        name = name.substr(0, name.find('.'));
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
}

// `section` is empty or ends with a dot. A section without anything in it is one whose keys are all
// commented out.
void read_section(const YamlNode& node, const std::string& section, SettingsReading& reading) {
    if (node.kind == YamlNode::Kind::nothing) return;
    const std::string what = section.empty()
                                 ? std::string{"the file"}
                                 : fmt::format("'{}'", section.substr(0, section.size() - 1));
    const std::vector<std::string_view> names = names_in(section);
    if (!reading.reader.map(node, what, names)) return;
    for (const YamlEntry& entry : node.entries) {
        const std::string path = section + entry.key.text;
        if (const SettingsKey* key = find_key(path)) {
            reading.places[path] = reading.reader.place_of(entry.value);
            key->read(entry.value, reading);
        } else if (std::find(names.begin(), names.end(), entry.key.text) != names.end()) {
            read_section(entry.value, path + '.', reading);
        }
    }
}

// The files of conf.d, in the order of their names.
std::vector<std::string> more_files(const fs::path& folder, Diagnostics& diagnostics) {
    std::vector<std::string> files;
    std::error_code problem;
    if (!fs::exists(folder, problem)) return files;
    for (fs::directory_iterator entry{folder, problem}, end; !problem && entry != end;
         entry.increment(problem)) {
        const fs::path& path = entry->path();
        if (path.filename().native().starts_with('.')) continue;
        if (path.extension() == ".yaml") {
            files.push_back(path.string());
        } else if (path.extension() == ".yml") {
            diagnostics.add(warning_at({path.string(), 0, 0, {}}, "PR313", "is not read",
                                       "only the files *.yaml in conf.d are: rename it"));
        }
    }
    if (problem) {
        diagnostics.add(error_at({folder.string(), 0, 0, {}}, "PR001",
                                 fmt::format("cannot be read: {}", problem.message())));
    }
    std::sort(files.begin(), files.end());
    return files;
}

// What holds between keys, wherever each of them was written.
void check_together(const Settings& settings, const std::map<std::string, Place>& places,
                    const fs::path& file, Diagnostics& diagnostics) {
    const auto place = [&places, &file](const std::string& key) {
        const auto found = places.find(key);
        return found == places.end() ? Place{file.string(), 0, 0, {}} : found->second;
    };
    if (!places.contains("rules")) {
        diagnostics.add(error_at(place("rules"), "PR102", "the settings have no 'rules'",
                                 "name the folder with the rules, for example: rules: [rules]"));
    }
    if (settings.log.kind == Settings::LogKind::kafka && !places.contains("log.kafka.bootstrap")) {
        diagnostics.add(error_at(place("log.kind"), "PR314",
                                 "which Kafka? There is no "
                                 "'log.kafka.bootstrap'",
                                 "write for example: kafka1:9092,kafka2:9092"));
    }
    if (!settings.http.is_loopback() && !places.contains("http.token_file")) {
        diagnostics.add(error_at(place("http.listen"), "PR315",
                                 "whoever reaches this address could send events",
                                 "name a file with a secret in 'http.token_file', or listen on "
                                 "127.0.0.1"));
    }
    if (settings.workers > settings.log.partitions) {
        diagnostics.add(
            warning_at(place("workers"), "PR316",
                       fmt::format("there are more workers ({}) than partitions ({}): the others have nothing to do",
                                   settings.workers, settings.log.partitions)));
    }
    check_senders(settings, places, file, diagnostics);
    check_accounts(settings, places, file, diagnostics);
    if (settings.orders.retention_open < settings.orders.retention) {
        diagnostics.add(
            error_at(place("orders.retention_open"), "PR317",
                     "orders with an open case would be forgotten before the others",
                     "'orders.retention_open' must not be less than 'orders.retention'"));
    }
}

// What several parts need to know in their own options.
void spread(Settings& settings, const Surroundings& surroundings, const fs::path& folder) {
    if (settings.log.file.empty()) {
        const fs::path& state = surroundings.state_folder;
        settings.log.file = (state.empty() ? folder : state) / default_database;
    }
    if (settings.instance.empty()) settings.instance = surroundings.host_name;
    settings.pipeline.replay = settings.replay;
    settings.orders.replay = settings.replay;
    settings.contacts.replay = settings.replay;
    settings.log.sqlite.partitions = settings.log.partitions;
    settings.http.strict_transport = settings.http.tls.any() || settings.proxy_tls;
    settings.accounts.secure = settings.http.strict_transport;
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : value;
}

}  // namespace

Surroundings surroundings_of_process() {
    std::array<char, 256> host{};
    const bool known = ::gethostname(host.data(), host.size() - 1) == 0 && host[0] != '\0';
    const std::string state = variable("STATE_DIRECTORY");
    // A service with several state folders has them all in the variable; the first is meant.
    return {variable("CREDENTIALS_DIRECTORY"), state.substr(0, state.find(':')),
            known ? host.data() : "premura"};
}

std::optional<Settings> load_settings(const fs::path& file, const Surroundings& surroundings,
                                      Diagnostics& diagnostics) {
    Settings settings;
    std::map<std::string, Place> places;
    const fs::path folder = file.parent_path();
    std::vector<std::string> files{file.string()};
    for (std::string& more : more_files(folder / conf_folder, diagnostics)) {
        files.push_back(std::move(more));
    }
    for (const std::string& name : files) {
        ReadFiles read = read_files({name});
        for (const Diagnostic& diagnostic : read.diagnostics.all()) diagnostics.add(diagnostic);
        for (NamedText& text : read.texts) {
            const auto yaml = read_yaml(text.file, std::move(text.text), diagnostics);
            if (!yaml) continue;
            YamlReader reader{*yaml, diagnostics};
            SettingsReading reading{settings, surroundings, reader, fs::path{name}.parent_path(),
                                    places};
            read_section(yaml->root(), "", reading);
        }
    }
    check_together(settings, places, file, diagnostics);
    diagnostics.sort();
    if (diagnostics.has_errors()) return std::nullopt;
    spread(settings, surroundings, folder);
    return settings;
}

std::vector<std::string_view> settings_keys() {
    std::vector<std::string_view> keys;
    for (const SettingsKey& key : settings_key_table()) keys.push_back(key.path);
    return keys;
}

std::string describe(const Settings& settings) {
    std::string text;
    for (const SettingsKey& key : settings_key_table()) {
        text += fmt::format("{}: {}\n", key.path, key.show(settings));
    }
    return text;
}

}  // namespace premura
