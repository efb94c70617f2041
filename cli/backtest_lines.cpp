#include <fmt/format.h>

#include <boost/json.hpp>

#include "cli/backtest_source.h"
#include "cli/event_lines.h"

namespace premura {
namespace {

// As the CloudEvents extension of that name says it.
constexpr std::string_view recorded_time = "recordedtime";

class LinesSource final : public RecordSource {
 public:
    explicit LinesSource(const FileSourceOptions& options)
        : options_{options}, lines_{options.path} {}

    bool next(RecordedRecord& recorded) override {
        const auto line = lines_.next();
        if (!line) {
            if (lines_.error().empty() && lines_.too_long() > 0 && error_.empty()) {
                error_ = fmt::format("{}: {} lines are longer than {} bytes, which no log takes",
                                     options_.path, lines_.too_long(), EventLines::line_bytes_max);
            }
            return false;
        }
        Record& record = recorded.record;
        record = {};
        record.topic = options_.topic;
        record.offset = static_cast<std::int64_t>(lines_.line_number());
        record.value = *line;
        const bool cloud_event = line->find("\"specversion\"") != line->npos;
        if (cloud_event) record.headers = {{"content-type", "application/cloudevents+json"}};
        recorded.place = fmt::format("{}:{}", options_.path, lines_.line_number());
        recorded.arrival.reset();
        if (!options_.arrival_pointer.empty()) {
            recorded.arrival = arrival_in(*line, options_.arrival_pointer);
        } else if (cloud_event && line->find(recorded_time) != line->npos) {
            recorded.arrival = arrival_in(*line, "/" + std::string{recorded_time});
        }
        return true;
    }

    std::optional<double> fraction() const override {
        const auto total = lines_.bytes_total();
        if (!total || *total == 0) return std::nullopt;
        return static_cast<double>(lines_.bytes_read()) / static_cast<double>(*total);
    }
    const std::string& error() const override {
        return lines_.error().empty() ? error_ : lines_.error();
    }

 private:
    const FileSourceOptions options_;
    EventLines lines_;
    std::string error_;
};

}  // namespace

std::unique_ptr<RecordSource> make_lines_source(const FileSourceOptions& options) {
    return std::make_unique<LinesSource>(options);
}

std::optional<Instant> arrival_in(std::string_view json_text, const std::string& pointer) {
    boost::system::error_code error;
    const boost::json::value parsed = boost::json::parse(json_text, error);
    if (error) return std::nullopt;
    const boost::json::value* found = parsed.find_pointer(pointer, error);
    if (found == nullptr || !found->is_string()) return std::nullopt;
    return parse_rfc3339(std::string_view{found->get_string()});
}

}  // namespace premura
