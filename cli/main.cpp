#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "core/base/nearest.h"

namespace {

// What to say when the first word is no command; empty when it is one, or when there is none.
std::string unknown_command(const CLI::App& app, int argument_count, char** arguments) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    for (int i = 1; i < argument_count; ++i) {
        const std::string word = arguments[i];
        if (word == "--colour" || word == "--color") ++i;
        if (word.starts_with('-')) continue;
        if (std::find(names.begin(), names.end(), word) != names.end()) return {};
        const std::vector<std::string_view> known{names.begin(), names.end()};
        const std::string hint = premura::did_you_mean_or_list(word, known);
        return "there is no command '" + word + "'" + (hint.empty() ? "" : "; " + hint);
    }
    return {};
}

}  // namespace

// What an engineer at a terminal uses. The daemon is premurad.
int main(int argument_count, char** arguments) {
    premura::catch_interrupts();
    CLI::App app{"Premura watches orders and acts before the customer has to call.", "premura"};
    app.set_version_flag("--version", std::string{"premura " PREMURA_VERSION});
    app.require_subcommand(1);
    app.set_help_all_flag("--help-all", "Help for all commands");
    app.footer("Exit codes: 0 fine, 1 something failed, 2 wrong use, 130 interrupted (watch: 0).");

    premura::Terminal terminal;
    std::string colour = "auto";
    app.add_option("--colour,--color", colour, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    int result = 0;
    premura::add_check(app, terminal, result);
    premura::add_test(app, terminal, result);
    premura::add_backtest(app, terminal, result);
    premura::add_explain(app, terminal, result);
    premura::add_feed(app, terminal, result);
    premura::add_message(app, terminal, result);
    premura::add_map(app, terminal, result);
    premura::add_diff(app, terminal, result);
    premura::add_reload(app, terminal, result);
    premura::add_watch(app, terminal, result);
    premura::add_account(app, terminal, result);
    app.parse_complete_callback([&terminal, &colour] {
        const bool wanted = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
        terminal.colour = colour == "always" || (colour == "auto" && wanted);
        terminal.bar = ::isatty(STDERR_FILENO) == 1;
    });
    if (const std::string unknown = unknown_command(app, argument_count, arguments); !unknown.empty()) {
        std::cerr << unknown << '\n';
        return 2;
    }
    try {
        app.parse(argument_count, arguments);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? 0 : 2;
    }
    return result;
}
