#include "core/rules/rule.h"

#include <fmt/format.h>

#include <charconv>

namespace premura {
namespace {

struct UnitName {
    std::string_view name;
    std::int64_t seconds;
};
constexpr UnitName units[] = {
    {"second", 1}, {"minute", 60}, {"hour", 3600}, {"day", 86400}, {"week", 7 * 86400}};

std::string_view next_word(std::string_view& text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    const auto end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(word.size());
    return word;
}

const UnitName* unit_named(std::string_view word) {
    if (word.size() > 1 && word.back() == 's') word.remove_suffix(1);
    for (const UnitName& unit : units) {
        if (unit.name == word) return &unit;
    }
    return nullptr;
}

constexpr std::string_view mode_names[] = {"live", "trial", "paused"};
constexpr std::string_view again_names[] = {"once", "restart", "each_time"};
constexpr std::string_view verb_names[] = {"expedite", "notify", "call", "escalate"};
constexpr std::string_view priority_names[] = {"low", "normal", "high", "urgent"};

}  // namespace

std::string_view Rule::name_in(std::string_view language) const {
    const auto own = names.find(std::string{language});
    return own == names.end() ? name : own->second;
}

std::string_view name_of(Rule::Mode mode) { return mode_names[static_cast<int>(mode)]; }
std::string_view name_of(Rule::Again again) { return again_names[static_cast<int>(again)]; }
std::string_view name_of(Step::Verb verb) { return verb_names[static_cast<int>(verb)]; }
std::string_view name_of(Priority priority) { return priority_names[static_cast<int>(priority)]; }

std::optional<Priority> priority_named(std::string_view name) {
    for (int i = 0; i < 4; ++i) {
        if (priority_names[i] == name) return static_cast<Priority>(i);
    }
    return std::nullopt;
}

std::string_view name_of(Rule::OnEdit on_edit) {
    return on_edit == Rule::OnEdit::keep ? "keep" : "recompute";
}

std::optional<Duration> parse_duration(std::string_view text) {
    if (text == "at once") return Duration{};
    const std::string_view amount_text = next_word(text);
    int amount = 0;
    const auto [end, error] =
        std::from_chars(amount_text.data(), amount_text.data() + amount_text.size(), amount);
    if (error != std::errc{} || end != amount_text.data() + amount_text.size()) return std::nullopt;
    // Ten years in seconds and 10,000 of anything else are beyond any promise to a customer.
    if (amount < 1 || amount > 315'360'000 || amount_text.front() == '0') return std::nullopt;

    std::string_view word = next_word(text);
    const bool business = word == "business";
    if (business) word = next_word(text);
    const UnitName* unit = unit_named(word);
    if (unit == nullptr || !next_word(text).empty()) return std::nullopt;
    if (amount * unit->seconds > 315'360'000) return std::nullopt;

    if (business && unit->name == "week") return std::nullopt;
    if (business && unit->name == "day") {
        return Duration{Duration::Unit::business_days, Milliseconds{0}, amount};
    }
    const Milliseconds time = std::chrono::seconds{amount * unit->seconds};
    return Duration{business ? Duration::Unit::business_time : Duration::Unit::elapsed, time, 0};
}

std::string format(const Duration& duration) {
    const auto plural = [](std::int64_t count, std::string_view unit, bool business) {
        return fmt::format("{} {}{}{}", count, business ? "business " : "", unit,
                           count == 1 ? "" : "s");
    };
    if (duration.unit == Duration::Unit::business_days) return plural(duration.days, "day", true);
    const std::int64_t seconds = duration.time.count() / 1000;
    if (seconds == 0) return "at once";
    const bool business = duration.unit == Duration::Unit::business_time;
    for (const auto& [name, length] : {units[4], units[3], units[2], units[1]}) {
        // A business day is not 24 business hours: those are never written as days.
        if (seconds % length == 0 && !(business && length > 3600)) {
            return plural(seconds / length, name, business);
        }
    }
    return plural(seconds, "second", business);
}

}  // namespace premura
