#include "core/story/story.h"

#include <algorithm>
#include <array>

namespace premura {
namespace {

constexpr std::array<std::string_view, 11> kind_names{
    "early_warning", "late",   "closed",    "call", "notify", "expedite",
    "escalate",      "merged", "withdrawn", "held", "dropped"};

bool fits(const std::string& expected, const std::string& happened) {
    return expected.empty() || expected == happened;
}

bool fits(const std::optional<Instant>& expected, const std::optional<Instant>& happened) {
    return !expected || expected == happened;
}

}  // namespace

std::string_view name_of(StoryOutcome::Kind kind) {
    return kind_names[static_cast<std::size_t>(kind)];
}

bool fits(const StoryOutcome& expected, const StoryOutcome& happened) {
    const bool rules_fit = std::all_of(
        expected.rules.begin(), expected.rules.end(), [&happened](const std::string& rule) {
            return std::find(happened.rules.begin(), happened.rules.end(), rule) !=
                   happened.rules.end();
        });
    return expected.at == happened.at && expected.kind == happened.kind &&
           expected.what == happened.what && rules_fit && fits(expected.text, happened.text) &&
           fits(expected.priority, happened.priority) && fits(expected.channel, happened.channel) &&
           fits(expected.reason, happened.reason) && fits(expected.due, happened.due) &&
           fits(expected.until, happened.until);
}

}  // namespace premura
