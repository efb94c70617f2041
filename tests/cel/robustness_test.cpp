#include <random>

#include "tests/cel/cel_story.h"

using namespace premura::cel;

namespace {

const std::vector<std::string> pieces{"order",
                                      ".total",
                                      ".tags",
                                      ".number",
                                      ".",
                                      "now",
                                      "event",
                                      "t",
                                      "x",
                                      "1",
                                      "2.5",
                                      "3u",
                                      "0x",
                                      "'a'",
                                      "b'\\xff'",
                                      "r'",
                                      "'''",
                                      "\"",
                                      "\\",
                                      "(",
                                      ")",
                                      "[",
                                      "]",
                                      "{",
                                      "}",
                                      ",",
                                      ":",
                                      "?",
                                      "!",
                                      "-",
                                      "+",
                                      "*",
                                      "/",
                                      "%",
                                      "<",
                                      ">=",
                                      "==",
                                      "!=",
                                      "&&",
                                      "||",
                                      " in ",
                                      "true",
                                      "null",
                                      "has(",
                                      ".all(t, ",
                                      ".map(x, ",
                                      ".filter(t, ",
                                      ".exists_one(x, ",
                                      "size(",
                                      ".size()",
                                      "int(",
                                      "string(",
                                      "timestamp(",
                                      "duration('1h')",
                                      ".getHours(",
                                      "'Europe/Rome'",
                                      ".matches(",
                                      "dyn(",
                                      "type(",
                                      "`a-b`",
                                      "\n",
                                      " ",
                                      "// end\n",
                                      "=",
                                      "&",
                                      "#",
                                      "é",
                                      "\xC3",
                                      "9223372036854775808",
                                      "-9223372036854775808",
                                      "1e999",
                                      "for",
                                      "and",
                                      "int",
                                      "list"};

std::string random_text(std::mt19937_64& random) {
    std::string text;
    for (auto count = random() % 24; count > 0; --count) text += pieces[random() % pieces.size()];
    return text;
}

// Something that is often an expression: a good one with a part put in or taken out.
std::string damaged(std::mt19937_64& random) {
    std::string text =
        "order.total > 1.0 && order.tags.exists(t, t in ['a', 'b'] || size(t) > 2) ? {'a': now} : "
        "{'b': timestamp('2026-01-01T00:00:00Z') + duration('1h')}";
    for (int i = 0; i < 3; ++i) {
        const std::size_t at = random() % text.size();
        text.replace(at, random() % 4, random() % 2 == 0 ? "" : pieces[random() % pieces.size()]);
    }
    return text;
}

void expect_sense(Story& story, const std::string& text, Checking checking) {
    const Compiled compiled = compile(text, story.environment, std::nullopt, checking);
    INFO(text);
    REQUIRE((compiled.program != nullptr) == compiled.problems.empty());
    for (const Problem& problem : compiled.problems) {
        REQUIRE(problem.place.offset + problem.place.length <= text.size());
        REQUIRE_FALSE(problem.message.empty());
    }
    if (compiled.program == nullptr) return;
    Scratch scratch;
    const Value value = compiled.program->evaluate(story, scratch);
    REQUIRE_FALSE(value.is_absent());
    if (value.is_error()) {
        REQUIRE_FALSE(compiled.program->explain(value).message.empty());
    } else {
        // What the checker said comes out.
        REQUIRE(is_assignable(value.kind(), compiled.program->type().kind()));
    }
}

}  // namespace

TEST_CASE("any text comes out as a program or as problems", "[cel]") {
    Story story;
    story.nobody_told("total");
    std::mt19937_64 random{20260601};
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = i % 2 == 0 ? random_text(random) : damaged(random);
        expect_sense(story, text, Checking::types);
        expect_sense(story, text, Checking::nothing);
    }
}

TEST_CASE("the clock of a zone is not guessed where it is not known", "[cel]") {
    Story story;
    CHECK(story.says("timestamp('2037-12-31T23:59:59Z').getHours('Europe/Rome')") == "0");
    CHECK(story.says("timestamp('2050-07-01T12:00:00Z').getHours('Europe/Rome')") ==
          "error: out of range: 'no clock is known after 2037', in "
          "'timestamp('2050-07-01T12:00:00Z').getHours('Europe/Rome')'");
    CHECK(story.says("timestamp('2050-07-01T12:00:00Z').getHours('+02:00')") == "14");
}

TEST_CASE("moments and lengths at their bounds", "[cel]") {
    Story story;
    CHECK(story.says("duration('2562047h47m16.854775807s') > duration('0')") == "true");
    CHECK(story.problems("duration('2562047h47m16.854775808s')").starts_with("1:10 '2562047h"));
    CHECK(story.says("duration('-2562047h47m16.854775808s') < duration('0')") == "true");
    CHECK(story.says("now - duration('-2562047h47m16.854775808s') > now")
              .starts_with("error: out of range"));
    CHECK(story.says("timestamp('0001-01-01T00:00:00Z') - duration('1ns') < now")
              .starts_with("error: out of range"));
    CHECK(story.says("string(duration('-0.25s'))") == "'-0.250s'");
    CHECK(story.says("string(timestamp('2026-06-01T11:00:00.5+02:00'))") ==
          "'2026-06-01T09:00:00.500Z'");
}

TEST_CASE("doubles are written as short as they can be read again", "[cel]") {
    Story story;
    CHECK(story.says("string(1000000.0) + ' ' + string(0.1) + ' ' + string(-2.5e-7)") ==
          "'1000000 0.1 -2.5e-7'");
    CHECK(story.says(
              "string(1e21) + ' ' + string(123456789012345680000.0) + ' ' + string(0.000001)") ==
          "'1e+21 123456789012345680000 0.000001'");
    CHECK(story.says("string(1.0 / 0.0) + ' ' + string(-0.0)") == "'Infinity 0'");
}
