#include "daemon/service/journal.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace premura {
namespace {

using enum JournalLevel;

constexpr Milliseconds minute = std::chrono::minutes{1};

constexpr JournalRow rows[] = {
    {JournalFact::started, "PR201", "started", info, "started",
     "The daemon begins; version and process follow."},
    {JournalFact::ready, "PR202", "ready", notice, "ready",
     "Every stage runs, and events are taken in."},
    {JournalFact::stopping, "PR203", "stopping", notice, "stopping",
     "A signal asked for the end; the rounds at hand are finished."},
    {JournalFact::stopped, "PR204", "stopped", info, "stopped",
     "Everything is committed and closed."},
    {JournalFact::failed, "PR205", "failed", error, "cannot go on",
     "The world failed in a way that retrying did not mend; the service manager starts us anew."},
    {JournalFact::rules_loaded, "PR208", "rules_loaded", notice, "rules loaded",
     "This set of rules is used from now on."},
    {JournalFact::rules_refused, "PR209", "rules_refused", error, "rules refused",
     "The new rules have errors; the old ones stay in use."},
    {JournalFact::rules_problem, "PR210", "rules_problem", warning, "rules need a look",
     "One diagnostic about the rules, with its place."},
    {JournalFact::log_opened, "PR211", "log_opened", info, "log opened",
     "Which engine keeps events and state, and where."},
    {JournalFact::library_fallback, "PR212", "library_fallback", warning,
     "librdkafka is too old for exactly-once",
     "Built with a library that is known to lose or repeat events: run scripts/fetch-librdkafka."},
    {JournalFact::partition_assigned, "PR213", "partition_assigned", info, "partition taken",
     "This worker owns the partition; its state is restored."},
    {JournalFact::partition_revoked, "PR214", "partition_revoked", info, "partition given back",
     "Another worker takes over, or the state is rebuilt."},
    {JournalFact::commit_lost, "PR215", "commit_lost", warning, "commit lost",
     "Nothing of the last batch was written; it is read again and nothing is repeated."},
    {JournalFact::event_quarantined, "PR220", "event_quarantined", warning,
     "event put in quarantine", "A record is no event; topic, position and reason follow."},
    {JournalFact::call_raised, "PR221", "call_raised", info, "call raised",
     "A call task is on the agents' list."},
    {JournalFact::call_withdrawn, "PR222", "call_withdrawn", info, "call withdrawn",
     "What was waited for has happened; nobody needs to call."},
    {JournalFact::expedite_sent, "PR224", "expedite_sent", info, "expedite sent",
     "A warehouse, a courier or another system was asked to press on."},
    {JournalFact::incident_raised, "PR225", "incident_raised", warning, "incident raised",
     "Something concerns many orders at once."},
    {JournalFact::message_sent, "PR240", "message_sent", info, "message sent",
     "A gateway took a message, an escalation, an expedite or word of an incident."},
    {JournalFact::message_not_sent, "PR241", "message_not_sent", notice, "message not sent",
     "It was not said, and why: a fact is missing, no gateway took it, it is solved or too old."},
    {JournalFact::gateway_down, "PR242", "gateway_down", warning, "gateway down",
     "Attempts failed in a row; for a while nothing is tried, and what is to be sent waits."},
    {JournalFact::gateway_up, "PR243", "gateway_up", notice, "gateway up",
     "A request got through again."},
    {JournalFact::gateway_missing, "PR244", "gateway_missing", warning, "gateway missing",
     "A tenant's file names a gateway that the settings do not have: nothing goes out over it."},
    {JournalFact::delivery_result_lost, "PR245", "delivery_result_lost", warning, "delivery result lost",
     "The log did not take what became of an attempt; it is made again with the same key."},
    {JournalFact::signed_in, "PR260", "signed_in", info, "signed in", "Somebody has proven who they are."},
    {JournalFact::sign_in_refused, "PR261", "sign_in_refused", notice, "sign-in refused",
     "Wrong password, too many attempts, or no account; the user is told when there is such an account."},
    {JournalFact::signed_out, "PR262", "signed_out", info, "signed out", "Somebody has ended their session."},
    {JournalFact::accounts_loaded, "PR263", "accounts_loaded", notice, "accounts loaded",
     "These accounts and groups count from the next request on."},
    {JournalFact::accounts_refused, "PR264", "accounts_refused", error, "accounts refused",
     "The file of accounts or the key of sessions has errors; the old ones stay in use."},
    {JournalFact::accounts_problem, "PR265", "accounts_problem", warning, "accounts need a look",
     "One diagnostic about the file of accounts, or a tenant in it that the rules do not know."},
    {JournalFact::certificate_loaded, "PR266", "certificate_loaded", notice, "certificate loaded",
     "New connections are served with this certificate."},
    {JournalFact::certificate_refused, "PR267", "certificate_refused", error, "certificate refused",
     "Certificate and key cannot be used; the old ones stay in use."},
    {JournalFact::listening, "PR227", "listening", info, "listening", "Where HTTP is served."},
    {JournalFact::watchdog_starved, "PR229", "watchdog_starved", error, "a worker does not move",
     "The watchdog is not fed while it stands; the service manager will end the daemon."},
    {JournalFact::other, "PR299", "other", info, "note", "A fact without a row of its own."},
};

constexpr bool complete() {
    for (std::size_t i = 0; i <= static_cast<std::size_t>(JournalFact::other); ++i) {
        int found = 0;
        for (const JournalRow& row : rows) found += static_cast<std::size_t>(row.fact) == i ? 1 : 0;
        if (found != 1) return false;
    }
    return true;
}
static_assert(complete(), "each fact has exactly one row");

// Length of the UTF-8 character that begins the text; 0 when it is none (overlong, surrogate, cut,
// stray).
std::size_t character_bytes(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    const unsigned char second = byte(1);
    const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    const bool outside = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
    return overlong || outside ? 0 : length;
}

bool needs_quotes(std::string_view value) {
    if (value.empty()) return true;
    for (const char letter : value) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte <= 0x20 || byte >= 0x7f || letter == '"' || letter == '=' || letter == '\\') {
            return true;
        }
    }
    return false;
}

