#include "daemon/sqlite/sqlite_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <filesystem>
#include <mutex>

#include "daemon/log/local_tail.h"
#include "daemon/sqlite/sqlite_file.h"
#include "daemon/sqlite/sqlite_store.h"
#include "daemon/sqlite/sqlite_writer.h"

namespace premura {
namespace {

constexpr Milliseconds tool_busy_timeout{5'000};

// Two names of one file must meet at one lock.
std::string canonical(const std::string& file) {
    std::error_code error;
    const auto path = std::filesystem::weakly_canonical(file, error);
    return error ? file : path.string();
}

std::shared_ptr<ReadySignal> signal_on(boost::asio::any_io_executor executor) {
    return std::make_shared<ReadySignal>([executor = std::move(executor)](std::function<void()> task) {
        boost::asio::post(executor, std::move(task));
    });
}

}  // namespace

// What the log and its readers share.
class SqliteLog::Core {
 public:
    Core(const std::string& file, SqliteLogOptions options)
        : options_{std::move(options)},
          file_{canonical(file)},
          lock_{file_},
          writer_{open_sqlite_writer(file_, options_), options_,
                  [this](const std::set<std::string>& topics) { raise(topics); }} {}

    const SqliteLogOptions& options() const { return options_; }
    const std::string& file() const { return file_; }
    SqliteWriter& writer() { return writer_; }

    std::shared_ptr<PartitionOwners> owners(const std::string& stage, int partitions) {
        const std::scoped_lock lock{mutex_};
        auto& owners = owners_[stage];
        if (!owners) owners = std::make_shared<PartitionOwners>(partitions);
        return owners;
    }

    void listen(const std::vector<std::string>& topics,
                const std::shared_ptr<ReadySignal>& signal) {
        const std::scoped_lock lock{mutex_};
        for (const std::string& topic : topics) {
            auto& signals = signals_[topic];
            std::erase_if(signals, [](const auto& weak) { return weak.expired(); });
            signals.push_back(signal);
        }
    }

 private:
    void raise(const std::set<std::string>& topics) {
        const std::scoped_lock lock{mutex_};
        for (const std::string& topic : topics) {
            const auto found = signals_.find(topic);
            if (found == signals_.end()) continue;
            for (const auto& weak : found->second) {
                if (const auto signal = weak.lock()) signal->raise();
            }
        }
    }

    const SqliteLogOptions options_;
    const std::string file_;
    const FileLock lock_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<PartitionOwners>> owners_;          // by stage
    std::map<std::string, std::vector<std::weak_ptr<ReadySignal>>> signals_;  // by input topic
    SqliteWriter writer_;  // last: its thread uses what stands above
};

class SqliteLog::Writer : public LogWriter {
 public:
    explicit Writer(std::shared_ptr<Core> core) : core_{std::move(core)} {}

    void append(std::vector<Output> records, std::function<void(std::string error)> done) override {
        const std::size_t count = records.size();
        const bool accepted = core_->writer().submit(
            [records = std::move(records)](SqliteTables& tables, Instant now) {
                for (const Output& record : records) tables.append(record, now);
            },
            count, [done](const std::optional<SqliteWriter::Failure>& failure) {
                done(failure ? failure->text : std::string{});
            });
        if (accepted) return;
        done(fmt::format("the log is busy: {} records wait to be written; hint: send again later",
                         core_->options().appends_waiting_max));
    }

    int partitions(const std::string& topic) override {
        return partition_count(core_->options(), topic);
    }

 private:
    const std::shared_ptr<Core> core_;
};

SqliteLog::SqliteLog(const std::string& file, SqliteLogOptions options)
    : core_{std::make_shared<Core>(file, std::move(options))},
      writer_{std::make_unique<Writer>(core_)} {}

SqliteLog::~SqliteLog() = default;

LogWriter& SqliteLog::writer() { return *writer_; }

std::unique_ptr<StageLog> SqliteLog::reader(StageTopics topics,
                                            boost::asio::any_io_executor executor) {
    if (topics.inputs.empty()) throw LogError("stage '" + topics.stage + "' has no input topics");
    const int partitions = partition_count(core_->options(), topics.inputs.front());
    for (const std::string& input : topics.inputs) {
        const int other = partition_count(core_->options(), input);
        if (other == partitions) continue;
        throw LogError(fmt::format(
            "stage '{}' reads topic '{}' with {} partitions and '{}' with {}; hint: give all "
            "inputs of a stage the same count in `partitions_of`",
            topics.stage, topics.inputs.front(), partitions, input, other));
    }
    auto store = std::make_unique<SqliteStore>(core_, core_->file(), topics, core_->writer(),
                                               core_->options());
    auto signal = signal_on(std::move(executor));
    core_->listen(topics.inputs, signal);
    auto owners = core_->owners(topics.stage, partitions);
    return std::make_unique<LocalReader>(std::move(topics), std::move(store), std::move(owners),
                                         std::move(signal));
}

std::unique_ptr<LogTail> SqliteLog::tail(std::vector<std::string> topics,
                                         boost::asio::any_io_executor executor) {
    std::vector<int> partitions;
    for (const std::string& topic : topics) partitions.push_back(partition_count(core_->options(), topic));
    StageTopics followed;
    followed.inputs = std::move(topics);
    auto store = std::make_unique<SqliteStore>(core_, core_->file(), followed, core_->writer(), core_->options());
    auto signal = signal_on(std::move(executor));
    core_->listen(followed.inputs, signal);
    return std::make_unique<LocalTail>(std::move(store), partitions, std::move(signal));
}

namespace {

constexpr const char* of_topic = "WHERE topic = (SELECT id FROM topic WHERE name = ?1)";

}  // namespace

std::vector<Record> sqlite_records(const std::string& file, const std::string& topic) {
    const auto connection = open_sqlite_reader(file, tool_busy_timeout);
    auto rows = connection->prepare(
        fmt::format("SELECT offset, timestamp, key, value, headers, partition FROM record {} "
                    "ORDER BY partition, offset",
                    of_topic));
    rows.bind_text(1, topic);
    std::vector<Record> records;
    while (rows.step()) {
        Record record = record_of_row(rows);
        record.topic = topic;
        record.partition = static_cast<int>(rows.integer(5));
        records.push_back(std::move(record));
    }
    return records;
}

std::int64_t sqlite_record_count(const std::string& file, const std::string& topic) {
    const auto connection = open_sqlite_reader(file, tool_busy_timeout);
    auto rows = connection->prepare(fmt::format("SELECT count(*) FROM record {}", of_topic));
    rows.bind_text(1, topic).step();
    return rows.integer(0);
}

}  // namespace premura
