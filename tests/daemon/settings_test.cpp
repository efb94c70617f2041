#include "daemon/settings/settings.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "core/base/yaml.h"
#include "tests/daemon/certificate.h"
#include "tests/daemon/temporary_folder.h"

using namespace premura;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

// A folder with settings, and what loading them says.
struct SettingsFolder {
    TemporaryFolder folder;
    Surroundings surroundings{{}, {}, "test-host"};
    Diagnostics diagnostics;

    SettingsFolder() { std::filesystem::create_directory(folder.file("rules")); }

    void write(const std::string& name, const std::string& text, mode_t mode = 0600) {
        const std::filesystem::path path = folder.file(name);
        std::filesystem::create_directories(path.parent_path());
        std::ofstream{path} << text;
        ::chmod(path.c_str(), mode);
    }
    std::optional<Settings> load() {
        diagnostics = {};
        return load_settings(folder.file("premura.yaml"), surroundings, diagnostics);
    }
    std::optional<Settings> load(const std::string& text) {
        write("premura.yaml", text);
        return load();
    }
    // `3:9 PR109 message`, one for each diagnostic.
    std::vector<std::string> told() {
        diagnostics.sort();
        std::vector<std::string> lines;
        for (const Diagnostic& one : diagnostics.all()) {
            lines.push_back(std::to_string(one.line) + ":" + std::to_string(one.column) + " " +
                            one.code + " " + one.message);
        }
        return lines;
    }
};

using Lines = std::vector<std::string>;

std::string shipped_text() {
    std::ifstream file{PREMURA_SOURCE_DIR "/config/premura.yaml"};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// `#key: value` and `#  - item` are settings that are not set; `# Text` is a comment.
std::string with_everything_set(const std::string& text) {
    std::istringstream lines{text};
    std::string result;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t hash = line.find_first_not_of(' ');
        const bool unset = hash != std::string::npos && line[hash] == '#' &&
                           hash + 1 < line.size() &&
                           (line[hash + 1] != ' ' || line.compare(hash, 3, "#  ") == 0);
        if (unset) line.erase(hash, 1);
        result += line + "\n";
    }
    return result;
}

}  // namespace

TEST_CASE("the shipped settings hold every key with its default", "[settings]") {
    std::string text = shipped_text();
    const std::string rules = "rules: [../rules, calendars, tenants, messages, dialers, mappings]";
    REQUIRE_THAT(text, Contains(rules));
    text.replace(text.find(rules), rules.size(), "rules: rules");

    SettingsFolder shipped;
    const auto settings = shipped.load(text);
    CHECK(shipped.told() == Lines{});
    REQUIRE(settings);
    SettingsFolder bare;
    const auto defaults = bare.load("rules: rules\n");
    REQUIRE(defaults);

    const auto without_folder = [](std::string described, const SettingsFolder& place) {
        const std::string folder = place.folder.file("");
        for (std::size_t at; (at = described.find(folder)) != std::string::npos;) {
            described.erase(at, folder.size());
        }
        return described;
    };
    CHECK(without_folder(describe(*settings), shipped) ==
          without_folder(describe(*defaults), bare));
}

TEST_CASE("every key stands in config/premura.yaml and in docs/SETTINGS.md", "[settings]") {
    Diagnostics diagnostics;
    const std::string everything = with_everything_set(shipped_text());
    const auto yaml = read_yaml("config/premura.yaml", everything, diagnostics);
    REQUIRE(diagnostics.empty());
    std::ifstream file{PREMURA_SOURCE_DIR "/docs/SETTINGS.md"};
    std::stringstream document;
    document << file.rdbuf();

    CHECK(settings_keys().size() > 40);
    for (const std::string_view key : settings_keys()) {
        INFO(key);
        const YamlNode* node = &yaml->root();
        std::istringstream names{std::string{key}};
        for (std::string name; node != nullptr && std::getline(names, name, '.');) {
            node = node->find(name);
        }
        CHECK(node != nullptr);
        CHECK_THAT(document.str(), Contains("`" + std::string{key} + "`"));
    }
}

