#include "cli/feed.h"

#include <unistd.h>

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/feed_http.h"
#include "cli/interrupt.h"
#include "cli/pace.h"
#include "tests/cli/loopback_server.h"

using namespace premura;
using namespace std::chrono_literals;

namespace {

std::string order_line(int number, const std::string& time) {
    return R"({"specversion":"1.0","id":")" + std::to_string(number) +
           R"(","source":"/s","type":"order.paid","time":")" + time +
           R"(","data":{"order":{"id":"A)" + std::to_string(number) + "\"}}}\n";
}

class File {
 public:
    explicit File(const std::string& content) {
        static int number = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("premura-feed-" + std::to_string(::getpid()) + "-" + std::to_string(++number));
        std::ofstream{path_, std::ios::binary} << content;
    }
    ~File() { std::filesystem::remove(path_); }
    std::string path() const { return path_.string(); }

 private:
    std::filesystem::path path_;
};

// Writes down what it is given.
class Notes final : public FeedSink {
 public:
    bool send(std::string_view, const FeedEvent& event, Instant time) override {
        notes.push_back(std::string{event.key} + " " + format_utc(time));
        ++count_;
        if (on_send) on_send();
        return true;
    }
    bool clock(Instant now) override {
        notes.push_back("clock " + format_utc(now));
        return true;
    }
    bool flush() override { return true; }
    bool finish() override { return finished = true; }
    std::uint64_t delivered() const override { return count_; }
    std::uint64_t refused() const override { return 0; }
    const std::string& error() const override { return error_; }

    std::vector<std::string> notes;
    bool finished = false;
    std::function<void()> on_send;

 private:
    std::uint64_t count_ = 0;
    std::string error_;
};

FeedSummary play(const std::string& text, FeedSink& sink, FeedOptions options = {},
                 std::string* said = nullptr) {
    const File file{text};
    EventLines lines{file.path()};
    std::ostringstream out;
    Progress progress{Progress::Style::lines, out, Progress::WallClock::now()};
    options.file = "week.jsonl";
    const FeedSummary summary = run_feed(options, lines, sink, progress);
    if (said != nullptr) *said = out.str();
    return summary;
}

HttpFeedOptions quick(const LoopbackServer& server) {
    HttpFeedOptions options;
    options.url = server.url();
    options.timeout = 5s;
    options.retry_for_max = 2s;
    options.retry_delay_min = 5ms;
    options.retry_delay_max = 20ms;
    return options;
}

std::vector<std::string> ids_in(const std::string& batch) {
    std::vector<std::string> ids;
    const boost::json::value parsed = boost::json::parse(batch);
    for (const auto& member : parsed.as_array()) {
        ids.emplace_back(member.as_object().at("type").as_string() == "premura.clock"
                             ? "clock"
                             : member.as_object().at("id").as_string());
    }
    return ids;
}

}  // namespace

TEST_CASE("events are played in their order, and then the clock runs on", "[feed]") {
    Notes sink;
    FeedOptions options;
    options.and_then = std::chrono::hours{2};
    const FeedSummary summary = play(order_line(1, "2026-06-01T10:00:00Z") +
                                         order_line(2, "2026-06-01T10:30:00+02:00") +
                                         order_line(3, "2026-06-01T11:00:00Z"),
                                     sink, options);

    CHECK(sink.notes == std::vector<std::string>{
                            "A1 2026-06-01T10:00:00Z", "A2 2026-06-01T08:30:00Z",
                            "A3 2026-06-01T11:00:00Z", "clock 2026-06-01T11:00:00Z",
                            "clock 2026-06-01T12:00:00Z", "clock 2026-06-01T13:00:00Z"});
    CHECK(sink.finished);
    CHECK(summary.end == FeedSummary::End::finished);
    CHECK(summary.events == 3);
    CHECK(summary.disordered == 1);
    CHECK_THAT(describe(summary), Catch::Contains("3 events played") &&
                                      Catch::Contains("recorded from 2026-06-01 to 2026-06-01, the "
                                                      "clock ran on to 2026-06-01") &&
                                      Catch::Contains("1 events are earlier than a line before"));
}

TEST_CASE("at full speed the clock comes after each thousand events", "[feed]") {
    std::string text;
    for (int i = 0; i < 2500; ++i) {
        const int minute = i / 60;
        char time[32];
        std::snprintf(time, sizeof time, "2026-06-01T10:%02d:%02dZ", minute, i % 60);
        text += order_line(i, time);
    }
    Notes sink;
    FeedOptions options;
    options.until = parse_rfc3339("2026-06-01T10:41:39Z");  // that of the last event
    play(text, sink, options);

    REQUIRE(sink.notes.size() == 2503);
    CHECK(sink.notes[1000] == "clock 2026-06-01T10:16:39Z");
    CHECK(sink.notes[2001] == "clock 2026-06-01T10:33:19Z");
    CHECK(sink.notes[2502] == "clock 2026-06-01T10:41:39Z");
}

TEST_CASE("bad lines are sent all the same, told and counted", "[feed]") {
    Notes sink;
    FeedOptions options;
    options.and_then = 0ms;
    std::string said;
    const FeedSummary summary = play("what is this\n" + order_line(1, "2026-06-01T10:00:00Z") +
                                         order_line(2, "tomorrow"),
                                     sink, options, &said);

    CHECK(sink.notes == std::vector<std::string>{" 1970-01-01T00:00:00Z", "A1 2026-06-01T10:00:00Z",
                                                 "A2 2026-06-01T10:00:00Z",
                                                 "clock 2026-06-01T10:00:00Z"});
    CHECK(summary.bad_lines == 2);
    CHECK(summary.end == FeedSummary::End::finished);
    CHECK_THAT(said, Catch::Contains("week.jsonl:1: it is no JSON object (sent all the same") &&
                         Catch::Contains("week.jsonl:3: its time is not like"));
}

TEST_CASE("at a speed, recorded time passes as fast as that", "[feed]") {
    Notes sink;
    FeedOptions options;
    options.speed = 3600;  // an hour a second
    options.and_then = 0ms;
    const auto start = std::chrono::steady_clock::now();
    play(order_line(1, "2026-06-01T10:00:00Z") + order_line(2, "2026-06-01T10:24:00Z"), sink, options);
    const auto took = std::chrono::steady_clock::now() - start;

    CHECK(took >= 400ms);
    REQUIRE(sink.notes.size() >= 5);
    CHECK(sink.notes.front() == "A1 2026-06-01T10:00:00Z");
    // In between the clock is told about every hundred milliseconds, which are six recorded minutes.
    CHECK_THAT(sink.notes[1], Catch::StartsWith("clock 2026-06-01T10:"));
    CHECK(sink.notes.back() == "clock 2026-06-01T10:24:00Z");
}

TEST_CASE("the pace is where recorded time is", "[feed]") {
    const Pace::WallClock::time_point start{};
    const Instant first = *parse_rfc3339("2026-06-01T10:00:00Z");
    const Pace pace{600, first, start};
    CHECK(format_utc(pace.recorded_at(start + 1s)) == "2026-06-01T10:10:00Z");
    CHECK(pace.wait_for(first + std::chrono::hours{1}, start + 1s) == 5s);
    CHECK(pace.wait_for(first, start + 1s) == 0s);
}

TEST_CASE("Ctrl-C ends a feed with what was sent", "[feed]") {
    Notes sink;
    sink.on_send = [] { set_interrupted(true); };
    const FeedSummary summary =
        play(order_line(1, "2026-06-01T10:00:00Z") + order_line(2, "2026-06-01T10:01:00Z"), sink);
    set_interrupted(false);

    CHECK(sink.notes == std::vector<std::string>{"A1 2026-06-01T10:00:00Z"});
    CHECK(sink.finished);
    CHECK(summary.end == FeedSummary::End::interrupted);
    CHECK_THAT(describe(summary), Catch::StartsWith("interrupted: 1 events played"));
}

TEST_CASE("over HTTP, events and clocks go in batches over one connection", "[feed][http]") {
    LoopbackServer server{[](const LoopbackServer::Request&) { return LoopbackServer::Answer{}; }};
    HttpFeedOptions options = quick(server);
    options.batch_events_max = 3;
    options.topic = "acme.orders.v1";
    options.token = "secret";
    HttpFeed sink{options};
    FeedOptions feed;
    feed.and_then = 0ms;
    std::string text;
    for (int i = 1; i <= 4; ++i) text += order_line(i, "2026-06-01T10:00:00Z");
    const FeedSummary summary = play(text, sink, feed);

    CHECK(summary.end == FeedSummary::End::finished);
    CHECK(summary.delivered == 4);
    const auto requests = server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].method == "POST");
    CHECK(requests[0].target == "/v1/events");
    CHECK(requests[0].content_type == "application/cloudevents-batch+json");
    CHECK(requests[0].authorization == "Bearer secret");
    CHECK(ids_in(requests[0].body) == std::vector<std::string>{"1", "2", "3"});
    CHECK(ids_in(requests[1].body) == std::vector<std::string>{"4", "clock"});
    CHECK(requests[1].connection == 1);
}

