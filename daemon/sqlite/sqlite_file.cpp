#include "daemon/sqlite/sqlite_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "daemon/sqlite/sqlite_log.h"

namespace premura {
namespace {

constexpr std::int64_t application_id = 0x50524d41;  // "PRMA"
// Records of 400 bytes are appended about a third faster than on pages of 4,096 bytes.
constexpr std::int64_t page_bytes = 8'192;
constexpr std::int64_t checkpoint_bytes = 16 << 20;
constexpr std::int64_t cache_kibibytes = 65'536;

// Rows of a partition lie side by side in the order of their offsets: appending, reading on and
// dropping the oldest all touch a few neighbouring pages. A stage's state is a topic too, of which
// the newest record of a key counts: a table by key would rewrite a page of the file for every
// order that changes.
constexpr const char* schema = R"sql(
CREATE TABLE topic (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    partitions INTEGER NOT NULL,
    compacted INTEGER NOT NULL
) STRICT;
CREATE TABLE partition (
    topic INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    first_offset INTEGER NOT NULL,
    next_offset INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)
) STRICT, WITHOUT ROWID;
CREATE TABLE record (
    topic INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    appended INTEGER NOT NULL,
    key BLOB NOT NULL,
    value BLOB,
    headers BLOB,
    PRIMARY KEY (topic, partition, offset)
) STRICT, WITHOUT ROWID;
CREATE TABLE position (
    stage TEXT NOT NULL,
    topic INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (stage, topic, partition)
) STRICT, WITHOUT ROWID;
)sql";

std::string system_error_text(int number) {
    return std::error_code{number, std::generic_category()}.message();
}

std::string owner_of(int descriptor) {
    std::array<char, 32> text{};
    const ssize_t size = ::pread(descriptor, text.data(), text.size() - 1, 0);
    if (size <= 0) return "another process";
    return "process " + std::string{text.data(), static_cast<std::size_t>(size)};
}

bool is_empty(const SqliteConnection& connection) {
    return connection.query_integer("SELECT count(*) FROM sqlite_schema") == 0;
}

void check_identity(const SqliteConnection& connection) {
    if (connection.query_integer("PRAGMA application_id") != application_id) {
        throw LogError(connection.file() +
                       ": this SQLite database belongs to another program; hint: name another file "
                       "for the log, a missing one is made");
    }
    const std::int64_t version = connection.query_integer("PRAGMA user_version");
    if (version == sqlite_schema_version) return;
    const bool is_newer = version > sqlite_schema_version;
    throw LogError(fmt::format(
        "{}: the file has schema version {}, this program knows {}; hint: {}", connection.file(),
        version, sqlite_schema_version,
        is_newer ? "run the newer program that wrote it, or name another file"
                 : "name another file, a missing one is made"));
}

}  // namespace

FileLock::FileLock(const std::string& file) {
    const std::string name = file + ".lock";
    descriptor_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor_ < 0) {
        throw LogError(fmt::format("{}: the lock file cannot be opened: {}; hint: see that its "
                                   "folder exists and that this user may write there",
                                   name, system_error_text(errno)));
    }
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        const int number = errno;
        const std::string owner = owner_of(descriptor_);
        ::close(descriptor_);
        if (number != EWOULDBLOCK) {
            throw LogError(name + ": locking failed: " + system_error_text(number));
        }
        throw LogError(fmt::format("{}: the log is in use by {}; hint: end that daemon first, or "
                                   "give this one a file of its own",
                                   file, owner));
    }
    const std::string process = std::to_string(::getpid());
    // The number helps people only: the lock holds without it.
    if (::ftruncate(descriptor_, 0) == 0) {
        [[maybe_unused]] const ssize_t written =
            ::pwrite(descriptor_, process.data(), process.size(), 0);
    }
}

FileLock::~FileLock() { ::close(descriptor_); }

std::unique_ptr<SqliteConnection> open_sqlite_writer(const std::string& file,
                                                     const SqliteLogOptions& options) {
    auto connection = std::make_unique<SqliteConnection>(file, SqliteConnection::Mode::create,
                                                         options.busy_timeout);
    const bool is_new =
        connection->query_integer("PRAGMA application_id") == 0 && is_empty(*connection);
    if (is_new) {
        connection->execute(fmt::format("PRAGMA page_size = {}", page_bytes));
    } else {
        check_identity(*connection);
    }
    connection->execute("PRAGMA journal_mode = WAL");
    connection->execute(fmt::format(
        "PRAGMA synchronous = {}; PRAGMA secure_delete = ON; PRAGMA cache_size = -{};"
        "PRAGMA wal_autocheckpoint = {}; PRAGMA journal_size_limit = {}",
        options.durability == Durability::full ? "FULL" : "NORMAL", cache_kibibytes,
        checkpoint_bytes / page_bytes, 4 * checkpoint_bytes));
    if (is_new) {
        connection->execute(fmt::format(
            "BEGIN IMMEDIATE; PRAGMA application_id = {}; PRAGMA user_version = {}; {} COMMIT",
            application_id, sqlite_schema_version, schema));
    }
    if (options.file_bytes_max > 0) {
        const std::int64_t page = connection->query_integer("PRAGMA page_size");
        connection->execute(
            fmt::format("PRAGMA max_page_count = {}", options.file_bytes_max / page));
    }
    return connection;
}

std::unique_ptr<SqliteConnection> open_sqlite_reader(const std::string& file,
                                                     Milliseconds busy_timeout) {
    auto connection =
        std::make_unique<SqliteConnection>(file, SqliteConnection::Mode::open, busy_timeout);
    check_identity(*connection);
    connection->execute("PRAGMA query_only = ON");
    return connection;
}

}  // namespace premura
