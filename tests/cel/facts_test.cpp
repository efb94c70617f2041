#include "tests/cel/cel_story.h"

using namespace premura::cel;

TEST_CASE("facts are read as they were declared", "[cel]") {
    Story story;
    CHECK(story.says("order.number") == "'A1'");
    CHECK(story.says("order.total * 2.0") == "241");
    CHECK(story.says("now - order.paid_at") == "176400.250s");
    CHECK(story.says("order.paid_at + order.promise") == "2026-06-03T09:00:00Z");
    CHECK(story.says("now - order.paid_at > order.promise") == "true");
    CHECK(story.says("order.tags[1]") == "'gift'");
    CHECK(story.says("now.getHours('Europe/Rome')") == "12");
    CHECK(story.says("event.kind == 'paid' && event['amount'] > 100") == "true");
}

TEST_CASE("a fact that nobody told is an error, unless it does not matter", "[cel]") {
    Story story;
    story.nobody_told("total");
    CHECK(story.says("order.total > 100.0") == "error: 'order.total' has no value");
    CHECK(story.says("order.total > 100.0 || order.gift") == "true");
    CHECK(story.says("order.gift || order.total > 100.0") == "true");
    CHECK(story.says("order.total > 100.0 && !order.gift") == "false");
    CHECK(story.says("!order.gift && order.total > 100.0") == "false");
    CHECK(story.says("order.total > 100.0 && order.gift") == "error: 'order.total' has no value");
    CHECK(story.says("order.total > 100.0 || !order.gift") == "error: 'order.total' has no value");
    CHECK(story.says("order.total > 100.0 ? true : true") == "error: 'order.total' has no value");
    CHECK(story.says("[1, 2].exists(i, order.total > 100.0 || i == 2)") == "true");
    CHECK(story.says("[1, 2].all(i, order.total > 100.0 && i == 1)") == "false");
    CHECK(story.says("[1, 2].exists_one(i, order.total > 100.0 || i == 2)") ==
          "error: 'order.total' has no value");
}

TEST_CASE("has() asks whether somebody told", "[cel]") {
    Story story;
    CHECK(story.says("has(order.total)") == "true");
    story.nobody_told("total");
    CHECK(story.says("has(order.total)") == "false");
    CHECK(story.says("has(order.total) && order.total > 100.0") == "false");
    CHECK(story.says("has(event.kind) && !has(event.colour)") == "true");
    CHECK(story.says("event.colour == 'red'") == "error: no such key: 'colour', in 'event.colour'");
    CHECK(story.problems("has(order)") ==
          "1:1 has() asks for one field (for example: has(order.total))");
}

TEST_CASE("an error says what and where", "[cel]") {
    Story story;
    const Compiled compiled =
        compile("order.gift &&\n  1 / (size(order.tags) - 2) > 0", story.environment);
    REQUIRE(compiled.program != nullptr);
    Scratch scratch;
    const Value value = compiled.program->evaluate(story, scratch);
    REQUIRE(value.is_error());
    const EvaluationError error = compiled.program->explain(value);
    CHECK(error.code == ErrorCode::division_by_zero);
    CHECK(error.message == "division by zero, in '1 / (size(order.tags) - 2)'");
    CHECK(error.place.line == 2);
    CHECK(error.place.column == 3);
}

TEST_CASE("a program says which facts it reads, each once", "[cel]") {
    Story story;
    const Compiled compiled =
        compile("order.total > 1.0 && has(order.gift) && order.total < 9.0 && now > order.paid_at",
                story.environment);
    REQUIRE(compiled.program != nullptr);
    const auto readings = compiled.program->readings();
    REQUIRE(readings.size() == 4);
    CHECK((readings[0].variable == 0 && readings[0].field == 1U));
    CHECK((readings[1].variable == 0 && readings[1].field == 2U));
    CHECK((readings[2].variable == 1 && !readings[2].field));
    CHECK((readings[3].variable == 0 && readings[3].field == 3U));
}

TEST_CASE("what does not matter is not asked for", "[cel]") {
    Story story;
    const Compiled compiled = compile("!order.gift && order.total > 1.0", story.environment);
    Scratch scratch;
    CHECK(compiled.program->evaluate(story, scratch).is(Kind::boolean));
    CHECK(story.asked == 1);
}

TEST_CASE("a program outlives its environment and its source", "[cel]") {
    std::shared_ptr<const Program> program;
    Story story;
    {
        Environment environment = story.environment;
        std::string source = "order.number == 'A1' && order.number.matches('^A[0-9]$')";
        program = compile(source, environment, Kind::boolean).program;
        source.assign(source.size(), 'x');
    }
    REQUIRE(program != nullptr);
    Scratch scratch;
    CHECK(program->evaluate(story, scratch).is_true());
    CHECK(program->type() == Type{Kind::boolean});
}

TEST_CASE("the zones' clocks change with the season", "[cel]") {
    Story story;
    CHECK(story.says("timestamp('2026-01-01T12:00:00Z').getHours('Europe/Rome')") == "13");
    CHECK(story.says("timestamp('2026-07-01T12:00:00Z').getHours('Europe/Rome')") == "14");
    CHECK(story.says("timestamp('2026-07-01T23:30:00Z').getDate('Europe/Rome')") == "2");
    CHECK(story.says("timestamp('2026-07-01T12:00:00Z').getHours('-02:30')") == "9");
    CHECK(story.says("timestamp('2026-07-01T12:00:00Z').getDayOfWeek()") == "3");
    story.told("number", Value::string("Nowhere"));
    CHECK(story.says("now.getHours(order.number)") ==
          "error: no such time zone: 'Nowhere', in 'now.getHours(order.number)'");
}
