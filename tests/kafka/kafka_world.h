#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/kafka/kafka_client.h"
#include "daemon/kafka/kafka_options.h"
#include "tests/daemon/log_contract.h"

namespace premura {

// False, said aloud, when there is no broker to test with. `$KAFKA_BOOTSTRAP` names one;
// tests/kafka/broker starts one.
bool has_kafka();

// A corner of a real Kafka cluster that nobody else uses: every world has a topic prefix of its
// own.
class KafkaWorld : public LogWorld {
 public:
    KafkaWorld();
    ~KafkaWorld() override;

    std::string create_topic(const std::string& name, int partitions) override;
    std::string create_state_topic(const std::string& name, int partitions) override;
    // Takes the name of a reader that is gone, if there is one, as a restarted process does.
    std::unique_ptr<StageLog> reader(const StageTopics& topics) override;
    std::unique_ptr<StageLog> reader(const StageTopics& topics, const std::string& instance);
    std::unique_ptr<LogTail> tail(std::vector<std::string> topics) override;
    LogWriter& writer() override;
    std::vector<Record> committed(const std::string& topic) override;
    // Other producers take the reader's transactional ids.
    bool lose_commits(StageLog& reader) override;
    void mend() override;
    Instant now() override;
    void run() override;
    std::chrono::milliseconds patience() const override { return std::chrono::seconds{60}; }

    std::string create(const std::string& name, int partitions,
                       const std::map<std::string, std::string>& settings);
    // Changed before the first reader.
    KafkaOptions& options() { return options_; }
    std::string full_name(const std::string& name) const;
    // A producer outside of Premura with a transaction of its own.
    std::unique_ptr<KafkaClient> foreign_transaction(const std::string& id);
    // One past the last record of a partition, committed or not.
    std::int64_t end(const std::string& topic, int partition);

 private:
    class NamedReader;

    KafkaOptions options_;
    boost::asio::io_context io_;
    std::shared_ptr<std::set<std::string>> free_names_ = std::make_shared<std::set<std::string>>();
    int names_ = 0;
    Instant last_now_{};
    std::unique_ptr<LogWriter> writer_;
    std::unique_ptr<KafkaClient> spectator_;  // reads what is committed
    std::unique_ptr<KafkaClient> surveyor_;   // sees ends
    std::vector<std::unique_ptr<KafkaClient>> intruders_;
};

// What a listener hears when nobody is interested.
class SilentListener : public LogListener {
 public:
    void partition_assigned(int partition) override { owned.insert(partition); }
    void state_restored(int, std::string_view, std::string_view) override { ++restored; }
    void partition_revoked(int partition) override { owned.erase(partition); }

    std::set<int> owned;
    int restored = 0;
};

}  // namespace premura
