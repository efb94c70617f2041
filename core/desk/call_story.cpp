#include <algorithm>
#include <boost/json.hpp>
#include <set>
#include <tuple>

#include "core/desk/board.h"
#include "core/desk/known_json.h"
#include "core/desk/offers.h"
#include "core/messages/written.h"

namespace premura {
namespace {

namespace json = boost::json;
using namespace known;

// Whether the customer is shown by name, and what was told in confidence.
enum class Shown : std::uint8_t { masked, by_name };

// What the house calls its rule, in a language that nobody says.
json::object words(std::string_view text) { return {{"text", text}}; }

json::object rule_name_of(const json::object& open) {
    json::object name = words(text_in(open, "rule_name"));
    if (const json::object& names = object_in(open, "rule_names"); !names.empty()) name["in"] = names;
    return name;
}

json::value text_or_null(std::string_view text) {
    if (text.empty()) return nullptr;
    return json::value(std::string(text));
}

json::value number_of(const json::object& open) {
    return text_or_null(text_in(object_in(object_in(open, "facts"), "order"), "number"));
}

json::object case_json(const json::object& open) {
    return {{"case", text_in(open, "case")},
            {"rule", text_in(open, "rule")},
            {"rule_name", rule_name_of(open)},
            {"order", text_in(open, "order")},
            {"order_number", number_of(open)},
            {"subject_type", text_in(open, "subject_type")},
            {"subject", text_in(open, "subject")},
            {"started_at", text_in(open, "started_at")},
            {"deadline", text_in(open, "deadline")},
            {"late", open.contains("late") && open.at("late").is_bool() && open.at("late").get_bool()}};
}

// A case that has closed while the call waits is only its id.
bool is_told(const json::object& open) { return open.contains("deadline"); }

struct Moment {
    Instant time;
    std::string event;
    json::value order_number;
    std::string rule;
};

// The events of all orders, each once, and between them the moments by which something should have happened.
json::array timeline(const json::array& cases) {
    std::vector<Moment> moments;
    std::set<std::tuple<std::string_view, std::string_view, std::string_view>> seen;
    for (const json::value& one : cases) {
        const json::object& open = object_in(one);
        if (!is_told(open)) continue;
        for (const json::value& entry : array_in(open, "history")) {
            const json::object& past = object_in(entry);
            const auto time = parse_rfc3339(text_in(past, "time"));
            if (!time) continue;
            if (!seen.emplace(text_in(open, "order"), text_in(past, "event"), text_in(past, "time")).second) continue;
            moments.push_back({*time, std::string{text_in(past, "event")}, number_of(open), {}});
        }
        if (const auto deadline = parse_rfc3339(text_in(open, "deadline"))) {
            moments.push_back({*deadline, "deadline", number_of(open), std::string{text_in(open, "rule")}});
        }
    }
    std::ranges::stable_sort(moments, {}, &Moment::time);
    json::array list;
    for (Moment& moment : moments) {
        json::object entry{{"time", format_utc(moment.time)}, {"event", moment.event},
                           {"order_number", std::move(moment.order_number)}};
        if (!moment.rule.empty()) entry["rule"] = moment.rule;
        list.push_back(std::move(entry));
    }
    return list;
}

json::object customer_json(const json::object& body, const json::object& customer, const std::string& language) {
    json::array phones = array_in(body, "phones");
    const std::string_view phone = text_in(customer, "phone");
    if (phones.empty() && !phone.empty()) phones.push_back(json::object{{"number", phone}, {"state", "usable"}});
    const json::value* loyalty = customer.if_contains("loyalty_member");
    return {{"masked", false},
            {"name", name_of_customer(customer)},
            {"first_name", text_or_null(text_in(customer, "first_name"))},
            {"phones", std::move(phones)},
            {"email", text_or_null(text_in(customer, "email"))},
            {"language", language},
            {"city", text_or_null(text_in(customer, "city"))},
            {"segment", text_or_null(text_in(customer, "segment"))},
            {"loyalty_member", loyalty != nullptr && loyalty->is_bool() ? *loyalty : json::value(nullptr)}};
}

// What names the customer or leads to them.
json::object without_person(const json::object& facts) {
    json::object masked = facts;
    json::value& group = masked["customer"];
    const json::object customer = object_in(group);
    json::object kept;
    for (const std::string_view name : {"language", "country", "time_zone", "segment", "loyalty_member"}) {
        if (const json::value* value = customer.if_contains(name)) kept[name] = *value;
    }
    for (const std::string_view name : {"name", "first_name", "last_name"}) {
        if (customer.contains(name)) kept[name] = "…";
    }
    group = std::move(kept);
    return masked;
}

// A line of the message is a point; a dash, star or dot before it is taken off.
json::array points_of(std::string_view text) {
    json::array points;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto begin = line.find_first_not_of(" \t-*•\r");
        if (begin == line.npos) continue;
        line.remove_prefix(begin == 2 && line.starts_with("- ") ? 2 : begin);
        while (line.ends_with(' ') || line.ends_with('\r')) line.remove_suffix(1);
        points.push_back(json::value(std::string(line)));
    }
    return points;
}

json::object talking_points(const DeskCall& call, const json::object& body, const json::object& first,
                            const RuleSet& rules, Shown shown, const Person& viewer) {
    json::object said{{"language", call.language}, {"points", json::array{}}};
    const Message* message = rules.message(text_in(body, "script"));
    const Tenant* tenant = rules.tenant(call.tenant);
    if (message == nullptr || tenant == nullptr) return said;
    json::object facts = shown == Shown::by_name ? object_in(first, "facts") : without_person(object_in(first, "facts"));
    // Points may begin with who is calling.
    facts["agent"] = json::object{{"name", viewer.name}, {"first_name", viewer.name.substr(0, viewer.name.find(' '))}};
    const json::array& history = array_in(first, "history");
    const KnownFacts known{&facts, &history, text_in(first, "rule_name"), tenant, &object_in(first, "rule_names")};
    const std::string language = language_for(*message, known);
    if (language.empty()) return said;
    said["language"] = language;
    said["points"] = points_of(write_script(*message, language, known).text);
    return said;
}

json::array newest_first(const json::array& contacts, Shown shown) {
    std::vector<json::object> list;
    for (const json::value& one : contacts) {
        json::object contact = object_in(one);
        if (shown == Shown::masked) contact.erase("note");
        list.push_back(std::move(contact));
    }
    std::ranges::stable_sort(list, std::greater{}, [](const json::object& contact) {
        return parse_rfc3339(text_in(contact, "time")).value_or(instant_min);
    });
    return json::array(list.begin(), list.end());
}

}  // namespace

