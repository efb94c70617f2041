#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

#include "daemon/senders/circuit.h"
#include "daemon/senders/gateway.h"
#include "daemon/senders/signature.h"

// One gateway: bounded, never in the way of who asks, and left alone while it is down.

namespace premura {
namespace {

Instant wall_clock() { return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()); }

// A transfer that answers when it is told to.
struct Door {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = true;
    DeliveryResult::Kind answer = DeliveryResult::Kind::sent;
    std::vector<std::string> passed;

    void set(bool is_open) {
        const std::lock_guard lock{mutex};
        open = is_open;
        changed.notify_all();
    }
    void set(DeliveryResult::Kind kind) {
        const std::lock_guard lock{mutex};
        answer = kind;
    }
};

class DoorTransfer final : public Transfer {
 public:
    explicit DoorTransfer(Door& door) : door_{door} {}
    TransferResult run(const DeliveryRequest& request, Instant, const std::atomic<bool>& give_up) override {
        std::unique_lock lock{door_.mutex};
        while (!door_.open && !give_up) door_.changed.wait_for(lock, std::chrono::milliseconds{5});
        if (give_up) return {DeliveryResult::Kind::failed, "stopped", {}};
        door_.passed.push_back(request.id);
        return {door_.answer, door_.answer == DeliveryResult::Kind::sent ? "" : "http_503", {}};
    }

 private:
    Door& door_;
};

struct World {
    explicit World(Gateway::Options options = {"sms", 1, 3, Milliseconds{100}, 3, std::chrono::hours{1}}) {
        Gateway::Callbacks callbacks;
        callbacks.make_transfer = [this] { return std::make_unique<DoorTransfer>(door); };
        callbacks.now = wall_clock;
        callbacks.done = [this](const DeliveryResult& result) {
            const std::lock_guard lock{mutex};
            answers.push_back(result.id + " " + std::string{name_of(result.kind)} + " " + result.reason);
            changed.notify_all();
        };
        callbacks.circuit = [this](const std::string&, bool open) {
            const std::lock_guard lock{mutex};
            circuit.push_back(open);
        };
        gateway = std::make_unique<Gateway>(std::move(options), std::move(callbacks));
    }
    void take(const std::string& id, Milliseconds valid_for = std::chrono::minutes{2}) {
        DeliveryRequest request;
        request.id = id;
        request.valid_until = wall_clock() + valid_for;
        gateway->take(std::move(request));
    }
    std::vector<std::string> wait_for(std::size_t count) {
        std::unique_lock lock{mutex};
        changed.wait_for(lock, std::chrono::seconds{20}, [this, count] { return answers.size() >= count; });
        return answers;
    }
    void wait_until_under_way() {
        while (gateway->status().under_way == 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }

    Door door;
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::string> answers;
    std::vector<bool> circuit;
    std::unique_ptr<Gateway> gateway;  // the last: its threads use the rest
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("what is taken is sent and answered in its order", "[senders]") {
    World world;
    for (const char* id : {"a", "b", "c"}) world.take(id);
    CHECK(world.wait_for(3) == Texts{"a sent ", "b sent ", "c sent "});
}

TEST_CASE("a slow gateway holds a bounded number, and whoever asks goes on at once", "[senders]") {
    World world;
    world.door.set(false);
    world.take("a");
    world.wait_until_under_way();
    const auto began = std::chrono::steady_clock::now();
    for (const char* id : {"b", "c", "d", "e", "f"}) world.take(id);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::milliseconds{100});
    CHECK(world.wait_for(2) == Texts{"e postponed queue_full", "f postponed queue_full"});
    CHECK(world.gateway->status().waiting == 3);
    world.door.set(true);
    CHECK(world.wait_for(6).size() == 6);
    CHECK(world.door.passed == Texts{"a", "b", "c", "d"});
}

TEST_CASE("what has waited for too long is not begun: the outbox asks anew", "[senders]") {
    World world;
    world.take("late", Milliseconds{50});  // less than a transfer may take
    CHECK(world.wait_for(1) == Texts{"late postponed waited_too_long"});
    CHECK(world.door.passed.empty());
}

TEST_CASE("after failures in a row nothing is tried", "[senders]") {
    World world{{"sms", 1, 100, Milliseconds{100}, 3, std::chrono::hours{1}}};
    world.door.set(DeliveryResult::Kind::failed);
    for (const char* id : {"a", "b", "c", "d"}) world.take(id);
    CHECK(world.wait_for(4) == Texts{"a failed http_503", "b failed http_503", "c failed http_503", "d postponed circuit_open"});
    CHECK(world.gateway->status().circuit_open);
    CHECK(world.circuit == std::vector<bool>{true});
}

TEST_CASE("a gateway that refuses messages is well", "[senders]") {
    World world{{"sms", 1, 100, Milliseconds{100}, 3, std::chrono::hours{1}}};
    world.door.set(DeliveryResult::Kind::refused);
    for (const char* id : {"a", "b", "c", "d"}) world.take(id);
    CHECK(world.wait_for(4).back() == "d refused http_503");
    CHECK_FALSE(world.gateway->status().circuit_open);
}

TEST_CASE("at the end what waits is handed back, and what is under way is not waited for without end", "[senders]") {
    World world;
    world.door.set(false);
    world.take("a");
    world.wait_until_under_way();
    world.take("b");
    const auto began = std::chrono::steady_clock::now();
    world.gateway->stop(Milliseconds{200});
    const auto needed = std::chrono::steady_clock::now() - began;
    CHECK(needed < std::chrono::seconds{10});
    const Texts answers = world.wait_for(2);
    CHECK(std::set<std::string>(answers.begin(), answers.end()) ==
          std::set<std::string>{"a failed stopped", "b postponed stopping"});
    world.take("c");
    CHECK(world.wait_for(3).back() == "c postponed stopping");
}

TEST_CASE("the circuit lets one through on trial, and closes when that gets through", "[senders]") {
    const Instant start = instant_of(1'780'000'000'000);
    Circuit circuit{2, std::chrono::seconds{30}};
    CHECK_FALSE(circuit.failed(start));
    CHECK(circuit.failed(start));
    CHECK_FALSE(circuit.let_through(start + std::chrono::seconds{29}));
    CHECK(circuit.let_through(start + std::chrono::seconds{30}));
    CHECK_FALSE(circuit.let_through(start + std::chrono::seconds{30}));  // one alone
    CHECK_FALSE(circuit.failed(start + std::chrono::seconds{31}));       // it stays as it was
    CHECK_FALSE(circuit.let_through(start + std::chrono::seconds{60}));
    CHECK(circuit.let_through(start + std::chrono::seconds{61}));
    CHECK(circuit.succeeded());
    CHECK(circuit.let_through(start + std::chrono::seconds{61}));
    CHECK_FALSE(circuit.failed(start));  // failures are counted from the beginning
}

TEST_CASE("a signature is HMAC-SHA256 over time and body", "[senders]") {
    // printf '1780578000.{"a":1}' | openssl dgst -sha256 -hmac secret
    CHECK(signature_of("secret", instant_of(1'780'578'000'123), R"({"a":1})") ==
          "t=1780578000,v1=48c892c8e8acf7dcacae475b1365ec1b8efcb8c4e3c819522259ff466ea00bf9");
}

}  // namespace premura
