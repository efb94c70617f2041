#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/daemon/log_contract.h"

// What a commit does: outputs, state and positions together or not at all, across crashes and
// moves.

namespace premura {
namespace {

using Keys = std::vector<std::string>;
using State = std::map<std::string, std::string>;

StateRecord put(const std::string& key, const std::string& value) { return {key, value}; }
StateRecord gone(const std::string& key) { return {key, {}}; }

// One call per record, and the record's key as state.
Transaction work_on(const std::vector<Record>& records, const std::string& calls) {
    Transaction transaction;
    for (const Record& read : records) {
        transaction.outputs.push_back(record(calls, "call-" + read.key));
        transaction.state.emplace_back(read.partition, put(read.key, "seen"));
    }
    return transaction;
}

void a_commit_writes_everything(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 1);
    const std::string calls = world.create_topic("calls", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    REQUIRE(append(world, {record(orders, "a"), record(orders, "b")}).empty());
    {
        StoryReader reader{world, stage};
        const Transaction transaction = work_on(reader.take(2), calls);
        CHECK(world.committed(calls).empty());
        REQUIRE(reader.commit(transaction) == Commit::done);
        CHECK(keys_of(world.committed(calls)) == Keys{"call-a", "call-b"});

        // A timer is due: outputs without a record.
        Transaction timer;
        timer.outputs.push_back(record(calls, "call-c"));
        timer.state.emplace_back(0, put("c", "called"));
        REQUIRE(reader.commit(timer) == Commit::done);
        reader.close();
    }
    CHECK(keys_of(world.committed(calls)) == Keys{"call-a", "call-b", "call-c"});
    StoryReader reader{world, stage};
    CHECK(reader.drain({0}).empty());
    CHECK(reader.state().at(0) == State{{"a", "seen"}, {"b", "seen"}, {"c", "called"}});
}

void a_crash_before_the_commit(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 1);
    const std::string calls = world.create_topic("calls", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    REQUIRE(append(world, {record(orders, "a"), record(orders, "b")}).empty());
    {
        StoryReader reader{world, stage};
        REQUIRE(reader.commit(work_on(reader.take(1), calls)) == Commit::done);
        CHECK(keys_of(reader.take(1)) == Keys{"b"});
        reader.crash();
    }
    StoryReader reader{world, stage};
    const std::vector<Record> again = reader.drain({0});
    CHECK(keys_of(again) == Keys{"b"});
    CHECK(reader.state().at(0) == State{{"a", "seen"}});
    REQUIRE(reader.commit(work_on(again, calls)) == Commit::done);
    CHECK(keys_of(world.committed(calls)) == Keys{"call-a", "call-b"});
}

void a_lost_commit(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 1);
    const std::string calls = world.create_topic("calls", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    REQUIRE(append(world, {record(orders, "a"), record(orders, "b")}).empty());

    StoryReader reader{world, stage};
    REQUIRE(reader.commit(work_on(reader.take(1), calls)) == Commit::done);
    const Transaction transaction = work_on(reader.take(1), calls);
    if (!world.lose_commits(reader.log())) {
        WARN("this engine's commits cannot be made to fail");
        return;
    }
    CHECK(reader.commit(transaction) == Commit::lost);
    CHECK(reader.commit(transaction) == Commit::lost);
    world.mend();
    CHECK(keys_of(world.committed(calls)) == Keys{"call-a"});

    // The state is rebuilt, the record comes again, and now it goes through.
    bool called = false;
    reader.log().wait([&called] { called = true; });
    CHECK(run_until(world, [&called] { return called; }));
    const std::vector<Record> again = reader.drain({0});
    CHECK(reader.heard() == Keys{"assigned 0", "revoked 0", "assigned 0"});
    CHECK(reader.state().at(0) == State{{"a", "seen"}});
    CHECK(keys_of(again) == Keys{"b"});
    REQUIRE(reader.commit(work_on(again, calls)) == Commit::done);
    CHECK(keys_of(world.committed(calls)) == Keys{"call-a", "call-b"});
    reader.close();
    StoryReader next{world, stage};
    CHECK(next.drain({0}).empty());
    CHECK(next.state().at(0) == State{{"a", "seen"}, {"b", "seen"}});
}

void state_is_restored_exactly(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 2);
    const StageTopics stage = make_stage(world, "orders", {orders}, 2);
    const StageTopics other = make_stage(world, "contacts", {orders}, 2);
    const std::string binary{"\0\xff key", 6};
    {
        StoryReader reader{world, stage};
        CHECK(reader.drain({0, 1}).empty());
        Transaction one;
        one.state = {{0, put("a", "1")}, {0, put("b", "1")}, {0, put("c", "1")},
                     {1, put("a", "one")}, {0, put(binary, "")}, {0, put("d", "1")}};
        REQUIRE(reader.commit(one) == Commit::done);
        Transaction two;
        two.state = {{0, put("b", "2")}, {0, gone("c")}, {0, gone("d")}, {0, gone("never")}};
        REQUIRE(reader.commit(two) == Commit::done);
        Transaction three;
        three.state = {{0, put("d", "3")}, {1, put("x", binary)}};
        REQUIRE(reader.commit(three) == Commit::done);

        StoryReader contacts{world, other};
        CHECK(contacts.drain({0, 1}).empty());
        CHECK(contacts.state() == std::map<int, State>{{0, {}}, {1, {}}});
        Transaction elsewhere;
        elsewhere.state = {{0, put("a", "of contacts")}};
        REQUIRE(contacts.commit(elsewhere) == Commit::done);
        reader.crash();
    }
    REQUIRE(append(world, {record(orders, 0, "order")}).empty());
    // The reader checks that no state follows once a record was delivered.
    StoryReader reader{world, stage};
    CHECK(keys_of(reader.drain({0, 1})) == Keys{"order"});
    CHECK(reader.state() ==
          std::map<int, State>{{0, {{"a", "1"}, {"b", "2"}, {binary, ""}, {"d", "3"}}},
                               {1, {{"a", "one"}, {"x", binary}}}});
}

// The partition that only the second reader has in the end, once both have settled.
int moved_partition(LogWorld& world, StoryReader& first, StoryReader& second) {
    const bool settled = run_until(world, [&] {
        CHECK(first.read().records.empty());
        CHECK(second.read().records.empty());
        return first.owned().size() == 1 && second.owned().size() == 1;
    });
    REQUIRE(settled);
    REQUIRE(first.owned() != second.owned());
    return *second.owned().begin();
}

void a_partition_moves_with_its_state(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 2);
    const std::string calls = world.create_topic("calls", 2);
    const StageTopics stage = make_stage(world, "orders", {orders}, 2);
    REQUIRE(append(world, {record(orders, 0, "a"), record(orders, 1, "b")}).empty());
    StoryReader first{world, stage};
    REQUIRE(first.commit(work_on(first.take(2), calls)) == Commit::done);
    CHECK(first.owned() == std::set<int>{0, 1});

