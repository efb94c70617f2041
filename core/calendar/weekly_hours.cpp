#include "core/calendar/weekly_hours.h"

#include <algorithm>

namespace premura {
namespace {

DaySpans in_order(DaySpans spans) {
    std::erase_if(spans, [](const MinuteSpan& span) { return span.from >= span.to; });
    std::sort(spans.begin(), spans.end(),
              [](const MinuteSpan& a, const MinuteSpan& b) { return a.from < b.from; });
    DaySpans merged;
    for (const MinuteSpan& span : spans) {
        if (!merged.empty() && span.from <= merged.back().to) {
            merged.back().to = std::max(merged.back().to, span.to);
        } else {
            merged.push_back(span);
        }
    }
    return merged;
}

}  // namespace

DaySpans subtract_spans(const DaySpans& spans, const DaySpans& avoid) {
    const DaySpans holes = in_order(avoid);
    DaySpans rest;
    for (const MinuteSpan& span : in_order(spans)) {
        int from = span.from;
        for (const MinuteSpan& hole : holes) {
            if (hole.to <= from || hole.from >= span.to) continue;
            if (from < hole.from) rest.push_back({from, hole.from});
            from = hole.to;
        }
        if (from < span.to) rest.push_back({from, span.to});
    }
    return rest;
}

WeeklyHours subtract_spans(const WeeklyHours& week, const DaySpans& avoid) {
    WeeklyHours rest;
    for (std::size_t i = 0; i < week.size(); ++i) rest[i] = subtract_spans(week[i], avoid);
    return rest;
}

}  // namespace premura
