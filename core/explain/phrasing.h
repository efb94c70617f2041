#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/calendar/time_zone.h"
#include "core/explain/explanation.h"
#include "core/explain/words.h"

namespace premura {

// Times, numbers, conditions and steps in the words of one language and on the clock of one zone. For one thread; the
// zone must outlive it.
class Phrasing {
 public:
    Phrasing(Language language, const TimeZone& zone)
        : language_{language}, words_{words_of(language)}, vocabulary_{vocabulary_of(language)}, zone_{zone} {}

    Language language() const { return language_; }
    const ExplainWords& words() const { return words_; }

    std::string moment(Instant at) const;    // Thu 4 Jun 2026, 17:00
    // The same, but midnight is the 24:00 of the day that ends: what is due on the 11th is not due on the 12th.
    std::string deadline(Instant at) const;
    std::string date(LocalDate date) const;  // Thu 4 Jun 2026
    std::string clock(Instant at) const;     // 17:00, with seconds when there are any
    std::string clock_until(Instant at) const;  // the same, midnight as 24:00
    LocalDate date_of(Instant at) const;

    std::string number(double number) const;  // 1,234.5
    std::string length(Milliseconds length) const;  // 2 days 3 hours
    // The same without days, which are of 24 hours nowhere in business time: 51 hours.
    std::string hours(Milliseconds length) const;
    std::string duration(const Duration& duration) const;

    std::string event(EventNumber number) const;  // the order is paid
    std::string past(EventNumber number) const;   // the order was paid
    std::string must(EventNumber number) const;   // the order must be paid
    std::string fact(FactNumber number) const;    // the order's total
    std::string value(const OwnedValue& value) const;
    std::string known(const ExplainedFact& fact) const;  // the order's total: 12
    std::string known(const std::vector<ExplainedFact>& facts) const;
    std::string condition(const Condition& condition) const;
    std::string expression(std::string_view text) const;
    std::string step(Step::Verb verb, std::string_view target, std::string_view text) const;
    std::string reason(std::string_view code) const;
    std::string subject(SubjectType type) const;

    // a, b or c
    static std::string join(const std::vector<std::string>& parts, std::string_view last);
    // One of several events happens; or it must.
    std::string either(const std::vector<EventNumber>& events) const;
    std::string either_past(const std::vector<EventNumber>& events) const;
    std::string either_must(const std::vector<EventNumber>& events) const;

    template <typename... Arguments>
    static std::string say(std::string_view phrase, const Arguments&... arguments) {
        return fmt::format(fmt::runtime(phrase), arguments...);
    }

 private:
    std::string counted(const std::array<std::string_view, 2>& forms, std::int64_t count) const;
    std::string quoted(std::string_view text) const;
    std::string length(Milliseconds length, bool with_days) const;
    const EventWords& words_for(EventNumber number) const;

    Language language_;
    const ExplainWords& words_;
    const VocabularyWords& vocabulary_;
    const TimeZone& zone_;
};

// Begins with a capital letter.
std::string capitalised(std::string text);

}  // namespace premura
