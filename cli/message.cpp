#include "cli/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "core/base/nearest.h"
#include "core/messages/html.h"
#include "core/messages/made_up.h"
#include "core/messages/written.h"
#include "core/rules/rule_set.h"
#include "core/rules/rule_set_loader.h"
#include "files/read_files.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr int exit_fine = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr std::string_view call = "call";
constexpr std::string_view all_channels[] = {"email", "sms", "chat", call};

// One message in one language over one channel.
struct Preview {
    std::string tenant;
    std::string language;
    std::string channel;
    WrittenMessage message;            // of a call its text alone
    std::string reason;                // why it would not go out; empty: it would
    std::vector<std::string> missing;  // facts; of a call they are shown to the agent in brackets
};

// The facts of the file, which may be those alone or `{"facts": ..., "history": ...}` as a notification has them.
struct GivenFacts {
    json::object facts;
    json::array history;
};

std::optional<GivenFacts> read_facts(const std::string& file, std::ostream& problems) {
    std::string text;
    if (file == "-") {
        text.assign(std::istreambuf_iterator<char>{std::cin}, {});
    } else {
        std::ifstream stream{file, std::ios::binary};
        if (!stream) {
            problems << fmt::format("{} cannot be read\n", file);
            return std::nullopt;
        }
        text.assign(std::istreambuf_iterator<char>{stream}, {});
    }
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (error || !value.is_object()) {
        problems << fmt::format("{}: not a JSON object of facts such as {{\"order\": {{\"number\": \"1\"}}}}\n", file);
        return std::nullopt;
    }
    GivenFacts given;
    json::object& object = value.get_object();
    if (json::value* facts = object.if_contains("facts"); facts != nullptr && facts->is_object()) {
        given.facts = facts->get_object();
        if (json::value* history = object.if_contains("history"); history != nullptr && history->is_array()) {
            given.history = history->get_array();
        }
    } else {
        given.facts = object;
    }
    return given;
}

bool has_text(const Message::Texts& texts, std::string_view channel) {
    if (channel == "email") return !texts.email.text.empty();
    if (channel == "sms") return !texts.sms.empty();
    if (channel == "chat") return !texts.chat.empty();
    return !texts.script.empty();
}

Preview preview(const Message& message, const Tenant& tenant, const std::string& language, std::string_view channel,
                const std::optional<GivenFacts>& given) {
    const json::object facts = given ? given->facts : made_up_facts(language);
    const json::array history = given ? given->history : made_up_history();
    const KnownFacts known{&facts, &history, "A rule", &tenant};
    Preview shown{tenant.id, language, std::string{channel}, {}, {}, {}};
    if (channel == call) {
        WrittenScript script = write_script(message, language, known);
        shown.message.text = std::move(script.text);
        shown.missing = std::move(script.missing);
        return shown;
    }
    Writing writing = write_message(message, channel, language, known);
    if (writing.message) shown.message = std::move(*writing.message);
    shown.reason = std::move(writing.reason);
    shown.missing = std::move(writing.missing);
    return shown;
}

std::string cost_line(const SmsCost& cost) {
    return fmt::format("{} {} of {}, {} segment{}", cost.units, cost.plain ? "characters" : "characters outside GSM",
                       cost.plain ? 160 : 70, cost.segments, cost.segments == 1 ? "" : "s");
}

void write_text(const std::string& id, const Preview& shown, std::ostream& out) {
    const WrittenMessage& message = shown.message;
    const bool is_sms = shown.channel == "sms" && shown.reason.empty();
    const SmsCost cost = sms_cost(message.text);
    out << fmt::format("{} · {} · {} · {}{}\n", id, shown.tenant, shown.language, shown.channel,
                       is_sms ? " · " + cost_line(cost) : std::string{});
    if (!shown.reason.empty()) {
        out << fmt::format("  would not be sent: {}{}\n\n", shown.reason,
                           shown.missing.empty() ? "" : fmt::format(" ({})", fmt::join(shown.missing, ", ")));
        return;
    }
    const auto field = [&out](std::string_view name, const std::string& value) {
        if (!value.empty()) out << fmt::format("  {}: {}\n", name, value);
    };
    field("From", message.from);
    field("To", message.to);
    field("Reply-To", message.reply_to);
    field("Subject", message.subject);
    if (!message.subject.empty()) out << '\n';
    std::string_view text = message.text;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out << (end == 0 ? "" : "  ") << text.substr(0, end) << '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (is_sms && !cost.plain_form.empty()) {
        const SmsCost plain = sms_cost(cost.plain_form);
        out << fmt::format("  in plain characters ({}): {}\n", cost_line(plain), cost.plain_form);
    }
    if (!shown.missing.empty()) out << fmt::format("  filled in by the agent: {}\n", fmt::join(shown.missing, ", "));
    out << '\n';
}

