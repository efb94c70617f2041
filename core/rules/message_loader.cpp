#include "core/rules/message_loader.h"

#include <fmt/format.h>

#include "core/base/nearest.h"
#include "core/rules/html_check.h"
#include "core/rules/sms_length.h"
#include "core/rules/template_scan.h"

namespace premura {
namespace {

constexpr std::string_view message_keys[] = {"purpose"};
constexpr std::string_view text_keys[] = {"script", "email", "sms", "chat"};
constexpr std::string_view email_keys[] = {"subject", "text", "html"};
constexpr std::string_view email_keys_required[] = {"subject", "text"};
constexpr std::string_view purposes[] = {"service", "marketing"};

bool looks_like_language(std::string_view text) {
    return (text.size() == 2 || text.size() == 3) &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == text.npos;
}

void check_template(const YamlNode& node, std::string_view text, YamlReader& reader) {
    for (TemplateProblem& problem : scan_template(text)) {
        const Place place = reader.source().place_inside(node, "{{", problem.tag);
        const bool broken = problem.kind == TemplateProblem::Kind::broken;
        reader.add(
            broken
                ? error_at(place, "PR170", std::move(problem.message), std::move(problem.hint))
                : warning_at(place, "PR171", std::move(problem.message), std::move(problem.hint)));
    }
}

std::string load_template(const YamlNode& map, std::string_view key, YamlReader& reader) {
    std::string text = reader.text_under(map, key);
    if (!text.empty()) check_template(*map.find(key), text, reader);
    return text;
}

void check_sms(const YamlNode& node, const std::string& text, YamlReader& reader) {
    const SmsLength length = sms_length(text);
    if (!length.plain) {
        const std::string_view plain = plain_form(length.first_other);
        reader.add(warning_at(
            reader.source().place_inside(node, length.first_other, 0), "PR172",
            fmt::format("'{}' leaves room for {} characters only in one SMS, instead of 160",
                        length.first_other, length.units_max),
            plain.empty() ? "leave it out if you can" : fmt::format("write {}", plain)));
    } else if (length.units > length.units_max) {
        reader.warning("PR172", node,
                       fmt::format("the text alone has {} characters; one SMS holds {}",
                                   length.units, length.units_max),
                       "make it shorter: every further segment is paid for");
    }
}

Message::Texts load_texts(const YamlEntry& entry, YamlReader& reader) {
    Message::Texts texts;
    const YamlNode& node = entry.value;
    const std::string what = fmt::format("the message in '{}'", entry.key.text);
    if (!reader.map(node, what, text_keys)) return texts;
    if (node.entries.empty()) reader.error("PR102", node, fmt::format("{} has no text", what));
    texts.script = load_template(node, "script", reader);
    texts.sms = load_template(node, "sms", reader);
    if (!texts.sms.empty()) check_sms(*node.find("sms"), texts.sms, reader);
    texts.chat = load_template(node, "chat", reader);
    const YamlNode* email = node.find("email");
    if (email == nullptr || !reader.map(*email, "'email'", email_keys)) return texts;
    for (const std::string_view key : email_keys_required) reader.required(*email, key, "the e-mail");
    texts.email.subject = load_template(*email, "subject", reader);
    texts.email.text = load_template(*email, "text", reader);
    texts.email.html = load_template(*email, "html", reader);
    if (std::string problem = html_problem(texts.email.html); !problem.empty()) {
        reader.error("PR173", *email->find("html"), std::move(problem),
                     "plain tags such as p, br, strong, ul and links are what every mail program shows");
    }
    return texts;
}

}  // namespace

LoadedMessage load_message(const YamlEntry& entry, YamlReader& reader) {
    LoadedMessage loaded;
    Message& message = loaded.message;
    loaded.place = reader.place_of(entry.key);
    message.file = loaded.place.file;
    message.line = loaded.place.line;
    message.id = reader.name(entry.key, "the id of a message").value_or("");
    const std::string what = fmt::format("the message '{}'", entry.key.text);
    if (!reader.map(entry.value, what)) return loaded;

    for (const YamlEntry& part : entry.value.entries) {
        if (part.key.text == "purpose") {
            const auto position = reader.word(part.value, "'purpose'", purposes);
            if (position) message.purpose = purposes[*position];
        } else if (looks_like_language(part.key.text)) {
            message.texts[part.key.text] = load_texts(part, reader);
        } else {
            std::string hint = did_you_mean(part.key.text, message_keys);
            if (hint.empty()) hint = "keys are purpose, and languages such as it";
            reader.error("PR101", part.key, fmt::format("{} has no key '{}'", what, part.key.text),
                         std::move(hint));
        }
    }
    if (message.texts.empty()) {
        reader.error("PR102", entry.key, fmt::format("{} has no text in any language", what));
    }
    return loaded;
}

}  // namespace premura
