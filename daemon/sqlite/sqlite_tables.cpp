#include "daemon/sqlite/sqlite_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/log/headers.h"
#include "daemon/log/partitioner.h"
#include "daemon/sqlite/sqlite_log.h"

namespace premura {

int partition_count(const SqliteLogOptions& options, const std::string& topic) {
    const auto found = options.partitions_of.find(topic);
    return found == options.partitions_of.end() ? options.partitions : found->second;
}

SqliteTables::SqliteTables(const SqliteConnection& connection, const SqliteLogOptions& options)
    : connection_{connection},
      options_{options},
      insert_{connection.prepare("INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")},
      move_{connection.prepare("INSERT INTO position VALUES (?1, ?2, ?3, ?4) "
                               "ON CONFLICT DO UPDATE SET position = excluded.position")},
      end_{connection.prepare("UPDATE partition SET first_offset = ?3, next_offset = ?4 "
                              "WHERE topic = ?1 AND partition = ?2")},
      oldest_{connection.prepare("SELECT offset, appended FROM record WHERE topic = ?1 AND "
                                 "partition = ?2 AND offset >= ?3 ORDER BY offset LIMIT 1")},
      state_rows_{connection.prepare("SELECT offset, key, value FROM record WHERE topic = ?1 AND "
                                     "partition = ?2 AND offset >= ?3 ORDER BY offset LIMIT ?4")},
      clean_{connection.prepare(
          "DELETE FROM record WHERE topic = ?1 AND partition = ?2 AND offset >= ?3 AND "
          "offset < ?4 AND (appended < ?5 OR offset < ?6)")},
      delete_before_{connection.prepare("DELETE FROM record WHERE topic = ?1 AND partition = ?2 "
                                        "AND offset >= ?3 AND offset < ?4")},
      delete_one_{connection.prepare("DELETE FROM record WHERE topic = ?1 AND partition = ?2 AND offset = ?3")} {
    load();
    for (const auto& [name, topic] : topics_) {
        const auto wanted = static_cast<std::size_t>(partition_count(options_, name));
        if (topic.compacted || topic.partitions.size() == wanted) continue;
        throw LogError(fmt::format(
            "{}: topic '{}' has {} partitions, the settings ask for {}; hint: set it back to {}: "
            "the partition of a key must not change under the states that are stored",
            connection.file(), name, topic.partitions.size(), wanted, topic.partitions.size()));
    }
}

void SqliteTables::load() {
    topics_.clear();
    appended_.clear();
    appended_rows_ = 0;
    std::map<std::int64_t, Topic*> by_id;
    auto topics = connection_.prepare("SELECT id, name, partitions, compacted FROM topic");
    while (topics.step()) {
        Topic topic;
        topic.id = topics.integer(0);
        topic.name = topics.bytes(1);
        topic.partitions.resize(static_cast<std::size_t>(topics.integer(2)));
        topic.compacted = topics.integer(3) != 0;
        const auto [place, is_new] = topics_.emplace(topic.name, std::move(topic));
        by_id.emplace(place->second.id, &place->second);
    }
    auto ends = connection_.prepare(
        "SELECT topic, partition, first_offset, next_offset FROM partition");
    while (ends.step()) {
        Partition& partition = at(*by_id.at(ends.integer(0)), static_cast<int>(ends.integer(1)));
        partition.first = ends.integer(2);
        partition.next = ends.integer(3);
    }
    auto positions =
        connection_.prepare("SELECT topic, partition, stage, position FROM position");
    while (positions.step()) {
        if (options_.stages_at_rest.contains(std::string{positions.bytes(2)})) continue;
        Topic& topic = *by_id.at(positions.integer(0));
        at(topic, static_cast<int>(positions.integer(1)))
            .positions.emplace(positions.bytes(2), positions.integer(3));
    }
    for (auto& [name, topic] : topics_) {
        for (int i = 0; i < static_cast<int>(topic.partitions.size()); ++i) find_oldest(topic, i);
    }
    find_newest();
}

// Keys stand before values in a row, so large values are not read for this.
void SqliteTables::find_newest() {
    auto rows = connection_.prepare("SELECT partition, offset, key, value IS NULL, appended FROM record WHERE topic = ?1 "
                                    "ORDER BY partition, offset");
    for (auto& [name, topic] : topics_) {
        if (topic.compacted || !options_.compacted.contains(name)) continue;
        topic.newest.resize(topic.partitions.size());
        rows.bind(1, topic.id);
        while (rows.step()) {
            topic.newest.at(static_cast<std::size_t>(rows.integer(0)))
                .note(rows.integer(1), rows.bytes(2), rows.integer(3) != 0, instant_of(rows.integer(4)));
        }
        rows.reset();
    }
}

void SqliteTables::register_stage(const StageTopics& stage) {
    for (const std::string& input : stage.inputs) {
        Topic& read = topic(input);
        for (std::size_t i = 0; i < read.partitions.size(); ++i) {
            if (read.partitions[i].positions.contains(stage.stage)) continue;
            move(stage.stage, input, static_cast<int>(i), read.partitions[i].first);
        }
    }
    const std::size_t partitions = topic(stage.inputs.front()).partitions.size();
    const auto found = topics_.find(stage.state);
    if (found == topics_.end()) {
        make_topic(stage.state, static_cast<int>(partitions), true);
    } else if (!found->second.compacted || found->second.partitions.size() != partitions) {
        throw LogError(fmt::format(
            "{}: stage '{}' cannot keep its state in topic '{}': {}; hint: name another topic",
            connection_.file(), stage.stage, stage.state,
            found->second.compacted ? "its partition count is not that of the inputs"
                                    : "it holds records of another kind"));
    }
}

SqliteTables::Topic& SqliteTables::topic(const std::string& name) {
    const auto found = topics_.find(name);
    if (found != topics_.end()) return found->second;
    return make_topic(name, partition_count(options_, name), false);
}

SqliteTables::Topic& SqliteTables::make_topic(const std::string& name, int partitions,
                                              bool compacted) {
    auto insert_topic = connection_.prepare(
        "INSERT INTO topic(name, partitions, compacted) VALUES (?1, ?2, ?3) "
        "RETURNING id");
    insert_topic.bind_text(1, name).bind(2, partitions).bind(3, compacted ? 1 : 0);
    insert_topic.step();
    Topic topic{insert_topic.integer(0), name, compacted, {}, {}};
    topic.partitions.resize(static_cast<std::size_t>(partitions));
    if (!compacted && options_.compacted.contains(name)) topic.newest.resize(topic.partitions.size());
    insert_topic.reset();
    auto insert_partition = connection_.prepare("INSERT INTO partition VALUES (?1, ?2, 0, 0)");
    for (int i = 0; i < partitions; ++i) insert_partition.bind(1, topic.id).bind(2, i).run();
    return topics_.emplace(name, std::move(topic)).first->second;
}

void SqliteTables::append(const Output& output, Instant now) {
    Topic& to = topic(output.topic);
    const auto count = static_cast<int>(to.partitions.size());
    if (output.partition && (*output.partition < 0 || *output.partition >= count)) {
        throw LogError(fmt::format("topic '{}' has no partition {}, only {}", output.topic,
                                   *output.partition, count));
    }
    std::optional<std::string_view> value;
    if (output.value) value = *output.value;
    insert(to, output.partition.value_or(partition_of(output.partition_key, count)), output.key,
           value, encode_headers(output.headers), output.timestamp, now);
}

std::int64_t SqliteTables::append_state(Topic& topic, int partition, std::string_view key,
                                        const std::optional<std::string_view>& value,
                                        Instant now) {
    return insert(topic, partition, key, value, {}, now, now);
}

std::int64_t SqliteTables::insert(Topic& topic, int partition, std::string_view key,
                                  const std::optional<std::string_view>& value,
                                  std::string_view headers, Instant timestamp, Instant now) {
    Partition& to = at(topic, partition);
    insert_.bind(1, topic.id).bind(2, partition).bind(3, to.next);
    insert_.bind(4, milliseconds_of(timestamp)).bind(5, milliseconds_of(now)).bind(6, key);
    if (value) {
        insert_.bind(7, *value);
    } else {
        insert_.bind_null(7);
    }
    if (headers.empty()) {
        insert_.bind_null(8);
    } else {
        insert_.bind(8, headers);
    }
    insert_.run();
    if (!to.oldest) to.oldest = now;
    to.changed = true;
    if (!topic.newest.empty()) topic.newest[static_cast<std::size_t>(partition)].note(to.next, key, !value, now);
    ++appended_rows_;
    if (!topic.compacted) appended_.insert(topic.name);
    return to.next++;
}

void SqliteTables::move(const std::string& stage, const std::string& name, int partition,
                        std::int64_t position) {
    Topic& moved = topic(name);
    move_.bind_text(1, stage).bind(2, moved.id).bind(3, partition).bind(4, position).run();
    at(moved, partition).positions[stage] = position;
}

void SqliteTables::visit_oldest(const Topic& topic, int partition, std::int64_t rows_max,
                                const StateVisitor& visitor) {
    const std::int64_t first = topic.partitions.at(static_cast<std::size_t>(partition)).first;
    state_rows_.bind(1, topic.id).bind(2, partition).bind(3, first).bind(4, rows_max);
    while (state_rows_.step()) {
        std::optional<std::string_view> value;
        if (!state_rows_.is_null(2)) value = state_rows_.bytes(2);
        visitor(state_rows_.integer(0), state_rows_.bytes(1), value);
    }
}

bool SqliteTables::has_old_rows(const Topic& topic, int partition, Instant now) const {
    const std::optional<Instant>& oldest = topic.partitions.at(static_cast<std::size_t>(partition)).oldest;
    return oldest && *oldest < now - options_.keep_consumed;
}

void SqliteTables::delete_before(Topic& topic, int partition, std::int64_t offset) {
    Partition& from = at(topic, partition);
    delete_before_.bind(1, topic.id).bind(2, partition).bind(3, from.first).bind(4, offset).run();
    from.first = offset;
    find_oldest(topic, partition);
    from.changed = true;
}

void SqliteTables::finish(Instant now) {
    clean(now);
    for (auto& [name, topic] : topics_) {
        for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
            Partition& partition = topic.partitions[i];
            if (!std::exchange(partition.changed, false)) continue;
            end_.bind(1, topic.id).bind(2, static_cast<int>(i));
            end_.bind(3, partition.first).bind(4, partition.next).run();
        }
    }
}

