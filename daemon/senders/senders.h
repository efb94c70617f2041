#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/outbox/ways.h"
#include "daemon/log/log.h"
#include "daemon/senders/gateway.h"
#include "daemon/senders/options.h"

namespace premura {

// Acts on what the outbox decided: one Gateway for the mail server and for each webhook. Requests come from workers after
// their transaction is committed; what became of them goes to the log, for the outbox to read. Owned by the
// main thread; the log's writer outlives it.
class Senders {
 public:
    struct Callbacks {
        std::function<Instant()> now;
        // One attempt is over, or was not made: gateway, kind, reason. From any thread.
        std::function<void(const std::string& gateway, std::string_view result, const std::string& reason)> attempted;
        std::function<void(const std::string& gateway, bool open)> circuit;
        // The log did not take a result. The outbox asks again when its patience ends.
        std::function<void(const std::string& error)> result_lost;
    };

    Senders(const SendersOptions& options, std::string results_topic, LogWriter& log, Callbacks callbacks);
    ~Senders();

    // The value of a record of the type delivery::requested. Any thread; never blocks.
    void take(std::string_view request);
    std::vector<GatewayStatus> status() const;
    void stop();

 private:
    void add(Gateway::Options options, std::function<std::unique_ptr<Transfer>()> make_transfer);
    void report(const std::string& gateway, DeliveryResult result);

    const SendersOptions options_;
    const std::string topic_;
    LogWriter& log_;
    const Callbacks callbacks_;
    std::map<std::string, std::unique_ptr<Gateway>> gateways_;
};

// What the outbox of a partition has to know of them.
OutboxOptions outbox_options(const SendersOptions& options, int partition);

}  // namespace premura
