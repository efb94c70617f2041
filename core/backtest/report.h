#pragma once

#include <string>

#include "core/backtest/result.h"

namespace premura {

// What reports are made of.
struct BacktestReport {
    const BacktestResult* result = nullptr;
    std::string name;  // of the rules: their folders
    const BacktestResult* before =
        nullptr;  // of other rules on the same events; null: nothing is compared
    std::string name_before;
    double took_seconds = 0;
};

}  // namespace premura
