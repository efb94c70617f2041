#include "daemon/sqlite/sqlite_state.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <optional>
#include <utility>

namespace premura {
namespace {

// Below this a sweep is not worth its while.
constexpr std::int64_t rows_unswept_min = 10'000;
// Rows that a sweep looks at however few were written: what was replaced, and perhaps erased, is gone after a time even where
// little happens.
constexpr std::int64_t rows_swept_min = 64;

}  // namespace

SqliteState::SqliteState(std::string topic, int partition, std::int64_t superseded_max)
    : topic_{std::move(topic)}, partition_{partition}, superseded_max_{superseded_max} {}

void SqliteState::restore(const SqliteConnection& connection,
                          const StageStore::StateVisitor& visitor) {
    newest_.clear();
    rows_ = 0;
    boost::unordered_flat_set<Key128, Hash> gone;
    auto rows = connection.prepare(
        "SELECT offset, key, value FROM record WHERE topic = (SELECT id FROM topic WHERE name = ?1)"
        " AND partition = ?2 ORDER BY offset DESC");
    rows.bind_text(1, topic_).bind(2, partition_);
    while (rows.step()) {
        ++rows_;
        const Key128 key = key128({rows.bytes(1)});
        if (newest_.contains(key) || gone.contains(key)) continue;
        if (rows.is_null(2)) {
            gone.insert(key);
            continue;
        }
        newest_.emplace(key, rows.integer(0));
        visitor(rows.bytes(1), rows.bytes(2));
    }
}

void SqliteState::write(SqliteTables& tables, const std::vector<const StateRecord*>& records,
                        Instant now) {
    written_ = {};
    SqliteTables::Topic& topic = tables.topic(topic_);
    for (const StateRecord* record : records) {
        std::optional<std::string_view> value;
        if (record->value) value = *record->value;
        const std::int64_t offset =
            tables.append_state(topic, partition_, record->key, value, now);
        written_.places.push_back({key128({record->key}), offset, !value});
    }
    const auto appended = static_cast<std::int64_t>(records.size());
    written_.rows = appended;
    const auto keys = static_cast<std::int64_t>(newest_.size());
    // With s superseded records beside each current one, the oldest s + 1 hold one that must be
    // kept. Twice the appended rows is enough to stay level from one superseded record a key
    // upwards.
    const bool too_many = rows_ + appended > rows_unswept_min + (1 + superseded_max_) * keys;
    if (too_many || tables.has_old_rows(topic, partition_, now)) {
        sweep(tables, topic, std::max(2 * appended, rows_swept_min), now);
    }
}

void SqliteState::sweep(SqliteTables& tables, SqliteTables::Topic& topic, std::int64_t rows_max,
                        Instant now) {
    boost::unordered_flat_set<Key128, Hash> superseded;
    for (const Place& place : written_.places) superseded.insert(place.key);

    struct Row {
        Key128 hash;
        std::string key;
        std::string value;
    };
    std::vector<Row> kept;
    std::int64_t visited = 0;
    std::int64_t end = 0;
    tables.visit_oldest(topic, partition_, rows_max,
                        [&](std::int64_t offset, std::string_view key,
                            std::optional<std::string_view> value) {
                            ++visited;
                            end = offset + 1;
                            const Key128 hash = key128({key});
                            const auto found = newest_.find(hash);
                            if (found == newest_.end() || found->second != offset) return;
                            if (!value || superseded.contains(hash)) return;
                            kept.push_back({hash, std::string{key}, std::string{*value}});
                        });
    for (const Row& row : kept) {
        const std::int64_t offset =
            tables.append_state(topic, partition_, row.key, row.value, now);
        written_.places.push_back({row.hash, offset, false});
    }
    tables.delete_before(topic, partition_, end);
    written_.rows += static_cast<std::int64_t>(kept.size()) - visited;
}

void SqliteState::keep() {
    for (const Place& place : written_.places) {
        if (place.gone) {
            newest_.erase(place.key);
        } else {
            newest_.insert_or_assign(place.key, place.offset);
        }
    }
    rows_ += written_.rows;
    written_ = {};
}

}  // namespace premura
