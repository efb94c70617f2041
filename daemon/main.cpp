#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "daemon/daemon.h"
#include "daemon/kafka/kafka_client.h"

namespace {

constexpr int exit_configuration = 78;  // EX_CONFIG of sysexits.h

void print(const premura::Diagnostics& diagnostics) {
    const bool colour = isatty(STDERR_FILENO) == 1;
    for (const premura::Diagnostic& diagnostic : diagnostics.all()) {
        std::cerr << premura::format_text(diagnostic, colour) << '\n';
    }
}

// Settings and rules, as the daemon would load them. The same loader, so that what passes here starts.
int check(const premura::Settings& settings) {
    premura::Diagnostics diagnostics;
    const auto rules = premura::RuleStore{settings.rules}.read(diagnostics);
    print(diagnostics);
    if (rules == nullptr) {
        std::cerr << diagnostics.error_count() << " errors in the rules\n";
        return exit_configuration;
    }
    std::cout << "settings and " << rules->rules.size() << " rules: no errors\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Watches every order, and acts before the customer has to call."};
    std::string settings_file = "/etc/premura/premura.yaml";
    bool check_config = false;
    bool show_settings = false;
    app.add_option("-c,--config", settings_file, "Settings file")->capture_default_str();
    app.add_flag("--check-config", check_config, "Check settings and rules, and end");
    app.add_flag("--show-settings", show_settings, "Print every setting as it is used, and end");
    app.set_version_flag("--version", fmt::format("premurad {} (librdkafka {}, {})", PREMURA_VERSION,
                                                  rd_kafka_version_str(), PREMURA_RDKAFKA_KIND));
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }

    // What the daemon writes belongs to it alone.
    umask(0077);
    premura::Diagnostics diagnostics;
    const auto settings =
        premura::load_settings(settings_file, premura::surroundings_of_process(), diagnostics);
    print(diagnostics);
    if (!settings) return exit_configuration;
    if (show_settings) {
        std::cout << premura::describe(*settings);
        return 0;
    }
    if (check_config) return check(*settings);

    premura::Journal journal{settings->journal};
    premura::Daemon daemon{*settings, journal};
    return daemon.run();
}
