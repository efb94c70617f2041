#include "core/dialers/dialer_row.h"

#include <catch2/catch.hpp>

#include "core/dialers/csv.h"
#include "core/dialers/phone_number.h"
#include "core/rules/dialer_map_loader.h"
#include "tests/core/desk_story.h"
#include "tests/core/loader_story.h"

// What a tool that dials reads of a call: its columns, numbers, times and texts, and the line of the file.

namespace premura {
namespace {

using namespace desk_story;

const CallWindow until_lunch{tuesday_ten, tuesday_noon};

json::object phones(std::initializer_list<std::pair<std::string, std::string>> numbers) {
    json::array list;
    for (const auto& [number, state] : numbers) list.push_back(json::object{{"number", number}, {"state", state}});
    return {{"phones", list}};
}

std::map<std::string, std::string> row_of(const DialerMap& map, const json::object& record, CallWindow window = until_lunch) {
    ZonesByName zones;
    const std::vector<std::string> cells =
        dialer_row(map, {record, shipped_rules()->tenant("acme-it"), window}, zones);
    const std::vector<std::string> names = dialer_header(map);
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < cells.size(); ++i) row[names[i]] = cells[i];
    return row;
}
std::map<std::string, std::string> row_of(const std::string& map, const json::object& record) {
    return row_of(*shipped_rules()->dialer_map(map), record);
}

// The one cell of a map with one more column than the number.
std::string cell(const std::string& column, const json::object& record) {
    YamlStory story{"own:\n  columns:\n    Number: phone\n    Cell: " + column + "\n"};
    auto reader = story.reader();
    const DialerMap map = load_dialer_map(story.root().entries.front(), reader).map;
    REQUIRE(story.told() == Lines{});
    return row_of(map, record).at("Cell");
}

TaskStory long_task() {
    TaskStory story;
    story.task = "01abcdefghjkmnpqrstvwxyz23";
    return story;
}

}  // namespace

TEST_CASE("a number is dialled in E.164, or not at all", "[dialers]") {
    CHECK(e164_of("+39 333 111.22-23") == "+393331112223");
    CHECK(e164_of("0039 (02) 5550-0101") == "+390255500101");
    // Without its country it may be anybody's.
    CHECK(e164_of("3331112223").empty());
    CHECK(e164_of("+39 12").empty());
    CHECK(e164_of("+3933311122231234").empty());
    CHECK(e164_of("+999333111222").empty());
    CHECK(e164_of("+39333111222 ext. 4").empty());
}

TEST_CASE("VICIdial reads digits, the country's code apart, and ids of twenty letters", "[dialers]") {
    TaskStory story = long_task();
    story.priority = "high";
    story.more = phones({{"+1 242 3221234", "usable"}, {"+39 02 55500101", "usable"}});
    story.more["attempt"] = 2;
    const auto row = row_of("vicidial", story.body());

    CHECK(row.at("vendor_lead_code") == "01abcdefghjkmnpqrstv");
    CHECK(row.at("source_id") == "01abcdefghjkmnpqrstvwxyz23");
    // The Bahamas are an area of the North American plan.
    CHECK(row.at("phone_code") == "1");
    CHECK(row.at("phone_number") == "2423221234");
    CHECK(row.at("alt_phone") == "390255500101");
    CHECK(row.at("first_name") == "Giulia");
    CHECK(row.at("last_name") == "Conti");
    CHECK(row.at("city") == "Milano");
    CHECK(row.at("rank") == "50");
    CHECK(row.at("status") == "NEW");
    CHECK(row.at("list_id") == "1001");
    CHECK(row.at("country_code").empty());
}

TEST_CASE("Genesys Cloud and Amazon Connect read E.164 and their own times", "[dialers]") {
    const TaskStory story = long_task();
    const auto genesys = row_of("genesys", story.body());
    CHECK(genesys.at("phone") == "+390255500101");
    CHECK(genesys.at("time_zone") == "Europe/Rome");
    CHECK(genesys.at("not_before") == "2026-06-09T10:00:00+02:00");
    CHECK(genesys.at("not_after") == "2026-06-09T12:30:00+02:00");
    CHECK(genesys.at("callable") == "true");
    const auto connect = row_of("connect", story.body());
    CHECK(connect.at("clientToken") == "01abcdefghjkmnpqrstvwxyz23.1");
    CHECK(connect.at("expirationTime") == "2026-06-09T10:30:00Z");
    CHECK(connect.at("channelSubtypeParameters.telephony.destinationPhoneNumber") == "+390255500101");
}

TEST_CASE("a call may be dialled while it is open, nobody has it, and there is a number", "[dialers]") {
    TaskStory story;
    CHECK(dialer_state(story.body()) == "open");
    CHECK(dialer_state(claimed(story, anna).body()) == "claimed");
    CHECK(dialer_state(over(story, "met_in_time").body()) == "withdrawn");
    TaskStory waits = story;
    waits.state = "waiting";
    CHECK(dialer_state(waits.body()) == "waiting");
    // Agreed upon with one of us.
    TaskStory agreed = story;
    agreed.more["call_back"] = json::object{{"at", format_utc(tuesday_noon)}};
    CHECK(dialer_state(agreed.body()) == "waiting");
    // The first number was wrong, the second is the one; then that is wrong as well.
    TaskStory wrong = story;
    wrong.more = phones({{"+390255500101", "wrong"}, {"+393331112223", "usable"}});
    CHECK(row_of("premura", wrong.body()).at("phone") == "+393331112223");
    wrong.more = phones({{"+390255500101", "wrong"}, {"+393331112223", "dead"}, {"3331112224", "usable"}});
    CHECK(dialer_state(wrong.body()) == "withdrawn");
    CHECK(row_of("premura", wrong.body()).at("phone").empty());
}

