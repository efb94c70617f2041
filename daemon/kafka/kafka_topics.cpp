#include "daemon/kafka/kafka_topics.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "daemon/kafka/kafka_client.h"

namespace premura {
namespace {

constexpr Milliseconds creation_timeout = std::chrono::seconds{30};
constexpr Milliseconds leader_poll{50};
// Whoever asked waits a second or two for an answer.
constexpr Milliseconds answers_kept = std::chrono::hours{1};
constexpr Milliseconds results_kept = std::chrono::days{400};

std::map<std::string, std::string> compacted_settings() {
    return {
        {"cleanup.policy", "compact"},
        // Small segments and an early cleaner keep a restore close to one record per key.
        {"segment.bytes", "67108864"},
        {"min.cleanable.dirty.ratio", "0.2"},
        // What was erased is gone from the disk within two days: one to be compacted, one as a
        // tombstone.
        {"max.compaction.lag.ms", "86400000"},
        {"delete.retention.ms", "86400000"},
    };
}

std::map<std::string, std::string> timed_settings(Milliseconds kept) {
    return {
        {"cleanup.policy", "delete"},
        {"retention.ms", std::to_string(kept.count() < 0 ? -1 : kept.count())},
    };
}

// The clients and the answers of one look at the cluster.
class Inspection {
 public:
    Inspection(const KafkaOptions& options, KafkaTopicsReport& report)
        : options_{options},
          report_{report},
          client_{KafkaClient::Role::admin, options, {{"group.id", options.prefix + "-start"}}},
          queue_{rd_kafka_queue_new(client_.get())} {}

    int partitions(const std::string& topic) const {
        return client_.partitions(topic, options_.request_timeout);
    }

    // What went wrong with each topic; topics that were made are not listed.
    std::map<std::string, std::string> create(const std::vector<const KafkaTopicNeed*>& needs,
                                              int replication);
    bool await_leaders(const KafkaTopicNeed& need) const;
    void check_compaction(const std::vector<const KafkaTopicNeed*>& needs);

 private:
    KafkaEvent answer() {
        return KafkaEvent{
            rd_kafka_queue_poll(queue_.get(), to_int(creation_timeout + options_.request_timeout))};
    }

    const KafkaOptions& options_;
    KafkaTopicsReport& report_;
    KafkaClient client_;
    KafkaQueue queue_;
};

std::map<std::string, std::string> Inspection::create(
    const std::vector<const KafkaTopicNeed*>& needs, int replication) {
    using NewTopic = KafkaOwned<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
    std::map<std::string, std::string> faults;
    char text[512];
    std::vector<NewTopic> topics;
    for (const KafkaTopicNeed* need : needs) {
        NewTopic topic{rd_kafka_NewTopic_new(need->name.c_str(), need->partitions, replication,
                                             text, sizeof text)};
        if (!topic) {
            faults[need->name] = text;
            continue;
        }
        for (const auto& [name, value] : need->settings) {
            rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
        }
        topics.push_back(std::move(topic));
    }
    std::vector<rd_kafka_NewTopic_t*> request;
    for (const NewTopic& topic : topics) request.push_back(topic.get());
    if (request.empty()) return faults;

    const KafkaAdminOptions options{
        rd_kafka_AdminOptions_new(client_.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS)};
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), to_int(creation_timeout), text,
                                                sizeof text);
    rd_kafka_CreateTopics(client_.get(), request.data(), request.size(), options.get(),
                          queue_.get());
    const KafkaEvent event = answer();
    if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        const std::string why = event ? rd_kafka_event_error_string(event.get()) : "no answer";
        for (const KafkaTopicNeed* need : needs) faults[need->name] = why;
        return faults;
    }
    std::size_t count = 0;
    const rd_kafka_topic_result_t** results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(event.get()), &count);
    for (std::size_t i = 0; i < count; ++i) {
        const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);
        // Another daemon of the group may have been faster.
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR ||
            error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
            continue;
        }
        const char* detail = rd_kafka_topic_result_error_string(results[i]);
        faults[rd_kafka_topic_result_name(results[i])] = detail ? detail : rd_kafka_err2str(error);
    }
    return faults;
}

