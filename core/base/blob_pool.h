#pragma once

#include <boost/pool/pool.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace premura {

// Bytes with nothing beside them but their length, in the room of a BlobPool. A handle of one pointer: the pool that
// filled it must empty it, or be gone with it.
class Blob {
 public:
    std::string_view view() const;

    // A bit beside the bytes that costs no room of its own. Only where there are bytes; gone with the next `assign`.
    bool is_marked() const { return (head() & mark_bit) != 0; }
    void mark(bool marked) { set_head(marked ? head() | mark_bit : head() & ~mark_bit); }

 private:
    friend class BlobPool;
    static constexpr std::uint32_t mark_bit = 1u << 31;  // no blob is that long
    static constexpr std::size_t head_bytes = sizeof(std::uint32_t);

    std::uint32_t head() const;  // the length, and the mark
    void set_head(std::uint32_t head);

    char* memory_ = nullptr;
};

// Room for millions of small blobs that grow and go: a pool for each size, in steps of 16 bytes, so that none is
// searched for and little is lost beside them. What is freed serves the next blob of that size; the room itself goes
// back with the pool. One thread.
class BlobPool {
 public:
    BlobPool() = default;
    ~BlobPool();
    BlobPool(const BlobPool&) = delete;
    BlobPool& operator=(const BlobPool&) = delete;

    // Fills the blob anew, in place where the room is of the right size. Empty bytes give its room back.
    void assign(Blob& blob, std::string_view bytes);

    // The room of all blobs that are filled now.
    std::size_t memory_bytes() const { return memory_bytes_; }

 private:
    static constexpr std::size_t step = 16;
    static constexpr std::size_t pooled_max = 2048;  // beyond, each blob is the allocator's
    using Pool = boost::pool<boost::default_user_allocator_malloc_free>;

    // How much room a blob of so many bytes, its head included, takes.
    static std::size_t room_of(std::size_t needed) { return (needed + step - 1) / step * step; }
    char* take(std::size_t room);
    void give_back(char* memory, std::size_t room);

    std::vector<std::unique_ptr<Pool>> pools_{pooled_max / step + 1};
    std::size_t memory_bytes_ = 0;
};

}  // namespace premura
