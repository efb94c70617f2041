#include "core/orders/routing.h"

#include <boost/json.hpp>

#include "core/events/encode.h"

namespace premura {

Target target_of(const Event& event) {
    using enum SubjectType;
    for (const SubjectType type : {order, shipment, parcel, return_, refund, promise, customer}) {
        const std::string_view id = event.subject_id(type);
        if (!id.empty()) return {type, id};
    }
    return {};
}

std::string_view header_of(const Record& record, std::string_view name) {
    for (const auto& [key, value] : record.headers) {
        if (key == name) return value;
    }
    return {};
}

Output forwarded(const Event& event, Target target) {
    Output output;
    output.topic = "intake";
    output.key = target.id;
    output.partition_key = target.id;
    output.value = encode_event(event);
    output.headers = {{"content-type", std::string{structured_content_type}},
                      {std::string{entity_header}, std::string{name_of(target.kind)}}};
    output.timestamp = event.time;
    return output;
}

Output quarantined(const Record& record, const Rejection& rejection, Instant arrival) {
    namespace json = boost::json;
    const json::object reason{
        {"reason", rejection.reason},     {"message", rejection.message},
        {"place", rejection.place},       {"topic", record.topic},
        {"partition", record.partition},  {"offset", record.offset},
    };
    Output output;
    output.topic = "quarantine";
    output.key = record.topic + "/" + std::to_string(record.partition) + "/" +
                 std::to_string(record.offset);
    output.partition_key = output.key;
    output.value = record.value;
    output.headers = record.headers;
    output.headers.emplace_back("premura-rejection", json::serialize(reason));
    output.timestamp = arrival;
    return output;
}

}  // namespace premura
