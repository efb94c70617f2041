#include "tests/simulation/model.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace premura {
namespace {

using Events = std::vector<const ModelEvent*>;

// What is known of one order, or of a shipment whose order nobody has named yet; by time.
struct Group {
    std::string order;
    Events events;
};

std::vector<Group> group(const Events& known) {
    std::map<std::string, std::string> order_of_shipment;
    for (const ModelEvent* event : known) {
        const std::string& shipment = event->id_of(SubjectType::shipment);
        if (!event->ids[0].empty() && !shipment.empty()) order_of_shipment[shipment] = event->ids[0];
    }
    std::map<std::string, Group> groups;
    for (const ModelEvent* event : known) {
        std::string order = event->id_of(SubjectType::order);
        const std::string& shipment = event->id_of(SubjectType::shipment);
        if (order.empty() && order_of_shipment.contains(shipment)) order = order_of_shipment[shipment];
        Group& home = groups[order.empty() ? "shipment/" + shipment : order];
        home.order = order;
        home.events.push_back(event);
    }
    std::vector<Group> all;
    for (auto& [name, home] : groups) {
        std::sort(home.events.begin(), home.events.end(),
                  [](const ModelEvent* one, const ModelEvent* other) { return one->time < other->time; });
        all.push_back(std::move(home));
    }
    return all;
}

// One rule applied to one subject.
class Reading {
 public:
    Reading(const Rule& rule, const Group& home, std::string subject, const SimulationRules& rules)
        : rule_{rule}, home_{home}, subject_{std::move(subject)}, rules_{rules} {
        for (const ModelEvent* event : home.events) {
            const std::string& named = event->id_of(rule.subject);
            if (named == subject_ || named.empty()) events_.push_back(event);
        }
    }

    std::vector<ModelClock> clocks() const {
        Events starts;
        for (const ModelEvent* event : events_) {
            if (rule_.when.contains(event->type) && holds(rule_.where, event->time)) starts.push_back(event);
        }
        if (rule_.again == Rule::Again::once && !starts.empty()) starts.resize(1);
        std::vector<ModelClock> found;
        for (std::size_t i = 0; i < starts.size(); ++i) {
            const ModelEvent* replaced_by =
                rule_.again == Rule::Again::restart && i + 1 < starts.size() ? starts[i + 1] : nullptr;
            if (auto clock = clock_of(*starts[i], replaced_by)) found.push_back(std::move(*clock));
        }
        return found;
    }

 private:
    // The latest value said up to that time; else the earliest one said later.
    std::optional<ModelValue> value(FactNumber number, Instant at) const {
        const SubjectType owner = fact(number).subject;
        std::optional<ModelValue> found;
        for (const ModelEvent* event : home_.events) {
            if (owner == rule_.subject && !event->id_of(owner).empty() && event->id_of(owner) != subject_) continue;
            for (const auto& [said, said_value] : event->facts) {
                if (said == number && (event->time <= at || !found)) found = said_value;
            }
        }
        return found;
    }

    static bool equals(const ModelValue& value, const OwnedValue& operand) {
        if (const auto* text = std::get_if<std::string>(&value)) return operand == OwnedValue{*text};
        if (const auto* number = std::get_if<double>(&value)) return operand == OwnedValue{*number};
        if (const auto* truth = std::get_if<bool>(&value)) return operand == OwnedValue{*truth};
        return false;
    }

    bool holds(const Condition& condition, Instant at) const {
        const auto found = value(condition.fact, at);
        const auto& operands = condition.operands;
        const bool listed = found && std::any_of(operands.begin(), operands.end(), [&found](const auto& operand) {
                                return equals(*found, operand);
                            });
        switch (condition.comparison) {
            case Condition::Operator::any_of: return listed;
            case Condition::Operator::none_of: return !listed;
            case Condition::Operator::present: return found.has_value() == std::get<bool>(operands[0]);
            case Condition::Operator::at_least:
                return found && std::get<double>(*found) >= std::get<double>(operands[0]);
            default: return false;  // no rule of the simulation compares otherwise
        }
    }
    bool holds(const Filter& filter, Instant at) const {
        return std::all_of(filter.begin(), filter.end(),
                           [this, at](const Condition& condition) { return holds(condition, at); });
    }

    std::vector<Pause> pauses() const {
        std::vector<Pause> found;
        for (const ModelEvent* event : events_) {
            const bool paused = !found.empty() && found.back().to == instant_max;
            if (!paused && rule_.pause_from.contains(event->type)) found.push_back({event->time, instant_max});
            if (paused && rule_.pause_until.contains(event->type)) found.back().to = event->time;
        }
        return found;
    }

