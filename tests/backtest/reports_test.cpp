#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <sstream>

#include "core/backtest/html_page.h"
#include "core/backtest/json_report.h"
#include "core/backtest/text_report.h"
#include "core/backtest/words.h"
#include "tests/backtest/backtest_story.h"

namespace premura {
namespace {

using namespace backtest_story;

BacktestResult some_days() {
    const std::string due = "2026-06-10T18:00:00+02:00";
    return play({},
                {{"2026-06-08T10:00:00+02:00", "order.paid", "A1", "", due},
                 {"2026-06-08T11:00:00+02:00", "order.paid", "A2", "", due},
                 {"2026-06-08T16:00:00+02:00", "order.paid", "A3", "", due},
                 {"2026-06-08T18:00:00+02:00", "contact.inbound", "A3"},
                 {"2026-06-09T10:00:00+02:00", "parcel.packed", "A1"},
                 {"2026-06-10T17:00:00+02:00", "shipment.delivered", "A1"},
                 {"2026-06-11T17:00:00+02:00", "shipment.delivered", "A2"}},
                "2026-06-12T00:00:00+02:00");
}

std::size_t columns_of(std::string_view text) {
    std::size_t count = 0;
    for (const char letter : text) count += (letter & 0xC0) != 0x80;
    return count;
}

}  // namespace

TEST_CASE("the report fits into 80 columns and says the figures", "[backtest]") {
    const BacktestResult result = some_days();
    const BacktestReport report{&result, "rules", nullptr, "", 0.5};
    const std::string text = text_report(report, {});
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        INFO(line);
        CHECK(columns_of(line) <= 80);
    }
    CHECK_THAT(text, Catch::Contains("not-packed"));
    CHECK_THAT(text, Catch::Contains("Mon 8 Jun 2026"));
    CHECK_THAT(text, !Catch::Contains("\x1b"));
    CHECK_THAT(text_report(report, {true, false}), Catch::Contains("\x1b[1m"));
}

TEST_CASE("what a change of rules brings is told side by side", "[backtest]") {
    const BacktestResult result = some_days();
    BacktestResult before = some_days();
    before.total.calls = 7;
    before.rules[0].total.calls = 7;
    const BacktestReport report{&result, "new", &before, "old", 0};
    CHECK_THAT(text_report(report, {}), Catch::Contains("not-packed: late 3 -> 3, calls 7 -> 3"));
    CHECK_THAT(html_page(report), Catch::Contains("<td>-4</td>"));
    const auto parsed = boost::json::parse(json_report(report));
    CHECK(parsed.at("before").at("total").at("calls").as_int64() == 7);
}

TEST_CASE("the page needs nothing but itself", "[backtest]") {
    BacktestResult result = some_days();
    result.rules[0].name = "<b>bold</b> & \"quoted\"";
    const std::string page = html_page({&result, "rules", nullptr, "", 0});
    for (const char* never :
         {"<script", "http://", "https://", "url(", "@import", "src=", "<b>bold"}) {
        INFO(never);
        CHECK_THAT(page, !Catch::Contains(never));
    }
    for (const char* part :
         {"<!DOCTYPE html>", "lang=\"en\"", "prefers-color-scheme:dark", "<svg ", "role=\"img\"",
          "<caption>", "scope=\"row\"", "&lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot;"}) {
        INFO(part);
        CHECK_THAT(page, Catch::Contains(part));
    }
}

TEST_CASE("figures are said as people say them", "[backtest]") {
    using std::chrono::hours;
    CHECK(words::number(-1234567) == "-1,234,567");
    CHECK(words::decimal(0.042) == "0.04");
    CHECK(words::decimal(6) == "6");
    CHECK(words::decimal(1234.4) == "1,234");
    CHECK(words::share(0.9996) == "99.9 %");
    CHECK(words::share(0.5) == "50 %");
    CHECK(words::share(std::nullopt) == "-");
    CHECK(words::length(hours{24}) == "24.0 h");
    CHECK(words::length(-hours{72}) == "-3.0 days");
    CHECK(words::difference(5, 3) == "-2");
    CHECK(words::difference(3, 3) == "=");
    CHECK(words::reason("quiet_hours") == "outside the hours in which the customer may be reached");
    CHECK(words::reason("a_new_reason") == "a new reason");
}

}  // namespace premura
