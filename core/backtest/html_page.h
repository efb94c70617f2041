#pragma once

#include <string>

#include "core/backtest/report.h"

namespace premura {

// The report as one page that needs nothing else: plots, what they mean in plain words, and the
// figures behind each in a table. No scripts, no requests; light and dark as the reader's system
// is.
std::string html_page(const BacktestReport& report);

}  // namespace premura
