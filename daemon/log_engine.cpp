#include "daemon/log_engine.h"

#include <algorithm>

#include "daemon/kafka/kafka_log.h"
#include "daemon/kafka/kafka_tail.h"
#include "daemon/kafka/kafka_topics.h"
#include "daemon/sqlite/sqlite_log.h"

namespace premura {
namespace {

class SqliteEngine final : public LogEngine {
 public:
    SqliteEngine(const Settings& settings, const TopicNames& names)
        : log_{settings.log.file.string(), options_of(settings, names)},
          partitions_{settings.log.sqlite.partitions} {
        notes_.push_back("file=" + settings.log.file.string());
    }
    std::unique_ptr<StageLog> reader(StageTopics topics, int,
                                     boost::asio::any_io_executor executor) override {
        return log_.reader(std::move(topics), std::move(executor));
    }
    std::unique_ptr<LogTail> tail(std::vector<std::string> topics, boost::asio::any_io_executor executor) override {
        return log_.tail(std::move(topics), std::move(executor));
    }
    LogWriter& writer() override { return log_.writer(); }
    int partitions() const override { return partitions_; }
    int partitions_of(const std::string&) const override { return partitions_; }
    const std::vector<std::string>& notes() const override { return notes_; }

 private:
    // An outbox that ran once and has no sender any more would hold all records back for ever.
    static SqliteLogOptions options_of(const Settings& settings, const TopicNames& names) {
        SqliteLogOptions options = settings.log.sqlite;
        for (const std::string_view name : {topic::call_tasks, topic::incidents, topic::case_results, topic::ops_counts})
            options.compacted.insert(names.full(name));
        // Whoever asked waits for seconds.
        options.keep_unread_of[names.full(topic::desk_answers)] = std::chrono::hours{1};
        // Who has taken names and numbers out of the house is known for as long as the effect is counted.
        options.keep_unread_of[names.full(topic::desk_exports)] = std::chrono::days{400};
        if (!settings.has_outbox()) options.stages_at_rest.insert("outbox");
        return options;
    }

    SqliteLog log_;
    int partitions_;
    std::vector<std::string> notes_;
};

class KafkaEngine final : public LogEngine {
 public:
    KafkaEngine(const Settings& settings, const TopicNames& names,
                boost::asio::any_io_executor executor, Journal& journal) {
        options_.properties = settings.log.kafka.properties;
        options_.properties["bootstrap.servers"] = settings.log.kafka.bootstrap;
        options_.prefix = settings.log.topic_prefix;
        options_.instance = settings.instance;
        options_.commit_timeout = settings.log.kafka.commit_timeout;
        options_.log = [&journal](int severity, const std::string& text) {
            if (severity <= 4) journal.write(JournalFact::other, {{"librdkafka", text}});
        };
        std::string problems;
        for (const std::string& fault : faults_of(options_)) problems += fault + "\n";
        if (!problems.empty()) throw LogError{problems};
        prepare(settings, names);
        writer_ = make_kafka_writer(options_, std::move(executor));
    }

    std::unique_ptr<StageLog> reader(StageTopics topics, int worker,
                                     boost::asio::any_io_executor executor) override {
        KafkaOptions own = options_;
        own.instance += "-" + std::to_string(worker);
        return make_kafka_reader(std::move(own), std::move(topics), std::move(executor));
    }
    std::unique_ptr<LogTail> tail(std::vector<std::string> topics, boost::asio::any_io_executor executor) override {
        return make_kafka_tail(options_, std::move(topics), std::move(executor));
    }
    LogWriter& writer() override { return *writer_; }
    int partitions() const override { return partitions_; }
    int partitions_of(const std::string& topic) const override {
        const auto found = counts_.find(topic);
        return found == counts_.end() ? 0 : found->second;
    }
    const std::vector<std::string>& notes() const override { return notes_; }

 private:
    // Sources that are keyed by order decide how many partitions the stages have; without any, the settings do.
    void prepare(const Settings& settings, const TopicNames& names) {
        std::vector<KafkaTopicNeed> sources;
        for (const SourceSettings& source : settings.sources) {
            sources.push_back(source_topic(source.topic, 0));
        }
        partitions_ = settings.log.partitions;
        const KafkaTopicsReport found = prepare_topics(options_, sources, false);
        refuse(found.errors);
        bool decided = false;
        std::vector<KafkaTopicNeed> needs = {};
        for (const SourceSettings& source : settings.sources) {
            if (source.keyed_by_order && !decided) {
                partitions_ = found.partitions.at(source.topic);
                decided = true;
            }
            needs.push_back(source_topic(source.topic, source.keyed_by_order ? partitions_ : 0));
        }
        if (settings.sources.empty()) {
            // Premura's own topic for events, as with the embedded log.
            KafkaTopicNeed events = source_topic(names.full(topic::events), partitions_);
            events.ours = true;
            needs.push_back(std::move(events));
        }
        const Milliseconds kept = settings.replay ? Milliseconds{-1} : std::chrono::days{7};
        for (KafkaTopicNeed& need : own_topics(names, partitions_, kept, settings.has_outbox())) {
            needs.push_back(std::move(need));
        }
        const KafkaTopicsReport report =
            prepare_topics(options_, needs, settings.log.kafka.create_topics,
                           settings.log.kafka.replication);
        refuse(report.errors);
        notes_ = report.notes;
        counts_ = report.partitions;
    }

    static void refuse(const std::vector<std::string>& errors) {
        if (errors.empty()) return;
        std::string text;
        for (const std::string& error : errors) text += (text.empty() ? "" : "\n") + error;
        throw LogError{text};
    }

    KafkaOptions options_;
    int partitions_ = 1;
    std::map<std::string, int> counts_;
    std::vector<std::string> notes_;
    std::unique_ptr<LogWriter> writer_;
};

}  // namespace

std::unique_ptr<LogEngine> open_log(const Settings& settings, const TopicNames& names,
                                    boost::asio::any_io_executor executor, Journal& journal) {
    if (settings.log.kind == Settings::LogKind::sqlite) {
        return std::make_unique<SqliteEngine>(settings, names);
    }
    return std::make_unique<KafkaEngine>(settings, names, std::move(executor), journal);
}

}  // namespace premura
