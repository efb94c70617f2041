#include "daemon/sqlite/sqlite_newest.h"

#include <utility>

namespace premura {

void SqliteNewest::note(std::int64_t offset, std::string_view key, bool is_tombstone, Instant appended) {
    const auto [newest, is_new] = newest_.try_emplace(std::string{key}, offset);
    if (!is_new) replaced_.push_back({std::exchange(newest->second, offset), appended});
    if (is_tombstone) tombstones_.push_back({offset, std::string{key}, appended});
}

std::vector<std::int64_t> SqliteNewest::take_expired(Instant replaced_cut, std::size_t replaced_max,
                                                     Instant tombstone_cut, std::size_t count_max) {
    std::vector<std::int64_t> expired;
    while (!replaced_.empty() && expired.size() < count_max &&
           (replaced_.front().since < replaced_cut || replaced_.size() > replaced_max)) {
        expired.push_back(replaced_.front().offset);
        replaced_.pop_front();
    }
    while (!tombstones_.empty() && expired.size() < count_max && tombstones_.front().appended < tombstone_cut) {
        const Tombstone& front = tombstones_.front();
        const auto newest = newest_.find(front.key);
        // Else the key came to life again, and the tombstone went as any record that is replaced.
        if (newest != newest_.end() && newest->second == front.offset) {
            newest_.erase(newest);
            expired.push_back(front.offset);
        }
        tombstones_.pop_front();
    }
    return expired;
}

}  // namespace premura
