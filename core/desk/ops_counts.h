#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/contacts/customer.h"
#include "core/orders/orders_stage.h"
#include "core/stage.h"

namespace premura {

// How the clocks of one rule stand for one tenant, and what ended since midnight of the tenant.
struct ClockCounts {
    std::int64_t running = 0;
    std::int64_t waiting = 0;      // past the deadline, while the input is not complete beyond it
    std::int64_t late = 0;         // open cases
    std::int64_t met_today = 0;
    std::int64_t met_late_today = 0;
    std::int64_t cancelled_today = 0;
    std::int64_t false_alarms_today = 0;  // a step had run, and it had happened in time
    std::int64_t would_have_called = 0;   // cases of a rule on trial that became late within a week, with a call due

    bool operator==(const ClockCounts&) const = default;
    ClockCounts& operator+=(const ClockCounts& other);
};

// Contacts that wait for one reason.
struct HeldCount {
    std::int64_t count = 0;
    Instant oldest_at = instant_max;       // since when the first waits
    std::optional<Instant> next_at;        // when the first is looked at again; nothing: when the house says so

    bool operator==(const HeldCount&) const = default;
    HeldCount& operator+=(const HeldCount& other);
};

// What one reader of a feed knows of it.
struct FeedHeard {
    std::optional<Instant> last_event_at;     // the log's time of its last record
    std::optional<Milliseconds> silent_after;

    bool operator==(const FeedHeard&) const = default;
};

// What one partition, or one reader, has to say for the ops view. Every daemon tells it of what it owns, on the topic
// `ops-counts`, so that every page shows the whole.
struct OpsCounts {
    std::map<std::pair<std::string, std::string>, ClockCounts> clocks;                   // tenant, rule
    std::map<std::tuple<std::string, std::string, std::string>, HeldCount> held;        // tenant, reason, verb
    std::map<std::string, FeedHeard> feeds;                                              // full name of the topic

    bool operator==(const OpsCounts&) const = default;
    // Adds another part. Of a feed the latest word counts.
    OpsCounts& operator+=(const OpsCounts& other);
};

// A record of the topic: its key is the part ("orders/3"), so that whoever owns it next writes over it.
Output output_of(const std::string& part, const OpsCounts& counts, Instant now);
// Nothing when it is none; `error` says why.
std::optional<OpsCounts> ops_counts_of(const Record& record, std::string& error);

// Counts what stages hold, a key at a time. One thread; the stages are not changed.
class OpsCounter {
 public:
    static constexpr Milliseconds would_have_called_for = std::chrono::days{7};

    explicit OpsCounter(Instant now) : now_{now} {}

    // An order of the stage, encoded.
    void add_order(const OrdersStage& stage, std::string_view bytes);
    // A customer, encoded.
    void add_customer(std::string_view bytes);
    OpsCounts take() { return std::move(counts_); }

 private:
    void add_clock(const Clock& clock);
    Instant midnight_of(const TenantRules& rules);

    const Instant now_;
    OpsCounts counts_;
    std::map<std::string, Instant, std::less<>> midnights_;  // by tenant
    Entity entity_;
    std::vector<Clock> clocks_;
    Customer customer_;
};

}  // namespace premura
