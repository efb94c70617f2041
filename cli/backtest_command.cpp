#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <memory>

#include "cli/backtest.h"
#include "cli/backtest_kafka.h"
#include "cli/commands.h"
#include "cli/kafka_property.h"
#include "cli/load_rules.h"
#include "core/backtest/html_page.h"
#include "core/backtest/json_report.h"
#include "core/backtest/text_report.h"
#include "core/rules/rule_set.h"

namespace premura {
namespace {

constexpr int exit_fine = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr int exit_interrupted = 130;

// As they are written.
struct BacktestArguments {
    std::vector<std::string> files;
    std::vector<std::string> rules;
    std::vector<std::string> config;
    std::vector<std::string> compare_with;
    std::string by = "event-time";
    std::string from, to, until;
    std::string warm_up = "30 days";
    std::string aftermath = "30 days";
    std::string tenant, against, topic, arrival, input = "auto";
    bool trial_as_live = false;
    double agents = 1;
    double calls_per_hour = 6;
    bool as_json = false, every_day = false, quiet = false;
    std::string html, actions;
    std::string kafka;
    std::vector<std::string> properties, topics;
};

int wrong_use(const std::string& message) {
    std::cerr << message << '\n';
    return exit_usage;
}

// A moment with its zone, or a day as it begins in `zone`.
std::optional<Instant> read_moment(const std::string& text, const TimeZone& zone) {
    if (const auto moment = parse_rfc3339(text)) return moment;
    if (const auto date = parse_date(text)) {
        return zone.start_of_day(std::chrono::local_days{*date});
    }
    return std::nullopt;
}

std::optional<Milliseconds> read_elapsed(const std::string& text) {
    const auto duration = parse_duration(text);
    if (!duration || duration->unit != Duration::Unit::elapsed) return std::nullopt;
    return duration->time;
}

// The zone that days are meant in: of the tenant asked for, else of the first.
TimeZone zone_of(const RuleSet& rules, const std::string& tenant) {
    const Tenant* chosen = rules.tenant(tenant);
    if (chosen == nullptr && !rules.tenants.empty()) chosen = &rules.tenants.begin()->second;
    auto zone = TimeZone::find(chosen == nullptr ? "Etc/UTC" : chosen->timezone);
    if (!zone) zone = TimeZone::find("Etc/UTC");
    return std::move(*zone);
}

// What is wrong, else an empty text.
std::string read_options(const BacktestArguments& arguments, const RuleSet& rules, BacktestRun& run,
                         BacktestOptions& options) {
    options.order = arguments.by == "arrival" ? TimeOrder::arrival : TimeOrder::event_time;
    options.tenant = arguments.tenant;
    options.against = arguments.against;
    options.trial_as_live = arguments.trial_as_live;
    options.agents = arguments.agents;
    options.calls_per_hour = arguments.calls_per_hour;
    if (!std::isfinite(options.agents) || options.agents <= 0)
        return "--agents: write a number above 0";
    if (!std::isfinite(options.calls_per_hour) || options.calls_per_hour <= 0) {
        return "--calls-per-hour: write a number above 0";
    }
    if (!options.tenant.empty() && rules.tenant(options.tenant) == nullptr) {
        return "--tenant: there is no tenant " + options.tenant;
    }
    if (!options.against.empty() && rules.rule(options.against) == nullptr) {
        return "--against: there is no rule " + options.against;
    }
    const TimeZone zone = zone_of(rules, options.tenant);
    const auto moment = [&zone](const std::string& text, Instant& into) {
        if (text.empty()) return true;
        const auto read = read_moment(text, zone);
        if (read) into = *read;
        return read.has_value();
    };
    Instant until = instant_min;
    for (const auto& [name, text, into] : {std::tuple{"--from", &arguments.from, &options.from},
                                           std::tuple{"--to", &arguments.to, &options.to},
                                           std::tuple{"--until", &arguments.until, &until}}) {
        if (!moment(*text, *into)) {
            return fmt::format("{}: write a day such as 2026-06-01, or 2026-06-01T08:00:00+02:00",
                               name);
        }
    }
    if (options.from >= options.to) return "--from must be before --to";
    if (until != instant_min) run.until = until;
    const auto warm_up = read_elapsed(arguments.warm_up);
    const auto aftermath = read_elapsed(arguments.aftermath);
    if (!warm_up) return "--warm-up: write for example '30 days'";
    if (!aftermath) return "--aftermath: write for example '30 days'";
    run.warm_up = *warm_up;
    run.aftermath = *aftermath;
    return {};
}

bool is_csv(const BacktestArguments& arguments, const std::string& path) {
    if (arguments.input != "auto") return arguments.input == "csv";
    return path.ends_with(".csv") || path.ends_with(".csv.zst");
}

// Rows and payloads stand for records of a topic: the one that was named, else the first that a
// mapping names.
std::string topic_of_files(const BacktestArguments& arguments, const RuleSet& rules) {
    if (!arguments.topic.empty()) return arguments.topic;
    for (const Mapping& mapping : rules.mappings) {
        if (!mapping.topics.empty()) return mapping.topics.front();
    }
    return {};
}

std::vector<std::unique_ptr<RecordSource>> open_sources(const BacktestArguments& arguments,
                                                        const RuleSet& rules,
                                                        const BacktestRun& run,
                                                        std::string& error) {
    std::vector<std::unique_ptr<RecordSource>> sources;
    for (const std::string& path : arguments.files) {
        FileSourceOptions options;
        options.path = path;
        options.arrival_pointer = arguments.arrival;
        options.topic = topic_of_files(arguments, rules);
        auto source =
            is_csv(arguments, path) ? make_csv_source(options) : make_lines_source(options);
        if (!source->error().empty()) {
            error = source->error();
            return {};
        }
        sources.push_back(std::move(source));
    }
    if (arguments.kafka.empty()) return sources;
    KafkaSourceOptions options;
    options.bootstrap = arguments.kafka;
    options.topics = arguments.topics;
    const BacktestOptions& first = run.options.front();
    if (first.from != instant_min) options.from = first.from - run.warm_up;
    if (first.to != instant_max) options.to = first.to + run.aftermath;
    options.say = [](const std::string& sentence) { std::cerr << sentence + "\n"; };
    for (const std::string& property : arguments.properties) {
        error = read_property(property, options.properties);
        if (!error.empty()) return {};
    }
    for (auto& source : make_kafka_sources(options, error)) sources.push_back(std::move(source));
    return sources;
}

bool write_file(const std::string& path, const std::string& text) {
    std::ofstream file{path, std::ios::binary};
    file << text;
    file.close();
    if (file) return true;
    std::cerr << path << ": cannot be written\n";
    return false;
}

// What the report calls the two sides of a comparison.
std::string name_of_side(const std::vector<std::string>& paths) {
    return fmt::format("{}", fmt::join(paths, ", "));
}

int backtest(BacktestArguments arguments, const Terminal& terminal) {
    add_default_folders(arguments.rules, arguments.config);
    if (arguments.rules.empty()) return wrong_use("--rules: name the folder of the rules");
    if (arguments.files.empty() && arguments.kafka.empty()) {
        return wrong_use("name files of recorded events, or --kafka and --topic");
    }
    if (!arguments.topics.empty()) arguments.topic = arguments.topics.front();
    if (!arguments.kafka.empty() && arguments.topics.empty())
        return wrong_use("--kafka needs a --topic");

    BacktestRun run;
    int failed = exit_fine;
    BacktestOptions options;
    for (const auto* rules : {&arguments.rules, &arguments.compare_with}) {
        if (rules->empty()) continue;
        auto loaded = load_rules(*rules, arguments.config, std::cerr, failed);
        if (loaded == nullptr) return failed;
        const std::string wrong = read_options(arguments, *loaded, run, options);
        if (!wrong.empty()) return wrong_use(wrong);
        run.rules.push_back(std::move(loaded));
        run.options.push_back(options);
    }
    std::ofstream actions;
    if (!arguments.actions.empty()) {
        actions.open(arguments.actions, std::ios::binary);
        if (!actions) return wrong_use(arguments.actions + ": cannot be written");
        run.options.front().action = [&actions](const BacktestAction& action) {
            actions << json_line(action) << '\n';
        };
    }
    std::string error;
    auto sources = open_sources(arguments, *run.rules.front(), run, error);
    if (!error.empty()) {
        std::cerr << error << '\n';
        return error.starts_with("Kafka") ? exit_failed : exit_usage;
    }
    const auto style = arguments.quiet ? Progress::Style::none
                       : terminal.bar  ? Progress::Style::bar
                                       : Progress::Style::lines;
    const auto start = Progress::WallClock::now();
    Progress progress{style, std::cerr, start};
    const BacktestOutcome outcome = run_backtest(run, sources, progress);
    if (outcome.interrupted) {
        std::cerr << "interrupted\n";
        return exit_interrupted;
    }
    if (!outcome.error.empty()) {
        std::cerr << outcome.error << '\n';
        return exit_failed;
    }
    if (outcome.results.empty()) {
        std::cerr << "there is no event to play\n";
        return exit_failed;
    }
    BacktestReport report;
    report.result = &outcome.results.front();
    report.name = name_of_side(arguments.rules);
    if (outcome.results.size() > 1) {
        report.before = &outcome.results[1];
        report.name_before = name_of_side(arguments.compare_with);
    }
    report.took_seconds = std::chrono::duration<double>(Progress::WallClock::now() - start).count();
    if (arguments.as_json) {
        std::cout << json_report(report) << '\n';
    } else {
        TextReportStyle text;
        text.colour = terminal.colour;
        text.every_day = arguments.every_day;
        std::cout << text_report(report, text);
    }
    if (!arguments.html.empty() && !write_file(arguments.html, html_page(report)))
        return exit_failed;
    if (actions.is_open()) {
        actions.close();
        if (!actions) {
            std::cerr << arguments.actions << ": cannot be written\n";
            return exit_failed;
        }
    }
    return exit_fine;
}

}  // namespace

void add_backtest(CLI::App& app, const Terminal& terminal, int& result) {
    const auto arguments = std::make_shared<BacktestArguments>();
    CLI::App* command =
        app.add_subcommand("backtest", "Shows what rules would have done with recorded events");
    BacktestArguments& all = *arguments;
    command->add_option("files", all.files,
                        "JSON Lines or CSV, plain or zstd; - is standard input");
    command->add_option("--rules", all.rules, "Files and folders of rules; else ./rules")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    command
        ->add_option("--config", all.config,
                     "Calendars, tenants, messages and mappings; else ./config")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    command
        ->add_option("--compare-with", all.compare_with,
                     "Other rules, such as those in force: the same events are played to both")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    command
        ->add_option("--by", all.by,
                     "event-time: as if nothing had ever come late; arrival: what was known then")
        ->check(CLI::IsMember({"arrival", "event-time"}))
        ->capture_default_str();
    command->add_option("--from", all.from, "What is decided from then on is reported");
    command->add_option("--to", all.to, "... until just before then");
    command->add_option("--warm-up", all.warm_up, "What is read before --from")
        ->capture_default_str();
    command
        ->add_option("--aftermath", all.aftermath, "What is read after --to, to learn how it ended")
        ->capture_default_str();
    command->add_option("--until", all.until, "The clock runs on to then after the last event");
    command->add_option("--tenant", all.tenant, "Only this brand");
    command->add_option(
        "--against", all.against,
        "A rule: did its deadline break for the orders that others raised an alarm for?");
    command->add_flag("--trial-as-live", all.trial_as_live,
                      "Rules on trial act as if they were live");
    command->add_option("--agents", all.agents, "How many agents call at the same time")
        ->capture_default_str();
    command->add_option("--calls-per-hour", all.calls_per_hour, "How many calls one agent manages")
        ->capture_default_str();
    command->add_option("--input", all.input, "auto (by the file's name), jsonl or csv")
        ->check(CLI::IsMember({"auto", "jsonl", "csv"}));
    command->add_option("--arrival-from", all.arrival,
                        "JSON Pointer to when a record came in, such as /received_at");
    CLI::Option* kafka = command->add_option(
        "--kafka", all.kafka, "Kafka's bootstrap servers; nothing is committed there");
    command
        ->add_option("--topic", all.topics,
                     "The topics to read; of files: the topic they stand for")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    command
        ->add_option("--property", all.properties,
                     "librdkafka's: name=value, or name=@file for a secret")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false)
        ->needs(kafka);
    command->add_option("--html", all.html, "Writes a page with plots to this file");
    command->add_option("--actions", all.actions,
                        "Writes each call, message and request to this file, as JSON Lines");
    command->add_flag("--json", all.as_json, "All figures as one JSON object");
    command->add_flag("--days", all.every_day, "A line for each day, however many there are");
    command->add_flag("--quiet", all.quiet, "No progress");
    command->callback([arguments, &terminal, &result] { result = backtest(*arguments, terminal); });
}

}  // namespace premura