void append_escaped(std::string& line, char letter) {
    switch (letter) {
        case '"':
            line += "\\\"";
            break;
        case '\\':
            line += "\\\\";
            break;
        case '\n':
            line += "\\n";
            break;
        case '\r':
            line += "\\r";
            break;
        case '\t':
            line += "\\t";
            break;
        default:
            line += fmt::format("\\u{:04x}", static_cast<unsigned char>(letter));
    }
}

void append_quoted(std::string& line, std::string_view value) {
    line += '"';
    while (!value.empty()) {
        const std::size_t length = character_bytes(value);
        const auto byte = static_cast<unsigned char>(value.front());
        if (length == 0) {
            line += "\xef\xbf\xbd";  // U+FFFD, the replacement character
        } else if (byte < 0x20 || byte == 0x7f || byte == '"' || byte == '\\') {
            append_escaped(line, value.front());
        } else {
            line += value.substr(0, length);
        }
        value.remove_prefix(length == 0 ? 1 : length);
    }
    line += '"';
}

void write_to_stderr(std::string_view line) {
    while (!line.empty()) {
        const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
        // When nobody reads it there is nobody to tell.
        if (written < 0 && errno != EINTR) return;
        if (written > 0) line.remove_prefix(static_cast<std::size_t>(written));
    }
}

