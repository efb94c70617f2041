#include <catch2/catch.hpp>
#include <random>

#include "tests/daemon/sqlite_story.h"

// What is deleted from the file, when, and never before its time.

namespace premura {
namespace {

using Catch::Contains;
using std::chrono::hours;

std::int64_t orders_in(const SqliteStory& story) {
    return sqlite_record_count(story.file, "orders");
}

// A transaction that is none of the records' business: each deletes a little.
void touch(SqliteStory& story, int times = 1) {
    for (int i = 0; i < times; ++i) {
        REQUIRE(story.append({SqliteStory::record("elsewhere", "x")}).empty());
    }
}

}  // namespace

TEST_CASE("records go when every stage has passed them and their time is over", "[sqlite]") {
    SqliteStory story;
    REQUIRE(story.append(100).empty());
    SqliteReaderStory first{story, "first"};
    SqliteReaderStory second{story, "second"};
    CHECK(first.read(100).records.size() == 100);
    REQUIRE(first.log->commit({}) == Commit::done);
    CHECK(second.read(30).records.size() == 30);
    REQUIRE(second.log->commit({}) == Commit::done);

    // Young ones stay.
    *story.now += hours{23};
    touch(story);
    CHECK(orders_in(story) == 100);

    // Of the old ones, those that the second stage has not read stay, however old they become.
    *story.now += hours{24 * 365};
    touch(story);
    CHECK(orders_in(story) == 70);
    CHECK(sqlite_records(story.file, "orders").front().offset == 30);
    CHECK(second.read(100).records.size() == 70);

    // Read is not committed.
    touch(story);
    CHECK(orders_in(story) == 70);
    REQUIRE(second.log->commit({}) == Commit::done);
    CHECK(orders_in(story) == 0);
}

TEST_CASE("a stage that is not running now still keeps what it has not read", "[sqlite]") {
    SqliteStory story;
    REQUIRE(story.append(10).empty());
    { const SqliteReaderStory once{story, "contacts"}; }
    story.open();
    SqliteReaderStory reader{story, "orders"};
    CHECK(reader.read_all().size() == 10);
    REQUIRE(reader.log->commit({}) == Commit::done);
    *story.now += hours{24 * 365};
    touch(story);
    CHECK(orders_in(story) == 10);
    SqliteReaderStory late{story, "contacts"};
    CHECK(late.read_all().size() == 10);
}

TEST_CASE("but not a stage that is switched off, which goes on with what is left when it comes back", "[sqlite]") {
    SqliteStory story;
    REQUIRE(story.append(10).empty());
    { const SqliteReaderStory once{story, "outbox"}; }
    story.options.stages_at_rest = {"outbox"};
    story.open();
    {
        SqliteReaderStory reader{story, "orders"};
        CHECK(reader.read_all().size() == 10);
        REQUIRE(reader.log->commit({}) == Commit::done);
        *story.now += hours{24 * 365};
        touch(story);
        CHECK(orders_in(story) == 0);
        REQUIRE(story.append(5).empty());
    }
    story.options.stages_at_rest = {};
    story.open();
    SqliteReaderStory back{story, "outbox"};
    CHECK(back.read_all().size() == 5);
}

TEST_CASE("more consumed records than are wanted go before their time", "[sqlite]") {
    SqliteStory story;
    story.options.keep_consumed_rows_max = 40;
    story.open();
    SqliteReaderStory reader{story, "orders"};
    REQUIRE(story.append(100).empty());
    CHECK(reader.read(50).records.size() == 50);
    REQUIRE(reader.log->commit({}) == Commit::done);
    CHECK(orders_in(story) == 50);  // 10 more would go, were they read
    CHECK(reader.read_all().size() == 50);
    REQUIRE(reader.log->commit({}) == Commit::done);
    CHECK(orders_in(story) == 40);
}

TEST_CASE("records of a topic that no stage reads go after their time", "[sqlite]") {
    SqliteStory story;
    REQUIRE(story.append({SqliteStory::record("calls", "a")}).empty());
    *story.now += hours{24 * 10};
    REQUIRE(story.append({SqliteStory::record("calls", "b")}).empty());
    *story.now += hours{24 * 5};
    touch(story);
    REQUIRE(sqlite_record_count(story.file, "calls") == 1);
    CHECK(sqlite_records(story.file, "calls").front().key == "b");
}

TEST_CASE("one transaction deletes a bounded number", "[sqlite]") {
    SqliteStory story;
    story.options.cleanup_rows_max = 50;
    story.open();
    SqliteReaderStory reader{story, "orders"};
    REQUIRE(story.append(500).empty());
    CHECK(reader.read_all().size() == 500);
    REQUIRE(reader.log->commit({}) == Commit::done);
    *story.now += hours{25};
    for (const int left : {450, 400, 350}) {
        touch(story);
        CHECK(orders_in(story) == left);
    }
    touch(story, 7);
    CHECK(orders_in(story) == 0);
}

TEST_CASE("offsets go on where they were after everything was deleted", "[sqlite]") {
    SqliteStory story;
    {
        SqliteReaderStory reader{story, "orders"};
        REQUIRE(story.append(10).empty());
        CHECK(reader.read_all().size() == 10);
        REQUIRE(reader.log->commit({}) == Commit::done);
        *story.now += hours{25};
        touch(story);
        REQUIRE(orders_in(story) == 0);
    }
    story.open();
    REQUIRE(story.append(1).empty());
    CHECK(sqlite_records(story.file, "orders").front().offset == 10);
    SqliteReaderStory reader{story, "orders"};
    CHECK(reader.read_all().size() == 1);

    // A new stage begins at what is left, and is complete at once.
    SqliteReaderStory late{story, "late"};
    const Batch batch = late.read(10);
    CHECK(batch.records.size() == 1);
    CHECK_FALSE(batch.more);
    CHECK(batch.complete_until.contains(0));
}

TEST_CASE("superseded state is swept, and what counts is restored exactly", "[sqlite]") {
    SqliteStory story;
    constexpr int keys = 1'000;
    std::map<std::string, std::string> expected;
    std::mt19937 random{7};
    {
        SqliteReaderStory reader{story, "orders"};
        CHECK(reader.read_all().empty());
        for (int batch = 0; batch < 300; ++batch) {
            std::map<std::string, std::string> changes;
            for (int i = 0; i < 200; ++i) {
                const std::string key = "order-" + std::to_string(random() % keys);
                const bool gone = random() % 10 == 0;
                changes[key] = gone ? "" : std::to_string(batch) + "." + std::to_string(i);
            }
            REQUIRE(reader.write(changes) == Commit::done);
            for (const auto& [key, value] : changes) {
                if (value.empty()) {
                    expected.erase(key);
                } else {
                    expected[key] = value;
                }
            }
        }
    }
    // 60,000 were written. Below 10,000 plus two beside each of the current ones nothing is swept.
    CHECK(sqlite_record_count(story.file, "orders-state") <= 10'000 + 3 * keys + 200);
    story.open();
    SqliteReaderStory reader{story, "orders"};
    CHECK(reader.read_all().empty());
    CHECK(reader.state == expected);

    // Sweeping goes on where it was.
    for (int batch = 0; batch < 100; ++batch) {
        std::map<std::string, std::string> changes;
        for (int i = 0; i < 200; ++i) changes["order-" + std::to_string(random() % 50)] = "again";
        REQUIRE(reader.write(changes) == Commit::done);
        for (const auto& [key, value] : changes) expected[key] = value;
    }
    CHECK(sqlite_record_count(story.file, "orders-state") <= 10'000 + 3 * keys + 200);
    reader.log.reset();
    SqliteReaderStory last{story, "orders"};
    CHECK(last.read_all().empty());
    CHECK(last.state == expected);
}

TEST_CASE("a stage's state cannot share a topic with records", "[sqlite]") {
    SqliteStory story;
    REQUIRE(story.append({SqliteStory::record("orders-state", "a")}).empty());
    CHECK_THROWS_WITH((SqliteReaderStory{story, "orders"}),
                      Contains("stage 'orders' cannot keep its state in topic 'orders-state'"));
}

}  // namespace premura
