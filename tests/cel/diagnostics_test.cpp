#include "tests/cel/cel_story.h"

using namespace premura::cel;

TEST_CASE("a number is no whole number: the hint says what to write", "[cel]") {
    Story story;
    CHECK(story.problems("order.total + 1") ==
          "1:13 '+' cannot be used with a double and an int (write 1.0)");
    CHECK(story.problems("-2 * order.total") ==
          "1:4 '*' cannot be used with an int and a double (write -2.0)");
    CHECK(story.problems("order.total / size(order.tags)") ==
          "1:13 '/' cannot be used with a double and an int (write double(size(order.tags)))");
    CHECK(story.problems("order.total % 2") ==
          "1:13 '%' cannot be used with a double and an int "
          "('%' is for whole numbers: write int(...))");
    CHECK(story.problems("order.gift ? order.total : 0") ==
          "1:1 the two sides of ':' are a double and an int (write 0.0)");
}

TEST_CASE("numbers compare across their types", "[cel]") {
    Story story;
    CHECK(story.says("order.total > 100 && order.total < 121 && order.total != 120") == "true");
    CHECK(story.says("order.total in [120, 121]") == "false");
    CHECK(story.says("2 in order.quantities") == "true");
}

TEST_CASE("an unknown name comes with the nearest known one", "[cel]") {
    Story story;
    CHECK(story.problems("order.totl > 1.0") ==
          "1:7 there is no 'order.totl' (did you mean 'order.total'?)");
    CHECK(story.problems("ordr.total > 1.0") == "1:1 there is no 'ordr' (did you mean 'order'?)");
    CHECK(story.problems("total > 1.0") == "1:1 there is no 'total' (did you mean 'order.total'?)");
    CHECK(story.problems("order.number.startWith('A')") ==
          "1:14 there is no function startWith() (did you mean 'startsWith'?)");
    CHECK(story.problems("has(order.totl)") ==
          "1:11 there is no 'order.totl' (did you mean 'order.total'?)");
    CHECK(story.problems("order.tags.exist(t, t == 'gift')") ==
          "1:12 there is no function exist() (did you mean 'exists'?); "
          "1:18 there is no 't' (there are: order, now, event); "
          "1:21 there is no 't' (there are: order, now, event)");
}

TEST_CASE("all mistakes are told in one pass, each at its place", "[cel]") {
    Story story;
    CHECK(story.problems(
              "order.totl > 1.0 &&\n  nw - order.paid_at > 24\n  || order.gift == 'yes'") ==
          "1:7 there is no 'order.totl' (did you mean 'order.total'?); "
          "2:3 there is no 'nw' (did you mean 'now'?); "
          "2:22 '>' cannot be used with a duration and an int "
          "(a length of time is written duration('24h')); "
          "3:17 '==' cannot be used with a bool and a string");
}

TEST_CASE("columns count characters, offsets count bytes", "[cel]") {
    Story story;
    const Compiled compiled = compile("'é' == order.totl", story.environment);
    REQUIRE(compiled.problems.size() == 1);
    CHECK(compiled.problems[0].place.line == 1);
    CHECK(compiled.problems[0].place.column == 14);
    CHECK(compiled.problems[0].place.offset == 14);
    CHECK(compiled.problems[0].place.length == 4);
}

TEST_CASE("what other languages write is recognised", "[cel]") {
    Story story;
    CHECK(story.problems("order.gift = true") == "1:12 '=' is no operator (write == to compare)");
    CHECK(story.problems("order.gift and order.total > 1.0") ==
          "1:12 'and' does not belong here (write &&)");
    CHECK(story.problems("now - order.paid_at > 24h") ==
          "1:23 '24h' is not a number (lengths of time are written duration('24h'))");
    CHECK(story.problems("now - order.paid_at > 24") ==
          "1:21 '>' cannot be used with a duration and an int "
          "(a length of time is written duration('24h'))");
    CHECK(story.problems("order.total == null") ==
          "1:13 '==' cannot be used with a double and a null "
          "(a fact that nobody has told is not null: ask has(order.total))");
    CHECK(
        story.problems("'gift' in order.number") ==
        "1:8 'in' cannot be used with a string and a string (write order.number.contains('gift'))");
    CHECK(story.problems("startsWith(order.number, 'A')") ==
          "1:1 there is no function startsWith() (it is called on a value: x.startsWith(...))");
    CHECK(story.problems("'order ' + order.total") ==
          "1:10 '+' cannot be used with a string and a double (write string(order.total))");
    CHECK(story.problems("order.paid_at > '2026-06-01T00:00:00Z'") ==
          "1:15 '>' cannot be used with a timestamp and a string "
          "(write timestamp('2026-06-01T00:00:00Z'))");
}

TEST_CASE("an unfinished expression says where", "[cel]") {
    Story story;
    CHECK(story.problems("") == "1:1 the expression is not finished (the expression is empty)");
    CHECK(story.problems("order.total >") == "1:14 the expression is not finished");
    CHECK(story.problems("(order.gift") == "1:1 this '(' is not closed (add the ))");
    CHECK(story.problems("order.number == 'A1") ==
          "1:17 a text that does not end (add the closing ')");
    CHECK(story.problems("size(order.tags))") == "1:17 ')' does not belong here");
    CHECK(story.problems("'\\q'") ==
          "1:2 an escape that there is not: '\\q' "
          "(a backslash itself is written \\\\, or the whole text as r'...')");
}

TEST_CASE("a condition must be true or false", "[cel]") {
    Story story;
    CHECK(story.problems("order.total", Kind::boolean) ==
          "1:1 a bool is wanted here, and this is a double");
    CHECK(story.problems("order.total && order.gift") ==
          "1:1 '&&' wants a bool, and 'order.total' is a double (compare it with something)");
    CHECK(story.problems("order") ==
          "1:1 'order' is a group of facts, not a value (name one of them: order.number)");
    CHECK(story.problems("order.tags.all(t, size(t))") ==
          "1:19 'all()' wants a bool, and 'size(t)' is an int (compare it with something)");
}

TEST_CASE("literals that are no duration, moment, pattern or zone are found at once", "[cel]") {
    Story story;
    CHECK(story.problems("now - order.paid_at > duration('2d')") ==
          "1:32 '2d' is not a duration (for example: '24h', '90m' or '1h30m'; there are no days)");
    CHECK(story.problems("now > timestamp('2026-06-31T00:00:00Z')") ==
          "1:17 '2026-06-31T00:00:00Z' is not a timestamp (for example: '2026-06-01T11:00:00Z')");
    CHECK(story.problems("order.number.matches('(A')") ==
          "1:22 not a regular expression: missing ): (A "
          "(the syntax is that of RE2: no look-around, no back references)");
    CHECK(
        story.problems("now.getHours('Europe/Roma')") ==
        "1:14 there is no time zone 'Europe/Roma' (for example: 'Europe/Rome', 'UTC' or '+02:00')");
}

TEST_CASE("a wrong call lists the right ones", "[cel]") {
    Story story;
    CHECK(story.problems("size(order.total)") ==
          "1:1 size() cannot be called with (double) "
          "(it is called size(string) or size(bytes) or size(list(dyn)) or size(map(dyn, dyn)))");
    CHECK(story.problems("order.number.contains(1)") ==
          "1:14 contains() cannot be called on a string with (int) "
          "(it is called string.contains(string))");
}