    StoryReader second{world, stage};
    const int moved = moved_partition(world, first, second);
    const int stayed = 1 - moved;
    CHECK(first.heard().back() == "revoked " + std::to_string(moved));
    CHECK(second.state() == std::map<int, State>{{moved, {{moved == 0 ? "a" : "b", "seen"}}}});

    // Each gets its own from now on.
    REQUIRE(append(world, {record(orders, 0, "c"), record(orders, 1, "d")}).empty());
    const std::vector<Record> of_first = first.take(1);
    const std::vector<Record> of_second = second.take(1);
    CHECK(keys_of(of_first) == Keys{stayed == 0 ? "c" : "d"});
    CHECK(keys_of(of_second) == Keys{moved == 0 ? "c" : "d"});
    REQUIRE(first.commit(work_on(of_first, calls)) == Commit::done);
    REQUIRE(second.commit(work_on(of_second, calls)) == Commit::done);

    // And back, when the other one is gone.
    second.close();
    REQUIRE(first.settle({0, 1}));
    CHECK(first.state().at(moved) ==
          (moved == 0 ? State{{"a", "seen"}, {"c", "seen"}} : State{{"b", "seen"}, {"d", "seen"}}));
    CHECK(key_set_of(world.committed(calls)) ==
          std::multiset<std::string>{"call-a", "call-b", "call-c", "call-d"});
}