json::object call_story(const DeskCall& call, const std::string& row, const RuleSet& rules, const Person& viewer,
                        Instant now) {
    const Shown shown = call.claim && call.claim->by.user == viewer.user ? Shown::by_name : Shown::masked;
    const json::value parsed = json::parse(call.body);
    const json::object& body = parsed.get_object();
    const json::array& all = array_in(body, "cases");
    json::object story = json::parse(row).get_object();
    json::array cases;
    for (const json::value& one : all) {
        if (is_told(object_in(one))) cases.push_back(case_json(object_in(one)));
    }
    if (cases.empty()) {
        // Nothing of it is open any more, and the record that says so is on its way.
        cases.push_back(json::object{{"case", text_in(object_in(all[0]), "case")}, {"rule", call.rule}, {"rule_name", words(call.rule)},
                                     {"order", ""}, {"order_number", nullptr}, {"subject_type", "order"}, {"subject", ""},
                                     {"started_at", format_utc(call.raised_at)}, {"deadline", format_utc(call.due_at)},
                                     {"late", true}});
    }
    const json::object& first = object_in(all[0]);
    const json::object& customer = object_in(object_in(first, "facts"), "customer");
    if (shown == Shown::by_name) story["customer"] = customer_json(body, customer, call.language);
    story["cases"] = std::move(cases);
    story["timeline"] = timeline(all);
    story["done"] = array_in(body, "done");
    story["offers"] = offers_of(body, rules.tenant(call.tenant), now);
    story["talking_points"] = talking_points(call, body, first, rules, shown, viewer);
    story["told_us"] = shown == Shown::by_name ? array_in(body, "told_us") : json::array{};
    story["contacts"] = newest_first(array_in(body, "contacts"), shown);
    story["promises"] = array_in(body, "promises");
    story["gestures"] = array_in(body, "gestures");
    return story;
}

}  // namespace premura
