#pragma once

#include <string>

#include "core/backtest/report.h"

namespace premura {

struct TextReportStyle {
    bool colour = false;
    bool every_day = false;  // else weeks or months when there are many days
};

// The report for a terminal of 80 columns.
std::string text_report(const BacktestReport& report, const TextReportStyle& style);

}  // namespace premura
