#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/log/local_reader.h"
#include "daemon/sqlite/sqlite_log.h"
#include "daemon/sqlite/sqlite_state.h"
#include "daemon/sqlite/sqlite_writer.h"

namespace premura {

// Reads the columns offset, timestamp, key, value, headers; topic and partition stay for the
// caller.
Record record_of_row(const SqliteStatement& row);

// What one reader sees of the file, through a connection of its own. Writes go through the writer.
class SqliteStore : public StageStore {
 public:
    // Makes the stage's topics and positions, or for a tail, which has no stage's name, the topics alone. `log` keeps what `writer` and `options` refer to.
    SqliteStore(std::shared_ptr<const void> log, const std::string& file, StageTopics topics,
                SqliteWriter& writer, const SqliteLogOptions& options);

    std::vector<std::int64_t> restore(int partition, const StateVisitor& visitor) override;
    void forget(int partition) override;
    void begin_read() override;
    void end_read() noexcept override;
    std::int64_t end(std::size_t input, int partition) override;
    std::int64_t fetch(std::size_t input, int partition, std::int64_t position,
                       std::size_t records_max, std::vector<Record>& records) override;
    bool write(const Transaction& transaction, const std::vector<PositionMove>& moves) override;

 private:
    std::vector<std::int64_t> find_topic_ids() const;

    const std::shared_ptr<const void> log_;
    const StageTopics topics_;
    SqliteWriter& writer_;
    const SqliteLogOptions& options_;
    const std::unique_ptr<SqliteConnection> connection_;
    std::vector<std::int64_t> topic_ids_;  // by input
    SqliteStatement position_;
    SqliteStatement end_;
    SqliteStatement records_;
    std::map<int, SqliteState> states_;  // by partition
    std::size_t bytes_left_ = 0;         // of the batch that is being read
    int lost_in_a_row_ = 0;
};

}  // namespace premura
