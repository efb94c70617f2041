#include "core/explain/sentences.h"

#include <algorithm>

namespace premura {
namespace {

using fmt::arg;
using Verdict = ExplainedRule::Verdict;

std::string filled(std::string_view phrase, const Explanation& explanation, const ExplainedRule& rule,
                   const Phrasing& phrasing) {
    const bool has_end = rule.ended_at != instant_max;
    const bool has_deadline = rule.deadline != instant_max;
    const EventNumber event = has_end && rule.ended_by != 0 ? rule.ended_by : rule.started_by;
    const Instant time = has_end ? rule.ended_at : rule.start;
    const auto apart = [&phrasing](Instant one, Instant other) {
        return one == instant_max || other == instant_max ? std::string{} : phrasing.length(one - other);
    };
    const auto& pauses = rule.derivation ? rule.derivation->pauses : std::vector<ExplainedPause>{};
    const auto& spans = rule.derivation ? rule.derivation->spans : std::vector<CountedSpan>{};
    const Milliseconds used = spans.empty() ? Milliseconds{0} : spans.back().sum;
    const bool in_days = rule.derivation && rule.derivation->kind == Derivation::Kind::business_days;
    Duration days;
    days.unit = Duration::Unit::business_days;
    if (in_days) {
        for (const CountedDay& day : rule.derivation->days) days.days = std::max(days.days, day.number);
    }
    const std::string condition =
        rule.condition ? phrasing.condition(*rule.condition) : std::string{};
    return Phrasing::say(
        phrase, arg("when", phrasing.either(rule.starts_with)), arg("event", event == 0 ? "" : phrasing.past(event)),
        arg("time", time == instant_max ? std::string{} : phrasing.moment(time)), arg("condition", condition),
        arg("facts", phrasing.known(rule.facts)), arg("exception", rule.exception),
        arg("expression", capitalised(phrasing.expression(rule.condition_text)) + "."),
        arg("must", phrasing.either_must(rule.expects)), arg("expected", phrasing.either_past(rule.expects)),
        arg("deadline", has_deadline ? phrasing.deadline(rule.deadline) : std::string{}),
        arg("left", apart(rule.deadline, has_end ? rule.ended_at : explanation.at)),
        arg("over", apart(rule.ended_at, rule.deadline)),
        arg("until", phrasing.moment(explanation.complete_until)),
        arg("since", !pauses.empty()               ? phrasing.moment(pauses.back().from)
                     : rule.since == instant_min ? std::string{}
                                                 : phrasing.moment(rule.since)),
        arg("used", in_days                                                                       ? phrasing.duration(days)
                    : rule.derivation && rule.derivation->kind == Derivation::Kind::elapsed ? phrasing.length(used)
                                                                                            : phrasing.hours(used)));
}

// A line with its place in time.
struct Line {
    Instant at;
    int rank;  // at the same moment: days before hours
    std::string text;
};

std::string_view phrase_of(SpecialDays::Kind kind, const ExplainWords& words) {
    switch (kind) {
        case SpecialDays::Kind::weekly: return words.day_weekly;
        case SpecialDays::Kind::closed: return words.day_closed;
        case SpecialDays::Kind::special_hours: return words.day_special;
        case SpecialDays::Kind::day_before_holiday: return words.day_before_holiday;
    }
    return words.day_weekly;
}

Instant start_of(LocalDate date) { return Instant{std::chrono::sys_days{date}}; }

// Days are put in order by their local date, so that a day stands before what happened on it.
Instant place_of(Instant at, const Phrasing& phrasing) { return start_of(phrasing.date_of(at)); }

std::string padded(std::string text, std::size_t width) {
    // Columns count letters, not bytes.
    const auto letters = static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
    if (letters < width) text.append(width - letters, ' ');
    return text;
}

}  // namespace

std::string answer_sentence(const Explanation& explanation, const Phrasing& phrasing) {
    using Call = Explanation::Call;
    const ExplainWords& words = phrasing.words();
    const bool open = explanation.call_at == instant_max;
    std::string_view phrase;
    switch (explanation.call) {
        case Call::none: phrase = words.call_none; break;
        case Call::planned: phrase = open ? words.call_planned_open : words.call_planned; break;
        case Call::dropped: phrase = words.call_dropped; break;
        case Call::merged: phrase = words.call_merged; break;
        case Call::held: phrase = open ? words.call_held_open : words.call_held; break;
        case Call::withdrawn: phrase = words.call_withdrawn; break;
        case Call::raised: phrase = words.call_raised; break;
    }
    return Phrasing::say(phrase, arg("rule", explanation.call_rule),
                         arg("time", open ? std::string{} : phrasing.deadline(explanation.call_at)),
                         arg("reason", phrasing.reason(explanation.call_reason)));
}

std::string verdict_sentence(const Explanation& explanation, const ExplainedRule& rule, const Phrasing& phrasing) {
    const ExplainWords& words = phrasing.words();
    std::string_view phrase;
    switch (rule.verdict) {
        case Verdict::rule_paused: phrase = words.rule_paused; break;
        case Verdict::added_later: phrase = words.added_later; break;
        case Verdict::waits_for_start: phrase = words.waits_for_start; break;
        case Verdict::filtered_out: phrase = words.filtered_out; break;
        case Verdict::exception: phrase = words.exception_out; break;
        case Verdict::condition_said_no: phrase = words.condition_said_no; break;
        case Verdict::condition_failed: phrase = words.condition_failed; break;
        case Verdict::deadline_unknown: phrase = words.deadline_unknown; break;
        case Verdict::calendar_unknown: phrase = words.calendar_unknown; break;
        case Verdict::rule_removed: phrase = words.rule_removed; break;
        case Verdict::no_longer_applies: phrase = words.no_longer_applies; break;
        case Verdict::running: phrase = words.running; break;
        case Verdict::stands_still: phrase = words.stands_still; break;
        case Verdict::due: phrase = words.due; break;
        case Verdict::waits_for_input: phrase = words.waits_for_input; break;
        case Verdict::late: phrase = words.late; break;
        case Verdict::done_before: phrase = words.done_before; break;
        case Verdict::met: phrase = words.met; break;
        case Verdict::false_alarm: phrase = words.false_alarm; break;
        case Verdict::done_late: phrase = words.done_late; break;
        case Verdict::cancelled: phrase = words.cancelled; break;
        case Verdict::restarted: phrase = words.restarted; break;
        case Verdict::not_wanted:
            phrase = rule.condition_text.empty() ? words.not_wanted_any_more : words.not_wanted;
            break;
    }
    std::string text = filled(phrase, explanation, rule, phrasing);
    if (rule.by_edit) text += " " + std::string{words.by_edit};
    if (rule.warned) text += " " + std::string{words.warned};
    if (rule.mode == Rule::Mode::trial) text += " " + std::string{words.on_trial};
    return text;
}

std::string derivation_sentence(const ExplainedRule& rule, const Phrasing& phrasing) {
    if (!rule.derivation) return {};
    const ExplainWords& words = phrasing.words();
    const Derivation& derivation = *rule.derivation;
    std::string_view phrase = words.derived_business;
    if (derivation.kind == Derivation::Kind::elapsed) phrase = words.derived_elapsed;
    if (derivation.kind == Derivation::Kind::fact) phrase = words.derived_fact;
    if (derivation.result == instant_max) phrase = words.derived_so_far;
    const bool of_fact = derivation.kind == Derivation::Kind::fact;
    std::string text = Phrasing::say(
        phrase, arg("event", phrasing.past(rule.started_by)), arg("start", phrasing.moment(rule.start)),
        arg("within", phrasing.duration(derivation.within)), arg("calendar", derivation.calendar),
        arg("deadline", derivation.result == instant_max ? std::string{} : phrasing.deadline(derivation.result)),
        arg("fact", of_fact ? phrasing.fact(derivation.by.fact) : std::string{}));
    if (rule.edited) text += " " + std::string{words.edited};
    return text;
}

std::vector<std::string> derivation_lines(const Derivation& derivation, const Phrasing& phrasing) {
    const ExplainWords& words = phrasing.words();
    std::vector<Line> lines;
    // Time without a calendar needs no adding up, but for its pauses.
    const bool elapsed = derivation.kind == Derivation::Kind::elapsed;
    const auto length = [&](Milliseconds time) { return elapsed ? phrasing.length(time) : phrasing.hours(time); };
    const bool plain = elapsed && derivation.pauses.empty();
    for (const CountedSpan& span : derivation.spans) {
        if (plain) break;
        const bool one_day = span.until - span.from <= std::chrono::hours{25};
        const std::string until =
            one_day ? phrasing.clock_until(span.until) : " " + phrasing.deadline(span.until);
        std::string text = padded(phrasing.date(phrasing.date_of(span.from)), 16) + "  " + phrasing.clock(span.from) +
                           "-" + until + "  " + padded(length(span.counted), 19) + "  " +
                           Phrasing::say(words.sum, arg("sum", length(span.sum)));
        if (span.clock_change > Milliseconds{0}) text += "; " + std::string{words.clock_forward};
        if (span.clock_change < Milliseconds{0}) text += "; " + std::string{words.clock_back};
        lines.push_back({span.from, 1, std::move(text)});
    }
    for (const CountedDay& day : derivation.days) {
        const Instant last_moment = day.close - Milliseconds{1};
        const std::string what =
            day.number == 0 ? std::string{words.counted_day_paused}
                            : Phrasing::say(words.counted_day, arg("n", day.number));
        lines.push_back({last_moment, 1,
                         padded(phrasing.date(phrasing.date_of(last_moment)), 16) + "  " +
                             phrasing.clock_until(day.close) + "  " + what});
    }
    for (const ExplainedPause& pause : derivation.pauses) {
        const bool lasts = pause.until == instant_max;
        lines.push_back({pause.from, 2,
                         padded(phrasing.date(phrasing.date_of(pause.from)), 16) + "  " +
                             Phrasing::say(lasts ? words.still_stands : words.stood_still,
                                           arg("from", phrasing.moment(pause.from)),
                                           arg("until", lasts ? std::string{} : phrasing.moment(pause.until)))});
    }
    // By the local day, then by the moment; a day's own line stands before its hours.
    std::stable_sort(lines.begin(), lines.end(), [](const Line& one, const Line& other) {
        return one.at != other.at ? one.at < other.at : one.rank < other.rank;
    });
    std::vector<std::string> texts;
    auto special = derivation.special.begin();
    const auto tell_special = [&](Instant before) {
        for (; special != derivation.special.end() && start_of(special->first) <= before; ++special) {
            std::string days = phrasing.date(special->first);
            if (special->last != special->first) days += " - " + phrasing.date(special->last);
            texts.push_back(padded(std::move(days), 16) + "  " +
                            Phrasing::say(phrase_of(special->kind, words), arg("name", special->name)));
        }
    };
    for (const Line& line : lines) {
        tell_special(place_of(line.at, phrasing));
        texts.push_back(line.text);
    }
    tell_special(instant_max);
    if (derivation.shortened) texts.emplace_back(words.shortened);
    return texts;
}

std::string step_sentence(const ExplainedStep& step, const Phrasing& phrasing) {
    const ExplainWords& words = phrasing.words();
    std::vector<std::string> told;
    const auto tell = [&](std::string_view phrase, Instant at, std::string_view reason) {
        told.push_back(Phrasing::say(phrase, arg("time", at == instant_max ? std::string{} : phrasing.deadline(at)),
                                     arg("reason", phrasing.reason(reason))));
    };
    for (const ExplainedStep::Decision& decision : step.decisions) {
        const std::string_view phrase = decision.outcome == "raised"      ? words.decided_raised
                                        : decision.outcome == "sent"      ? words.decided_sent
                                        : decision.outcome == "held"      ? words.decided_held
                                        : decision.outcome == "merged"    ? words.decided_merged
                                        : decision.outcome == "dropped"   ? words.decided_dropped
                                        : decision.outcome == "withdrawn" ? words.decided_withdrawn
                                        : decision.outcome == "done"      ? words.decided_done
                                                                          : words.decided_released;
        tell(phrase, decision.at, decision.reason);
    }
    if (step.held_until && *step.held_until != instant_max) tell(words.decided_held_until, *step.held_until, {});
    if (told.empty()) {
        switch (step.state) {
            case ExplainedStep::State::planned:
                tell(step.planned == instant_max ? words.step_open : words.step_planned, step.planned, {});
                break;
            case ExplainedStep::State::due: tell(words.step_due, step.planned, {}); break;
            case ExplainedStep::State::done: tell(words.step_done, step.planned, {}); break;
            case ExplainedStep::State::left_out: tell(words.step_left_out, step.planned, {}); break;
            case ExplainedStep::State::never: tell(words.step_never, step.planned, {}); break;
        }
    }
    return capitalised(phrasing.step(step.verb, step.target, step.text)) + ": " + fmt::format("{}", fmt::join(told, "; "));
}

}  // namespace premura
