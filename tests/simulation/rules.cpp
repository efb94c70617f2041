#include "tests/simulation/rules.h"

#include <initializer_list>
#include <stdexcept>

namespace premura {
namespace {

using namespace std::chrono_literals;
using namespace std::chrono;

EventSet events(std::initializer_list<std::string_view> names) {
    EventSet set;
    for (const auto name : names) set.insert(event_named(name)->number);
    return set;
}

FactNumber fact_number(std::string_view name) { return fact_named(name)->number; }

Condition condition(std::string_view name, Condition::Operator comparison, std::vector<OwnedValue> operands) {
    return {fact_number(name), comparison, std::move(operands)};
}

OwnedValue text(const char* value) { return std::string{value}; }

Duration elapsed(Milliseconds time) { return {Duration::Unit::elapsed, time, 0}; }
Duration business(Milliseconds time) { return {Duration::Unit::business_time, time, 0}; }
Duration business_days(int days) { return {Duration::Unit::business_days, Milliseconds{0}, days}; }

Step step(Step::Verb verb, std::string target, std::string text, Duration delay = {},
          std::string calendar = {}, Priority priority = Priority::normal) {
    Step made;
    made.verb = verb;
    made.target = std::move(target);
    made.text = std::move(text);
    made.delay = delay;
    made.calendar.name = std::move(calendar);
    made.priority = priority;
    return made;
}
Step expedite(std::string target, Duration delay = {}) {
    return step(Step::Verb::expedite, std::move(target), "press_on", delay);
}
Step call(Duration delay = {}, Priority priority = Priority::normal) {
    return step(Step::Verb::call, "customer", "call-script", delay, {}, priority);
}
Step notify(Duration delay = {}, std::string calendar = {}) {
    return step(Step::Verb::notify, "customer", "late-message", delay, std::move(calendar));
}
Step escalate(Duration delay = {}) { return step(Step::Verb::escalate, "lead", {}, delay); }

Rule rule(std::string id, SubjectType subject) {
    Rule made;
    made.id = made.name = std::move(id);
    made.owner = "lead";
    made.subject = subject;
    return made;
}

Rule order_not_packed() {
    Rule made = rule("order-not-packed", SubjectType::order);
    made.when = events({"order.paid"});
    made.where = {condition("order.fulfilment", Condition::Operator::any_of, {text("warehouse")})};
    made.expect = events({"parcel.packed"});
    made.within = business(24h);
    made.calendar.fact = fact_number("order.warehouse");
    made.unless = events({"order.cancelled", "order.refunded"});
    made.pause_from = events({"order.held"});
    made.pause_until = events({"order.released"});
    made.if_late = {expedite("warehouse"), call(business(2h), Priority::high)};
    return made;
}

Rule courier_problem() {
    Rule made = rule("courier-problem", SubjectType::shipment);
    made.when = events({"shipment.exception"});
    made.where = {condition("shipment.reason", Condition::Operator::none_of, {text("refused")})};
    made.expect = events({"shipment.out_for_delivery", "shipment.available_for_pickup", "shipment.delivered"});
    made.within = business(4h);
    made.calendar.name = "courier";
    made.unless = events({"order.cancelled", "shipment.returning"});
    made.again = Rule::Again::restart;
    made.if_late = {expedite("courier"), call({}, Priority::urgent), escalate(business_days(1))};
    return made;
}

Rule no_scan() {
    Rule made = rule("no-scan", SubjectType::shipment);
    made.when = events({"shipment.handed_over", "shipment.scanned"});
    made.expect = events({"shipment.scanned", "shipment.delivered"});
    made.within = business_days(2);
    made.calendar.name = "courier";
    made.unless = events({"shipment.returning", "shipment.lost"});
    made.again = Rule::Again::restart;
    made.if_late = {expedite("courier"), notify(business_days(1))};
    return made;
}

Rule waiting_for_pickup() {
    Rule made = rule("waiting-for-pickup", SubjectType::shipment);
    made.when = events({"shipment.available_for_pickup"});
    made.expect = events({"shipment.delivered"});
    made.within = elapsed(days{6});
    made.unless = events({"shipment.returning"});
    made.early_warning = {notify(elapsed(days{3}))};
    made.if_late = {call()};
    return made;
}

Rule promise_broken() {
    Rule made = rule("promise-broken", SubjectType::order);
    made.when = events({"order.paid", "promise.changed"});
    made.where = {condition("order.promised_by", Condition::Operator::present, {true})};
    made.expect = events({"shipment.delivered"});
    made.by = fact_number("order.promised_by");
    made.unless = events({"order.cancelled"});
    made.again = Rule::Again::restart;
    made.early_warning = {expedite("warehouse", elapsed(days{1})), escalate(elapsed(2h))};
    made.if_late = {call({}, Priority::urgent), escalate(elapsed(1h))};
    return made;
}

Rule points_missing() {
    Rule made = rule("points-missing", SubjectType::order);
    made.when = events({"order.paid"});
    made.where = {condition("customer.loyalty_member", Condition::Operator::any_of, {true}),
                  condition("order.total", Condition::Operator::at_least, {20.0}),
                  condition("order.channel", Condition::Operator::any_of, {text("web"), text("app")})};
    made.expect = events({"loyalty.credited"});
    made.within = elapsed(1h);
    made.unless = events({"order.cancelled", "order.refunded"});
    made.if_late = {expedite("loyalty"), notify(business_days(1), "care")};
    return made;
}

Rule refund_not_paid() {
    Rule made = rule("refund-not-paid", SubjectType::return_);
    made.when = events({"return.received"});
    made.where = {condition("return.outcome", Condition::Operator::any_of, {text("accepted")})};
    made.expect = events({"refund.paid"});
    made.within = business_days(5);
    made.calendar.name = "bank";
    made.unless = events({"return.rejected", "return.exchanged"});
    made.early_warning = {escalate(business_days(1))};
    made.if_late = {escalate(), call({}, Priority::high)};
    return made;
}

Rule update_owed() {
    Rule made = rule("update-owed", SubjectType::promise);
    made.when = events({"promise.made"});
    made.where = {condition("promise.kind", Condition::Operator::any_of, {text("update")})};
    made.expect = events({"contact.sent"});
    made.expect_where = {condition("contact.channel", Condition::Operator::none_of, {text("review")})};
    made.within = business(1h);
    made.calendar.name = "care";
    made.unless = events({"promise.withdrawn", "order.cancelled"});
    made.again = Rule::Again::each_time;
    made.if_late = {call({}, Priority::urgent), escalate(business(30min))};
    return made;
}

Rule change_not_answered() {
    Rule made = rule("change-not-answered", SubjectType::order);
    made.when = events({"order.changed"});
    made.expect = events({"contact.call_done"});
    made.within = elapsed(3h);
    made.again = Rule::Again::each_time;
    made.if_late = {notify(), call(elapsed(2h))};
    return made;
}

// Tried out: must be seen in findings and heard by nobody.
Rule not_paid() {
    Rule made = rule("not-paid", SubjectType::order);
    made.mode = Rule::Mode::trial;
    made.when = events({"order.placed"});
    made.expect = events({"order.paid"});
    made.within = elapsed(30h);
    made.unless = events({"order.cancelled"});
    made.pause_from = events({"order.held"});
    made.pause_until = events({"order.released"});
    made.early_warning = {notify(elapsed(5h))};
    made.if_late = {notify(), call(elapsed(1h)), expedite("shop")};
    return made;
}

Rule not_shipped() {
    Rule made = rule("not-shipped", SubjectType::order);
    made.when = events({"order.paid"});
    made.expect = events({"shipment.handed_over"});
    made.within = business_days(3);
    made.calendar.name = "care";
    made.unless = events({"order.cancelled", "order.refunded"});
    made.pause_from = events({"order.held"});
    made.pause_until = events({"order.released"});
    made.early_warning = {expedite("warehouse", business(3h))};
    made.if_late = {escalate(), notify(business(1h)), expedite("warehouse", elapsed(8h))};
    return made;
}

WeeklyHours week(DaySpans weekdays, DaySpans saturday, DaySpans sunday = {}) {
    WeeklyHours hours;
    for (std::size_t i = 0; i < 5; ++i) hours[i] = weekdays;
    hours[5] = std::move(saturday);
    hours[6] = std::move(sunday);
    return hours;
}

MinuteSpan span(hours from, hours to) {
    return {static_cast<int>(from / minutes{1}), static_cast<int>(to / minutes{1})};
}

CalendarSpec calendar(std::string name, std::string zone, WeeklyHours hours) {
    const auto date = [](int y, unsigned m, unsigned d) { return year{y} / month{m} / day{d}; };
    CalendarSpec spec;
    spec.name = spec.title = std::move(name);
    spec.timezone = std::move(zone);
    spec.open = std::move(hours);
    spec.closed = {DateRange{date(2026, 4, 6), date(2026, 4, 6), "Easter Monday"},
                   DateRange{date(2026, 6, 2), date(2026, 6, 2), "Republic Day"},
                   DateRange{date(2026, 8, 10), date(2026, 8, 16), "Summer"},
                   DateRange{date(2026, 12, 24), date(2026, 12, 26), "Christmas"},
                   DateRange{date(2027, 1, 1), date(2027, 1, 1), "New Year"}};
    spec.special = {{date(2026, 11, 27), {span(6h, 23h)}, "Black Friday"},
                    {date(2026, 12, 25), {span(10h, 12h)}, "Emergency"}};
    return spec;
}

std::vector<CalendarSpec> calendars() {
    return {calendar("warehouse-mi", "Europe/Rome",
                     week({span(8h, 13h), span(14h, 18h)}, {span(8h, 12h)})),
            calendar("warehouse-lo", "Europe/London", week({span(7h, 15h), span(16h, 24h)}, {})),
            calendar("courier", "Europe/Rome", week({span(8h, 19h)}, {})),
            calendar("care", "Europe/Rome", week({span(9h, 20h)}, {span(9h, 20h)})),
            calendar("bank", "Europe/Rome", week({span(9h, 17h)}, {}))};
}

CalendarSpec call_hours(const std::string& zone) {
    const MinuteSpan morning{9 * 60, 12 * 60 + 30};
    return calendar("calls", zone, week({morning, {14 * 60 + 30, 19 * 60}}, {{10 * 60, 12 * 60 + 30}}));
}

CalendarSpec message_hours(const std::string& zone) {
    const DaySpans daily{{8 * 60 + 30, 21 * 60 + 30}};
    return calendar("messages", zone, week(daily, daily, daily));
}

Tenant tenant() {
    Tenant made;
    made.id = SimulationRules::tenant;
    made.brand = "ACME";
    made.timezone = "Europe/Rome";
    made.languages = {"en"};
    made.topics = {SimulationRules::source_topic};
    made.calendars = {{"courier", "courier"}, {"care", "care"}, {"bank", "bank"}};
    made.warehouses = {{"MI1", "warehouse-mi"}, {"LO1", "warehouse-lo"}};
    made.links = {SubjectType::shipment};
    made.limits = {};  // the model expects every contact; limits have tests of their own
    made.call_hours = call_hours(made.timezone);
    made.message_hours = message_hours(made.timezone);
    made.call_calendar = Calendar::compile(made.call_hours, {}).calendar;
    made.message_calendar = Calendar::compile(made.message_hours, {}).calendar;
    made.teams = {{"lead", {"lead", {{"email", "lead@acme.example"}}}}};
    return made;
}

SimulationRules make_rules() {
    SimulationRules made;
    auto set = std::make_shared<RuleSet>();
    set->rules = {order_not_packed(), courier_problem(), no_scan(),     waiting_for_pickup(),
                  promise_broken(),   points_missing(),  refund_not_paid(), update_owed(),
                  change_not_answered(), not_paid(),     not_shipped()};
    for (const CalendarSpec& spec : calendars()) {
        auto compiled = Calendar::compile(spec, {});
        if (!compiled.calendar) throw std::logic_error{"the calendar " + spec.name + " is wrong"};
        set->calendars.emplace(spec.name, std::move(compiled.calendar));
        made.calendars.emplace(spec.name, NaiveCalendar{spec});
    }
    for (const char* zone : {"Europe/Rome", "Europe/London", "America/New_York"}) {
        made.call_hours.emplace(zone, NaiveCalendar{call_hours(zone)});
        made.message_hours.emplace(zone, NaiveCalendar{message_hours(zone)});
    }
    set->tenants.emplace(SimulationRules::tenant, tenant());
    for (const char* id : {"call-script", "late-message"}) {
        set->messages.emplace(id, Message{id, "service", {{"en", {"Say", {"About", "Text", {}}, "Text", {}}}}, {}, 0});
    }
    set->digest = "simulation";
    made.set = std::move(set);
    return made;
}

}  // namespace

const SimulationRules& simulation_rules() {
    static const SimulationRules rules = make_rules();
    return rules;
}

}  // namespace premura
