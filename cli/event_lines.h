#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace premura {

// Reads a text line by line from a plain file, a zstd file (by its content, not its name) or, for `-`, from
// standard input. Throws nothing; `error` says what went wrong, and the lines before it were good.
class EventLines {
 public:
    // A longer line is passed over and counted: no log would take it.
    static constexpr std::size_t line_bytes_max = std::size_t{1} << 20;
    // Bytes that may be read behind a line, as JSON parsers with vector instructions want it.
    static constexpr std::size_t padding = 64;

    explicit EventLines(std::string path);
    ~EventLines();

    // The next line that is not empty, without its end; nothing at the end of the text, after an error,
    // and when Ctrl-C was pressed while waiting for input. Valid until the next call.
    std::optional<std::string_view> next();

    std::uint64_t line_number() const;         // of the last line, counted from 1
    std::uint64_t too_long() const;            // lines passed over
    std::uint64_t bytes_read() const;          // of the file, packed if it is packed
    std::optional<std::uint64_t> bytes_total() const;  // unknown for what is no file
    const std::string& error() const;          // empty: none

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace premura