TEST_CASE("the shipped settings are right with everything set, too", "[settings]") {
    std::string text = with_everything_set(shipped_text());
    SettingsFolder place;
    for (const char* folder : {"calendars", "tenants", "messages", "dialers", "mappings", "conf/rules"}) {
        std::filesystem::create_directories(place.folder.file(folder));
    }
    text.replace(text.find("../rules"), 8, "rules");
    place.write("kafka-password", "hunter2\n");
    place.write("http-token", "0123456789abcdef\n");
    for (const char* file : {"mail-ca.pem", "smtp-password", "sms-secret", "ops-secret"}) {
        place.write(file, "0123456789abcdef\n");
    }
    for (const char* file : {"session-key", "proxy-secret", "oidc-secret", "login.pem"}) {
        place.write(file, std::string(32, 's') + "\n");
    }
    place.write("accounts.yaml", "version: 1\n");
    const TestKey key = new_test_key();
    place.write("desk.key", key_pem(key));
    place.write("desk.crt", certificate_pem(key, 1));
    const auto settings = place.load(text);
    CHECK(place.told() == Lines{});
    REQUIRE(settings);
    CHECK(settings->sources == std::vector<SourceSettings>{{"acme.orders.v1", true, std::nullopt},
                                                           {"courier.tracking", false, 2h}});
    CHECK(settings->log.kafka.properties.at("sasl.password") == "hunter2");
    CHECK(settings->api.token == "0123456789abcdef");
}

TEST_CASE("all mistakes are told at once, each with its place and a hint", "[settings]") {
    SettingsFolder place;
    CHECK_FALSE(
        place.load("rules: [rules, nowhere]\n"
                   "worker: 3\n"
                   "log:\n"
                   "  kind: sqlit\n"
                   "  sqlite: { durabilty: full }\n"
                   "orders:\n"
                   "  settle: 2 mins\n"
                   "  retention: 3 business days\n"
                   "http:\n"
                   "  listen: localhost\n"
                   "  connections_max: 0\n"));
    CHECK(
        place.told() ==
        Lines{"1:16 PR305 there is no " + place.folder.file("nowhere"),
              "2:1 PR101 the file has no key 'worker'", "4:9 PR107 'log.kind' cannot be 'sqlit'",
              "5:13 PR101 'log.sqlite' has no key 'durabilty'",
              "7:11 PR104 '2 mins' is not a duration",
              "8:14 PR301 business time needs a calendar, and there is none here",
              "10:11 PR309 'localhost' is no address and port",
              "11:20 PR109 'http.connections_max' must be a whole number from 1 to 60000, not 0"});
    CHECK(place.diagnostics.all()[1].hint == "did you mean 'workers'?");
    CHECK(place.diagnostics.all()[3].hint == "did you mean 'durability'?");
    CHECK(place.diagnostics.all()[4].hint == "did you mean '2 minutes'?");
}

TEST_CASE("times that would keep the daemon from working are refused", "[settings]") {
    SettingsFolder place;
    place.load("rules: rules\npipeline:\n  stalled_after: at once\n"
               "orders:\n  retention: 90 days\n  retention_open: 10 days\n");
    Lines codes;
    for (const std::string& line : place.told()) codes.push_back(line.substr(line.find(' ') + 1, 5));
    CHECK(codes == Lines{"PR303", "PR317"});
}