void SqliteTables::clean(Instant now) {
    std::int64_t budget =
        std::max(options_.cleanup_rows_max, 2 * std::exchange(appended_rows_, 0));
    for (auto& [name, topic] : topics_) {
        if (topic.compacted) continue;
        for (std::size_t i = 0; i < topic.partitions.size() && budget > 0; ++i) {
            if (!topic.newest.empty()) {
                clean_replaced(topic, static_cast<int>(i), now, budget);
                continue;
            }
            while (clean(topic, static_cast<int>(i), now, budget)) {
            }
        }
    }
}

// Deletes one run of the oldest records; false when there is nothing more to do.
bool SqliteTables::clean(Topic& topic, int partition, Instant now, std::int64_t& budget) {
    Partition& from = at(topic, partition);
    if (!from.oldest || budget <= 0) return false;
    const bool is_read = !from.positions.empty();
    std::int64_t limit = from.next;
    for (const auto& [stage, position] : from.positions) limit = std::min(limit, position);
    limit = std::min(limit, from.first + budget);
    const auto own = options_.keep_unread_of.find(topic.name);
    const Milliseconds keep_unread = own == options_.keep_unread_of.end() ? options_.keep_unread : own->second;
    const Instant cut = now - (is_read ? options_.keep_consumed : keep_unread);
    const std::int64_t rows_cut = is_read ? from.next - options_.keep_consumed_rows_max : 0;
    if (limit <= from.first || (*from.oldest >= cut && from.first >= rows_cut)) return false;

    clean_.bind(1, topic.id).bind(2, partition).bind(3, from.first).bind(4, limit);
    clean_.bind(5, milliseconds_of(cut)).bind(6, rows_cut).run();
    const std::int64_t deleted = connection_.changes();
    budget -= deleted;
    find_oldest(topic, partition);
    from.changed = true;
    return deleted > 0;
}

