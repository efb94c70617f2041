#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "daemon/log/log.h"
#include "daemon/pipeline/pipeline.h"

namespace premura {

// One thread with its own io_context, and the pipelines that run on it, one per stage. Workers share nothing.
// Made, started and stopped by the main thread.
class Worker {
 public:
    // Makes the reader of one stage; called on the worker's thread with its io_context.
    using LogFactory = std::function<std::unique_ptr<StageLog>(boost::asio::io_context&)>;
    struct StageSetup {
        PipelineOptions options;
        TopicNames names;
        LogFactory make_log;
        Pipeline::StageFactory make_stage;
    };
    struct Callbacks {
        PipelineObserver observer;
        // The worker cannot go on: the world failed in a way that retrying did not mend. Called on its thread,
        // once; the daemon ends, and the service manager starts it anew.
        std::function<void(const std::string& what)> failed;
        // The wall clock. A function, so that tests can set it.
        std::function<Instant()> now;
    };

    Worker(std::vector<StageSetup> stages, Callbacks callbacks);
    ~Worker();

    void start();
    // Lets the round at hand finish, gives the partitions back and joins the thread.
    void stop();
    // The stages go over to another rule set between two rounds. Any thread.
    void use(std::shared_ptr<const RuleSet> rules);
    // Status of each pipeline; asked on the worker's thread, answered there. Any thread may ask.
    void status(std::function<void(std::vector<Pipeline::Status>)> answer);
    // Looks at the stages between two rounds, on the worker's thread, for as long as one round may wait: what takes
    // longer is done in slices, by returning `again`; what was looked at does not outlive the call, since partitions
    // come and go. Any thread may ask. False, and the question is dropped: too many wait already. A question that is
    // not answered when the worker ends is dropped as well.
    enum class Asked : std::uint8_t { done, again };
    using Pipelines = std::vector<const Pipeline*>;
    using Question = std::function<Asked(const Pipelines&)>;
    static constexpr int questions_max = 64;
    bool ask(Question question);
    // Moves with every round and every second: what the watchdog looks at. Any thread.
    std::uint64_t heartbeats() const { return heartbeats_.load(std::memory_order_relaxed); }

 private:
    struct Runner;  // one pipeline with its log and timer

    void run();
    void pump(Runner& runner);
    void guarded(const std::function<void()>& action);
    void beat();
    void put(Question question);

    std::vector<StageSetup> setups_;
    Callbacks callbacks_;
    boost::asio::io_context context_{1};
    boost::asio::steady_timer heartbeat_{context_};
    std::vector<std::unique_ptr<Runner>> runners_;
    std::atomic<std::uint64_t> heartbeats_{0};
    std::atomic<int> questions_{0};  // that wait
    std::thread thread_;
    bool stopping_ = false;
    bool failed_ = false;
};

}  // namespace premura
