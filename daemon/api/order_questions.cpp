#include "daemon/api/order_questions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "core/explain/text_explanation.h"
#include "daemon/log/partitioner.h"

namespace premura {
namespace {

HttpResponse busy(std::string_view detail) {
    HttpResponse response = problem(503, detail);
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

// The stages of one kind that a worker has, by partition.
template <typename StageType, typename Visit>
void for_each_stage(const Worker::Pipelines& pipelines, std::string_view name, Visit visit) {
    for (const Pipeline* pipeline : pipelines) {
        if (pipeline->name() != name) continue;
        for (const int partition : pipeline->partitions()) {
            const auto* stage = dynamic_cast<const StageType*>(pipeline->stage(partition));
            if (stage != nullptr) visit(*pipeline, partition, *stage);
        }
    }
}

}  // namespace

// What is known so far of the answer. Each worker adds to it under the mutex.
struct OrderQuestions::State {
    Question question;
    Answer answer;

    std::mutex mutex;
    std::size_t missing = 0;   // workers that have not said anything yet
    bool refused = false;      // one has too many questions
    bool is_walking = false;   // counts in walks_
    bool followed = false;     // a signpost was followed
    std::set<int> partitions;  // of the orders stage, that are here

    std::string bytes;         // of the entity
    std::shared_ptr<const RuleSet> rules;
    ExplainMoment moment;
    std::vector<Customer> customers;
    std::set<std::string> unknown_customers;  // whose partition is not here

