#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/backtest_source.h"
#include "cli/progress.h"
#include "core/backtest/backtest.h"

namespace premura {

struct BacktestRun {
    // One for each set of rules that is compared: all see the same records.
    std::vector<BacktestOptions> options;
    std::vector<std::shared_ptr<const RuleSet>> rules;
    // Read beside the reported period: before it, so that what was on its way then is known; after
    // it, to learn how it ended.
    Milliseconds warm_up = std::chrono::days{30};
    Milliseconds aftermath = std::chrono::days{30};
    // The clock runs on after the last event, to this moment at least.
    std::optional<Instant> until;
    // Called for each backtest when all has been played, with that moment. May be empty.
    std::function<void(const Backtest&, Instant)> at_end;
};

struct BacktestOutcome {
    std::vector<BacktestResult>
        results;        // as BacktestRun::options; empty when it did not come to an end
    std::string error;  // what kept it from it
    bool interrupted = false;
};

// Reads all sources and plays them. In the order of arrival the sources are read side by side, each
// in its own order; by event time all records are read first and kept in memory. Blocks; ends early
// after Ctrl-C.
BacktestOutcome run_backtest(const BacktestRun& run,
                             std::vector<std::unique_ptr<RecordSource>>& sources,
                             Progress& progress);

}  // namespace premura
