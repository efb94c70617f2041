#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <string>

#include "tests/simulation/checks.h"

using namespace premura;

namespace {

constexpr std::uint64_t seeds_default = 10'000;
constexpr std::uint64_t first_seed_default = 1;
// More would say no more.
constexpr int failures_shown_max = 3;

// Seeds that found something once.
constexpr std::uint64_t seeds_that_failed_once[] = {1};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Nothing when the world of that seed is in order; else all that is wrong, and how to see it again.
std::string report(std::uint64_t seed) {
    const auto violations = check_seed(seed, simulation_rules());
    if (violations.empty()) return {};
    std::string text = fmt::format("seed {} fails; replay: PREMURA_SEED={} PREMURA_SEEDS=1 premura_simulation_tests\n",
                                   seed, seed);
    for (const Violation& violation : violations) {
        if (std::getenv("BRIEF")) { fmt::print("{} {} {} {}\n", seed, violation.property, violation.story, violation.text.substr(0, violation.text.find('\n'))); break; }
        text += fmt::format("property {}: {}: {}\n", violation.property, violation.story, violation.text);
    }
    return text;
}

}  // namespace

TEST_CASE("worlds that once went wrong stay right", "[simulation]") {
    for (const std::uint64_t seed : seeds_that_failed_once) {
        const std::string failure = report(seed);
        INFO(failure);
        CHECK(failure.empty());
    }
}

TEST_CASE("whatever happens, the right tasks come out, each once", "[simulation]") {
    const std::uint64_t first = from_environment("PREMURA_SEED", first_seed_default);
    const std::uint64_t count = from_environment("PREMURA_SEEDS", seeds_default);
    int failures = 0;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const std::string failure = report(seed);
        if (failure.empty()) continue;
        UNSCOPED_INFO(failure);
        if (++failures == failures_shown_max && !std::getenv("BRIEF")) break;
    }
    CHECK(failures == 0);
}
