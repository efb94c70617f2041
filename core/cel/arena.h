#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/cel/value.h"

namespace premura::cel {

// Memory that is given back all at once. Not for sharing between threads.
class Arena {
 public:
    explicit Arena(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    // Null when the bound would be passed. Aligned for any value.
    void* allocate(std::size_t bytes);
    // Uninitialised room for that many; null as above.
    Value* allocate_values(std::size_t count);
    MapEntry* allocate_entries(std::size_t count);
    // A copy that ends with NUL; its data is null when there is no room.
    std::string_view copy(std::string_view text);

    // Everything given out becomes invalid. The first block is kept, so that the next use of about
    // the same size takes nothing from the heap.
    void clear();
    void set_bytes_max(std::size_t bytes_max) { bytes_max_ = bytes_max; }

 private:
    struct Block {
        std::unique_ptr<std::byte[]> bytes;
        std::size_t size = 0;
    };

    std::size_t bytes_max_;
    std::size_t given_ = 0;  // of all blocks
    std::size_t used_ = 0;   // of the last block
    std::vector<Block> blocks_;
};

}  // namespace premura::cel
