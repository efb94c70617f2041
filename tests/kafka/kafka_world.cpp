#include "tests/kafka/kafka_world.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>

#include "daemon/kafka/kafka_log.h"
#include "daemon/kafka/kafka_record.h"
#include "daemon/kafka/kafka_tail.h"
#include "daemon/kafka/kafka_topics.h"

namespace premura {

bool has_kafka() {
    if (const char* bootstrap = std::getenv("KAFKA_BOOTSTRAP"); bootstrap && *bootstrap)
        return true;
    std::cout
        << "SKIPPED: real Kafka: KAFKA_BOOTSTRAP is not set; hint: eval \"$(tests/kafka/broker "
           "start --state DIR)\""
        << std::endl;
    return false;
}

// Gives its name back when it is gone, so that the next reader comes back under it.
class KafkaWorld::NamedReader : public StageLog {
 public:
    NamedReader(std::unique_ptr<StageLog> log, std::string name, std::string id,
                std::shared_ptr<std::set<std::string>> free_names)
        : transactional_id{std::move(id)},
          log_{std::move(log)},
          name_{std::move(name)},
          free_names_{std::move(free_names)} {}
    ~NamedReader() override {
        log_.reset();
        free_names_->insert(name_);
    }
    void open(LogListener& listener) override { log_->open(listener); }
    Batch read(std::size_t records_max, Instant now) override {
        return log_->read(records_max, now);
    }
    Commit commit(const Transaction& transaction) override { return log_->commit(transaction); }
    void wait(std::function<void()> ready) override { log_->wait(std::move(ready)); }
    void close() override { log_->close(); }

    const std::string transactional_id;

