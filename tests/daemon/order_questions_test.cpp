#include "daemon/api/order_questions.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <future>

#include "daemon/log/memory_log.h"
#include "tests/core/stage_story.h"

// Why an order was acted upon: asked of workers while they run.

namespace premura {
namespace {

namespace json = boost::json;
using namespace stage_story;

const std::string orders_topic = "acme.orders.v1";
const std::string intake_topic = "premura.intake.v1";
const std::string findings_topic = "premura.findings.v1";
// The loyalty points of the order that was paid at nine are late since ten.
const Instant now = at("2026-06-08T10:30:00+02:00");

// One worker with both stages, on a log in memory that only its thread touches once it runs. `partitions` of each; with
// two, another daemon has one of them.
struct World {
    explicit World(int partitions = 1) : broker{partitions} {
        std::vector<Worker::StageSetup> setups;
        setups.push_back(stage("orders", {"orders", {orders_topic, intake_topic}, {orders_topic}, "premura.order-state.v1"}, [](int) {
            return std::make_unique<OrdersStage>(OrdersOptions{}, shipped_rules());
        }));
        setups.push_back(
            stage("contacts", {"contacts", {findings_topic}, {findings_topic}, "premura.contact-state.v1"}, [](int) {
                return std::make_unique<ContactsStage>(ContactsOptions{}, shipped_rules());
            }));
        Worker::Callbacks callbacks;
        callbacks.observer.committed = [](const Effects&) {};
        callbacks.observer.log = [](std::string_view, const std::string&) {};
        callbacks.failed = [](const std::string&) {};
        callbacks.now = [] { return now; };
        if (partitions > 1) {
            for (const Worker::StageSetup& setup : setups) {
                other_logs.push_back(setup.make_log(other_context));
                other.push_back(std::make_unique<Pipeline>(setup.options, setup.names, *other_logs.back(), setup.make_stage,
                                                           callbacks.observer));
                other.back()->open();
            }
        }
        worker = std::make_unique<Worker>(std::move(setups), std::move(callbacks));
        questions = std::make_unique<OrderQuestions>(
            OrderQuestions::Options{partitions, std::chrono::minutes{2}, [] { return now; }}, std::vector{worker.get()});
    }
    ~World() { worker->stop(); }

    Worker::StageSetup stage(const std::string& name, const StageTopics& topics, Pipeline::StageFactory factory) {
        Worker::StageSetup setup{{}, TopicNames{"premura"}, {}, std::move(factory)};
        setup.options.stage = name;
        setup.make_log = [this, topics](boost::asio::io_context&) { return broker.reader(topics); };
        return setup;
    }

    void append(const std::string& order, const std::string& type, const std::string& data) {
        const Record record = record_of(order, order + type, type, "2026-06-08T09:00:00+02:00", data);
        Output output;
        output.topic = orders_topic;
        output.key = record.key;
        output.partition_key = record.key;
        output.value = record.value;
        output.headers = record.headers;
        output.timestamp = record.timestamp;
        broker.writer().append({output}, [](const std::string& error) { REQUIRE(error.empty()); });
    }
    void pay(const std::string& order, const std::string& number) {
        append(order, "order.paid",
               R"({"order":{"id":")" + order + R"(","number":")" + number +
                   R"(","total":50,"channel":"web"},"customer":{"id":"C1","name":"Anna Rossi","loyalty_member":true}})");
    }

    // Starts the worker, and waits until what it has to do is done.
    void run(std::size_t orders, std::size_t customers) {
        worker->start();
        std::promise<void> done;
        REQUIRE(worker->ask([this, orders, customers, &done](const Worker::Pipelines& pipelines) {
            broker.run_ready();
            const bool ready = pipelines.at(0)->status().keys >= orders && pipelines.at(1)->status().keys >= customers;
            if (ready) done.set_value();
            return ready ? Worker::Asked::done : Worker::Asked::again;
        }));
        // However slow the machine is; a test that hangs is ended by CTest.
        done.get_future().get();
    }

    // Lets the stages read what they have written to each other.
    void read_on() {
        std::promise<void> done;
        REQUIRE(worker->ask([&](const Worker::Pipelines&) {
            broker.run_ready();
            done.set_value();
            return Worker::Asked::done;
        }));
        done.get_future().get();
    }

    HttpResponse ask(const std::string& typed, Language language = Language::english, bool as_json = false) {
        OrderQuestions::Question question;
        question.typed = typed;
        question.language = language;
        question.as_json = as_json;
        std::promise<HttpResponse> promise;
        questions->explain(question, [&promise](HttpResponse response) { promise.set_value(std::move(response)); });
        return promise.get_future().get();
    }

    MemoryLogBroker broker;
    boost::asio::io_context other_context;
    std::vector<std::unique_ptr<StageLog>> other_logs;
    std::vector<std::unique_ptr<Pipeline>> other;
    std::unique_ptr<Worker> worker;
    std::unique_ptr<OrderQuestions> questions;
};

}  // namespace

