#pragma once

#include <string>
#include <string_view>

#include "core/events/text_codecs.h"

namespace premura {

// Writes one JSON object, member by member, at the end of a text. Findings and events are written by
// the hundred thousand, and a tree built first would cost several times as much. The object is
// complete after `end`.
class JsonObjectWriter {
 public:
    explicit JsonObjectWriter(std::string& json) : json_{json} { json_ += '{'; }

    // Names are constants of ours that need no escapes.
    void text(std::string_view name, std::string_view value) {
        start(name);
        append_json_string(json_, value);
    }
    // A value that is JSON already.
    void json(std::string_view name, std::string_view value) {
        start(name);
        json_ += value;
    }
    void boolean(std::string_view name, bool value) { json(name, value ? "true" : "false"); }
    void end() { json_ += '}'; }

    // Writes the name; the caller appends the value to the text itself.
    void start(std::string_view name) {
        if (!first_) json_ += ',';
        first_ = false;
        json_ += '"';
        json_ += name;
        json_ += "\":";
    }

 private:
    std::string& json_;
    bool first_ = true;
};

}  // namespace premura
