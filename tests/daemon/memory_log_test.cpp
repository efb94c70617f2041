#include "daemon/log/memory_log.h"

#include <catch2/catch.hpp>

// What the memory log can do beyond the contract, for the simulation.

namespace premura {
namespace {

using Keys = std::vector<std::string>;

Output order(int partition, const std::string& key) {
    Output output;
    output.topic = "orders";
    output.key = key;
    output.partition = partition;
    output.value = "v";
    return output;
}

struct Member : LogListener {
    explicit Member(MemoryLogBroker& broker)
        : log{broker.reader({"orders", {"orders"}, {"orders"}, "state"})} {
        log->open(*this);
    }
    Keys read() {
        Keys keys;
        for (const Record& record : log->read(100, instant_of(++reads)).records) {
            keys.push_back(record.key);
        }
        return keys;
    }
    Commit write(int partition, const std::string& key) {
        Transaction transaction;
        transaction.state.emplace_back(partition, StateRecord{key, "v"});
        return log->commit(transaction);
    }

    void partition_assigned(int partition) override { heard += "+" + std::to_string(partition); }
    void partition_revoked(int partition) override { heard += "-" + std::to_string(partition); }
    void state_restored(int, std::string_view key, std::string_view) override { heard += key; }

    std::unique_ptr<StageLog> log;
    std::string heard;
    int reads = 0;
};

}  // namespace

TEST_CASE("a test moves partitions between readers", "[memory]") {
    MemoryLogBroker broker{4};
    broker.writer().append({order(3, "a")}, [](const std::string&) {});
    Member first{broker};
    CHECK(first.read() == Keys{"a"});
    Member second{broker};
    broker.assign(*second.log, {0, 3});

    // Partition 3 has a record in work: it goes over after the commit, the others at once.
    CHECK(first.read().empty());
    CHECK(first.heard == "+0+1+2+3-0-1");
    CHECK(second.read().empty());
    CHECK(second.heard == "+0+1");
    REQUIRE(first.write(3, "s") == Commit::done);
    CHECK(first.read().empty());
    CHECK(first.heard == "+0+1+2+3-0-1-3");
    CHECK(second.read().empty());
    CHECK(second.heard == "+0+1+3s");
    CHECK(broker.state("state", 3) == std::map<std::string, std::string>{{"s", "v"}});
    CHECK(broker.position("orders", "orders", 3) == 1);

    // Who is left owns it all.
    second.log.reset();
    CHECK(first.read().empty());
    CHECK(first.heard == "+0+1+2+3-0-1-3+0+1+3s");
}

TEST_CASE("a reader that was expelled cannot write any more", "[memory]") {
    MemoryLogBroker broker{2};
    Member first{broker};
    Member second{broker};
    CHECK(first.read().empty());
    CHECK(second.read().empty());
    broker.writer().append({order(0, "a"), order(1, "b")}, [](const std::string&) {});
    CHECK(first.read() == Keys{"a"});
    broker.expel(*first.log);
    CHECK(second.read() == Keys{"b", "a"});
    REQUIRE(second.write(0, "of second") == Commit::done);

    CHECK(first.write(0, "of first") == Commit::lost);
    CHECK(broker.state("state", 0) == std::map<std::string, std::string>{{"of second", "v"}});

    SECTION("outputs alone are lost too") {
        Transaction timer;
        timer.outputs.push_back(order(0, "c"));
        CHECK(first.log->commit(timer) == Commit::lost);
        CHECK(broker.records("orders").size() == 2);
    }
    SECTION("with its next read it is back") {
        CHECK(first.read().empty());
        CHECK(second.read().empty());
        CHECK(first.read().empty());
        CHECK(first.heard.substr(0, 4) == "+0-0");
        CHECK(first.heard.size() > 4);
    }
}

TEST_CASE("ready calls come in the order they fell due, one round at a time", "[memory]") {
    MemoryLogBroker broker{2};
    Member first{broker};
    Member second{broker};
    CHECK(first.read().empty());
    CHECK(second.read().empty());
    while (broker.run_ready() > 0) {
    }
    std::string called;
    second.log->wait([&called] { called += "second "; });
    first.log->wait([&called, &first] {
        called += "first ";
        first.log->wait([&called] { called += "again "; });
    });
    CHECK(broker.run_ready() == 0);
    broker.writer().append({order(0, "a")}, [](const std::string&) {});
    CHECK(called.empty());
    CHECK(broker.run_ready() == 2);
    CHECK(called == "first second ");
    CHECK(broker.run_ready() == 1);
    CHECK(called == "first second again ");
    CHECK(broker.run_ready() == 0);
}

TEST_CASE("a read in between takes the occasion away from wait", "[memory]") {
    MemoryLogBroker broker;
    Member member{broker};
    CHECK(member.read().empty());
    while (broker.run_ready() > 0) {
    }
    int called = 0;
    member.log->wait([&called] { ++called; });
    broker.writer().append({order(0, "a")}, [](const std::string&) {});
    CHECK(member.read() == Keys{"a"});
    broker.run_ready();
    CHECK(called == 0);
    broker.writer().append({order(0, "b")}, [](const std::string&) {});
    broker.run_ready();
    CHECK(called == 1);
}

TEST_CASE("only the probed topics must be at their end", "[memory]") {
    MemoryLogBroker broker;
    const auto log = broker.reader({"orders", {"agents", "orders"}, {"orders"}, "state"});
    struct : LogListener {
        void partition_assigned(int) override {}
        void partition_revoked(int) override {}
        void state_restored(int, std::string_view, std::string_view) override {}
    } listener;
    log->open(listener);
    std::vector<Output> records(3, order(0, "a"));
    for (Output& record : records) record.topic = "agents";
    broker.writer().append(records, [](const std::string&) {});
    const Batch batch = log->read(1, instant_of(77));
    CHECK(batch.more);
    CHECK(batch.complete_until == std::map<int, Instant>{{0, instant_of(77)}});
}

// A backlog that never ends must not hide that what was there long ago has been read.
TEST_CASE("complete_until moves on under steady load", "[memory]") {
    MemoryLogBroker broker;
    Member member{broker};
    const auto append = [&broker](int count) {
        broker.writer().append(std::vector<Output>(static_cast<std::size_t>(count), order(0, "a")),
                               [](const std::string&) {});
    };
    append(10);
    std::vector<std::int64_t> until;
    for (int now = 1; now <= 6; ++now) {
        const Batch batch = member.log->read(5, instant_of(now));
        const auto found = batch.complete_until.find(0);
        until.push_back(found == batch.complete_until.end() ? 0 : milliseconds_of(found->second));
        append(5);
    }
    // At 1 there were 10 records, read by the second read; at 3 there were 20, read by the fourth.
    CHECK(until == std::vector<std::int64_t>{0, 1, 1, 3, 3, 5});
}

TEST_CASE("a clock that is set back takes complete_until along", "[memory]") {
    MemoryLogBroker broker;
    Member member{broker};
    CHECK(member.log->read(5, instant_of(100)).complete_until.at(0) == instant_of(100));
    CHECK(member.log->read(5, instant_of(50)).complete_until.at(0) == instant_of(50));
}

}  // namespace premura
