#include <algorithm>
#include <catch2/catch.hpp>

#include "daemon/log/partitioner.h"
#include "tests/daemon/log_contract.h"

// How records come in and out: order, repeats, contents, waiting, completeness.

namespace premura {
namespace {

using Keys = std::vector<std::string>;

void order_within_a_partition(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 2);
    const std::string parcels = world.create_topic("parcels", 2);
    const StageTopics stage = make_stage(world, "orders", {orders, parcels}, 2);
    std::map<std::pair<std::string, int>, Keys> expected;
    for (int i = 0; i < 120; ++i) {
        const std::string& topic = i % 3 == 0 ? parcels : orders;
        const std::string key = "key-" + std::to_string(i);
        REQUIRE(append(world, {record(topic, i % 2, key),
                               record(topic, i % 2, key + "-b")}).empty());
        expected[{topic, i % 2}].push_back(key);
        expected[{topic, i % 2}].push_back(key + "-b");
    }

    StoryReader reader{world, stage};
    std::map<std::pair<std::string, int>, Keys> delivered;
    std::map<std::pair<std::string, int>, std::int64_t> offsets;
    for (int count = 0; count < 240;) {
        const std::vector<Record> records = reader.take(7 < 240 - count ? 7 : 240 - count);
        REQUIRE(!records.empty());
        for (const Record& record : records) {
            const auto [place, is_first] =
                offsets.try_emplace({record.topic, record.partition}, record.offset);
            if (!is_first) {
                CHECK(record.offset > place->second);
                place->second = record.offset;
            }
            delivered[{record.topic, record.partition}].push_back(record.key);
        }
        count += static_cast<int>(records.size());
        if (count % 2 == 0) CHECK(reader.commit() == Commit::done);
    }
    CHECK(delivered == expected);
}

void until_committed_and_never_after(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    REQUIRE(append(world, {record(orders, "a"), record(orders, "b"), record(orders, "c")}).empty());

    {
        StoryReader reader{world, stage};
        CHECK(keys_of(reader.take(2)) == Keys{"a", "b"});
        reader.close();
    }
    {
        StoryReader reader{world, stage};
        CHECK(keys_of(reader.take(1)) == Keys{"a"});
        CHECK(reader.commit() == Commit::done);
        CHECK(keys_of(reader.take(1)) == Keys{"b"});
        reader.crash();
    }
    {
        StoryReader reader{world, stage};
        CHECK(keys_of(reader.take(1)) == Keys{"b"});
        // Several reads may go into one commit.
        CHECK(keys_of(reader.take(1)) == Keys{"c"});
        CHECK(reader.commit() == Commit::done);
        reader.crash();
    }
    REQUIRE(append(world, {record(orders, "d")}).empty());
    {
        StoryReader reader{world, stage};
        CHECK(keys_of(reader.drain({0})) == Keys{"d"});
        CHECK(reader.commit() == Commit::done);
        reader.close();
    }
    StoryReader reader{world, stage};
    CHECK(reader.drain({0}).empty());
}

void a_batch_is_bounded(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    std::vector<Output> records;
    for (int i = 0; i < 10; ++i) records.push_back(record(orders, std::to_string(i)));
    REQUIRE(append(world, records).empty());

    StoryReader reader{world, stage};
    Batch batch;
    REQUIRE(run_until(world, [&] {
        batch = reader.read(4);
        return !batch.records.empty();
    }));
    CHECK(batch.more);
    std::size_t count = batch.records.size();
    bool more = true;
    REQUIRE(run_until(world, [&] {
        batch = reader.read(4);
        count += batch.records.size();
        more = batch.more;
        return count == 10;
    }));
    CHECK_FALSE(more);
}

void contents_survive(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    std::string every_byte;
    for (int i = 0; i < 256; ++i) every_byte.push_back(static_cast<char>(i));

    Output binary = record(orders, every_byte);
    binary.value = every_byte + every_byte;
    binary.headers = {{"ce_type", "order.paid"}, {"Empty", ""}, {"ce_type", every_byte}};
    binary.timestamp = instant_of(1'780'000'000'123);
    Output empty = record(orders, "");
    empty.value = "";
    empty.timestamp = instant_of(0);
    Output tombstone = record(orders, "gone");
    tombstone.value.reset();
    Output large = record(orders, "large");
    large.value = std::string(1'000'000, 'x') + every_byte;
    REQUIRE(append(world, {binary, empty, tombstone}).empty());
    REQUIRE(append(world, {large}).empty());

    StoryReader reader{world, stage};
    const std::vector<Record> records = reader.take(4);
    REQUIRE(records.size() == 4);
    for (const Record& record : records) {
        CHECK(record.topic == orders);
        CHECK(record.partition == 0);
    }
    CHECK(records[0].key == every_byte);
    CHECK(records[0].value == every_byte + every_byte);
    CHECK(records[0].headers ==
          Headers{{"ce_type", "order.paid"}, {"empty", ""}, {"ce_type", every_byte}});
    CHECK(records[0].timestamp == instant_of(1'780'000'000'123));
    CHECK_FALSE(records[0].tombstone);
    CHECK(records[1].key.empty());
    CHECK(records[1].value.empty());
    CHECK(records[1].headers.empty());
    CHECK_FALSE(records[1].tombstone);
    CHECK(records[1].timestamp == instant_of(0));
    CHECK(records[2].tombstone);
    CHECK(records[2].key == "gone");
    CHECK(records[3].value == large.value);
}

void the_key_chooses_the_partition(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 3);
    const std::string calls = world.create_topic("calls", 5);
    const StageTopics stage = make_stage(world, "orders", {orders}, 3);
    CHECK(world.writer().partitions(orders) == 3);
    CHECK(world.writer().partitions(calls) == 5);

