#include "daemon/sqlite/sqlite_writer.h"

#include <future>

#include "daemon/sqlite/sqlite_log.h"

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

bool SqliteWriter::submit(Work work, std::size_t records, Done done) {
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
    std::promise<std::optional<Failure>> promise;
    auto future = promise.get_future();
    {
        const std::scoped_lock lock{mutex_};
        // A stage that waits goes before appends, of which there may be many.
        jobs_.push_front(
            {std::move(work), records,
             [&promise](const std::optional<Failure>& failure) { promise.set_value(failure); }});
        records_waiting_ += records;
    }
    waiting_.notify_one();
    const std::optional<Failure> failure = future.get();
    if (failure && failure->is_busy) throw SqliteBusy(failure->text);
    if (failure) throw LogError(failure->text);
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
    std::optional<Failure> failure = try_commit(group, 0, group.size());
    // Whose fault it was shows when each is tried alone. A busy file is nobody's, and waiting for
    // it once is enough.
    const bool alone = failure && !failure->is_busy && group.size() > 1;
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (alone) failure = try_commit(group, i, 1);
        group[i].done(failure);
    }
}

std::optional<SqliteWriter::Failure> SqliteWriter::try_commit(const std::deque<Job>& group,
                                                              std::size_t first,
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
    } catch (const SqliteBusy& busy) {
        roll_back();
        return Failure{busy.what(), true};
    } catch (const std::exception& error) {
        roll_back();
        return Failure{error.what(), false};
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
