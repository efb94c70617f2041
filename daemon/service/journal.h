#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/time.h"

namespace premura {

// As syslog numbers them, and in its order.
enum class JournalLevel : std::uint8_t { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

std::string_view name_of(JournalLevel level);

// What the daemon has to say: one row for each, in journal.cpp. Ids are stable: people search for
// them.
enum class JournalFact : std::uint8_t {
    started,
    ready,
    stopping,
    stopped,
    failed,
    rules_loaded,
    rules_refused,
    rules_problem,
    log_opened,
    library_fallback,
    partition_assigned,
    partition_revoked,
    commit_lost,
    event_quarantined,
    call_raised,
    call_withdrawn,
    expedite_sent,
    incident_raised,
    message_sent,
    message_not_sent,
    gateway_down,
    gateway_up,
    gateway_missing,
    delivery_result_lost,
    signed_in,
    sign_in_refused,
    signed_out,
    accounts_loaded,
    accounts_refused,
    accounts_problem,
    certificate_loaded,
    certificate_refused,
    listening,
    watchdog_starved,
    other,  // a name that has no row
};

struct JournalRow {
    JournalFact fact;
    std::string_view id;    // "PR221"
    std::string_view name;  // "call_raised"
    JournalLevel level;
    std::string_view text;  // "call raised"
    std::string_view meaning;
};
std::span<const JournalRow> journal_table();
const JournalRow& journal_row(JournalFact fact);
// JournalFact::other for a name that is not in the table.
JournalFact journal_fact_named(std::string_view name);

struct JournalOptions {
    JournalLevel level = JournalLevel::info;  // what is less urgent is left out
    // Lines of one id within a minute; more are counted and told as `suppressed=` with the next
    // one.
    int lines_per_minute_max = 120;
};

// One line per fact, in logfmt: `level=info id=PR221 msg="call raised" rule=late-shipment`. Under
// journald each line begins with the priority that it reads, `<6>`; elsewhere with the time. Any
// thread.
//
// Fields hold names that ops gave (rules, topics, stages, files), ids, numbers and times. Never a
// personal datum: no customer, no address, no payload, no text of an event.
class Journal {
 public:
    // Takes whole lines, with their end.
    using Sink = std::function<void(std::string_view line)>;
    using Field = std::pair<std::string_view, std::string_view>;

    // Bounds of one line.
    static constexpr std::size_t value_bytes_max = 1024;

    // To standard error; for journald when that is where it goes.
    explicit Journal(JournalOptions options);
    Journal(JournalOptions options, bool for_journald, Sink sink, std::function<Instant()> now);
    // Tells what was left out and not yet told.
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    void write(JournalFact fact, std::initializer_list<Field> fields = {});
    // The same with fields that are rendered already, and a name of the table; another name becomes
    // a field.
    void write(std::string_view name, std::string_view fields);
    // Tells how many lines were left out in minutes that are over. To be called now and then,
    // because a flood may end without a line that could tell it.
    void tell_suppressed();

 private:
    static constexpr std::size_t fact_count = static_cast<std::size_t>(JournalFact::other) + 1;
    struct Quota {
        Instant since = instant_min;
        int lines = 0;
        std::uint64_t suppressed = 0;
    };

    void write_line(JournalFact fact, std::string_view fields);
    // Those whose minute began before then.
    void tell_suppressed(Instant since_before, Instant now);
    void emit(const JournalRow& row, std::string_view fields, std::uint64_t suppressed,
              Instant now);

    const JournalOptions options_;
    const bool for_journald_;
    const Sink sink_;
    const std::function<Instant()> now_;
    std::mutex mutex_;
    std::array<Quota, fact_count> quotas_{};
};

// ` key=value`, quoted where logfmt needs it.
void append_field(std::string& line, std::string_view key, std::string_view value);

// Does standard error lead to journald? ($JOURNAL_STREAM, see systemd.exec(5).)
bool stderr_is_journald();

}  // namespace premura
