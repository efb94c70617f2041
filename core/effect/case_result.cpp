#include "core/effect/case_result.h"

#include <boost/json.hpp>

namespace premura {
namespace {

namespace json = boost::json;

std::string_view name_of(CaseResult::Kind kind) { return kind == CaseResult::Kind::delay ? "delay" : "promise"; }

json::value time_or_null(Instant time) {
    if (time == instant_max) return nullptr;
    return json::string(format_utc(time));
}

// Reads members, and remembers the first that is not as it should be.
class Members {
 public:
    Members(const json::object& object, std::string& error) : object_{object}, error_{error} {}

    std::string text(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        if (value != nullptr && value->is_string()) return std::string{value->get_string()};
        fail(name);
        return {};
    }
    bool flag(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        if (value != nullptr && value->is_bool()) return value->get_bool();
        fail(name);
        return false;
    }
    int number(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        if (value != nullptr && value->is_int64() && value->get_int64() >= 0) return static_cast<int>(value->get_int64());
        fail(name);
        return 0;
    }
    Instant time(std::string_view name) {
        const auto parsed = parse_rfc3339(text(name));
        if (!parsed) fail(name);
        return parsed.value_or(Instant{});
    }
    Instant time_if_any(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        return value == nullptr || value->is_null() ? instant_max : time(name);
    }

 private:
    void fail(std::string_view name) {
        if (error_.empty()) error_ = "the result of a case has no fitting '" + std::string{name} + "'";
    }
    const json::object& object_;
    std::string& error_;
};

}  // namespace

Output output_of(const CaseResult& result, std::string_view partition_key, Instant now) {
    const json::object body{
        {"kind", name_of(result.kind)},
        {"id", result.id},
        {"tenant", result.tenant},
        {"rule", result.rule},
        {"order", result.order},
        {"day", result.day},
        {"late_at", format_utc(result.late_at)},
        {"right", result.right},
        {"holdout", result.holdout},
        {"outreaches", result.outreaches},
        {"spoke_at", time_or_null(result.spoke_at)},
        {"inbound_at", time_or_null(result.inbound_at)},
    };
    Output output;
    output.topic = "case-results";
    output.key = result.id;
    output.partition_key = partition_key;
    output.value = json::serialize(body);
    output.timestamp = now;
    output.headers = {
        {"ce_specversion", "1.0"},
        {"ce_type", "premura.case-result.v1"},
        {"ce_source", "/premura/contacts"},
        {"ce_id", result.id},
        {"ce_time", format_utc(now)},
        {"content-type", "application/json"},
    };
    return output;
}

void count_result(const CaseResult& result, Effects& effects) {
    const auto yes_or_no = [](bool yes) { return yes ? "true" : "false"; };
    if (result.kind == CaseResult::Kind::promise) {
        effects.count("promises", result.tenant + (result.right ? "/kept" : "/late"));
        return;
    }
    effects.count("effect_cases", result.tenant + "/" + result.rule + (result.right ? "/right" : "/false_alarm"));
    if (result.spoke_at != instant_max) {
        effects.count("effect_reached", result.tenant + "/" + result.rule + "/" + yes_or_no(result.called_back()));
    }
    if (!result.right) return;
    effects.count("effect_holdout", result.tenant + (result.holdout ? "/holdout/" : "/treated/") +
                                       yes_or_no(result.inbound_at != instant_max));
    if (result.holdout) return;
    effects.count("effect_orders", result.tenant + "/" + yes_or_no(result.spoke_first()));
    if (!result.spoke_first() || result.inbound_at == instant_max) return;
    const auto lead = std::chrono::duration_cast<std::chrono::seconds>(result.inbound_at - result.spoke_at);
    effects.count("effect_lead_seconds", result.tenant, lead.count());
}

std::optional<CaseResult> case_result_of(const Record& record, std::string& error) {
    error.clear();
    boost::system::error_code broken;
    const json::value value = json::parse(record.value, broken);
    if (broken || !value.is_object()) {
        error = "the result of a case is no JSON object";
        return std::nullopt;
    }
    Members members{value.get_object(), error};
    CaseResult result;
    const std::string kind = members.text("kind");
    if (kind != "delay" && kind != "promise" && error.empty()) error = "the result of a case has no fitting 'kind'";
    result.kind = kind == "promise" ? CaseResult::Kind::promise : CaseResult::Kind::delay;
    result.id = members.text("id");
    result.tenant = members.text("tenant");
    result.rule = members.text("rule");
    result.order = members.text("order");
    result.day = members.text("day");
    result.late_at = members.time("late_at");
    result.right = members.flag("right");
    result.holdout = members.flag("holdout");
    result.outreaches = members.number("outreaches");
    result.spoke_at = members.time_if_any("spoke_at");
    result.inbound_at = members.time_if_any("inbound_at");
    if (!error.empty()) return std::nullopt;
    return result;
}

}  // namespace premura
