#pragma once

#include <string>

#include "core/backtest/contact_book.h"
#include "core/backtest/report.h"

namespace premura {

// The result as one JSON object with all its figures, that of other rules as its member `before`;
// docs/BACKTEST.md names them. Times are UTC, lengths are in milliseconds, shares go from 0 to 1,
// null where there is nothing to divide.
std::string json_report(const BacktestReport& report);

// One action as a JSON object on one line, without its end.
std::string json_line(const BacktestAction& action);

}  // namespace premura
