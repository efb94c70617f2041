#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "daemon/sqlite/sqlite_tables.h"

namespace premura {

// The one thread that writes to the file. What waits goes into one transaction, so that many small
// appends share the cost of one flush to the disk; a job that fails takes no other with it.
class SqliteWriter {
 public:
    using Work = std::function<void(SqliteTables&, Instant now)>;
    // Hears, on the writer's thread, which topics have new records.
    using Appended = std::function<void(const std::set<std::string>& topics)>;
    // Why a transaction was rolled back. A value: exceptions stay on the thread that threw them.
    struct Failure {
        std::string text;
        bool is_busy = false;  // as SqliteBusy
    };
    // Hears, on the writer's thread, of the commit, or why there was none.
    using Done = std::function<void(const std::optional<Failure>& failure)>;

    SqliteWriter(std::unique_ptr<SqliteConnection> connection, const SqliteLogOptions& options,
                 Appended appended);
    // Finishes what waits.
    ~SqliteWriter();
    SqliteWriter(const SqliteWriter&) = delete;
    SqliteWriter& operator=(const SqliteWriter&) = delete;

    // Does the work in a transaction. Work may be done twice when the first try was rolled back.
    // False: too many records wait already, and `done` is not called.
    bool submit(Work work, std::size_t records, Done done);

    // The same for one who waits; throws LogError or SqliteBusy. Never refused.
    void run(Work work, std::size_t records);

 private:
    struct Job {
        Work work;
        std::size_t records;
        Done done;
    };

    void loop();
    std::deque<Job> take_group();
    void commit_group(std::deque<Job>& group);
    // Nothing, or what went wrong; then nothing was written.
    std::optional<Failure> try_commit(const std::deque<Job>& group, std::size_t first,
                                      std::size_t count);
    void roll_back();

    const std::unique_ptr<SqliteConnection> connection_;
    const SqliteLogOptions& options_;
    const Appended appended_;
    SqliteTables tables_;
    bool stale_ = false;  // tables_ must be loaded anew

    std::mutex mutex_;
    std::condition_variable waiting_;
    std::deque<Job> jobs_;
    std::size_t records_waiting_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace premura
