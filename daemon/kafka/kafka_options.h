#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace premura {

// How to reach Kafka, and the bounds of everything that waits or queues there.
struct KafkaOptions {
    // librdkafka's properties by their own names, for all clients; at least "bootstrap.servers".
    // Secrets stand here as they are. A few belong to Premura, because exactly-once hangs on them:
    // see `faults_of`.
    std::map<std::string, std::string> properties;
    // Consumer groups are `<prefix>-<stage>`, transactional ids `<prefix>-<stage>-<instance>-a` and
    // `-b`: access rights may be given for all that begins with the prefix.
    std::string prefix = "premura";
    // Names one reader of a stage among its like, and is the same after a restart: whoever comes
    // back under it within `session_timeout` finds its partitions, and ends what its predecessor
    // left open.
    std::string instance;

    // How long one call of a commit is repeated before the producer is made anew.
    Milliseconds commit_timeout = std::chrono::seconds{30};
    // The broker aborts what was not committed by then; a crashed reader that does not come back
    // holds up the readers of its outputs for so long.
    Milliseconds transaction_timeout = std::chrono::seconds{15};
    // A reader that is silent for so long loses its partitions.
    Milliseconds session_timeout = std::chrono::seconds{15};
    Milliseconds heartbeat_interval = std::chrono::seconds{2};
    // So does one whose thread does not read for so long.
    Milliseconds poll_interval_max = std::chrono::seconds{60};
    // How long a restore may make no headway before it is an error. More than
    // `transaction_timeout`: an open transaction of a dead predecessor is waited for.
    Milliseconds restore_stall_max = std::chrono::seconds{60};
    // One question to a broker.
    Milliseconds request_timeout = std::chrono::seconds{10};
    // Records that are not delivered by then are reported as lost to the one who appended them.
    Milliseconds delivery_timeout = std::chrono::seconds{30};

    // The ends of the inputs are asked for so often, and when all was read and something was, as
    // soon as the second time has passed.
    Milliseconds probe_interval = std::chrono::seconds{1};
    Milliseconds probe_interval_min{200};
    // Commits that may be lost one after the other before it is an error.
    int lost_commits_max = 10;
    // Bytes of values in one batch; a larger record comes alone.
    std::size_t batch_bytes_max = std::size_t{64} << 20;
    // What a client fetches ahead, per input partition.
    std::size_t fetched_kilobytes_max = std::size_t{16} << 10;
    // Partitions whose state is read at the same time; each is held in memory until it is complete.
    std::size_t restores_at_once_max = 4;
    // Records that may wait for the writer; more are refused.
    std::size_t appends_waiting_max = 100'000;

    // What librdkafka has to say, with a syslog severity (3 error, 4 warning, 6 information). Any
    // thread.
    std::function<void(int severity, const std::string& text)> log = [](int, const std::string&) {};
};

// What is wrong with the options, each as a sentence: unknown properties, values that are refused,
// properties that Premura sets itself. Asks no broker. Never tells a value of a property that holds
// a secret.
std::vector<std::string> faults_of(const KafkaOptions& options);

}  // namespace premura
