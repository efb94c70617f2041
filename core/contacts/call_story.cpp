#include "core/contacts/call_story.h"

#include <algorithm>

#include "core/contacts/call_json.h"

namespace premura {
namespace {

namespace json = boost::json;

json::value text_or_null(std::string_view text) {
    json::value value;
    if (!text.empty()) value = text;
    return value;
}

json::array phones_json(const Customer& customer) {
    json::array list;
    for (const std::string& number : numbers_of(customer)) {
        const std::string state = state_of_number(customer, number);
        list.push_back(json::object{{"number", number}, {"state", state.empty() ? "usable" : state}});
    }
    return list;
}

json::array done_json(const Customer& customer) {
    json::array list;
    for (const Customer::Deed& deed : customer.deeds) {
        list.push_back(json::object{{"time", format_utc(deed.at)},
                                    {"what", deed.what},
                                    {"target", deed.target},
                                    {"text", deed.text},
                                    {"state", "requested"}});
    }
    for (const Customer::Contact& contact : customer.contacts) {
        const bool waits = contact.state == Customer::Contact::State::held && contact.verb == Step::Verb::notify;
        if (!waits) continue;
        list.push_back(json::object{{"time", format_utc(contact.planned_at)},
                                    {"what", "message"},
                                    {"target", contact.target},
                                    {"text", contact.text},
                                    {"state", "held"}});
    }
    return list;
}

// Newest first, as they are read.
json::array contacts_json(const Customer& customer) {
    json::array list;
    for (auto talk = customer.talks.rbegin(); talk != customer.talks.rend(); ++talk) {
        json::object object{{"time", format_utc(talk->at)},
                            {"direction", talk->inbound ? "inbound" : "outbound"},
                            {"channel", talk->channel},
                            {"with", nullptr},
                            {"outcome", text_or_null(talk->outcome)},
                            {"mood", text_or_null(talk->mood)}};
        if (!talk->with.user.empty()) object["with"] = to_json(talk->with);
        if (!talk->note.empty()) object["note"] = talk->note;
        list.push_back(std::move(object));
    }
    return list;
}

json::array told_us_json(const Customer& customer) {
    json::array list;
    for (const Customer::ToldUs& told : customer.told) {
        list.push_back(json::object{{"time", format_utc(told.at)}, {"channel", told.channel}, {"text", told.text}});
    }
    return list;
}

json::object discretion_json(const Customer& customer, const Customer::Contact& contact, const Tenant* tenant) {
    json::object left;
    if (tenant == nullptr) return left;
    for (const bool voucher : {true, false}) {
        const auto money = left_to_give(customer, contact, *tenant, voucher);
        if (money && ten_thousandths(money->amount).value_or(0) > 0) left[voucher ? "voucher" : "refund"] = to_json(*money);
    }
    return left;
}

}  // namespace

std::optional<Money> left_to_give(const Customer& customer, const Customer::Contact& call, const Tenant& tenant, bool voucher) {
    const std::optional<Money>& most = voucher ? tenant.discretion.voucher : tenant.discretion.refund;
    if (!most) return std::nullopt;
    std::int64_t left = ten_thousandths(most->amount).value_or(0);
    for (const Customer::MadeGesture& made : customer.gestures) {
        if (made.task != call.id || made.gesture.kind != (voucher ? "voucher" : "refund")) continue;
        left -= ten_thousandths(made.gesture.amount.amount).value_or(0);
    }
    return Money{amount_of(std::max<std::int64_t>(left, 0)), most->currency};
}

void add_story(const Customer& customer, const Customer::Contact& contact, const RuleSet& rules, json::object& body) {
    const Tenant* tenant = rules.tenant(customer.tenant);
    const int attempt = contact.unreached() + 1;
    body["attempt"] = attempt;
    body["attempts_max"] = std::max(attempt, tenant == nullptr ? attempt : tenant->calls.attempts_max);
    body["last_outcome"] = contact.attempts.empty() ? json::value(nullptr) : text_or_null(name_of(contact.attempts.back().outcome));
    body["claim"] = nullptr;
    if (contact.claim) body["claim"] = to_json(*contact.claim);
    body["call_back"] = nullptr;
    if (contact.call_back) body["call_back"] = to_json(*contact.call_back);
    body["retry_at"] = time_or_null(contact.waiting ? std::optional{contact.retry_at} : std::nullopt);
    body["phones"] = phones_json(customer);
    body["done"] = done_json(customer);
    body["contacts"] = contacts_json(customer);
    body["told_us"] = told_us_json(customer);
    json::array promises;
    for (const auto& made : customer.promises) promises.push_back(to_json(made.promise));
    body["promises"] = std::move(promises);
    json::array gestures;
    for (const auto& made : customer.gestures) gestures.push_back(to_json(made.gesture));
    body["gestures"] = std::move(gestures);
    body["discretion"] = discretion_json(customer, contact, tenant);
}

std::vector<std::string> numbers_of(const Customer& customer) {
    std::vector<std::string> numbers;
    for (const Customer::OpenCase& open : customer.cases) {
        boost::system::error_code error;
        const json::value facts = json::parse(open.facts, error);
        if (error) continue;
        const json::value* phone = facts.find_pointer("/customer/phone", error);
        if (phone == nullptr || !phone->is_string()) continue;
        std::string number{phone->get_string()};
        if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) numbers.push_back(std::move(number));
    }
    return numbers;
}

std::string state_of_number(const Customer& customer, const std::string& number) {
    for (const Customer::BadNumber& bad : customer.bad_numbers) {
        if (bad.number == number) return bad.state;
    }
    return {};
}

std::string usable_number(const Customer& customer) {
    for (const std::string& number : numbers_of(customer)) {
        if (state_of_number(customer, number).empty()) return number;
    }
    return {};
}

}  // namespace premura
