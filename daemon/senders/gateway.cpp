#include "daemon/senders/gateway.h"

namespace premura {

Gateway::Gateway(Options options, Callbacks callbacks)
    : options_{std::move(options)},
      callbacks_{std::move(callbacks)},
      circuit_{options_.circuit_after, options_.circuit_pause} {
    for (int i = 0; i < options_.connections_max; ++i) threads_.emplace_back([this] { run(); });
}

Gateway::~Gateway() { stop(Milliseconds{0}); }

void Gateway::take(DeliveryRequest request) {
    std::string refusal;
    {
        const std::lock_guard lock{mutex_};
        if (stopping_) {
            refusal = "stopping";
        } else if (waiting_.size() >= static_cast<std::size_t>(options_.waiting_max)) {
            refusal = "queue_full";
        } else {
            waiting_.push_back(std::move(request));
        }
    }
    if (refusal.empty()) {
        changed_.notify_one();
    } else {
        answer(request, {DeliveryResult::Kind::postponed, refusal, {}});
    }
}

GatewayStatus Gateway::status() const {
    const std::lock_guard lock{mutex_};
    return {options_.name, waiting_.size(), under_way_, circuit_.is_open()};
}

void Gateway::run() {
    const std::unique_ptr<Transfer> transfer = callbacks_.make_transfer();
    for (;;) {
        DeliveryRequest request;
        std::string refusal;
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            request = std::move(waiting_.front());
            waiting_.pop_front();
            const Instant now = callbacks_.now();
            if (stopping_) {
                refusal = "stopping";
            } else if (now + options_.timeout > request.valid_until) {
                // The outbox may ask somebody else at that moment: nobody must still be at it.
                refusal = "waited_too_long";
            } else if (!circuit_.let_through(now)) {
                refusal = delivery::circuit_open;
            } else {
                ++under_way_;
            }
        }
        if (!refusal.empty()) {
            answer(request, {DeliveryResult::Kind::postponed, refusal, {}});
            continue;
        }
        TransferResult result = transfer->run(request, callbacks_.now(), give_up_);
        bool circuit_changed = false;
        bool circuit_open = false;
        {
            const std::lock_guard lock{mutex_};
            --under_way_;
            // One that refuses this message is well.
            const bool failed = result.kind == DeliveryResult::Kind::failed && result.reason != "stopped";
            circuit_changed = failed ? circuit_.failed(callbacks_.now()) : circuit_.succeeded();
            circuit_open = circuit_.is_open();
        }
        if (circuit_changed) callbacks_.circuit(options_.name, circuit_open);
        answer(request, std::move(result));
        changed_.notify_all();
    }
}

void Gateway::answer(const DeliveryRequest& request, TransferResult result) {
    DeliveryResult answer;
    answer.id = request.id;
    answer.partition = request.partition;
    answer.number = request.number;
    answer.kind = result.kind;
    answer.reason = std::move(result.reason);
    answer.retry_after = result.retry_after;
    answer.at = callbacks_.now();
    callbacks_.done(std::move(answer));
}

void Gateway::stop(Milliseconds timeout) {
    {
        std::unique_lock lock{mutex_};
        stopping_ = true;
        changed_.notify_all();
        changed_.wait_for(lock, timeout, [this] { return under_way_ == 0; });
        give_up_ = true;
    }
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

}  // namespace premura
