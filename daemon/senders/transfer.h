#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "core/outbox/delivery.h"
#include "daemon/senders/options.h"

namespace premura {

// What one attempt came to.
struct TransferResult {
    DeliveryResult::Kind kind = DeliveryResult::Kind::failed;
    std::string reason;
    std::optional<Milliseconds> retry_after;
};

// Hands one request at a time to one gateway, and waits for its answer: at most the gateway's timeout. Made and used on one
// thread; several may talk to the same gateway.
class Transfer {
 public:
    virtual ~Transfer() = default;
    // Gives up soon after `*give_up` became true.
    virtual TransferResult run(const DeliveryRequest& request, Instant now, const std::atomic<bool>& give_up) = 0;
};

// Once for the process, before any thread: libcurl's own preparation.
void prepare_transfers();

std::unique_ptr<Transfer> smtp_transfer(const SmtpOptions& options);
std::unique_ptr<Transfer> webhook_transfer(const WebhookOptions& options);

}  // namespace premura