// A topic that was made a moment ago is not known to every broker yet.
bool Inspection::await_leaders(const KafkaTopicNeed& need) const {
    const auto end = std::chrono::steady_clock::now() + creation_timeout;
    while (partitions(need.name) == 0) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(leader_poll);
    }
    return true;
}

void Inspection::check_compaction(const std::vector<const KafkaTopicNeed*>& needs) {
    using Resource = KafkaOwned<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;
    std::vector<Resource> resources;
    std::vector<rd_kafka_ConfigResource_t*> request;
    for (const KafkaTopicNeed* need : needs) {
        resources.emplace_back(
            rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, need->name.c_str()));
        request.push_back(resources.back().get());
    }
    if (request.empty()) return;
    rd_kafka_DescribeConfigs(client_.get(), request.data(), request.size(), nullptr, queue_.get());
    const KafkaEvent event = answer();
    if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        report_.notes.push_back(
            "whether the state topics are compacted could not be checked: " +
            std::string{event ? rd_kafka_event_error_string(event.get()) : "no answer"});
        return;
    }
    std::size_t count = 0;
    const rd_kafka_ConfigResource_t** results = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event.get()), &count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::string topic = rd_kafka_ConfigResource_name(results[i]);
        if (rd_kafka_ConfigResource_error(results[i]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
            report_.notes.push_back("whether topic '" + topic +
                                    "' is compacted could not be checked: " +
                                    rd_kafka_err2str(rd_kafka_ConfigResource_error(results[i])));
            continue;
        }
        std::size_t entry_count = 0;
        const rd_kafka_ConfigEntry_t** entries =
            rd_kafka_ConfigResource_configs(results[i], &entry_count);
        for (std::size_t k = 0; k < entry_count; ++k) {
            if (std::string_view{rd_kafka_ConfigEntry_name(entries[k])} != "cleanup.policy") {
                continue;
            }
            const std::string policy = rd_kafka_ConfigEntry_value(entries[k]);
            if (policy == "compact") continue;
            report_.errors.push_back("topic '" + topic + "' has cleanup.policy=" + policy +
                                     ", so that what Premura keeps there would be deleted; hint: "
                                     "set its cleanup.policy to compact");
        }
    }
}

std::string how_to_create(const KafkaTopicNeed& need) {
    std::string text = "create it with " + std::to_string(need.partitions) + " partitions and";
    for (const auto& [name, value] : need.settings) text += " " + name + "=" + value;
    return text;
}

std::string missing_source(const KafkaTopicNeed& need) {
    std::string hint = "create it";
    if (need.partitions > 0) {
        hint += " with " + std::to_string(need.partitions) + " partitions";
    }
    return "topic '" + need.name + "' does not exist; hint: " + hint +
           ", or correct its name among the sources";
}

std::string wrong_count(const KafkaTopicNeed& need, int count) {
    const std::string start = "topic '" + need.name + "' has " + std::to_string(count) +
                              " partitions, but the stage that reads it has " +
                              std::to_string(need.partitions);
    return need.ours
               ? start +
                     "; hint: set the partition count in the settings to what the topics have, "
                     "or begin with another topic prefix"
               : start +
                     ", so events of one order would reach two readers; hint: declare the "
                     "source with 'keyed_by_order: false', then it goes through the intake topic";
}

}  // namespace

