#include "core/backtest/virtual_stages.h"

#include <algorithm>
#include <utility>

#include "core/base/hash.h"

namespace premura {
namespace {

// How many records may pass until the orders stage is asked for its counts.
constexpr std::size_t collect_every = 4096;

OrdersOptions orders_options(TimeOrder order) {
    OrdersOptions options;
    options.replay = order == TimeOrder::event_time;
    return options;
}

ContactsOptions contacts_options(TimeOrder order) {
    ContactsOptions options;
    options.replay = order == TimeOrder::event_time;
    return options;
}

Record record_of(const Output& output) {
    Record record;
    record.topic = output.topic;
    record.key = output.key;
    record.value = output.value.value_or("");
    record.tombstone = !output.value;
    record.headers = output.headers;
    record.timestamp = output.timestamp;
    return record;
}

std::uint64_t hash_of(const Customer::Decision& decision) {
    return hash64({decision.contact, decision.outcome, decision.reason,
                   std::to_string(milliseconds_of(decision.at))});
}

}  // namespace

VirtualStages::VirtualStages(TimeOrder order, std::shared_ptr<const RuleSet> rules,
                             DecisionListener& listener)
    : order_{order},
      listener_{listener},
      orders_{orders_options(order), rules},
      contacts_{contacts_options(order), rules},
      house_{{}, rules} {}

void VirtualStages::take(const Record& record, Instant arrival) {
    if (order_ == TimeOrder::arrival) run_arrivals_on(arrival);
    orders_.apply(record, arrival, effects_);
    settle(arrival);
    if (order_ == TimeOrder::event_time) {
        const Instant until = orders_.decided_until();
        if (until > contacts_until_) {
            contacts_until_ = until;
            contacts_.fire({until, until, true}, effects_);
            settle(until);
        }
    }
    hear_decisions();
    if (++since_collected_ < collect_every) return;
    since_collected_ = 0;
    Effects collected;
    orders_.collect_state(collected);
    for (const Effects::Count& count : collected.counts) listener_.count(count);
}

void VirtualStages::run_on(Instant until) {
    if (order_ == TimeOrder::arrival) {
        run_arrivals_on(until);
    } else {
        const Instant before = until - Milliseconds{1};
        orders_.fire({until, before, true}, effects_);
        settle(until);
        contacts_.fire({before, before, true}, effects_);
        settle(until);
    }
    hear_decisions();
    Effects collected;
    orders_.collect_state(collected);
    for (const Effects::Count& count : collected.counts) listener_.count(count);
}

// A daemon that is awake wakes at each due moment and finds nothing new in its log.
void VirtualStages::run_arrivals_on(Instant until) {
    std::optional<Instant> before;
    for (;;) {
        const auto orders = orders_.next_due();
        const auto contacts = contacts_.next_due();
        Instant next = std::min({orders.value_or(instant_max), contacts.value_or(instant_max),
                                 house_.next_due().value_or(instant_max)});
        // What is still due at a moment that was seen to waits for the clock to move.
        if (before == next) next = now_ + Milliseconds{1};
        before = next;
        if (next >= until) break;
        now_ = std::max(now_, next);
        fire({now_, now_, false});
    }
    now_ = std::max(now_, until);
}

void VirtualStages::fire(const Horizon& horizon) {
    orders_.fire(horizon, effects_);
    settle(horizon.now);
    contacts_.fire(horizon, effects_);
    settle(horizon.now);
    house_.fire(horizon, effects_);
    settle(horizon.now);
    Effects unkept;
    house_.collect_state(unkept);
    hear_decisions();
}

// Hands on what came out, and what comes out of that, until all is quiet.
void VirtualStages::settle(Instant now) {
    while (!effects_.outputs.empty() || !effects_.counts.empty()) {
        Effects next;
        for (const Effects::Count& count : effects_.counts) {
            decided_ = decided_ || count.name == "contacts";
            listener_.count(count);
        }
        for (const Output& output : effects_.outputs) deliver(output, now, next);
        effects_ = std::move(next);
    }
}

void VirtualStages::deliver(const Output& output, Instant now, Effects& effects) {
    if (output.topic == "findings") {
        const Record record = record_of(output);
        std::string error;
        const auto finding = finding_of(record, error);
        if (finding && listener_.finding(*finding)) contacts_.apply(record, now, effects);
    } else if (output.topic == "intake") {
        orders_.apply(record_of(output), now, effects);
    } else if (output.topic == "house") {
        house_.apply(record_of(output), now, effects);
    } else if (output.topic == "house-words") {
        contacts_.apply(record_of(output), now, effects);
    } else {
        listener_.output(output);
    }
}

void VirtualStages::hear_decisions() {
    if (!std::exchange(decided_, false)) return;
    Effects collected;
    contacts_.collect_state(collected);
    for (const StateRecord& record : collected.state) {
        if (!record.value || !decode(*record.value, customer_)) continue;
        const auto& decisions = customer_.decisions;
        if (decisions.empty()) continue;
        std::uint64_t& heard = heard_[record.key];
        const auto last = std::find_if(
            decisions.rbegin(), decisions.rend(),
            [heard](const Customer::Decision& each) { return hash_of(each) == heard; });
        for (auto fresh = last.base(); fresh != decisions.end(); ++fresh) {
            listener_.decision(customer_, *fresh);
        }
        heard = hash_of(decisions.back());
    }
}

}  // namespace premura
