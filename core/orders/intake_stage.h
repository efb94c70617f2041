#pragma once

#include <memory>

#include "core/events/decoder.h"
#include "core/stage.h"

namespace premura {

// What stands before the orders stage for sources whose records are not keyed by order, or whose topic has
// another number of partitions: each event is sent on to the intake topic, under the key it should have. Keeps
// nothing.
class IntakeStage final : public Stage {
 public:
    IntakeStage(DecoderOptions options, std::shared_ptr<const RuleSet> rules)
        : decoder_{options}, rules_{std::move(rules)} {}

    void restore(std::string_view, std::string_view) override {}
    void apply(const Record& record, Instant arrival, Effects& effects) override;
    void fire(const Horizon&, Effects&) override {}
    std::optional<Instant> next_due() const override { return std::nullopt; }
    void collect_state(Effects&) override {}
    void use(std::shared_ptr<const RuleSet> rules) override { rules_ = std::move(rules); }
    std::size_t size() const override { return 0; }

 private:
    Decoder decoder_;
    std::shared_ptr<const RuleSet> rules_;
};

}  // namespace premura
