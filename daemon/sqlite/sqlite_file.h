#pragma once

#include <string>

#include "daemon/sqlite/sqlite_database.h"

namespace premura {

struct SqliteLogOptions;

// An exclusive lock on `FILE.lock` for as long as the object lives. The system frees it when the
// process ends, however it ends. The lock file stays; it holds the process id of its last owner.
class FileLock {
 public:
    // Throws LogError when another process holds it, or this one already does.
    explicit FileLock(const std::string& file);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

 private:
    int descriptor_ = -1;
};

// The schema this program reads and writes. Raise it with every change of the tables.
constexpr int sqlite_schema_version = 1;

// Opens the file, or makes it with empty tables, ready for the one writer. Throws LogError when it
// is damaged, another program's, or of a newer schema.
std::unique_ptr<SqliteConnection> open_sqlite_writer(const std::string& file,
                                                     const SqliteLogOptions& options);

// Opens a file that is there, for reading only. Beside a running daemon too.
std::unique_ptr<SqliteConnection> open_sqlite_reader(const std::string& file,
                                                     Milliseconds busy_timeout);

}  // namespace premura
