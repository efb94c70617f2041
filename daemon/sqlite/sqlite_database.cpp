#include "daemon/sqlite/sqlite_database.h"

#include <fmt/format.h>

namespace premura {

void throw_sqlite_error(const std::string& file, int code, std::string_view detail) {
    const auto say = [&](std::string_view what, std::string_view hint) {
        return fmt::format("{}: {} ({}); hint: {}", file, what, detail, hint);
    };
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw SqliteBusy(say("another program has locked the file",
                                 "end other programs that write to it, such as an open sqlite3 "
                                 "shell or a backup"));
        case SQLITE_FULL:
            throw LogError(say("the disk is full, or the file has reached its largest allowed size",
                               "free space on its file system; nothing that was committed "
                               "is lost"));
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            throw LogError(say("the file cannot be written",
                               "give this user write permission on the file and its folder, and "
                               "see that the file system is not mounted read-only"));
        case SQLITE_CANTOPEN:
            throw LogError(say("the file cannot be opened",
                               "see that its folder exists and that this user may write there"));
        case SQLITE_NOTADB:
            throw LogError(say("this is no SQLite database, or its first page is damaged",
                               "name another file, or restore this one from a backup"));
        case SQLITE_CORRUPT:
            throw LogError(say("the file is damaged",
                               "restore it from a backup, or move it away to start with an empty "
                               "log; `sqlite3 FILE .recover` shows what can be saved"));
        case SQLITE_IOERR:
            throw LogError(say("reading or writing the file failed",
                               "look for disk errors in the system's log, then start again"));
        default:
            throw LogError(say("SQLite reports an error", "report this to the makers of Premura"));
    }
}

SqliteStatement::SqliteStatement(sqlite3* database, const std::string& file, std::string_view sql)
    : database_{database}, file_{&file} {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    statement_.reset(statement);
    check(code);
}

SqliteStatement& SqliteStatement::bind(int position, std::int64_t value) {
    check(sqlite3_bind_int64(statement_.get(), position, value));
    return *this;
}

SqliteStatement& SqliteStatement::bind(int position, std::string_view bytes) {
    // A null pointer would bind NULL, which is not the empty value.
    check(bytes.empty() ? sqlite3_bind_zeroblob(statement_.get(), position, 0)
                        : sqlite3_bind_blob64(statement_.get(), position, bytes.data(),
                                              bytes.size(), SQLITE_STATIC));
    return *this;
}

SqliteStatement& SqliteStatement::bind_text(int position, std::string_view text) {
    check(sqlite3_bind_text64(statement_.get(), position, text.data(), text.size(), SQLITE_STATIC,
                              SQLITE_UTF8));
    return *this;
}

SqliteStatement& SqliteStatement::bind_null(int position) {
    check(sqlite3_bind_null(statement_.get(), position));
    return *this;
}

bool SqliteStatement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    const std::string detail = code == SQLITE_DONE ? std::string{} : sqlite3_errmsg(database_);
    const int extended = code == SQLITE_DONE ? code : sqlite3_extended_errcode(database_);
    sqlite3_reset(statement_.get());
    if (code != SQLITE_DONE) throw_sqlite_error(*file_, extended, detail);
    return false;
}

void SqliteStatement::run() {
    if (step()) reset();
}

void SqliteStatement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t SqliteStatement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string_view SqliteStatement::bytes(int column) const {
    const void* data = sqlite3_column_blob(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    if (data == nullptr) return {};
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

bool SqliteStatement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void SqliteStatement::check(int code) const {
    if (code == SQLITE_OK) return;
    throw_sqlite_error(*file_, code, sqlite3_errmsg(database_));
}

SqliteConnection::SqliteConnection(const std::string& file, Mode mode, Milliseconds busy_timeout)
    : file_{file} {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                      (mode == Mode::create ? SQLITE_OPEN_CREATE : 0);
    sqlite3* database = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &database, flags, nullptr);
    database_.reset(database);
    if (code != SQLITE_OK) {
        throw_sqlite_error(file_, code, database ? sqlite3_errmsg(database) : "out of memory");
    }
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, static_cast<int>(busy_timeout.count()));
}

SqliteStatement SqliteConnection::prepare(std::string_view sql) const {
    return SqliteStatement{database_.get(), file_, sql};
}

void SqliteConnection::execute(const std::string& sql) const {
    const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw_sqlite_error(file_, code, sqlite3_errmsg(database_.get()));
}

std::int64_t SqliteConnection::query_integer(std::string_view sql) const {
    SqliteStatement statement = prepare(sql);
    const std::int64_t value = statement.step() ? statement.integer(0) : 0;
    statement.reset();
    return value;
}

}  // namespace premura
