#include "core/contacts/call.h"

#include <array>

namespace premura {
namespace {

constexpr std::array<std::string_view, 14> outcome_names{
    "reached_resolved",     "reached_informed",  "reached_call_back", "reached_wants_cancel", "reached_wants_refund",
    "reached_complaint",    "reached_other_person", "refused_contact", "no_answer",           "busy",
    "voicemail",            "voicemail_left",    "wrong_number",      "number_dead"};
constexpr std::array<std::string_view, 7> next_names{"closed",  "retry",     "call_back", "next_number",
                                                     "message", "escalated", "given_up"};

template <typename Enumeration, std::size_t Count>
std::optional<Enumeration> named(const std::array<std::string_view, Count>& names, std::string_view name) {
    for (std::size_t i = 0; i < Count; ++i) {
        if (names[i] == name) return static_cast<Enumeration>(i);
    }
    return std::nullopt;
}

}  // namespace

std::string_view name_of(CallOutcome outcome) { return outcome_names[static_cast<std::size_t>(outcome)]; }

std::span<const std::string_view> call_outcome_names() { return outcome_names; }

std::optional<CallOutcome> call_outcome_named(std::string_view name) { return named<CallOutcome>(outcome_names, name); }

bool reached(CallOutcome outcome) {
    switch (outcome) {
        case CallOutcome::reached_resolved:
        case CallOutcome::reached_informed:
        case CallOutcome::reached_call_back:
        case CallOutcome::reached_wants_cancel:
        case CallOutcome::reached_wants_refund:
        case CallOutcome::reached_complaint:
        case CallOutcome::refused_contact: return true;
        case CallOutcome::reached_other_person:
        case CallOutcome::no_answer:
        case CallOutcome::busy:
        case CallOutcome::voicemail:
        case CallOutcome::voicemail_left:
        case CallOutcome::wrong_number:
        case CallOutcome::number_dead: return false;
    }
    return false;
}

std::string_view name_of(AfterCall next) { return next_names[static_cast<std::size_t>(next)]; }

std::optional<AfterCall> after_call_named(std::string_view name) { return named<AfterCall>(next_names, name); }

std::string channel_named(std::string_view told) {
    if (told == "e-mail" || told == "mail") return "email";
    if (told == "telephone" || told == "call") return "phone";
    for (const std::string_view known : {"phone", "email", "sms", "chat", "review"}) {
        if (told == known) return std::string{told};
    }
    return "other";
}

std::string mood_named(std::string_view told) {
    for (const std::string_view known : {"pleased", "calm", "worried", "annoyed", "angry"}) {
        if (told == known) return std::string{told};
    }
    return {};
}

}  // namespace premura
