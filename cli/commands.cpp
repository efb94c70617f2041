#include "cli/commands.h"

#include <iostream>
#include <memory>
#include <optional>

#include "cli/check.h"
#include "cli/map.h"
#include "cli/message.h"
#include "cli/test.h"
#include "cli/watch.h"
#include "core/calendar/time_zone.h"

// The commands that only read, but for feed: cli/feed_command.cpp.

namespace premura {
namespace {

constexpr int exit_usage = 2;

}  // namespace

void add_check(CLI::App& app, const Terminal& terminal, int& result) {
    struct Options {
        std::vector<std::string> paths;
        std::string format = "text";
        std::string explain;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("check", "Says all that is wrong in rules and config");
    auto* paths = command->add_option("paths", options->paths, "Files and folders, all that belong together");
    command->add_option("--format", options->format, "text or json")
        ->check(CLI::IsMember({"text", "json"}));
    command->add_option("--explain", options->explain, "Says what a code such as PR104 means")->excludes(paths);
    command->callback([options, &terminal, &result] {
        if (!options->explain.empty()) {
            result = run_explain_code(options->explain, std::cout, std::cerr);
            return;
        }
        if (options->paths.empty()) throw CLI::RequiredError("paths");
        const auto format = options->format == "json" ? CheckFormat::json : CheckFormat::text;
        result = run_check(options->paths, format, terminal.colour, std::cout);
    });
}

void add_test(CLI::App& app, const Terminal& terminal, int& result) {
    const auto options = std::make_shared<TestOptions>();
    const auto format = std::make_shared<std::string>("text");
    CLI::App* command = app.add_subcommand("test", "Plays rule tests in virtual time");
    command->add_option("paths", options->paths, "Files of tests, or folders of them")->required();
    command->add_option("--rules", options->rules, "Rules to test; else those beside the tests");
    command->add_option("--config", options->config,
                        "Calendars, tenants and messages; else those beside the tests");
    command->add_option("--format", *format, "text, json or junit")
        ->check(CLI::IsMember({"text", "json", "junit"}));
    const auto coverage = std::make_shared<std::string>("none");
    command
        ->add_flag("--coverage{told}", *coverage,
                   "Says what no test makes the rules do; =strict: fails when a rule has no test")
        ->check(CLI::IsMember({"told", "strict"}));
    command->callback([options, format, coverage, &terminal, &result] {
        if (*format == "json") options->format = TestOptions::Format::json;
        if (*format == "junit") options->format = TestOptions::Format::junit;
        if (*coverage == "told") options->coverage = TestOptions::Coverage::told;
        if (*coverage == "strict") options->coverage = TestOptions::Coverage::strict;
        options->colour = terminal.colour;
        result = run_tests(*options, std::cout);
    });
}

void add_message(CLI::App& app, const Terminal&, int& result) {
    const auto options = std::make_shared<MessageOptions>();
    const auto action = std::make_shared<std::string>();
    const auto format = std::make_shared<std::string>("text");
    CLI::App* command = app.add_subcommand("message", "Shows a message as it would go out");
    command->add_option("action", *action, "preview")->required()->check(CLI::IsMember({"preview"}));
    command->add_option("id", options->id, "The message, by its id")->required();
    command->add_option("--config", options->config,
                        "Files and folders: tenants, messages, calendars; else the folder config here");
    command->add_option("--tenant", options->tenant, "Only for this brand");
    command->add_option("--lang", options->language, "Only in this language");
    command->add_option("--channel", options->channel, "email, sms, chat or call")
        ->check(CLI::IsMember({"email", "sms", "chat", "call"}));
    command->add_option("--facts", options->facts, "A JSON file with what is known; else it is made up");
    command->add_option("--format", *format, "text, json or html")
        ->check(CLI::IsMember({"text", "json", "html"}));
    command->callback([options, format, action, &result] {
        if (options->config.empty()) options->config = {"config"};
        if (*format == "json") options->format = MessageOptions::Format::json;
        if (*format == "html") options->format = MessageOptions::Format::html;
        result = run_message_preview(*options, std::cout, std::cerr);
    });
}

void add_map(CLI::App& app, const Terminal&, int& result) {
    const auto options = std::make_shared<MapOptions>();
    CLI::App* command =
        app.add_subcommand("map", "Shows the event that a mapping makes of a payload");
    command->add_option("file", options->file, "The payload; - is standard input")->required();
    command->add_option("--mapping", options->mappings,
                        "Files and folders: mappings, and the tenants and calendars they need")
        ->required();
    command->add_option("--topic", options->topic, "The topic it comes in through");
    command->add_option("--header", options->headers, "A header of the record: 'name: value'")
        ->expected(1)
        ->take_all();
    command->add_option("--key", options->key, "The key of the record");
    command->add_flag("--json", options->json, "The events as CloudEvents, one a line");
    command->callback([options, &result] { result = run_map(*options, std::cout); });
}

void add_watch(CLI::App& app, const Terminal& terminal, int& result) {
    struct Options {
        std::string from = "http://127.0.0.1:8470";
        WatchOptions watch;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("watch", "Shows each call, message and request as it is decided");
    command->add_option("--from", options->from, "Where the daemon listens")
        ->capture_default_str();
    command->add_option("--token", options->watch.token, "What the daemon asks for")
        ->envname("PREMURA_TOKEN");
    command->add_flag("--json", options->watch.raw, "The JSON of every event, one a line");
    command->add_flag("--from-start", options->watch.from_start,
                      "Begins with what the daemon still keeps");
    command->add_option("--zone", options->watch.style.zone,
                        "Time zone of the times, such as Europe/Rome; else each brand's own");
    command->callback([options, &terminal, &result] {
        const auto url = parse_url(options->from);
        if (!url) {
            std::cerr << "--from: write for example http://127.0.0.1:8470\n";
            result = exit_usage;
            return;
        }
        const std::string& zone = options->watch.style.zone;
        if (!zone.empty() && !TimeZone::find(zone)) {
            std::cerr << "--zone: there is no time zone " << zone
                      << "; write for example Europe/Rome\n";
            result = exit_usage;
            return;
        }
        options->watch.url = *url;
        options->watch.style.colour = terminal.colour;
        result = run_watch(options->watch, std::cout, std::cerr);
    });
}

}  // namespace premura