TEST_CASE("a line that would spoil a batch goes alone, in its place", "[feed][http]") {
    LoopbackServer server{[](const LoopbackServer::Request& request) {
        LoopbackServer::Answer answer;
        if (request.body == "nonsense") answer.status = 400;
        return answer;
    }};
    HttpFeed sink{quick(server)};
    FeedOptions feed;
    feed.and_then = 0ms;
    const FeedSummary summary = play(order_line(1, "2026-06-01T10:00:00Z") + "nonsense\n" +
                                         order_line(2, "2026-06-01T10:00:00Z"),
                                     sink, feed);

    const auto requests = server.requests();
    REQUIRE(requests.size() == 3);
    CHECK(ids_in(requests[0].body) == std::vector<std::string>{"1"});
    CHECK(requests[1].content_type == "application/cloudevents+json");
    CHECK(ids_in(requests[2].body) == std::vector<std::string>{"2", "clock"});
    CHECK(summary.delivered == 2);
    CHECK(summary.refused == 1);
    CHECK(summary.end == FeedSummary::End::finished);
}

TEST_CASE("a daemon that is busy, or hangs up, is asked again", "[feed][http]") {
    int asked = 0;
    LoopbackServer server{[&asked](const LoopbackServer::Request&) {
        LoopbackServer::Answer answer;
        ++asked;
        if (asked == 1) answer.status = 503;
        if (asked == 2) answer.status = 429;
        if (asked == 3) answer.hang_up = true;
        return answer;
    }};
    HttpFeedOptions options = quick(server);
    std::vector<std::string> said;
    options.say = [&said](const std::string& sentence) { said.push_back(sentence); };
    HttpFeed sink{options};
    FeedOptions feed;
    feed.and_then = 0ms;
    const FeedSummary summary = play(order_line(1, "2026-06-01T10:00:00Z"), sink, feed);

    CHECK(summary.delivered == 1);
    CHECK(asked == 4);
    CHECK(server.requests().back().connection == 2);
    REQUIRE(said.size() == 2);
    CHECK_THAT(said[0], Catch::Contains("it answers 503; trying again for up to 2 seconds"));
    CHECK_THAT(said[1], Catch::Contains("takes events again"));
}

TEST_CASE("nobody there is given up after a while", "[feed][http]") {
    HttpFeedOptions options;
    {
        LoopbackServer server{[](const LoopbackServer::Request&) { return LoopbackServer::Answer{}; }};
        options = quick(server);
    }
    options.retry_for_max = 60ms;
    HttpFeed sink{options};
    const FeedSummary summary = play(order_line(1, "2026-06-01T10:00:00Z"), sink);

    CHECK(summary.end == FeedSummary::End::failed);
    CHECK(summary.delivered == 0);
    CHECK_THAT(summary.error, Catch::Contains("did not take events") && Catch::Contains("refused"));
}

TEST_CASE("what will not get better is not tried again", "[feed][http]") {
    LoopbackServer server{[](const LoopbackServer::Request&) {
        LoopbackServer::Answer answer;
        answer.status = 401;
        answer.body = "a token is needed";
        return answer;
    }};
    HttpFeed sink{quick(server)};
    const FeedSummary summary = play(order_line(1, "2026-06-01T10:00:00Z"), sink);

    CHECK(server.requests().size() == 1);
    CHECK(summary.end == FeedSummary::End::failed);
    CHECK_THAT(summary.error, Catch::Contains("it answers 401: a token is needed"));
}
