#include "core/explain/rule_sentence.h"

#include "core/cel/program.h"
#include "core/explain/phrasing.h"

namespace premura {
namespace {

using fmt::arg;

std::vector<EventNumber> list_of(const EventSet& events) {
    std::vector<EventNumber> list;
    for (const EventDefinition& event : all_events()) {
        if (events.contains(event.number)) list.push_back(event.number);
    }
    return list;
}

class Sentence {
 public:
    Sentence(const Rule& rule, Language language, const TimeZone& zone) : rule_{rule}, phrasing_{language, zone} {}

    std::string whole() const {
        const ExplainWords& words = phrasing_.words();
        std::string text = Phrasing::say(words.sentence, arg("when", when()),
                                         arg("must", phrasing_.either_must(list_of(rule_.expect)) + expect_where()),
                                         arg("until", until()));
        if (!rule_.unless.empty()) {
            text = Phrasing::say(words.sentence_unless, arg("sentence", text),
                                 arg("unless", phrasing_.either(list_of(rule_.unless))));
        }
        text += '.';
        const auto add = [&text](const std::string& sentence) { text += " " + sentence; };
        if (!rule_.exceptions.empty()) {
            std::vector<std::string> names;
            for (const Exception& exception : rule_.exceptions) {
                names.push_back(Phrasing::say(words.quoted, arg("text", exception.name)));
            }
            add(Phrasing::say(words.exception, arg("names", Phrasing::join(names, words.or_))));
        }
        if (!rule_.pause_from.empty()) {
            add(Phrasing::say(words.pause, arg("from", phrasing_.either(list_of(rule_.pause_from))),
                              arg("until", phrasing_.either(list_of(rule_.pause_until)))));
        }
        if (rule_.again == Rule::Again::restart) add(std::string{words.again_restart});
        if (rule_.again == Rule::Again::each_time) add(std::string{words.again_each_time});
        if (rule_.still_if.given()) {
            add(Phrasing::say(words.still_if,
                              arg("condition", phrasing_.expression(rule_.still_if.program->source()))));
        }
        for (const Step& warning : rule_.early_warning) {
            add(capitalised(Phrasing::say(words.warning_step, arg("duration", phrasing_.duration(warning.delay)),
                                          arg("step", step(warning)))));
        }
        std::string steps;
        for (const Step& late : rule_.if_late) {
            const bool at_once = late.delay == Duration{};
            if (!steps.empty()) steps += "; ";
            steps += at_once ? step(late)
                             : Phrasing::say(words.step_after, arg("duration", phrasing_.duration(late.delay)),
                                             arg("step", step(late)));
        }
        add(Phrasing::say(words.late_steps, arg("steps", steps)));
        if (rule_.mode == Rule::Mode::trial) add(std::string{words.trial});
        if (rule_.mode == Rule::Mode::paused) add(std::string{words.paused});
        return text;
    }

 private:
    std::string when() const {
        const ExplainWords& words = phrasing_.words();
        std::vector<std::string> parts;
        for (const Condition& condition : rule_.where) parts.push_back(phrasing_.condition(condition));
        if (rule_.only_if.given()) parts.push_back(phrasing_.expression(rule_.only_if.program->source()));
        const std::string events = phrasing_.either(list_of(rule_.when));
        if (parts.empty()) return events;
        return fmt::format("{}, {} {}", events, words.and_, Phrasing::join(parts, words.and_));
    }
    std::string expect_where() const {
        std::vector<std::string> parts;
        for (const Condition& condition : rule_.expect_where) parts.push_back(phrasing_.condition(condition));
        return parts.empty() ? std::string{} : " (" + Phrasing::join(parts, phrasing_.words().and_) + ")";
    }
    std::string until() const {
        const ExplainWords& words = phrasing_.words();
        if (rule_.by != 0) return Phrasing::say(words.by_fact, arg("fact", phrasing_.fact(rule_.by)));
        if (*rule_.within == Duration{}) return std::string{words.at_once};
        const std::string duration = phrasing_.duration(*rule_.within);
        if (!rule_.within->needs_calendar() || !rule_.calendar.given()) {
            return Phrasing::say(words.within, arg("duration", duration));
        }
        const std::string calendar =
            rule_.calendar.fact != 0
                ? Phrasing::say(words.of_fact_calendar, arg("fact", phrasing_.fact(rule_.calendar.fact)))
                : Phrasing::say(words.of_calendar, arg("name", rule_.calendar.name));
        return Phrasing::say(words.within_of, arg("duration", duration), arg("calendar", calendar));
    }
    std::string step(const Step& step) const {
        const ExplainWords& words = phrasing_.words();
        std::string text = phrasing_.step(step.verb, step.target, step.text);
        const std::string_view priority = step.priority == Priority::low      ? words.priority_low
                                          : step.priority == Priority::high   ? words.priority_high
                                          : step.priority == Priority::urgent ? words.priority_urgent
                                                                              : std::string_view{"{step}"};
        text = Phrasing::say(priority, arg("step", text));
        if (!step.only_if.given()) return text;
        return Phrasing::say(words.step_only_if, arg("step", text),
                             arg("condition", phrasing_.expression(step.only_if.program->source())));
    }

    const Rule& rule_;
    Phrasing phrasing_;
};

}  // namespace

std::string rule_sentence(const Rule& rule, Language language) {
    // Times that a condition names are told in UTC: a rule has no zone of its own.
    static const TimeZone utc = *TimeZone::find("Etc/UTC");
    return Sentence{rule, language, utc}.whole();
}

}  // namespace premura
