#include "core/orders/rule_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/cel/program.h"

namespace premura {
namespace {

// Far from the versions of an order's layout, which is the other thing in this topic.
constexpr std::uint8_t layout_version = 0xa1;

// Writes what a rule says as one text, to be hashed. Every part ends with a byte that no part contains.
class Description {
 public:
    void add(std::string_view part) {
        text_ += part;
        text_ += '\0';
    }
    void add(const EventSet& events) {
        for (const EventDefinition& each : all_events()) {
            if (events.contains(each.number)) add(each.name);
        }
        add("");
    }
    void add(const Filter& filter) {
        for (const Condition& condition : filter) {
            add(fact(condition.fact).name);
            add(std::to_string(static_cast<int>(condition.comparison)));
            for (const OwnedValue& operand : condition.operands) {
                std::visit([this](const auto& value) { add_value(value); }, operand);
            }
        }
        add("");
    }
    void add(const Expression& condition) { add(condition.given() ? condition.program->source() : ""); }
    std::uint64_t digest() const { return hash64(text_); }

 private:
    void add_value(const std::string& value) { add(value); }
    void add_value(double value) { add(fmt::format("{}", value)); }
    void add_value(bool value) { add(value ? "true" : "false"); }
    void add_value(Instant value) { add(std::to_string(milliseconds_of(value))); }

    std::string text_;
};

// A step without an id is known by what it does.
std::uint64_t mark_of(const Step& step) {
    if (!step.id.empty()) return hash64({"id", step.id});
    return hash64({name_of(step.verb), step.target, step.text, format(step.delay)});
}

std::vector<std::uint64_t> marks_of(const std::vector<Step>& steps) {
    std::vector<std::uint64_t> marks;
    std::transform(steps.begin(), steps.end(), std::back_inserter(marks), mark_of);
    return marks;
}

}  // namespace

std::uint64_t start_digest(const Rule& rule) {
    Description text;
    text.add(name_of(rule.subject));
    text.add(rule.when);
    return text.digest();
}

std::uint64_t definition_digest(const Rule& rule, const RuleSet& rules) {
    Description text;
    text.add(name_of(rule.subject));
    for (const EventSet* events :
         {&rule.when, &rule.expect, &rule.unless, &rule.pause_from, &rule.pause_until}) {
        text.add(*events);
    }
    text.add(rule.where);
    text.add(rule.expect_where);
    text.add(rule.only_if);
    text.add(name_of(rule.again));
    text.add(rule.within ? format(*rule.within) : std::to_string(rule.by));
    for (const auto& [id, tenant] : rules.tenants) {
        const bool ours = rule.tenants.empty() ||
                          std::find(rule.tenants.begin(), rule.tenants.end(), id) != rule.tenants.end();
        if (!ours) continue;
        text.add(id);
        if (const Calendar* calendar = rules.calendar(tenant, rule.calendar, {})) {
            text.add(std::to_string(calendar->digest()));
        }
        // A calendar that depends on the warehouse: any of them.
        for (const auto& [warehouse, name] : tenant.warehouses) {
            if (rule.calendar.fact == 0) break;
            const Calendar* calendar = rules.calendar(tenant, rule.calendar, warehouse);
            if (calendar != nullptr) text.add(std::to_string(calendar->digest()));
        }
        if (const auto own = tenant.exceptions.find(rule.id); own != tenant.exceptions.end()) {
            for (const Exception& exception : own->second) text.add(exception.where);
        }
    }
    for (const Exception& exception : rule.exceptions) text.add(exception.where);
    return text.digest();
}

std::uint32_t step_mark(const Step& step) {
    return step.id.empty() ? 0 : static_cast<std::uint32_t>(mark_of(step)) | 1u;
}

bool RuleMemory::restore(std::string_view bytes) {
    ByteReader in{bytes};
    if (in.byte() != layout_version) return false;
    std::map<std::string, Entry, std::less<>> entries;
    const std::uint64_t count = in.varint();
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        std::string id{in.text()};
        Entry& entry = entries[std::move(id)];
        entry.since = instant_of(static_cast<std::int64_t>(in.fixed64()));
        entry.removed_at = instant_of(static_cast<std::int64_t>(in.fixed64()));
        entry.definition = in.fixed64();
        const std::uint64_t steps = in.varint();
        if (steps > Rule::steps_max) return false;
        for (std::uint64_t step = 0; step < steps && in.ok(); ++step) entry.steps.push_back(in.fixed64());
    }
    if (!in.ok() || !in.at_end()) return false;
    entries_ = std::move(entries);
    learned_ = true;
    return true;
}

