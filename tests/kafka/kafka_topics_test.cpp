#include "daemon/kafka/kafka_topics.h"

#include <catch2/catch.hpp>

#include "tests/kafka/kafka_world.h"

// What is said and done about topics before the daemon starts.

namespace premura {
namespace {

using Texts = std::vector<std::string>;

bool any_has(const Texts& texts, const std::string& part) {
    return std::ranges::any_of(
        texts, [&part](const std::string& text) { return text.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("Premura's own topics are made once, with their settings", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    const TopicNames names{world.options().prefix};
    const std::vector<KafkaTopicNeed> needs = own_topics(names, 3);

    const KafkaTopicsReport dry = prepare_topics(world.options(), needs, false);
    CHECK(dry.errors.size() == needs.size());
    CHECK(any_has(dry.errors, "topic '" + names.full("order-state") +
                                  "' does not exist; hint: create it with 3 partitions and "
                                  "cleanup.policy=compact delete.retention.ms=86400000 "
                                  "max.compaction.lag.ms=86400000 min.cleanable.dirty.ratio=0.2 "
                                  "segment.bytes=67108864"));
    CHECK(any_has(dry.errors, "topic '" + names.full("findings") +
                                  "' does not exist; hint: create it with 3 partitions and "
                                  "cleanup.policy=delete retention.ms=604800000"));

    const KafkaTopicsReport made = prepare_topics(world.options(), needs, true);
    CHECK(made.errors == Texts{});
    CHECK(made.notes.size() == needs.size());
    for (const KafkaTopicNeed& need : needs) CHECK(made.partitions.at(need.name) == 3);

    const KafkaTopicsReport again = prepare_topics(world.options(), needs, true);
    CHECK(again.errors == Texts{});
    CHECK(again.notes == Texts{});
}

TEST_CASE("sources are looked at and never made", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    const std::string equal = world.create_topic("equal", 3);
    const std::string other = world.create_topic("other", 5);
    const std::string missing = world.full_name("missing");

    const KafkaTopicsReport report = prepare_topics(
        world.options(), {source_topic(equal, 3), source_topic(other, 3), source_topic(missing, 3)},
        true);
    CHECK(report.errors ==
          Texts{"topic '" + missing +
                    "' does not exist; hint: create it with 3 partitions, or correct its name "
                    "among the sources",
                "topic '" + other +
                    "' has 5 partitions, but the stage that reads it has 3, so events of one order "
                    "would reach two readers; hint: declare the source with 'keyed_by_order: "
                    "false', then it goes "
                    "through the intake topic"});
    CHECK(report.notes == Texts{});

    // Re-keyed, any count is fine.
    CHECK(prepare_topics(world.options(), {source_topic(other, 0)}, true).errors == Texts{});
}

TEST_CASE("a state that would be deleted by time is an error", "[kafka]") {
    if (!has_kafka()) return;
    KafkaWorld world;
    const TopicNames names{world.options().prefix};
    world.create("order-state", 3, {{"cleanup.policy", "compact,delete"}});
    world.create("findings", 4, {});
    const KafkaTopicsReport report = prepare_topics(world.options(), own_topics(names, 3), true);
    REQUIRE(report.errors.size() == 2);
    CHECK(any_has(report.errors, "topic '" + names.full("findings") +
                                     "' has 4 partitions, but the stage that reads it has 3; "
                                     "hint: set the partition count"));
    CHECK(any_has(report.errors,
                  "topic '" + names.full("order-state") + "' has cleanup.policy=compact,delete"));
}

TEST_CASE("what must not be set, or does not exist, is told all at once", "[kafka]") {
    KafkaOptions options;
    options.properties = {{"isolation.level", "read_uncommitted"},
                          {"seccurity.protocol", "ssl"},
                          {"security.protocol", "sssl"},
                          {"socket.timeout.ms", "5000"}};
    const Texts faults = faults_of(options);
    REQUIRE(faults.size() == 4);
    CHECK(any_has(faults, "no Kafka broker is named"));
    CHECK(any_has(faults, "'isolation.level' is Premura's own"));
    CHECK(any_has(faults, "'seccurity.protocol' is no property of librdkafka"));
    CHECK(any_has(faults, "'security.protocol' was refused"));
}

TEST_CASE("a broker that does not answer is told within bounds", "[kafka]") {
    KafkaOptions options;
    options.properties = {{"bootstrap.servers", "127.0.0.1:1"}};
    options.request_timeout = Milliseconds{300};
    CHECK_THROWS_WITH(prepare_topics(options, {source_topic("orders", 1)}, true),
                      Catch::Contains("is a broker of bootstrap.servers reachable"));
}

}  // namespace premura
