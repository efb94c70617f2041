#include "daemon/api/http_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/events/json_text.h"
#include "core/events/limits.h"
#include "core/events/text_codecs.h"
#include "core/orders/routing.h"
#include "daemon/log/headers.h"

namespace premura {
namespace {

constexpr std::string_view structured_type = "application/cloudevents+json";
constexpr std::string_view batch_type = "application/cloudevents-batch+json";
constexpr std::string_view topic_header = "x-premura-topic";
constexpr std::string_view required_attributes[] = {"ce-specversion", "ce-type", "ce-source",
                                                    "ce-id"};
constexpr std::string_view how_to_send =
    "send a CloudEvent as application/cloudevents+json, several as "
    "application/cloudevents-batch+json, one in binary mode with ce- headers, or any other body "
    "with ?topic= naming the source topic whose mapping knows it";

// "Application/CloudEvents+JSON; charset=utf-8" is "application/cloudevents+json".
std::string media_type(const HttpRequest& request) {
    std::string_view type = request.header("content-type");
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    return lower_case(type);
}

bool has_attributes(const HttpRequest& request) {
    return std::any_of(request.headers.begin(), request.headers.end(),
                       [](const auto& header) { return header.first.starts_with("ce-"); });
}

// The attributes of binary mode under their names in a log: `ce-id` over HTTP is `ce_id` there.
Headers attributes_of(const HttpRequest& request) {
    Headers headers;
    for (const auto& [name, value] : request.headers) {
        if (name == "content-type") headers.emplace_back(name, value);
        if (!name.starts_with("ce-")) continue;
        headers.emplace_back("ce_" + name.substr(3), decode_http_header(value));
    }
    return headers;
}

// What a mapping may look at: the sender's own headers, without those that proxies add about
// persons.
Headers headers_for_mappings(const HttpRequest& request) {
    Headers headers;
    for (const auto& [name, value] : request.headers) {
        const bool of_sender = name.starts_with("x-") && !name.starts_with("x-forwarded-") &&
                               name != "x-real-ip" && name != topic_header;
        if (of_sender || name == "content-type") headers.emplace_back(name, value);
    }
    return headers;
}

HttpResponse too_large() {
    return problem(413, fmt::format("an event is larger than {} bytes", record_bytes_max));
}

// The members of a JSON array as they are written; or what is wrong.
std::optional<HttpResponse> split_batch(std::string_view body, std::vector<std::string>& members) {
    constexpr std::string_view no_array = "a batch must be a JSON array of CloudEvents";
    JsonBuffer buffer;
    buffer.copy(body);
    if (!buffer.index()) return problem(400, no_array);
    JsonCursor cursor{buffer};
    if (!cursor.is_array()) return problem(400, no_array);
    std::optional<HttpResponse> refusal;
    const bool well_formed = cursor.read_array([&cursor, &members, &refusal] {
        const char* begin = cursor.word().data();
        if (!cursor.is_object()) {
            refusal = problem(
                400, fmt::format("member {} of the batch is no JSON object", members.size()));
        } else if (members.size() == batch_events_max) {
            refusal =
                problem(413, fmt::format("a batch holds {} events at most", batch_events_max));
        }
        if (refusal || !cursor.skip_value() || cursor.at_end()) return false;
        // Blanks before the next token are part of no value, and do no harm.
        members.emplace_back(begin, cursor.word().data());
        if (members.back().size() > record_bytes_max) refusal = too_large();
        return !refusal;
    });
    if (refusal) return refusal;
    if (!well_formed || !cursor.at_end()) return problem(400, no_array);
    return std::nullopt;
}

}  // namespace

EventIntake::EventIntake(Options options, Partitions partitions)
    : options_{std::move(options)},
      partitions_{std::move(partitions)},
      decoder_{options_.decoder} {}

EventIntake::Result EventIntake::read(HttpRequest request, const RuleSet& rules, Instant now) {
    Result result;
    std::string topic;
    result.problem = choose_topic(request, topic);
    if (result.problem) return result;
    const std::string type = media_type(request);

    if (type == batch_type) {
        std::vector<std::string> members;
        result.problem = split_batch(request.body, members);
        if (result.problem) return result;
        for (std::string& member : members) {
            add(topic, {{"content-type", std::string{structured_type}}}, std::move(member), rules,
                now, result);
        }
        return result;
    }
    if (request.body.size() > record_bytes_max) {
        result.problem = too_large();
    } else if (type == structured_type) {
        if (request.body.empty()) {
            result.problem = problem(400, "the body is empty");
            return result;
        }
        add(topic, {{"content-type", std::string{structured_type}}}, std::move(request.body), rules,
            now, result);
    } else if (has_attributes(request)) {
        for (const std::string_view name : required_attributes) {
            if (!request.header(name).empty()) continue;
            result.problem = problem(400, fmt::format("the header {} is missing: a CloudEvent in "
                                                      "binary mode needs it",
                                                      name));
            return result;
        }
        add(topic, attributes_of(request), std::move(request.body), rules, now, result);
    } else if (request.header(topic_header).empty() && !request.query.contains("topic")) {
        result.problem = problem(415, how_to_send);
    } else if (request.body.empty()) {
        result.problem = problem(400, "the body is empty");
    } else {
        add(topic, headers_for_mappings(request), std::move(request.body), rules, now, result);
    }
    return result;
}

std::optional<HttpResponse> EventIntake::choose_topic(const HttpRequest& request,
                                                      std::string& topic) const {
    topic = request.header(topic_header);
    if (const auto named = request.query.find("topic"); named != request.query.end()) {
        topic = named->second;
    }
    if (topic.empty()) topic = options_.default_topic;
    const auto& topics = options_.topics;
    if (std::find(topics.begin(), topics.end(), topic) != topics.end()) return std::nullopt;
    return problem(400, fmt::format("the topic is none of the sources in the settings: {}",
                                    fmt::join(topics, ", ")));
}

void EventIntake::add(std::string topic, Headers headers, std::string value, const RuleSet& rules,
                      Instant now, Result& result) {
    Record record;
    record.topic = std::move(topic);
    record.headers = std::move(headers);
    record.value = std::move(value);
    record.timestamp = now;
    const DecodeResult decoded = decoder_.decode(record, rules, now);

    Output output;
    if (!decoded.events.empty()) output.key = target_of(decoded.events.front()).id;
    output.topic = record.topic;
    output.partition_key = output.key;
    output.headers = std::move(record.headers);
    output.timestamp = now;
    output.value = std::move(record.value);
    ++result.events;
    if (decoded.outcome != DecodeResult::Outcome::clock) {
        result.records.push_back(std::move(output));
        return;
    }
    // A clock says how late it is in a replay, and every partition has to hear it.
    const int count = partitions_(output.topic);
    for (int partition = 0; partition < count; ++partition) {
        output.partition = partition;
        result.records.push_back(output);
    }
}

}  // namespace premura
