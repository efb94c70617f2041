#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "daemon/kafka/kafka_options.h"
#include "daemon/log/topics.h"

namespace premura {

// What Premura needs of one topic.
struct KafkaTopicNeed {
    std::string name;             // full
    int partitions = 0;           // how many it gets when it is made; 0: a source of any count
    bool co_partitioned = false;  // it must have exactly so many, being read by a stage that has
    bool ours = false;            // may be made, else it is a source
    bool compacted = false;       // and nothing else: a state that is deleted by time is lost
    std::map<std::string, std::string> settings;  // of a topic that is made
};

struct KafkaTopicsReport {
    std::vector<std::string> errors;        // the daemon must not start; each says what to do
    std::vector<std::string> notes;         // what was made
    std::map<std::string, int> partitions;  // of every topic that is there now
};

// Premura's own topics with their settings. State is compacted, so are call tasks and incidents (the last word on
// each stays, for the desk of a daemon that starts); findings, intake and agents' actions, which are read once and in order, and all
// else are kept for `kept`, but answers to agents for an hour. A negative `kept`: for ever, which a replay of old records needs, since
// their own times are what their age is counted from. With `outbox` a stage reads notifications, expedites and
// incidents, which then must have as many partitions as the other stages' topics.
std::vector<KafkaTopicNeed> own_topics(const TopicNames& names, int partitions,
                                       Milliseconds kept = std::chrono::hours{24 * 7}, bool outbox = false);

// A source whose partition p belongs to partition p of the orders stage (`partitions` of them), or,
// with 0, one that is sent on through the intake topic.
KafkaTopicNeed source_topic(std::string name, int partitions);

// Looks at all of them, and makes those of ours that are missing when `create` is set; a negative
// `replication` is the broker's default. What cannot be made is an error that tells the exact
// settings. Blocks, for seconds when topics are made. Throws LogError when no broker answers.
KafkaTopicsReport prepare_topics(const KafkaOptions& options,
                                 const std::vector<KafkaTopicNeed>& needs, bool create,
                                 int replication = -1);

}  // namespace premura
