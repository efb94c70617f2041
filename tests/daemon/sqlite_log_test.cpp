#include "daemon/sqlite/sqlite_log.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <random>
#include <thread>

#include "daemon/sqlite/sqlite_database.h"
#include "tests/daemon/sqlite_story.h"

namespace premura {
namespace {

using Catch::Contains;

std::string refusal(const std::string& file, const SqliteLogOptions& options = {}) {
    try {
        const SqliteLog log{file, options};
        return "accepted";
    } catch (const LogError& error) {
        return error.what();
    }
}

void run_sql(const std::string& file, const std::string& sql) {
    SqliteConnection{file, SqliteConnection::Mode::create, Milliseconds{0}}.execute(sql);
}

}  // namespace

TEST_CASE("a second daemon on the file is refused", "[sqlite]") {
    const TemporaryFolder folder;
    const std::string file = folder.file("log.db");
    auto first = std::make_unique<SqliteLog>(file);
    const std::string owner = "process " + std::to_string(::getpid());
    CHECK_THAT(refusal(file),
               Contains("the log is in use by " + owner + "; hint: end that daemon first"));
    std::filesystem::create_symlink(file, folder.file("other-name.db"));
    CHECK_THAT(refusal(folder.file("other-name.db")), Contains("in use"));
    first.reset();
    CHECK(refusal(file) == "accepted");
}

TEST_CASE("a reader that outlives the log keeps the file", "[sqlite]") {
    SqliteStory story;
    SqliteReaderStory reader{story, "orders"};
    story.log.reset();
    CHECK_THAT(refusal(story.file), Contains("in use"));
    reader.log.reset();
    CHECK(refusal(story.file) == "accepted");
}

TEST_CASE("files that are no log of ours are refused, with a hint", "[sqlite]") {
    const TemporaryFolder folder;
    const std::string file = folder.file("log.db");

    SECTION("the folder is missing") {
        CHECK_THAT(refusal(folder.file("missing/log.db")),
                   Contains("the lock file cannot be opened: No such file or directory; hint: see "
                            "that its folder exists"));
    }
    SECTION("a newer program wrote it") {
        { const SqliteLog log{file}; }
        run_sql(file, "PRAGMA user_version = 99");
        CHECK_THAT(refusal(file), Contains("schema version 99, this program knows 1; hint: run the "
                                           "newer program"));
        CHECK_THROWS_WITH(sqlite_records(file, "orders"), Contains("schema version 99"));
    }
    SECTION("another program's database") {
        run_sql(file, "CREATE TABLE bookmarks(url TEXT)");
        CHECK_THAT(refusal(file), Contains("belongs to another program; hint: name another file"));
    }
    SECTION("a text file") {
        std::ofstream{file} << std::string(5'000, '#');
        CHECK_THAT(refusal(file), Contains("no SQLite database, or its first page is damaged"));
    }
    SECTION("an empty file is taken as new") {
        std::ofstream{file}.flush();
        CHECK(refusal(file) == "accepted");
    }
    SECTION("a tool names a file that is not there") {
        CHECK_THROWS_WITH(sqlite_records(file, "orders"), Contains("cannot be opened"));
        CHECK_FALSE(std::filesystem::exists(file));
    }
}

TEST_CASE("damage in the middle of the file is found by whoever reads there", "[sqlite]") {
    SqliteStory story;
    REQUIRE(story.append(2'000).empty());
    story.log.reset();
    {
        std::fstream bytes{story.file, std::ios::in | std::ios::out | std::ios::binary};
        const auto size = static_cast<std::streamoff>(std::filesystem::file_size(story.file));
        for (std::streamoff at = 8'192 * 10; at < size; at += 8'192) {
            bytes.seekp(at) << std::string(200, '\xff');
        }
    }
    const auto read_everything = [&story] {
        story.open();
        SqliteReaderStory{story, "orders"}.read_all();
    };
    CHECK_THROWS_WITH(read_everything(), Contains("the file is damaged") &&
                                             Contains("restore it from a backup"));
}

TEST_CASE("a file that cannot be written says so", "[sqlite]") {
    const TemporaryFolder folder;
    const SqliteConnection connection{folder.file("log.db"), SqliteConnection::Mode::create,
                                      Milliseconds{0}};
    connection.execute("CREATE TABLE t(a); PRAGMA query_only = ON");
    CHECK_THROWS_WITH(connection.execute("INSERT INTO t VALUES (1)"),
                      Contains("the file cannot be written") && Contains("write permission"));
}

TEST_CASE("a full disk fails the append and the commit, and harms nothing", "[sqlite]") {
    SqliteStory story;
    story.options.file_bytes_max = 1 << 20;
    story.open();
    SqliteReaderStory reader{story, "orders"};
    std::int64_t appended = 0;
    std::string error;
    while ((error = story.append(100)).empty()) appended += 100;
    CHECK_THAT(error, Contains("the disk is full") && Contains("hint: free space"));
    CHECK(sqlite_record_count(story.file, "orders") == appended);

    CHECK(reader.read_all().size() == static_cast<std::size_t>(appended));
    Transaction large;
    large.outputs.push_back(story.record("calls", "a", std::string(1 << 20, 'x')));
    CHECK_THROWS_WITH(reader.log->commit(large), Contains("the disk is full"));
    CHECK(sqlite_record_count(story.file, "calls") == 0);

    story.log.reset();
    reader.log.reset();
    story.options.file_bytes_max = 0;
    story.open();
    SqliteReaderStory again{story, "orders"};
    CHECK(again.read_all().size() == static_cast<std::size_t>(appended));
    CHECK(again.log->commit(large) == Commit::done);
}

TEST_CASE("a file held by another program for long is an error in the end", "[sqlite]") {
    SqliteStory story;
    story.options.busy_timeout = Milliseconds{10};
    story.options.lost_commits_max = 2;
    story.open();
    REQUIRE(story.append(1).empty());
    SqliteReaderStory reader{story, "orders"};
    const SqliteConnection other{story.file, SqliteConnection::Mode::open, Milliseconds{0}};
    other.execute("BEGIN IMMEDIATE");

    for (int i = 0; i < 2; ++i) {
        CHECK(reader.read_all().size() == 1);
        CHECK(reader.log->commit({}) == Commit::lost);
    }
    CHECK(reader.read_all().size() == 1);
    CHECK_THROWS_WITH(reader.log->commit({}), Contains("another program has locked the file") &&
                                                  Contains("hint: end other programs"));
    CHECK_THAT(story.append(1), Contains("another program has locked the file"));
}

TEST_CASE("partition counts must stay, and agree within a stage", "[sqlite]") {
    SqliteStory story;
    story.options.partitions_of = {{"orders", 3}};
    story.open();
    REQUIRE(story.append(1).empty());
    CHECK_THROWS_WITH(
        story.log->reader({"orders", {"orders", "parcels"}, {}, "state"}, story.io.get_executor()),
        Contains("'orders' with 3 partitions and 'parcels' with 1; hint:"));
    CHECK_THROWS_WITH(story.log->reader({"orders", {}, {}, "state"}, story.io.get_executor()),
                      Contains("has no input topics"));
    CHECK_THROWS_WITH(
        story.log->reader({"orders", {"orders"}, {"x"}, "state"}, story.io.get_executor()),
        Contains("watches the end of topic 'x' without reading it"));
    story.log.reset();
    CHECK_THAT(refusal(story.file), Contains("topic 'orders' has 3 partitions, the settings ask "
                                             "for 1; hint: set it back to 3"));
}

TEST_CASE("appends of many threads are each whole, and a bad one harms no other", "[sqlite]") {
    SqliteStory story;
    constexpr int threads = 4;
    constexpr int appends = 100;
    std::atomic<int> refused = 0;
    std::atomic<int> answers = 0;
    {
        std::vector<std::jthread> writers;
        for (int thread = 0; thread < threads; ++thread) {
            writers.emplace_back([&story, &refused, &answers, thread] {
                for (int i = 0; i < appends; ++i) {
                    const std::string key = std::to_string(thread * appends + i);
                    std::vector<Output> pair{story.record("orders", key),
                                             story.record("orders", key)};
                    if (i % 10 == 0) pair[1].partition = 5;
                    const auto done = [&refused, &answers](const std::string& error) {
                        if (!error.empty()) ++refused;
                        ++answers;
                    };
                    story.log->writer().append(pair, done);
                }
            });
        }
    }
    story.log.reset();
    CHECK(answers == threads * appends);
    CHECK(refused == threads * appends / 10);
    const std::vector<Record> records = sqlite_records(story.file, "orders");
    REQUIRE(records.size() == threads * (appends - appends / 10) * 2);
    for (std::size_t i = 0; i < records.size(); i += 2) {
        CHECK(records[i].key == records[i + 1].key);
    }
}

TEST_CASE("more appends than may wait are refused", "[sqlite]") {
    SqliteStory story;
    story.options.appends_waiting_max = 10;
    // The writer's thread is held in the first transaction until the second append was refused.
    std::promise<void> go_on;
    const std::shared_future<void> may_go_on = go_on.get_future().share();
    story.options.clock = [may_go_on] {
        may_go_on.wait();
        return instant_of(0);
    };
    story.open();
    std::atomic<int> done = 0;
    const auto append = [&story, &done](int count) {
        std::vector<Output> records(static_cast<std::size_t>(count), story.record("orders", "a"));
        std::string answer;
        // Refused at once, or else answered when this function is long over.
        const auto refused = std::make_shared<std::string>();
        story.log->writer().append(std::move(records), [&done, refused](const std::string& error) {
            ++done;
            if (error.starts_with("the log is busy")) *refused = error;
        });
        return *refused;
    };
    std::string refused;
    // The first may be taken out of the queue at once; the next fill it.
    for (int i = 0; i < 3 && refused.empty(); ++i) refused = append(8);
    go_on.set_value();
    CHECK_THAT(refused, Contains("10 records wait to be written; hint: send again later"));
    story.log.reset();
    CHECK(done >= 2);
}

TEST_CASE("ready is called on the thread that runs the executor", "[sqlite]") {
    SqliteStory story;
    SqliteReaderStory reader{story, "orders"};
    CHECK(reader.read_all().empty());
    std::thread::id called_on;
    reader.log->wait([&called_on] { called_on = std::this_thread::get_id(); });
    REQUIRE(story.append(1).empty());
    CHECK(called_on == std::thread::id{});
    story.io.restart();
    story.io.run();
    CHECK(called_on == std::this_thread::get_id());
}

TEST_CASE("a batch is bounded in bytes too", "[sqlite]") {
    SqliteStory story;
    story.options.batch_bytes_max = 1'000;
    story.open();
    std::vector<Output> records;
    for (const std::size_t size : {400, 400, 400, 5'000, 1}) {
        records.push_back(story.record("orders", "a", std::string(size, 'x')));
    }
    REQUIRE(story.append(records).empty());
    SqliteReaderStory reader{story, "orders"};
    CHECK(reader.read(100).records.size() == 3);
    const Batch large = reader.read(100);
    CHECK(large.records.size() == 1);
    CHECK(large.more);
    CHECK(reader.read(100).records.size() == 1);
}

// A child writes and commits as fast as it can and is killed at a random moment, again and again on
// one file. Nothing may be half there, and the lock must be free each time.
TEST_CASE("a process killed at any moment leaves whole transactions", "[sqlite][kill]") {
    const TemporaryFolder folder;
    const std::string file = folder.file("log.db");
    std::mt19937 random{20'260'601};
    std::int64_t position = 0;
    for (int round = 0; round < 8; ++round) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            run_until_killed(file);
            ::_exit(1);
        }
        std::this_thread::sleep_for(Milliseconds{60 + random() % 100});
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));

        SqliteStory story{file};
        SqliteReaderStory reader{story, "orders"};
        const std::vector<Record> unread = reader.read_all();
        const auto orders = sqlite_record_count(file, "orders");
        const auto calls = sqlite_records(file, "calls");
        position = orders - static_cast<std::int64_t>(unread.size());
        // One call for each record that counts as read, in order, and their number as state.
        REQUIRE(static_cast<std::int64_t>(calls.size()) == position);
        for (std::size_t i = 0; i < calls.size(); ++i) REQUIRE(calls[i].key == std::to_string(i));
        CHECK(reader.state["count"] == (position == 0 ? "" : std::to_string(position)));
    }
    CHECK(position > 0);
}

}  // namespace premura
