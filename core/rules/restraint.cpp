#include "core/rules/restraint.h"

namespace premura {
namespace {

constexpr int twice = 2;

Surge shipped(std::string name, int more_than, std::vector<Surge::By> per) {
    Surge surge;
    surge.name = std::move(name);
    surge.more_than = more_than;
    surge.times_usual = twice;
    surge.per = std::move(per);
    return surge;
}

}  // namespace

std::vector<Surge> shipped_surges() {
    return {shipped("warehouse", 50, {Surge::By::warehouse}), shipped("courier", 50, {Surge::By::courier}),
            shipped("rule", 100, {Surge::By::rule}), shipped("tenant", 200, {})};
}

}  // namespace premura
