#include "core/explain/phrasing.h"

#include <algorithm>
#include <cmath>

namespace premura {
namespace {

using fmt::arg;

std::string_view found_in(std::span<const NamedWords> table, std::string_view name) {
    for (const NamedWords& entry : table) {
        if (entry.name == name) return entry.words;
    }
    return name;
}

}  // namespace

std::string capitalised(std::string text) {
    // "è" is the only letter of ours beyond ASCII that begins a sentence.
    if (text.starts_with("è")) return "È" + text.substr(std::string_view{"è"}.size());
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    }
    return text;
}

LocalDate Phrasing::date_of(Instant at) const { return LocalDate{zone_.local_day(at)}; }

std::string Phrasing::clock(Instant at) const {
    const auto local = (at + zone_.offset_at(at)).time_since_epoch();
    const auto of_day = local - std::chrono::floor<std::chrono::days>(local);
    const std::chrono::hh_mm_ss<Milliseconds> time{of_day};
    std::string text = fmt::format("{:02}:{:02}", time.hours().count(), time.minutes().count());
    if (time.seconds().count() != 0) text += fmt::format(":{:02}", time.seconds().count());
    return text;
}

std::string Phrasing::clock_until(Instant at) const {
    const std::string text = clock(at);
    return text == "00:00" ? "24:00" : text;
}

std::string Phrasing::date(LocalDate date) const {
    const std::chrono::weekday weekday{std::chrono::sys_days{date}};
    return say(words_.date, arg("weekday", words_.weekdays[weekday.c_encoding()]),
               arg("day", static_cast<unsigned>(date.day())),
               arg("month", words_.months[static_cast<unsigned>(date.month()) - 1]),
               arg("year", static_cast<int>(date.year())));
}

std::string Phrasing::moment(Instant at) const {
    const LocalDate date = date_of(at);
    const std::chrono::weekday weekday{std::chrono::sys_days{date}};
    return say(words_.moment, arg("weekday", words_.weekdays[weekday.c_encoding()]),
               arg("day", static_cast<unsigned>(date.day())),
               arg("month", words_.months[static_cast<unsigned>(date.month()) - 1]),
               arg("year", static_cast<int>(date.year())), arg("time", clock(at)));
}

std::string Phrasing::deadline(Instant at) const {
    if (clock(at) != "00:00") return moment(at);
    const std::string before = moment(at - std::chrono::minutes{1});
    return before.substr(0, before.rfind(' ') + 1) + "24:00";
}

std::string Phrasing::number(double number) const {
    std::string digits = fmt::format("{}", number);
    if (!std::isfinite(number) || digits.find('e') != digits.npos) return digits;
    const std::size_t dot = digits.find('.');
    std::string whole = digits.substr(0, dot);
    const std::size_t first = whole.starts_with('-') ? 1 : 0;
    for (std::size_t place = whole.size(); place > first + 3; place -= 3) {
        whole.insert(place - 3, 1, words_.thousands);
    }
    if (dot == digits.npos) return whole;
    return whole + words_.decimal + digits.substr(dot + 1);
}

std::string Phrasing::counted(const std::array<std::string_view, 2>& forms, std::int64_t count) const {
    return say(forms[count == 1 ? 0 : 1], arg("n", number(static_cast<double>(count))));
}

std::string Phrasing::length(Milliseconds length) const { return this->length(length, true); }
std::string Phrasing::hours(Milliseconds length) const { return this->length(length, false); }

// With days, the largest unit and the one below it: who waits for days does not count seconds. Without, to the second, so
// that what is added up comes out.
std::string Phrasing::length(Milliseconds length, bool with_days) const {
    std::int64_t seconds = std::abs(length.count()) / 1000;
    const int parts_max = with_days ? 2 : 3;
    std::string text;
    int parts = 0;
    const std::pair<const std::array<std::string_view, 2>*, std::int64_t> units[] = {
        {&words_.days, 86'400}, {&words_.hours, 3'600}, {&words_.minutes, 60}, {&words_.seconds, 1}};
    for (const auto& [forms, size] : units) {
        if (!with_days && forms == &words_.days) continue;
        const std::int64_t count = seconds / size;
        seconds %= size;
        if (with_days && parts == 1 && count == 0) break;
        if (count == 0) continue;
        if (!text.empty()) text += ' ';
        text += counted(*forms, count);
        if (++parts == parts_max) break;
    }
    return text.empty() ? counted(words_.seconds, 0) : text;
}

std::string Phrasing::duration(const Duration& duration) const {
    if (duration.unit == Duration::Unit::business_days) return counted(words_.business_days, duration.days);
    const std::int64_t seconds = duration.time.count() / 1000;
    if (seconds == 0) return std::string{words_.at_once};
    const bool business = duration.unit == Duration::Unit::business_time;
    if (!business && seconds % 86'400 == 0) return counted(words_.days, seconds / 86'400);
    if (seconds % 3'600 == 0) return counted(business ? words_.business_hours : words_.hours, seconds / 3'600);
    if (seconds % 60 == 0) return counted(business ? words_.business_minutes : words_.minutes, seconds / 60);
    return counted(business ? words_.business_seconds : words_.seconds, seconds);
}

