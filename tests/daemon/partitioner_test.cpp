#include "daemon/log/partitioner.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace premura {

// The hashes are those that Apache Kafka's UtilsTest.testMurmur2 and librdkafka's unittest_murmur2
// (src/rdmurmur2.c) expect of the Java client.
TEST_CASE("keys hash as Java producers hash them", "[partitioner]") {
    struct Vector {
        std::string key;
        std::int32_t hash;  // Java's int
    };
    const std::vector<Vector> vectors{
        {"", 0x106e08d9},
        {"4", 0x5a4b5ca1},
        {"34", static_cast<std::int32_t>(0x873930da)},
        {"234", static_cast<std::int32_t>(0xe7c009ca)},
        {"1234", static_cast<std::int32_t>(0x9fc97b14)},
        {"kafka", static_cast<std::int32_t>(0xd067cf64)},
        {"giberish123456789", static_cast<std::int32_t>(0x8f552b0c)},
        {"PreAmbleWillBeRemoved,ThePrePartThatIs", 0x78424f1c},
        {"reAmbleWillBeRemoved,ThePrePartThatIs", 0x4a62b377},
        {"eAmbleWillBeRemoved,ThePrePartThatIs", static_cast<std::int32_t>(0xe0e4e09e)},
        {"AmbleWillBeRemoved,ThePrePartThatIs", 0x62b8b43f},
        {"21", -973932308},
        {"foobar", -790332482},
        {"a-little-bit-long-string", -985981536},
        {"a-little-bit-longer-string", -1486304829},
        {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
        {"abc", 479470107},
    };
    for (const Vector& vector : vectors) {
        INFO(vector.key);
        CHECK(static_cast<std::int32_t>(murmur2(vector.key)) == vector.hash);
    }
}

TEST_CASE("a key's partition drops the sign, as Java producers do", "[partitioner]") {
    // -973932308 & 0x7fffffff is 1173551340.
    CHECK(partition_of("21", 1) == 0);
    CHECK(partition_of("21", 7) == 1173551340 % 7);
    CHECK(partition_of("21", 100) == 40);
    CHECK(partition_of("abc", 100) == 7);
    CHECK(partition_of("", 17) == 0x106e08d9 % 17);
}

// As librdkafka 2.15.1 answers: rd_kafka_msg_partitioner_murmur2 with 2147483647 partitions.
TEST_CASE("bytes above 127 hash as bytes, not as signed numbers", "[partitioner]") {
    constexpr int many = 2147483647;
    CHECK(partition_of("\xff", many) == 1836015963);
    CHECK(partition_of("\x80\xff\xff\xff", many) == 498215646);
    CHECK(partition_of("\xff\xff\x80", many) == 1996193916);
    CHECK(partition_of("ordine-\xc3\xa8-\xe2\x82\xac", many) == 1042626439);
    CHECK(partition_of(std::string_view{"\0\x80\0\xff\0", 5}, many) == 1522511231);
}

}  // namespace premura
