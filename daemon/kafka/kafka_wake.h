#pragma once

#include <librdkafka/rdkafka.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "core/base/time.h"
#include "daemon/kafka/kafka_client.h"
#include "daemon/log/ready_signal.h"

namespace premura {

// Turns what happens in librdkafka's queues into calls on an Asio executor. Queues write to one
// event descriptor, once each time they stop being empty; so whoever is woken must drain them all.
// A tick comes beside that, because a consumer that is not polled now and then is thrown out of its
// group.
class KafkaWake : public std::enable_shared_from_this<KafkaWake> {
 public:
    // Everything below is called on the executor's thread. Throws LogError.
    static std::shared_ptr<KafkaWake> make(boost::asio::any_io_executor executor,
                                           Milliseconds tick);

    ReadySignal& signal() { return *signal_; }
    void start();
    void stop();

    // Forgets what has happened so far: the caller looks at every queue now.
    void begin();
    // Something is to be had after that time, even if no queue says so.
    void raise_after(Milliseconds delay);

    int descriptor() { return descriptor_.native_handle(); }

 private:
    KafkaWake(boost::asio::any_io_executor executor, Milliseconds tick, int descriptor);
    void listen();
    void tick();

    const Milliseconds tick_;
    boost::asio::posix::stream_descriptor descriptor_;
    boost::asio::steady_timer ticker_;
    boost::asio::steady_timer later_;
    const std::shared_ptr<ReadySignal> signal_;
    bool stopped_ = false;
};

// A queue that wakes, as long as this lives.
class KafkaWatchedQueue {
 public:
    KafkaWatchedQueue(KafkaQueue queue, std::shared_ptr<KafkaWake> wake);
    ~KafkaWatchedQueue();
    KafkaWatchedQueue(const KafkaWatchedQueue&) = delete;
    KafkaWatchedQueue& operator=(const KafkaWatchedQueue&) = delete;

    rd_kafka_queue_t* get() const { return queue_.get(); }

 private:
    const KafkaQueue queue_;
    const std::shared_ptr<KafkaWake> wake_;
};

}  // namespace premura
