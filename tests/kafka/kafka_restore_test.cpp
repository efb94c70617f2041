#include <catch2/catch.hpp>

#include "daemon/kafka/kafka_record.h"
#include "tests/kafka/kafka_world.h"

// How state comes back from a real Kafka: after open transactions, after compaction.

namespace premura {
namespace {

using Keys = std::vector<std::string>;
using State = std::map<std::string, std::string>;

void must(rd_kafka_error_t* result) {
    const KafkaError error{result};
    REQUIRE(!error);
}

void put(KafkaClient& client, const std::string& topic, int partition, const std::string& key) {
    KafkaTargets targets{client, std::chrono::seconds{10}};
    REQUIRE(produce(client, targets.find(topic), partition, record(topic, partition, key),
                    nullptr) == RD_KAFKA_RESP_ERR_NO_ERROR);
    REQUIRE(rd_kafka_flush(client.get(), 10'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

Transaction state_of(const std::vector<std::pair<std::string, std::string>>& records) {
    Transaction transaction;
    for (const auto& [key, value] : records) {
        transaction.state.emplace_back(0, StateRecord{key, value});
    }
    return transaction;
}

}  // namespace

TEST_CASE("a restore waits for a transaction that is open in the state", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    const std::string orders = world.create_topic("orders", 2);
    const StageTopics stage = make_stage(world, "orders", {orders}, 2);
    {
        StoryReader reader{world, stage};
        CHECK(reader.drain({0, 1}).empty());
        REQUIRE(reader.commit(state_of({{"a", "1"}})) == Commit::done);
        reader.crash();
    }
    // As a reader does that was cut off in the middle of a commit: its last transaction may yet
    // turn out to be committed, and is part of the state then.
    const auto predecessor = world.foreign_transaction(world.full_name("predecessor"));
    put(*predecessor, stage.state, 0, "b");

    StoryReader reader{world, stage};
    CHECK(reader.drain({1}).empty());
    CHECK(reader.owned() == std::set<int>{1});
    SECTION("which is committed") {
        must(rd_kafka_commit_transaction(predecessor->get(), 10'000));
        CHECK(reader.drain({0, 1}).empty());
        CHECK(reader.state().at(0) == State{{"a", "1"}, {"b", "value of b"}});
    }
    SECTION("which is aborted") {
        must(rd_kafka_abort_transaction(predecessor->get(), 10'000));
        CHECK(reader.drain({0, 1}).empty());
        CHECK(reader.state().at(0) == State{{"a", "1"}});
    }
}

TEST_CASE("positions in an open transaction are waited for", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    // After this the broker aborts what a dead reader left open.
    world.options().transaction_timeout = Milliseconds{3'000};
    const std::string orders = world.create_topic("orders", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    REQUIRE(append(world, {record(orders, "a"), record(orders, "b")}).empty());
    const auto die_in_commit = [&](const std::string& name) {
        // Moves the position to the end, and stops before it says so.
        const auto dying = world.foreign_transaction(world.options().prefix + "-orders-" + name);
        put(*dying, stage.state, 0, "never");
        const KafkaPartitionList positions = partition_list({{{orders, 0}, 2}});
        const KafkaGroupMetadata group{
            rd_kafka_consumer_group_metadata_new((world.options().prefix + "-orders").c_str())};
        must(rd_kafka_send_offsets_to_transaction(dying->get(), positions.get(), group.get(),
                                                  10'000));
    };
    SECTION("the next of the same name ends it at once") {
        die_in_commit("reader-1-b");
        const auto began = std::chrono::steady_clock::now();
        StoryReader reader{world, stage};
        CHECK(keys_of(reader.take(2)) == Keys{"a", "b"});
        CHECK(reader.state().at(0).empty());
        CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{3});
    }
    SECTION("another waits until the broker does") {
        die_in_commit("somebody-else");
        StoryReader reader{world, stage};
        CHECK(keys_of(reader.take(2)) == Keys{"a", "b"});
        CHECK(reader.state().at(0).empty());
    }
}

TEST_CASE("state survives compaction, and what was erased stays away", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    const std::string orders = world.create_topic("orders", 1);
    StageTopics stage;
    stage.stage = "orders";
    stage.inputs = stage.probed = {orders};
    stage.state = world.create("orders-state", 1,
                               {{"cleanup.policy", "compact"},
                                {"segment.ms", "300"},
                                {"min.cleanable.dirty.ratio", "0.01"},
                                {"max.compaction.lag.ms", "500"},
                                {"delete.retention.ms", "0"}});
    StoryReader reader{world, stage};
    CHECK(reader.drain({0}).empty());
    Transaction first = state_of({{"gone", "1"}, {"kept", "1"}});
    REQUIRE(reader.commit(first) == Commit::done);
    Transaction second;
    second.state = {{0, {"gone", {}}}, {0, {"moved", "0"}}};
    REQUIRE(reader.commit(second) == Commit::done);
    // Every commit rolls the segment; the cleaner takes all but the last one.
    int commits = 0;
    const auto compacted = [&] {
        const std::vector<Record> left = world.committed(stage.state);
        return std::ranges::none_of(left, [](const Record& read) { return read.key == "gone"; }) &&
               static_cast<int>(left.size()) < commits;
    };
    REQUIRE(run_until(world, [&] {
        for (int i = 0; i < 40; ++i) world.run();
        reader.read();
        REQUIRE(reader.commit(state_of({{"moved", std::to_string(++commits)}})) == Commit::done);
        return compacted();
    }));
    reader.crash();

    StoryReader next{world, stage};
    CHECK(next.drain({0}).empty());
    CHECK(next.state().at(0) == State{{"kept", "1"}, {"moved", std::to_string(commits)}});
}

TEST_CASE("a state of many keys comes back whole", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    const std::string orders = world.create_topic("orders", 2);
    const StageTopics stage = make_stage(world, "orders", {orders}, 2);
    std::map<int, State> expected;
    {
        StoryReader reader{world, stage};
        CHECK(reader.drain({0, 1}).empty());
        for (int i = 0; i < 10; ++i) {
            Transaction transaction;
            for (int k = 0; k < 5'000; ++k) {
                const int partition = k % 2;
                const std::string key = "order-" + std::to_string(i % 7 * 5'000 + k);
                std::string value = std::string(200, 'x') + std::to_string(i);
                transaction.state.emplace_back(partition, StateRecord{key, value});
                expected[partition][key] = std::move(value);
            }
            REQUIRE(reader.commit(transaction) == Commit::done);
            reader.read();
        }
        reader.crash();
    }
    StoryReader reader{world, stage};
    CHECK(reader.drain({0, 1}).empty());
    CHECK(reader.state() == expected);
}

}  // namespace premura
