#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/kafka/kafka_questions.h"

namespace premura {

// Knows up to when the input is complete. The ends of the probed topics are asked for at some
// moment, counting what is not committed yet; once a partition has been read up to there,
// everything that was appended before that moment has been read. Works for partitions where nothing
// happens, and stands still by itself when the brokers cannot be reached.
class KafkaProbe {
 public:
    using Clock = std::chrono::steady_clock;

    // All outlive this.
    KafkaProbe(const StageTopics& topics, const KafkaOptions& options, const KafkaClient& client,
               KafkaQuestions& questions);

    // Nothing is known of the partition yet.
    void start(int partition);
    void stop(int partition);
    void stop_all();

    // Asks, if it is time to; sooner than usual when all that came was read (`at_the_end`) and
    // something was. `now` dates the answer. Returns how long it is till that sooner question.
    std::optional<Milliseconds> ask(Instant now, bool at_the_end);

    // The partition has been read up to these positions, by input.
    void reached(int partition, const std::vector<std::int64_t>& positions);

    std::optional<Instant> complete_until(int partition) const;

 private:
    struct Pending {
        Instant asked;
        std::vector<std::int64_t> ends;  // by probed topic
    };
    struct Partition {
        std::optional<Pending> pending;
        std::optional<Instant> complete_until;
        std::vector<std::int64_t> positions;
    };

    void take(const KafkaQuestions::Answer& answer, Instant asked);
    void settle(Partition& partition) const;

    const StageTopics& topics_;
    const KafkaOptions& options_;
    const KafkaClient& client_;
    KafkaQuestions& questions_;
    std::vector<std::size_t> probed_;  // indices into topics_.inputs
    std::map<int, Partition> partitions_;
    std::uint64_t epoch_ = 0;  // answers to questions from before the last start are void
    Clock::time_point last_asked_{};
    bool in_flight_ = false;
    bool moved_ = false;  // something was read since the last question
    bool failing_ = false;
};

}  // namespace premura
