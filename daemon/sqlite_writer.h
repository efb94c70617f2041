#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "daemon/sqlite_tables.h"

namespace premura {

// The one thread that writes to the file. What waits goes into one transaction, so that many small
// appends share the cost of one flush to the disk; a job that fails takes no other with it.
class SqliteWriter {
 public:
    using Work = std::function<void(SqliteTables&, Instant now)>;
    // Hears, on the writer's thread, which topics have new records.
    using Appended = std::function<void(const std::set<std::string>& topics)>;

    SqliteWriter(std::unique_ptr<SqliteConnection> connection, const SqliteLogOptions& options,
                 Appended appended);
    // Finishes what waits.
    ~SqliteWriter();
    SqliteWriter(const SqliteWriter&) = delete;
    SqliteWriter& operator=(const SqliteWriter&) = delete;

    // Does the work in a transaction and tells `done`, on the writer's thread, when it is
    // committed, or why it is not. Work may be done twice when the first try was rolled back.
    // False: too many records wait already, and `done` is not called.
    bool submit(Work work, std::size_t records, std::function<void(std::exception_ptr)> done);

    // The same for one who waits; throws what the work threw. Never refused.
    void run(Work work, std::size_t records);

 private:
    struct Job {
        Work work;
        std::size_t records;
        std::function<void(std::exception_ptr)> done;
    };

    void loop();
    std::deque<Job> take_group();
    void commit_group(std::deque<Job>& group);
    // Nothing, or what went wrong; then nothing was written.
    std::exception_ptr try_commit(const std::deque<Job>& group, std::size_t first,
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
