#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/events/decoder.h"
#include "core/rules/rule_set.h"
#include "core/stage.h"
#include "daemon/http/http_message.h"

namespace premura {

// Turns the requests of `POST /v1/events` into records for a source topic: CloudEvents in
// structured, binary and batch mode (CloudEvents 1.0, HTTP protocol binding), and with a named
// topic any body that mappings may know. A CloudEvent that makes no sense to the decoder becomes a
// record all the same: the stage then puts it in quarantine with its reason, where people look. Not
// thread-safe: one per thread, it owns a decoder.
class EventIntake {
 public:
    struct Options {
        std::string default_topic;  // full name; where events go when the request names no topic
        std::vector<std::string> topics;  // full names of all source topics; `default_topic` is one
        DecoderOptions decoder;
    };
    // The partition count of a topic; asked for clocks only, which go to each.
    using Partitions = std::function<int(const std::string& topic)>;

    EventIntake(Options options, Partitions partitions);

    struct Result {
        std::vector<Output>
            records;             // keyed by what each event is about, as the orders stage wants it
        std::size_t events = 0;  // how many the request brought
        std::optional<HttpResponse> problem;  // instead of all that
    };
    Result read(HttpRequest request, const RuleSet& rules, Instant now);

 private:
    // The name of a known topic, or a problem.
    std::optional<HttpResponse> choose_topic(const HttpRequest& request, std::string& topic) const;
    void add(std::string topic, Headers headers, std::string value, const RuleSet& rules,
             Instant now, Result& result);

    const Options options_;
    const Partitions partitions_;
    Decoder decoder_;
};

}  // namespace premura