 private:
    std::unique_ptr<StageLog> log_;
    const std::string name_;
    const std::shared_ptr<std::set<std::string>> free_names_;
};

KafkaWorld::KafkaWorld() {
    static std::atomic<int> worlds{0};
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    options_.prefix = "t" + std::to_string(now / std::chrono::milliseconds{1} % 1'000'000'000) +
                      "-" + std::to_string(getpid()) + "-" + std::to_string(++worlds);
    options_.properties = {{"bootstrap.servers", std::getenv("KAFKA_BOOTSTRAP")}};
    options_.instance = "test";
    options_.session_timeout = Milliseconds{3'000};
    options_.heartbeat_interval = Milliseconds{200};
    options_.probe_interval = Milliseconds{200};
    options_.probe_interval_min = Milliseconds{50};
    if (std::getenv("PREMURA_KAFKA_LOG")) {
        options_.log = [](int severity, const std::string& text) {
            std::cerr << "<" + std::to_string(severity) + ">" + text + "\n";
        };
    }
}

KafkaWorld::~KafkaWorld() = default;

std::string KafkaWorld::full_name(const std::string& name) const {
    return options_.prefix + "." + name + ".v1";
}

std::string KafkaWorld::create(const std::string& name, int partitions,
                               const std::map<std::string, std::string>& settings) {
    const std::string full = full_name(name);
    const KafkaTopicsReport report =
        prepare_topics(options_, {{full, partitions, false, true, false, settings}}, true);
    for (const std::string& error : report.errors) FAIL(error);
    return full;
}

std::string KafkaWorld::create_topic(const std::string& name, int partitions) {
    return create(name, partitions, {});
}

std::string KafkaWorld::create_state_topic(const std::string& name, int partitions) {
    return create(name, partitions, {{"cleanup.policy", "compact"}});
}

std::unique_ptr<StageLog> KafkaWorld::reader(const StageTopics& topics) {
    std::string name;
    if (free_names_->empty()) {
        name = "reader-" + std::to_string(++names_);
    } else {
        name = free_names_->extract(free_names_->begin()).value();
    }
    return reader(topics, name);
}

std::unique_ptr<StageLog> KafkaWorld::reader(const StageTopics& topics,
                                             const std::string& instance) {
    KafkaOptions options = options_;
    options.instance = instance;
    return std::make_unique<NamedReader>(
        make_kafka_reader(options, topics, io_.get_executor()), instance,
        options.prefix + "-" + topics.stage + "-" + instance, free_names_);
}

std::unique_ptr<LogTail> KafkaWorld::tail(std::vector<std::string> topics) {
    return make_kafka_tail(options_, std::move(topics), io_.get_executor());
}

LogWriter& KafkaWorld::writer() {
    if (!writer_) writer_ = make_kafka_writer(options_, io_.get_executor());
    return *writer_;
}

std::int64_t KafkaWorld::end(const std::string& topic, int partition) {
    if (!surveyor_) {
        surveyor_ = std::make_unique<KafkaClient>(
            KafkaClient::Role::side, options_,
            KafkaClient::Properties{{"group.id", options_.prefix},
                                    {"isolation.level", "read_uncommitted"}});
    }
    std::int64_t low = 0;
    std::int64_t high = 0;
    REQUIRE(rd_kafka_query_watermark_offsets(surveyor_->get(), topic.c_str(), partition, &low,
                                             &high, 10'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
    return high;
}

std::vector<Record> KafkaWorld::committed(const std::string& topic) {
    if (!spectator_) {
        spectator_ = std::make_unique<KafkaClient>(
            KafkaClient::Role::side, options_,
            KafkaClient::Properties{{"group.id", options_.prefix}, {"fetch.wait.max.ms", "10"}});
    }
    const int partitions = spectator_->partitions(topic, std::chrono::seconds{10});
    KafkaOffsets from;
    std::map<int, std::int64_t> left;  // ends not reached yet
    for (int i = 0; i < partitions; ++i) {
        const std::int64_t last = end(topic, i);
        if (last == 0) continue;
        left[i] = last;
        from.emplace(TopicPartition{topic, i}, 0);
    }
    std::map<int, std::vector<Record>> found;
    rd_kafka_assign(spectator_->get(), partition_list(from).get());
    const auto give_up = std::chrono::steady_clock::now() + patience();
    while (!left.empty()) {
        REQUIRE(std::chrono::steady_clock::now() < give_up);
        rd_kafka_message_t* const message = rd_kafka_consumer_poll(spectator_->get(), 100);
        if (!message) continue;
        const int partition = message->partition;
        const bool is_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
        const std::int64_t next = is_end ? message->offset : message->offset + 1;
        if (!is_end && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            found[partition].push_back(record_of(*message, topic));
        }
        if (left.contains(partition) && next >= left[partition]) left.erase(partition);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_assign(spectator_->get(), nullptr);
    std::vector<Record> all;
    for (auto& [partition, records] : found) std::ranges::move(records, std::back_inserter(all));
    return all;
}

std::unique_ptr<KafkaClient> KafkaWorld::foreign_transaction(const std::string& id) {
    auto client = std::make_unique<KafkaClient>(KafkaClient::Role::transactor, options_,
                                                KafkaClient::Properties{{"transactional.id", id}});
    const KafkaError refused{rd_kafka_init_transactions(client->get(), 30'000)};
    REQUIRE(!refused);
    const KafkaError not_begun{rd_kafka_begin_transaction(client->get())};
    REQUIRE(!not_begun);
    return client;
}

bool KafkaWorld::lose_commits(StageLog& reader) {
    for (const char* turn : {"-a", "-b"}) {
        intruders_.push_back(
            foreign_transaction(dynamic_cast<NamedReader&>(reader).transactional_id + turn));
    }
    return true;
}

void KafkaWorld::mend() {
    intruders_.clear();
}

Instant KafkaWorld::now() {
    const auto now = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    last_now_ = std::max(last_now_ + Milliseconds{1}, now);
    return last_now_;
}

void KafkaWorld::run() {
    io_.restart();
    io_.run_for(std::chrono::milliseconds{2});
}

}  // namespace premura
