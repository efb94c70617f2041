#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/stage.h"

namespace premura {

// A record as it was recorded.
struct RecordedRecord {
    Record record;
    std::string place;               // `orders.jsonl:17`, for people
    std::optional<Instant> arrival;  // when it came in; nothing when the recording does not say
};

// Where recorded events come from, in the order in which they came. Used by one thread.
class RecordSource {
 public:
    virtual ~RecordSource() = default;
    // False at the end, after an error, and when Ctrl-C was pressed. May wait for input.
    virtual bool next(RecordedRecord& record) = 0;
    // From 0 to 1; nothing when nobody can tell, as for a pipe.
    virtual std::optional<double> fraction() const = 0;
    virtual const std::string& error() const = 0;  // empty: none
};

struct FileSourceOptions {
    std::string path;   // - is standard input
    std::string topic;  // which topic the records stand for; decides the mapping
    std::string
        arrival_pointer;  // JSON Pointer of the time of arrival; empty: none but `recordedtime`
};

// JSON Lines, plain or zstd: a CloudEvent, or a payload for a mapping, on each line.
std::unique_ptr<RecordSource> make_lines_source(const FileSourceOptions& options);

// CSV with a header: a row becomes a JSON object with the header's names, all values texts; an
// empty field is left out. Plain or zstd, UTF-8, RFC 4180 with LF or CRLF. A row that is not right
// ends the file with an error.
std::unique_ptr<RecordSource> make_csv_source(const FileSourceOptions& options);

// The time of arrival that a JSON text gives; nothing when it gives none.
std::optional<Instant> arrival_in(std::string_view json_text, const std::string& pointer);

}  // namespace premura
