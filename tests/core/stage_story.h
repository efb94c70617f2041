#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/contacts/contacts_stage.h"
#include "core/orders/orders_stage.h"
#include "core/rules/rule_set_loader.h"
#include "files/read_files.h"

// Words for tests of one stage: records in, effects out, with the shipped rules.
namespace premura::stage_story {

inline std::shared_ptr<const RuleSet> shipped_rules() {
    const std::string root = PREMURA_SOURCE_DIR;
    static const Loaded loaded = load_rule_set(
        read_files({root + "/rules", root + "/config/calendars", root + "/config/tenants",
                    root + "/config/messages", root + "/config/dialers"})
            .texts);
    REQUIRE(loaded.rule_set);
    return loaded.rule_set;
}

inline Instant at(std::string_view text) { return parse_rfc3339(text).value(); }

// A structured CloudEvent, keyed like a producer would.
inline Record record_of(std::string_view key, std::string_view id, std::string_view type,
                        std::string_view time, std::string_view data) {
    Record record;
    record.topic = "acme.orders.v1";
    record.key = key;
    record.headers = {{"content-type", "application/cloudevents+json"}};
    record.value = std::string{R"({"specversion":"1.0","source":"/shop","id":")"} + std::string{id} +
                   R"(","type":")" + std::string{type} + R"(","time":")" + std::string{time} +
                   R"(","data":)" + std::string{data} + "}";
    record.timestamp = at(time);
    return record;
}

// Back from an output to the record that its readers get.
inline Record delivered(const Output& output) {
    Record record;
    record.topic = output.topic;
    record.key = output.key;
    record.value = output.value.value_or("");
    record.tombstone = !output.value;
    record.headers = output.headers;
    record.timestamp = output.timestamp;
    return record;
}

inline std::string header(const Output& output, std::string_view name) {
    for (const auto& [key, value] : output.headers) {
        if (key == name) return value;
    }
    return {};
}

// "topic key" of each output, in their order.
inline std::vector<std::string> lines_of(const std::vector<Output>& outputs) {
    std::vector<std::string> lines;
    for (const Output& output : outputs) lines.push_back(output.topic + " " + output.key);
    return lines;
}

// The types of all outputs without "premura." and ".v1".
inline std::vector<std::string> types_of(const std::vector<Output>& outputs) {
    std::vector<std::string> types;
    for (const Output& output : outputs) {
        std::string type = header(output, "ce_type");
        if (type.starts_with("premura.")) type.erase(0, 8);
        if (type.ends_with(".v1")) type.erase(type.size() - 3);
        types.push_back(output.topic == "intake" ? "intake" : type);
    }
    return types;
}

inline std::int64_t counted(const Effects& effects, std::string_view name,
                            std::string_view label = {}) {
    std::int64_t sum = 0;
    for (const Effects::Count& count : effects.counts) {
        if (count.name == name && (label.empty() || count.label == label)) sum += count.by;
    }
    return sum;
}

using Texts = std::vector<std::string>;

}  // namespace premura::stage_story
