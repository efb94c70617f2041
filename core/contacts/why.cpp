#include "core/contacts/why.h"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <optional>
#include <string_view>

#include "core/calendar/time_zone.h"

namespace premura {
namespace {

namespace json = boost::json;

// What the sentence is made of, in one language.
struct WhyWords {
    std::string_view language;
    std::array<std::string_view, 7> subjects;  // as SubjectType has them
    std::string_view was_due, is_due;
    std::array<std::string_view, 12> months;
    std::string (*moment)(unsigned day, std::string_view month, int hour, int minute);
};

std::string english_moment(unsigned day, std::string_view month, int hour, int minute) {
    return fmt::format("on {} {} at {:02}:{:02}", day, month, hour, minute);
}

// "il 4 giugno", but "l'8 giugno", "l'11 giugno" and "il 1º giugno".
std::string italian_moment(unsigned day, std::string_view month, int hour, int minute) {
    const std::string_view article = day == 8 || day == 11 ? "l’" : "il ";
    return fmt::format("{}{}{} {} alle ore {:02}:{:02}", article, day, day == 1 ? "º" : "", month, hour, minute);
}

constexpr WhyWords english{
    "en", {"order", "parcel", "shipment", "return", "refund", "promise", "customer"}, "it was due", "it is due",
    {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
    english_moment};
constexpr WhyWords italian{
    "it", {"ordine", "pacco", "spedizione", "reso", "rimborso", "promessa", "cliente"}, "scadeva", "scade",
    {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
    italian_moment};

std::string moment(const WhyWords& words, const RuleSet& rules, const std::string& tenant_id, Instant time) {
    Milliseconds offset{0};
    if (const Tenant* tenant = rules.tenant(tenant_id)) {
        if (const auto zone = TimeZone::find(tenant->timezone)) offset = zone->offset_at(time);
    }
    const Instant local = time + offset;
    const auto midnight = std::chrono::floor<std::chrono::days>(local);
    // The end of a day is told as that day's: what is due on the 11th is not due on the 12th.
    const bool end_of_day = local == midnight;
    const LocalDate date{end_of_day ? midnight - std::chrono::days{1} : midnight};
    const std::chrono::hh_mm_ss<Milliseconds> clock{local - midnight};
    return words.moment(static_cast<unsigned>(date.day()), words.months[static_cast<unsigned>(date.month()) - 1],
                        end_of_day ? 24 : static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()));
}

// The text of one fact, empty when it is not known or no text.
std::string fact_text(const json::value& facts, std::string_view group, std::string_view field) {
    if (!facts.is_object()) return {};
    const json::value* of_group = facts.get_object().if_contains(group);
    if (of_group == nullptr || !of_group->is_object()) return {};
    const json::value* value = of_group->get_object().if_contains(field);
    if (value == nullptr || !value->is_string()) return {};
    return std::string{value->get_string()};
}

json::value facts_of(const Customer::OpenCase& open) {
    boost::system::error_code error;
    json::value facts = json::parse(open.facts, error);
    return error ? json::value(nullptr) : facts;
}

std::string subject_of(const Customer::OpenCase& open, const json::value& facts, const WhyWords& words) {
    const std::string number = fact_text(facts, "order", "number");
    const std::string_view order = words.subjects[static_cast<std::size_t>(SubjectType::order)];
    if (!number.empty()) return fmt::format("{} {}", order, number);
    if (open.subject_type == SubjectType::order || open.subject.empty()) return fmt::format("{} {}", order, open.order);
    return fmt::format("{} {}", words.subjects[static_cast<std::size_t>(open.subject_type)], open.subject);
}

// Nothing when a rule has no name in a language other than that of its `name`.
std::optional<std::string_view> rule_name(const Customer::OpenCase& open, const RuleSet& rules, const WhyWords& words) {
    const Rule* rule = rules.rule(open.rule);
    if (&words == &english) return rule == nullptr ? open.rule : rule->name;
    if (rule == nullptr) return std::nullopt;
    const auto name = rule->names.find(std::string{words.language});
    if (name == rule->names.end()) return std::nullopt;
    return name->second;
}

std::optional<std::string> sentence_of(const Customer& customer, const Customer::Contact& contact, const RuleSet& rules,
                                       bool masked, const WhyWords& words) {
    std::string sentence;
    for (const std::string& id : contact.cases) {
        const Customer::OpenCase* open = customer.find_case(id);
        if (open == nullptr) continue;
        const auto name = rule_name(*open, rules, words);
        if (!name) return std::nullopt;
        const json::value facts = facts_of(*open);
        std::string what = subject_of(*open, facts, words);
        const std::string person = masked || !sentence.empty() ? std::string{} : fact_text(facts, "customer", "name");
        if (person.empty()) what.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(what.front())));
        if (!sentence.empty()) sentence += " ";
        if (!person.empty()) sentence += person + ", ";
        sentence += fmt::format("{}: {}; {} {}.", what, *name, open->late ? words.was_due : words.is_due,
                                moment(words, rules, customer.tenant, open->deadline));
    }
    return sentence;
}

}  // namespace

std::string why(const Customer& customer, const Customer::Contact& contact, const RuleSet& rules, bool masked) {
    return sentence_of(customer, contact, rules, masked, english).value_or("");
}

json::object why_masked_in(const Customer& customer, const Customer::Contact& contact, const RuleSet& rules) {
    json::object sentences;
    const auto sentence = sentence_of(customer, contact, rules, true, italian);
    if (sentence && !sentence->empty()) sentences[italian.language] = *sentence;
    return sentences;
}

}  // namespace premura