std::string RuleMemory::encoded() const {
    std::string bytes;
    {
        ByteWriter out{bytes};
        out.byte(layout_version);
        out.varint(entries_.size());
        for (const auto& [id, entry] : entries_) {
            out.text(id);
            out.fixed64(static_cast<std::uint64_t>(milliseconds_of(entry.since)));
            out.fixed64(static_cast<std::uint64_t>(milliseconds_of(entry.removed_at)));
            out.fixed64(entry.definition);
            out.varint(entry.steps.size());
            for (const std::uint64_t step : entry.steps) out.fixed64(step);
        }
    }
    return bytes;
}

// The rule's own entry, or that of an id it had before, which becomes its own.
RuleMemory::Entry* RuleMemory::inherited(const Rule& rule) {
    if (const auto own = entries_.find(rule.id); own != entries_.end()) return &own->second;
    for (const std::string& id : rule.was) {
        auto earlier = entries_.extract(id);
        if (!earlier) continue;
        earlier.key() = rule.id;
        changed_ = true;
        return &entries_.insert(std::move(earlier)).position->second;
    }
    return nullptr;
}

bool RuleMemory::learn(const RuleSet& rules, Instant now) {
    const bool is_first = !learned_;
    bool edited = false;
    learned_ = true;
    for (const Rule& rule : rules.rules) {
        const std::uint64_t definition = definition_digest(rule, rules);
        std::vector<std::uint64_t> steps = marks_of(rule.if_late);
        Entry* known = inherited(rule);
        if (known != nullptr && known->removed_at != instant_max && now - known->removed_at > removed_kept) {
            entries_.erase(rule.id);
            known = nullptr;
        }
        if (known == nullptr) {
            Entry added;
            added.since = is_first ? instant_min : now;
            added.definition = definition;
            added.steps = std::move(steps);
            entries_.insert_or_assign(rule.id, std::move(added));
            changed_ = true;
            edited = edited || !is_first;
            continue;
        }
        known->edited = known->definition != definition;
        known->new_steps.clear();
        for (const std::uint64_t step : steps) {
            known->new_steps.push_back(std::find(known->steps.begin(), known->steps.end(), step) ==
                                       known->steps.end());
        }
        const bool differs = known->edited || known->steps != steps || known->removed_at != instant_max;
        known->definition = definition;
        known->steps = std::move(steps);
        known->removed_at = instant_max;
        changed_ = changed_ || differs;
        edited = edited || differs;
    }
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        Entry& rule = entry->second;
        if (rules.rule(entry->first) == nullptr && rule.removed_at == instant_max) {
            rule.removed_at = now;
            changed_ = edited = true;
        }
        const bool forgotten = rule.removed_at != instant_max && now - rule.removed_at > removed_kept;
        changed_ = changed_ || forgotten;
        entry = forgotten ? entries_.erase(entry) : std::next(entry);
    }
    return edited;
}

const RuleMemory::Entry* RuleMemory::find(const Rule& rule) const {
    const auto entry = entries_.find(rule.id);
    return entry == entries_.end() ? nullptr : &entry->second;
}

Instant RuleMemory::since(const Rule& rule) const {
    const Entry* entry = find(rule);
    if (entry == nullptr || entry->since == instant_min) return instant_min;
    return entry->since - rule.backfill;
}

bool RuleMemory::was_edited(const Rule& rule) const {
    const Entry* entry = find(rule);
    return entry != nullptr && entry->edited;
}

bool RuleMemory::is_new_step(const Rule& rule, std::size_t index) const {
    const Entry* entry = find(rule);
    return entry != nullptr && index < entry->new_steps.size() && entry->new_steps[index];
}

bool RuleMemory::take_changed() {
    const bool changed = changed_;
    changed_ = false;
    return changed;
}

}  // namespace premura
