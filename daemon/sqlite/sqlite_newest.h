#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"

namespace premura {

// Which records of one partition of a compacted topic need not be kept: those that a newer record of the same key has
// replaced, and the marks of deleted keys, each after a time. Holds one entry a key in memory. Used by the writer's thread.
class SqliteNewest {
 public:
    // A record was appended, or found when the file was opened; in the order of offsets.
    void note(std::int64_t offset, std::string_view key, bool is_tombstone, Instant appended);

    // The offsets of at most `count_max` records that may go: replaced before `replaced_cut`, or being more than
    // `replaced_max` replaced ones, and tombstones appended before `tombstone_cut`. They are forgotten here.
    std::vector<std::int64_t> take_expired(Instant replaced_cut, std::size_t replaced_max, Instant tombstone_cut,
                                           std::size_t count_max);

 private:
    struct Replaced {
        std::int64_t offset;
        Instant since;
    };
    struct Tombstone {
        std::int64_t offset;
        std::string key;
        Instant appended;
    };

    boost::unordered_flat_map<std::string, std::int64_t> newest_;
    std::deque<Replaced> replaced_;     // by `since`
    std::deque<Tombstone> tombstones_;  // by `appended`; those that were replaced themselves stand among them
};

}  // namespace premura
