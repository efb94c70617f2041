#include "cli/progress.h"

#include <catch2/catch.hpp>
#include <sstream>

using namespace premura;
using namespace std::chrono_literals;

TEST_CASE("on a terminal the bar is drawn over itself with rate and rest", "[progress]") {
    std::ostringstream out;
    const Progress::WallClock::time_point start{};
    Progress progress{Progress::Style::bar, out, start};
    progress.update({0.1, 100, instant_min}, start + 100ms);  // too soon
    CHECK(out.str() == "");

    progress.update({0.25, 129'398, *parse_rfc3339("2026-06-01T09:00:00Z")}, start + 10s);
    CHECK(out.str() ==
          "[======                  ]  25 %  129,398 events, 12,939/s, recorded time "
          "2026-06-01T09:00, about 30 s left");

    out.str("");
    progress.say("the daemon is not there yet");
    CHECK_THAT(out.str(), Catch::StartsWith("\r\x1b[Kthe daemon is not there yet\n[======  "));

    out.str("");
    progress.close();
    CHECK(out.str() == "\r\x1b[K");
}

TEST_CASE("elsewhere there is a plain line now and then", "[progress]") {
    std::ostringstream out;
    const Progress::WallClock::time_point start{};
    Progress progress{Progress::Style::lines, out, start};
    progress.update({0.5, 10, instant_min}, start + 1s);
    progress.update({0.5, 1000, instant_min}, start + 5s);
    progress.update({0.6, 1100, instant_min}, start + 6s);
    progress.update({{}, 2000, instant_min}, start + 10s);
    progress.close();
    CHECK(out.str() == " 50 %  1,000 events, 200/s, about 5 s left\n2,000 events, 200/s\n");
}

TEST_CASE("numbers and durations are written for people", "[progress]") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(129'398'000) == "129,398,000");
    CHECK(rough_duration(12s) == "12 s");
    CHECK(rough_duration(125s) == "2 min 5 s");
    CHECK(rough_duration(4800s) == "1 h 20 min");
}
