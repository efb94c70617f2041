#include "daemon/settings/settings_values.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>

#include "core/rules/duration_loader.h"
#include "daemon/kafka/kafka_options.h"

namespace premura {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t secret_bytes_max = 64 * 1024;
constexpr std::size_t topic_length_max = 249;  // Kafka's

std::string in_quotes(std::string_view key) {
    return fmt::format("'{}'", key);
}

bool is_made_of(std::string_view text, std::string_view more) {
    return std::all_of(text.begin(), text.end(), [more](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || more.find(letter) != std::string_view::npos;
    });
}

std::optional<std::string> read_topic(const YamlNode& node, SettingsReading& reading) {
    auto topic = reading.reader.text(node, "a topic");
    if (!topic) return std::nullopt;
    if (topic->size() <= topic_length_max && is_made_of(*topic, "._-")) return topic;
    reading.reader.error("PR302", node, fmt::format("'{}' cannot be the name of a topic", *topic),
                         "use letters, digits, '.', '_' and '-', 249 at most");
    return std::nullopt;
}

// Relative paths begin at the folder of the settings file.
fs::path resolved(const std::string& written, const SettingsReading& reading) {
    return (reading.folder / written).lexically_normal();
}

std::optional<SourceSettings> read_source(const YamlNode& node, SettingsReading& reading) {
    static constexpr std::string_view keys[] = {"topic", "keyed_by_order", "silent_after"};
    SourceSettings source;
    if (node.is_scalar()) {
        const auto topic = read_topic(node, reading);
        if (topic) source.topic = *topic;
        return topic ? std::optional{source} : std::nullopt;
    }
    if (!reading.reader.map(node, "a source", keys)) return std::nullopt;
    const YamlNode* topic = reading.reader.required(node, "topic", "the source");
    if (topic == nullptr) return std::nullopt;
    if (const auto name = read_topic(*topic, reading)) source.topic = *name;
    if (const YamlNode* keyed = node.find("keyed_by_order")) {
        source.keyed_by_order = reading.reader.boolean(*keyed, "'keyed_by_order'").value_or(true);
    }
    if (const YamlNode* silent = node.find("silent_after")) {
        source.silent_after = read_duration(*silent, reading);
    }
    return source;
}

bool looks_secret(std::string_view property) {
    return property.ends_with("password") || property.ends_with("secret") ||
           property.ends_with("key.pem") || property.ends_with("token");
}

// librdkafka itself knows its properties, and kafka_options.cpp those that are Premura's.
void check_property(const YamlNode& at, const std::string& name, const std::string& value,
                    SettingsReading& reading) {
    if (name == "bootstrap.servers" || name == "metadata.broker.list") {
        return reading.reader.error("PR307", at, "the brokers have a key of their own",
                                    "use 'log.kafka.bootstrap'");
    }
    KafkaOptions options;
    options.properties = {{"bootstrap.servers", "localhost:9092"}, {name, value}};
    constexpr std::string_view before_hint = "; hint: ";
    for (const std::string& fault : faults_of(options)) {
        const std::size_t hint = fault.find(before_hint);
        reading.reader.error(
            "PR307", at, fault.substr(0, hint),
            hint == std::string::npos ? "" : fault.substr(hint + before_hint.size()));
    }
}

void read_property(const YamlEntry& entry, SettingsReading& reading) {
    static constexpr std::string_view secret_keys[] = {"file"};
    const std::string& name = entry.key.text;
    const YamlNode& node = entry.value;
    KafkaSettings& kafka = reading.settings.log.kafka;
    std::optional<std::string> value;
    if (node.is_map()) {
        if (!reading.reader.map(node, in_quotes(name), secret_keys)) return;
        const YamlNode* file = reading.reader.required(node, "file", in_quotes(name));
        if (file != nullptr) value = read_secret(*file, reading);
        kafka.secret_properties.insert(name);
    } else if (node.is_scalar()) {
        value = node.text;
        kafka.secret_properties.erase(name);
        if (looks_secret(name)) {
            kafka.secret_properties.insert(name);
            reading.reader.warning("PR308", node,
                                   fmt::format("{} stands here for all to read", in_quotes(name)),
                                   "put it into a file and write { file: name-of-the-file }");
        }
    } else {
        reading.reader.error("PR103", node,
                             fmt::format("{} must be a value or {{ file: ... }}", in_quotes(name)));
    }
    if (!value) return;
    check_property(entry.key, name, *value, reading);
    kafka.properties[name] = *value;
}

}  // namespace