TEST_CASE("files of conf.d come after, in order: values win, maps merge, lists replace",
          "[settings]") {
    SettingsFolder place;
    place.write("conf.d/20-site.yaml", "workers: 8\nsources: [b]\n");
    place.write("conf.d/10-kafka.yaml",
                "workers: 4\nlog:\n  kafka: { properties: { linger.ms: 7 } }\n");
    place.write("conf.d/.10-kafka.yaml.swp", "rubbish: {");
    place.write("conf.d/30-misnamed.yml", "workers: 1\n");
    const auto settings = place.load(
        "rules: rules\nsources: [a, c]\nlog:\n"
        "  kafka: { properties: { client.id: us, linger.ms: 1 } }\n");
    CHECK(place.told() == Lines{"1:10 PR316 there are more workers (8) than partitions (6): the others "
                                "have nothing to do",
                                "0:0 PR313 is not read"});
    REQUIRE(settings);
    CHECK(settings->workers == 8);
    CHECK(settings->sources == std::vector<SourceSettings>{{"b", true, std::nullopt}});
    CHECK(settings->log.kafka.properties ==
          std::map<std::string, std::string>{{"client.id", "us"}, {"linger.ms", "7"}});

    place.write("conf.d/20-site.yaml", "workers: many\n");
    CHECK_FALSE(place.load());
    place.told();
    CHECK(place.diagnostics.all()[0].file == place.folder.file("conf.d/20-site.yaml"));
}

TEST_CASE("a settings file that is missing or empty says so", "[settings]") {
    SettingsFolder place;
    CHECK_FALSE(place.load());
    CHECK_THAT(place.told().at(0), Contains("PR001 cannot be read"));
    CHECK_FALSE(place.load("# nothing yet\n"));
    CHECK(place.told() == Lines{"0:0 PR102 the settings have no 'rules'"});
}

TEST_CASE("paths begin at the folder of the file they stand in", "[settings]") {
    SettingsFolder place;
    place.write("conf.d/10-more.yaml", "rules: [../rules]\n");
    auto settings = place.load("log: { sqlite: { file: data/p.db } }\n");
    REQUIRE(settings);
    CHECK(settings->rules == std::vector<std::filesystem::path>{place.folder.file("rules")});
    CHECK(settings->log.file == place.folder.file("data/p.db"));

    settings = place.load("");
    CHECK(settings->log.file == place.folder.file("premura.db"));
    place.surroundings.state_folder = "/var/lib/premura";
    settings = place.load("");
    CHECK(settings->log.file == "/var/lib/premura/premura.db");
}

TEST_CASE("the instance is the host's name unless it is given", "[settings]") {
    SettingsFolder place;
    CHECK(place.load("rules: rules\n")->instance == "test-host");
    CHECK(place.load("rules: rules\ninstance: blue-1\n")->instance == "blue-1");
    CHECK_FALSE(place.load("rules: rules\ninstance: blue 1\n"));
    CHECK(place.told() == Lines{"2:11 PR304 'blue 1' cannot be an instance"});
}

TEST_CASE("a replay is one for every part", "[settings]") {
    SettingsFolder place;
    const auto settings = place.load("rules: rules\nclock: replay\n");
    CHECK(settings->replay);
    CHECK(settings->pipeline.replay);
    CHECK(settings->orders.replay);
    CHECK(settings->contacts.replay);
}

TEST_CASE("secrets come from files, and are never shown", "[settings]") {
    SettingsFolder place;
    const std::string text =
        "rules: rules\nlog:\n  kafka:\n    properties:\n      sasl.password: { file: pw }\n";
    place.write("pw", "beside\r\n");
    auto settings = place.load(text);
    CHECK(place.told() == Lines{});
    CHECK(settings->log.kafka.properties.at("sasl.password") == "beside");
    CHECK_THAT(describe(*settings), Contains("log.kafka.properties: sasl.password=(secret)\n"));
    CHECK_THAT(describe(*settings), !Contains("beside"));

    SECTION("a credential of the service manager comes first, whatever its mode") {
        place.write("credentials/pw", "from systemd", 0644);
        place.surroundings.credentials_folder = place.folder.file("credentials");
        settings = place.load(text);
        CHECK(place.told() == Lines{});
        CHECK(settings->log.kafka.properties.at("sasl.password") == "from systemd");
    }
    SECTION("a file that others may read is worth a warning") {
        place.write("pw", "beside", 0640);
        CHECK(place.load(text));
        CHECK(place.told() ==
              Lines{"5:30 PR312 others than its owner may read " + place.folder.file("pw")});
    }
    SECTION("a file that is not there is an error") {
        std::filesystem::remove(place.folder.file("pw"));
        CHECK_FALSE(place.load(text));
        CHECK_THAT(place.told().at(0), Contains("5:30 PR311") && Contains("No such file"));
    }
    SECTION("a secret in the settings themselves is worth a warning, and still not shown") {
        settings =
            place.load("rules: rules\nlog: { kafka: { properties: { sasl.password: abc } } }\n");
        CHECK(place.told() == Lines{"2:46 PR308 'sasl.password' stands here for all to read"});
        CHECK_THAT(describe(*settings), !Contains("abc"));
    }
}

