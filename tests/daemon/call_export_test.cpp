#include <catch2/catch.hpp>

#include "daemon/desk/call_export.h"
#include "tests/daemon/desk_world.h"

// The call list as a file for a dialer: who may have it, what stands in it, and that it is kept who took it.

namespace premura {
namespace {

using namespace desk_world;

TaskStory task(int number) {
    TaskStory story;
    story.task = "T-" + std::to_string(number);
    return story;
}

std::vector<std::string> lines_of(const Reply& reply) {
    std::vector<std::string> lines;
    std::string_view text = reply.text;
    while (!text.empty()) {
        const std::size_t end = text.find("\r\n");
        REQUIRE(end != text.npos);
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 2);
    }
    return lines;
}

// What stands on the topic, as JSON.
std::vector<json::object> kept_of(DeskWorld& world) {
    boost::asio::io_context context;
    const auto tail = world.log->tail({world.names.full(topic::desk_exports)}, context.get_executor());
    std::vector<json::object> kept;
    for (LogTail::Batch batch = tail->read(100); !batch.records.empty(); batch = tail->read(100)) {
        for (const Record& record : batch.records) kept.push_back(json::parse(record.value).as_object());
    }
    return kept;
}

}  // namespace

TEST_CASE("a lead takes the list out for a dialer, and it is kept that she did", "[desk][export]") {
    DeskWorld world;
    world.raise(task(1));
    world.raise(task(2));
    world.raise(claimed(task(3), marco));
    Agent lucia = world.agent("lucia");

    const Reply file = lucia.get("/v1/calls.csv?map=vicidial&tenant=acme-it");
    REQUIRE(file.status == 200);
    CHECK(file.head.find("Content-Type: text/csv; charset=utf-8; header=present") != std::string::npos);
    CHECK(file.head.find("attachment; filename=\"calls-vicidial.csv\"") != std::string::npos);
    CHECK(file.head.find("Premura-Calls-Left-Out: 0") != std::string::npos);
    const std::vector<std::string> lines = lines_of(file);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].starts_with("vendor_lead_code,source_id,source,list_id,phone_code,phone_number,"));
    CHECK(lines[1].starts_with("T-1,T-1,premura,1001,39,0255500101,,Giulia,Conti,Milano,"));
    CHECK(lines[2].starts_with("T-2,T-2,premura,1001,39,0255500101,"));

    const std::vector<json::object> kept = kept_of(world);
    REQUIRE(kept.size() == 1);
    CHECK(kept[0] == json::parse(R"({"by":{"user":"lucia","name":"Lucia Riva"},"tenants":["acme-it"],"map":"vicidial",
                                     "profile":"dialer","when":"now","calls":2,"at":"2026-06-09T08:00:00Z"})")
                         .as_object());
}

TEST_CASE("a spreadsheet gets numbers as text, and our own columns when it names no dialer", "[desk][export]") {
    DeskWorld world;
    world.raise(task(1));
    const std::string text = world.agent("lucia").get("/v1/calls.csv?profile=spreadsheet").text;
    CHECK(text.starts_with("task_id,tenant,brand,"));
    CHECK(text.find(",\"'+390255500101\",") != std::string::npos);
}

TEST_CASE("the list does not go to agents, to other houses, or without a map", "[desk][export]") {
    DeskWorld world;
    world.raise(task(1));
    CHECK(world.agent("anna").get("/v1/calls.csv").word() == "wrong_role");
    CHECK(world.agent("nobody").get("/v1/calls.csv").word() == "not_signed_in");
    Agent lucia = world.agent("lucia");
    CHECK(lucia.get("/v1/calls.csv?tenant=nord-de").word() == "invalid_request");
    const Reply wrong = lucia.get("/v1/calls.csv?map=genesis");
    CHECK(wrong.status == 400);
    CHECK(wrong.body().at("detail") == "there is no dialer 'genesis'; did you mean 'genesys'?");
    CHECK(lucia.get("/v1/calls.csv?profile=excel").body().at("field") == "/profile");
    CHECK(lucia.get("/v1/calls.csv?when=later").body().at("field") == "/when");
    CHECK(kept_of(world).empty());
}

TEST_CASE("many calls are written a slice at a time, and other questions have their turn", "[desk][export]") {
    DeskWorld world{false};
    const int many = static_cast<int>(CallExports::slice) * 5 + 1;
    for (int i = 1; i < many; ++i) {
        Output output;
        output.topic = world.names.full(topic::call_tasks);
        output.key = task(i).task;
        output.partition_key = "acme-it/C" + std::to_string(i % 2);
        output.value = json::serialize(task(i).body());
        world.log->writer().append({output}, [](const std::string&) {});
    }
    world.raise(task(many));
    std::atomic<bool> done = false;
    std::vector<std::string> lines;
    std::thread export_thread{[&] {
        const Reply file = world.agent("lucia").get("/v1/calls.csv");
        done = true;
        lines = lines_of(file);
    }};
    int answered = 0;
    Agent anna = world.agent("anna");
    while (!done) answered += anna.get("/v1/calls?limit=1").status == 200 ? 1 : 0;
    export_thread.join();
    CHECK(lines.size() == static_cast<std::size_t>(many) + 1);
    CHECK(answered > 0);
}

}  // namespace premura
