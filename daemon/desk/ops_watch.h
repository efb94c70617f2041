#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/desk/ops_counts.h"
#include "daemon/log/log.h"
#include "daemon/log/topics.h"
#include "daemon/pipeline/worker.h"

namespace premura {

// Counts, now and then, what the stages of this daemon hold, and writes it to the topic `ops-counts`, of which the desks
// of all daemons put the ops view together. Workers are asked for a slice at a time between two of their rounds. Lives on
// the context's thread. It outlives the workers, and the context has been stopped before it goes; the log outlives it.
class OpsWatch {
 public:
    struct Options {
        std::string instance;  // of this daemon
        // The sources, by full topic name, and after what time each is silent.
        std::map<std::string, std::optional<Milliseconds>> feeds;
        // So long after one count the next begins, and at least `rest` times as long as it took.
        Milliseconds every = std::chrono::seconds{5};
        int rest = 10;
        // What has not changed is told again after so long.
        Milliseconds told_again = std::chrono::minutes{5};
        // Keys that are looked at between two rounds of a worker.
        std::size_t slice = 500;
    };

    OpsWatch(Options options, const TopicNames& names, LogWriter& log, std::vector<Worker*> workers,
             boost::asio::io_context& context, std::function<Instant()> now);

    void start();

 private:
    using Parts = std::map<std::string, OpsCounts>;
    class Count;

    void begin();
    void take(const Parts& parts);

    const Options options_;
    const TopicNames names_;
    LogWriter& log_;
    const std::vector<Worker*> workers_;
    boost::asio::io_context& context_;
    const std::function<Instant()> now_;
    boost::asio::steady_timer timer_;
    std::size_t missing_ = 0;                         // workers that have not answered yet
    std::chrono::steady_clock::time_point begun_;
    struct Told {
        OpsCounts counts;
        Instant at;
    };
    std::map<std::string, Told> told_;                // by part
};

}  // namespace premura
