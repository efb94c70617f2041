#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/http_client.h"
#include "core/difference/difference_report.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr int exit_fine = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
// Longer than the daemon takes to ask its workers.
constexpr std::chrono::milliseconds timeout{60'000};

struct ReloadArguments {
    std::string daemon = "http://127.0.0.1:8470";
    std::string token;
    bool yes = false;
    std::size_t new_late_max = 0;
    bool new_late_max_given = false;
    bool as_json = false;
};

std::string text_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

void show(const json::object& body, bool colour) {
    if (const json::value* list = body.if_contains("diagnostics"); list != nullptr && list->is_array()) {
        for (const json::value& each : list->get_array()) {
            if (each.is_object()) std::cout << text_in(each.get_object(), "text");
        }
    }
    const json::value* difference = body.if_contains("difference");
    const auto report = difference == nullptr ? std::nullopt : difference_of_json(json::serialize(*difference));
    if (report && !report->edits.empty()) std::cout << difference_text(*report, colour) << "\n\n";
    std::cout << text_in(body, "sentence") << '\n';
}

int reload(const ReloadArguments& arguments, const Terminal& terminal) {
    const auto url = parse_url(arguments.daemon);
    if (!url) {
        std::cerr << "--to: write for example http://127.0.0.1:8470\n";
        return exit_usage;
    }
    std::string target = "/v1/rules/reload?yes=";
    target += arguments.yes ? "true" : "false";
    if (arguments.new_late_max_given) target += fmt::format("&max_new_late={}", arguments.new_late_max);
    HttpClient::Headers headers;
    if (!arguments.token.empty()) headers.emplace_back("Authorization", "Bearer " + arguments.token);

    HttpClient client{*url, timeout};
    const HttpReply reply = client.post(target, "application/json", "", headers);
    if (!reply.error.empty()) {
        std::cerr << fmt::format("{}: {}\n", arguments.daemon, reply.error);
        return exit_failed;
    }
    boost::system::error_code error;
    const json::value body = json::parse(reply.body, error);
    const bool is_outcome = !error && body.is_object() && body.get_object().contains("result");
    if (!is_outcome) {
        std::cerr << fmt::format("{} answers {}: {}\n", arguments.daemon, reply.status, reply.body);
        return exit_failed;
    }
    if (arguments.as_json) {
        std::cout << reply.body;
    } else {
        show(body.get_object(), terminal.colour);
    }
    return reply.status == 200 ? exit_fine : exit_failed;
}

}  // namespace

void add_reload(CLI::App& app, const Terminal& terminal, int& result) {
    const auto arguments = std::make_shared<ReloadArguments>();
    CLI::App* command = app.add_subcommand("reload", "Has a daemon go over to new rules, and tells how it went");
    command->add_option("--to", arguments->daemon, "Where the daemon listens")->capture_default_str();
    command->add_option("--token", arguments->token, "What the daemon asks for")->envname("PREMURA_TOKEN");
    command->add_flag("--yes", arguments->yes, "Also when many cases are late at once");
    CLI::Option* most = command->add_option("--max-new-late", arguments->new_late_max,
                                            "How many cases may be late at once without --yes; else the daemon's setting");
    command->add_flag("--json", arguments->as_json, "The whole answer as JSON");
    command->callback([arguments, most, &terminal, &result] {
        arguments->new_late_max_given = most->count() != 0;
        result = reload(*arguments, terminal);
    });
}

}  // namespace premura
