#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/hash.h"
#include "core/calendar/calendar.h"

namespace premura {

// Lays a spec out over the covered days, one after the other.
class CalendarCompiler {
 public:
    CalendarCompiler(const CalendarSpec& spec, const HolidaySets& sets, TimeZone zone);

    CalendarResult run();

 private:
    // What is known about a date beside its weekday. The pointers lead into the spec and the sets.
    struct DayFacts {
        const SpecialDay* special = nullptr;
        const std::string* closed_as = nullptr;
        const std::string* eve_of = nullptr;
    };

    DayFacts* facts_of(std::chrono::local_days day);
    void close(std::chrono::local_days day, const std::string& name);
    void close(const YearlyDay& yearly);
    void close(const Closure& closure);
    void mark_days_before(const HolidaySet& set);

    const DaySpans& hours(std::chrono::local_days day, const DayFacts& facts);
    // Adds the hours of the day; its closing time, nothing when it does not open.
    std::optional<std::uint32_t> lay_out(std::chrono::local_days day, const DaySpans& spans);

    const CalendarSpec& spec_;
    const HolidaySets& sets_;
    std::shared_ptr<Calendar> calendar_;
    std::vector<DayFacts> facts_ = std::vector<DayFacts>(covered_days);
    std::vector<OpenInterval> intervals_;
};

namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::minutes;

const DaySpans no_hours;

template <typename Visit>
void for_each_occurrence(const YearlyDay& yearly, Visit visit) {
    // One year more: the day before a 1 January is one of the year before.
    for (int year = first_covered_year; year <= last_covered_year + 1; ++year) {
        if (const auto date = occurrence(yearly, std::chrono::year{year})) visit(local_days{*date});
    }
}

std::uint32_t covered_seconds(Instant instant) {
    return static_cast<std::uint32_t>(covered_milliseconds(instant) / milliseconds_per_second);
}

}  // namespace

CalendarCompiler::CalendarCompiler(const CalendarSpec& spec, const HolidaySets& sets, TimeZone zone)
    : spec_(spec), sets_(sets), calendar_(new Calendar{std::move(zone)}) {
    calendar_->name_ = spec.name;
    calendar_->title_ = spec.title;
}

CalendarCompiler::DayFacts* CalendarCompiler::facts_of(local_days day) {
    if (day < first_covered_day || day > last_covered_day) return nullptr;
    return &facts_[static_cast<std::size_t>((day - first_covered_day).count())];
}

void CalendarCompiler::close(local_days day, const std::string& name) {
    DayFacts* facts = facts_of(day);
    // Of several reasons to be closed the one that is written first gives the name.
    if (facts != nullptr && facts->closed_as == nullptr) facts->closed_as = &name;
}

void CalendarCompiler::close(const YearlyDay& yearly) {
    for_each_occurrence(yearly, [&yearly, this](local_days day) { close(day, yearly.name); });
}

void CalendarCompiler::close(const Closure& closure) {
    if (const auto* reference = std::get_if<HolidaySetReference>(&closure)) {
        for (const YearlyDay& yearly : sets_.at(reference->set).days) close(yearly);
    } else if (const auto* yearly = std::get_if<YearlyDay>(&closure)) {
        close(*yearly);
    } else {
        const auto& range = std::get<DateRange>(closure);
        for (local_days day{range.from}; day <= local_days{range.to}; day += days{1}) {
            close(day, range.name);
        }
    }
}

void CalendarCompiler::mark_days_before(const HolidaySet& set) {
    for (const YearlyDay& yearly : set.days) {
        for_each_occurrence(yearly, [&yearly, this](local_days day) {
            DayFacts* facts = facts_of(day - days{1});
            if (facts != nullptr && facts->eve_of == nullptr) facts->eve_of = &yearly.name;
        });
    }
}

const DaySpans& CalendarCompiler::hours(local_days day, const DayFacts& facts) {
    std::vector<Calendar::StoredNote>& notes = calendar_->notes_;
    const DaySpans& usual = hours_of(spec_.open, std::chrono::weekday{day});
    if (facts.special != nullptr) {
        notes.push_back({day, DayNote::Kind::special_hours, facts.special->name});
        return facts.special->open;
    }
    if (usual.empty()) return usual;
    if (facts.closed_as != nullptr) {
        notes.push_back({day, DayNote::Kind::closed, *facts.closed_as});
        return no_hours;
    }
    if (facts.eve_of != nullptr) {
        notes.push_back({day, DayNote::Kind::day_before_holiday, *facts.eve_of});
        return hours_of(spec_.open, spec_.day_before_holiday->hours_of);
    }
    return usual;
}

std::optional<std::uint32_t> CalendarCompiler::lay_out(local_days day, const DaySpans& spans) {
    if (spans.empty()) return std::nullopt;
    const TimeZone& zone = calendar_->zone_;
    const Instant day_start = zone.start_of_day(day);
    const Instant day_end = zone.end_of_day(day);
    std::optional<std::uint32_t> closing;
    for (const MinuteSpan& span : spans) {
        const Instant from = std::max(zone.first_instant(day + minutes{span.from}), day_start);
        const Instant to = span.to == minutes_per_day
                               ? day_end
                               : std::min(zone.last_instant(day + minutes{span.to}), day_end);
        if (from >= to) continue;
        intervals_.push_back({covered_seconds(from), covered_seconds(to)});
        closing = std::max(closing.value_or(0), covered_seconds(to));
    }
    return closing;
}

CalendarResult CalendarCompiler::run() {
    for (const Closure& closure : spec_.closed) close(closure);
    for (const SpecialDay& special : spec_.special)
        facts_of(local_days{special.date})->special = &special;
    if (spec_.day_before_holiday) {
        for (const std::string& set : spec_.day_before_holiday->sets)
            mark_days_before(sets_.at(set));
    }

    calendar_->open_days_before_.reserve(covered_days + 1);
    local_days day = first_covered_day;
    for (const DayFacts& facts : facts_) {
        calendar_->open_days_before_.push_back(
            static_cast<std::uint32_t>(calendar_->closings_.size()));
        const auto closing = lay_out(day, hours(day, facts));
        if (closing) calendar_->closings_.push_back(*closing);
        day += days{1};
    }
    calendar_->open_days_before_.push_back(static_cast<std::uint32_t>(calendar_->closings_.size()));
    calendar_->closings_.shrink_to_fit();
    calendar_->notes_.shrink_to_fit();
    calendar_->digest_ = hash64(std::string_view{reinterpret_cast<const char*>(intervals_.data()),
                                                 intervals_.size() * sizeof(OpenInterval)});
    calendar_->timeline_ = OpenTimeline{std::move(intervals_)};
    if (calendar_->timeline_.empty()) {
        return {nullptr,
                {{"closed", "the calendar never opens: its closures cover all its hours"}}};
    }
    return {std::move(calendar_), {}};
}

CalendarResult Calendar::compile(const CalendarSpec& spec, const HolidaySets& sets) {
    std::vector<CalendarProblem> problems = validate(spec, sets);
    if (!problems.empty()) return {nullptr, std::move(problems)};
    return CalendarCompiler{spec, sets, *TimeZone::find(spec.timezone)}.run();
}

CalendarResult Calendar::always_open(std::string_view timezone) {
    CalendarSpec spec;
    spec.name = "always-open";
    spec.title = "Always open";
    spec.timezone = timezone;
    spec.open.fill({{0, minutes_per_day}});
    return compile(spec, {});
}

}  // namespace premura
