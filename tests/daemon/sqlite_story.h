#pragma once

#include <boost/asio/io_context.hpp>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/sqlite/sqlite_log.h"
#include "tests/daemon/temporary_folder.h"

namespace premura {

// A log on a file of its own, with a clock that stands still until it is set.
struct SqliteStory {
    SqliteStory() : file{folder.file("log.db")} { open(); }
    explicit SqliteStory(std::string existing) : file{std::move(existing)} { open(); }

    // Opens anew with `options` as they are now.
    void open() {
        log.reset();
        log = std::make_unique<SqliteLog>(file, options);
    }

    static Output record(const std::string& topic, const std::string& key,
                         std::string value = "v") {
        Output output;
        output.topic = topic;
        output.key = key;
        output.partition_key = key;
        output.value = std::move(value);
        return output;
    }
    // Appends and waits; the error text.
    std::string append(std::vector<Output> records) const {
        auto answer = std::make_shared<std::promise<std::string>>();
        auto future = answer->get_future();
        log->writer().append(std::move(records),
                             [answer](std::string error) { answer->set_value(std::move(error)); });
        return future.get();
    }
    // So many records of "orders", numbered on, 400 bytes each.
    std::string append(int count) {
        std::vector<Output> records;
        for (int i = 0; i < count; ++i) {
            records.push_back(record("orders", std::to_string(appended++), std::string(400, 'x')));
        }
        return append(std::move(records));
    }

    const TemporaryFolder folder;
    const std::string file;
    std::shared_ptr<Instant> now = std::make_shared<Instant>(instant_of(1'780'000'000'000));
    SqliteLogOptions options = [this] {
        SqliteLogOptions quick;
        quick.durability = Durability::normal;
        quick.clock = [clock = now] { return *clock; };
        return quick;
    }();
    boost::asio::io_context io;
    std::unique_ptr<SqliteLog> log;
    int appended = 0;
};

// A reader of the topic "orders", or another one, for the stage `name`.
struct SqliteReaderStory : LogListener {
    SqliteReaderStory(SqliteStory& story, const std::string& name,
                      const std::string& topic = "orders")
        : log{story.log->reader({name, {topic}, {topic}, name + "-state"},
                                story.io.get_executor())} {
        log->open(*this);
    }

    Batch read(std::size_t records_max) { return log->read(records_max, instant_of(++reads)); }
    std::vector<Record> read_all() {
        std::vector<Record> all;
        for (bool more = true; more;) {
            Batch batch = read(10'000);
            more = batch.more;
            std::ranges::move(batch.records, std::back_inserter(all));
        }
        return all;
    }
    // Writes these keys and values as state of partition 0.
    Commit write(const std::map<std::string, std::string>& records) {
        Transaction transaction;
        for (const auto& [key, value] : records) {
            StateRecord record{key, {}};
            if (!value.empty()) record.value = value;
            transaction.state.emplace_back(0, std::move(record));
        }
        return log->commit(transaction);
    }

    void partition_assigned(int) override {}
    void partition_revoked(int) override { state.clear(); }
    void state_restored(int, std::string_view key, std::string_view value) override {
        state.emplace(key, value);
    }

    std::unique_ptr<StageLog> log;
    std::map<std::string, std::string> state;
    int reads = 0;
};

// Appends orders and turns each into a call, numbered, with their count as state, for ever.
[[noreturn]] inline void run_until_killed(const std::string& file) {
    SqliteStory story{file};
    SqliteReaderStory reader{story, "orders"};
    while (true) {
        story.log->writer().append(std::vector<Output>(7, SqliteStory::record("orders", "order")),
                                   [](const std::string&) {});
        const Batch batch = reader.read(20);
        int count = reader.state.contains("count") ? std::stoi(reader.state["count"]) : 0;
        Transaction transaction;
        for (std::size_t i = 0; i < batch.records.size(); ++i) {
            transaction.outputs.push_back(SqliteStory::record("calls", std::to_string(count++)));
        }
        if (batch.records.empty()) continue;
        reader.state["count"] = std::to_string(count);
        transaction.state.emplace_back(0, StateRecord{"count", reader.state["count"]});
        reader.log->commit(transaction);
    }
}

}  // namespace premura