TEST_CASE("a running daemon explains an order, with what was decided about its customer", "[order_questions]") {
    World world;
    world.pay("A1", "100045");
    world.append("1Z9", "shipment.scanned", R"({"shipment":{"id":"1Z9"}})");
    world.append("A1", "shipment.label_created", R"({"order":{"id":"A1"},"shipment":{"id":"1Z9"}})");
    world.run(2, 1);

    const HttpResponse response = world.ask("A1", Language::english, true);
    REQUIRE(response.status == 200);
    const json::value body = json::parse(response.body);
    CHECK(body.at("id").as_string() == "A1");
    CHECK(body.at("decisions_known").as_bool());
    bool told = false;
    for (const json::value& rule : body.at("rules").as_array()) {
        if (rule.at("rule").as_string() != "loyalty-points-missing") continue;
        CHECK(rule.at("verdict").as_string() == "late");
        CHECK(rule.at("deadline").as_string() == "2026-06-08T08:00:00Z");
        const json::value& step = rule.at("steps").as_array().at(0);
        CHECK(step.at("verb").as_string() == "expedite");
        CHECK(step.at("decisions").as_array().at(0).at("outcome").as_string() == "sent");
        told = true;
    }
    CHECK(told);
    CHECK(response.body.find("Anna") == response.body.npos);

    // By its number and by its tracking number, and in the other language.
    const HttpResponse by_number = world.ask("100045", Language::italian);
    CHECK(by_number.status == 200);
    CHECK(by_number.body.starts_with("Ordine 100045 (acme-it, id A1)\n"));
    // The shipment was known first; that its order is A1 comes by way of the intake.
    HttpResponse by_tracking_number = world.ask("1Z9");
    for (int i = 0; i < 200 && !by_tracking_number.body.starts_with("Order"); ++i) {
        world.read_on();
        by_tracking_number = world.ask("1Z9");
    }
    CHECK(by_tracking_number.body.starts_with("Order 100045 (acme-it, id A1)\n"));
}

TEST_CASE("an order that nobody knows is not found", "[order_questions]") {
    World world;
    world.pay("A1", "100045");
    world.run(1, 1);
    const HttpResponse response = world.ask("B7");
    CHECK(response.status == 404);
    CHECK_THAT(response.body, Catch::Contains("no order, parcel or shipment of that id or number is known here"));
}

TEST_CASE("an order among thousands is found by its number, a slice at a time", "[order_questions]") {
    World world;
    for (int i = 0; i < 3000; ++i) {
        const std::string number = std::to_string(i);
        world.append("A" + number, "order.paid", R"({"order":{"id":"A)" + number + R"(","number":"n)" + number + R"("}})");
    }
    world.run(3000, 0);
    CHECK(world.ask("n2999").body.starts_with("Order n2999 (acme-it, id A2999)\n"));
    CHECK(world.ask("n3000").status == 404);
}

TEST_CASE("with a part of the partitions elsewhere, the answer names the one to ask for", "[order_questions]") {
    World world{2};
    // murmur2 puts these into different partitions; each daemon has one.
    world.pay("A1", "1");
    world.pay("A2", "2");
    world.pay("A3", "3");
    world.pay("A4", "4");
    world.run(1, 0);
    int known = 0;
    int misdirected = 0;
    for (const std::string order : {"A1", "A2", "A3", "A4"}) {
        const HttpResponse response = world.ask(order);
        known += response.status == 200 ? 1 : 0;
        if (response.status != 421) continue;
        ++misdirected;
        CHECK_THAT(response.body, Catch::Contains("this daemon has 1 of 2 partitions"));
        CHECK_THAT(response.body, Catch::Contains("which another daemon has: ask the other daemons"));
    }
    CHECK(known > 0);
    CHECK(misdirected > 0);
    CHECK(known + misdirected == 4);
}

}  // namespace premura