std::vector<KafkaTopicNeed> own_topics(const TopicNames& names, int partitions, Milliseconds kept,
                                       bool outbox) {
    std::vector<KafkaTopicNeed> needs;
    for (const std::string_view name : {topic::order_state, topic::contact_state, topic::house_state}) {
        needs.push_back({names.full(name), partitions, true, true, true, compacted_settings()});
    }
    for (const std::string_view name :
         {topic::intake, topic::findings, topic::house, topic::house_words, topic::agent_actions}) {
        needs.push_back({names.full(name), partitions, true, true, false, timed_settings(kept)});
    }
    // What became of cases is counted over a year and more, and names nobody.
    needs.push_back({names.full(topic::case_results), partitions, false, true, false,
                     timed_settings(kept.count() < 0 ? kept : results_kept)});
    // So is who has taken names and numbers out of the house.
    needs.push_back({names.full(topic::desk_exports), partitions, false, true, false,
                     timed_settings(kept.count() < 0 ? kept : results_kept)});
    // Of each part only the newest counts.
    needs.push_back({names.full(topic::ops_counts), partitions, false, true, true, compacted_settings()});
    // What others alone read may have any number of partitions.
    needs.push_back(
        {names.full(topic::call_tasks), partitions, outbox, true, true, compacted_settings()});
    for (const std::string_view name : {topic::notifications, topic::expedites}) {
        needs.push_back({names.full(name), partitions, outbox, true, false, timed_settings(kept)});
    }
    // An incident may stay open for longer than anything is kept.
    needs.push_back({names.full(topic::incidents), partitions, outbox, true, false, compacted_settings()});
    needs.push_back({names.full(topic::quarantine), partitions, false, true, false, timed_settings(kept)});
    auto brief = timed_settings(kept.count() < 0 ? kept : std::min(kept, answers_kept));
    brief["segment.ms"] = std::to_string(answers_kept.count());
    needs.push_back({names.full(topic::desk_answers), partitions, false, true, false, std::move(brief)});
    if (outbox) {
        needs.push_back({names.full(topic::deliveries), partitions, true, true, false, timed_settings(kept)});
        needs.push_back({names.full(topic::outbox_state), partitions, true, true, true, compacted_settings()});
    }
    return needs;
}

KafkaTopicNeed source_topic(std::string name, int partitions) {
    return {std::move(name), partitions, partitions > 0, false, false, {}};
}

KafkaTopicsReport prepare_topics(const KafkaOptions& options,
                                 const std::vector<KafkaTopicNeed>& needs, bool create,
                                 int replication) {
    KafkaTopicsReport report;
    Inspection inspection{options, report};
    std::vector<const KafkaTopicNeed*> missing;
    for (const KafkaTopicNeed& need : needs) {
        const int count = inspection.partitions(need.name);
        if (count > 0) {
            report.partitions[need.name] = count;
        } else if (need.ours) {
            missing.push_back(&need);
        } else {
            report.errors.push_back(missing_source(need));
        }
    }
    std::map<std::string, std::string> faults;
    if (create) faults = inspection.create(missing, replication);
    for (const KafkaTopicNeed* need : missing) {
        const auto fault = faults.find(need->name);
        if (!create || fault != faults.end()) {
            report.errors.push_back(
                "topic '" + need->name + "' does not exist" +
                (create ? " and could not be made: " + fault->second : std::string{}) +
                "; hint: " + how_to_create(*need));
        } else if (!inspection.await_leaders(*need)) {
            report.errors.push_back("topic '" + need->name + "' was made and does not appear");
        } else {
            report.partitions[need->name] = inspection.partitions(need->name);
            report.notes.push_back("made topic '" + need->name + "' with " +
                                   std::to_string(need->partitions) + " partitions");
        }
    }
    std::vector<const KafkaTopicNeed*> compacted;
    for (const KafkaTopicNeed& need : needs) {
        const auto found = report.partitions.find(need.name);
        if (found == report.partitions.end()) continue;
        if (need.co_partitioned && found->second != need.partitions) {
            report.errors.push_back(wrong_count(need, found->second));
        }
        if (need.compacted) compacted.push_back(&need);
    }
    inspection.check_compaction(compacted);
    return report;
}

}  // namespace premura
