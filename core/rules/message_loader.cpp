#include "core/rules/message_loader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/nearest.h"
#include "core/rules/html_check.h"
#include "core/rules/language_code.h"
#include "core/rules/message_parts.h"
#include "core/rules/sms_length.h"
#include "core/rules/template_scan.h"

namespace premura {
namespace {

constexpr std::string_view message_keys[] = {"purpose", "without"};
constexpr std::string_view text_keys[] = {"script", "email", "sms", "chat"};
constexpr std::string_view email_keys[] = {"subject", "text", "html"};
constexpr std::string_view email_keys_required[] = {"subject", "text"};
constexpr std::string_view purposes[] = {"service", "marketing"};

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

std::vector<MessagePart> load_without(const YamlNode& node, YamlReader& reader) {
    std::vector<MessagePart> without;
    if (!reader.list(node, "'without'")) return without;
    for (const YamlNode& item : node.items) {
        const auto position = reader.word(item, "a part of 'without'", message_part_names);
        if (position) without.push_back(static_cast<MessagePart>(*position));
    }
    return without;
}

struct MissingPart {
    std::string_view what;
    std::string_view hint;
};

constexpr MissingPart missing_part_words[] = {
    {"what happened", "name the trouble, such as 'the courier is late', or {{reason}}"},
    {"when", "name a day such as {{order.promised_by.day}}, or a span such as 'within two working days'"},
    {"what comes next", "say what we do, and what the customer need or need not do"},
};

// Who is not told what happened, until when, and what to do, calls to ask.
void check_parts(const YamlNode& node, std::string_view language, std::string_view what, std::string_view text,
                 const std::vector<MessagePart>& without, YamlReader& reader) {
    for (const MessagePart part : missing_parts(language, text)) {
        if (std::find(without.begin(), without.end(), part) != without.end()) continue;
        const auto position = static_cast<std::size_t>(part);
        reader.warning("PR174", node,
                       fmt::format("{} in '{}' does not say {}", what, language, missing_part_words[position].what),
                       fmt::format("{}; 'without: [{}]' in the message if that is meant so", missing_part_words[position].hint,
                                   message_part_names[position]));
    }
}

void check_parts(const YamlEntry& entry, const std::vector<MessagePart>& without, YamlReader& reader) {
    const auto check = [&](const YamlNode& map, std::string_view key, std::string_view what) {
        const YamlNode* node = map.find(key);
        if (node == nullptr || node->text.empty()) return;
        check_parts(*node, entry.key.text, what, node->text, without, reader);
    };
    check(entry.value, "script", "the script");
    check(entry.value, "sms", "the SMS");
    check(entry.value, "chat", "the chat message");
    if (const YamlNode* email = entry.value.find("email")) check(*email, "text", "the e-mail");
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

    std::vector<MessagePart> without;
    for (const YamlEntry& part : entry.value.entries) {
        if (part.key.text == "purpose") {
            const auto position = reader.word(part.value, "'purpose'", purposes);
            if (position) message.purpose = purposes[*position];
        } else if (part.key.text == "without") {
            without = load_without(part.value, reader);
        } else if (is_language_code(part.key.text)) {
            message.texts[part.key.text] = load_texts(part, reader);
        } else {
            std::string hint = did_you_mean(part.key.text, message_keys);
            if (hint.empty()) hint = "keys are purpose, without, and languages such as it";
            reader.error("PR101", part.key, fmt::format("{} has no key '{}'", what, part.key.text),
                         std::move(hint));
        }
    }
    for (const YamlEntry& part : entry.value.entries) {
        if (message.purpose == "service" && message.texts.contains(part.key.text)) check_parts(part, without, reader);
    }
    if (message.texts.empty()) {
        reader.error("PR102", entry.key, fmt::format("{} has no text in any language", what));
    }
    return loaded;
}

}  // namespace premura
