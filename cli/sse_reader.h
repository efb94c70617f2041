#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace premura {

// Server-sent events out of pieces of a stream, wherever it was cut. Source: the HTML standard, section 9.2.6,
// without `retry`.
class SseReader {
 public:
    // More than that in one event is dropped.
    static constexpr std::size_t event_bytes_max = std::size_t{4} << 20;

    struct Event {
        std::string type;  // "message" when the stream names none
        std::string data;
    };

    void read(std::string_view piece, const std::function<void(const Event&)>& heard);

    // The id of the last event, for a reader that comes back; empty: none yet.
    const std::string& last_id() const { return last_id_; }
    // Forgets a line and an event that were cut off with the connection.
    void restart();

 private:
    void take_line(std::string_view line, const std::function<void(const Event&)>& heard);

    std::string line_;
    std::string type_;
    std::string data_;
    std::string id_;
    std::string last_id_;
    bool has_data_ = false;
    bool too_large_ = false;
    bool after_return_ = false;  // a line end \r\n may be cut in the middle
};

}  // namespace premura
