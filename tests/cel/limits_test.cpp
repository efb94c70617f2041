#include <algorithm>

#include "tests/cel/cel_story.h"

using namespace premura::cel;

namespace {

std::string repeated(const std::string& part, int times) {
    std::string whole;
    for (int i = 0; i < times; ++i) whole += part;
    return whole;
}

}  // namespace

TEST_CASE("20,000 opening signs end in a problem, not in the stack", "[cel]") {
    Story story;
    story.environment.limits.source_bytes_max = 1 << 20;
    story.environment.limits.depth_max = 1'000'000;
    const std::string deep = "parts within parts more than 250 levels deep (write it shorter)";
    CHECK(story.problems(repeated("(", 20'000)) == "1:251 " + deep);
    CHECK(story.problems(repeated("[", 20'000)) == "1:251 " + deep);
    CHECK(story.problems(repeated("{1:", 20'000)) == "1:749 " + deep);
    CHECK(story.problems(repeated("!", 20'000) + "true") == "1:19751 " + deep);
    CHECK(story.problems(repeated("-", 20'000) + "now") == "1:19751 " + deep);
    CHECK(story.problems(repeated("1 + ", 20'000) + "1") == "1:1 " + deep);
    CHECK(story.problems("event" + repeated(".a", 20'000)) == "1:1 " + deep);
    CHECK(story.problems(repeated("size(", 20'000)) == "1:1251 " + deep);
    CHECK(story.problems(repeated("true ? 1 : ", 20'000) + "1") == "1:2751 " + deep);
}

TEST_CASE("long rows of && and || are no depth", "[cel]") {
    Story story;
    CHECK(story.says(repeated("order.gift && ", 500) + "order.gift") == "true");
    CHECK(story.says(repeated("order.total < 1.0 || ", 500) + "order.gift") == "true");
}

TEST_CASE("a text that is too long is not even read", "[cel]") {
    Story story;
    CHECK(story.problems(std::string(16 * 1024 + 1, ' ')) == "1:1 the expression is too long");
    CHECK(story.problems("'\xFF'") == "1:1 the expression is not UTF-8");
}

TEST_CASE("macros nest two deep, side by side they may be any number", "[cel]") {
    Story story;
    CHECK(story.says("order.tags.all(a, order.tags.exists(b, a == b))") == "true");
    CHECK(story.problems("order.tags.all(a, order.tags.all(b, order.tags.all(c, a == c)))") ==
          "1:37 a macro in a macro more than 2 levels deep "
          "(every level multiplies what an evaluation costs)");
    CHECK(
        story.says("order.tags.filter(a, a != 'x').map(a, a + '!').filter(a, a.startsWith('g'))") ==
        "['gift!']");
}

TEST_CASE("lists have at most 1,000 items", "[cel]") {
    Story story;
    CHECK(story.problems("1 in [" + repeated("1, ", 1001) + "]") ==
          "1:6 a list of 1001 items: 1000 are the most");
    CHECK(story.says("size([" + repeated("1, ", 1000) + "])") == "1000");

    std::vector<Value> many(1001, Value::string("x"));
    story.told("tags", Value::list(many));
    CHECK(story.says("order.tags.all(t, t == 'x')") ==
          "error: the list is too long, in 'order.tags.all(t, t == 'x')'");
    story.told("tags", Value::list(std::span{many}.first(600)));
    CHECK(story.says("size(order.tags + order.tags)") ==
          "error: the list is too long, in 'order.tags + order.tags'");
    // Nor does anything absorb that.
    CHECK(story.says("size(order.tags + order.tags) > 1 || order.gift") ==
          "error: the list is too long, in 'order.tags + order.tags'");
    CHECK(story.says("[1, 2].exists(i, i == 2 || size(order.tags + order.tags) > i)") ==
          "error: the list is too long, in 'order.tags + order.tags'");
}

TEST_CASE("an evaluation ends when its steps are spent, and nothing absorbs that", "[cel]") {
    Story story;
    std::vector<Value> many(1000, Value::string("x"));
    story.told("tags", Value::list(many));
    const std::string square = "order.tags.all(a, order.tags.all(b, a == b))";
    CHECK(story.says(square).starts_with("error: the evaluation takes too many steps"));
    CHECK(
        story.says(square + " || true").starts_with("error: the evaluation takes too many steps"));
    CHECK(story.says("order.tags.exists(a, order.tags.all(b, a == b) || true)")
              .starts_with("error: the evaluation takes too many steps") == false);
    story.environment.limits.steps_max = 10'000'000;
    CHECK(story.says(square) == "true");
    // Comparing lists within lists is paid for, too.
    story.environment.limits.steps_max = 3000;
    CHECK(story.says("order.tags.all(a, order.tags == order.tags)")
              .starts_with("error: the evaluation takes too many steps"));
}

TEST_CASE("texts that are made on the way have a bound", "[cel]") {
    Story story;
    const std::string large(300 * 1024, 'x');
    story.told("number", Value::string(large));
    CHECK(story.says("size(order.number + order.number)") == "614400");
    CHECK(story.says("size(order.number + order.number + order.number)") ==
          "error: the evaluation needs too much memory, in 'order.number + order.number + "
          "order.number'");
}

TEST_CASE("a pattern from the data has a bound", "[cel]") {
    Story story;
    const std::string pattern(1001, 'a');
    story.told("number", Value::string(pattern));
    CHECK(story.says("'a'.matches(order.number)") ==
          "error: not a regular expression: 'too long', in ''a'.matches(order.number)'");
    story.told("number", Value::string("("));
    CHECK(story.says("'a'.matches(order.number)") ==
          "error: not a regular expression: 'missing ): (', in ''a'.matches(order.number)'");
}
