#include "core/base/keyed_store.h"

#include <catch2/catch.hpp>

using namespace premura;

namespace {

Instant at(std::int64_t milliseconds) { return instant_of(milliseconds); }

struct Changes {
    std::vector<std::string> changed;
    std::vector<std::string> removed;
};

Changes changes_of(KeyedStore& store) {
    Changes changes;
    store.take_changes([&changes](std::string_view bytes) { changes.changed.emplace_back(bytes); },
                       [&changes](std::string key) { changes.removed.push_back(std::move(key)); });
    return changes;
}

}  // namespace

TEST_CASE("keys ring in the order of their due times", "[keyed_store]") {
    KeyedStore store;
    store.put(key128({"a"}), "a", at(300));
    store.put(key128({"b"}), "b", at(100));
    store.put(key128({"c"}), "c", instant_max);
    CHECK(store.next_due() == at(100));
    CHECK_FALSE(store.pop_due(at(99)));
    CHECK(store.pop_due(at(300))->key == key128({"b"}));
    CHECK(store.pop_due(at(300))->key == key128({"a"}));
    CHECK_FALSE(store.pop_due(at(1'000'000)));
}

TEST_CASE("a key that is put off rings at its new time only", "[keyed_store]") {
    KeyedStore store;
    store.put(key128({"a"}), "a", at(100));
    store.put(key128({"a"}), "a", at(500));
    CHECK_FALSE(store.pop_due(at(400)));
    const auto due = store.pop_due(at(500));
    REQUIRE(due);
    CHECK(due->at == at(500));
    CHECK_FALSE(store.pop_due(at(500)));
}

TEST_CASE("each changed key is told once, and a key that is gone by name", "[keyed_store]") {
    KeyedStore store;
    store.put(key128({"a"}), "one", instant_max);
    store.put(key128({"b"}), "other", instant_max);
    store.put(key128({"a"}), "a longer text than before", instant_max);
    store.erase(key128({"b"}), "tenant/order/b");
    Changes changes = changes_of(store);
    CHECK(changes.changed == std::vector<std::string>{"a longer text than before"});
    CHECK(changes.removed == std::vector<std::string>{"tenant/order/b"});
    CHECK(changes_of(store).changed.empty());

    store.restore(key128({"c"}), "from the log", instant_max);
    CHECK(changes_of(store).changed.empty());
    CHECK(store.find(key128({"c"})) == "from the log");
    CHECK(store.size() == 2);
}

TEST_CASE("a walk over all keys may be interrupted: each that stays comes once", "[keyed_store]") {
    KeyedStore store;
    for (const std::string name : {"a", "b", "c", "d", "e"}) store.put(key128({name}), name, instant_max);
    std::vector<std::string> seen;
    const auto visit = [&seen](std::string_view bytes) { seen.emplace_back(bytes); };

    KeyedStore::Walk walk{store};
    CHECK(walk.step(store, 2, visit));
    REQUIRE(seen.size() == 2);
    // What goes meanwhile does not come, nor does what is new; what grew comes as it is then.
    std::string gone;
    for (const std::string name : {"a", "b", "c", "d", "e"}) {
        if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
        if (gone.empty()) {
            gone = name;
            store.erase(key128({name}), name);
        } else {
            store.put(key128({name}), name + " grown", instant_max);
        }
    }
    for (int i = 0; i < 100; ++i) store.put(key128({"new", std::to_string(i)}), "new", instant_max);
    CHECK(walk.step(store, 2, visit));
    CHECK_FALSE(walk.step(store, 2, visit));
    REQUIRE(seen.size() == 4);
    CHECK(seen[2].ends_with(" grown"));
    CHECK(seen[3].ends_with(" grown"));
    CHECK(seen[2] != seen[3]);
    CHECK_FALSE(walk.step(store, 2, visit));
    CHECK(seen.size() == 4);
}
