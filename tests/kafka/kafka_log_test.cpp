#include <catch2/catch.hpp>
#include <list>

#include "daemon/kafka/kafka_record.h"
#include "tests/kafka/kafka_world.h"

// What only a real Kafka can show of the Kafka log: who is shut out, when, and what that leaves
// behind.

namespace premura {
namespace {

using Keys = std::vector<std::string>;
using KeySet = std::multiset<std::string>;

Transaction work_on(const std::vector<Record>& records, const std::string& calls) {
    Transaction transaction;
    for (const Record& read : records) {
        transaction.outputs.push_back(record(calls, "call-" + read.key));
        transaction.state.emplace_back(read.partition, StateRecord{read.key, "seen"});
    }
    return transaction;
}

bool wait_for(LogWorld& world, std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    return run_until(world, [end] { return std::chrono::steady_clock::now() > end; });
}

}  // namespace

TEST_CASE("a second reader of the same name shuts the first one out", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    const std::string orders = world.create_topic("orders", 1);
    const std::string calls = world.create_topic("calls", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    REQUIRE(append(world, {record(orders, "a"), record(orders, "b")}).empty());

    SilentListener heard_by_first;
    const auto first = world.reader(stage, "twin");
    first->open(heard_by_first);
    std::vector<Record> of_first;
    REQUIRE(run_until(world, [&] {
        of_first = first->read(1, world.now()).records;
        return !of_first.empty();
    }));

    SilentListener heard_by_second;
    const auto second = world.reader(stage, "twin");
    second->open(heard_by_second);
    std::vector<Record> of_second;
    REQUIRE(run_until(world, [&] {
        for (Record& read : second->read(10, world.now()).records) of_second.push_back(read);
        return of_second.size() == 2;
    }));
    CHECK(keys_of(of_second) == Keys{"a", "b"});

    CHECK(first->commit(work_on(of_first, calls)) == Commit::lost);
    CHECK(second->commit(work_on(of_second, calls)) == Commit::done);
    std::string error;
    CHECK(run_until(world, [&] {
        try {
            first->read(10, world.now());
        } catch (const LogError& told) {
            error = told.what();
        }
        return !error.empty();
    }));
    CHECK(error.find("another process reads as 'twin'") != std::string::npos);
    CHECK(key_set_of(world.committed(calls)) == KeySet{"call-a", "call-b"});
}

TEST_CASE("a reader that stood still is refused, also without records of its own", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    world.options().session_timeout = Milliseconds{2'000};
    world.options().poll_interval_max = Milliseconds{2'500};
    const std::string orders = world.create_topic("orders", 1);
    const std::string calls = world.create_topic("calls", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    REQUIRE(append(world, {record(orders, "a")}).empty());

    StoryReader stalled{world, stage};
    const std::vector<Record> read = stalled.take(1);
    REQUIRE(read.size() == 1);
    Transaction late = work_on(read, calls);
    SECTION("with a record it had read") {}
    SECTION("with a timer that fired") {
        REQUIRE(stalled.commit() == Commit::done);
        late = {};
        late.outputs.push_back(record(calls, "call-of-the-dead"));
        REQUIRE(append(world, {record(orders, "a")}).empty());
    }

    // Its heartbeats go on, but it does not read.
    StoryReader other{world, stage};
    const std::vector<Record> again = other.take(1);
    CHECK(keys_of(again) == Keys{"a"});
    CHECK(stalled.commit(late) == Commit::lost);
    CHECK(other.commit(work_on(again, calls)) == Commit::done);
    CHECK(keys_of(world.committed(calls)) == Keys{"call-a"});

    // And comes back as if nothing had been.
    REQUIRE(append(world, {record(orders, "b")}).empty());
    other.close();
    const std::vector<Record> next = stalled.take(1);
    CHECK(keys_of(next) == Keys{"b"});
    CHECK(stalled.state().at(0) == std::map<std::string, std::string>{{"a", "seen"}});
    CHECK(stalled.commit(work_on(next, calls)) == Commit::done);
}

TEST_CASE("three readers share six partitions, and two go on when one is killed", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    const std::string orders = world.create_topic("orders", 6);
    const std::string parcels = world.create_topic("parcels", 6);
    const std::string calls = world.create_topic("calls", 3);
    const StageTopics stage = make_stage(world, "orders", {orders, parcels}, 6);

    struct Worker {
        explicit Worker(std::unique_ptr<StageLog> its) : log{std::move(its)} {
            log->open(listener);
        }
        SilentListener listener;
        std::unique_ptr<StageLog> log;
        std::size_t lost = 0;
    };
    std::list<Worker> workers;
    for (int i = 0; i < 3; ++i) workers.emplace_back(world.reader(stage));
    const auto round = [&](Worker& worker, std::size_t records_max) {
        const Batch batch = worker.log->read(records_max, world.now());
        for (const Record& read : batch.records) {
            CHECK(worker.listener.owned.contains(read.partition));
        }
        if (batch.records.empty()) return std::size_t{0};
        const Commit result = worker.log->commit(work_on(batch.records, calls));
        if (result == Commit::lost) ++worker.lost;
        return result == Commit::done ? batch.records.size() : 0;
    };
    REQUIRE(run_until(world, [&] {
        std::set<int> all;
        bool two_each = true;
        for (Worker& worker : workers) {
            round(worker, 10);
            two_each = two_each && worker.listener.owned.size() == 2;
            all.insert(worker.listener.owned.begin(), worker.listener.owned.end());
        }
        return two_each && all.size() == 6;
    }));

    KeySet expected;
    const auto append_300 = [&] {
        std::vector<Output> records;
        for (int i = 0; i < 300; ++i) {
            const std::string key = std::to_string(expected.size());
            records.push_back(record(i % 2 == 0 ? orders : parcels, key));
            expected.insert("call-" + key);
        }
        REQUIRE(append(world, records).empty());
    };
    append_300();
    std::size_t committed = 0;
    REQUIRE(run_until(world, [&] {
        for (Worker& worker : workers) committed += round(worker, 20);
        return committed > 200;
    }));
    append_300();
    // In the middle of its work.
    CHECK(run_until(world,
                    [&] { return !workers.back().log->read(20, world.now()).records.empty(); }));
    workers.pop_back();
    CHECK(run_until(world, [&] {
        for (Worker& worker : workers) committed += round(worker, 20);
        return committed == 600;
    }));
    CHECK(key_set_of(world.committed(calls)) == expected);
    for (const Worker& worker : workers) CHECK(worker.listener.owned.size() == 3);
}

TEST_CASE("no wake-up is missed when records are taken one by one", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    const std::string orders = world.create_topic("orders", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    constexpr int count = 20'000;
    std::vector<Output> records;
    for (int i = 0; i < count; ++i) records.push_back(record(orders, std::to_string(i)));
    REQUIRE(append(world, records).empty());

    SilentListener listener;
    const auto log = world.reader(stage);
    log->open(listener);
    int taken = 0;
    int wakes = 0;
    std::function<void()> ready = [&] {
        ++wakes;
        for (const Record& read : log->read(1, world.now()).records) {
            if (read.key != std::to_string(taken)) FAIL_CHECK("out of order at " << taken);
            ++taken;
        }
        log->wait(ready);
    };
    log->wait(ready);
    CHECK(run_until(world, [&] { return taken == count; }));
    CHECK(wakes >= count);
}

TEST_CASE("an idle reader keeps its place longer than the poll interval", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    world.options().session_timeout = Milliseconds{2'000};
    world.options().poll_interval_max = Milliseconds{2'000};
    const std::string orders = world.create_topic("orders", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    StoryReader reader{world, stage};
    CHECK(reader.drain({0}).empty());
    Keys taken;
    std::function<void()> ready = [&] {
        for (const Record& read : reader.read().records) taken.push_back(read.key);
        reader.log().wait(ready);
    };
    reader.log().wait(ready);
    CHECK(wait_for(world, std::chrono::milliseconds{4'000}));
    CHECK(reader.heard() == Keys{"assigned 0"});
    REQUIRE(append(world, {record(orders, "a")}).empty());
    CHECK(run_until(world, [&] { return taken == Keys{"a"}; }));
}

TEST_CASE("an open transaction of somebody else holds completeness up", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    const std::string orders = world.create_topic("orders", 2);
    const StageTopics stage = make_stage(world, "orders", {orders}, 2);
    StoryReader reader{world, stage};
    CHECK(reader.drain({0, 1}).empty());

    const auto shop = world.foreign_transaction(world.full_name("shop"));
    KafkaTargets targets{*shop, std::chrono::seconds{10}};
    REQUIRE(produce(*shop, targets.find(orders), 0, record(orders, "a"), nullptr) ==
            RD_KAFKA_RESP_ERR_NO_ERROR);
    REQUIRE(rd_kafka_flush(shop->get(), 10'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
    REQUIRE(world.end(orders, 0) == 1);
    const Instant appended = world.now();

    // The other partition moves on, this one must not: who knows what will be in it.
    Batch batch;
    CHECK(reader.drain({1}).empty());
    for (int i = 0; i < 3; ++i) CHECK(reader.drain({1}).empty());
    batch = reader.read();
    CHECK(batch.complete_until.at(0) < appended);
    CHECK(batch.complete_until.at(1) > appended);

    SECTION("until it is committed") {
        const KafkaError error{rd_kafka_commit_transaction(shop->get(), 10'000)};
        REQUIRE(!error);
        CHECK(keys_of(reader.drain({0, 1})) == Keys{"a"});
    }
    SECTION("until it is aborted") {
        const KafkaError error{rd_kafka_abort_transaction(shop->get(), 10'000)};
        REQUIRE(!error);
        CHECK(reader.drain({0, 1}).empty());
    }
    CHECK(reader.commit() == Commit::done);
}

TEST_CASE("topics of unequal partition counts are an error that names both", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    const std::string orders = world.create_topic("orders", 2);
    const std::string parcels = world.create_topic("parcels", 3);
    const StageTopics stage = make_stage(world, "orders", {orders, parcels}, 2);
    SilentListener listener;
    const auto log = world.reader(stage);
    log->open(listener);
    std::string error;
    CHECK(run_until(world, [&] {
        try {
            log->read(10, world.now());
        } catch (const LogError& told) {
            error = told.what();
        }
        return !error.empty();
    }));
    CHECK(error == "stage 'orders' cannot run: topic '" + orders + "' has 2 partitions and '" +
                       parcels +
                       "' has 3; hint: their counts must be equal; let a source that cannot be "
                       "changed go through the intake topic, with 'keyed_by_order: false'");
    CHECK(listener.owned.empty());
}

TEST_CASE("a record that no broker takes is an error, not a loop", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    const std::string orders = world.create_topic("orders", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    REQUIRE(append(world, {record(orders, "a")}).empty());
    StoryReader reader{world, stage};
    Transaction transaction = work_on(reader.take(1), orders);
    transaction.outputs.front().value = std::string(2'000'000, 'x');
    CHECK_THROWS_WITH(reader.commit(transaction), Catch::Contains("2000000 bytes"));
}

TEST_CASE("times in the future do not spoil the transaction", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    const std::string orders = world.create_topic("orders", 1);
    const std::string calls = world.create_topic("calls", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    REQUIRE(append(world, {record(orders, "a")}).empty());
    StoryReader reader{world, stage};
    Transaction transaction = work_on(reader.take(1), calls);
    // The world's own clock never stands still, and so runs ahead by some milliseconds: the broker's does not.
    const auto before = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    transaction.outputs.front().timestamp = before + std::chrono::hours{48};
    REQUIRE(reader.commit(transaction) == Commit::done);
    const std::vector<Record> committed = world.committed(calls);
    REQUIRE(committed.size() == 1);
    CHECK(committed[0].timestamp >= before);
    CHECK(committed[0].timestamp <= world.now());
}

TEST_CASE("the writer refuses what its queue has no room for", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    world.options().appends_waiting_max = 3;
    const std::string orders = world.create_topic("orders", 1);
    std::vector<Output> records;
    for (int i = 0; i < 4; ++i) records.push_back(record(orders, std::to_string(i)));
    CHECK(append(world, records) ==
          "too many records wait to be written to Kafka (3); hint: send more slowly");
    records.pop_back();
    CHECK(append(world, records).empty());
    CHECK(append(world, records).empty());
    CHECK(world.committed(orders).size() == 6);
    CHECK(append(world, {record(world.full_name("nowhere"), "a")}).find("does not exist") !=
          std::string::npos);
    CHECK_THROWS_AS(world.writer().partitions(world.full_name("nowhere")), LogError);
}

}  // namespace premura
