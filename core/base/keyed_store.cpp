#include "core/base/keyed_store.h"

#include <malloc.h>

#include <algorithm>
#include <cstring>

namespace premura {
namespace {

constexpr std::size_t length_bytes = sizeof(std::uint32_t);

}  // namespace

void Blob::Free::operator()(char* memory) const { std::free(memory); }

Blob::Blob(std::string_view bytes) { assign(bytes); }

std::uint32_t Blob::head() const {
    std::uint32_t head = 0;
    if (memory_) std::memcpy(&head, memory_.get(), length_bytes);
    return head;
}

void Blob::set_head(std::uint32_t head) { std::memcpy(memory_.get(), &head, length_bytes); }

std::string_view Blob::view() const {
    if (!memory_) return {};
    return {memory_.get() + length_bytes, head() & ~mark_bit};
}

void Blob::assign(std::string_view bytes) {
    const std::size_t needed = length_bytes + bytes.size();
    const std::size_t room = memory_ ? malloc_usable_size(memory_.get()) : 0;
    if (needed > room || needed * 2 < room) {
        memory_.reset(static_cast<char*>(std::malloc(needed)));
        if (!memory_) throw std::bad_alloc{};
    }
    set_head(static_cast<std::uint32_t>(bytes.size()));
    std::memcpy(memory_.get() + length_bytes, bytes.data(), bytes.size());
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
    slot.bytes.assign(bytes);
    slot.bytes.mark(true);
    if (!known_as_changed) changes_.push_back({key, {}});
    arm(slot, key, due);
}

void KeyedStore::restore(const Key128& key, std::string_view bytes, Instant due) {
    Slot& slot = slots_[key];
    slot.bytes.assign(bytes);
    arm(slot, key, due);
}

void KeyedStore::erase(const Key128& key, std::string state_key) {
    slots_.erase(key);
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
    std::size_t bytes = slots_.bucket_count() * (sizeof(Key128) + sizeof(Slot)) +
                        timers_.capacity() * sizeof(Timer);
    for (const auto& [key, slot] : slots_) bytes += slot.bytes.view().size() + length_bytes;
    return bytes;
}

}  // namespace premura
