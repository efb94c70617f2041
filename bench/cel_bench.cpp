// What an expression on typed facts costs: nanoseconds for one evaluation, and microseconds for
// compiling it. Run it alone on an idle machine.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "core/cel/compile.h"
#include "core/cel/moment.h"

namespace {

std::size_t allocations = 0;

}  // namespace

// Counted, because the ordinary path promises to take nothing from the heap. Not inlined: the
// compiler would see a malloc freed that it takes for a new.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace {

using namespace premura::cel;
using Clock = std::chrono::steady_clock;

constexpr int evaluations_per_round = 20'000;
constexpr int rounds = 60;
constexpr int compilations = 2'000;

class OrderFacts final : public Facts {
 public:
    OrderFacts() {
        fields_ = {Value::floating(120.5), Value::string("IT"),
                   Value::boolean(false),  parse_timestamp("2026-06-01T09:00:00Z").value(),
                   Value::list(tags_),     Value{}};
        now_ = parse_timestamp("2026-06-03T10:00:00Z").value();
    }
    Value variable(VariableNumber) const override { return now_; }
    Value field(VariableNumber, FieldNumber field) const override { return fields_[field]; }

    static Environment environment() {
        auto order = std::make_shared<Structure>();
        order->name = "order";
        order->fields = {{"total", Kind::floating},
                         {"country", Kind::string},
                         {"gift", Kind::boolean},
                         {"paid_at", Kind::timestamp},
                         {"tags", Type::list_of(Kind::string)},
                         {"voucher", Kind::string}};
        Environment environment;
        environment.add_variable("order", Type::structure(std::move(order)));
        environment.add_variable("now", Kind::timestamp);
        return environment;
    }

 private:
    std::vector<Value> tags_{Value::string("fragile"), Value::string("gift"), Value::string("eu")};
    std::vector<Value> fields_;
    Value now_;
};

void measure(std::string_view source) {
    const Environment environment = OrderFacts::environment();
    const auto begin = Clock::now();
    Compiled compiled;
    for (int i = 0; i < compilations; ++i) compiled = compile(source, environment);
    const std::chrono::duration<double, std::micro> compiling = Clock::now() - begin;
    if (compiled.program == nullptr) {
        fmt::print(stderr, "{}: {}\n", source, compiled.problems.front().message);
        std::exit(1);
    }
    const OrderFacts facts;
    Scratch scratch;
    double best = 1e9;
    std::uint64_t answers = 0;
    compiled.program->evaluate(facts, scratch);
    const std::size_t allocations_before = allocations;
    for (int round = 0; round < rounds; ++round) {
        const auto start = Clock::now();
        for (int i = 0; i < evaluations_per_round; ++i) {
            answers += compiled.program->evaluate(facts, scratch).is_true() ? 1 : 0;
        }
        const std::chrono::duration<double, std::nano> spent = Clock::now() - start;
        best = std::min(best, spent.count() / evaluations_per_round);
    }
    // The count is printed so that no answer can be left out by the compiler.
    fmt::print("  {:>7.1f} ns  {:>5.1f} us to compile  {} allocations  (true {})  {}\n", best,
               compiling.count() / compilations, allocations - allocations_before,
               answers / evaluations_per_round / rounds, source);
}

}  // namespace

int main() {
    fmt::print("one evaluation, best of {} rounds of {}\n", rounds, evaluations_per_round);
    measure("order.total > 100.0");
    measure("order.country == 'IT'");
    measure("order.total > 100.0 && order.country in ['IT', 'DE', 'FR'] && !order.gift");
    measure("now - order.paid_at > duration('24h')");
    measure(
        "now - order.paid_at > duration('24h') && order.total >= 50.0 && order.country != 'US'");
    measure("has(order.voucher) || order.total > 100.0");
    measure("order.voucher == 'X' || order.total > 100.0");
    measure("order.tags.exists(t, t == 'gift')");
    measure("order.tags.filter(t, t != 'eu').size() == 2");
    measure("order.country.matches('^(IT|DE)$')");
    measure(
        "now.getHours('Europe/Rome') >= 9 && now.getDayOfWeek('Europe/Rome') in [1, 2, 3, 4, 5]");
    measure("'order for ' + order.country == 'order for IT'");
    return 0;
}
