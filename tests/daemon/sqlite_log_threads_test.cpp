#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "tests/daemon/sqlite_story.h"

// Stages on threads of their own, beside threads that append: what ThreadSanitizer should see.

namespace premura {
namespace {

using Clock = std::chrono::steady_clock;

// One worker: reads when it is told to, writes an output for each record, and stops when `stop` is
// set, or crashes after so many batches.
class Worker : private LogListener {
 public:
    Worker(SqliteLog& log, std::string stage, std::string from, std::string to,
           const std::atomic<bool>& stop, int batches_max = 1'000'000)
        : to_{std::move(to)}, stop_{stop}, batches_left_{batches_max} {
        log_ = log.reader({stage, {from}, {from}, stage + "-state"}, io_.get_executor());
        thread_ = std::jthread{[this] { run(); }};
    }

 private:
    void run() {
        log_->open(*this);
        while (!stop_) {
            step();
            if (batches_left_ <= 0) break;
            log_->wait([this] { io_.stop(); });
            io_.restart();
            io_.run_for(std::chrono::milliseconds{20});
        }
        // A worker that ran out of batches crashes: with work in its hands, no close.
        if (batches_left_ > 0) log_->close();
        log_.reset();
    }
    void step() {
        for (bool more = true; more && batches_left_ > 0;) {
            const Batch batch = log_->read(16, instant_of(++reads_));
            more = batch.more;
            if (batch.records.empty() || --batches_left_ <= 0) continue;
            Transaction transaction;
            for (const Record& record : batch.records) {
                transaction.outputs.push_back(SqliteStory::record(to_, record.key));
                transaction.state.emplace_back(record.partition, StateRecord{record.key, "seen"});
            }
            log_->commit(transaction);
        }
    }
    void partition_assigned(int) override {}
    void partition_revoked(int) override {}
    void state_restored(int, std::string_view, std::string_view) override {}

    const std::string to_;
    const std::atomic<bool>& stop_;
    int batches_left_;
    int reads_ = 0;
    boost::asio::io_context io_;
    std::unique_ptr<StageLog> log_;
    std::jthread thread_;
};

}  // namespace

TEST_CASE("two stages on four threads, one crashing, neither lose nor repeat", "[sqlite]") {
    SqliteStory story;
    story.options.partitions = 4;
    story.open();
    constexpr int appends = 200;
    constexpr int records = 5;
    std::atomic<bool> stop = false;
    {
        const Worker orders_one{*story.log, "orders", "orders", "findings", stop};
        const Worker contacts_one{*story.log, "contacts", "findings", "calls", stop};
        const Worker crashing{*story.log, "orders", "orders", "findings", stop, 5};
        const Worker contacts_two{*story.log, "contacts", "findings", "calls", stop};
        const std::jthread appending{[&story] {
            for (int i = 0; i < appends; ++i) {
                std::vector<Output> batch;
                for (int j = 0; j < records; ++j) {
                    batch.push_back(SqliteStory::record("orders", std::to_string(i * records + j)));
                }
                story.append(std::move(batch));
            }
        }};
        const auto end = Clock::now() + std::chrono::seconds{60};
        while (Clock::now() < end &&
               sqlite_record_count(story.file, "calls") < appends * records) {
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
        stop = true;
    }
    for (const char* topic : {"findings", "calls"}) {
        std::multiset<std::string> keys;
        for (const Record& record : sqlite_records(story.file, topic)) keys.insert(record.key);
        std::multiset<std::string> expected;
        for (int i = 0; i < appends * records; ++i) expected.insert(std::to_string(i));
        CHECK(keys == expected);
    }
}

}  // namespace premura
