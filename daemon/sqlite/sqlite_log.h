#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "daemon/log/log.h"
#include "daemon/log/log_tail.h"

namespace premura {

enum class Durability {
    full,    // a commit is on the disk when it returns
    normal,  // a power cut may undo the last commits, whole ones; a killed process undoes none
};

struct SqliteLogOptions {
    Durability durability = Durability::full;
    // Of topics that `partitions_of` does not name. Counts must stay as they were when the file was
    // made.
    int partitions = 1;
    std::map<std::string, int> partitions_of;  // by full topic name
    // How long a write waits for another program that holds the file.
    Milliseconds busy_timeout{5'000};
    // Commits of one reader that may be lost to such a wait, one after the other, before it is an
    // error.
    int lost_commits_max = 3;

    // Records are deleted when every stage that reads their topic has passed them and they are
    // older than this, or there are more of them in a partition than that.
    Milliseconds keep_consumed = std::chrono::hours{24};
    std::int64_t keep_consumed_rows_max = 1'000'000;
    // Stages that the settings have switched off: nothing is kept for them, until they run again.
    std::set<std::string> stages_at_rest;
    // Records of topics that no stage reads are deleted after this time.
    Milliseconds keep_unread = std::chrono::days{14};
    // Other times of single topics that no stage reads.
    std::map<std::string, Milliseconds> keep_unread_of;
    // Topics of which the newest record of each key stays, however old it is. What a newer one has replaced is
    // deleted after `keep_consumed` (or earlier, when there is more of it than `keep_consumed_rows_max`), the mark of a
    // deleted key (a tombstone) after `keep_unread`; whether a stage has read them does not matter.
    std::set<std::string> compacted;
    // Deleted at most with one transaction, or twice what it appends.
    std::int64_t cleanup_rows_max = 1'000;
    // Superseded state records beside each current one before the oldest are swept.
    std::int64_t superseded_state_max = 2;

    // Records that may wait for the writer; more are refused.
    std::size_t appends_waiting_max = 100'000;
    // Records that are written in one transaction when several appends and commits wait.
    std::size_t group_records_max = 20'000;
    // Bytes of values in one batch; a larger record comes alone.
    std::size_t batch_bytes_max = 64 << 20;
    // The largest the file may become; 0: as large as the disk allows.
    std::int64_t file_bytes_max = 0;

    // The time at which records are appended, for their deletion.
    std::function<Instant()> clock = [] {
        return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    };
};

// The log in one SQLite file. One process at a time; any number of readers in it, each on its own
// thread. All writes go through one thread of the log, which puts what waits together into one
// transaction.
class SqliteLog {
 public:
    // Opens the file or makes it. Throws LogError.
    explicit SqliteLog(const std::string& file, SqliteLogOptions options = {});
    // The file is free when the last reader is gone too; what waits to be written is written
    // before.
    ~SqliteLog();
    SqliteLog(const SqliteLog&) = delete;
    SqliteLog& operator=(const SqliteLog&) = delete;

    // `ready` callbacks are posted to `executor`, which must be of the reader's thread and outlive
    // the reader. Throws LogError. Any thread.
    std::unique_ptr<StageLog> reader(StageTopics topics, boost::asio::any_io_executor executor);

    // Follows topics; the same holds for `executor` and threads.
    std::unique_ptr<LogTail> tail(std::vector<std::string> topics, boost::asio::any_io_executor executor);

    // Any thread. `done` is called on the log's own thread, or inside `append` when too many
    // records wait; it should only pass the answer on.
    LogWriter& writer();

 private:
    class Core;
    class Writer;
    std::shared_ptr<Core> core_;
    std::unique_ptr<Writer> writer_;
};

// All records of a topic that the file holds, by partition and then in order. Beside a running
// daemon too. A topic the file does not know has none. Throws LogError.
std::vector<Record> sqlite_records(const std::string& file, const std::string& topic);

// How many there are.
std::int64_t sqlite_record_count(const std::string& file, const std::string& topic);

}  // namespace premura
