#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"

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
    premura::add_feed(app, terminal, result);
    premura::add_message(app, terminal, result);
    premura::add_map(app, terminal, result);
    premura::add_watch(app, terminal, result);
    app.parse_complete_callback([&terminal, &colour] {
        const bool wanted = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
        terminal.colour = colour == "always" || (colour == "auto" && wanted);
        terminal.bar = ::isatty(STDERR_FILENO) == 1;
    });
    try {
        app.parse(argument_count, arguments);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? 0 : 2;
    }
    return result;
}
