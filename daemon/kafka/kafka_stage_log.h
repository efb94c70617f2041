#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/kafka/kafka_log.h"
#include "daemon/kafka/kafka_member.h"
#include "daemon/kafka/kafka_probe.h"
#include "daemon/kafka/kafka_questions.h"
#include "daemon/kafka/kafka_restore.h"
#include "daemon/kafka/kafka_transactor.h"
#include "daemon/kafka/kafka_wake.h"

namespace premura {

// One reader of one stage on Kafka: a member of its consumer group, a transactional producer, and
// beside them a consumer that restores state and asks for positions. Used on one thread.
//
// A partition goes through three steps: its positions are asked for, then its state is read back
// while the group already counts on us, then its records come. Nothing of this waits: each `read`
// goes on with what has come.
class KafkaStageLog final : public StageLog {
 public:
    KafkaStageLog(KafkaOptions options, StageTopics topics, boost::asio::any_io_executor executor);
    // Without `close` before, it is gone as a killed process is.
    ~KafkaStageLog() override;

    void open(LogListener& listener) override;
    Batch read(std::size_t records_max, Instant now) override;
    Commit commit(const Transaction& transaction) override;
    void wait(std::function<void()> ready) override;
    void close() override;

 private:
    using Clock = std::chrono::steady_clock;

    struct Owned {
        enum class Step { positions, state, records };
        Step step = Step::positions;
        // By input: what was committed, and what was delivered.
        std::vector<std::int64_t> committed;
        std::vector<std::int64_t> next;
        bool uncommitted = false;  // records were delivered since the last commit
    };
    enum class Rewind { no, now, after_rebalance };

    // kafka_stage_log.cpp: reading and writing.
    void consume(std::size_t records_max, Batch& batch);
    void take(const rd_kafka_message_t& message, Batch& batch, std::size_t& bytes);
    void note_error(const rd_kafka_message_t& message);
    std::optional<std::size_t> input_of(const rd_kafka_message_t& message) const;
    KafkaOffsets positions_to_commit(bool& moved) const;
    bool transactors_ready();
    Commit lose(Rewind how, const std::string& why);
    void report(Batch& batch, Instant now, bool at_the_end);

    // kafka_assignment.cpp: who owns what, and how it comes to run.
    void act_on(KafkaMember::Rebalance rebalance, const Batch& batch);
    void give_back();
    void assigned(const KafkaMember::Rebalance& rebalance);
    std::set<int> complete_partitions(const std::vector<TopicPartition>& partitions);
    void check_co_partitioned();
    void rewind();
    void forget(int partition);
    void forget_all();
    void ask_positions();
    void take_positions(const KafkaQuestions::Answer& answer);
    void take_state_ends(const KafkaQuestions::Answer& answer);
    void ask_again_later(const std::string& error);
    void apply_assignment();
    void run(int partition, const KafkaRestore::State& state);
    KafkaOffsets inputs_of(int partition, const std::vector<std::int64_t>& offsets) const;
    std::vector<int> partitions_at(Owned::Step step) const;

    const KafkaOptions options_;
    const StageTopics topics_;
    const std::shared_ptr<KafkaWake> wake_;
    // Two that take turns. A broker writes the marks of a transaction after it has called it
    // committed, and lets nobody of the same transactional id begin another until then; one
    // producer alone waits a good part of its time. Group coordinators keep the position that was
    // written last, whichever marks come first.
    std::array<KafkaTransactor, 2> transactors_;
    std::size_t turn_ = 0;
    std::unique_ptr<KafkaClient> side_;
    std::unique_ptr<KafkaQuestions> questions_;
    std::unique_ptr<KafkaRestore> restore_;
    std::unique_ptr<KafkaProbe> probe_;
    std::unique_ptr<KafkaMember> member_;
    LogListener* listener_ = nullptr;

    std::map<int, Owned> owned_;
    // What the group took us for when the partitions at hand were assigned. Sent with every commit.
    KafkaGroupMetadata group_;
    int generation_ = -1;
    bool assigned_ = false;        // else: the group is dealing the partitions out
    bool give_back_ = false;       // it wants to, and waits for us
    bool co_partitioned_ = false;  // checked

    Rewind rewind_ = Rewind::no;
    bool doomed_ = false;  // the next commit is lost: partitions that it would be for are gone
    int lost_in_a_row_ = 0;
    std::optional<Clock::time_point> rebalance_awaited_;

    // Positions or ends of the state are being asked for; answers to earlier questions are void.
    bool asking_ = false;
    std::uint64_t question_ = 0;
    Clock::time_point ask_after_{};
    std::optional<Clock::time_point> asking_since_;

    std::string error_;  // met inside a call of librdkafka, to be thrown outside it
};

}  // namespace premura
