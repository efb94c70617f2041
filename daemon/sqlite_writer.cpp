#include "daemon/sqlite_writer.h"

#include <future>

#include "daemon/sqlite_log.h"

namespace premura {

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteConnection> connection,
                           const SqliteLogOptions& options, Appended appended)
    : connection_{std::move(connection)},
      options_{options},
      appended_{std::move(appended)},
      tables_{*connection_, options_},
      thread_{[this] { loop(); }} {}

SqliteWriter::~SqliteWriter() {
    {
        const std::scoped_lock lock{mutex_};
        stopping_ = true;
    }
    waiting_.notify_one();
    thread_.join();
}

bool SqliteWriter::submit(Work work, std::size_t records,
                          std::function<void(std::exception_ptr)> done) {
    {
        const std::scoped_lock lock{mutex_};
        // An append larger than the bound may still go when nothing else waits.
        if (records_waiting_ > 0 && records_waiting_ + records > options_.appends_waiting_max) {
            return false;
        }
        jobs_.push_back({std::move(work), records, std::move(done)});
        records_waiting_ += records;
    }
    waiting_.notify_one();
    return true;
}

void SqliteWriter::run(Work work, std::size_t records) {
    std::promise<void> promise;
    std::future<void> future = promise.get_future();
    {
        const std::scoped_lock lock{mutex_};
        // A stage that waits goes before appends, of which there may be many.
        jobs_.push_front({std::move(work), records, [&promise](const std::exception_ptr& error) {
                              if (error) {
                                  promise.set_exception(error);
                              } else {
                                  promise.set_value();
                              }
                          }});
        records_waiting_ += records;
    }
    waiting_.notify_one();
    future.get();
}

void SqliteWriter::loop() {
    while (true) {
        std::deque<Job> group = take_group();
        if (group.empty()) return;
        commit_group(group);
    }
}

std::deque<SqliteWriter::Job> SqliteWriter::take_group() {
    std::unique_lock lock{mutex_};
    waiting_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    std::deque<Job> group;
    std::size_t records = 0;
    while (!jobs_.empty() && (group.empty() || records < options_.group_records_max)) {
        records += jobs_.front().records;
        group.push_back(std::move(jobs_.front()));
        jobs_.pop_front();
    }
    records_waiting_ -= records;
    return group;
}

void SqliteWriter::commit_group(std::deque<Job>& group) {
    std::exception_ptr error = try_commit(group, 0, group.size());
    bool busy = false;
    if (error) {
        try {
            std::rethrow_exception(error);
        } catch (const SqliteBusy&) {
            busy = true;
        } catch (...) {
            // Whose fault it was shows when each is tried alone.
        }
    }
    const bool alone = error && !busy && group.size() > 1;
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (alone) error = try_commit(group, i, 1);
        group[i].done(error);
    }
}

std::exception_ptr SqliteWriter::try_commit(const std::deque<Job>& group, std::size_t first,
                                            std::size_t count) {
    std::set<std::string> topics;
    try {
        if (stale_) tables_.load();
        stale_ = false;
        connection_->execute("BEGIN IMMEDIATE");
        stale_ = true;
        const Instant now = options_.clock();
        for (std::size_t i = first; i < first + count; ++i) group[i].work(tables_, now);
        tables_.finish(now);
        connection_->execute("COMMIT");
        stale_ = false;
        topics = tables_.take_appended();
    } catch (...) {
        roll_back();
        return std::current_exception();
    }
    if (!topics.empty()) appended_(topics);
    return {};
}

void SqliteWriter::roll_back() {
    try {
        // Some errors have rolled back already.
        if (connection_->in_transaction()) connection_->execute("ROLLBACK");
    } catch (const LogError&) {
        // The next BEGIN fails and says why.
    }
}

}  // namespace premura
