#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace premura {

struct MessageOptions {
    enum class Format { text, json, html };

    std::string id;
    std::vector<std::string> config;  // files and folders: tenants, messages, and the calendars they need
    std::string tenant;               // empty: all
    std::string language;             // empty: all that the message has
    std::string channel;              // email, sms, chat or call; empty: all
    std::string facts;                // a file; `-` is standard input; empty: made up
    Format format = Format::text;
};

// `premura message preview`: a message as it would go out, in each language and over each channel, with what it costs as an
// SMS. Gives the exit code: 0 all could go out, 1 something could not, or the files have errors, 2 a file cannot be
// read, or there is no such message, tenant, language or channel.
int run_message_preview(const MessageOptions& options, std::ostream& out, std::ostream& problems);

}  // namespace premura
