#include "tests/cel/cel_story.h"

using namespace premura::cel;

namespace {

Story with_functions() {
    Story story;
    story.environment.add_function(
        {"days_until",
         {Kind::timestamp},
         Kind::floating,
         [](std::span<const Value> arguments, Context&) {
             const Value start = parse_timestamp("2026-06-01T09:00:00Z").value();
             const auto left = arguments[0].as_instant() - start.as_instant();
             return Value::floating(std::chrono::duration<double, std::ratio<86400>>{left}.count());
         }});
    story.environment.add_function({"is_open",
                                    {Kind::timestamp, Kind::string},
                                    Kind::boolean,
                                    [](std::span<const Value> arguments, Context& context) {
                                        if (arguments[1].as_text() == "care")
                                            return Value::boolean(true);
                                        return context.error(ErrorCode::function_failed,
                                                             "no calendar of that name");
                                    }});
    story.environment.add_function({"shout",
                                    {Kind::string},
                                    Kind::string,
                                    [](std::span<const Value> arguments, Context& context) {
                                        return context.make_string(
                                            std::string{arguments[0].as_text()} + "!");
                                    },
                                    true});
    story.environment.add_function(
        {"shop.rank", {Kind::string}, Kind::integer, [](std::span<const Value>, Context&) {
             return Value::integer(7);
         }});
    return story;
}

}  // namespace

TEST_CASE("the embedder's functions are called with checked types", "[cel]") {
    Story story = with_functions();
    CHECK(story.says("days_until(now) > 2") == "true");
    CHECK(story.says("days_until(order.paid_at + duration('36h'))") == "1.5");
    CHECK(story.says("is_open(now, 'care')") == "true");
    CHECK(story.says("order.number.shout().shout()") == "'A1!!'");
    CHECK(story.says("shop.rank('x') + 1") == "8");
    CHECK(story.problems("days_until(order.number)") ==
          "1:1 days_until() cannot be called with (string) (it is called days_until(timestamp))");
    CHECK(story.problems("is_open(now)") ==
          "1:1 is_open() cannot be called with (timestamp) (it is called is_open(timestamp, "
          "string))");
    CHECK(story.problems("is_opn(now, 'care')") ==
          "1:1 there is no function is_opn() (did you mean 'is_open'?)");
    CHECK(story.problems("days_until(now) + 1") ==
          "1:17 '+' cannot be used with a double and an int (write 1.0)");
}

TEST_CASE("a function may fail, and its failure is absorbed like any other", "[cel]") {
    Story story = with_functions();
    CHECK(story.says("is_open(now, 'nowhere')") ==
          "error: the function has no answer: 'no calendar of that name', in 'is_open(now, "
          "'nowhere')'");
    CHECK(story.says("is_open(now, 'nowhere') || order.gift") == "true");
}

TEST_CASE("a value that is only known when evaluated is looked at then", "[cel]") {
    Story story = with_functions();
    CHECK(story.says("is_open(now, event.kind)") ==
          "error: the function has no answer: 'no calendar of that name', in 'is_open(now, "
          "event.kind)'");
    CHECK(story.says("is_open(now, event.amount)") ==
          "error: 'is_open(now, event.amount)' cannot be used with values of these types");
}

TEST_CASE("of functions with the same name the fitting one is taken", "[cel]") {
    Story story;
    const auto answer = [](std::int64_t number) {
        return [number](std::span<const Value>, Context&) { return Value::integer(number); };
    };
    story.environment.add_function({"kind", {Kind::string}, Kind::integer, answer(1)});
    story.environment.add_function({"kind", {Kind::floating}, Kind::integer, answer(2)});
    CHECK(story.says("kind(order.number)") == "1");
    CHECK(story.says("kind(order.total)") == "2");
    CHECK(story.says("kind(event.amount)") == "2");
    CHECK(story.problems("kind(true)") ==
          "1:1 kind() cannot be called with (bool) (it is called kind(string) or kind(double))");
}
