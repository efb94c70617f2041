#pragma once

#include <string_view>

namespace premura::texts {

// What reports say, in one place, so that another language can stand beside this one.

constexpr std::string_view by_event_time = "as if nothing had ever come late";
constexpr std::string_view by_arrival = "with what was known at each moment";

constexpr std::string_view late_cases = "Late cases";
constexpr std::string_view warnings = "Early warnings";
constexpr std::string_view calls = "Calls to customers";
constexpr std::string_view calls_merged = "Calls that joined another call";
constexpr std::string_view calls_withdrawn = "Calls taken back: solved meanwhile";
constexpr std::string_view messages = "Messages to customers";
constexpr std::string_view requests = "Requests to warehouses and couriers";
constexpr std::string_view escalations = "Reports to team leads";

constexpr std::string_view title_totals = "What would have happened";
constexpr std::string_view title_rules = "By rule";
constexpr std::string_view title_verdicts = "Were the alarms right?";
constexpr std::string_view title_lead = "How long before";
constexpr std::string_view title_closed = "How the cases ended";
constexpr std::string_view title_holds = "What had to wait, and why";
constexpr std::string_view title_days = "Day by day";
constexpr std::string_view title_weeks = "Week by week";
constexpr std::string_view title_months = "Month by month";
constexpr std::string_view title_input = "What could not be used of the recording";
constexpr std::string_view title_compared = "Before and after";

constexpr std::string_view explain_verdicts_own =
    "An alarm is a rule's first warning, or for a rule without warnings the late case. It was "
    "right when "
    "the deadline was really missed, wrong when it was met, called off, or met in time and heard "
    "of late. A rule "
    "without warnings alarms at its own deadline: it can only be wrong by what was called off or "
    "heard of late.";
constexpr std::string_view explain_verdicts_against =
    "An alarm is a rule's first about an order. It was right when the deadline of {} was broken "
    "for "
    "that order afterwards, wrong when it was kept.";
constexpr std::string_view explain_precision =
    "Precision: of the alarms that can be judged, how many were right. Recall: of what really went "
    "late, how "
    "much had an alarm before.";
constexpr std::string_view explain_lead =
    "Lead: from the alarm to the deadline, of alarms that were right (half of them had more, half "
    "had less).";

// Of the page.
constexpr std::string_view page_title = "What these rules would have done";
constexpr std::string_view page_footer =
    "Made by premura backtest. Rules: {} (version {}). No customer is named here.";
constexpr std::string_view show_figures = "Show the figures";
constexpr std::string_view caption_days =
    "Agents needed: at {} calls an hour, in the hours in which customers may be called.";
constexpr std::string_view explain_compared =
    "The same events, played to two sets of rules. Before: {}. After: {}.";
constexpr std::string_view legend_precision = "precision: how many alarms were right";
constexpr std::string_view legend_recall = "recall: how much of what went late was foreseen";
constexpr std::string_view lead_to_deadline = "From the alarm to the deadline";
constexpr std::string_view explain_lead_to_deadline =
    "The time that was left to help, of alarms that were right.";
constexpr std::string_view lead_to_inbound = "From the alarm to the customer's first contact";
constexpr std::string_view explain_lead_to_inbound =
    "Of alarms whose customer contacted us. Too late: the customer was first.";
constexpr std::string_view half_of_them = "Half of them had more than {}.";
constexpr std::string_view each_column =
    "Each column holds what lies between its own time and that of the column before.";
constexpr std::string_view explain_holds =
    "Calls and messages that were due, but not at a moment at which the customer may be reached.";
constexpr std::string_view made_later = "made later";
constexpr std::string_view solved_meanwhile = "solved meanwhile";
constexpr std::string_view joined_a_call = "left to another call";
constexpr std::string_view held_for = "Half of those that were made later waited longer than {}.";
constexpr std::string_view title_meanings = "What the words mean";

struct Meaning {
    std::string_view word;
    std::string_view meaning;
};
constexpr Meaning meanings[] = {
    {"Late case", "The deadline of a rule passed without the expected event."},
    {"Early warning", "A case that began before its deadline, because the rule warns."},
    {"Call",
     "A task for an agent to call a customer. A customer with several late orders gets one call."},
    {"Taken back", "What was expected came before an agent called: nobody need call any more."},
    {"Request", "A word to a warehouse, a courier or another system to press on."},
    {"Agent-hour", "One agent for one of the hours in which the brand's customers may be called."},
    {"Not decided", "The recording ends before it is known whether the alarm was right."},
    {"Neither",
     "It can never be told: the case began anew before its deadline, or there was no promise."},
};

}  // namespace premura::texts
