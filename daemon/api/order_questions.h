#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/explain/lookup.h"
#include "core/explain/words.h"
#include "daemon/http/http_message.h"
#include "daemon/pipeline/worker.h"

namespace premura {

// Answers why something was done about an order, or was not: asks the workers for the order, and for what was decided
// about its customer, between two of their rounds. Owned by the main thread; the workers outlive it. Any thread asks.
class OrderQuestions {
 public:
    struct Options {
        int partitions = 1;             // of the orders stage
        Milliseconds settle{0};         // OrdersOptions::settle
        std::function<Instant()> now;
    };
    struct Question : OrderQuestion {
        Language language = Language::english;
        bool as_json = true;
    };
    using Answer = std::function<void(HttpResponse)>;

    // How many keys are looked at between two rounds when an order is not asked for by its id, and how many such
    // walks there may be at once; the next ones are turned away.
    static constexpr std::size_t walk_slice = 500;
    static constexpr int walks_max = 4;

    OrderQuestions(Options options, std::vector<Worker*> workers);

    // 200 with the explanation; 404 when nobody knows the order; 421 when another daemon has its partition; 503 when
    // too much is asked. From any thread.
    void explain(Question question, Answer answer);

 private:
    struct State;

    using Next = void (OrderQuestions::*)(const std::shared_ptr<State>&);

    // One after the other; each ends with the next, when all workers have said what they know.
    void find(const std::shared_ptr<State>& state);
    void found_by_id(const std::shared_ptr<State>& state);
    void walk(const std::shared_ptr<State>& state);
    void walked(const std::shared_ptr<State>& state);
    void find_customers(const std::shared_ptr<State>& state);
    void tell(const std::shared_ptr<State>& state);

    void ask_all(const std::shared_ptr<State>& state, const Worker::Question& question, Next next);
    HttpResponse absence(const State& state) const;

    const Options options_;
    const std::vector<Worker*> workers_;
    std::atomic<int> walks_{0};
};

}  // namespace premura
