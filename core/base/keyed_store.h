#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/blob_pool.h"
#include "core/base/hash.h"
#include "core/base/time.h"

namespace premura {

// What a stage knows, encoded, by key, each with the one moment at which it is due. Millions of them: so no
// node per key, and no timer object either. A key that becomes due later than its timer says keeps the
// timer; it is moved when it rings.
class KeyedStore {
 public:
    KeyedStore() = default;
    ~KeyedStore();
    KeyedStore(const KeyedStore&) = delete;
    KeyedStore& operator=(const KeyedStore&) = delete;

    // The bytes of a key, or empty. Valid until the next `put` or `erase`.
    std::string_view find(const Key128& key) const;

    // Stores the bytes and marks the key as changed. `due`: instant_max for never.
    void put(const Key128& key, std::string_view bytes, Instant due);
    // Stores what an earlier run wrote: not a change.
    void restore(const Key128& key, std::string_view bytes, Instant due);
    // Removes the key; `state_key` names its state record, whose removal must be written.
    void erase(const Key128& key, std::string state_key);

    // Takes out the key that is due first, when that is at or before `limit`. Its timer is gone then: `put` arms
    // it anew. A key taken out and not put back is `rearm`ed.
    struct Due {
        Key128 key;
        Instant at;
    };
    std::optional<Due> pop_due(Instant limit);
    void rearm(const Key128& key, Instant due);

    // The earliest due moment there may be (a moved timer may ring early, and do nothing).
    std::optional<Instant> next_due() const;

    // Calls `changed(bytes)` for each key changed since the last time and `removed(state_key)` for
    // each removed one, in the order first changed.
    template <typename Changed, typename Removed>
    void take_changes(Changed changed, Removed removed);

    std::vector<Key128> keys() const;

    // A way over all keys, a slice at a time: between two slices the store may change. Each key that was there
    // at the beginning and still is comes once.
    class Walk {
     public:
        explicit Walk(const KeyedStore& store) : keys_{store.keys()} {}
        // Calls `visit(bytes)` for up to `most` keys. False: that was the end.
        template <typename Visit>
        bool step(const KeyedStore& store, std::size_t most, Visit visit);

     private:
        std::vector<Key128> keys_;
        std::size_t next_ = 0;
    };

    std::size_t size() const { return slots_.size(); }
    // Bytes of all keys' content, the table and the timers; what waits in pools for the next one is not counted.
    std::size_t memory_bytes() const;
    void reserve(std::size_t keys) { slots_.reserve(keys); }

 private:
    struct Hash {
        using is_avalanching = void;
        std::size_t operator()(const Key128& key) const { return key.low; }
    };
    struct Slot {
        Blob bytes;                    // in `blobs_`; marked: changed since the last `take_changes`
        Instant due = instant_max;     // when it is due
        Instant armed = instant_max;   // its earliest entry in the heap
    };
    struct Timer {
        Instant at;
        Key128 key;
    };
    struct Change {
        Key128 key;
        std::string removed;  // the state key when the key is gone
    };

    void arm(Slot& slot, const Key128& key, Instant due);
    static bool later(const Timer& one, const Timer& other) { return one.at > other.at; }

    BlobPool blobs_;
    boost::unordered_flat_map<Key128, Slot, Hash> slots_;
    std::vector<Timer> timers_;  // a heap, the earliest first
    std::vector<Change> changes_;
};

template <typename Visit>
bool KeyedStore::Walk::step(const KeyedStore& store, std::size_t most, Visit visit) {
    const std::size_t end = std::min(keys_.size(), next_ + std::min(most, keys_.size()));
    for (; next_ < end; ++next_) {
        if (const std::string_view bytes = store.find(keys_[next_]); !bytes.empty()) visit(bytes);
    }
    return next_ < keys_.size();
}

template <typename Changed, typename Removed>
void KeyedStore::take_changes(Changed changed, Removed removed) {
    for (Change& change : changes_) {
        if (!change.removed.empty()) {
            // Removed, and perhaps made anew since: the new one has an entry of its own.
            if (!slots_.contains(change.key)) removed(std::move(change.removed));
            continue;
        }
        const auto slot = slots_.find(change.key);
        if (slot == slots_.end() || !slot->second.bytes.is_marked()) continue;
        slot->second.bytes.mark(false);
        changed(slot->second.bytes.view());
    }
    changes_.clear();
}

}  // namespace premura
