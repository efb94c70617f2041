#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/log/log.h"
#include "daemon/sqlite/sqlite_database.h"
#include "daemon/sqlite/sqlite_newest.h"

namespace premura {

struct SqliteLogOptions;

// The partition count of a topic that is not a stage's state.
int partition_count(const SqliteLogOptions& options, const std::string& topic);

// The tables of the log as its one writer sees them: topics, their ends and the stages' positions
// are kept in memory too. Used by the writer's thread inside a transaction; after a rollback `load`
// must follow.
class SqliteTables {
 public:
    // Reads the tables. Throws LogError when the settings ask for other partition counts than the
    // file has.
    SqliteTables(const SqliteConnection& connection, const SqliteLogOptions& options);

    struct Partition {
        std::int64_t first = 0;
        std::int64_t next = 0;
        std::map<std::string, std::int64_t> positions;  // by stage
        std::optional<Instant> oldest;                  // when its first record was appended
        bool changed = false;
    };
    struct Topic {
        std::int64_t id = 0;
        std::string name;
        bool compacted = false;  // a stage's state, which its stage keeps short
        std::vector<Partition> partitions;
        // By partition, of topics that keep the newest record of each key; else empty.
        std::vector<SqliteNewest> newest;
    };

    void load();

    // Makes the topics and positions of a stage that are not there yet. A stage begins at the
    // oldest records.
    void register_stage(const StageTopics& stage);
    // The topic, made when it is not there. Stays valid until the next `load`.
    Topic& topic(const std::string& name);
    void append(const Output& output, Instant now);
    void move(const std::string& stage, const std::string& topic, int partition,
              std::int64_t position);

    // Below: what the state of a stage is written with.
    std::int64_t append_state(Topic& topic, int partition, std::string_view key,
                              const std::optional<std::string_view>& value, Instant now);
    using StateVisitor =
        std::function<void(std::int64_t offset, std::string_view key,
                           std::optional<std::string_view> value)>;
    // Whether its oldest row has stayed for longer than consumed records stay.
    bool has_old_rows(const Topic& topic, int partition, Instant now) const;
    // Visits at most `rows_max` of the oldest rows.
    void visit_oldest(const Topic& topic, int partition, std::int64_t rows_max,
                      const StateVisitor& visitor);
    void delete_before(Topic& topic, int partition, std::int64_t offset);

    // Ends the transaction's work: deletes some of what need not be kept, and writes the ends down.
    void finish(Instant now);
    // Topics that were appended to since this was last asked.
    std::set<std::string> take_appended();

 private:
    std::int64_t insert(Topic& topic, int partition, std::string_view key,
                        const std::optional<std::string_view>& value, std::string_view headers,
                        Instant timestamp, Instant now);
    Topic& make_topic(const std::string& name, int partitions, bool compacted);
    void clean(Instant now);
    bool clean(Topic& topic, int partition, Instant now, std::int64_t& budget);
    void clean_replaced(Topic& topic, int partition, Instant now, std::int64_t& budget);
    void find_newest();
    void find_oldest(Topic& topic, int partition);
    Partition& at(Topic& topic, int partition) const;

    const SqliteConnection& connection_;
    const SqliteLogOptions& options_;
    SqliteStatement insert_;
    SqliteStatement move_;
    SqliteStatement end_;
    SqliteStatement oldest_;
    SqliteStatement state_rows_;
    SqliteStatement clean_;
    SqliteStatement delete_before_;
    SqliteStatement delete_one_;
    std::map<std::string, Topic> topics_;
    std::set<std::string> appended_;
    std::int64_t appended_rows_ = 0;
};

}  // namespace premura
