#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/time.h"

namespace premura {

struct RuleSet;

using Headers = std::vector<std::pair<std::string, std::string>>;

// One record as it was read from a topic: all an engine knows of the outside.
struct Record {
    std::string topic;
    int partition = 0;
    std::int64_t offset = 0;
    std::string key;
    std::string value;
    bool tombstone = false;  // a null value
    Headers headers;         // names in lower case
    Instant timestamp;       // the log's time: appended, or created
};

// One record to write. It goes to the partition that `partition_key` hashes to (Kafka's murmur2 over
// the bytes, as Java producers do), or to `partition` when that is set.
struct Output {
    std::string topic;       // short name such as "call-tasks"; the daemon adds prefix and version
    std::string key;
    std::string partition_key;
    std::optional<int> partition;
    std::optional<std::string> value;  // nothing: a tombstone
    Headers headers;
    Instant timestamp;
};

// The new content of one key of the stage's state; nothing: the key is gone.
struct StateRecord {
    std::string key;
    std::optional<std::string> value;
};

// What a call into an engine brought about. Counters are names of docs/METRICS.md with a label value.
struct Effects {
    std::vector<Output> outputs;
    std::vector<StateRecord> state;

    struct Count {
        std::string_view name;   // a constant
        std::string label;       // rule, reason, type, ...; never a person or an order
        std::int64_t by = 1;
    };
    std::vector<Count> counts;

    void count(std::string_view name, std::string label = {}, std::int64_t by = 1) {
        counts.push_back({name, std::move(label), by});
    }
    void clear() {
        outputs.clear();
        state.clear();
        counts.clear();
    }
};

// One partition of one stage: the state of its keys, and what follows from records and time.
// Pure: no clock, no file, no lock. Owned by one pipeline and touched by its thread only.
class Stage {
 public:
    virtual ~Stage() = default;

    // Puts a state record back that an earlier run wrote. Before the first `apply`.
    virtual void restore(std::string_view key, std::string_view value) = 0;

    // Applies one record. `arrival` is the wall clock, or the record's own time in a replay. Outputs are
    // appended; changed state is not: see `collect_state`.
    virtual void apply(const Record& record, Instant arrival, Effects& effects) = 0;

    // Does what is due: everything planned at or before `horizon.now` that needs no absence, and every absence
    // up to `horizon.complete_until`.
    virtual void fire(const Horizon& horizon, Effects& effects) = 0;

    // When `fire` should be called next, assuming the input stays complete; nothing: never.
    virtual std::optional<Instant> next_due() const = 0;

    // Appends one state record per key changed since the last call, in the order first changed. Called once
    // per transaction.
    virtual void collect_state(Effects& effects) = 0;

    // Goes over to another rule set from now on; timers are derived anew.
    virtual void use(std::shared_ptr<const RuleSet> rules) = 0;

    // In a replay: the recorded time up to which everything has been decided here. instant_min until
    // something was recorded, and always on a wall clock.
    virtual Instant decided_until() const { return instant_min; }

    // How many keys it holds, for metrics.
    virtual std::size_t size() const = 0;
};

}  // namespace premura
