#include "core/messages/written.h"

#include <algorithm>

#include "core/messages/fill_in.h"
#include "core/messages/html.h"
#include "core/rules/tenant_channels_loader.h"

namespace premura {
namespace {

std::string lower(std::string_view text) {
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return result;
}

std::string without_end(std::string text) {
    while (text.ends_with('\n') || text.ends_with(' ')) text.pop_back();
    return text;
}

std::string on_one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    std::replace(text.begin(), text.end(), '\r', ' ');
    return without_end(std::move(text));
}

// Fills templates in and collects what all of them miss.
class Writer {
 public:
    explicit Writer(const MessageValues& values) : values_{values} {}

    std::string write(const std::string& text, Escape escape = Escape::none) {
        FilledIn filled = fill_in(text, values_, escape);
        for (std::string& name : filled.missing) {
            if (std::find(missing.begin(), missing.end(), name) == missing.end()) missing.push_back(std::move(name));
        }
        return without_end(std::move(filled.text));
    }

    std::vector<std::string> missing;

 private:
    const MessageValues& values_;
};

}  // namespace

std::string language_for(const Message& message, const KnownFacts& known) {
    std::string own = lower(known.text("customer", "language"));
    own.resize(std::min(own.find_first_of("-_"), own.size()));
    if (message.texts.contains(own)) return own;
    for (const std::string& language : known.tenant->languages) {
        if (message.texts.contains(language)) return language;
    }
    return {};
}

std::string address_for(std::string_view channel, const KnownFacts& known) {
    if (channel == "email") {
        const std::string_view email = known.text("customer", "email");
        return is_email(email) ? std::string{email} : std::string{};
    }
    const std::string_view phone = known.text("customer", "phone");
    return is_phone(phone) ? std::string{phone} : std::string{};
}

Writing write_message(const Message& message, std::string_view channel, std::string_view language,
                      const KnownFacts& known) {
    const auto texts = message.texts.find(std::string{language});
    const bool is_email_channel = channel == "email";
    if (texts == message.texts.end()) return {std::nullopt, "no_text", {}};
    const Message::Texts& all = texts->second;
    const std::string& text = is_email_channel                          ? all.email.text
                              : channel == "chat" && !all.chat.empty() ? all.chat
                                                                       : all.sms;
    if (text.empty()) return {std::nullopt, "no_text", {}};

    WrittenMessage written;
    written.channel = channel;
    written.language = language;
    written.to = address_for(channel, known);
    if (written.to.empty()) return {std::nullopt, "no_address", {}};
    if (const auto route = known.tenant->channels.routes.find(written.channel);
        route != known.tenant->channels.routes.end()) {
        written.from = route->second.from;
        written.reply_to = route->second.reply_to;
    }
    const MessageValues values{known, language};
    Writer writer{values};
    written.text = writer.write(text);
    if (is_email_channel) {
        written.subject = on_one_line(writer.write(all.email.subject));
        const std::string content =
            all.email.html.empty() ? html_of_text(written.text) : writer.write(all.email.html, Escape::html) + "\n";
        written.html = html_page(content, language, written.subject);
    }
    if (!writer.missing.empty()) return {std::nullopt, "fact_missing", std::move(writer.missing)};
    if (written.text.empty()) return {std::nullopt, "empty", {}};
    return {std::move(written), {}, {}};
}

WrittenScript write_script(const Message& message, std::string_view language, const KnownFacts& known) {
    const auto texts = message.texts.find(std::string{language});
    if (texts == message.texts.end()) return {};
    const MessageValues values{known, language};
    FilledIn filled = fill_in(texts->second.script, values, Escape::none, Gap::named);
    return {without_end(std::move(filled.text)), std::move(filled.missing)};
}

}  // namespace premura
