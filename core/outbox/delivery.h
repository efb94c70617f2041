#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/stage.h"

namespace premura {

// What goes between the outbox, which decides, and the senders, which act: records of the topic `deliveries`.

// One attempt to hand something to a gateway, rendered whole: an attempt that is made again has the same bytes and
// the same key.
struct DeliveryRequest {
    std::string id;          // of what is delivered: the derived id of the notification, expedite or incident
    std::string key;         // id and channel: Idempotency-Key, and the left half of Message-ID
    std::string tenant;      // empty for incidents of the whole installation
    int partition = 0;       // of the outbox that asks; the answer goes there
    int number = 0;          // counts the requests of this id, from 1
    Instant valid_until;     // nobody begins or waits for the gateway after this: the outbox asks anew
    std::string channel;     // email, sms, chat, webhook
    std::string gateway;     // smtp, or the name of a webhook
    std::string from;        // of e-mail: the envelope's address
    std::string to;          // of e-mail: the envelope's address
    std::string content;     // the mail's bytes, or the JSON that is posted

    bool operator==(const DeliveryRequest&) const = default;
};

// What became of an attempt.
struct DeliveryResult {
    enum class Kind : std::uint8_t {
        sent,       // the gateway took it
        failed,     // it did not, and may later
        refused,    // it never will: this address, this message
        postponed,  // nothing was tried: the gateway is known to be down, or has enough to do
    };
    std::string id;
    int partition = 0;
    int number = 0;
    Kind kind = Kind::failed;
    std::string reason;  // a word of ours and a code, such as http_503; never what the gateway wrote
    std::optional<Milliseconds> retry_after;  // as the gateway asked
    Instant at;

    bool operator==(const DeliveryResult&) const = default;
};

std::string_view name_of(DeliveryResult::Kind kind);

namespace delivery {
// Values of ce_type.
constexpr std::string_view requested = "premura.delivery.requested.v1";
constexpr std::string_view result = "premura.delivery.result.v1";
constexpr std::string_view expedite = "premura.delivery.expedite.v1";  // an expedite, sent on to its customer's partition
constexpr std::string_view topic = "deliveries";
// Why nothing was tried: the gateway is known to be down. Other reasons are that it has enough to do.
constexpr std::string_view circuit_open = "circuit_open";
}  // namespace delivery

Output output_of(const DeliveryRequest& request, Instant now);
Output output_of(const DeliveryResult& result);
// Nothing when the text is not of a form we know.
std::optional<DeliveryRequest> delivery_request_of(std::string_view json);
std::optional<DeliveryResult> delivery_result_of(std::string_view json);

// A CloudEvent in binary mode on one of our topics, as all of the outbox's are.
Output outbox_record(std::string_view topic, std::string_view type, std::string_view event_id, std::string key,
                     std::string value, Instant now);

}  // namespace premura
