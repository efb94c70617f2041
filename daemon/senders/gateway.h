#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/outbox/delivery.h"
#include "daemon/senders/circuit.h"
#include "daemon/senders/transfer.h"

namespace premura {

struct GatewayStatus {
    std::string name;
    std::size_t waiting = 0;    // requests that no connection has taken up
    std::size_t under_way = 0;
    bool circuit_open = false;
};

// One gateway with threads, a bounded queue and a circuit of its own, so that a slow or dead one holds up nobody else: not
// the stages, which only put something into the queue, and not the other gateways.
class Gateway {
 public:
    struct Options {
        std::string name;
        int connections_max = 2;
        int waiting_max = 1000;
        Milliseconds timeout = std::chrono::seconds{10};  // of a transfer
        int circuit_after = 5;
        Milliseconds circuit_pause = std::chrono::seconds{30};
    };
    struct Callbacks {
        std::function<std::unique_ptr<Transfer>()> make_transfer;  // called on each thread
        std::function<Instant()> now;
        // From any of its threads, or from inside `take` and `stop`; must not block.
        std::function<void(DeliveryResult)> done;
        std::function<void(const std::string& gateway, bool open)> circuit;
    };

    Gateway(Options options, Callbacks callbacks);
    ~Gateway();

    // Never blocks: what there is no room for comes back at once as postponed. Any thread.
    void take(DeliveryRequest request);
    GatewayStatus status() const;
    // Hands back what waits, gives what is under way so long to end, and joins the threads.
    void stop(Milliseconds timeout);

 private:
    void run();
    void answer(const DeliveryRequest& request, TransferResult result);

    const Options options_;
    const Callbacks callbacks_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<DeliveryRequest> waiting_;
    Circuit circuit_;
    std::size_t under_way_ = 0;
    bool stopping_ = false;
    std::atomic<bool> give_up_{false};
    std::vector<std::thread> threads_;
};

}  // namespace premura
