#include <catch2/catch.hpp>

#include "tests/daemon/sqlite_story.h"

// Topics of which the newest record of each key stays.

namespace premura {
namespace {

using std::chrono::hours;

struct Tasks : SqliteStory {
    Tasks() {
        options.compacted = {"tasks"};
        open();
    }
    void task(const std::string& key, const std::string& value) {
        Output output = record("tasks", key, value);
        if (value.empty()) output.value.reset();
        REQUIRE(append({std::move(output)}).empty());
    }
    // The times are looked at with each transaction.
    std::vector<std::string> kept_after(Milliseconds time) {
        *now += time;
        REQUIRE(append({record("elsewhere", "x")}).empty());
        std::vector<std::string> kept;
        for (const Record& record : sqlite_records(file, "tasks")) {
            kept.push_back(record.key + (record.tombstone ? " gone" : " " + record.value));
        }
        return kept;
    }
    using Kept = std::vector<std::string>;
};

}  // namespace

TEST_CASE("the newest record of a key stays for ever, what it replaced for a day", "[sqlite]") {
    Tasks story;
    story.task("a", "open");
    story.task("b", "open");
    story.task("a", "claimed");
    CHECK(story.kept_after(hours{23}) == Tasks::Kept{"a open", "b open", "a claimed"});
    story.task("b", "withdrawn");
    CHECK(story.kept_after(hours{2}) == Tasks::Kept{"b open", "a claimed", "b withdrawn"});
    CHECK(story.kept_after(hours{24 * 365}) == Tasks::Kept{"a claimed", "b withdrawn"});
}

TEST_CASE("a deleted key is gone after a while, unless it came to life again", "[sqlite]") {
    Tasks story;
    story.task("a", "open");
    story.task("b", "open");
    story.task("a", "");
    story.task("b", "");
    story.task("b", "open again");
    CHECK(story.kept_after(hours{25}) == Tasks::Kept{"a gone", "b open again"});
    CHECK(story.kept_after(hours{24 * 14}) == Tasks::Kept{"b open again"});
}

TEST_CASE("a file that is opened anew knows what was replaced", "[sqlite]") {
    Tasks story;
    story.task("a", "1");
    story.task("a", "2");
    story.task("b", "1");
    story.task("b", "");
    story.open();
    CHECK(story.kept_after(hours{23}) == Tasks::Kept{"a 1", "a 2", "b 1", "b gone"});
    CHECK(story.kept_after(hours{2}) == Tasks::Kept{"a 2", "b gone"});
    CHECK(story.kept_after(hours{24 * 15}) == Tasks::Kept{"a 2"});
}

TEST_CASE("what was replaced is bounded in number too", "[sqlite]") {
    Tasks story;
    story.options.keep_consumed_rows_max = 10;
    story.open();
    for (int i = 0; i < 50; ++i) story.task("a", std::to_string(i));
    const auto kept = story.kept_after(hours{0});
    CHECK(kept.size() == 11);
    CHECK(kept.back() == "a 49");
}

TEST_CASE("a tail that begins late is shown the newest of each key, and catches up", "[sqlite]") {
    Tasks story;
    story.task("a", "1");
    story.task("b", "");
    story.task("a", "2");
    story.task("b", "");
    story.kept_after(hours{24 * 20});
    const auto tail = story.log->tail({"tasks"}, story.io.get_executor());
    std::vector<Record> shown;
    bool caught_up = false;
    for (int i = 0; i < 10 && !caught_up; ++i) {
        LogTail::Batch batch = tail->read(10);
        caught_up = batch.caught_up;
        std::ranges::move(batch.records, std::back_inserter(shown));
    }
    CHECK(caught_up);
    REQUIRE(shown.size() == 1);
    CHECK(shown[0].value == "2");
}

}  // namespace premura