void a_partition_in_work_moves_without_loss_or_repeat(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 2);
    const std::string calls = world.create_topic("calls", 2);
    const StageTopics stage = make_stage(world, "orders", {orders}, 2);
    std::multiset<std::string> expected;
    std::vector<Output> records;
    for (int i = 0; i < 40; ++i) {
        records.push_back(record(orders, i % 2, std::to_string(i)));
        expected.insert("call-" + std::to_string(i));
    }
    REQUIRE(append(world, records).empty());

    StoryReader first{world, stage};
    std::vector<Record> in_work = first.take(10);
    StoryReader second{world, stage};
    // Whatever the engine makes of it, a commit is whole or lost.
    REQUIRE(run_until(world, [&] {
        Batch batch = second.read(5);
        second.commit(work_on(batch.records, calls));
        first.commit(work_on(in_work, calls));
        in_work = first.read(5).records;
        return world.committed(calls).size() >= expected.size() && in_work.empty();
    }));
    CHECK(first.drain({}).empty());
    CHECK(key_set_of(world.committed(calls)) == expected);
}

void a_crashed_readers_partitions_go_on(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 2);
    const std::string calls = world.create_topic("calls", 2);
    const StageTopics stage = make_stage(world, "orders", {orders}, 2);
    StoryReader first{world, stage};
    REQUIRE(first.settle({0, 1}));
    StoryReader second{world, stage};
    const int moved = moved_partition(world, first, second);
    REQUIRE(append(world, {record(orders, 0, "a"), record(orders, 1, "b")}).empty());
    CHECK(second.take(1).size() == 1);
    second.crash();

    const std::vector<Record> all = first.drain({0, 1});
    CHECK(key_set_of(all) == std::multiset<std::string>{"a", "b"});
    CHECK(first.state().at(moved).empty());
    REQUIRE(first.commit(work_on(all, calls)) == Commit::done);
    CHECK(key_set_of(world.committed(calls)) == std::multiset<std::string>{"call-a", "call-b"});
}

void outputs_feed_the_next_stage(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 1);
    const std::string findings = world.create_topic("findings", 1);
    const StageTopics first = make_stage(world, "orders", {orders}, 1);
    const StageTopics second = make_stage(world, "contacts", {findings}, 1);
    StoryReader contacts{world, second};
    CHECK(contacts.drain({0}).empty());
    bool called = false;
    contacts.log().wait([&called] { called = true; });

    REQUIRE(append(world, {record(orders, "a")}).empty());
    StoryReader reader{world, first};
    REQUIRE(reader.take(1).size() == 1);
    Output finding = record(findings, "late");
    finding.headers = {{"Rule", "late-shipment"}};
    finding.timestamp = instant_of(1'780'000'000'777);
    Transaction transaction;
    transaction.outputs = {finding};
    REQUIRE(reader.commit(transaction) == Commit::done);

    CHECK(run_until(world, [&called] { return called; }));
    const std::vector<Record> read = contacts.take(1);
    REQUIRE(read.size() == 1);
    CHECK(read[0].key == "late");
    CHECK(read[0].value == "value of late");
    CHECK(read[0].headers == Headers{{"rule", "late-shipment"}});
    CHECK(read[0].timestamp == instant_of(1'780'000'000'777));
}

}  // namespace

std::vector<Promise> commit_promises() {
    return {
        {"a commit writes outputs, state and positions", a_commit_writes_everything},
        {"a crash before the commit leaves nothing behind", a_crash_before_the_commit},
        {"a lost commit leaves nothing behind", a_lost_commit},
        {"state is restored exactly, before records", state_is_restored_exactly},
        {"a partition moves with its committed state", a_partition_moves_with_its_state},
        {"a partition in work moves without loss or repeat",
         a_partition_in_work_moves_without_loss_or_repeat},
        {"a crashed reader's partitions go to another", a_crashed_readers_partitions_go_on},
        {"outputs reach the stage that reads their topic", outputs_feed_the_next_stage},
    };
}

}  // namespace premura
