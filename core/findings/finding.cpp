#include "core/findings/finding.h"

#include <array>
#include <boost/json.hpp>

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> kind_names{"warning", "late", "step", "closed"};

template <typename Enumeration, std::size_t Count>
std::optional<Enumeration> named(const std::array<std::string_view, Count>& names,
                                 std::string_view name) {
    for (std::size_t i = 0; i < Count; ++i) {
        if (names[i] == name) return static_cast<Enumeration>(i);
    }
    return std::nullopt;
}

// Reads an object's members one by one; the first one that is missing or of another type is remembered.
class Reader {
 public:
    explicit Reader(const json::object& object) : object_{object} {}

    std::string text(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        if (value == nullptr || !value->is_string()) return fail(name);
        return std::string{value->get_string()};
    }
    Instant time(std::string_view name) {
        const auto parsed = parse_rfc3339(text(name));
        if (!parsed) {
            fail(name);
            return {};
        }
        return *parsed;
    }
    int number(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        if (value == nullptr || !value->is_int64()) {
            fail(name);
            return 0;
        }
        return static_cast<int>(value->get_int64());
    }
    bool boolean(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        if (value == nullptr || !value->is_bool()) {
            fail(name);
            return false;
        }
        return value->get_bool();
    }
    template <typename Enumeration, std::size_t Count>
    Enumeration one_of(std::string_view name, const std::array<std::string_view, Count>& names) {
        const auto found = named<Enumeration>(names, text(name));
        if (!found) {
            fail(name);
            return {};
        }
        return *found;
    }
    std::string nested(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        return value == nullptr ? std::string{} : json::serialize(*value);
    }
    const std::string& failed_at() const { return failed_at_; }

 private:
    std::string fail(std::string_view name) {
        if (failed_at_.empty()) failed_at_ = name;
        return {};
    }
    const json::object& object_;
    std::string failed_at_;
};

constexpr std::array<std::string_view, 3> mode_names{"live", "trial", "paused"};
constexpr std::array<std::string_view, 4> verb_names{"expedite", "notify", "call", "escalate"};
constexpr std::array<std::string_view, 4> priority_names{"low", "normal", "high", "urgent"};
constexpr std::array<std::string_view, subject_type_count> subject_names{
    "order", "parcel", "shipment", "return", "refund", "promise", "customer"};

// A member that is JSON text already.
void add_nested(json::object& object, std::string_view name, const std::string& text) {
    if (!text.empty()) object[name] = json::parse(text);
}

}  // namespace

std::string_view name_of(Finding::Kind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

int rank_of(const Finding& finding) {
    switch (finding.kind) {
        case Finding::Kind::warning: return 0;
        case Finding::Kind::late: return 100;
        case Finding::Kind::step: return (finding.warning_step ? 1 : 101) + finding.step;
        case Finding::Kind::closed: return 1000;
    }
    return 1000;
}

Output output_of(const Finding& finding) {
    json::object object{
        {"case", finding.case_id},
        {"kind", name_of(finding.kind)},
        {"tenant", finding.tenant},
        {"rule", finding.rule},
        {"mode", name_of(finding.mode)},
        {"customer", finding.customer},
        {"order", finding.order},
        {"subject_type", name_of(finding.subject_type)},
        {"subject", finding.subject},
        {"started_at", format_utc(finding.started_at)},
        {"deadline", format_utc(finding.deadline)},
        {"planned_at", format_utc(finding.planned_at)},
        {"decided_at", format_utc(finding.decided_at)},
    };
    if (finding.kind == Finding::Kind::closed) object["reason"] = finding.reason;
    if (finding.kind == Finding::Kind::step) {
        object["warning_step"] = finding.warning_step;
        object["step"] = finding.step;
        object["verb"] = name_of(finding.verb);
        object["target"] = finding.target;
        object["text"] = finding.text;
        object["priority"] = name_of(finding.priority);
    }
    add_nested(object, "facts", finding.facts);
    add_nested(object, "history", finding.history);

    Output output;
    output.topic = "findings";
    output.key = finding.tenant + "/" + finding.customer;
    output.partition_key = output.key;
    output.value = json::serialize(object);
    output.timestamp = finding.decided_at;
    output.headers = {
        {"ce_specversion", "1.0"},
        {"ce_type", "premura.finding." + std::string{name_of(finding.kind)} + ".v1"},
        {"ce_source", "/premura/orders"},
        {"ce_id", finding.id},
        {"ce_time", format_utc(finding.decided_at)},
        {"content-type", "application/json"},
    };
    return output;
}

std::optional<Finding> finding_of(const Record& record, std::string& error) {
    boost::system::error_code parse_error;
    const json::value parsed = json::parse(record.value, parse_error);
    if (parse_error || !parsed.is_object()) {
        error = "the finding is not a JSON object";
        return std::nullopt;
    }
    Finding finding;
    for (const auto& [name, value] : record.headers) {
        if (name == "ce_id") finding.id = value;
    }
    Reader reader{parsed.get_object()};
    finding.case_id = reader.text("case");
    finding.kind = reader.one_of<Finding::Kind>("kind", kind_names);
    finding.tenant = reader.text("tenant");
    finding.rule = reader.text("rule");
    finding.mode = reader.one_of<Rule::Mode>("mode", mode_names);
    finding.customer = reader.text("customer");
    finding.order = reader.text("order");
    finding.subject_type = reader.one_of<SubjectType>("subject_type", subject_names);
    finding.subject = reader.text("subject");
    finding.started_at = reader.time("started_at");
    finding.deadline = reader.time("deadline");
    finding.planned_at = reader.time("planned_at");
    finding.decided_at = reader.time("decided_at");
    if (finding.kind == Finding::Kind::closed) finding.reason = reader.text("reason");
    if (finding.kind == Finding::Kind::step) {
        finding.warning_step = reader.boolean("warning_step");
        finding.step = reader.number("step");
        finding.verb = reader.one_of<Step::Verb>("verb", verb_names);
        finding.target = reader.text("target");
        finding.text = reader.text("text");
        finding.priority = reader.one_of<Priority>("priority", priority_names);
    }
    finding.facts = reader.nested("facts");
    finding.history = reader.nested("history");
    if (finding.id.empty() || !reader.failed_at().empty()) {
        error = "the finding has no valid '" +
                (finding.id.empty() ? std::string{"ce_id"} : reader.failed_at()) + "'";
        return std::nullopt;
    }
    return finding;
}

}  // namespace premura