// Of a topic that keeps the newest record of each key.
void SqliteTables::clean_replaced(Topic& topic, int partition, Instant now, std::int64_t& budget) {
    const std::vector<std::int64_t> expired = topic.newest[static_cast<std::size_t>(partition)].take_expired(
        now - options_.keep_consumed, static_cast<std::size_t>(options_.keep_consumed_rows_max),
        now - options_.keep_unread, static_cast<std::size_t>(budget));
    if (expired.empty()) return;
    for (const std::int64_t offset : expired) {
        delete_one_.bind(1, topic.id).bind(2, partition).bind(3, offset).run();
    }
    budget -= static_cast<std::int64_t>(expired.size());
    find_oldest(topic, partition);
    at(topic, partition).changed = true;
}

void SqliteTables::find_oldest(Topic& topic, int partition) {
    Partition& of = at(topic, partition);
    oldest_.bind(1, topic.id).bind(2, partition).bind(3, of.first);
    if (oldest_.step()) {
        of.first = oldest_.integer(0);
        of.oldest = instant_of(oldest_.integer(1));
        oldest_.reset();
    } else {
        of.first = of.next;
        of.oldest.reset();
    }
}

std::set<std::string> SqliteTables::take_appended() { return std::exchange(appended_, {}); }

SqliteTables::Partition& SqliteTables::at(Topic& topic, int partition) const {
    return topic.partitions.at(static_cast<std::size_t>(partition));
}

}  // namespace premura
