#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/hash.h"
#include "core/stage.h"
#include "daemon/log/local_reader.h"
#include "daemon/sqlite/sqlite_tables.h"

namespace premura {

// The committed state of one partition of one stage, as records of its state topic of which the
// newest of a key counts. Remembers where each key's newest record is (about 40 bytes a key), so
// that superseded records are swept from the old end in bounded steps: when there are too many, or when the oldest have
// stayed for longer than consumed records do. Belongs to a reader and is
// used on its thread, but for `write`.
class SqliteState {
 public:
    SqliteState(std::string topic, int partition, std::int64_t superseded_max);

    // Reads the newest records and shows each key's value, newest first.
    void restore(const SqliteConnection& connection, const StageStore::StateVisitor& visitor);

    // Appends records and sweeps, on the writer's thread inside its transaction, while the reader's
    // thread waits. Changes nothing here before `keep`, so that a transaction may be tried again.
    void write(SqliteTables& tables, const std::vector<const StateRecord*>& records, Instant now);
    // What was written last is committed.
    void keep();

 private:
    struct Hash {
        std::size_t operator()(const Key128& key) const { return key.low; }
    };
    struct Place {
        Key128 key;
        std::int64_t offset;
        bool gone;
    };
    struct Written {
        std::vector<Place> places;
        std::int64_t rows = 0;  // appended less deleted
    };

    void sweep(SqliteTables& tables, SqliteTables::Topic& topic, std::int64_t rows_max,
               Instant now);

    const std::string topic_;
    const int partition_;
    const std::int64_t superseded_max_;
    boost::unordered_flat_map<Key128, std::int64_t, Hash> newest_;
    std::int64_t rows_ = 0;
    Written written_;
};

}  // namespace premura
