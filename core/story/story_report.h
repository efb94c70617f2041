#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/story/story_runner.h"

namespace premura {

// One line of a difference between what was expected and what happened.
struct StoryDifference {
    const StoryOutcome* outcome = nullptr;
    bool missing = false;  // expected and did not happen; else the other way round
    std::string remark;    // "happened 1 hour later (line 12)"
    std::string details;   // "rule slow-packing, script sorry"
};

// What differs, by time; what happened instead of something stands right below it. Points into
// `result`.
std::vector<StoryDifference> differences(const Story& story, const StoryResult& result);

// The same in lines for people: `-` was expected and did not happen, `+` happened and was not
// expected, by the time of the tenant; then the clocks it may follow from. Empty when the test
// passed. With `colour`, ANSI escapes.
std::string format_text(const Story& story, const StoryResult& result, bool colour);

// `slow-packing of order A1: from Mon 2026-06-08 10:00, due Mon 2026-06-08 12:00, still running`.
std::string format_clock(const StoryClock& clock, const TimeZone& zone);

// `Thu 2026-06-04 08:30`; with the offset when the wall clock shows that time twice.
std::string format_local(Instant instant, const TimeZone& zone);

}  // namespace premura
