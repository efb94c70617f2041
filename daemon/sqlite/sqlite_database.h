#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "daemon/log/log.h"

namespace premura {

// Another connection holds the file for longer than the busy timeout. Nothing was changed; trying
// again later makes sense.
class SqliteBusy : public LogError {
 public:
    using LogError::LogError;
};

// Throws the LogError (or SqliteBusy) for a result code: the file, what failed and a hint what to
// do.
[[noreturn]] void throw_sqlite_error(const std::string& file, int code, std::string_view detail);

// A prepared statement, kept for as long as its connection. Values are bound by position from 1;
// texts and bytes must live until the statement was run. Columns count from 0 and are valid until
// the next step.
class SqliteStatement {
 public:
    SqliteStatement(sqlite3* database, const std::string& file, std::string_view sql);

    SqliteStatement& bind(int position, std::int64_t value);
    SqliteStatement& bind(int position, std::string_view bytes);
    SqliteStatement& bind_text(int position, std::string_view text);
    SqliteStatement& bind_null(int position);

    // Moves to the next row; false after the last one, and then the statement can be bound and run
    // anew.
    bool step();
    // Runs a statement that has no rows, or whose rows do not matter.
    void run();
    // Leaves the rows that are left.
    void reset();

    std::int64_t integer(int column) const;
    std::string_view bytes(int column) const;
    bool is_null(int column) const;

 private:
    void check(int code) const;

    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    sqlite3* database_;
    const std::string* file_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One connection to one file. One thread at a time.
class SqliteConnection {
 public:
    enum class Mode { create, open };

    SqliteConnection(const std::string& file, Mode mode, Milliseconds busy_timeout);
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    // The statement must not outlive the connection, nor may the connection move.
    SqliteStatement prepare(std::string_view sql) const;
    // One or more statements without values.
    void execute(const std::string& sql) const;
    // The first column of the first row; 0 without rows.
    std::int64_t query_integer(std::string_view sql) const;

    std::int64_t changes() const { return sqlite3_changes64(database_.get()); }
    bool in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }
    const std::string& file() const { return file_; }

 private:
    struct Close {
        void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
    };
    const std::string file_;
    std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace premura