TEST_CASE("a text that is too long is cut at a character; a number would be wrong, and is left empty", "[dialers]") {
    TaskStory story;
    story.name = "Andrè Però";
    CHECK(cell("{ of: name, length: 5 }", story.body()) == "Andrè");
    CHECK(cell("{ of: name, length: 10 }", story.body()) == "Andrè Però");
    CHECK(cell("{ of: customer.email, length: 5 }", story.body()).empty());
    CHECK(cell("{ of: phone.digits, length: 5 }", story.body()).empty());
    CHECK(cell("{ of: due_at, length: 5 }", story.body()).empty());
    // Within a sentence it is read by people.
    CHECK(cell("{ text: \"Order {order.number}\", length: 8 }", story.body()) == "Order 10");
}

TEST_CASE("times have the form and the zone that the column asks for", "[dialers]") {
    TaskStory story;
    story.zones = {"America/New_York"};
    const json::object record = story.body();
    CHECK(cell("raised_at", record) == "2026-06-09T02:00:00-04:00");
    CHECK(cell("{ of: raised_at, zone: tenant }", record) == "2026-06-09T08:00:00+02:00");
    CHECK(cell("{ of: raised_at, zone: UTC, time: \"%d.%m.%Y %H:%M:%S %%\" }", record) == "09.06.2026 06:00:00 %");
    CHECK(cell("retry_at", record).empty());
    // Where the customer is nobody knows for certain: by the tenant's clock.
    story.zones = {"America/New_York", "America/Los_Angeles"};
    CHECK(cell("time_zone", story.body()) == "Europe/Rome");
}

TEST_CASE("words of the tool stand for ours; what has none is otherwise, or empty", "[dialers]") {
    TaskStory story;
    CHECK(cell("{ of: priority, words: { normal: Q } }", story.body()) == "Q");
    CHECK(cell("{ of: priority, words: { high: H } }", story.body()).empty());
    CHECK(cell("{ of: priority, words: { high: H }, otherwise: X }", story.body()) == "X");
    CHECK(cell("order.total", story.body()) == "20");
    CHECK(cell("customer.loyalty_member", story.body()) == "true");
}

TEST_CASE("a line of the file is that of RFC 4180", "[dialers]") {
    const Texts cells{"plain", "with, comma", "with \"quotes\"", "two\nlines", "", "+390255500101"};
    CHECK(csv_line(cells, CsvProfile::dialer) ==
          "plain,\"with, comma\",\"with \"\"quotes\"\"\",\"two\nlines\",,+390255500101\r\n");
}

TEST_CASE("for a spreadsheet no cell is a formula", "[dialers]") {
    const Texts cells{"=1+1", "+390255500101", "-5", "@SUM(A1)", "\tx", "\rx", "plain=1", "=cmd|'/C calc'!A0,\"x\"", "＝1"};
    CHECK(csv_line(cells, CsvProfile::spreadsheet) ==
          "\"'=1+1\",\"'+390255500101\",\"'-5\",\"'@SUM(A1)\",\"'\tx\",\"'\rx\",plain=1,\"'=cmd|'/C calc'!A0,\"\"x\"\"\",\"'＝1\"\r\n");
    CHECK(csv_line(cells, CsvProfile::dialer).starts_with("=1+1,+390255500101,-5,@SUM(A1),\tx,"));
}

TEST_CASE("the list for a dialer has what may be called, now or within the time it asks for", "[dialers]") {
    BoardStory story;
    const auto tasks = [&story](Instant opens_by) {
        Texts found;
        for (const Board::Callable& call : story.board.callable({"acme-it"}, opens_by)) found.push_back(call.task);
        return found;
    };
    TaskStory urgent;
    urgent.task = "T-2";
    urgent.priority = "urgent";
    TaskStory claimed_by_anna;
    claimed_by_anna.task = "T-3";
    TaskStory waits;
    waits.task = "T-4";
    waits.state = "waiting";
    TaskStory in_auckland;
    in_auckland.task = "T-5";
    in_auckland.zones = {"Pacific/Auckland"};
    TaskStory of_another;
    of_another.task = "T-6";
    of_another.tenant = "nord-de";
    for (const TaskStory& one : {TaskStory{}, urgent, claimed(claimed_by_anna, anna), waits, in_auckland, of_another}) story.take(one);

    CHECK(tasks(story.now) == Texts{"T-2", "T-1"});
    // It is eight in the evening in Auckland; there the hours begin again the next day at nine.
    CHECK(tasks(story.now + std::chrono::hours{24}) == Texts{"T-2", "T-1", "T-5"});
    const auto calls = story.board.callable({"acme-it"}, story.now + std::chrono::hours{24});
    CHECK(calls[0].not_before == tuesday_ten);
    CHECK(calls[0].not_after == tuesday_noon);
    CHECK(format_utc(calls[2].not_before) == "2026-06-09T21:00:00Z");
    CHECK(format_utc(*calls[2].not_after) == "2026-06-10T00:30:00Z");
}

}  // namespace premura
