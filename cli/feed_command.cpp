#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/feed.h"
#include "cli/feed_http.h"
#include "cli/feed_kafka.h"
#include "cli/kafka_property.h"
#include "core/rules/rule.h"

namespace premura {
namespace {

constexpr int exit_fine = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr int exit_interrupted = 130;

// As they are written.
struct FeedArguments {
    std::string file;
    std::string speed = "max";
    std::string to = "http://127.0.0.1:8470";
    std::string kafka;
    std::string topic;
    std::string token;
    std::vector<std::string> properties;
    std::string and_then;
    std::string until;
    bool quiet = false;
};

int wrong_use(const std::string& message) {
    std::cerr << message << '\n';
    return exit_usage;
}

// Speed and the end of the clock. What is wrong, else an empty text.
std::string read_options(const FeedArguments& arguments, FeedOptions& options) {
    options.file = arguments.file;
    if (arguments.speed != "max") {
        double speed = 0;
        if (!CLI::detail::lexical_cast(arguments.speed, speed) || !(speed > 0)) {
            return "--speed: write max, or how many recorded seconds pass in one, such as 600";
        }
        options.speed = speed;
    }
    if (!arguments.and_then.empty()) {
        const auto duration = parse_duration(arguments.and_then);
        if (!duration || duration->unit != Duration::Unit::elapsed) {
            return "--and-then: write for example '30 days'";
        }
        options.and_then = duration->time;
    }
    if (!arguments.until.empty()) {
        options.until = parse_rfc3339(arguments.until);
        if (!options.until) return "--until: write for example 2026-07-01T00:00:00+02:00";
    }
    return {};
}

std::unique_ptr<FeedSink> make_sink(const FeedArguments& arguments, Progress& progress,
                                    std::string& error) {
    const auto say = [&progress](const std::string& sentence) { progress.say(sentence); };
    if (arguments.kafka.empty()) {
        const auto url = parse_url(arguments.to);
        if (!url) {
            error = "--to: write for example http://127.0.0.1:8470";
            return nullptr;
        }
        HttpFeedOptions options;
        options.url = *url;
        options.topic = arguments.topic;
        options.token = arguments.token;
        options.say = say;
        return std::make_unique<HttpFeed>(std::move(options));
    }
    if (arguments.topic.empty()) {
        error = "--kafka needs a --topic";
        return nullptr;
    }
    KafkaFeedOptions options;
    options.bootstrap = arguments.kafka;
    options.topic = arguments.topic;
    // librdkafka speaks on its own threads, where the bar must not be drawn.
    options.say = [](const std::string& sentence) { std::cerr << sentence + "\n"; };
    for (const std::string& property : arguments.properties) {
        error = read_property(property, options.properties);
        if (!error.empty()) return nullptr;
    }
    return make_kafka_feed(options, error);
}

int feed(const FeedArguments& arguments, const Terminal& terminal) {
    FeedOptions options;
    const std::string wrong = read_options(arguments, options);
    if (!wrong.empty()) return wrong_use(wrong);
    EventLines lines{arguments.file};
    if (!lines.error().empty()) return wrong_use(lines.error());

    const auto style = arguments.quiet   ? Progress::Style::none
                       : terminal.bar    ? Progress::Style::bar
                                         : Progress::Style::lines;
    Progress progress{style, std::cerr, Progress::WallClock::now()};
    std::string error;
    const auto sink = make_sink(arguments, progress, error);
    if (sink == nullptr) {
        std::cerr << error << '\n';
        return error.starts_with("--") ? exit_usage : exit_failed;
    }
    const FeedSummary summary = run_feed(options, lines, *sink, progress);
    const bool failed = summary.end == FeedSummary::End::failed;
    if (!arguments.quiet || failed) (failed ? std::cerr : std::cout) << describe(summary);
    switch (summary.end) {
        case FeedSummary::End::finished: return exit_fine;
        case FeedSummary::End::interrupted: return exit_interrupted;
        case FeedSummary::End::failed: break;
    }
    return exit_failed;
}

}  // namespace

void add_feed(CLI::App& app, const Terminal& terminal, int& result) {
    const auto arguments = std::make_shared<FeedArguments>();
    CLI::App* command = app.add_subcommand("feed", "Plays recorded events into a daemon or Kafka");
    command->add_option("file", arguments->file,
                        "CloudEvents in JSON, one a line, by time; plain or zstd; - is standard "
                        "input")
        ->required();
    command->add_option("--speed", arguments->speed,
                        "max, or how many recorded seconds pass in one")
        ->capture_default_str();
    command->add_option("--to", arguments->to, "Where the daemon listens")->capture_default_str();
    CLI::Option* kafka = command->add_option(
        "--kafka", arguments->kafka, "Kafka's bootstrap servers, instead of a daemon");
    command->add_option("--topic", arguments->topic, "The source topic, by its full name");
    command->add_option("--property", arguments->properties,
                        "librdkafka's: name=value, or name=@file for a secret")
        ->expected(1)
        ->take_all()
        ->needs(kafka);
    command->add_option("--token", arguments->token, "What the daemon asks for")
        ->envname("PREMURA_TOKEN");
    command->add_option("--and-then", arguments->and_then,
                        "How long the recorded clock runs on after the last event, so that what is "
                        "due then happens; 60 days if not given");
    command->add_option("--until", arguments->until, "The same, up to a moment");
    command->add_flag("--quiet", arguments->quiet, "No progress and no summary");
    command->callback(
        [arguments, &terminal, &result] { result = feed(*arguments, terminal); });
}

}  // namespace premura
