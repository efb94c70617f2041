#include "core/backtest/contact_book.h"

#include <algorithm>
#include <boost/json.hpp>

namespace premura {
namespace {

namespace json = boost::json;
using Kind = BacktestAction::Kind;

std::string_view header(const Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

std::string text_of(const json::object& body, std::string_view name) {
    const json::value* value = body.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()}
                                                  : std::string{};
}

std::optional<Kind> kind_of(std::string_view type, const json::object& body) {
    if (type == "premura.notification.v1") return Kind::message;
    if (type == "premura.escalation.v1") return Kind::escalation;
    if (type == "premura.expedite.v1") return Kind::request;
    if (type == "premura.call-task.merged.v1") return Kind::merged;
    if (type == "premura.call-task.withdrawn.v1") return Kind::withdrawn;
    if (type != "premura.call-task.open.v1") return std::nullopt;
    const json::value* version = body.if_contains("version");
    const bool first = version != nullptr && version->is_int64() && version->get_int64() == 1;
    return first ? Kind::call : Kind::call_changed;
}

void add_once(std::vector<std::string>& list, std::string text) {
    if (text.empty() || std::find(list.begin(), list.end(), text) != list.end()) return;
    list.push_back(std::move(text));
}

}  // namespace

std::string_view name_of(Kind kind) {
    switch (kind) {
        case Kind::call:
            return "call";
        case Kind::call_changed:
            return "call_changed";
        case Kind::merged:
            return "merged";
        case Kind::withdrawn:
            return "withdrawn";
        case Kind::message:
            return "message";
        case Kind::request:
            return "request";
        case Kind::escalation:
            return "escalation";
    }
    return "call";
}

std::optional<BacktestAction> action_of(const Output& output) {
    if (!output.value) return std::nullopt;
    boost::system::error_code error;
    unsigned char room[16 * 1024];
    json::monotonic_resource memory{room, sizeof room};
    const json::value parsed = json::parse(*output.value, error, &memory);
    if (error || !parsed.is_object()) return std::nullopt;
    const json::object& body = parsed.get_object();
    const auto kind = kind_of(header(output.headers, "ce_type"), body);
    if (!kind) return std::nullopt;

    BacktestAction action;
    action.at = output.timestamp;
    action.kind = *kind;
    action.id = output.key;
    action.tenant = text_of(body, "tenant");
    action.customer = text_of(body, "customer");
    action.reason = text_of(body, "reason");
    switch (*kind) {
        case Kind::message:
            action.what = text_of(body, "message");
            action.to = "customer";
            break;
        case Kind::request:
            action.what = text_of(body, "request");
            action.to = text_of(body, "system");
            break;
        case Kind::escalation:
            action.to = text_of(body, "team");
            break;
        default:
            action.what = text_of(body, "script");
            action.to = "customer";
    }
    const json::value* cases = body.if_contains("cases");
    if (cases == nullptr || !cases->is_array()) return action;
    for (const json::value& each : cases->get_array()) {
        if (!each.is_object()) continue;
        add_once(action.cases, text_of(each.get_object(), "case"));
        add_once(action.rules, text_of(each.get_object(), "rule"));
        add_once(action.orders, text_of(each.get_object(), "order"));
    }
    return action;
}

void ContactBook::take(const Customer::Decision& decision, bool reported, BacktestRule* rule) {
    if (decision.outcome == "held") {
        Held& held = held_.try_emplace(decision.contact, Held{decision.at, {}}).first->second;
        const bool fresh = waited_.insert(decision.contact + '/' + decision.reason).second;
        if (!fresh || !reported) return;
        held.reasons.insert(decision.reason);
        ++holds_[decision.reason].contacts;
        if (rule != nullptr) ++rule->held_by[decision.reason];
        return;
    }
    if (decision.outcome == "dropped" && reported && rule != nullptr) {
        ++rule->dropped_by[decision.reason];
    }
    const auto held = held_.find(decision.contact);
    if (held == held_.end()) return;
    for (const std::string& reason : held->second.reasons) {
        BacktestHold& hold = holds_[reason];
        if (decision.outcome == "dropped") {
            ++hold.solved;
        } else if (decision.outcome == "merged") {
            ++hold.joined;
        } else {
            ++hold.made;
        }
    }
    const bool made = decision.outcome == "raised" || decision.outcome == "sent";
    if (made && !held->second.reasons.empty()) held_for_.add(decision.at - held->second.since);
    held_.erase(held);
}

void ContactBook::finish(BacktestResult& result) {
    held_for_.sort();
    result.holds = std::move(holds_);
    result.held_for = std::move(held_for_);
}

}  // namespace premura
