#include "daemon/sqlite/sqlite_store.h"

#include <algorithm>

#include "daemon/log/headers.h"
#include "daemon/sqlite/sqlite_file.h"

namespace premura {

Record record_of_row(const SqliteStatement& row) {
    Record record;
    record.offset = row.integer(0);
    record.timestamp = instant_of(row.integer(1));
    record.key = row.bytes(2);
    record.tombstone = row.is_null(3);
    record.value = row.bytes(3);
    if (!row.is_null(4)) record.headers = decode_headers(row.bytes(4));
    return record;
}

SqliteStore::SqliteStore(std::shared_ptr<const void> log, const std::string& file,
                         StageTopics topics, SqliteWriter& writer,
                         const SqliteLogOptions& options)
    : log_{std::move(log)},
      topics_{std::move(topics)},
      writer_{writer},
      options_{options},
      connection_{open_sqlite_reader(file, options.busy_timeout)},
      position_{connection_->prepare("SELECT position FROM position WHERE stage = ?1 AND "
                                     "topic = ?2 AND partition = ?3")},
      end_{connection_->prepare(
          "SELECT next_offset FROM partition WHERE topic = ?1 AND partition = ?2")},
      records_{connection_->prepare(
          "SELECT offset, timestamp, key, value, headers FROM record WHERE topic = ?1 AND "
          "partition = ?2 AND offset >= ?3 ORDER BY offset LIMIT ?4")} {
    const auto make_topics = [this](SqliteTables& tables, Instant) {
        if (!topics_.stage.empty()) return tables.register_stage(topics_);
        for (const std::string& input : topics_.inputs) tables.topic(input);
    };
    writer_.run(make_topics, 0);
    topic_ids_ = find_topic_ids();
}

std::vector<std::int64_t> SqliteStore::find_topic_ids() const {
    std::vector<std::int64_t> ids;
    auto by_name = connection_->prepare("SELECT id FROM topic WHERE name = ?1");
    for (const std::string& input : topics_.inputs) {
        by_name.bind_text(1, input).step();
        ids.push_back(by_name.integer(0));
        by_name.reset();
    }
    return ids;
}

std::vector<std::int64_t> SqliteStore::restore(int partition, const StateVisitor& visitor) {
    states_.erase(partition);
    states_.try_emplace(partition, topics_.state, partition, options_.superseded_state_max)
        .first->second.restore(*connection_, visitor);

    std::vector<std::int64_t> positions;
    for (const std::int64_t topic : topic_ids_) {
        position_.bind_text(1, topics_.stage).bind(2, topic).bind(3, partition).step();
        positions.push_back(position_.integer(0));
        position_.reset();
    }
    return positions;
}

void SqliteStore::forget(int partition) { states_.erase(partition); }

void SqliteStore::begin_read() {
    connection_->execute("BEGIN");
    bytes_left_ = options_.batch_bytes_max;
}

void SqliteStore::end_read() noexcept {
    try {
        if (connection_->in_transaction()) connection_->execute("COMMIT");
    } catch (const LogError&) {
        // A reading transaction leaves nothing behind; the next BEGIN fails and says why.
    }
}

std::int64_t SqliteStore::end(std::size_t input, int partition) {
    end_.bind(1, topic_ids_[input]).bind(2, partition).step();
    const std::int64_t end = end_.integer(0);
    end_.reset();
    return end;
}

std::int64_t SqliteStore::fetch(std::size_t input, int partition, std::int64_t position,
                                std::size_t records_max, std::vector<Record>& records) {
    if (bytes_left_ == 0) return position;
    records_.bind(1, topic_ids_[input]).bind(2, partition).bind(3, position);
    records_.bind(4, static_cast<std::int64_t>(records_max));
    while (bytes_left_ > 0 && records_.step()) {
        Record record = record_of_row(records_);
        record.topic = topics_.inputs[input];
        record.partition = partition;
        position = record.offset + 1;
        bytes_left_ -= std::min(bytes_left_, record.value.size());
        records.push_back(std::move(record));
    }
    records_.reset();
    return position;
}

bool SqliteStore::write(const Transaction& transaction, const std::vector<PositionMove>& moves) {
    std::map<int, std::vector<const StateRecord*>> changed;
    for (const auto& [partition, record] : transaction.state) {
        changed[partition].push_back(&record);
    }
    const auto work = [&](SqliteTables& tables, Instant now) {
        for (const Output& output : transaction.outputs) tables.append(output, now);
        for (const auto& [partition, records] : changed) {
            states_.at(partition).write(tables, records, now);
        }
        for (const PositionMove& move : moves) {
            tables.move(topics_.stage, topics_.inputs[move.input], move.partition, move.position);
        }
    };
    try {
        writer_.run(work, transaction.outputs.size() + transaction.state.size());
    } catch (const SqliteBusy&) {
        if (++lost_in_a_row_ > options_.lost_commits_max) throw;
        return false;
    }
    lost_in_a_row_ = 0;
    for (const auto& [partition, records] : changed) states_.at(partition).keep();
    return true;
}

}  // namespace premura
