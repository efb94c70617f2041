#include "core/base/blob_pool.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace premura {
namespace {

std::string text_of(std::size_t bytes) { return std::string(bytes, static_cast<char>('a' + bytes % 26)); }

TEST_CASE("A blob grows, shrinks and goes, and its room is counted in steps of sixteen bytes with its head", "[blob]") {
    BlobPool pool;
    Blob blob;
    CHECK(blob.view().empty());

    pool.assign(blob, text_of(12));
    CHECK(blob.view() == text_of(12));
    CHECK(pool.memory_bytes() == 16);

    pool.assign(blob, text_of(13));
    CHECK(blob.view() == text_of(13));
    CHECK(pool.memory_bytes() == 32);

    // Larger than what is pooled.
    pool.assign(blob, text_of(5000));
    CHECK(blob.view() == text_of(5000));
    CHECK(pool.memory_bytes() == 5008);

    pool.assign(blob, text_of(3));
    CHECK(blob.view() == text_of(3));
    CHECK(pool.memory_bytes() == 16);

    pool.assign(blob, {});
    CHECK(blob.view().empty());
    CHECK(pool.memory_bytes() == 0);
}

TEST_CASE("What a blob leaves serves the next one of its size, and no other blob is touched", "[blob]") {
    BlobPool pool;
    std::vector<Blob> blobs(1000);
    for (std::size_t i = 0; i < blobs.size(); ++i) pool.assign(blobs[i], text_of(20 + i % 300));
    for (std::size_t i = 0; i < blobs.size(); i += 2) pool.assign(blobs[i], text_of(1 + i % 90));
    for (std::size_t i = 0; i < blobs.size(); ++i) {
        REQUIRE(blobs[i].view() == text_of(i % 2 == 0 ? 1 + i % 90 : 20 + i % 300));
    }
    for (Blob& blob : blobs) pool.assign(blob, {});
    CHECK(pool.memory_bytes() == 0);
}

TEST_CASE("A mark beside the bytes is no part of them, and goes with the next ones", "[blob]") {
    BlobPool pool;
    Blob blob;
    pool.assign(blob, "order");
    blob.mark(true);
    CHECK(blob.is_marked());
    CHECK(blob.view() == "order");
    blob.mark(false);
    CHECK_FALSE(blob.is_marked());
    blob.mark(true);
    pool.assign(blob, "order again");
    CHECK_FALSE(blob.is_marked());
    CHECK(blob.view() == "order again");
    pool.assign(blob, {});
}

}  // namespace
}  // namespace premura
