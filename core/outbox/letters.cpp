#include "core/outbox/letters.h"

#include <fmt/format.h>

#include "core/messages/values.h"

namespace premura {
namespace {

namespace json = boost::json;

struct Words {
    std::string_view language;
    std::string_view request, order, rule, due, was_due, reference, answer;
};
constexpr Words all_words[] = {
    {"en", "Request", "Order", "Rule", "Due", "Was due", "Reference",
     "Please answer this e-mail with the reference when it is taken care of."},
    {"it", "Richiesta", "Ordine", "Regola", "Scade", "È scaduto", "Riferimento",
     "Per favore rispondete a questa e-mail con il riferimento quando ve ne state occupando."},
};

const Words& words_of(const Tenant& tenant) {
    for (const Words& words : all_words) {
        if (!tenant.languages.empty() && tenant.languages.front() == words.language) return words;
    }
    return all_words[0];
}

const json::object* object_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_object() ? &value->get_object() : nullptr;
}

std::string_view order_number(const json::object& one_case) {
    if (const json::object* facts = object_in(one_case, "facts")) {
        if (const json::object* order = object_in(*facts, "order")) {
            const std::string_view number = text_in(*order, "number");
            if (!number.empty()) return number;
        }
    }
    return text_in(one_case, "order");
}

std::string case_lines(const json::object& record, const Tenant& tenant, const Words& words) {
    const KnownFacts nobody{nullptr, nullptr, {}, &tenant};
    const Formats formats{words.language, {}, zone_of(nobody)};
    std::string lines;
    const json::value* cases = record.if_contains("cases");
    if (cases == nullptr || !cases->is_array()) return lines;
    for (const json::value& value : cases->get_array()) {
        if (!value.is_object()) continue;
        const json::object& one = value.get_object();
        if (!one.contains("rule")) continue;
        lines += fmt::format("{}: {}", words.order, order_number(one));
        const std::string_view type = text_in(one, "subject_type");
        const std::string_view subject = text_in(one, "subject");
        if (type != "order" && !subject.empty()) lines += fmt::format(", {} {}", type, subject);
        lines += fmt::format("\n{}: {}\n", words.rule, text_in(one, "rule_name"));
        if (const auto deadline = parse_rfc3339(text_in(one, "deadline"))) {
            const bool late = one.contains("late") && one.at("late").is_bool() && one.at("late").get_bool();
            lines += fmt::format("{}: {}\n", late ? words.was_due : words.due, formats.day_and_time(*deadline));
        }
        lines += "\n";
    }
    return lines;
}

std::string first_rule_name(const json::object& record) {
    const json::value* cases = record.if_contains("cases");
    if (cases == nullptr || !cases->is_array() || cases->get_array().empty()) return {};
    const json::value& first = cases->get_array().front();
    return first.is_object() ? std::string{text_in(first.get_object(), "rule_name")} : std::string{};
}

}  // namespace

std::string_view text_in(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view{value->get_string()} : std::string_view{};
}

json::array cases_without_customer(const json::object& record) {
    json::array list;
    const json::value* cases = record.if_contains("cases");
    if (cases == nullptr || !cases->is_array()) return list;
    for (const json::value& value : cases->get_array()) {
        if (!value.is_object()) continue;
        json::object one = value.get_object();
        one.erase("history");
        if (json::value* facts = one.if_contains("facts"); facts != nullptr && facts->is_object()) {
            facts->get_object().erase("customer");
        }
        list.push_back(std::move(one));
    }
    return list;
}

Letter letter_to_team(const json::object& notification, const Tenant& tenant) {
    const Words& words = words_of(tenant);
    return {fmt::format("[{}] {}: {}", tenant.brand, text_in(notification, "priority"), first_rule_name(notification)),
            fmt::format("{}\n\n{}{}: {}\n", text_in(notification, "why"), case_lines(notification, tenant, words),
                        words.reference, text_in(notification, "notification"))};
}

Letter letter_to_system(const json::object& expedite, const Tenant& tenant) {
    const Words& words = words_of(tenant);
    std::string_view number;
    if (const json::value* cases = expedite.if_contains("cases"); cases != nullptr && cases->is_array()) {
        for (const json::value& one : cases->get_array()) {
            if (one.is_object() && number.empty()) number = order_number(one.get_object());
        }
    }
    return {fmt::format("[{}] {} {}: {}", tenant.brand, words.order, number, text_in(expedite, "request")),
            fmt::format("{}: {}\n\n{}{}: {}\n{}\n", words.request, text_in(expedite, "request"),
                        case_lines(expedite, tenant, words), words.reference, text_in(expedite, "expedite"),
                        words.answer)};
}

Letter letter_about_incident(const json::object& incident) {
    const std::string_view state = text_in(incident, "state");
    return {fmt::format("[Premura] {}: {} {}", state, text_in(incident, "kind"), text_in(incident, "about")),
            fmt::format("{}\n\nIncident: {}\nKind: {}\nAbout: {}\nState: {}\nSince: {}\n", text_in(incident, "reason"),
                        text_in(incident, "incident"), text_in(incident, "kind"), text_in(incident, "about"), state,
                        text_in(incident, "since"))};
}

}  // namespace premura
