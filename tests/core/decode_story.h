#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/events/decoder.h"
#include "core/rules/rule_set.h"

namespace premura {

// A decoder with one brand, whose records arrive on 2 June 2026 at noon.
struct DecodeStory {
    DecodeStory() { add_tenant("acme-it", "Europe/Rome", {"acme.orders"}); }

    Tenant& add_tenant(const std::string& id, const std::string& zone,
                       std::vector<std::string> topics) {
        Tenant& tenant = rules.tenants[id];
        tenant.id = id;
        tenant.timezone = zone;
        tenant.topics = std::move(topics);
        return tenant;
    }

    DecodeResult read(std::string_view body, Headers headers = {},
                      const char* topic = "acme.orders") {
        record = Record{};
        record.topic = topic;
        record.value = body;
        record.headers = std::move(headers);
        record.timestamp = *parse_rfc3339("2026-06-02T11:59:00Z");
        return decoder.decode(record, rules, *parse_rfc3339("2026-06-02T12:00:00Z"));
    }

    // What came of it, one line each: `order.paid 2026-06-01T09:00:00Z order=A1 order.total=12.5`,
    // `ignored tombstone`, `rejected bad_fact /data/order/total order.total must be a number`.
    std::vector<std::string> lines(const DecodeResult& result) {
        using Outcome = DecodeResult::Outcome;
        switch (result.outcome) {
            case Outcome::clock:
                return {"clock " + format_utc(result.clock)};
            case Outcome::ignored:
                return {"ignored " + result.label};
            case Outcome::rejected:
                return {fmt::format("rejected {} {} {}", result.rejection.reason,
                                    result.rejection.place, result.rejection.message)};
            case Outcome::events:
                break;
        }
        std::vector<std::string> all;
        for (const Event& event : result.events) all.push_back(line(event));
        return all;
    }
    std::vector<std::string> told(std::string_view body, Headers headers = {},
                                  const char* topic = "acme.orders") {
        return lines(read(body, std::move(headers), topic));
    }

    static std::string line(const Event& event) {
        std::string text{event_definition(event.type).name};
        text += ' ' + format_utc(event.time);
        if (event.broker_time) text += " (log time)";
        for (std::size_t i = 0; i < subject_type_count; ++i) {
            if (event.subject_ids[i].empty()) continue;
            text +=
                fmt::format(" {}={}", name_of(static_cast<SubjectType>(i)), event.subject_ids[i]);
        }
        for (const Fact& entry : event.facts) {
            text += fmt::format(" {}={}", fact(entry.number).name, written(entry.value));
        }
        return text;
    }

    static std::string written(const Value& value) {
        switch (value.kind) {
            case Value::Kind::none:
                return "nothing";
            case Value::Kind::text:
                return fmt::format("'{}'", value.text);
            case Value::Kind::number:
                return fmt::format("{}", value.number);
            case Value::Kind::boolean:
                return value.boolean ? "true" : "false";
            case Value::Kind::time:
                return format_utc(value.as_time());
            case Value::Kind::date:
                return format_date(LocalDate{value.as_date()});
        }
        return {};
    }

    RuleSet rules;
    Decoder decoder;
    Record record;
};

using Lines = std::vector<std::string>;

inline const Headers structured{{"content-type", "application/cloudevents+json"}};

// A CloudEvent about order A1 with this data, and further attributes.
inline std::string cloud_event(std::string_view type, std::string_view data,
                               std::string_view more = {}) {
    return fmt::format(R"({{"specversion":"1.0","id":"e1","source":"/shop","type":"{}",)"
                       R"("time":"2026-06-01T11:00:00+02:00"{},"data":{}}})",
                       type, more, data);
}

}  // namespace premura