const EventWords& Phrasing::words_for(EventNumber number) const {
    const std::string_view name = event_definition(number).name;
    for (const EventWords& entry : vocabulary_.events) {
        if (entry.event == name) return entry;
    }
    // Tests see to it that this is not needed.
    static constexpr EventWords unknown{"", "something happens", "something happened", "something must happen"};
    return unknown;
}

std::string Phrasing::event(EventNumber number) const { return std::string{words_for(number).happens}; }
std::string Phrasing::past(EventNumber number) const { return std::string{words_for(number).happened}; }
std::string Phrasing::must(EventNumber number) const { return std::string{words_for(number).must}; }

std::string Phrasing::fact(FactNumber number) const {
    return std::string{found_in(vocabulary_.facts, premura::fact(number).name)};
}

std::string Phrasing::subject(SubjectType type) const { return std::string{found_in(words_.subjects, name_of(type))}; }

std::string Phrasing::reason(std::string_view code) const {
    std::string text{found_in(words_.reasons, code)};
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string Phrasing::quoted(std::string_view text) const { return say(words_.quoted, arg("text", text)); }

std::string Phrasing::value(const OwnedValue& value) const {
    if (const auto* text = std::get_if<std::string>(&value)) return quoted(*text);
    if (const auto* number_value = std::get_if<double>(&value)) return number(*number_value);
    if (const auto* boolean = std::get_if<bool>(&value)) return std::string{*boolean ? words_.yes : words_.no};
    return deadline(std::get<Instant>(value));
}

std::string Phrasing::known(const ExplainedFact& explained) const {
    const std::string told = !explained.known  ? std::string{words_.not_known}
                             : explained.hidden ? std::string{words_.hidden}
                             : explained.date   ? date(*explained.date)
                                                : value(explained.value);
    return say(words_.known_as, arg("fact", fact(explained.fact)), arg("value", told));
}

std::string Phrasing::known(const std::vector<ExplainedFact>& facts) const {
    std::string text;
    for (const ExplainedFact& each : facts) text += (text.empty() ? "" : "; ") + known(each);
    return text.empty() ? "-" : text;
}

std::string Phrasing::condition(const Condition& condition) const {
    using enum Condition::Operator;
    std::vector<std::string> operands;
    for (const OwnedValue& operand : condition.operands) operands.push_back(value(operand));
    const bool single = operands.size() == 1;
    std::string_view phrase;
    switch (condition.comparison) {
        case any_of: phrase = single ? words_.is : words_.is_any_of; break;
        case none_of: phrase = single ? words_.is_not : words_.is_none_of; break;
        case at_least: phrase = words_.at_least; break;
        case at_most: phrase = words_.at_most; break;
        case more_than: phrase = words_.more_than; break;
        case less_than: phrase = words_.less_than; break;
        case starts_with: phrase = words_.starts_with; break;
        case present:
            phrase = std::get<bool>(condition.operands.front()) ? words_.present : words_.absent;
            break;
    }
    const std::string_view last = condition.comparison == none_of ? words_.nor : words_.or_;
    return say(phrase, arg("fact", fact(condition.fact)), arg("value", join(operands, last)));
}

std::string Phrasing::expression(std::string_view text) const { return say(words_.expression, arg("text", text)); }

std::string Phrasing::step(Step::Verb verb, std::string_view target, std::string_view text) const {
    std::string_view phrase;
    switch (verb) {
        case Step::Verb::expedite:
            phrase = target == "warehouse" || target == "courier" ? words_.expedite : words_.expedite_system;
            break;
        case Step::Verb::notify: phrase = words_.notify; break;
        case Step::Verb::call: phrase = words_.call; break;
        case Step::Verb::escalate: phrase = words_.escalate; break;
    }
    const std::string_view named = target == "warehouse" ? words_.warehouse
                                   : target == "courier" ? words_.courier
                                                         : target;
    return say(phrase, arg("target", named), arg("text", text));
}

std::string Phrasing::join(const std::vector<std::string>& parts, std::string_view last) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += i + 1 == parts.size() ? " " + std::string{last} + " " : ", ";
        text += parts[i];
    }
    return text;
}

std::string Phrasing::either(const std::vector<EventNumber>& events) const {
    std::vector<std::string> parts;
    for (const EventNumber number : events) parts.push_back(event(number));
    return join(parts, words_.or_);
}

std::string Phrasing::either_past(const std::vector<EventNumber>& events) const {
    std::vector<std::string> parts;
    for (const EventNumber number : events) parts.push_back(past(number));
    return join(parts, words_.or_);
}

std::string Phrasing::either_must(const std::vector<EventNumber>& events) const {
    std::vector<std::string> parts;
    for (const EventNumber number : events) parts.push_back(must(number));
    return join(parts, words_.or_);
}

}  // namespace premura
