#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "daemon/kafka/kafka_client.h"
#include "daemon/kafka/kafka_log.h"
#include "daemon/kafka/kafka_record.h"
#include "daemon/kafka/kafka_wake.h"

namespace premura {

// The writer behind make_kafka_writer. Delivery reports are served on the executor's thread.
class KafkaWriter final : public LogWriter {
 public:
    KafkaWriter(KafkaOptions options, boost::asio::any_io_executor executor);
    // On the executor's thread, or when that runs no more. Waits for what was appended, at most
    // `delivery_timeout`; what is not delivered by then is answered with an error.
    ~KafkaWriter() override;

    void append(std::vector<Output> records, std::function<void(std::string error)> done) override;
    // Blocks when the topic is asked for the first time.
    int partitions(const std::string& topic) override;

 private:
    struct Pending;  // one append
    // A producer, and what hangs on it.
    struct Session {
        Session(const KafkaOptions& options, const std::shared_ptr<KafkaWake>& wake,
                std::atomic<std::size_t>& records_waiting);
        KafkaClient client;
        KafkaWatchedQueue queue;
        std::mutex mutex;  // of `targets`
        KafkaTargets targets;
    };

    static void delivered(const rd_kafka_message_t& message,
                          std::atomic<std::size_t>& records_waiting);
    static void settle(Pending* pending, std::size_t records, const std::string& error);
    std::shared_ptr<Session> session();
    bool admit(std::size_t records);
    void serve();
    void replace_if_broken();
    void drain(Session& session, Milliseconds timeout);

    const KafkaOptions options_;
    const std::shared_ptr<KafkaWake> wake_;
    std::atomic<std::size_t> records_waiting_{0};
    std::mutex mutex_;  // of `session_`
    std::shared_ptr<Session> session_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace premura
