#include "core/base/blob_pool.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace premura {
namespace {

// Blobs that a pool asks the allocator for at once: first, and at most.
constexpr std::size_t blobs_first = 32;
constexpr std::size_t blobs_max = 512;

}  // namespace

std::uint32_t Blob::head() const {
    std::uint32_t head = 0;
    if (memory_ != nullptr) std::memcpy(&head, memory_, head_bytes);
    return head;
}

void Blob::set_head(std::uint32_t head) { std::memcpy(memory_, &head, head_bytes); }

std::string_view Blob::view() const {
    if (memory_ == nullptr) return {};
    return {memory_ + head_bytes, head() & ~mark_bit};
}

BlobPool::~BlobPool() = default;

char* BlobPool::take(std::size_t room) {
    void* memory = nullptr;
    if (room > pooled_max) {
        memory = std::malloc(room);
    } else {
        std::unique_ptr<Pool>& pool = pools_[room / step];
        if (!pool) pool = std::make_unique<Pool>(room, blobs_first, blobs_max);
        memory = pool->malloc();
    }
    if (memory == nullptr) throw std::bad_alloc{};
    memory_bytes_ += room;
    return static_cast<char*>(memory);
}

void BlobPool::give_back(char* memory, std::size_t room) {
    memory_bytes_ -= room;
    if (room > pooled_max) {
        std::free(memory);
    } else {
        pools_[room / step]->free(memory);
    }
}

void BlobPool::assign(Blob& blob, std::string_view bytes) {
    const std::size_t held = blob.memory_ == nullptr ? 0 : room_of(Blob::head_bytes + blob.view().size());
    const std::size_t wanted = bytes.empty() ? 0 : room_of(Blob::head_bytes + bytes.size());
    if (wanted != held) {
        char* const memory = wanted == 0 ? nullptr : take(wanted);
        if (held != 0) give_back(blob.memory_, held);
        blob.memory_ = memory;
    }
    if (wanted == 0) return;
    blob.set_head(static_cast<std::uint32_t>(bytes.size()));
    std::memcpy(blob.memory_ + Blob::head_bytes, bytes.data(), bytes.size());
}

}  // namespace premura
