#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace premura {

enum class Language : unsigned char { english, italian };
// "en" or "it", also with a region ("it-IT").
std::optional<Language> language_named(std::string_view name);
// "en" or "it".
std::string_view code_of(Language language);

// An event in a sentence: "the order is paid", "the order was paid", and as a duty: "the order must be paid".
struct EventWords {
    std::string_view event;
    std::string_view happens;
    std::string_view happened;
    std::string_view must;
};
// A word of the vocabulary, and how people say it.
struct NamedWords {
    std::string_view name;
    std::string_view words;
};

// All that explanations say in one language. {names} are filled in; tests see to it that both languages use the same.
struct ExplainWords {
    std::array<std::string_view, 12> months;
    std::array<std::string_view, 7> weekdays;  // from Sunday
    char decimal;
    char thousands;
    std::string_view moment;  // {weekday} {day} {month} {year} {time}
    std::string_view date;
    std::string_view and_, or_, nor, yes, no, not_known, hidden;
    std::string_view quoted;  // {text}

    // Lengths: one, many.
    std::array<std::string_view, 2> seconds, minutes, hours, days;
    std::array<std::string_view, 2> business_minutes, business_hours, business_days, business_seconds;
    std::string_view at_once;

    // Conditions: {fact} {value}.
    std::string_view is, is_any_of, is_not, is_none_of, at_least, at_most, more_than, less_than, starts_with, present,
        absent;
    std::string_view known_as;       // a fact and its value, in a list: {fact} {value}
    std::string_view expression;     // {text}

    // Steps: {target} {text}.
    std::string_view expedite, expedite_system, notify, call, escalate;
    std::string_view warehouse, courier;
    std::string_view priority_low, priority_high, priority_urgent;

    // One sentence for a rule.
    std::string_view sentence;          // {when} {must} {until}
    std::string_view sentence_unless;   // {sentence} {unless}
    std::string_view within, within_of, by_fact;  // {duration} {calendar} {fact}
    std::string_view of_calendar, of_fact_calendar;  // {name} {fact}
    std::string_view pause, exception, again_restart, again_each_time, trial, paused, still_if;  // {...}
    std::string_view warning_step, late_steps, step_after, step_only_if;  // {duration} {step} {steps} {condition}

    // An explanation.
    std::string_view title, title_number, as_of, as_of_incomplete;
    std::string_view history, rules, not_begun, decisions_unknown, signpost;
    std::string_view call_none, call_planned, call_planned_open, call_dropped, call_merged, call_held, call_held_open,
        call_withdrawn, call_raised;
    std::string_view rule_head, rule_head_subject, on_trial;

    std::string_view rule_paused, added_later, waits_for_start, filtered_out, exception_out, condition_said_no, condition_failed,
        deadline_unknown, calendar_unknown, rule_removed, no_longer_applies;
    std::string_view running, stands_still, due, waits_for_input, late, done_before, met, false_alarm, done_late,
        cancelled, restarted, not_wanted, not_wanted_any_more;
    std::string_view by_edit, warned, edited;

    std::string_view derived_elapsed, derived_business, derived_fact, derived_so_far;
    std::string_view counted_day, counted_day_paused, sum;
    std::string_view day_weekly, day_closed, day_special, day_before_holiday;
    std::string_view still_stands, stood_still, clock_forward, clock_back, shortened;

    std::string_view step_planned, step_open, step_due, step_done, step_left_out, step_never;
    std::string_view decided_raised, decided_sent, decided_held, decided_held_until, decided_merged, decided_dropped,
        decided_withdrawn, decided_done, decided_released;

    std::span<const NamedWords> reasons;   // why the contacts stage said no, and why cases were closed
    std::span<const NamedWords> subjects;  // "order"
};

// The vocabulary in one language, each word by its name.
struct VocabularyWords {
    std::span<const EventWords> events;
    std::span<const NamedWords> facts;
};

const ExplainWords& words_of(Language language);
const VocabularyWords& vocabulary_of(Language language);

// Internal: a file for each.
extern const ExplainWords english_words;
extern const ExplainWords italian_words;
extern const VocabularyWords english_vocabulary;
extern const VocabularyWords italian_vocabulary;

}  // namespace premura
