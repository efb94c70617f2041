#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "cli/backtest.h"
#include "cli/commands.h"
#include "cli/http_client.h"
#include "cli/moment.h"
#include "core/difference/difference_report.h"
#include "core/rules/rule_set_loader.h"
#include "files/read_files.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr int exit_fine = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr int exit_interrupted = 130;
constexpr std::chrono::milliseconds timeout{60'000};

struct DiffArguments {
    std::vector<std::string> rules;  // OLD NEW, or NEW
    std::vector<std::string> config;
    std::vector<std::string> on;     // files of events, or the address of a daemon
    std::string at, token, topic, arrival;
    bool as_json = false;
    bool quiet = false;
};

int wrong_use(const std::string& message) {
    std::cerr << message << '\n';
    return exit_usage;
}

bool is_address(const std::string& text) { return text.starts_with("http://"); }

// The texts of one side; false when a file cannot be read.
bool read_side(const std::string& rules, const std::vector<std::string>& config, std::vector<NamedText>& texts) {
    std::vector<std::string> paths{rules};
    paths.insert(paths.end(), config.begin(), config.end());
    ReadFiles files = read_files(paths);
    for (const Diagnostic& each : files.diagnostics.all()) std::cerr << format_text(each, false);
    texts = std::move(files.texts);
    return !files.diagnostics.has_errors();
}

std::shared_ptr<const RuleSet> load_side(const std::string& rules, const std::vector<std::string>& config) {
    std::vector<NamedText> texts;
    if (!read_side(rules, config, texts)) return nullptr;
    Loaded loaded = load_rule_set(texts);
    if (loaded.rule_set != nullptr) return std::move(loaded.rule_set);
    for (const Diagnostic& each : loaded.diagnostics.all()) std::cerr << format_text(each, false);
    return nullptr;
}

int show(const DifferenceReport& report, const DiffArguments& arguments, const Terminal& terminal) {
    std::cout << (arguments.as_json ? difference_json(report) : difference_text(report, terminal.colour)) << '\n';
    return exit_fine;
}

// What the daemon's own orders would do under the new rules: those given, or those that lie in its folders.
int diff_on_daemon(const DiffArguments& arguments, const Terminal& terminal) {
    const auto url = parse_url(arguments.on.front());
    if (!url) return wrong_use("--on: write for example http://127.0.0.1:8470");
    if (arguments.rules.size() > 1) return wrong_use("the daemon knows its old rules: name the new ones only");
    std::string body;
    if (!arguments.rules.empty()) {
        std::vector<NamedText> texts;
        if (!read_side(arguments.rules.front(), arguments.config, texts)) return exit_usage;
        json::array files;
        for (const NamedText& text : texts) {
            files.push_back(json::object{{"file", text.file}, {"text", text.text}});
        }
        body = json::serialize(json::object{{"files", std::move(files)}});
    }
    HttpClient::Headers headers;
    if (!arguments.token.empty()) headers.emplace_back("Authorization", "Bearer " + arguments.token);
    HttpClient client{*url, timeout};
    const HttpReply reply = client.post("/v1/rules/difference", "application/json", body, headers);
    const auto report = reply.status == 200 ? difference_of_json(reply.body) : std::nullopt;
    if (report) return show(*report, arguments, terminal);
    std::cerr << fmt::format("{}: {}\n", arguments.on.front(),
                             reply.error.empty() ? fmt::format("answers {}: {}", reply.status, reply.body) : reply.error);
    return exit_failed;
}

// What recorded orders would do: played under the old rules up to a moment, the last event's unless another is given.
int diff_on_recording(const DiffArguments& arguments, const Terminal& terminal) {
    if (arguments.rules.size() != 2) return wrong_use("name the old rules and the new ones, and events with --on");
    const auto before = load_side(arguments.rules[0], arguments.config);
    const auto after = load_side(arguments.rules[1], arguments.config);
    if (!before || !after) return exit_failed;
    Diagnostics refused;
    check_edits(*before, *after, refused);
    for (const Diagnostic& each : refused.all()) std::cerr << format_text(each, false);
    if (refused.has_errors()) return exit_failed;

    DifferenceReport report{rule_edits(*before, *after), {}};
    BacktestRun run;
    run.rules = {before};
    run.options.resize(1);
    run.warm_up = run.aftermath = Milliseconds{0};
    if (!arguments.at.empty()) {
        const auto at = moment_on_clock(arguments.at, *before, {});
        if (!at) return wrong_use("--at: write for example 2026-06-01 08:00, or 2026-06-01T08:00:00+02:00");
        run.options.front().to = *at;
        run.until = *at;
    }
    run.at_end = [&](const Backtest& backtest, Instant end) {
        const OrdersStage& orders = backtest.orders();
        DifferenceCounter counter{{}, before, after, orders.memory().encoded(), end};
        KeyedStore::Walk walk{orders.store()};
        while (walk.step(orders.store(), DifferenceCounter::slice,
                         [&counter](std::string_view bytes) { counter.add(bytes); })) {
        }
        report.difference = counter.take();
    };
    std::vector<std::unique_ptr<RecordSource>> sources;
    for (const std::string& path : arguments.on) {
        const FileSourceOptions options{path, arguments.topic, arguments.arrival};
        const bool is_csv = path.ends_with(".csv") || path.ends_with(".csv.zst");
        sources.push_back(is_csv ? make_csv_source(options) : make_lines_source(options));
        if (!sources.back()->error().empty()) return wrong_use(sources.back()->error());
    }
    const auto style = arguments.quiet ? Progress::Style::none
                       : terminal.bar  ? Progress::Style::bar
                                       : Progress::Style::lines;
    Progress progress{style, std::cerr, Progress::WallClock::now()};
    const BacktestOutcome outcome = run_backtest(run, sources, progress);
    if (outcome.interrupted) return exit_interrupted;
    if (!outcome.error.empty() || outcome.results.empty()) {
        std::cerr << (outcome.error.empty() ? "there is no event to play: a line is a CloudEvent in JSON, or a payload that a mapping knows" : outcome.error) << '\n';
        return exit_failed;
    }
    const BacktestInput& input = outcome.results.front().input;
    if (input.rejected_total() != 0) {
        std::cerr << fmt::format("{} of the records could not be read; premura backtest tells which and why\n",
                                 input.rejected_total());
    }
    for (const auto& [reason, count] : input.left_out) {
        std::cerr << fmt::format("{} of the records left out: {}\n", count, reason);
    }
    return show(report, arguments, terminal);
}

}  // namespace