TEST_CASE("settings of librdkafka are checked before anything starts", "[settings]") {
    SettingsFolder place;
    CHECK_FALSE(
        place.load("rules: rules\nlog:\n  kafka:\n    properties:\n"
                   "      enable.idempotence: false\n"
                   "      bootstrap.servers: a:1\n"
                   "      lingr.ms: 5\n"
                   "      linger.ms: soon\n"
                   "      ssl.ca.location: [a]\n"));
    const Lines told = place.told();
    REQUIRE(told.size() == 5);
    CHECK_THAT(told[0], Contains("5:7 PR307 Kafka property 'enable.idempotence' is Premura's own"));
    CHECK(told[1] == "6:7 PR307 the brokers have a key of their own");
    CHECK_THAT(told[2], Contains("7:7 PR307 'lingr.ms' is no property of librdkafka"));
    CHECK_THAT(told[3], Contains("8:7 PR307 Kafka property 'linger.ms' was refused"));
    CHECK(told[4] == "9:24 PR103 'ssl.ca.location' must be a value or { file: ... }");
}

TEST_CASE("Kafka needs brokers", "[settings]") {
    SettingsFolder place;
    CHECK_FALSE(place.load("rules: rules\nlog: { kind: kafka }\n"));
    CHECK(place.told() == Lines{"2:14 PR314 which Kafka? There is no 'log.kafka.bootstrap'"});
    CHECK(place.load("rules: rules\nlog: { kind: kafka, kafka: { bootstrap: 'a:9092' } }\n"));
}

TEST_CASE("the network needs a token", "[settings]") {
    SettingsFolder place;
    place.write("token", "0123456789abcdef");
    CHECK_FALSE(place.load("rules: rules\nhttp:\n  listen: 0.0.0.0:8470\n"));
    CHECK(place.told() == Lines{"3:11 PR315 whoever reaches this address could send events"});
    CHECK(place.load("rules: rules\nhttp:\n  listen: 0.0.0.0:8470\n  token_file: ./token\n"));
    place.write("token", "short");
    CHECK_FALSE(place.load("rules: rules\nhttp:\n  listen: 0.0.0.0:8470\n  token_file: ./token\n"));
    CHECK(place.told() ==
          Lines{"4:15 PR310 the token in the file must have 16 letters or digits or more"});

    const auto v6 = place.load("rules: rules\nhttp: { listen: '[::1]:0' }\n");
    REQUIRE(v6);
    CHECK(v6->http.address == "::1");
    CHECK(v6->http.port == 0);
    for (const char* wrong : {"127.0.0.1", ":8470", "::1:8470", "127.0.0.1:99999", "1.2.3:80",
                              "127.0.0.1:80x", "127.0.0.1:"}) {
        INFO(wrong);
        CHECK_FALSE(place.load("rules: rules\nhttp: { listen: '" + std::string{wrong} + "' }\n"));
    }
}

TEST_CASE("sources must make sense", "[settings]") {
    SettingsFolder place;
    CHECK_FALSE(
        place.load("rules: rules\nsources:\n  - a\n  - { topic: a }\n  - b c\n"
                   "  - { keyed_by_order: false }\n  - { topic: d, silent_after: soon }\n"));
    CHECK(place.told() == Lines{"4:5 PR306 the topic 'a' is named twice",
                                "5:5 PR302 'b c' cannot be the name of a topic",
                                "6:5 PR102 the source has no 'topic'",
                                "7:31 PR104 'soon' is not a duration"});
}
