#include "core/orders/intake_stage.h"

#include "core/orders/routing.h"

namespace premura {

void IntakeStage::apply(const Record& record, Instant arrival, Effects& effects) {
    const DecodeResult decoded = decoder_.decode(record, *rules_, arrival);
    if (decoded.unknown_facts != 0) effects.count("unknown_facts", {}, decoded.unknown_facts);
    if (decoded.future_times != 0) effects.count("future_times", {}, decoded.future_times);
    switch (decoded.outcome) {
        case DecodeResult::Outcome::rejected:
            effects.count("events_quarantined", std::string{decoded.rejection.reason});
            effects.outputs.push_back(quarantined(record, decoded.rejection, arrival));
            return;
        case DecodeResult::Outcome::ignored:
            effects.count("events_ignored", decoded.label);
            return;
        case DecodeResult::Outcome::clock: return;
        case DecodeResult::Outcome::events: break;
    }
    for (const Event& event : decoded.events) {
        effects.count("events_rekeyed");
        effects.outputs.push_back(forwarded(event, target_of(event)));
    }
}

}  // namespace premura