json::object as_json(const std::string& id, const Preview& shown) {
    const WrittenMessage& message = shown.message;
    json::object object{{"message", id},
                        {"tenant", shown.tenant},
                        {"language", shown.language},
                        {"channel", shown.channel},
                        {"sent", shown.reason.empty()},
                        {"reason", shown.reason},
                        {"missing", json::array(shown.missing.begin(), shown.missing.end())}};
    if (!shown.reason.empty()) return object;
    object["to"] = message.to;
    object["from"] = message.from;
    object["text"] = message.text;
    if (shown.channel == "email") {
        object["reply_to"] = message.reply_to;
        object["subject"] = message.subject;
        object["html"] = message.html;
    }
    if (shown.channel == "sms") {
        const SmsCost cost = sms_cost(message.text);
        object["sms"] = {{"plain", cost.plain},
                         {"units", cost.units},
                         {"segments", cost.segments},
                         {"plain_form", cost.plain_form}};
    }
    return object;
}

// A page of our own; an e-mail stands in a frame that may do nothing.
std::string as_html(const std::string& id, const std::vector<Preview>& all) {
    std::string content = fmt::format("<h1>{}</h1>\n", escaped_html(id));
    for (const Preview& shown : all) {
        content += fmt::format("<h2>{} · {} · {}</h2>\n", escaped_html(shown.tenant), shown.language, shown.channel);
        if (!shown.reason.empty()) {
            content += fmt::format("<p>Would not be sent: {} {}</p>\n", shown.reason,
                                   escaped_html(fmt::format("{}", fmt::join(shown.missing, ", "))));
        } else if (shown.channel == "email") {
            content += fmt::format(
                "<p>{}</p>\n<iframe sandbox title=\"{}\" style=\"width: 100%; height: 24em\" srcdoc=\"{}\"></iframe>\n",
                escaped_html(shown.message.subject), escaped_html(shown.message.subject),
                escaped_html(shown.message.html));
        } else {
            if (shown.channel == "sms") content += fmt::format("<p>{}</p>\n", cost_line(sms_cost(shown.message.text)));
            content += fmt::format("<pre style=\"white-space: pre-wrap\">{}</pre>\n", escaped_html(shown.message.text));
        }
    }
    return html_page(content, "en", id);
}

template <typename Map>
std::vector<std::string_view> keys_of(const Map& map) {
    std::vector<std::string_view> keys;
    for (const auto& [key, value] : map) keys.push_back(key);
    return keys;
}

int unknown(std::string_view what, const std::string& name, std::span<const std::string_view> known,
            std::ostream& problems) {
    const std::string hint = did_you_mean(name, known);
    problems << fmt::format("there is no {} '{}'{}{}\n", what, name, hint.empty() ? "" : ": ", hint);
    return exit_usage;
}

}  // namespace

int run_message_preview(const MessageOptions& options, std::ostream& out, std::ostream& problems) {
    const ReadFiles files = read_files(options.config);
    const Loaded loaded = load_rule_set(files.texts);
    const Diagnostics& diagnostics = files.diagnostics.has_errors() ? files.diagnostics : loaded.diagnostics;
    if (diagnostics.has_errors()) {
        for (const Diagnostic& diagnostic : diagnostics.all()) {
            if (diagnostic.severity == Severity::error) problems << format_text(diagnostic, false);
        }
        return files.diagnostics.has_errors() ? exit_usage : exit_failed;
    }
    const RuleSet& rules = *loaded.rule_set;
    const Message* message = rules.message(options.id);
    if (message == nullptr) return unknown("message", options.id, keys_of(rules.messages), problems);
    if (!options.tenant.empty() && rules.tenant(options.tenant) == nullptr) {
        return unknown("tenant", options.tenant, keys_of(rules.tenants), problems);
    }
    if (!options.language.empty() && !message->texts.contains(options.language)) {
        return unknown("text in", options.language, keys_of(message->texts), problems);
    }
    std::optional<GivenFacts> given;
    if (!options.facts.empty()) {
        given = read_facts(options.facts, problems);
        if (!given) return exit_usage;
    }
    std::vector<Preview> all;
    for (const auto& [id, tenant] : rules.tenants) {
        if (!options.tenant.empty() && id != options.tenant) continue;
        for (const auto& [language, texts] : message->texts) {
            if (!options.language.empty() && language != options.language) continue;
            for (const std::string_view channel : all_channels) {
                if (!options.channel.empty() && channel != options.channel) continue;
                if (has_text(texts, channel)) all.push_back(preview(*message, tenant, language, channel, given));
            }
        }
    }
    if (all.empty()) {
        problems << fmt::format("the message '{}' has no text for this\n", options.id);
        return exit_usage;
    }
    if (options.format == MessageOptions::Format::json) {
        json::array list;
        for (const Preview& shown : all) list.push_back(as_json(options.id, shown));
        out << json::serialize(list) << '\n';
    } else if (options.format == MessageOptions::Format::html) {
        out << as_html(options.id, all);
    } else {
        for (const Preview& shown : all) write_text(options.id, shown, out);
    }
    const bool can_go = std::all_of(all.begin(), all.end(), [](const Preview& shown) { return shown.reason.empty(); });
    return can_go ? exit_fine : exit_failed;
}

}  // namespace premura
