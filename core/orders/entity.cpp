#include "core/orders/entity.h"

#include <algorithm>
#include <tuple>

namespace premura {

bool Entity::before(std::uint8_t one, std::uint8_t other) const {
    const Entry& a = history[one];
    const Entry& b = history[other];
    return std::tie(a.time, a.identity) < std::tie(b.time, b.identity);
}

std::uint8_t Entity::find_subject(SubjectType type, std::string_view subject_id) const {
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        if (subjects[i].type == type && subjects[i].id == subject_id) {
            return static_cast<std::uint8_t>(i);
        }
    }
    return no_subject;
}

std::string_view Entity::id_of(SubjectType type, std::uint8_t subject) const {
    if (subject != no_subject && subjects[subject].type == type) return subjects[subject].id;
    for (const Subject& each : subjects) {
        if (each.type == type) return each.id;
    }
    return {};
}

std::uint32_t Entity::add_subjects(const Event& event, const EntityLimits& limits,
                                   AddResult& result) {
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < subject_type_count; ++i) {
        const std::string_view subject_id = event.subject_ids[i];
        if (subject_id.empty()) continue;
        const auto type = static_cast<SubjectType>(i);
        std::uint8_t index = find_subject(type, subject_id);
        if (index == no_subject && subjects.size() < limits.subjects_max) {
            index = static_cast<std::uint8_t>(subjects.size());
            subjects.push_back({type, subject_id});
        }
        if (index == no_subject) {
            ++result.dropped;
        } else {
            mask |= std::uint32_t{1} << index;
        }
    }
    return mask;
}

Entity::AddResult Entity::add(const Event& event, const EntityLimits& limits) {
    AddResult result;
    for (const Entry& entry : history) {
        if (entry.identity == event.identity) return {Added::repeated, 0};
    }
    if (history.size() >= limits.history_max) {
        ++result.dropped;
        if (!make_room(limits)) return result;
    }
    const auto index = static_cast<std::uint8_t>(history.size());
    const std::uint32_t mask = add_subjects(event, limits, result);
    history.push_back({event.type, event.time, event.identity, mask});
    types.insert(event.type);

    for (const Fact& fact : event.facts) {
        const SubjectType type = premura::fact(fact.number).subject;
        const std::string_view subject_id = event.subject_id(type);
        const std::uint8_t subject =
            subject_id.empty() ? no_subject : find_subject(type, subject_id);
        add_fact(fact, subject, index, limits, result);
    }
    return result;
}

void Entity::add_fact(const Fact& fact, std::uint8_t subject, std::uint8_t entry,
                      const EntityLimits& limits, AddResult& result) {
    // The neighbours in time of the new value, among the values of the same fact.
    KnownFact* earlier = nullptr;
    KnownFact* later = nullptr;
    KnownFact* around = nullptr;
    std::size_t versions = 0;
    for (KnownFact& known : facts) {
        if (known.number != fact.number || known.subject != subject) continue;
        ++versions;
        if (before(known.last, entry)) {
            if (earlier == nullptr || before(earlier->last, known.last)) earlier = &known;
        } else if (before(entry, known.first)) {
            if (later == nullptr || before(known.first, later->first)) later = &known;
        } else {
            around = &known;
        }
    }
    if (around != nullptr) {
        if (around->value == fact.value) return;
        // Something else was said in between: what was one span of time becomes two around the new value.
        const KnownFact after{fact.number, subject, around->last, around->last, around->value};
        around->last = around->first;
        facts.push_back(after);
        ++versions;
    } else if (earlier != nullptr && earlier->value == fact.value) {
        earlier->last = entry;
        return;
    } else if (later != nullptr && later->value == fact.value) {
        later->first = entry;
        return;
    }
    if (versions >= limits.versions_max || facts.size() >= limits.facts_max) {
        ++result.dropped;
        // The newest value is the one that matters to people; it takes the place of the one before.
        if (earlier != nullptr && later == nullptr && around == nullptr) {
            earlier->first = earlier->last = entry;
            earlier->value = fact.value;
        }
        return;
    }
    facts.push_back({fact.number, subject, entry, entry, fact.value});
}

const Value* Entity::fact_at(FactNumber number, std::uint8_t subject, Instant time) const {
    const bool of_this_type =
        subject != no_subject && subjects[subject].type == premura::fact(number).subject;
    const KnownFact* best = nullptr;
    bool best_is_before = false;
    for (const KnownFact& known : facts) {
        if (known.number != number) continue;
        if (of_this_type && known.subject != subject && known.subject != no_subject) continue;
        const bool is_before = history[known.first].time <= time;
        if (best == nullptr || (is_before && !best_is_before)) {
            best = &known;
            best_is_before = is_before;
            continue;
        }
        if (is_before != best_is_before) continue;
        // Up to `time` the last one counts, after it the first one.
        const bool closer = is_before ? before(best->first, known.first)
                                      : before(known.first, best->first);
        if (closer) best = &known;
    }
    return best == nullptr ? nullptr : &best->value;
}

// Frees one place of the history. Which one: of the events that are neither the first nor the last of their
// type for their subjects, and from which no fact comes, the oldest. When there is none, the oldest event that
// carries no fact; when all carry facts, none.
bool Entity::make_room(const EntityLimits&) {
    const std::size_t count = history.size();
    std::vector<bool> carries(count, false);
    for (const KnownFact& known : facts) carries[known.first] = carries[known.last] = true;

    std::size_t victim = count;
    bool victim_repeats = false;
    for (std::size_t i = 0; i < count; ++i) {
        if (carries[i]) continue;
        bool has_earlier = false;
        bool has_later = false;
        for (std::size_t j = 0; j < count; ++j) {
            if (i == j || history[i].type != history[j].type ||
                history[i].subjects != history[j].subjects) {
                continue;
            }
            const auto a = static_cast<std::uint8_t>(i);
            const auto b = static_cast<std::uint8_t>(j);
            (before(b, a) ? has_earlier : has_later) = true;
        }
        const bool repeats = has_earlier && has_later;
        const bool older = victim == count || before(static_cast<std::uint8_t>(i),
                                                     static_cast<std::uint8_t>(victim));
        if (victim == count || (repeats && !victim_repeats) ||
            (repeats == victim_repeats && older)) {
            victim = i;
            victim_repeats = repeats;
        }
    }
    if (victim == count) return false;
    history.erase(history.begin() + static_cast<std::ptrdiff_t>(victim));
    for (KnownFact& known : facts) {
        if (known.first > victim) --known.first;
        if (known.last > victim) --known.last;
    }
    return true;
}

Instant Entity::last_event_time() const {
    Instant last = instant_min;
    for (const Entry& entry : history) last = std::max(last, entry.time);
    return last;
}

bool Entity::is_erased() const {
    static const EventNumber erased = event_named("customer.erased")->number;
    return types.contains(erased);
}

void Entity::erase_personal() {
    std::erase_if(facts, [](const KnownFact& known) {
        const FactDefinition& definition = premura::fact(known.number);
        return definition.personal || definition.subject == SubjectType::customer;
    });
    for (Subject& subject : subjects) {
        if (subject.type == SubjectType::customer) subject.id = {};
    }
    for (Case& known : cases) known.customer = {};
}

void Entity::clear() {
    tenant = {};
    kind = SubjectType::order;
    id = {};
    subjects.clear();
    history.clear();
    facts.clear();
    cases.clear();
    touched = instant_min;
    types = {};
}

}  // namespace premura