    std::vector<Output> records;
    std::map<std::string, int> expected;
    for (int i = 0; i < 30; ++i) {
        Output output = record(orders, "order-" + std::to_string(i));
        output.partition_key = "shop-" + std::to_string(i);
        expected[output.key] = partition_of(output.partition_key, 3);
        records.push_back(output);
    }
    Output explicit_one = record(orders, 2, "explicit");
    expected["explicit"] = 2;
    records.push_back(explicit_one);
    REQUIRE(append(world, records).empty());

    StoryReader reader{world, stage};
    std::map<std::string, int> delivered;
    Transaction transaction;
    std::map<std::string, int> expected_calls;
    for (const Record& read : reader.take(31)) {
        delivered[read.key] = read.partition;
        transaction.outputs.push_back(record(calls, read.key));
        expected_calls[read.key] = partition_of(read.key, 5);
    }
    CHECK(delivered == expected);
    transaction.outputs.push_back(record(calls, 4, "explicit too"));
    expected_calls["explicit too"] = 4;
    REQUIRE(reader.commit(transaction) == Commit::done);
    std::map<std::string, int> committed_calls;
    for (const Record& call : world.committed(calls)) committed_calls[call.key] = call.partition;
    CHECK(committed_calls == expected_calls);
}

void stages_read_independently(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 1);
    const StageTopics first = make_stage(world, "first", {orders}, 1);
    const StageTopics second = make_stage(world, "second", {orders}, 1);
    REQUIRE(append(world, {record(orders, "a"), record(orders, "b")}).empty());

    StoryReader one{world, first};
    CHECK(keys_of(one.take(2)) == Keys{"a", "b"});
    REQUIRE(one.commit() == Commit::done);
    StoryReader two{world, second};
    CHECK(keys_of(two.take(1)) == Keys{"a"});
    REQUIRE(two.commit() == Commit::done);

    REQUIRE(append(world, {record(orders, "c")}).empty());
    CHECK(keys_of(one.drain({0})) == Keys{"c"});
    CHECK(keys_of(two.drain({0})) == Keys{"b", "c"});
}

void an_append_is_all_or_nothing(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 2);
    const StageTopics stage = make_stage(world, "orders", {orders}, 2);
    CHECK_FALSE(append(world, {record(orders, "a"), record(orders, 7, "nowhere")}).empty());
    CHECK(append(world, {record(orders, "b")}).empty());
    CHECK(append(world, {}).empty());

    CHECK(keys_of(world.committed(orders)) == Keys{"b"});
    StoryReader reader{world, stage};
    CHECK(keys_of(reader.drain({0, 1})) == Keys{"b"});
}

