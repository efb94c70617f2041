#include "daemon/service/journal.h"

#include <catch2/catch.hpp>
#include <set>
#include <thread>

using namespace premura;
using namespace std::chrono_literals;

namespace {

// A journal whose lines and clock the test holds.
struct Kept {
    std::vector<std::string> lines;
    Instant now = *parse_rfc3339("2026-06-01T09:00:00Z");
    Journal journal;

    explicit Kept(bool for_journald = true, JournalOptions options = {})
        : journal{options, for_journald,
                  [this](std::string_view line) { lines.emplace_back(line); },
                  [this] { return now; }} {}
};

std::string field(std::string_view value) {
    std::string line;
    append_field(line, "k", value);
    return line;
}

}  // namespace

TEST_CASE("a fact is one line, with the priority that journald reads", "[journal]") {
    Kept kept;
    kept.journal.write(JournalFact::call_raised, {{"rule", "late-shipment"}, {"task", "01abc"}});
    kept.journal.write(JournalFact::failed);
    CHECK(kept.lines ==
          std::vector<std::string>{
              "<6>level=info id=PR221 msg=\"call raised\" rule=late-shipment task=01abc\n",
              "<3>level=error id=PR205 msg=\"cannot go on\"\n"});
}

TEST_CASE("without journald a line begins with the time", "[journal]") {
    Kept kept{false};
    kept.journal.write(JournalFact::started, {{"version", "0.1.0"}});
    CHECK(kept.lines.at(0) ==
          "2026-06-01T09:00:00Z level=info id=PR201 msg=started version=0.1.0\n");
}

TEST_CASE("values are quoted where logfmt needs it", "[journal]") {
    CHECK(field("plain-1.2/x:y") == " k=plain-1.2/x:y");
    CHECK(field("") == " k=\"\"");
    CHECK(field("two words") == " k=\"two words\"");
    CHECK(field("a=b") == " k=\"a=b\"");
    CHECK(field("say \"hi\"\\") == " k=\"say \\\"hi\\\"\\\\\"");
    CHECK(field("line\nnext\tcolumn\x01\x7f") == " k=\"line\\nnext\\tcolumn\\u0001\\u007f\"");
    CHECK(field("perché") == " k=\"perché\"");
    CHECK(field("broken \xff\xc3") == " k=\"broken \xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST_CASE("a value that is too long is cut between two characters", "[journal]") {
    std::string long_value(Journal::value_bytes_max - 1, 'x');
    CHECK(field(long_value + "y") == " k=" + long_value + "y");
    CHECK(field(long_value + "èè") == " k=" + long_value + "...");
}

TEST_CASE("what is less urgent than asked for is left out", "[journal]") {
    Kept kept{true, {.level = JournalLevel::warning}};
    kept.journal.write(JournalFact::started);
    kept.journal.write(JournalFact::ready);
    kept.journal.write(JournalFact::commit_lost);
    REQUIRE(kept.lines.size() == 1);
    CHECK_THAT(kept.lines[0], Catch::StartsWith("<4>level=warning id=PR215"));
}

TEST_CASE("a flood of one fact is cut off, counted and told, and drowns no other", "[journal]") {
    Kept kept{true, {.lines_per_minute_max = 2}};
    for (int i = 0; i < 7; ++i) kept.journal.write(JournalFact::event_quarantined);
    kept.journal.write(JournalFact::call_raised);
    CHECK(kept.lines.size() == 3);

    kept.now += 1min;
    kept.journal.write(JournalFact::event_quarantined, {{"topic", "t"}});
    CHECK(kept.lines.back() ==
          "<4>level=warning id=PR220 msg=\"event put in quarantine\" topic=t suppressed=5\n");
}

TEST_CASE("what was left out is told when its minute is over, or at the end", "[journal]") {
    std::vector<std::string> lines;
    Instant now = *parse_rfc3339("2026-06-01T09:00:00Z");
    const std::string told = "<4>level=warning id=PR215 msg=\"commit lost\" suppressed=1\n";
    {
        Journal journal{{.lines_per_minute_max = 1},
                        true,
                        [&lines](std::string_view line) { lines.emplace_back(line); },
                        [&now] { return now; }};
        journal.write(JournalFact::commit_lost);
        journal.write(JournalFact::commit_lost);
        now += 59s;
        journal.tell_suppressed();
        CHECK(lines.size() == 1);
        now += 1s;
        journal.tell_suppressed();
        journal.tell_suppressed();
        CHECK(lines.size() == 2);
        CHECK(lines.back() == told);

        journal.write(JournalFact::commit_lost);
        journal.write(JournalFact::commit_lost);
    }
    CHECK(lines.size() == 4);
    CHECK(lines.back() == told);
}

TEST_CASE("a clock that was set back does not silence the journal", "[journal]") {
    Kept kept{true, {.lines_per_minute_max = 1}};
    kept.journal.write(JournalFact::commit_lost);
    kept.now -= 24h;
    kept.journal.write(JournalFact::commit_lost);
    CHECK(kept.lines.size() == 2);
}

TEST_CASE("a fact can be named, with fields that are rendered already", "[journal]") {
    Kept kept;
    kept.journal.write("commit_lost", "stage=orders partition=3");
    kept.journal.write("something_new", "a=1");
    CHECK(kept.lines[0] ==
          "<4>level=warning id=PR215 msg=\"commit lost\" stage=orders partition=3\n");
    CHECK(kept.lines[1] == "<6>level=info id=PR299 msg=note event=something_new a=1\n");
}

TEST_CASE("every fact has an id and a name of its own, and says what it means", "[journal]") {
    std::set<std::string_view> ids;
    std::set<std::string_view> names;
    for (const JournalRow& row : journal_table()) {
        CHECK(ids.insert(row.id).second);
        CHECK(names.insert(row.name).second);
        CHECK(row.meaning.ends_with('.'));
        CHECK(journal_fact_named(row.name) == row.fact);
        CHECK(journal_row(row.fact).id == row.id);
    }
}

TEST_CASE("lines of several threads do not mix", "[journal]") {
    Kept kept{true, {.lines_per_minute_max = 100'000}};
    const auto write = [&kept] {
        for (int i = 0; i < 500; ++i) kept.journal.write(JournalFact::call_raised, {{"rule", "r"}});
    };
    std::thread one{write};
    std::thread two{write};
    one.join();
    two.join();
    CHECK(kept.lines ==
          std::vector<std::string>(1000, "<6>level=info id=PR221 msg=\"call raised\" rule=r\n"));
}
