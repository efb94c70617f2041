#include <fmt/format.h>

#include <boost/json.hpp>
#include <set>

#include "cli/backtest_source.h"
#include "cli/event_lines.h"
#include "cli/interrupt.h"

namespace premura {
namespace {

namespace json = boost::json;

// As many as any export has; more is a file that is no CSV.
constexpr std::size_t columns_max = 1000;

// Reads rows of texts; a quoted field may go on over several lines.
class CsvReader {
 public:
    explicit CsvReader(const std::string& path) : lines_{path} {}

    struct Field {
        std::string text;
        bool quoted = false;
    };

    // False at the end and after an error, which stands in `error`.
    bool next(std::vector<Field>& row) {
        row.clear();
        auto line = lines_.next();
        if (!line) return false;
        row_line_ = lines_.line_number();
        std::string_view rest = *line;
        if (row_line_ == 1 && rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
        for (;;) {
            Field& field = row.emplace_back();
            if (row.size() > columns_max) return fail("has more columns than any table");
            if (!rest.starts_with('"')) {
                const std::size_t comma = std::min(rest.find(','), rest.size());
                field.text = rest.substr(0, comma);
                if (field.text.find('"') != field.text.npos) {
                    return fail("a quote stands inside a field that does not begin with one");
                }
                rest.remove_prefix(comma);
            } else if (!read_quoted(field, rest)) {
                return false;
            }
            if (rest.empty()) return true;
            rest.remove_prefix(1);  // the comma
        }
    }

    std::uint64_t line_number() const { return row_line_; }
    const EventLines& lines() const { return lines_; }
    const std::string& error() const { return lines_.error().empty() ? error_ : lines_.error(); }

 private:
    // Behind it stands a comma or nothing.
    bool read_quoted(Field& field, std::string_view& rest) {
        field.quoted = true;
        rest.remove_prefix(1);
        for (;;) {
            const std::size_t quote = rest.find('"');
            if (quote == rest.npos) {
                field.text += rest;
                if (field.text.size() > EventLines::line_bytes_max) {
                    return fail("a field is too long; is its closing quote missing?");
                }
                const std::uint64_t before = lines_.line_number();
                const auto more = lines_.next();
                if (!more) return fail("a quoted field has no end");
                // Empty lines inside the quotes are passed over by the reader, but they are text.
                field.text.append(lines_.line_number() - before, '\n');
                rest = *more;
                continue;
            }
            field.text += rest.substr(0, quote);
            rest.remove_prefix(quote + 1);
            if (rest.starts_with('"')) {
                field.text += '"';
                rest.remove_prefix(1);
                continue;
            }
            if (!rest.empty() && !rest.starts_with(',')) {
                return fail("text stands behind the closing quote of a field");
            }
            return true;
        }
    }

    bool fail(std::string_view message) {
        if (error_.empty() && !interrupted()) error_ = message;
        return false;
    }

    EventLines lines_;
    std::uint64_t row_line_ = 0;
    std::string error_;
};

class CsvSource final : public RecordSource {
 public:
    explicit CsvSource(const FileSourceOptions& options)
        : options_{options}, reader_{options.path} {
        std::vector<CsvReader::Field> row;
        if (!reader_.next(row)) {
            fail(reader_.error().empty() ? "has no header" : reader_.error());
            return;
        }
        std::set<std::string> seen;
        for (const CsvReader::Field& field : row) {
            if (field.text.empty() || !seen.insert(field.text).second) {
                fail("each column needs a name of its own in the header");
                return;
            }
            names_.push_back(field.text);
        }
    }

    bool next(RecordedRecord& recorded) override {
        if (!error_.empty()) return false;
        if (!reader_.next(row_)) {
            if (!reader_.error().empty()) fail(reader_.error());
            return false;
        }
        if (row_.size() != names_.size()) {
            fail(fmt::format("has {} fields, the header has {}", row_.size(), names_.size()));
            return false;
        }
        json::object object;
        for (std::size_t i = 0; i < names_.size(); ++i) {
            if (row_[i].text.empty() && !row_[i].quoted) continue;
            object[names_[i]] = row_[i].text;
        }
        Record& record = recorded.record;
        record = {};
        record.topic = options_.topic;
        record.offset = static_cast<std::int64_t>(reader_.line_number());
        record.value = json::serialize(object);
        recorded.place = fmt::format("{}:{}", options_.path, reader_.line_number());
        recorded.arrival.reset();
        if (!options_.arrival_pointer.empty()) {
            recorded.arrival = arrival_in(record.value, options_.arrival_pointer);
        }
        return true;
    }

    std::optional<double> fraction() const override {
        const auto total = reader_.lines().bytes_total();
        if (!total || *total == 0) return std::nullopt;
        return static_cast<double>(reader_.lines().bytes_read()) / static_cast<double>(*total);
    }
    const std::string& error() const override { return error_; }

 private:
    // What is wrong with the file as a whole names it already.
    void fail(const std::string& message) {
        const bool named = message.starts_with(options_.path + ":");
        error_ = named ? message
                       : fmt::format("{}:{}: {}", options_.path, reader_.line_number(), message);
    }

    const FileSourceOptions options_;
    CsvReader reader_;
    std::vector<std::string> names_;
    std::vector<CsvReader::Field> row_;
    std::string error_;
};

}  // namespace

std::unique_ptr<RecordSource> make_csv_source(const FileSourceOptions& options) {
    return std::make_unique<CsvSource>(options);
}

}  // namespace premura
