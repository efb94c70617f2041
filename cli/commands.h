#pragma once

#include <CLI/CLI.hpp>

namespace premura {

// What the commands may know of the terminal. Filled in when all options have been read.
struct Terminal {
    bool colour = false;  // standard output shows colours
    bool bar = false;     // standard error can draw a line over again
};

// Each adds one command with its options; when it is chosen, it runs and puts the exit code into `result`. The
// terminal and the result outlive the parser.
void add_check(CLI::App& app, const Terminal& terminal, int& result);
void add_test(CLI::App& app, const Terminal& terminal, int& result);
void add_account(CLI::App& app, const Terminal& terminal, int& result);
void add_backtest(CLI::App& app, const Terminal& terminal, int& result);
void add_explain(CLI::App& app, const Terminal& terminal, int& result);
void add_feed(CLI::App& app, const Terminal& terminal, int& result);
void add_message(CLI::App& app, const Terminal& terminal, int& result);
void add_map(CLI::App& app, const Terminal& terminal, int& result);
void add_reload(CLI::App& app, const Terminal& terminal, int& result);
void add_diff(CLI::App& app, const Terminal& terminal, int& result);
void add_watch(CLI::App& app, const Terminal& terminal, int& result);

}  // namespace premura
