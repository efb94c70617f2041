#include "daemon/pipeline/worker.h"

#include <catch2/catch.hpp>
#include <future>

#include "daemon/log/memory_log.h"
#include "tests/core/stage_story.h"

// How other threads look at what a worker's stages know.

namespace premura {
namespace {

using namespace stage_story;

const std::string orders_topic = "acme.orders.v1";
const Instant noon = at("2026-06-08T12:00:00+02:00");

// One worker with the orders stage of one partition, whose log is in memory. The log is filled before the worker
// runs, and only its thread touches it from then on.
struct World {
    World() {
        for (int i = 0; i < orders; ++i) {
            const std::string id = "A" + std::to_string(i);
            const Record record = record_of(id, id, "order.paid", "2026-06-08T09:00:00+02:00",
                                            R"({"order":{"id":")" + id + R"("}})");
            Output output;
            output.topic = orders_topic;
            output.key = record.key;
            output.partition = 0;
            output.value = record.value;
            output.headers = record.headers;
            output.timestamp = record.timestamp;
            broker.writer().append({output}, [](const std::string&) {});
        }
        Worker::StageSetup setup{{}, TopicNames{"premura"}, {}, {}};
        setup.options.stage = "orders";
        setup.options.batch_records_max = 10;
        setup.make_log = [this](boost::asio::io_context&) {
            return broker.reader({"orders", {orders_topic}, {orders_topic}, "premura.order-state.v1"});
        };
        setup.make_stage = [](int) {
            return std::make_unique<OrdersStage>(OrdersOptions{}, shipped_rules());
        };
        Worker::Callbacks callbacks;
        callbacks.observer.committed = [](const Effects&) {};
        callbacks.observer.log = [](std::string_view, const std::string&) {};
        callbacks.failed = [](const std::string&) {};
        callbacks.now = [] { return noon; };
        worker = std::make_unique<Worker>(std::vector{std::move(setup)}, std::move(callbacks));
    }

    static constexpr int orders = 500;
    MemoryLogBroker broker;
    std::unique_ptr<Worker> worker;
};

const OrdersStage* orders_stage(const Worker::Pipelines& pipelines) {
    return dynamic_cast<const OrdersStage*>(pipelines.at(0)->stage(0));
}

}  // namespace

TEST_CASE("a question is asked again between the rounds until it has its answer", "[worker]") {
    World world;
    std::promise<std::string> promise;
    int asked = 0;
    REQUIRE(world.worker->ask([&](const Worker::Pipelines& pipelines) {
        ++asked;
        const OrdersStage* stage = orders_stage(pipelines);
        if (stage == nullptr || stage->size() < World::orders) return Worker::Asked::again;
        Entity entity;
        REQUIRE(decode(stage->find("acme-it", SubjectType::order, "A499"), entity));
        CHECK(stage->find("acme-it", SubjectType::order, "A500").empty());
        CHECK(pipelines.at(0)->name() == "orders");
        CHECK(pipelines.at(0)->partitions() == std::vector{0});
        CHECK(pipelines.at(0)->stage(1) == nullptr);
        promise.set_value(std::string{entity.id});
        return Worker::Asked::done;
    }));
    world.worker->start();
    CHECK(promise.get_future().get() == "A499");
    // 500 orders in rounds of 10: the question never kept a round waiting for long, nor the other way round.
    CHECK(asked >= 50);
    world.worker->stop();
}

TEST_CASE("a walk over all orders is done in slices", "[worker]") {
    World world;
    std::promise<std::size_t> promise;
    std::optional<KeyedStore::Walk> walk;
    std::size_t seen = 0;
    int slices = 0;
    REQUIRE(world.worker->ask([&](const Worker::Pipelines& pipelines) {
        const OrdersStage* stage = orders_stage(pipelines);
        if (stage == nullptr || stage->size() < World::orders) return Worker::Asked::again;
        if (!walk) walk.emplace(stage->store());
        ++slices;
        if (walk->step(stage->store(), 64, [&seen](std::string_view) { ++seen; })) {
            return Worker::Asked::again;
        }
        promise.set_value(seen);
        return Worker::Asked::done;
    }));
    world.worker->start();
    CHECK(promise.get_future().get() == 500);
    CHECK(slices == 8);
    world.worker->stop();
}

TEST_CASE("a worker that has enough questions takes no more, until one is answered", "[worker]") {
    World world;
    std::atomic<int> answered{0};
    std::promise<void> last;
    const auto question = [&](const Worker::Pipelines&) {
        if (++answered == Worker::questions_max) last.set_value();
        return Worker::Asked::done;
    };
    for (int i = 0; i < Worker::questions_max; ++i) REQUIRE(world.worker->ask(question));
    CHECK_FALSE(world.worker->ask(question));
    world.worker->start();
    last.get_future().get();
    std::promise<void> one_more;
    while (!world.worker->ask([&](const Worker::Pipelines&) {
        one_more.set_value();
        return Worker::Asked::done;
    })) {
    }
    one_more.get_future().get();
    world.worker->stop();
    CHECK(answered == Worker::questions_max);
}

}  // namespace premura
