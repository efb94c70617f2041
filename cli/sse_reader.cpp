#include "cli/sse_reader.h"

#include <utility>

namespace premura {

void SseReader::read(std::string_view piece, const std::function<void(const Event&)>& heard) {
    while (!piece.empty()) {
        if (std::exchange(after_return_, false) && piece.front() == '\n') {
            piece.remove_prefix(1);
            continue;
        }
        const std::size_t end = piece.find_first_of("\r\n");
        if (end == piece.npos) {
            if (line_.size() < event_bytes_max) line_ += piece;
            return;
        }
        line_ += piece.substr(0, end);
        after_return_ = piece[end] == '\r';
        piece.remove_prefix(end + 1);
        take_line(line_, heard);
        line_.clear();
    }
}

void SseReader::take_line(std::string_view line, const std::function<void(const Event&)>& heard) {
    if (line.empty()) {
        if (!id_.empty()) last_id_ = id_;
        if (has_data_ && !too_large_) heard({type_.empty() ? "message" : type_, data_});
        type_.clear();
        data_.clear();
        has_data_ = too_large_ = false;
        return;
    }
    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == line.npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "event") type_ = value;
    if (field == "id") id_ = value;
    if (field != "data") return;
    if (has_data_) data_ += '\n';
    has_data_ = true;
    if (data_.size() + value.size() > event_bytes_max) {
        too_large_ = true;
        return;
    }
    data_ += value;
}

void SseReader::restart() {
    line_.clear();
    type_.clear();
    data_.clear();
    has_data_ = too_large_ = after_return_ = false;
}

}  // namespace premura
