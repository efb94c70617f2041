#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <utility>

#include "tests/daemon/log_contract.h"

// What whoever follows topics without being a stage may count on.

namespace premura {
namespace {

using Keys = std::vector<std::string>;

// A tail that remembers what it was shown.
class StoryTail {
 public:
    StoryTail(LogWorld& world, std::vector<std::string> topics) : world_{world}, tail_{world.tail(std::move(topics))} {}

    // Reads, only when called, until so many records were shown in all; false when patience ends first.
    bool see(std::size_t count, std::size_t records_max = 1'000) {
        wait();
        return run_until(world_, [&] {
            look(records_max);
            return shown_.size() >= count;
        });
    }
    bool catch_up() {
        wait();
        return run_until(world_, [&] {
            look(1'000);
            return caught_up_;
        });
    }
    const std::vector<Record>& shown() const { return shown_; }
    bool caught_up() const { return caught_up_; }
    Keys keys(const std::string& topic, int partition) const {
        Keys keys;
        for (const Record& record : shown_) {
            if (record.topic == topic && record.partition == partition) keys.push_back(record.key);
        }
        return keys;
    }

 private:
    void wait() {
        tail_->wait([ready = ready_] { *ready = true; });
    }
    void look(std::size_t records_max) {
        if (!std::exchange(*ready_, false)) return;
        LogTail::Batch batch = tail_->read(records_max);
        CHECK(batch.records.size() <= records_max);
        CHECK((caught_up_ ? batch.caught_up : true));
        caught_up_ = batch.caught_up;
        std::ranges::move(batch.records, std::back_inserter(shown_));
        wait();
    }

    LogWorld& world_;
    std::unique_ptr<LogTail> tail_;
    const std::shared_ptr<bool> ready_ = std::make_shared<bool>(false);
    std::vector<Record> shown_;
    bool caught_up_ = false;
};

void everything_from_the_beginning(LogWorld& world) {
    const std::string tasks = world.create_topic("tasks", 3);
    const std::string incidents = world.create_topic("incidents", 1);
    std::vector<Output> records;
    for (int i = 0; i < 90; ++i) records.push_back(record(tasks, i % 3, "task-" + std::to_string(i)));
    for (int i = 0; i < 10; ++i) records.push_back(record(incidents, 0, "incident-" + std::to_string(i)));
    REQUIRE(append(world, records).empty());

    StoryTail tail{world, {tasks, incidents}};
    REQUIRE(tail.see(100, 7));
    REQUIRE(tail.catch_up());
    CHECK(tail.shown().size() == 100);
    for (int partition = 0; partition < 3; ++partition) {
        Keys expected;
        for (int i = partition; i < 90; i += 3) expected.push_back("task-" + std::to_string(i));
        CHECK(tail.keys(tasks, partition) == expected);
    }
    CHECK(tail.keys(incidents, 0).size() == 10);
}

void what_comes_later(LogWorld& world) {
    const std::string tasks = world.create_topic("tasks", 2);
    StoryTail early{world, {tasks}};
    REQUIRE(early.catch_up());
    CHECK(early.shown().empty());

    Output opened = record(tasks, 1, "task-1");
    opened.headers = {{"ce_type", "premura.call-task.open.v1"}};
    Output gone = record(tasks, 1, "task-1");
    gone.value.reset();
    REQUIRE(append(world, {opened}).empty());
    REQUIRE(early.see(1));
    REQUIRE(append(world, {gone}).empty());
    REQUIRE(early.see(2));

    CHECK(early.shown()[0].value == "value of task-1");
    CHECK_FALSE(early.shown()[0].tombstone);
    CHECK(early.shown()[0].partition == 1);
    CHECK(early.shown()[0].headers == Headers{{"ce_type", "premura.call-task.open.v1"}});
    CHECK(early.shown()[1].key == "task-1");
    CHECK(early.shown()[1].tombstone);

    StoryTail late{world, {tasks}};
    REQUIRE(late.see(2));
    CHECK(late.keys(tasks, 1) == Keys{"task-1", "task-1"});
}

void only_what_was_committed(LogWorld& world) {
    const std::string orders = world.create_topic("orders", 1);
    const std::string tasks = world.create_topic("tasks", 1);
    const StageTopics stage = make_stage(world, "orders", {orders}, 1);
    REQUIRE(append(world, {record(orders, "order-1")}).empty());
    StoryTail tail{world, {tasks}};
    {
        StoryReader reader{world, stage};
        REQUIRE(reader.take(1).size() == 1);
        if (!world.lose_commits(reader.log())) return;
        Transaction transaction;
        transaction.outputs.push_back(record(tasks, "never"));
        CHECK(reader.commit(transaction) == Commit::lost);
        world.mend();
    }
    StoryReader reader{world, stage};
    REQUIRE(reader.take(1).size() == 1);
    Transaction transaction;
    transaction.outputs.push_back(record(tasks, "committed"));
    REQUIRE(run_until(world, [&] { return reader.commit(transaction) == Commit::done; }));
    REQUIRE(tail.see(1));
    CHECK(keys_of(tail.shown()) == Keys{"committed"});
}

void in_nobodys_way(LogWorld& world) {
    const std::string tasks = world.create_topic("tasks", 2);
    const StageTopics stage = make_stage(world, "dialer", {tasks}, 2);
    std::vector<Output> records;
    for (int i = 0; i < 20; ++i) records.push_back(record(tasks, i % 2, "task-" + std::to_string(i)));
    REQUIRE(append(world, records).empty());

    StoryTail one{world, {tasks}};
    StoryTail other{world, {tasks}};
    REQUIRE(one.see(20));
    StoryReader reader{world, stage};
    CHECK(reader.take(20).size() == 20);
    REQUIRE(other.see(20));
    CHECK(key_set_of(one.shown()) == key_set_of(other.shown()));
}

}  // namespace

std::vector<Promise> tail_promises() {
    return {
        {"a tail shows every partition from its beginning, in order, and says when it has caught up",
         everything_from_the_beginning},
        {"a tail goes on with what comes later, deleted keys too", what_comes_later},
        {"a tail shows nothing that was not committed", only_what_was_committed},
        {"tails and readers of a stage do not take records from one another", in_nobodys_way},
    };
}

}  // namespace premura
