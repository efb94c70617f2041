#include "core/base/keyed_store.h"

#include <algorithm>

namespace premura {

KeyedStore::~KeyedStore() {
    for (auto& [key, slot] : slots_) blobs_.assign(slot.bytes, {});
}

std::string_view KeyedStore::find(const Key128& key) const {
    const auto slot = slots_.find(key);
    return slot == slots_.end() ? std::string_view{} : slot->second.bytes.view();
}

void KeyedStore::arm(Slot& slot, const Key128& key, Instant due) {
    slot.due = due;
    if (due >= slot.armed) return;
    slot.armed = due;
    timers_.push_back({due, key});
    std::push_heap(timers_.begin(), timers_.end(), later);
}

void KeyedStore::put(const Key128& key, std::string_view bytes, Instant due) {
    Slot& slot = slots_[key];
    const bool known_as_changed = slot.bytes.is_marked();
    blobs_.assign(slot.bytes, bytes);
    slot.bytes.mark(true);
    if (!known_as_changed) changes_.push_back({key, {}});
    arm(slot, key, due);
}

void KeyedStore::restore(const Key128& key, std::string_view bytes, Instant due) {
    Slot& slot = slots_[key];
    blobs_.assign(slot.bytes, bytes);
    arm(slot, key, due);
}

void KeyedStore::erase(const Key128& key, std::string state_key) {
    if (const auto slot = slots_.find(key); slot != slots_.end()) {
        blobs_.assign(slot->second.bytes, {});
        slots_.erase(slot);
    }
    changes_.push_back({key, std::move(state_key)});
}

std::optional<KeyedStore::Due> KeyedStore::pop_due(Instant limit) {
    while (!timers_.empty() && timers_.front().at <= limit) {
        const Timer timer = timers_.front();
        std::pop_heap(timers_.begin(), timers_.end(), later);
        timers_.pop_back();

        const auto found = slots_.find(timer.key);
        if (found == slots_.end() || found->second.armed != timer.at) continue;
        Slot& slot = found->second;
        slot.armed = instant_max;
        if (slot.due <= timer.at) return Due{timer.key, slot.due};
        arm(slot, timer.key, slot.due);
    }
    return std::nullopt;
}

void KeyedStore::rearm(const Key128& key, Instant due) {
    const auto slot = slots_.find(key);
    if (slot != slots_.end()) arm(slot->second, key, due);
}

std::optional<Instant> KeyedStore::next_due() const {
    if (timers_.empty()) return std::nullopt;
    return timers_.front().at;
}

std::vector<Key128> KeyedStore::keys() const {
    std::vector<Key128> keys;
    keys.reserve(slots_.size());
    for (const auto& [key, slot] : slots_) keys.push_back(key);
    return keys;
}

std::size_t KeyedStore::memory_bytes() const {
    return slots_.bucket_count() * (sizeof(Key128) + sizeof(Slot)) + timers_.capacity() * sizeof(Timer) +
           blobs_.memory_bytes();
}

}  // namespace premura
