#pragma once

#include <map>
#include <string>
#include <vector>

namespace premura {

// What we say to a customer, per language and channel, as Mustache templates. Immutable once loaded.
struct Message {
    struct Email {
        std::string subject;
        std::string text;
        std::string html;  // the body's content; made from the text when it is empty
    };
    struct Texts {
        std::string script;  // talking points of a call
        Email email;
        std::string sms;
        std::string chat;    // WhatsApp and the like; the SMS is taken when it is empty
    };
    std::string id;
    std::string purpose = "service";     // service | marketing
    std::map<std::string, Texts> texts;  // by language
    std::string file;
    int line = 0;
};

}  // namespace premura
