#include "daemon/rules/difference_question.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace premura {
namespace {

// What the answers of all workers come together in. Touched on the context's thread only.
struct Sum {
    explicit Sum(boost::asio::io_context& context) : patience{context} {}

    boost::asio::steady_timer patience;
    std::size_t missing = 0;
    Difference difference;
    std::function<void(std::optional<Difference>)> answer;

    void finish(bool complete) {
        if (!answer) return;
        patience.cancel();
        const auto told = std::move(answer);
        answer = nullptr;
        told(complete ? std::optional{std::move(difference)} : std::nullopt);
    }
};

// One worker's way over its partitions; lives on the worker's thread.
class WorkerCount {
 public:
    WorkerCount(OrdersOptions options, std::shared_ptr<const RuleSet> before, std::shared_ptr<const RuleSet> after,
                Instant now)
        : options_{options}, before_{std::move(before)}, after_{std::move(after)}, now_{now} {}

    Worker::Asked step(const Worker::Pipelines& pipelines) {
        if (!begun_) begin(pipelines);
        while (!waiting_.empty()) {
            const auto& [pipeline, partition] = waiting_.back();
            const OrdersStage* stage = stage_of(pipelines, pipeline, partition);
            if (stage != nullptr && !walk_) {
                walk_.emplace(stage->store());
                counter_.emplace(options_, before_, after_, stage->memory().encoded(), now_);
            }
            // A partition that went to somebody else meanwhile is counted there.
            const bool more = stage != nullptr && walk_->step(stage->store(), DifferenceCounter::slice,
                                                              [this](std::string_view bytes) { counter_->add(bytes); });
            if (more) return Worker::Asked::again;
            if (counter_) difference_ += counter_->take();
            walk_.reset();
            counter_.reset();
            waiting_.pop_back();
        }
        return Worker::Asked::done;
    }
    Difference take() { return std::move(difference_); }

 private:
    void begin(const Worker::Pipelines& pipelines) {
        begun_ = true;
        for (const Pipeline* pipeline : pipelines) {
            for (const int partition : pipeline->partitions()) {
                if (stage_of(pipelines, pipeline->name(), partition) != nullptr) {
                    waiting_.emplace_back(pipeline->name(), partition);
                }
            }
        }
    }
    static const OrdersStage* stage_of(const Worker::Pipelines& pipelines, const std::string& name, int partition) {
        for (const Pipeline* pipeline : pipelines) {
            if (pipeline->name() == name) return dynamic_cast<const OrdersStage*>(pipeline->stage(partition));
        }
        return nullptr;
    }

    const OrdersOptions options_;
    const std::shared_ptr<const RuleSet> before_;
    const std::shared_ptr<const RuleSet> after_;
    const Instant now_;
    bool begun_ = false;
    std::vector<std::pair<std::string, int>> waiting_;  // pipeline and partition
    std::optional<KeyedStore::Walk> walk_;
    std::optional<DifferenceCounter> counter_;
    Difference difference_;
};

}  // namespace

void ask_difference(const std::vector<std::unique_ptr<Worker>>& workers, boost::asio::io_context& context,
                    const OrdersOptions& options, std::shared_ptr<const RuleSet> before,
                    std::shared_ptr<const RuleSet> after, Instant now,
                    std::function<void(std::optional<Difference>)> answer) {
    const auto sum = std::make_shared<Sum>(context);
    sum->missing = workers.size();
    sum->answer = std::move(answer);
    sum->patience.expires_after(difference_patience);
    sum->patience.async_wait([sum](const boost::system::error_code& error) {
        if (!error) sum->finish(false);
    });
    if (workers.empty()) return boost::asio::post(context, [sum] { sum->finish(true); });
    for (const auto& worker : workers) {
        const auto count = std::make_shared<WorkerCount>(options, before, after, now);
        const bool asked = worker->ask([count, sum, &context](const Worker::Pipelines& pipelines) {
            const Worker::Asked said = count->step(pipelines);
            if (said == Worker::Asked::done) {
                const auto difference = std::make_shared<Difference>(count->take());
                boost::asio::post(context, [sum, difference] {
                    sum->difference += *difference;
                    if (--sum->missing == 0) sum->finish(true);
                });
            }
            return said;
        });
        if (!asked) return boost::asio::post(context, [sum] { sum->finish(false); });
    }
}

}  // namespace premura