void add_diff(CLI::App& app, const Terminal& terminal, int& result) {
    const auto arguments = std::make_shared<DiffArguments>();
    DiffArguments& all = *arguments;
    CLI::App* command =
        app.add_subcommand("diff", "Shows what other rules would do to the orders that are on their way");
    command->add_option("rules", all.rules, "OLD NEW; on a daemon NEW, or nothing: what lies in its folders")
        ->expected(0, 2);
    command->add_option("--config", all.config, "Calendars, tenants, messages and mappings of both sides")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--on", all.on, "A daemon's address, or files of recorded events")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--at", all.at, "The moment of the change; else that of the last event");
    command->add_option("--topic", all.topic, "Which topic recorded payloads stand for");
    command->add_option("--arrival-from", all.arrival, "JSON Pointer of the time of arrival in recorded payloads");
    command->add_option("--token", all.token, "What the daemon asks for")->envname("PREMURA_TOKEN");
    command->add_flag("--json", all.as_json, "As JSON");
    command->add_flag("--quiet", all.quiet, "No progress");
    command->callback([arguments, &terminal, &result] {
        if (arguments->on.empty()) arguments->on = {"http://127.0.0.1:8470"};
        result = is_address(arguments->on.front()) ? diff_on_daemon(*arguments, terminal)
                                                   : diff_on_recording(*arguments, terminal);
    });
}

}  // namespace premura
