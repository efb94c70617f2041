#include "core/outbox/delivery.h"

#include <array>
#include <boost/json.hpp>

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> kind_names{"sent", "failed", "refused", "postponed"};

// Reads the fields of an object; one that is missing or of another kind makes the whole unreadable.
class Fields {
 public:
    explicit Fields(std::string_view text) {
        boost::system::error_code error;
        value_ = json::parse(text, error);
        ok_ = !error && value_.is_object();
    }
    bool ok() const { return ok_; }
    bool has(std::string_view name) const { return ok_ && value_.get_object().contains(name); }
    std::string text(std::string_view name) {
        const json::value* value = find(name);
        if (value == nullptr || !value->is_string()) return fail<std::string>();
        return std::string{value->get_string()};
    }
    std::int64_t number(std::string_view name) {
        const json::value* value = find(name);
        if (value == nullptr || !value->is_int64()) return fail<std::int64_t>();
        return value->get_int64();
    }
    Instant time(std::string_view name) {
        const auto time = parse_rfc3339(text(name));
        return time ? *time : fail<Instant>();
    }

 private:
    const json::value* find(std::string_view name) const {
        return ok_ ? value_.get_object().if_contains(name) : nullptr;
    }
    template <typename Type>
    Type fail() {
        ok_ = false;
        return {};
    }
    json::value value_;
    bool ok_ = false;
};

}  // namespace

std::string_view name_of(DeliveryResult::Kind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

Output outbox_record(std::string_view topic, std::string_view type, std::string_view event_id, std::string key,
                     std::string value, Instant now) {
    Output output;
    output.topic = topic;
    output.partition_key = key;
    output.key = std::move(key);
    output.value = std::move(value);
    output.timestamp = now;
    output.headers = {
        {"ce_specversion", "1.0"},          {"ce_type", std::string{type}},
        {"ce_source", "/premura/outbox"},   {"ce_id", std::string{event_id}},
        {"ce_time", format_utc(now)},       {"content-type", "application/json"},
    };
    return output;
}

Output output_of(const DeliveryRequest& request, Instant now) {
    const json::object body{
        {"id", request.id},
        {"key", request.key},
        {"tenant", request.tenant},
        {"partition", request.partition},
        {"number", request.number},
        {"valid_until", format_utc(request.valid_until)},
        {"channel", request.channel},
        {"gateway", request.gateway},
        {"from", request.from},
        {"to", request.to},
        {"content", request.content},
    };
    Output output = outbox_record(delivery::topic, delivery::requested,
                                  request.key + "." + std::to_string(request.number), request.id,
                                  json::serialize(body), now);
    output.partition = request.partition;
    return output;
}

Output output_of(const DeliveryResult& result) {
    json::object body{
        {"id", result.id},
        {"partition", result.partition},
        {"number", result.number},
        {"result", name_of(result.kind)},
        {"reason", result.reason},
        {"at", format_utc(result.at)},
    };
    if (result.retry_after) body["retry_after_seconds"] = result.retry_after->count() / 1000;
    Output output = outbox_record(delivery::topic, delivery::result,
                                  result.id + "." + std::to_string(result.number) + ".result", result.id,
                                  json::serialize(body), result.at);
    output.partition = result.partition;
    return output;
}

std::optional<DeliveryRequest> delivery_request_of(std::string_view text) {
    Fields fields{text};
    DeliveryRequest request;
    request.id = fields.text("id");
    request.key = fields.text("key");
    request.tenant = fields.text("tenant");
    request.partition = static_cast<int>(fields.number("partition"));
    request.number = static_cast<int>(fields.number("number"));
    request.valid_until = fields.time("valid_until");
    request.channel = fields.text("channel");
    request.gateway = fields.text("gateway");
    request.from = fields.text("from");
    request.to = fields.text("to");
    request.content = fields.text("content");
    return fields.ok() ? std::optional{std::move(request)} : std::nullopt;
}

std::optional<DeliveryResult> delivery_result_of(std::string_view text) {
    Fields fields{text};
    DeliveryResult result;
    result.id = fields.text("id");
    result.partition = static_cast<int>(fields.number("partition"));
    result.number = static_cast<int>(fields.number("number"));
    const std::string kind = fields.text("result");
    result.reason = fields.text("reason");
    result.at = fields.time("at");
    if (fields.has("retry_after_seconds")) {
        result.retry_after = std::chrono::seconds{fields.number("retry_after_seconds")};
    }
    for (std::size_t i = 0; i < kind_names.size() && fields.ok(); ++i) {
        if (kind != kind_names[i]) continue;
        result.kind = static_cast<DeliveryResult::Kind>(i);
        return result;
    }
    return std::nullopt;
}

}  // namespace premura