    // The calendar that a reference means; null: always open.
    const NaiveCalendar* calendar(const CalendarReference& reference, Instant at) const {
        const Tenant& tenant = *rules_.set->tenant(SimulationRules::tenant);
        if (reference.fact != 0) {
            const auto found = value(reference.fact, at);
            if (!found) return nullptr;
            return &rules_.calendars.at(tenant.warehouses.at(std::get<std::string>(*found)));
        }
        return reference.name.empty() ? nullptr : &rules_.calendars.at(tenant.calendars.at(reference.name));
    }

    static Instant after(Instant start, const Duration& delay, const NaiveCalendar* calendar,
                         const std::vector<Pause>& pauses) {
        switch (delay.unit) {
            case Duration::Unit::elapsed: return add_elapsed(start, delay.time, pauses);
            case Duration::Unit::business_time: return calendar->add_time(start, delay.time, pauses);
            case Duration::Unit::business_days: return calendar->add_days(start, delay.days, pauses);
        }
        return start;
    }

    static Instant before(Instant deadline, const Duration& delay, const NaiveCalendar* calendar) {
        switch (delay.unit) {
            case Duration::Unit::elapsed: return deadline - delay.time;
            case Duration::Unit::business_time: return calendar->time_before(deadline, delay.time);
            case Duration::Unit::business_days: return calendar->days_before(deadline, delay.days);
        }
        return deadline;
    }

    std::optional<Instant> deadline_of(const ModelEvent& start) const {
        if (rule_.by == 0) {
            const NaiveCalendar* hours = calendar(rule_.calendar, start.time);
            if (rule_.within->needs_calendar() && hours == nullptr) return std::nullopt;
            return after(start.time, *rule_.within, hours, pauses());
        }
        const auto by = value(rule_.by, start.time);
        if (!by) return std::nullopt;
        if (const auto* time = std::get_if<Instant>(&*by)) return *time;
        return naive_end_of_date(rules_.set->tenant(SimulationRules::tenant)->timezone,
                                 std::get<std::chrono::sys_days>(*by));
    }

    std::optional<ModelClock> clock_of(const ModelEvent& start, const ModelEvent* replaced_by) const {
        const auto deadline = deadline_of(start);
        if (!deadline) return std::nullopt;
        ModelClock clock;
        clock.rule = &rule_;
        clock.order = home_.order;
        clock.subject = subject_;
        clock.occurrence = rule_.again == Rule::Again::once ? std::string{} : start.id;
        clock.start = start.time;
        clock.deadline = *deadline;
        clock.late_at = std::max(*deadline, start.time);
        end(clock, start, replaced_by);
        if (*deadline != instant_max) plan(clock, start.time);
        return clock;
    }

    // Finds what ended it first, by event time. An event that both satisfies and starts satisfies first.
    void end(ModelClock& clock, const ModelEvent& start, const ModelEvent* replaced_by) const {
        clock.ended_at = instant_max;
        const auto consider = [&clock](Instant time, std::string_view reason) {
            if (time < clock.ended_at) {
                clock.ended_at = time;
                clock.ended = reason;
            }
        };
        const bool once = rule_.again == Rule::Again::once;
        for (const ModelEvent* event : events_) {
            const bool final = event_definition(event->type).final;
            const bool since = event->time >= start.time && event != &start;
            if (rule_.expect.contains(event->type) && (final || once || since) &&
                holds(rule_.expect_where, event->time)) {
                consider(event->time, "met");
            }
            if (rule_.unless.contains(event->type) && (final || since)) consider(event->time, "cancelled");
        }
        if (replaced_by != nullptr) consider(replaced_by->time, "restarted");
    }

    void plan(ModelClock& clock, Instant start) const {
        const auto calendar_of = [this, start](const Step& step) {
            return calendar(step.calendar.given() ? step.calendar : rule_.calendar, start);
        };
        for (const Step& step : rule_.early_warning) {
            clock.warnings.push_back(std::max(start, before(clock.deadline, step.delay, calendar_of(step))));
        }
        Instant planned = clock.late_at;
        for (const Step& step : rule_.if_late) {
            planned = after(planned, step.delay, calendar_of(step), {});
            clock.steps.push_back(planned);
        }
    }

    const Rule& rule_;
    const Group& home_;
    const std::string subject_;
    const SimulationRules& rules_;
    Events events_;
};

}  // namespace

std::vector<ModelClock> evaluate(const std::vector<const ModelEvent*>& known, const SimulationRules& rules) {
    std::vector<ModelClock> all;
    for (const Group& home : group(known)) {
        for (const Rule& rule : rules.set->rules) {
            std::set<std::string> subjects;
            for (const ModelEvent* event : home.events) subjects.insert(event->id_of(rule.subject));
            subjects.erase("");
            if (rule.subject == SubjectType::order) subjects = {home.order};
            for (const std::string& subject : subjects) {
                if (subject.empty()) continue;
                const Reading reading{rule, home, subject, rules};
                for (ModelClock& clock : reading.clocks()) all.push_back(std::move(clock));
            }
        }
    }
    return all;
}

}  // namespace premura