Instant wall_clock() {
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

std::string_view name_of(JournalLevel level) {
    switch (level) {
        case error:
            return "error";
        case warning:
            return "warning";
        case notice:
            return "notice";
        case info:
            return "info";
        case debug:
            return "debug";
    }
    return "";
}

std::span<const JournalRow> journal_table() {
    return rows;
}

const JournalRow& journal_row(JournalFact fact) {
    for (const JournalRow& row : rows) {
        if (row.fact == fact) return row;
    }
    return rows[std::size(rows) - 1];
}

JournalFact journal_fact_named(std::string_view name) {
    for (const JournalRow& row : rows) {
        if (row.name == name) return row.fact;
    }
    return JournalFact::other;
}

void append_field(std::string& line, std::string_view key, std::string_view value) {
    const bool cut = value.size() > Journal::value_bytes_max;
    std::string shown;
    if (cut) {
        shown = value.substr(0, Journal::value_bytes_max);
        while (!shown.empty() && (static_cast<unsigned char>(shown.back()) & 0xc0) == 0x80) {
            shown.pop_back();
        }
        if (!shown.empty() && static_cast<unsigned char>(shown.back()) >= 0xc0) shown.pop_back();
        shown += "...";
        value = shown;
    }
    line += ' ';
    line += key;
    line += '=';
    if (needs_quotes(value)) {
        append_quoted(line, value);
    } else {
        line += value;
    }
}

bool stderr_is_journald() {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    if (stream == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return false;
    return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

Journal::Journal(JournalOptions options)
    : Journal(options, stderr_is_journald(), write_to_stderr, wall_clock) {}

Journal::Journal(JournalOptions options, bool for_journald, Sink sink, std::function<Instant()> now)
    : options_{options},
      for_journald_{for_journald},
      sink_{std::move(sink)},
      now_{std::move(now)} {}

void Journal::write(JournalFact fact, std::initializer_list<Field> fields) {
    std::string rendered;
    for (const auto& [key, value] : fields) append_field(rendered, key, value);
    write_line(fact, rendered);
}

void Journal::write(std::string_view name, std::string_view fields) {
    const JournalFact fact = journal_fact_named(name);
    std::string rendered;
    if (fact == JournalFact::other) append_field(rendered, "event", name);
    if (!fields.empty()) rendered += ' ';
    rendered += fields;
    write_line(fact, rendered);
}

void Journal::write_line(JournalFact fact, std::string_view fields) {
    const JournalRow& row = journal_row(fact);
    if (row.level > options_.level) return;
    const std::lock_guard lock{mutex_};
    const Instant now = now_();
    Quota& quota = quotas_[static_cast<std::size_t>(fact)];
    // A clock that was set back begins a new minute, too.
    if (now - minute >= quota.since || now < quota.since) {
        quota.since = now;
        quota.lines = 0;
    }
    if (quota.lines >= options_.lines_per_minute_max) {
        ++quota.suppressed;
        return;
    }
    ++quota.lines;
    emit(row, fields, std::exchange(quota.suppressed, 0), now);
}

Journal::~Journal() {
    tell_suppressed(instant_max, now_());
}

void Journal::tell_suppressed() {
    const std::lock_guard lock{mutex_};
    const Instant now = now_();
    tell_suppressed(now - minute + Milliseconds{1}, now);
}

void Journal::tell_suppressed(Instant since_before, Instant now) {
    for (const JournalRow& row : rows) {
        Quota& quota = quotas_[static_cast<std::size_t>(row.fact)];
        if (quota.suppressed == 0 || quota.since >= since_before) continue;
        emit(row, "", std::exchange(quota.suppressed, 0), now);
    }
}

void Journal::emit(const JournalRow& row, std::string_view fields, std::uint64_t suppressed,
                   Instant now) {
    std::string line =
        for_journald_ ? fmt::format("<{}>", static_cast<int>(row.level)) : format_utc(now) + " ";
    line += fmt::format("level={} id={}", name_of(row.level), row.id);
    append_field(line, "msg", row.text);
    line += fields;
    if (suppressed > 0) line += fmt::format(" suppressed={}", suppressed);
    line += '\n';
    sink_(line);
}

}  // namespace premura
