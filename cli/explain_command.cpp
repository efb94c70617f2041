#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/explain.h"

namespace premura {

void add_explain(CLI::App& app, const Terminal&, int& result) {
    struct Arguments {
        ExplainOptions options;
        std::string from = "http://127.0.0.1:8470";
        std::string language = "en";
        std::string format = "text";
    };
    const auto arguments = std::make_shared<Arguments>();
    ExplainOptions& all = arguments->options;
    CLI::App* command = app.add_subcommand("explain", "Says why an order was acted upon, or was not; or what a rule says");
    command->add_option("order", all.order, "The order's id or number, or the id of a parcel or a shipment of it");
    command->add_option("--tenant", all.tenant, "Only this brand");
    command->add_option("--lang", arguments->language, "en or it")
        ->check(CLI::IsMember({"en", "it"}))
        ->capture_default_str();
    command->add_option("--format", arguments->format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    CLI::Option* from = command->add_option("--from", arguments->from, "Where the daemon listens")->capture_default_str();
    command->add_option("--token", all.token, "What the daemon asks for")->envname("PREMURA_TOKEN");
    const auto several = [command](const char* name, std::vector<std::string>& into, const char* meaning) {
        return command->add_option(name, into, meaning)->expected(1)->take_all()->allow_extra_args(false);
    };
    several("--events", all.events, "Recorded events instead of a daemon: JSON Lines or CSV, plain or zstd")->excludes(from);
    command->add_option("--topic", all.topic, "The topic that recorded events stand for");
    command->add_option("--at", all.at, "The moment to look at; else when the recording ends");
    several("--rules", all.rules, "Files and folders of rules; else ./rules");
    several("--config", all.config, "Calendars, tenants, messages and mappings; else ./config");
    several("--rule", all.rule_ids, "Not an order, but this rule, in words");
    command->add_flag("--all-rules", all.all_rules, "All rules, in words");
    command->callback([arguments, &result] {
        ExplainOptions& options = arguments->options;
        const auto url = parse_url(arguments->from);
        if (!url) {
            std::cerr << "--from: write for example http://127.0.0.1:8470\n";
            result = 2;
            return;
        }
        options.daemon = *url;
        options.language = *language_named(arguments->language);
        options.as_json = arguments->format == "json";
        result = run_explain(options, std::cout, std::cerr);
    });
}

}  // namespace premura
