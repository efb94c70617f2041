#pragma once

#include <string>

#include "core/story/story_runner.h"

namespace premura {

// What differs, in lines for people: `-` was expected and did not happen, `+` happened and was not
// expected, by the time of the tenant. Empty when the test passed. With `colour`, ANSI escapes.
std::string format_text(const Story& story, const StoryResult& result, bool colour);

// `Thu 2026-06-04 08:30`; with the offset when the wall clock shows that time twice.
std::string format_local(Instant instant, const TimeZone& zone);

}  // namespace premura
