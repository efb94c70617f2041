#include "core/findings/finding.h"

#include <simdjson.h>

#include <array>

#include "core/base/hash.h"
#include "core/events/json_writer.h"
#include "core/events/text_codecs.h"

namespace premura {
namespace {

constexpr std::array<std::string_view, 5> kind_names{"warning", "late", "step", "closed", "news"};

template <typename Enumeration, std::size_t Count>
std::optional<Enumeration> named(const std::array<std::string_view, Count>& names,
                                 std::string_view name) {
    for (std::size_t i = 0; i < Count; ++i) {
        if (names[i] == name) return static_cast<Enumeration>(i);
    }
    return std::nullopt;
}

// Reads an object's members in the order they were written; the first one that is missing or of another
// type is remembered.
class Reader {
 public:
    explicit Reader(simdjson::ondemand::object& object) : object_{object} {}

    std::string_view text(std::string_view name) {
        std::string_view value;
        if (object_[name].get_string().get(value) != simdjson::SUCCESS) fail(name);
        return value;
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
        std::int64_t value = 0;
        if (object_[name].get_int64().get(value) != simdjson::SUCCESS) fail(name);
        return static_cast<int>(value);
    }
    bool boolean(std::string_view name) {
        bool value = false;
        if (object_[name].get_bool().get(value) != simdjson::SUCCESS) fail(name);
        return value;
    }
    std::string_view text_if_there(std::string_view name) {
        std::string_view value;
        return object_[name].get_string().get(value) == simdjson::SUCCESS ? value : std::string_view{};
    }
    // True or not there.
    bool flag(std::string_view name) {
        bool value = false;
        return object_[name].get_bool().get(value) == simdjson::SUCCESS && value;
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
    // The JSON text of an object or array that need not be there.
    std::string_view nested(std::string_view name) {
        simdjson::ondemand::value value;
        if (object_[name].get(value) != simdjson::SUCCESS) return {};
        std::string_view json;
        simdjson::ondemand::object object;
        simdjson::ondemand::array array;
        const bool read = value.get_object().get(object) == simdjson::SUCCESS
                              ? object.raw_json().get(json) == simdjson::SUCCESS
                              : value.get_array().get(array) == simdjson::SUCCESS &&
                                    array.raw_json().get(json) == simdjson::SUCCESS;
        if (!read) fail(name);
        return json;
    }
    const std::string& failed_at() const { return failed_at_; }

 private:
    void fail(std::string_view name) {
        if (failed_at_.empty()) failed_at_ = name;
    }
    simdjson::ondemand::object& object_;
    std::string failed_at_;
};

constexpr std::array<std::string_view, 3> mode_names{"live", "trial", "paused"};
constexpr std::array<std::string_view, 4> verb_names{"expedite", "notify", "call", "escalate"};
constexpr std::array<std::string_view, 4> priority_names{"low", "normal", "high", "urgent"};
constexpr std::array<std::string_view, subject_type_count> subject_names{
    "order", "parcel", "shipment", "return", "refund", "promise", "customer"};

}  // namespace

// Nothing of where a case is kept goes into its id: the same case of a shipment has the same one before and after
// its order became known.
std::string case_id_of(std::string_view tenant, std::string_view rule, SubjectType type, std::string_view whose,
                       std::uint64_t occurrence) {
    return derived_id({tenant, rule, name_of(type), whose, occurrence == 0 ? std::string{} : hex64(occurrence)});
}

std::string step_finding_id(std::string_view case_id, bool warning, int step, std::string_view step_id) {
    const std::string name = step_id.empty() ? std::to_string(step) : std::string{step_id};
    return derived_id({case_id, (warning ? "warning/" : "step/") + name});
}

std::string_view name_of(Finding::Kind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

int rank_of(const Finding& finding) {
    switch (finding.kind) {
        case Finding::Kind::warning: return 0;
        case Finding::Kind::late: return 100;
        case Finding::Kind::step: return (finding.warning_step ? 1 : 101) + finding.step;
        case Finding::Kind::closed: return 1000;
        case Finding::Kind::news: return 0;
    }
    return 1000;
}

Output output_of(const Finding& finding) {
    std::string json;
    json.reserve(512 + finding.facts.size() + finding.history.size());
    JsonObjectWriter object{json};
    object.text("case", finding.case_id);
    object.text("kind", name_of(finding.kind));
    object.text("tenant", finding.tenant);
    object.text("rule", finding.rule);
    object.text("mode", name_of(finding.mode));
    object.text("customer", finding.customer);
    object.text("order", finding.order);
    object.text("subject_type", name_of(finding.subject_type));
    object.text("subject", finding.subject);
    object.text("started_at", format_utc(finding.started_at));
    object.text("deadline", format_utc(finding.deadline));
    object.text("planned_at", format_utc(finding.planned_at));
    object.text("decided_at", format_utc(finding.decided_at));
    const bool has_reason = finding.kind == Finding::Kind::closed || finding.kind == Finding::Kind::news;
    if (has_reason) object.text("reason", finding.reason);
    if (!finding.event.empty()) object.text("event", finding.event);
    if (finding.by_edit) object.boolean("by_edit", true);
    if (finding.kind == Finding::Kind::step) {
        object.boolean("warning_step", finding.warning_step);
        object.json("step", std::to_string(finding.step));
        object.text("verb", name_of(finding.verb));
        object.text("target", finding.target);
        object.text("text", finding.text);
        object.text("priority", name_of(finding.priority));
    }
    if (!finding.facts.empty()) object.json("facts", finding.facts);
    if (!finding.history.empty()) object.json("history", finding.history);
    object.end();

    Output output;
    output.topic = "findings";
    output.key = finding.tenant + "/" + finding.customer;
    output.partition_key = output.key;
    output.value = std::move(json);
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
    thread_local simdjson::ondemand::parser parser;
    const simdjson::padded_string padded{record.value};
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
        document.get_object().get(object) != simdjson::SUCCESS) {
        error = "the finding is not a JSON object";
        return std::nullopt;
    }
    Finding finding;
    for (const auto& [name, value] : record.headers) {
        if (name == "ce_id") finding.id = value;
    }
    Reader reader{object};
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
    const bool has_reason = finding.kind == Finding::Kind::closed || finding.kind == Finding::Kind::news;
    if (has_reason) finding.reason = reader.text("reason");
    finding.event = reader.text_if_there("event");
    finding.by_edit = reader.flag("by_edit");
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
