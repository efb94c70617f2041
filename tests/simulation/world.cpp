#include "tests/simulation/world.h"

#include <algorithm>

#include "tests/simulation/shop.h"

namespace premura {
namespace {

using namespace std::chrono_literals;
using namespace std::chrono;

// Mondays or so before something that calendars must get right.
const std::vector<Instant>& beginnings() {
    static const std::vector<Instant> all{
        sys_days{2026y / March / 24},     // clocks go forward in Europe on the 29th
        sys_days{2026y / May / 27},       // a holiday on 2 June
        sys_days{2026y / August / 3},     // closed for a week
        sys_days{2026y / October / 20},   // clocks go back in Europe on the 25th, in New York on 1 November
        sys_days{2026y / November / 20},  // longer hours on the 27th
        sys_days{2026y / December / 15},  // Christmas and New Year
    };
    return all;
}

Fault make_fault(Random& random, const World& world, int kinds_percent) {
    using Kind = Fault::Kind;
    static const std::vector<Kind> frequent{Kind::pause_stage, Kind::pause_worker, Kind::lose_commit};
    static const std::vector<Kind> all{Kind::pause_stage, Kind::pause_worker, Kind::crash, Kind::crash_before_commit,
                                       Kind::stop,        Kind::lose_commit,  Kind::expel, Kind::assign};
    Fault fault;
    fault.kind = random.pick(random.chance(kinds_percent) ? all : frequent);
    fault.at = world.begin + Milliseconds{random.between(0, (16 * days{1}) / Milliseconds{1})};
    // Trouble comes most often when there is something to do: a while after something was told, or with it, so that
    // it is read and not committed.
    if (!world.appendings.empty() && random.chance(70)) {
        const auto after = random.between(-3, 200'000);
        fault.at = random.pick(world.appendings).at + Milliseconds{after > 140'000 ? 0 : after};
    }
    fault.worker = static_cast<int>(random.between(0, 1));
    fault.stage = static_cast<int>(random.between(0, 1));
    fault.partition = static_cast<int>(random.between(0, 1));
    fault.length = Milliseconds{random.chance(50) ? random.between(0, 3h / 1ms)
                                                  : random.between(0, (3 * days{1}) / Milliseconds{1})};
    return fault;
}

}  // namespace

Instant make_beginning(Random& random) {
    return random.pick(beginnings()) + Milliseconds{random.between(0, days{1} / Milliseconds{1})};
}

void make_faults(Random& random, World& world) {
    const int kinds_percent = random.chance(70) ? 100 : 0;
    const auto count = random.between(0, 10);
    for (int i = 0; i < count; ++i) world.faults.push_back(make_fault(random, world, kinds_percent));
    if (random.chance(15)) {
        Fault fault = make_fault(random, world, 100);
        fault.kind = Fault::Kind::clock_step;
        fault.length = Milliseconds{random.between(-(3h / 1ms), 3h / 1ms)};
        world.faults.push_back(fault);
        // Somebody notices, often.
        fault.at += Milliseconds{random.between(0, 5h / 1ms)};
        fault.length = -fault.length;
        if (random.chance(60)) world.faults.push_back(fault);
    }
    std::stable_sort(world.faults.begin(), world.faults.end(),
                     [](const Fault& one, const Fault& other) { return one.at < other.at; });
}

std::string_view name_of(Fault::Kind kind) {
    switch (kind) {
        case Fault::Kind::pause_stage: return "stage paused";
        case Fault::Kind::pause_worker: return "worker paused";
        case Fault::Kind::crash: return "worker crashed";
        case Fault::Kind::crash_before_commit: return "worker crashed before commit";
        case Fault::Kind::stop: return "worker stopped";
        case Fault::Kind::lose_commit: return "next commit to be lost";
        case Fault::Kind::expel: return "reader expelled";
        case Fault::Kind::assign: return "partition assigned";
        case Fault::Kind::clock_step: return "clock set";
    }
    return {};
}

World make_world(std::uint64_t seed, const SimulationRules& rules) {
    Random random{seed};
    World world;
    world.seed = seed;
    world.begin = make_beginning(random);
    Shop shop{world, random, rules};
    shop.open_for(static_cast<int>(random.between(1, 4)));
    std::stable_sort(world.appendings.begin(), world.appendings.end(),
                     [](const Appending& one, const Appending& other) { return one.at < other.at; });
    make_faults(random, world);
    world.batch_records_max = random.chance(30) ? static_cast<std::size_t>(random.between(2, 12)) : 5000;
    world.due_ignored_percent = random.chance(50) ? static_cast<int>(random.between(0, 80)) : 0;
    world.end = world.begin + days{50};
    return world;
}

}  // namespace premura
