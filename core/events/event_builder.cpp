#include "core/events/event_builder.h"

#include <cstring>

#include "core/events/limits.h"

namespace premura {
namespace {

constexpr std::uint8_t no_subject = 255;

// What an event does with a fact, by its number.
struct Handling {
    FactKind kind = FactKind::text;
    std::uint8_t subject = no_subject;  // whose id it is
};

std::array<Handling, 256> handlings() {
    std::array<Handling, 256> table{};
    for (const FactDefinition& definition : all_facts()) {
        table[definition.number].kind = definition.kind;
    }
    for (std::uint8_t i = 0; i < subject_type_count; ++i) {
        table[id_fact_of(static_cast<SubjectType>(i))].subject = i;
    }
    return table;
}
const std::array<Handling, 256> handling = handlings();

}  // namespace

std::string_view TextArena::keep(std::string_view text) {
    if (text.empty()) return {};
    used_ = true;
    auto* copy = static_cast<char*>(memory_.allocate(text.size(), 1));
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
}

const TimeZone* TimeZones::find(std::string_view name) {
    auto found = zones_.find(name);
    if (found == zones_.end()) {
        if (zones_.size() >= zones_max) zones_.clear();
        found = zones_.emplace(std::string{name}, TimeZone::find(name)).first;
    }
    return found->second ? &*found->second : nullptr;
}

Event& EventPool::add() {
    if (used_ == events_.size()) events_.emplace_back().facts.reserve(32);
    Event& event = events_[used_++];
    event.tenant = {};
    event.type = 0;
    event.identity = 0;
    event.time = {};
    event.broker_time = false;
    event.subject_ids.fill({});
    event.facts.clear();
    return event;
}

void EventBuilder::start(Event& event) {
    event_ = &event;
    present_.reset();
    local_times_.clear();
}

Fact* EventBuilder::find(FactNumber number) {
    for (Fact& entry : event_->facts) {
        if (entry.number == number) return &entry;
    }
    return nullptr;
}

void EventBuilder::set(FactNumber number, const Value& value) {
    if (!present_.test(number)) {
        present_.set(number);
        event_->facts.push_back({number, value});
    } else if (Fact* known = find(number)) {
        known->value = value;
    }
}

FactError EventBuilder::add_text(FactNumber number, std::string_view text) {
    if (handling[number].kind == FactKind::time) return add_time(number, text);
    if (handling[number].kind != FactKind::text) return FactError::wrong_kind;
    if (text.size() > text_bytes_max) return FactError::too_long;
    if (text.empty()) return FactError::none;
    const std::uint8_t subject = handling[number].subject;
    if (subject != no_subject) {
        event_->subject_ids[subject] = text;
    } else {
        set(number, Value::of(text));
    }
    return FactError::none;
}

FactError EventBuilder::add_number(FactNumber number, double value) {
    if (handling[number].kind != FactKind::number) return FactError::wrong_kind;
    set(number, Value::of(value));
    return FactError::none;
}

FactError EventBuilder::add_boolean(FactNumber number, bool value) {
    if (handling[number].kind != FactKind::boolean) return FactError::wrong_kind;
    set(number, Value::of(value));
    return FactError::none;
}

FactError EventBuilder::add_time(FactNumber number, std::string_view text) {
    if (handling[number].kind != FactKind::time) return FactError::wrong_kind;
    if (text.empty()) return FactError::none;
    if (const auto instant = parse_rfc3339(text)) {
        set(number, Value::of(*instant));
    } else if (const auto date = parse_date(text)) {
        set(number, Value::of_date(std::chrono::sys_days{*date}));
    } else if (const auto local = parse_local_time(text)) {
        // The place is taken now, so that the facts keep their order.
        set(number, Value{});
        local_times_.push_back({number, *local});
    } else {
        return FactError::bad_time;
    }
    return FactError::none;
}

FactError EventBuilder::add_value(FactNumber number, Value value) {
    switch (value.kind) {
        case Value::Kind::none:
            return FactError::none;
        case Value::Kind::text:
            return add_text(number, value.text);
        case Value::Kind::number:
            return add_number(number, value.number);
        case Value::Kind::boolean:
            return add_boolean(number, value.boolean);
        case Value::Kind::time:
        case Value::Kind::date:
            break;
    }
    if (handling[number].kind != FactKind::time) return FactError::wrong_kind;
    set(number, value);
    return FactError::none;
}

void EventBuilder::resolve_local_times(const TimeZone& zone) {
    // The last one said of a fact counts: it comes first here, and whatever was said before finds
    // the place taken.
    for (auto pending = local_times_.rbegin(); pending != local_times_.rend(); ++pending) {
        Fact* known = find(pending->number);
        if (known != nullptr && known->value.kind == Value::Kind::none) {
            known->value = Value::of(zone.instant_of_local(pending->time));
        }
    }
    local_times_.clear();
}

void EventBuilder::keep_texts(TextArena& arena) {
    for (std::string_view& id : event_->subject_ids) id = arena.keep(id);
    for (Fact& entry : event_->facts) {
        if (entry.value.kind == Value::Kind::text) {
            entry.value.text = arena.keep(entry.value.text);
        }
    }
}

}  // namespace premura