    void take(std::string_view found, const Pipeline& pipeline, int partition, const OrdersStage& stage,
              const Options& options) {
        const std::lock_guard lock{mutex};
        if (!bytes.empty()) return;
        bytes = found;
        rules = stage.rules();
        const Instant recorded = stage.decided_until();
        if (recorded != instant_min) {
            // In a replay time is the recorded one, and all before it is known.
            moment = {recorded, instant_max, Milliseconds{0}, true, {}};
        } else {
            moment = {options.now(), pipeline.complete_until(partition), options.settle, true, {}};
        }
        Entity entity;
        if (decode(bytes, entity)) moment.since = rules_since(stage, entity.tenant);
    }
};

OrderQuestions::OrderQuestions(Options options, std::vector<Worker*> workers)
    : options_{std::move(options)}, workers_{std::move(workers)} {}

void OrderQuestions::explain(Question question, Answer answer) {
    const auto state = std::make_shared<State>();
    state->question = std::move(question);
    state->answer = std::move(answer);
    find(state);
}

// Puts the same question to all workers. What they say last leads to `next`, on the thread it was said on.
void OrderQuestions::ask_all(const std::shared_ptr<State>& state, const Worker::Question& question, Next next) {
    const auto arrived = [this, next](const std::shared_ptr<State>& all) {
        {
            const std::lock_guard lock{all->mutex};
            if (--all->missing != 0) return;
        }
        if (std::exchange(all->is_walking, false)) --walks_;
        if (all->refused) {
            all->answer(busy("too many questions are open: try again in a moment"));
        } else {
            (this->*next)(all);
        }
    };
    state->missing = workers_.size();
    for (Worker* worker : workers_) {
        const bool taken = worker->ask([state, question, arrived](const Worker::Pipelines& pipelines) mutable {
            const auto asked = question(pipelines);
            if (asked == Worker::Asked::done) arrived(state);
            return asked;
        });
        if (taken) continue;
        {
            const std::lock_guard lock{state->mutex};
            state->refused = true;
        }
        arrived(state);
    }
}

void OrderQuestions::find(const std::shared_ptr<State>& state) {
    const auto look = [this, state](const Worker::Pipelines& pipelines) {
        for_each_stage<OrdersStage>(
            pipelines, "orders", [&](const Pipeline& pipeline, int partition, const OrdersStage& stage) {
                {
                    const std::lock_guard lock{state->mutex};
                    state->partitions.insert(partition);
                }
                const std::string_view bytes = find_by_id(stage, state->question);
                if (!bytes.empty()) state->take(bytes, pipeline, partition, stage, options_);
            });
        return Worker::Asked::done;
    };
    ask_all(state, look, &OrderQuestions::found_by_id);
}

void OrderQuestions::found_by_id(const std::shared_ptr<State>& state) {
    if (state->bytes.empty()) {
        walk(state);
        return;
    }
    Entity entity;
    decode(state->bytes, entity);
    const std::string order = order_of_signpost(entity);
    if (order.empty() || state->followed) {
        find_customers(state);
        return;
    }
    state->question.tenant = entity.tenant;
    state->question.typed = order;
    state->followed = true;
    state->bytes.clear();
    find(state);
}

// Nobody has it by its id: it may be a number, or a parcel of an order.
void OrderQuestions::walk(const std::shared_ptr<State>& state) {
    if (++walks_ > walks_max) {
        --walks_;
        state->answer(busy("too many orders are searched for by number: try again in a moment, or ask by the id"));
        return;
    }
    state->is_walking = true;
    // Copied for each worker: each has its own way through its partitions.
    struct Walks {
        std::map<int, KeyedStore::Walk> open;
        Entity scratch;
    };
    const auto look = [this, state, walks = Walks{}](const Worker::Pipelines& pipelines) mutable {
        bool more = false;
        for_each_stage<OrdersStage>(
            pipelines, "orders", [&](const Pipeline& pipeline, int partition, const OrdersStage& stage) {
                if (more) return;
                const auto own = walks.open.try_emplace(partition, stage.store()).first;
                more = own->second.step(stage.store(), walk_slice, [&](std::string_view bytes) {
                    if (is_meant(bytes, state->question, walks.scratch)) {
                        state->take(bytes, pipeline, partition, stage, options_);
                    }
                });
            });
        const std::lock_guard lock{state->mutex};
        return more && state->bytes.empty() ? Worker::Asked::again : Worker::Asked::done;
    };
    ask_all(state, look, &OrderQuestions::walked);
}

void OrderQuestions::walked(const std::shared_ptr<State>& state) {
    if (state->bytes.empty()) {
        state->answer(absence(*state));
    } else {
        find_customers(state);
    }
}

HttpResponse OrderQuestions::absence(const State& state) const {
    if (static_cast<int>(state.partitions.size()) == options_.partitions) {
        return problem(404, "no order, parcel or shipment of that id or number is known here");
    }
    return problem(421, fmt::format("this daemon has {} of {} partitions, and knows no such order in them; if that is "
                                    "the order's id, it is in partition {}{}: ask the other daemons",
                                    state.partitions.size(), options_.partitions,
                                    partition_of(state.question.typed, options_.partitions),
                                    state.partitions.contains(partition_of(state.question.typed, options_.partitions))
                                        ? ", which is here"
                                        : ", which another daemon has"));
}

void OrderQuestions::find_customers(const std::shared_ptr<State>& state) {
    Entity entity;
    decode(state->bytes, entity);
    const std::string tenant{entity.tenant};
    const std::vector<std::string> names = customers_of(entity);
    for (const std::string& name : names) state->unknown_customers.insert(name);
    const auto look = [this, state, tenant, names](const Worker::Pipelines& pipelines) {
        for_each_stage<ContactsStage>(
            pipelines, "contacts", [&](const Pipeline&, int partition, const ContactsStage& stage) {
                const std::lock_guard lock{state->mutex};
                premura::find_customers(stage, tenant, names, state->customers);
                for (const std::string& name : names) {
                    if (partition_of(tenant + "/" + name, options_.partitions) == partition) {
                        state->unknown_customers.erase(name);
                    }
                }
            });
        return Worker::Asked::done;
    };
    ask_all(state, look, &OrderQuestions::tell);
}

void OrderQuestions::tell(const std::shared_ptr<State>& state) {
    Entity entity;
    decode(state->bytes, entity);
    state->moment.decisions_known = state->unknown_customers.empty();
    const Explanation explanation =
        premura::explain(*state->rules, entity, state->customers, state->moment);
    const Language language = state->question.language;
    if (state->question.as_json) {
        state->answer({200, {{"Content-Type", "application/json"}}, json_of(explanation, language) + "\n"});
    } else {
        state->answer({200, {{"Content-Type", "text/plain; charset=utf-8"}}, text_of(explanation, language)});
    }
}

}  // namespace premura
