#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <filesystem>

#include "daemon/log/memory_log.h"
#include "daemon/sqlite/sqlite_database.h"
#include "daemon/sqlite/sqlite_log.h"
#include "tests/daemon/log_contract.h"
#include "tests/daemon/temporary_folder.h"

// The engines that need nothing but this process keep the promises of log_contract.h.

namespace premura {
namespace {

class TickingWorld : public LogWorld {
 public:
    Instant now() override { return now_ += Milliseconds{1}; }
    std::string create_topic(const std::string& name, int partitions) override {
        const std::string full = "contract." + name + ".v1";
        make_topic(full, partitions);
        return full;
    }
    std::string create_state_topic(const std::string& name, int) override {
        return "contract." + name + ".v1";
    }

 private:
    virtual void make_topic(const std::string& name, int partitions) = 0;

    Instant now_ = instant_of(1'780'000'000'000);
};

class MemoryWorld : public TickingWorld {
 public:
    std::unique_ptr<StageLog> reader(const StageTopics& topics) override {
        return broker_.reader(topics);
    }
    std::unique_ptr<LogTail> tail(std::vector<std::string> topics) override { return broker_.tail(std::move(topics)); }
    LogWriter& writer() override { return broker_.writer(); }
    std::vector<Record> committed(const std::string& topic) override {
        return broker_.records(topic);
    }
    bool lose_commits(StageLog& reader) override {
        broker_.lose_next_commit(reader);
        return true;
    }
    void mend() override {}
    void run() override { broker_.run_ready(); }

 private:
    void make_topic(const std::string& name, int partitions) override {
        broker_.create_topic(name, partitions);
    }

    MemoryLogBroker broker_;
};

class SqliteWorld : public TickingWorld {
 public:
    SqliteWorld() {
        options_.busy_timeout = Milliseconds{20};
        options_.durability = Durability::normal;
    }
    std::unique_ptr<StageLog> reader(const StageTopics& topics) override {
        return log().reader(topics, io_.get_executor());
    }
    std::unique_ptr<LogTail> tail(std::vector<std::string> topics) override {
        return log().tail(std::move(topics), io_.get_executor());
    }
    LogWriter& writer() override { return log().writer(); }
    std::vector<Record> committed(const std::string& topic) override {
        return sqlite_records(file_, topic);
    }
    // As when somebody forgot an open transaction in another program.
    bool lose_commits(StageLog&) override {
        intruder_ = std::make_unique<SqliteConnection>(file_, SqliteConnection::Mode::open,
                                                       Milliseconds{0});
        intruder_->execute("BEGIN IMMEDIATE");
        return true;
    }
    void mend() override { intruder_.reset(); }
    void run() override {
        io_.restart();
        io_.run_for(std::chrono::milliseconds{1});
    }

 private:
    void make_topic(const std::string& name, int partitions) override {
        options_.partitions_of[name] = partitions;
    }
    SqliteLog& log() {
        if (!log_) log_ = std::make_unique<SqliteLog>(file_, options_);
        return *log_;
    }

    const TemporaryFolder folder_;
    const std::string file_ = folder_.file("log.db");
    SqliteLogOptions options_;
    boost::asio::io_context io_;
    std::unique_ptr<SqliteLog> log_;
    std::unique_ptr<SqliteConnection> intruder_;
};

}  // namespace

TEST_CASE("the memory log keeps every promise", "[log][memory]") {
    check_promises([] { return std::make_unique<MemoryWorld>(); });
}

TEST_CASE("the SQLite log keeps every promise", "[log][sqlite]") {
    check_promises([] { return std::make_unique<SqliteWorld>(); });
}

}  // namespace premura