std::optional<Milliseconds> read_duration(const YamlNode& node, SettingsReading& reading) {
    const auto duration = load_duration(node, reading.reader);
    if (!duration) return std::nullopt;
    if (duration->needs_calendar()) {
        reading.reader.error("PR301", node,
                             "business time needs a calendar, and there is none here",
                             "write for example: 2 minutes");
        return std::nullopt;
    }
    return duration->time;
}

std::string show_duration(Milliseconds time) {
    Duration duration;
    duration.time = time;
    return format(duration);
}

std::optional<SecretPath> secret_path(const YamlNode& node, std::string_view what, SettingsReading& reading) {
    const auto written = reading.reader.text(node, what);
    if (!written) return std::nullopt;
    const fs::path& credentials = reading.surroundings.credentials_folder;
    std::error_code problem;
    const bool credential = written->find('/') == std::string::npos && !credentials.empty() &&
                            fs::exists(credentials / *written, problem);
    if (credential) return SecretPath{credentials / *written, true};
    return SecretPath{resolved(*written, reading), false};
}

std::optional<std::string> read_secret(const YamlNode& node, SettingsReading& reading) {
    const auto found = secret_path(node, "the file of a secret", reading);
    if (!found) return std::nullopt;
    const fs::path& path = found->file;
    const bool credential = found->is_credential;
    std::ifstream stream{path, std::ios::binary};
    if (!stream) {
        reading.reader.error(
            "PR311", node,
            fmt::format("the secret in {} cannot be read: {}", path.string(), std::strerror(errno)),
            "a name without a slash is looked for in $CREDENTIALS_DIRECTORY, then beside this "
            "file");
        return std::nullopt;
    }
    std::string secret(secret_bytes_max + 1, '\0');
    stream.read(secret.data(), static_cast<std::streamsize>(secret.size()));
    secret.resize(static_cast<std::size_t>(stream.gcount()));
    while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
    if (secret.empty() || secret.size() > secret_bytes_max) {
        reading.reader.error("PR311", node,
                             fmt::format("the secret in {} is {}", path.string(),
                                         secret.empty() ? "empty" : "larger than 64 KiB"));
        return std::nullopt;
    }
    struct stat status {};
    if (!credential && ::stat(path.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
        reading.reader.warning("PR312", node,
                               fmt::format("others than its owner may read {}", path.string()),
                               fmt::format("chmod 600 {}", path.string()));
    }
    return secret;
}

void read_instance(const YamlNode& node, SettingsReading& reading) {
    constexpr std::size_t length_max = 64;
    const auto name = reading.reader.text(node, "'instance'");
    if (!name) return;
    if (name->size() <= length_max && is_made_of(*name, "._-")) {
        reading.settings.instance = *name;
    } else {
        reading.reader.error("PR304", node, fmt::format("'{}' cannot be an instance", *name),
                             "use letters, digits, '.', '_' and '-', 64 at most");
    }
}

void read_rules(const YamlNode& node, SettingsReading& reading) {
    std::vector<fs::path> paths;
    for (const YamlNode* item : reading.reader.one_or_many(node, "'rules'")) {
        const auto written = reading.reader.text(*item, "a folder or file of rules");
        if (!written) continue;
        paths.push_back(resolved(*written, reading));
        std::error_code problem;
        if (!fs::exists(paths.back(), problem)) {
            reading.reader.error("PR305", *item,
                                 fmt::format("there is no {}", paths.back().string()),
                                 "relative paths begin at the folder of this file");
        }
    }
    reading.settings.rules = std::move(paths);
}

std::string show_rules(const Settings& settings) {
    std::string text;
    for (const fs::path& path : settings.rules) text += (text.empty() ? "" : ", ") + path.string();
    return text;
}

void read_sources(const YamlNode& node, SettingsReading& reading) {
    if (!reading.reader.list(node, "'sources'")) return;
    std::vector<SourceSettings> sources;
    for (const YamlNode& item : node.items) {
        auto source = read_source(item, reading);
        if (!source) continue;
        const bool known = std::any_of(
            sources.begin(), sources.end(),
            [&source](const SourceSettings& other) { return other.topic == source->topic; });
        if (known) {
            reading.reader.error("PR306", item,
                                 fmt::format("the topic '{}' is named twice", source->topic));
        }
        sources.push_back(std::move(*source));
    }
    reading.settings.sources = std::move(sources);
}

std::string show_sources(const Settings& settings) {
    std::string text;
    for (const SourceSettings& source : settings.sources) {
        if (!text.empty()) text += ", ";
        text += source.topic;
        if (!source.keyed_by_order) text += " (not keyed by order)";
        if (source.silent_after) {
            text += fmt::format(" (silent after {})", show_duration(*source.silent_after));
        }
    }
    return text.empty() ? "(own topic)" : text;
}

void read_topic_prefix(const YamlNode& node, SettingsReading& reading) {
    if (const auto prefix = read_topic(node, reading)) reading.settings.log.topic_prefix = *prefix;
}

void read_file(const YamlNode& node, SettingsReading& reading) {
    if (const auto file = reading.reader.text(node, "'log.sqlite.file'")) {
        reading.settings.log.file = resolved(*file, reading);
    }
}

void read_bootstrap(const YamlNode& node, SettingsReading& reading) {
    if (const auto brokers = reading.reader.text(node, "'log.kafka.bootstrap'")) {
        reading.settings.log.kafka.bootstrap = *brokers;
    }
}

void read_properties(const YamlNode& node, SettingsReading& reading) {
    if (!reading.reader.map(node, "'log.kafka.properties'")) return;
    for (const YamlEntry& entry : node.entries) read_property(entry, reading);
}

std::string show_properties(const Settings& settings) {
    std::string text;
    for (const auto& [name, value] : settings.log.kafka.properties) {
        const bool secret = settings.log.kafka.secret_properties.contains(name);
        text += fmt::format("{}{}={}", text.empty() ? "" : ", ", name,
                            secret ? hidden_secret : std::string_view{value});
    }
    return text;
}

void read_listen(const YamlNode& node, SettingsReading& reading) {
    const auto written = reading.reader.text(node, "'http.listen'");
    if (!written) return;
    const std::size_t colon = written->rfind(':');
    std::string address = written->substr(0, colon == std::string::npos ? 0 : colon);
    if (address.starts_with('[') && address.ends_with(']')) {
        address = address.substr(1, address.size() - 2);
    } else if (address.find(':') != std::string::npos) {
        address.clear();  // IPv6 needs its brackets
    }
    in6_addr parsed{};
    const bool is_address = ::inet_pton(AF_INET, address.c_str(), &parsed) == 1 ||
                            ::inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
    std::uint16_t port = 0;
    const char* begin =
        written->data() + (colon == std::string::npos ? written->size() : colon + 1);
    const char* end = written->data() + written->size();
    const auto [stopped, problem] = std::from_chars(begin, end, port);
    if (!is_address || problem != std::errc{} || stopped != end) {
        return reading.reader.error("PR309", node,
                                    fmt::format("'{}' is no address and port", *written),
                                    "write for example 127.0.0.1:8470 or [::1]:8470");
    }
    reading.settings.http.address = address;
    reading.settings.http.port = port;
}

std::string show_listen(const Settings& settings) {
    const HttpServerOptions& http = settings.http;
    const bool v6 = http.address.find(':') != std::string::npos;
    return v6 ? fmt::format("[{}]:{}", http.address, http.port)
              : fmt::format("{}:{}", http.address, http.port);
}

void read_token(const YamlNode& node, SettingsReading& reading) {
    constexpr std::size_t length_min = 16;
    const auto token = read_secret(node, reading);
    if (!token) return;
    if (token->size() < length_min || !is_made_of(*token, "-._~+/=")) {
        return reading.reader.error("PR310", node,
                                    "the token in the file must have 16 letters or digits or more",
                                    "make one with: openssl rand -hex 32");
    }
    reading.settings.api.token = *token;
}

void read_host_names(const YamlNode& node, SettingsReading& reading) {
    std::vector<std::string> names;
    for (const YamlNode* item : reading.reader.one_or_many(node, "'http.host_names'")) {
        if (auto name = reading.reader.text(*item, "a host name")) names.push_back(*name);
    }
    reading.settings.api.host_names = std::move(names);
}

}  // namespace premura
