#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/messages/sms.h"
#include "core/messages/values.h"
#include "core/rules/message.h"
#include "core/rules/tenant.h"

namespace premura {

// A message as it goes to one customer over one channel.
struct WrittenMessage {
    std::string channel;   // email, sms or chat
    std::string language;
    std::string to;        // the customer's address
    std::string from;      // as the tenant's file says; empty: the settings'
    std::string reply_to;  // of e-mail
    std::string subject;   // of e-mail, on one line
    std::string text;
    std::string html;      // of e-mail: a whole page
};

// Either a message, or why there is none: `no_text` (for this channel, in this language), `no_address`,
// `fact_missing` (which ones), `empty`.
struct Writing {
    std::optional<WrittenMessage> message;
    std::string reason;
    std::vector<std::string> missing;
};

// The language that the message has texts in: the customer's when it has that, else the tenant's languages in their
// order; empty when it has none of them. `it-IT` and `IT` are `it`.
std::string language_for(const Message& message, const KnownFacts& known);

// Where the customer can be reached over the channel; empty when that is not known or no address.
std::string address_for(std::string_view channel, const KnownFacts& known);

// The message over a channel of Channels::names.
Writing write_message(const Message& message, std::string_view channel, std::string_view language,
                      const KnownFacts& known);

// The talking points of a call in that language. An agent may read a gap, so this is never refused: what is missing
// stands as the name of the variable in brackets, and is listed.
struct WrittenScript {
    std::string text;
    std::vector<std::string> missing;
};
WrittenScript write_script(const Message& message, std::string_view language, const KnownFacts& known);

}  // namespace premura