void waiting(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    StoryReader reader{world, stage};
    int calls = 0;
    int earlier_calls = 0;
    const auto wait = [&] {
        bool inside = true;
        reader.log().wait([&calls, &inside] {
            if (inside) FAIL_CHECK("called from inside wait");
            ++calls;
        });
        inside = false;
        return run_until(world, [&] { return calls > 0; });
    };

    // There is a partition to be had.
    CHECK(wait());
    CHECK(reader.drain({0}).empty());

    // Appended before the call.
    REQUIRE(append(world, {record(orders, "a")}).empty());
    calls = 0;
    CHECK(wait());
    CHECK(keys_of(reader.take(1)) == Keys{"a"});
    CHECK(reader.drain({0}).empty());

    // Appended after the call; a wait that was replaced stays silent, and nothing calls twice.
    reader.log().wait([&earlier_calls] { ++earlier_calls; });
    calls = 0;
    reader.log().wait([&calls] { ++calls; });
    REQUIRE(append(world, {record(orders, "b")}).empty());
    CHECK(run_until(world, [&] { return calls > 0; }));
    REQUIRE(append(world, {record(orders, "c")}).empty());
    for (int i = 0; i < 20; ++i) world.run();
    CHECK(calls == 1);
    CHECK(earlier_calls == 0);

    // Left over by a bounded read.
    CHECK(keys_of(reader.take(1)) == Keys{"b"});
    calls = 0;
    CHECK(wait());
    CHECK(keys_of(reader.take(1)) == Keys{"c"});
    REQUIRE(reader.commit() == Commit::done);

    calls = 0;
    reader.log().wait([&calls] { ++calls; });
    reader.close();
    REQUIRE(append(world, {record(orders, "d")}).empty());
    for (int i = 0; i < 20; ++i) world.run();
    CHECK(calls == 0);
}

void complete_never_too_early(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 2);
    const std::string parcels = world.create_topic("parcels", 2);
    const StageTopics stage = make_stage(world, "orders", {orders, parcels}, 2);
    struct Appended {
        Instant by;
        bool unread = true;
    };
    std::map<int, std::map<std::string, Appended>> appended;  // by partition
    const auto append_one = [&](int i) {
        const std::string key = std::to_string(i);
        REQUIRE(append(world, {record(i % 3 == 0 ? parcels : orders, i % 2, key)}).empty());
        appended[i % 2].emplace(key, Appended{world.now()});
    };
    for (int i = 0; i < 30; ++i) append_one(i);

    StoryReader reader{world, stage};
    int unread = 30;
    int next = 30;
    REQUIRE(run_until(world, [&] {
        // The input grows while it is read, more slowly.
        if (next < 40) {
            append_one(next++);
            ++unread;
        }
        const Batch batch = reader.read(3);
        for (const Record& record : batch.records) {
            appended[record.partition].at(record.key).unread = false;
            --unread;
        }
        for (const auto& [partition, until] : batch.complete_until) {
            for (const auto& [key, record] : appended[partition]) {
                if (record.unread) CHECK(until <= record.by);
            }
        }
        return unread == 0;
    }));
    // And it does come, for a partition that only ever was idle too.
    CHECK(reader.drain({0, 1}).empty());
}

void complete_while_idle(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 2);
    const StageTopics stage = make_stage(world, "orders", {orders}, 2);
    StoryReader reader{world, stage};
    CHECK(reader.drain({0, 1}).empty());
    REQUIRE(append(world, {record(orders, 1, "a")}).empty());
    CHECK(keys_of(reader.drain({0, 1})) == Keys{"a"});
    // It moves on with time, without a record.
    CHECK(reader.drain({0, 1}).empty());
}

void only_probed_topics_count(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 1);
    const std::string agents = world.create_topic("agents", 1);
    StageTopics stage = make_stage(world, "orders", {agents, orders}, 1);
    stage.probed = {orders};
    StoryReader reader{world, stage};
    REQUIRE(append(world, {record(orders, "a")}).empty());
    CHECK(keys_of(reader.drain({0})) == Keys{"a"});
    REQUIRE(append(world, {record(agents, "b")}).empty());
    CHECK(keys_of(reader.take(1)) == Keys{"b"});
}

}  // namespace

std::vector<Promise> delivery_promises() {
    return {
        {"records come in the order of their partition", order_within_a_partition},
        {"a record comes until it is committed and never after", until_committed_and_never_after},
        {"a batch is bounded and says when there is more", a_batch_is_bounded},
        {"keys, values, headers and times survive", contents_survive},
        {"the partition key chooses the partition", the_key_chooses_the_partition},
        {"two stages read a topic independently", stages_read_independently},
        {"an append is all or nothing", an_append_is_all_or_nothing},
        {"wait calls once, later, when there is something", waiting},
        {"complete_until is never later than a record still unread", complete_never_too_early},
        {"complete_until comes for idle partitions", complete_while_idle},
        {"complete_until looks at probed topics only", only_probed_topics_count},
    };
}

}  // namespace premura
